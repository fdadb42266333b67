"""Checking parameters against their schema, with the exact messages clients match on.

A schema is a JSON-Schema-like mapping: type (one or a list), enum, minimum, maximum, minLength,
format (date-time, email), items, properties, required, default, readonly. What is `unchecked` is
taken as it comes, lists as ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from simulator.channels.woocommerce.errors import WooError, bare, invalid_params, missing_params

Schema = Mapping[str, Any]

_DATE = re.compile(
    r"^\d{4}-(?:0[1-9]|1[0-2])-[0-3]\d[Tt ][0-2]\d:[0-5]\d:[0-5]\d"
    r"(?:\.\d+)?(?:[Zz]|[+-]\d{2}(?::\d{2})?)?$"
)
_EMAIL = re.compile(r"^[^@\s]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
_NUMBER = re.compile(r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$")
_EMPTY: dict[str, Any] = {
    "string": "", "integer": 0, "number": 0.0, "boolean": False, "array": [], "object": {}
}  # fmt: skip
_TRUE, _FALSE = ("true", "1", 1, True), ("false", "0", "", 0, False)


def check(args: Mapping[str, Schema], params: Mapping[str, Any]) -> None:
    """Refuse (WooError 400) what is missing or breaks its schema; unknown names pass."""
    if missing := [n for n, s in args.items() if s.get("required") and params.get(n) is None]:
        raise missing_params(missing)
    found: dict[str, WooError] = {}
    for name, schema in args.items():
        value = params.get(name)
        if value is not None and not schema.get("unchecked"):
            try:
                valid(value, schema, name)
            except WooError as wrong:
                found[name] = wrong
    if found:
        raise invalid_params(found)


def clean(args: Mapping[str, Schema], params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with defaults filled in and known ones turned into their type."""
    cleaned = dict(params)
    for name, schema in args.items():
        if name in params:
            is_taken = schema.get("unchecked") and schema["type"] == "array"
            cleaned[name] = (ids if is_taken else turned)(params[name], schema)
        elif "default" in schema:
            cleaned[name] = schema["default"]
    return cleaned


def valid(value: Any, schema: Schema, name: str) -> None:
    """Refuse a value that breaks its schema. Refused means WooError with the vendor's words."""
    kind = _kind(value, schema, name)
    if kind == "array":
        _valid_items(value, schema, name)
    elif kind == "object":
        for key, inner in schema.get("properties", {}).items():
            if isinstance(value, dict) and key in value and not inner.get("unchecked"):
                valid(value[key], inner, f"{name}[{key}]")
    elif kind in ("integer", "number"):
        _within(float(value), schema, name)
    elif kind == "string":
        _valid_text(value, schema, name)
    if "enum" in schema and kind != "array":
        _in_enum(value, schema, name)


def is_kind(value: Any, kind: str) -> bool:
    """Whether a value may stand for that schema type: digits in text are numbers, commas lists."""
    if kind == "null":
        return value is None
    if kind == "boolean":
        folded = value.lower() if isinstance(value, str) else value
        return isinstance(value, str | int | bool) and folded in (*_TRUE, *_FALSE)
    if kind == "string":
        return isinstance(value, str)
    if kind == "array":
        return isinstance(value, list | str) or (is_scalar(value) and value is not None)
    if kind == "object":
        return isinstance(value, dict) or value in ("", [])
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    if not _NUMBER.match(str(value)):
        return False
    return kind == "number" or float(value) == int(float(value))


def is_email(value: str) -> bool:
    """Whether a text is an e-mail address."""
    return _EMAIL.match(value) is not None


def is_scalar(value: Any) -> bool:
    """Neither a list nor an object."""
    return not isinstance(value, list | dict)


