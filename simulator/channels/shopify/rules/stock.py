"""Stock: quantities of an item at a location, by name, and what moves them.

`on_hand` is not kept but added up: available + committed + what is set aside. Items that are not
tracked keep levels too, but orders do not move them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

ASIDE = ("reserved", "damaged", "safety_stock", "quality_control")
KEPT = ("available", "committed", "incoming", *ASIDE)
NAMES = (*KEPT, "on_hand")
HIGHEST = 1_000_000_000


@dataclass(frozen=True)
class Move:
    """One line of an adjustment group."""

    name: str
    delta: int
    item: int
    location: int
    ledger: str | None = None


def quantity(level: Document, name: str) -> int:
    """How many there are of a named quantity."""
    kept: Mapping[str, int] = level.body["quantities"]
    if name == "on_hand":
        return sum(kept[part] for part in ("available", "committed", *ASIDE))
    return kept[name]


def connect(store: Store, item: int, location: int, available: int = 0) -> Document:
    """Stock an item at a location (or open its old level again) with so many available."""
    for level in store.children("inventory_level", item):
        if level.body["locationId"] == location:
            quantities = {**level.body["quantities"], "available": available}
            return store.put(level, isActive=True, quantities=quantities)
    quantities = {**dict.fromkeys(KEPT, 0), "available": available}
    body = {"locationId": location, "isActive": True, "quantities": quantities}
    return store.add("inventory_level", body, parent_id=item)


def set_to(store: Store, level: Document, name: str, wanted: int) -> list[Move]:
    """Set `available` or `on_hand` to an absolute number; nothing when it is that already."""
    return shift(store, level, "available", wanted - quantity(level, name))


def shift(
    store: Store, level: Document, name: str, delta: int, ledger: str | None = None
) -> list[Move]:
    """Add to a named quantity (and so to `on_hand`, except for what is still incoming)."""
    if delta == 0:
        return []
    move(store, level, {name: delta})
    names = [name] if name == "incoming" else [name, "on_hand"]
    item, location = level.parent_id or 0, level.body["locationId"]
    return [Move(n, delta, item, location, ledger) for n in names]


def move(store: Store, level: Document, deltas: Mapping[str, int]) -> Document:
    """Change several quantities of a level at once."""
    quantities = level.body["quantities"]
    for name, delta in deltas.items():
        quantities[name] += delta
    return store.put(level)


def group(
    store: Store, reason: str, moves: list[Move], document: str | None = None
) -> Document | None:
    """The record of an adjustment; None when nothing moved."""
    if not moves:
        return None
    changes = [vars(m) for m in moves]
    body = {"reason": reason, "referenceDocumentUri": document, "changes": changes}
    return store.add("adjustment_group", body, quiet=True)


# -- what a variant has altogether ----------------------------------------------------------------


def total_available(store: Store, item: int) -> int:
    """Available over all active locations."""
    return sum(quantity(level, "available") for level in store.levels(item))


def sellable(store: Store, variant: Document, item: Document | None = None) -> bool:
    """Whether a buyer may order one more: untracked, oversellable or in stock."""
    item = item or store.need("inventory_item", variant.body["inventoryItemId"])
    if not item.body["tracked"] or variant.body["inventoryPolicy"] == "CONTINUE":
        return True
    return total_available(store, item.id) > 0


def place_for(store: Store, item: Document | None, pieces: int) -> int:
    """The location that an order line is assigned to: the first that has enough, else the first."""
    if item is not None:
        levels = store.levels(item)
        for level in levels:
            if quantity(level, "available") >= pieces:
                return int(level.body["locationId"])
        if levels:
            return int(levels[0].body["locationId"])
    return store.locations()[0].id


def as_change(store: Store, change: Mapping[str, Any]) -> dict[str, Any]:
    """A move as the API shows it (the quantity after it was null in every recorded answer)."""
    return {
        "name": change["name"],
        "delta": change["delta"],
        "quantityAfterChange": None,
        "item": store.get("inventory_item", change["item"]),
        "location": store.get("location", change["location"]),
        "ledgerDocumentUri": change["ledger"],
    }
