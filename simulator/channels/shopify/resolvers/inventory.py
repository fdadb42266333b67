"""Stock: items, levels, locations, and what sets them."""

from __future__ import annotations

from typing import Any

from simulator.channels.shopify import gids, lists, money
from simulator.channels.shopify.call import Resolver
from simulator.channels.shopify.errors import bad_request
from simulator.channels.shopify.resolvers.nodes import (
    BY_TIME,
    TIMES,
    by_id,
    context,
    in_body,
    listed,
)
from simulator.channels.shopify.rules import stock
from simulator.channels.shopify.search import Clause, Column, Search
from simulator.commerce.shop import Document

# -- reading --------------------------------------------------------------------------------------

ITEMS = lists.Listing(
    "inventory_item",
    lambda call: Search(
        {**TIMES, "id": Column("id", "id"), "sku": Column("sku")}, (), call.store.zone
    ),
    {"ID": "id"},
)
LEVELS = lists.Listing(
    "inventory_level",
    lambda call: Search({**TIMES, "id": Column("id", "id")}, (), call.store.zone),
    {"ID": "id"},
)
LOCATIONS = lists.Listing(
    "location",
    lambda call: Search({"name": Column(in_body("name"), "word"), "id": Column("id", "id")}),
    {**BY_TIME, "NAME": in_body("name")},
    default="NAME",
)


def locations(source: Any, info: Any, **args: Any) -> lists.Connection:
    """The locations, active ones unless asked otherwise."""
    active = Clause("json_extract(body, '$.isActive') = 1")
    within = None if args.pop("includeInactive", False) else active
    return LOCATIONS.connection(context(info), args, within)


def location(source: Any, info: Any, id: str | None = None) -> Document | None:
    """One location; without an id the first one."""
    store = context(info).store
    return store.locations()[0] if id is None else store.by_gid("location", id)


def level_of_item(
    source: Document, info: Any, locationId: str, includeInactive: bool | None = None
) -> Document | None:
    """An item's level at a location."""
    number = gids.number(locationId, "Location")
    return None if number is None else context(info).store.level(source.id, number)


def levels_of_item(source: Document, info: Any, **args: Any) -> lists.Connection:
    """An item's levels."""
    return lists.sliced(context(info).store.levels(source), args)


def level_of_location(
    source: Document, info: Any, inventoryItemId: str, includeInactive: bool | None = None
) -> Document | None:
    """A location's level of an item."""
    number = gids.number(inventoryItemId, "InventoryItem")
    return None if number is None else context(info).store.level(number, source.id)


def levels_of_location(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The levels at a location."""
    args.pop("includeInactive", None)
    within = Clause("json_extract(body, '$.locationId') = ?", (source.id,))
    return LEVELS.connection(context(info), args, within)


def quantities(source: Document, info: Any, names: list[str]) -> list[dict[str, Any]]:
    """The named quantities of a level."""
    unknown = [name for name in names if name not in stock.NAMES]
    if unknown:
        raise bad_request(f"Invalid quantity names: {', '.join(unknown)}")
    query = f"?inventory_item_id={source.parent_id}"
    updated = context(info).store.stamp_of(source)
    return [
        {
            "id": f"{gids.gid('InventoryQuantity', source.id)}{query}&name={name}",
            "name": name,
            "quantity": stock.quantity(source, name),
            "updatedAt": updated,
        }
        for name in names
    ]


def address(source: Document, info: Any) -> dict[str, Any]:
    """A location's address."""
    given = source.body["address"]
    lines = [given.get(k) for k in ("address1", "address2", "zip", "city", "countryCode")]
    return {**given, "country": given.get("countryCode"), "formatted": [x for x in lines if x]}


def duplicates(source: Document, info: Any) -> int:
    """How many other items carry the same sku."""
    if not source.sku:
        return 0
    return sum(1 for _ in context(info).store.shop.all("inventory_item", sku=source.sku)) - 1


def item_variants(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The variant of an item, as a list."""
    variant = context(info).store.variant_of(source)
    return lists.sliced([variant] if variant else [], args)


def changes(
    source: Document,
    info: Any,
    inventoryItemIds: list[str] | None = None,
    locationIds: list[str] | None = None,
    quantityNames: list[str] | None = None,
) -> list[dict[str, Any]]:
    """What an adjustment moved."""
    store = context(info).store
    rows = source.body["changes"]
    items = {gids.number(i, "InventoryItem") for i in inventoryItemIds or ()}
    places = {gids.number(i, "Location") for i in locationIds or ()}
    rows = [r for r in rows if not quantityNames or r["name"] in quantityNames]
    rows = [r for r in rows if not items or r["item"] in items]
    return [stock.as_change(store, r) for r in rows if not places or r["location"] in places]


def properties(source: Any, info: Any) -> dict[str, Any]:
    """The names of quantities and how they hang together."""
    parts = ("available", "committed", *stock.ASIDE)
    names = [
        {
            "name": name,
            "displayName": name.replace("_", " ").capitalize(),
            "isInUse": True,
            "belongsTo": ["on_hand"] if name in parts else [],
            "comprises": list(parts) if name == "on_hand" else [],
        }
        for name in stock.NAMES
    ]
    return {"quantityNames": names}


def unit_cost(source: Document, info: Any) -> dict[str, Any] | None:
    """What the merchant pays."""
    cost = source.body["cost"]
    return None if cost is None else money.money(cost, context(info).store.currency)


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "inventoryItem": by_id("inventory_item"),
        "inventoryItems": listed(ITEMS),
        "inventoryLevel": by_id("inventory_level"),
        "inventoryProperties": properties,
        "location": location,
        "locations": locations,
        "locationByIdentifier": lambda source, info, identifier: context(info).store.by_gid(
            "location", identifier.get("id")
        ),
    },
    "InventoryItem": {
        "sku": lambda source, info: source.sku,
        "trackedEditable": lambda source, info: {"locked": False},
        "unitCost": unit_cost,
        "measurement": lambda source, info: {"id": source.id, "weight": source.body["weight"]},
        "duplicateSkuCount": duplicates,
        "variant": lambda source, info: context(info).store.variant_of(source),
        "variants": item_variants,
        "inventoryLevel": level_of_item,
        "inventoryLevels": levels_of_item,
        "locationsCount": lambda source, info: {
            "count": len(context(info).store.levels(source)),
            "precision": "EXACT",
        },
    },
    "InventoryLevel": {
        "id": lambda source, info: (
            f"{gids.gid('InventoryLevel', source.id)}?inventory_item_id={source.parent_id}"
        ),
        "item": lambda source, info: context(info).store.need("inventory_item", source.parent_id),
        "location": lambda source, info: context(info).store.need(
            "location", source.body["locationId"]
        ),
        "quantities": quantities,
        "canDeactivate": lambda source, info: not source.body["quantities"]["committed"],
    },
    "Location": {
        "address": address,
        "activatable": lambda source, info: True,
        "deactivatable": lambda source, info: False,
        "fulfillsOnlineOrders": lambda source, info: True,
        "shipsInventory": lambda source, info: True,
        "hasActiveInventory": lambda source, info: True,
        "hasUnfulfilledOrders": lambda source, info: False,
        "isFulfillmentService": lambda source, info: False,
        "inventoryLevel": level_of_location,
        "inventoryLevels": levels_of_location,
    },
    "InventoryAdjustmentGroup": {"changes": changes, "app": lambda source, info: None},
}
