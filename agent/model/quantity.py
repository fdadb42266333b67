"""Quantities: Decimal in code, whole thousandths in SQLite."""

from __future__ import annotations

from decimal import Decimal


def from_milli(milli: int) -> Decimal:
    """The quantity without trailing zeros: 12000 is 12, 1500 is 1.5."""
    whole, rest = divmod(milli, 1000)
    return Decimal(whole) if rest == 0 else Decimal(milli).scaleb(-3).normalize()
