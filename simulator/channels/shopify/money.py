"""Amounts: decimals kept as text in documents, and the vendor's money shapes made of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from simulator.commerce.tax import rounded

ZERO = Decimal(0)
NO_MINOR_UNIT = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"}


def decimals(currency: str) -> int:
    """Digits after the point in a currency."""
    return 0 if currency in NO_MINOR_UNIT else 2


def text(amount: Decimal | str, currency: str = "") -> str:
    """An amount as the Money scalar shows it: "49.00"."""
    return str(rounded(Decimal(amount), decimals(currency)))


def plain(amount: Decimal | str) -> str:
    """An amount as the Decimal scalar of MoneyV2 shows it: "49.0", "49.95"."""
    shown = f"{Decimal(amount).normalize():f}"
    return shown if "." in shown else f"{shown}.0"


def money(amount: Decimal | str, currency: str) -> dict[str, Any]:
    """A MoneyV2."""
    value = rounded(Decimal(amount), decimals(currency))
    return {"amount": plain(value), "currencyCode": currency}


def bag(amount: Decimal | str, currency: str) -> dict[str, Any]:
    """A MoneyBag; what the buyer sees is in the shop's currency too (see DIFFERENCES.md)."""
    value = money(amount, currency)
    return {"shopMoney": value, "presentmentMoney": value}


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts, zero when there are none."""
    return sum(amounts, ZERO)
