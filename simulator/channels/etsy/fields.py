"""What a request carries: form, JSON or query values, read by the type that the vendor wants.

Form bodies say everything as text; lists come as repeated keys, `key[]`, `key[0]`, or with commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Request

from simulator.channels.etsy.errors import EtsyError, missing, problem, wrong_type

INDEXED = re.compile(r"^(\w+)\[\d*\]$")
MOST = 10**15  # of any number
YES, NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


class Fields:
    """Named values of a request. A null, or an empty text in a form, reads as None."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def need(self, names: Iterable[str]) -> None:
        """EtsyError when one of them was not sent or is empty."""
        absent = [name for name in names if self._get(name) is None]
        if absent:
            raise missing(absent)

    def integer(self, name: str, least: int | None = None, most: int | None = None) -> int | None:
        """A whole number within limits."""
        value = self._get(name)
        if value is None:
            return None
        number = as_integer(name, value)
        if (least is not None and number < least) or (most is not None and number > most):
            raise problem(
                name, f"must be between {least} and {most}" if most else f"at least {least}"
            )
        return number

    def whole(self, name: str, default: int, least: int, most: int | None = None) -> int:
        """A whole number that has a default."""
        number = self.integer(name, least, most)
        return default if number is None else number

    def number(self, name: str) -> float | None:
        """Any number."""
        value = self._get(name)
        return None if value is None else as_number(name, value)

    def flag(self, name: str) -> bool | None:
        """True or false; Python's True and False count too."""
        value = self._get(name)
        if value is None or isinstance(value, bool):
            return value
        text = str(value).lower()
        if text in YES or text in NO:
            return text in YES
        raise wrong_type(name, "boolean", value)

    def text(self, name: str) -> str | None:
        """Text as it was sent."""
        value = self._get(name)
        if isinstance(value, list | dict):
            raise wrong_type(name, "string", value)
        return None if value is None else str(value)

    def choice(self, name: str, allowed: Iterable[str]) -> str | None:
        """One of some words."""
        value = self.text(name)
        if value is not None and value not in allowed:
            raise problem(name, f"must be one of {', '.join(allowed)}")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of texts; one text is split at its commas."""
        value = self._get(name)
        if value is None:
            return []
        rows = value if isinstance(value, list) else str(value).split(",")
        return [str(row).strip() for row in rows if str(row).strip()]

    def integers(self, name: str) -> list[int]:
        """A list of whole numbers."""
        return [as_integer(name, row) for row in self.texts(name)]

    def _get(self, name: str) -> Any:
        value = self.values.get(name)
        return None if value == "" else value


def as_integer(name: str, value: Any) -> int:
    """A whole number from JSON or from a form's text."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value.strip()):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST:
        raise wrong_type(name, "int", value)
    return value


def as_number(name: str, value: Any) -> float:
    """A number from JSON or from a form's text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong_type(name, "float", value)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise wrong_type(name, "float", value) from None
    if not abs(number) <= MOST:  # neither is what is no number
        raise wrong_type(name, "float", value)
    return number


def body_of(request: Request) -> Fields:
    """The body's values by its content type. JSON text under a form's content type is lost."""
    if request.mimetype == "application/json" or request.mimetype.endswith("+json"):
        found = request.get_json(silent=True)
        if found is None and request.get_data():
            raise EtsyError(400, "Invalid JSON in request body")
        return Fields(found if isinstance(found, dict) else {})
    return Fields(_grouped(request.form.lists()))


def query_of(request: Request) -> Fields:
    """The query's values."""
    return Fields(_grouped(request.args.lists()))


def _grouped(lists: Iterable[tuple[str, list[str]]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, rows in lists:
        indexed = INDEXED.match(key)
        if indexed:
            values.setdefault(indexed[1], []).extend(rows)
        else:
            values[key] = rows if len(rows) > 1 else rows[0]
    return values
