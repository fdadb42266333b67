"""A vendor's JSON, read strictly: what is there must have the type that it is documented with.

What is null counts as not there. Misshapen for another type; `loose` is for vendors who write numbers as
texts and leave their types to chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]

LONGEST = 80  # characters of an odd value that are told


class Misshapen(ValueError):
    """A field that is missing, or of another type; the text names it."""


def wrong(name: str, kind: str, value: object) -> Misshapen:
    """The error for a field of another kind."""
    return Misshapen(f"{name} is no {kind}: {repr(value)[:LONGEST]}")


def text(row: Row, name: str) -> str:
    """A text; "" where there is none."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong(name, "text", value)
    return value


def needed(row: Row, name: str) -> str:
    """A text that must be there."""
    found = text(row, name)
    if not found:
        raise Misshapen(f"{name} is missing")
    return found


def texts(row: Row, name: str) -> list[str]:
    """A list of texts; empty where there is none."""
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise wrong(name, "list of texts", value)
    return value


def whole(row: Row, name: str) -> int | None:
    """A whole number; None where there is none."""
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong(name, "whole number", value)
    return value


def needed_whole(row: Row, name: str) -> int:
    """A whole number that must be there."""
    found = whole(row, name)
    if found is None:
        raise wrong(name, "whole number", found)
    return found


def numbers(row: Row, name: str) -> list[int]:
    """A list of whole numbers; empty where there is none."""
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise wrong(name, "list of numbers", value)
    return value


def flag(row: Row, name: str) -> bool:
    """True or false; false where there is none."""
    value = row.get(name)
    if value is not None and not isinstance(value, bool):
        raise Misshapen(f"{name} is neither true nor false: {repr(value)[:LONGEST]}")
    return bool(value)


def part(row: Row, name: str) -> Row:
    """An object; empty where there is none."""
    value = row.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise wrong(name, "object", value)
    return value


def rows(row: Row, name: str) -> list[Row]:
    """A list of objects; empty where there is none."""
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise wrong(name, "list of objects", value)
    return value


def needed_rows(row: Row, name: str) -> list[Row]:
    """A list of objects that must be there."""
    if row.get(name) is None:
        raise Misshapen(f"{name} is missing")
    return rows(row, name)


def moment(row: Row, name: str) -> datetime | None:
    """A moment in ISO 8601, in UTC as one without a zone is; None where there is none."""
    value = text(row, name)
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise wrong(name, "moment", value) from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def needed_moment(row: Row, name: str) -> datetime:
    """A moment that must be there."""
    found = moment(row, name)
    if found is None:
        raise Misshapen(f"{name} is missing")
    return found
