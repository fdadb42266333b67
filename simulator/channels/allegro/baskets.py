"""From a merchant's codes to offers: which offer a shopper finds, and whether it can be bought."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.channels import SoldOut
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

SHOWN_FIRST = ("ACTIVE", "ENDED", "ACTIVATING", "INACTIVE")


def found(store: Store, sku: str) -> Document | None:
    """The offer with this code that a shopper would find: a listed one before an ended one."""
    every = list(store.shop.all("offer", sku=sku))
    every.sort(key=lambda offer: SHOWN_FIRST.index(offer.body["publication"]["status"]))
    return every[0] if every else None


def the_offer(store: Store, sku: str) -> Document:
    """The same; LookupError when there is none."""
    offer = found(store, sku)
    if offer is None:
        raise LookupError(f"no offer with external.id {sku!r}")
    return offer


def chosen(store: Store, basket: Mapping[str, int]) -> list[tuple[Document, int]]:
    """The offers of a basket, {sku: pieces}; SoldOut when one of them cannot be bought so."""
    lines = []
    for sku, pieces in basket.items():
        offer = found(store, sku)
        if offer is None or offer.body["publication"]["status"] != "ACTIVE":
            raise SoldOut(f"{sku}: the offer has ended")
        left = offer.body["stock"]["available"]
        if pieces > left:
            raise SoldOut(f"{sku}: only {left} left, {pieces} wanted")
        if offer.body["sellingMode"]["format"] != "BUY_NOW":
            raise SoldOut(f"{sku}: is not sold at a fixed price")
        lines.append((offer, pieces))
    return lines
