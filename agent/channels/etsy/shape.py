"""Etsy's ways with money and time; a field of another type is Misshapen."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from agent.channels.strict import LONGEST, Misshapen, Row, needed_whole, wrong
from agent.model.money import to_minor


def moment(row: Row, name: str, older: str = "") -> datetime:
    """Epoch seconds as an aware moment; `older` is the name that the field once had."""
    known = name if row.get(name) is not None or not older else older
    seconds = needed_whole(row, known)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Misshapen(f"{known} is no time: {seconds}") from None


def money(row: Row, name: str) -> int:
    """An amount in minor units of its currency; null is nothing."""
    value = row.get(name)
    if value is None:
        return 0
    if not isinstance(value, dict):
        raise wrong(name, "amount", value)
    amount, divisor = needed_whole(value, "amount"), needed_whole(value, "divisor")
    if divisor <= 0:
        raise Misshapen(f"{name} has the divisor {divisor}")
    return to_minor(Decimal(amount) / divisor, currency(row, name))


def currency(row: Row, name: str) -> str:
    """The ISO 4217 code of an amount."""
    value = row.get(name)
    code = value.get("currency_code") if isinstance(value, dict) else None
    if not isinstance(code, str) or len(code) != 3:
        raise Misshapen(f"{name} has no currency: {repr(value)[:LONGEST]}")
    return code
