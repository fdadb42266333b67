"""Amazon's ways with lists, money and time; a field of another type is a ValueError. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.channels.strict import Row, part, rows, text
from agent.model.money import to_minor


def first(row: Row, name: str) -> Row:
    """The first object of a list, empty where there is none."""
    found = rows(row, name)
    return found[0] if found else {}


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


def iso(at: datetime) -> str:
    """A moment as Amazon writes it, in whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
