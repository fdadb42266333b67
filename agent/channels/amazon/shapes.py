"""Fields of vendor JSON, checked: a field of another type is a ValueError that names it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.model.money import to_minor

Row = Mapping[str, Any]


def text(row: Row, name: str) -> str:
    """A field that is text, "" where it is missing."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text: {value!r:.80}")
    return value


def needed(row: Row, name: str) -> str:
    """A field that is text and must be there."""
    found = text(row, name)
    if not found:
        raise ValueError(f"{name} is missing")
    return found


def part(row: Row, name: str) -> Row:
    """A field that is an object, empty where it is missing."""
    value = row.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is no object: {value!r:.80}")
    return value


def rows(row: Row, name: str) -> list[Row]:
    """A field that is a list of objects, empty where it is missing."""
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise ValueError(f"{name} is no list of objects: {value!r:.80}")
    return value


def words(row: Row, name: str) -> list[str]:
    """A field that is a list of texts, empty where it is missing."""
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{name} is no list of texts: {value!r:.80}")
    return value


def first(row: Row, name: str) -> Row:
    """The first object of a list, empty where there is none."""
    found = rows(row, name)
    return found[0] if found else {}


def whole(row: Row, name: str) -> int | None:
    """A field that is a whole number, or not there."""
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} is no whole number: {value!r:.80}")
    return value


def number(value: Any, name: str) -> Decimal:
    """A number, written as such or as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{name} is no number: {value!r:.80}")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= Decimal(10) ** 12:
        raise ValueError(f"{name} is no amount: {value!r:.80}")
    return found


def money(row: Row, name: str, currency: str) -> int | None:
    """A field that is money in this currency, in minor units; None where it is missing."""
    found = part(row, name)
    if not found:
        return None
    if text(found, "currencyCode") not in ("", currency):
        raise ValueError(f"{name} is in {text(found, 'currencyCode')}, not in {currency}")
    return to_minor(number(found.get("amount"), f"{name}.amount"), currency)


def moment(value: Any, name: str) -> datetime:
    """A moment in ISO 8601; one without a zone is UTC."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"{name} is no moment: {value!r:.80}") from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def iso(at: datetime) -> str:
    """A moment as Amazon writes it, in whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
