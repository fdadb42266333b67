"""What a piece costs now: list price, sale while it lasts, tiers; and what tax a row has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import products
from simulator.commerce.shop import Document
from simulator.commerce.tax import Rate, rounded, tax_in, tax_on

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

DAY = timedelta(days=1)  # a sale goes on for a day after its last moment
EVERYBODY = (0, 32000)  # the groups of tiers that a guest sees


@dataclass(frozen=True)
class Taxed:
    """A row's money: net and gross, per piece and in all."""

    price: float
    price_incl: float
    total: float
    total_incl: float
    tax: float
    percent: float


def list_price(found: Document, store: int) -> float:
    """The price without any sale."""
    return float(products.values_at(found, store).get("price") or 0)


def final_price(dialect: Magento, found: Document, store: int, quantity: float = 1) -> float:
    """What a guest pays for a piece now."""
    values = products.values_at(found, store)
    price = float(values.get("price") or 0)
    best = price
    if values.get("special_price") is not None and is_on(dialect, values):
        best = min(best, float(values["special_price"]))
    for tier in found.body["tiers"]:
        if (
            tier["group"] in EVERYBODY
            and quantity >= tier["quantity"]
            and tier["website"] in (0, 1)
        ):
            amount = float(tier["price"])
            best = min(best, price * (1 - amount / 100) if tier["type"] == "discount" else amount)
    return round(best, 4)


def is_on(dialect: Magento, values: Mapping[str, Any]) -> bool:
    """Whether a sale is on: its moments are the shop's local time, and its end a day later."""
    now = dialect.shop.clock.now().astimezone(dialect.zone).replace(tzinfo=None)
    start, end = values.get("special_from_date"), values.get("special_to_date")
    if start and now < datetime.fromisoformat(start):
        return False
    return not (end and now > datetime.fromisoformat(end) + DAY)


def taxed(dialect: Magento, price: float, quantity: float, country: str) -> Taxed:
    """A row's money under the shop's tax rates: of prices with tax or without, by its setting."""
    settings = dialect.settings()
    percent = Decimal(str((settings.get("taxes") or {}).get(country) or 0))
    amount = Decimal(str(price)) * Decimal(str(quantity))
    if not percent:
        untaxed = float(rounded(amount, 4))
        return Taxed(price, price, untaxed, untaxed, 0.0, 0.0)
    rate = [Rate(1, percent)]
    one = Decimal(str(price))
    if settings.get("prices_include_tax"):
        tax = rounded(tax_in(amount, rate)[1])
        net = rounded(one - tax_in(one, rate)[1])
        whole, gross, piece = amount - tax, amount, one
    else:
        tax = rounded(tax_on(amount, rate)[1])
        net = one
        whole, gross, piece = amount, amount + tax, rounded(one + tax_on(one, rate)[1])
    return Taxed(float(net), float(piece), float(whole), float(gross), float(tax), float(percent))
