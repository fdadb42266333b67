"""What a listing's attributes mean for a shopper now: price, stock, promise, whether it can be bought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.channels.amazon import moments
from simulator.channels.amazon.attributes import Attributes, first

SELLER = "DEFAULT"


@dataclass(frozen=True)
class Stock:
    """Pieces that can be bought; `quantity` None: unlimited. `channel` says whose warehouse."""

    channel: str
    quantity: int | None
    handling_days: int | None = None
    restock: str | None = None

    @property
    def any_left(self) -> bool:
        """Whether at least one piece can be bought."""
        return self.quantity is None or self.quantity > 0

    @property
    def is_fba(self) -> bool:
        """Whether the pieces lie in Amazon's own warehouses."""
        return self.channel != SELLER


@dataclass(frozen=True)
class Price:
    """What is paid now, and what it is without the sale that is on."""

    now: Decimal
    regular: Decimal


def offer(attributes: Attributes, audience: str = "ALL") -> dict[str, Any] | None:
    """The offer to consumers ("ALL") or businesses ("B2B")."""
    for element in attributes.get("purchasable_offer", ()):
        if (element.get("audience") or "ALL") == audience:
            return element
    return None


def price(found: Mapping[str, Any] | None, at: datetime) -> Price | None:
    """An offer's price at a moment; None without a price or outside of the offer's own dates."""
    if found is None or not _between(found.get("start_at"), found.get("end_at"), at):
        return None
    regular = _scheduled(found.get("our_price"), at)
    if regular is None:
        return None
    sale = _scheduled(found.get("discounted_price"), at)
    return Price(sale if sale is not None and sale < regular else regular, regular)


def _scheduled(prices: Any, at: datetime) -> Decimal | None:
    for part in prices or ():
        for row in part.get("schedule") or ():
            if row.get("value_with_tax") is not None and _between(
                row.get("start_at"), row.get("end_at"), at
            ):
                return Decimal(str(row["value_with_tax"]))
    return None


def _between(start: Any, end: Any, at: datetime) -> bool:
    begins, ends = _moment(start), _moment(end)
    return (begins is None or at >= begins) and (ends is None or at <= ends)


def _moment(given: Any) -> datetime | None:
    return moments.read(given.get("value") if isinstance(given, dict) else given)


def bounds(found: Mapping[str, Any] | None, at: datetime) -> tuple[Decimal | None, Decimal | None]:
    """The least and the highest price that the seller allows."""
    given = found or {}
    least = _scheduled(given.get("minimum_seller_allowed_price"), at)
    return least, _scheduled(given.get("maximum_seller_allowed_price"), at)


def list_price(attributes: Attributes) -> Decimal | None:
    """The recommended price; None where there is none."""
    elements = attributes.get("list_price") or [{}]
    value = elements[0].get("value_with_tax", elements[0].get("value"))
    return None if value is None else Decimal(str(value))


def stock(attributes: Attributes, fba: int) -> Stock:
    """The stock that counts: the first channel with any, else the first."""
    elements = attributes.get("fulfillment_availability") or []
    found = [_stock(element, fba) for element in elements] or [Stock(SELLER, 0)]
    return next((one for one in found if one.any_left), found[0])


def _stock(element: Mapping[str, Any], fba: int) -> Stock:
    channel = str(element.get("fulfillment_channel_code") or SELLER)
    quantity: int | None = int(element.get("quantity") or 0)
    if element.get("is_inventory_available"):
        quantity = None
    if channel != SELLER:
        quantity = fba
    days, restock = element.get("lead_time_to_ship_max_days"), element.get("restock_date")
    return Stock(channel, quantity, days, restock)


def is_parent(attributes: Attributes) -> bool:
    """Whether this is the head of a family, which nobody can buy."""
    return bool(first(attributes, "parentage_level") == "parent")


def is_skipped(attributes: Attributes) -> bool:
    """Whether the seller has taken the offer off."""
    return bool(first(attributes, "skip_offer"))


def status(body: Mapping[str, Any], at: datetime) -> list[str]:
    """A listing's status: whether it can be bought, whether it can be found."""
    attributes = body["attributes"]
    found = []
    blocked = any(issue.get("blocks") for issue in body.get("issues", ()))
    if (
        body.get("asin")
        and not blocked
        and not is_parent(attributes)
        and not is_skipped(attributes)
        and price(offer(attributes), at) is not None
        and stock(attributes, body.get("fba", 0)).any_left
    ):
        found.append("BUYABLE")
    if body.get("asin"):
        found.append("DISCOVERABLE")
    return found
