"""JSON as PHP writes it, read strictly: numbers may be text, and an empty object may be a list.

ValueError, with the field's name, for what is none of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Row = Mapping[str, Any]


def number_of(given: object) -> Decimal | None:
    """A number from a number or its text, exact; None for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        found = Decimal(str(given).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def amount(row: Row, name: str) -> Decimal:
    """A number, exact; a missing, null or empty one is 0."""
    given = row.get(name)
    if given is None or given == "":
        return Decimal(0)
    found = number_of(given)
    if found is None:
        raise wrong(row, name, "a number")
    return found


def text(row: Row, name: str) -> str:
    """Text, also of a number; a missing or null one is ""."""
    given = row.get(name)
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise wrong(row, name, "text")
    return str(given).strip()


def mapping(row: Row, name: str) -> Row:
    """An object; a missing, null or emptied one is empty."""
    given = row.get(name)
    if isinstance(given, Mapping):
        return given
    if given is None or given == []:
        return {}
    raise wrong(row, name, "an object")


def wrong(row: Row, name: str, wanted: str) -> ValueError:
    """The fault of a field that is no such thing."""
    return ValueError(f'{name} is not {wanted}: "{str(row.get(name))[:60]}"')
