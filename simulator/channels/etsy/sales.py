"""Sales run in Shop Manager: so many per cent off, for a while. The API can neither make nor see one,
but for what buyers pay."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.etsy.store import lowest
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

Json = dict[str, Any]


def start(store: Store, percent: int, until: int | None, listings: list[int] | None) -> None:
    """Run a sale from now on; of some listings, or of the whole shop."""
    if not 0 < percent < 100:
        raise ValueError("a sale takes between 1 and 99 per cent off")
    sale = {"percent": percent, "since": store.second(), "until": until, "listings": listings}
    store.shop.set_setting("etsy sales", [*store.shop.setting("etsy sales", []), sale])


def stop(store: Store) -> None:
    """End every sale."""
    store.shop.set_setting("etsy sales", [])


def running(store: Store, listing: int) -> Json | None:
    """The best sale of a listing now."""
    now = store.second()
    found = [
        sale
        for sale in store.shop.setting("etsy sales", [])
        if sale["since"] <= now
        and (sale["until"] is None or now < sale["until"])
        and (sale["listings"] is None or listing in sale["listings"])
    ]
    return max(found, key=lambda sale: sale["percent"], default=None)


def off(store: Store, listing: int, price: int) -> int:
    """How much less a piece costs now, in minor units."""
    sale = running(store, listing)
    if sale is None:
        return 0
    exact = Decimal(price) * sale["percent"] / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def buyer_price(store: Store, listing: Document) -> Json:
    """A ListingBuyerPrice."""
    price = lowest(listing.body)
    less, sale = off(store, listing.id, price), running(store, listing.id)
    return {
        "base_price": store.money(price - less),
        "shipping_cost": None,
        "is_free_shipping": False,
        "original_price": store.money(price),
        "discounted_price": store.money(price - less) if sale else None,
        "discount_amount": store.money(less) if sale else None,
        "discount_percentage": sale["percent"] if sale else None,
        "has_discount": sale is not None,
        "discount_start_epoch": sale["since"] if sale else None,
        "discount_end_epoch": sale["until"] if sale else None,
    }
