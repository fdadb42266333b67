"""Fields of Etsy's JSON, taken out by the type that they must have; a wrong one is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from agent.model.money import to_minor

Row = Mapping[str, Any]


class Misshapen(ValueError):
    """A field that is missing, or of another type; the text names it."""


def text(row: Row, name: str) -> str:
    """A text; "" where the vendor says null or nothing."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Misshapen(f"{name} is no text: {_glimpse(value)}")
    return value


def number(row: Row, name: str) -> int:
    """A whole number that must be there."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Misshapen(f"{name} is no whole number: {_glimpse(value)}")
    return value


def flag(row: Row, name: str) -> bool:
    """True or false; null is false."""
    value = row.get(name)
    if value is not None and not isinstance(value, bool):
        raise Misshapen(f"{name} is neither true nor false: {_glimpse(value)}")
    return bool(value)


def rows(row: Row, name: str) -> Sequence[Row]:
    """A list of objects; null is none."""
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Misshapen(f"{name} is no list of objects: {_glimpse(value)}")
    return value


def numbers(row: Row, name: str) -> tuple[int, ...]:
    """A list of whole numbers; null is none."""
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise Misshapen(f"{name} is no list of numbers: {_glimpse(value)}")
    return tuple(value)


def texts(row: Row, name: str) -> tuple[str, ...]:
    """A list of texts; null is none."""
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Misshapen(f"{name} is no list of texts: {_glimpse(value)}")
    return tuple(value)


def moment(row: Row, name: str, older: str = "") -> datetime:
    """Epoch seconds as an aware moment; `older` is the name that the field once had."""
    known = name if row.get(name) is not None or not older else older
    seconds = number(row, known)
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
        raise Misshapen(f"{name} is no amount: {_glimpse(value)}")
    amount, divisor = number(value, "amount"), number(value, "divisor")
    if divisor <= 0:
        raise Misshapen(f"{name} has the divisor {divisor}")
    return to_minor(Decimal(amount) / divisor, currency(row, name))


def currency(row: Row, name: str) -> str:
    """The ISO 4217 code of an amount."""
    value = row.get(name)
    code = value.get("currency_code") if isinstance(value, dict) else None
    if not isinstance(code, str) or len(code) != 3:
        raise Misshapen(f"{name} has no currency: {_glimpse(value)}")
    return code


def _glimpse(value: object) -> str:
    return f"{value!r}"[:60]
