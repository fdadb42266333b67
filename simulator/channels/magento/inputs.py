"""From what was sent to typed arguments, as the vendor's service layer reads them.

A type is "int", "float", "string", "bool", "mixed", "attributes" ({code: value}), the name of a
kind of `kinds`, or one of these with [] behind. Keys may be written in snake_case or camelCase;
objects come out as dictionaries in snake_case that hold only the keys that were sent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from simulator.channels.magento import errors
from simulator.channels.magento.calls import Param
from simulator.channels.magento.errors import Crash, Refusal
from simulator.channels.magento.kinds import KINDS

SIMPLE = frozenset({"int", "float", "string", "bool", "mixed"})
TRUE = frozenset({"1", "true", "on", "yes"})
NUMERIC = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")


class Wrong(Exception):
    """A value that does not fit its type; the text grows with every object around it."""


def arguments(params: Sequence[Param], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call by name. Refusal naming all that are missing, or the first misfit."""
    found: dict[str, Any] = {}
    absent = []
    for param in params:
        value = sent.get(param.name)
        if value is None:
            value = sent.get(snake(param.name))
        if value is None:
            found[param.name] = param.default
            if param.is_required:
                absent.append(param.name)
            continue
        try:
            found[param.name] = converted(value, param.type)
        except Wrong as wrong:
            raise Refusal(str(wrong)) from wrong
        if found[param.name] is None:  # a text where rows belong
            raise Crash
    if absent:
        raise errors.missing(absent)
    return found


def converted(value: Any, kind: str) -> Any:
    """A value as its type; None passes through."""
    if value is None:
        return None
    if kind == "attributes":
        return _attributes(value)
    if kind.endswith("[]"):
        return _several(value, kind[:-2])
    if kind in SIMPLE:
        return _simple(value, kind)
    return _object(value, KINDS[kind])


def snake(name: str) -> str:
    """camelCase as snake_case."""
    return re.sub(r"(?<=\w)(?=[A-Z])", "_", name).lower()


def camel(name: str) -> str:
    """snake_case as CamelCase."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def entries(value: Any) -> list[Any]:
    """The values of a list, or of an object that stands where a list should."""
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def is_numeric(value: Any) -> bool:
    """Whether PHP takes it for a number."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (
        isinstance(value, str) and NUMERIC.fullmatch(value) is not None
    )


def php_text(value: Any) -> str:
    """A scalar as PHP makes text of it."""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


def _several(value: Any, kind: str) -> list[Any] | None:
    if kind in SIMPLE:
        if not isinstance(value, list | Mapping):
            raise _misfit(value, f"{kind}[]")
        return [_simple(one, kind) for one in entries(value)]
    if not isinstance(value, list | Mapping):
        return None
    return [converted({} if one is None else one, kind) for one in entries(value)]


def _simple(value: Any, kind: str) -> Any:
    if kind == "mixed":
        return value
    if isinstance(value, list | Mapping):
        raise _misfit("array", kind)
    if kind == "string":
        return php_text(value)
    if kind == "bool":
        return value if isinstance(value, bool) else php_text(value).strip().lower() in TRUE
    if not is_numeric(value):
        raise _misfit(value, kind)
    number = float(value)
    if kind == "int":
        return int(number) if math.isfinite(number) else 0
    return number


def _object(value: Any, fields: Mapping[str, str]) -> dict[str, Any]:
    given = value if isinstance(value, Mapping) else {}
    found: dict[str, Any] = {}
    for key, inner in given.items():
        name = snake(camel(str(key)))
        if name not in fields:
            raise errors.unsupported(camel(str(key)))
        try:
            found[name] = converted(inner, fields[name])
        except Wrong as wrong:
            raise Wrong(f'Error occurred during "{key}" processing. {wrong}') from wrong
    return found


def _attributes(value: Any) -> dict[str, Any]:
    """Custom attributes: a list of code and value, or an object {code: value}."""
    if isinstance(value, Mapping):
        pairs: Iterable[Any] = (
            v if isinstance(v, Mapping) and "attribute_code" in v else {"c": k, "value": v}
            for k, v in value.items()
        )
    else:
        pairs = value if isinstance(value, list) else []
    found: dict[str, Any] = {}
    for pair in pairs:
        row = pair if isinstance(pair, Mapping) else {}
        code = row.get("attribute_code", row.get("attributeCode", row.get("c")))
        if code is None:
            message = (
                "There is an empty custom attribute specified. Enter the attribute and try again."
            )
            raise Refusal(message)
        if "value" not in row:
            message = 'Value is not set for attribute code "%1"'
            raise Refusal(errors.expanded(message, [code]))
        found[str(code)] = row["value"]
    return found


def _misfit(value: Any, kind: str) -> Wrong:
    return Wrong(
        f'The "{php_text(value)}" value\'s type is invalid. The "{kind}" type was expected. '
        "Verify and try again."
    )
