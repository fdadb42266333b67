"""Quantities: Decimal in code, whole thousandths in SQLite."""

from __future__ import annotations

from decimal import Decimal


def to_milli(quantity: Decimal) -> int:
    """Whole thousandths; ValueError when the quantity has more than three decimals."""
    milli = quantity.scaleb(3)
    if milli != milli.to_integral_value():
        raise ValueError(f"more than three decimals: {quantity}")
    return int(milli)


def from_milli(milli: int) -> Decimal:
    """The quantity without trailing zeros: 12000 is 12, 1500 is 1.5."""
    whole, rest = divmod(milli, 1000)
    return Decimal(whole) if rest == 0 else Decimal(milli).scaleb(-3).normalize()
