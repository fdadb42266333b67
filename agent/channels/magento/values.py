"""The vendor's loose JSON, read strictly: numbers may be text, keys without a value are absent.

ValueError, with the field's name, for what is none of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from agent.channels.loose import Row, amount, mapping, number_of, text, wrong

__all__ = [
    "Row",
    "amount",
    "flag",
    "mapping",
    "moment",
    "needed",
    "number_of",
    "pieces",
    "rows",
    "stamp",
    "text",
]


def needed(row: Row, name: str) -> Decimal:
    """A number that must be there."""
    if row.get(name) in (None, ""):
        raise ValueError(f"{name} is missing")
    return amount(row, name)


def pieces(row: Row, name: str) -> int:
    """A quantity in whole pieces; a missing one is 0. Fractions are cut off."""
    return int(amount(row, name))


def flag(row: Row, name: str) -> bool:
    """Yes or no, as a boolean, a number or its text; a missing one is no."""
    given = row.get(name)
    return given if isinstance(given, bool) else amount(row, name) != 0


def rows(row: Row, name: str) -> list[Row]:
    """A list of objects; a missing or null one is empty."""
    given = row.get(name)
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise wrong(row, name, "a list of objects")
    return given


def moment(row: Row, name: str) -> datetime | None:
    """A time in UTC, which the vendor writes without a zone."""
    given = text(row, name)
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise wrong(row, name, "a time") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def stamp(at: datetime) -> str:
    """A time in UTC as the vendor writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