def turned(value: Any, schema: Schema) -> Any:
    """A valid value in its schema's own type ("5" → 5, "true" → True, "1,2" → [1, 2]).

    Null becomes the type's empty value where it is not allowed.
    """
    if value is None:
        kinds = _kinds(schema)
        return None if "null" in kinds else deepcopy(_EMPTY.get(kinds[0]))
    kind = _best_kind(value, schema)
    if kind == "integer":
        return int(float(value))
    if kind == "number":
        return float(value)
    if kind == "boolean":
        return (value.lower() if isinstance(value, str) else value) in _TRUE
    if kind == "array":
        items = schema.get("items", {})
        return [turned(v, items) for v in as_list(value)]
    if kind == "object" and isinstance(value, dict):
        inner = schema.get("properties", {})
        return {k: turned(v, inner[k]) if k in inner else v for k, v in value.items()}
    return {} if kind == "object" else value


def ids(value: Any, schema: Schema) -> list[int]:
    """Whatever was sent as numbers from 0 up, as lists of ids are taken unchecked."""
    return [abs(int(float(v))) if is_kind(v, "integer") else 0 for v in as_list(value)]


def as_list(value: Any) -> list[Any]:
    """A list as sent, or the pieces of a comma or space separated text."""
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        return [piece for piece in re.split(r"[\s,]+", value) if piece]
    return [value]


def listed(words: Sequence[Any]) -> str:
    """ "a, b, and c", as English messages count things up."""
    texts = [str(w) for w in words]
    if len(texts) < 3:
        return " and ".join(texts)
    return ", ".join(texts[:-1]) + ", and " + texts[-1]


def _kinds(schema: Schema) -> list[str]:
    kinds = schema.get("type", "mixed")
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _best_kind(value: Any, schema: Schema) -> str:
    kinds = [k for k in _kinds(schema) if k != "mixed"]
    if not kinds:
        return "mixed"
    exact = [k for k in kinds if k in _own_kinds(value)]
    return next((k for k in [*exact, *kinds] if is_kind(value, k)), "mixed")


def _own_kinds(value: Any) -> tuple[str, ...]:
    for kind, names in (
        (bool, ("boolean",)),
        (int, ("integer", "number")),
        (float, ("number",)),
        (str, ("string",)),
        (list, ("array",)),
        (dict, ("object",)),
    ):
        if isinstance(value, kind):
            return names
    return ("null",)


def _kind(value: Any, schema: Schema, name: str) -> str:
    kind = _best_kind(value, schema)
    known = [k for k in _kinds(schema) if k != "mixed"]
    if kind == "mixed" and known:
        message = f"{name} is not of type {','.join(known)}."
        raise WooError("rest_invalid_type", message, data={"param": name})
    return kind


def _valid_items(value: Any, schema: Schema, name: str) -> None:
    items = schema.get("items")
    if items:
        for place, item in enumerate(as_list(value)):
            valid(item, items, f"{name}[{place}]")


def _valid_text(value: str, schema: Schema, name: str) -> None:
    if schema.get("format") == "date-time" and not _DATE.match(value):
        raise bare("rest_invalid_date", "Invalid date.")
    if schema.get("format") == "email" and not is_email(value):
        raise bare("rest_invalid_email", "Invalid email address.")
    if len(value) < schema.get("minLength", 0):
        least = schema["minLength"]
        unit = "character" if least == 1 else "characters"
        raise bare("rest_too_short", f"{name} must be at least {least} {unit} long.")


def _within(number: float, schema: Schema, name: str) -> None:
    low, high = schema.get("minimum"), schema.get("maximum")
    if (low is None or number >= low) and (high is None or number <= high):
        return
    if low is not None and high is not None:
        message = f"{name} must be between {low} (inclusive) and {high} (inclusive)"
    elif low is not None:
        message = f"{name} must be greater than or equal to {low}"
    else:
        message = f"{name} must be less than or equal to {high}"
    raise bare("rest_out_of_bounds", message)


def _in_enum(value: Any, schema: Schema, name: str) -> None:
    allowed = list(schema["enum"])
    if any(turned(value, schema) == turned(a, schema) for a in allowed):
        return
    one = f"{name} is not {allowed[0]}."
    raise bare(
        "rest_not_in_enum", one if len(allowed) == 1 else f"{name} is not one of {listed(allowed)}."
    )
