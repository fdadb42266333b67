"""Stock: items, levels, locations, and what sets them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.channels.shopify import gids, lists, money
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act, act_once
from simulator.channels.shopify.errors import Refused, bad_request, refuse, user_error
from simulator.channels.shopify.resolvers.common import (
    BY_TIME,
    TIMES,
    by_id,
    context,
    in_body,
    listed,
)
from simulator.channels.shopify.rules import products, stock
from simulator.channels.shopify.search import Clause, Column, Search
from simulator.commerce.shop import Document

REASONS = {
    *("correction", "cycle_count_available", "damaged", "movement_canceled", "movement_created"),
    *("movement_received", "movement_updated", "other", "promotion", "quality_control"),
    *("received", "reservation_created", "reservation_deleted", "reservation_updated"),
    *("restock", "safety_stock", "shrinkage"),
}
URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^\s/]+(?:/.*)?$")
MOST_ADJUSTED = 2_000_000_000
Key = tuple[int, int]  # item, location


# -- absolute -------------------------------------------------------------------------------------


def set_quantities(call: Call, args: Args) -> Payload:
    """`inventorySetQuantities`: all rows or none."""
    given = args["input"]
    if given["name"] not in ("available", "on_hand"):
        message = "The quantity name must be either 'available' or 'on_hand'."
        raise refuse(message, "input", "name", code="INVALID_NAME")
    return _set_rows(call, given, given["name"], "quantities", given["quantities"])


def set_on_hand(call: Call, args: Args) -> Payload:
    """`inventorySetOnHandQuantities`: the older form of the same."""
    given = args["input"]
    return _set_rows(call, given, "on_hand", "setQuantities", given["setQuantities"])


def _set_rows(
    call: Call, given: Mapping[str, Any], name: str, field: str, rows: Sequence[Mapping[str, Any]]
) -> Payload:
    errors = _frame_errors(given, set(REASONS))
    levels: dict[Key, Document] = {}
    for index, row in enumerate(rows):
        where = ("input", field, index)
        level, error = _row_level(call, row, where)
        error = error or _quantity_error(row["quantity"], where)
        if level is not None and error is None:
            key = (level.parent_id or 0, level.body["locationId"])
            error = _duplicate(key, levels, where) or _stale(level, name, row, where)
            levels[key] = level
        errors += [error] if error else []
    if errors:
        raise Refused(*errors)
    moves = [
        move
        for level, row in zip(levels.values(), rows, strict=True)
        for move in stock.set_to(call.store, level, name, row["quantity"])
    ]
    document = given.get("referenceDocumentUri")
    done = stock.group(call.store, given["reason"], moves, document)
    return {"inventoryAdjustmentGroup": done}


def _quantity_error(quantity: int, where: tuple[str | int, ...]) -> dict[str, Any] | None:
    place = (*where, "quantity")
    if quantity > stock.HIGHEST:
        message = "The total quantity can't be higher than 1,000,000,000."
        return user_error(message, *place, code="INVALID_QUANTITY_TOO_HIGH")
    if quantity < -stock.HIGHEST:
        message = "The total quantity can't be lower than -1,000,000,000."
        return user_error(message, *place, code="INVALID_QUANTITY_TOO_LOW")
    if quantity < 0:
        message = "The quantity can't be negative."
        return user_error(message, *place, code="INVALID_QUANTITY_NEGATIVE")
    return None


def _duplicate(
    key: Key, levels: Mapping[Key, Document], where: tuple[str | int, ...]
) -> dict[str, Any] | None:
    if key not in levels:
        return None
    message = "The combination of inventoryItemId and locationId must be unique."
    code = "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"
    return user_error(message, *where, code=code)


def _stale(
    level: Document, name: str, row: Mapping[str, Any], where: tuple[str | int, ...]
) -> dict[str, Any] | None:
    expected = row.get("changeFromQuantity")
    if expected is None or expected == stock.quantity(level, name):
        return None
    message = "The changeFromQuantity value does not match persisted value."
    return user_error(message, *where, "changeFromQuantity", code="CHANGE_FROM_QUANTITY_STALE")


def _row_level(
    call: Call, row: Mapping[str, Any], where: tuple[str | int, ...]
) -> tuple[Document | None, dict[str, Any] | None]:
    store = call.store
    item = gids.number(row["inventoryItemId"], "InventoryItem")
    location = gids.number(row["locationId"], "Location")
    level = store.level(item, location) if item is not None and location is not None else None
    if level is not None:
        return level, None
    if store.get("inventory_item", item) is None:
        message = "The specified inventory item could not be found."
        place = (*where, "inventoryItemId")
        return None, user_error(message, *place, code="INVALID_INVENTORY_ITEM")
    if store.get("location", location) is None:
        message = "The specified location could not be found."
        return None, user_error(message, *where, "locationId", code="INVALID_LOCATION")
    message = "The specified inventory item is not stocked at the location."
    return None, user_error(message, *where, "locationId", code="ITEM_NOT_STOCKED_AT_LOCATION")


def _frame_errors(given: Mapping[str, Any], reasons: set[str]) -> list[dict[str, Any]]:
    errors = []
    if given["reason"] not in reasons:
        message = "The specified reason is invalid."
        errors.append(user_error(message, "input", "reason", code="INVALID_REASON"))
    document = given.get("referenceDocumentUri")
    if document is not None and not URI.match(document):
        message = "The specified reference document is invalid."
        code = "INVALID_REFERENCE_DOCUMENT"
        errors.append(user_error(message, "input", "referenceDocumentUri", code=code))
    return errors


def explicit(list_name: str, type: str) -> Any:
    """Every row must say `changeFromQuantity`, be it null (only seen at run time)."""

    def check(args: Args) -> None:
        if any("changeFromQuantity" not in row for row in args["input"][list_name]):
            message = f"{type} must include the following argument: changeFromQuantity."
            raise bad_request(message, "INVALID_FIELD_ARGUMENTS")

    return check


# -- relative -------------------------------------------------------------------------------------


def adjust_quantities(call: Call, args: Args) -> Payload:
    """`inventoryAdjustQuantities`: deltas, all rows or none."""
    given = args["input"]
    name = given["name"]
    errors = _frame_errors(given, set(REASONS))
    if name not in (*("available", "incoming"), *stock.ASIDE):
        message = "The specified quantity name is invalid."
        errors.append(user_error(message, "input", "name", code="INVALID_QUANTITY_NAME"))
        raise Refused(*errors)
    moves: list[stock.Move] = []
    for index, row in enumerate(given["changes"]):
        where = ("input", "changes", index)
        level, error = _row_level(call, row, where)
        ledger = row.get("ledgerDocumentUri")
        error = error or _ledger_error(name, ledger, where)
        if level is not None and error is None:
            error = _stale(level, name, row, where) or _reach_error(level, name, row, where)
        if level is not None and error is None:
            moves += stock.shift(call.store, level, name, row["delta"], ledger)
        errors += [error] if error else []
    if errors:
        raise Refused(*errors)
    document = given.get("referenceDocumentUri")
    return {"inventoryAdjustmentGroup": stock.group(call.store, given["reason"], moves, document)}


def _ledger_error(
    name: str, ledger: str | None, where: tuple[str | int, ...]
) -> dict[str, Any] | None:
    place = (*where, "ledgerDocumentUri")
    if name == "available" and ledger is not None:
        message = "A ledger document URI is not allowed when adjusting available."
        return user_error(message, *place, code="INVALID_AVAILABLE_DOCUMENT")
    if name != "available" and ledger is None:
        message = "A ledger document URI is required except when adjusting available."
        return user_error(message, *place, code="INVALID_QUANTITY_DOCUMENT")
    if ledger is not None and ledger.startswith("gid://shopify/"):
        message = "Internal (gid://shopify/) ledger documents are not allowed to be adjusted."
        return user_error(message, *place, code="INTERNAL_LEDGER_DOCUMENT")
    return None


def _reach_error(
    level: Document, name: str, row: Mapping[str, Any], where: tuple[str | int, ...]
) -> dict[str, Any] | None:
    after = stock.quantity(level, name) + row["delta"]
    if after > MOST_ADJUSTED:
        message = "The quantity can't be higher than 2,000,000,000."
        return user_error(message, *where, "delta", code="INVALID_QUANTITY_TOO_HIGH")
    if after < -MOST_ADJUSTED:
        message = "The quantity can't be lower than -2,000,000,000."
        return user_error(message, *where, "delta", code="INVALID_QUANTITY_TOO_LOW")
    return None


# -- stocking, items, locations -------------------------------------------------------------------


def activate(call: Call, args: Args) -> Payload:
    """`inventoryActivate`: stock an item at a location for the first time."""
    store = call.store
    item = store.by_gid("inventory_item", args["inventoryItemId"])
    location = store.by_gid("location", args["locationId"])
    if item is None:
        raise refuse("The product couldn't be found.", "inventoryItemId")
    if location is None or not location.body["isActive"]:
        raise refuse("The location couldn't be found.", "locationId")
    given = args["available"] if args.get("available") is not None else args.get("onHand")
    if store.level(item.id, location.id) is not None:
        if given is not None:
            message = "Not allowed to set available quantity when the item is already active at"
            raise refuse(f"{message} the location.", "available")
        return {"inventoryLevel": store.level(item.id, location.id)}
    return {"inventoryLevel": stock.connect(store, item.id, location.id, given or 0)}


def deactivate(call: Call, args: Args) -> Payload:
    """`inventoryDeactivate`: the item is no longer stocked there."""
    store = call.store
    level = store.by_gid("inventory_level", args["inventoryLevelId"])
    if level is None:
        raise refuse("The inventory level couldn't be found.", "inventoryLevelId")
    if level.body["quantities"]["committed"] or level.body["quantities"]["incoming"]:
        raise refuse("The item has committed or incoming quantities there.", "inventoryLevelId")
    if len(store.levels(level.parent_id or 0)) < 2:
        raise refuse("The item must be stocked at one location at least.", "inventoryLevelId")
    store.shop.drop("inventory_level", level.id)
    return {}


def item_update(call: Call, args: Args) -> Payload:
    """`inventoryItemUpdate`."""
    item = call.store.by_gid("inventory_item", args["id"])
    if item is None:
        raise refuse("The product couldn't be found.", "id")
    return {"inventoryItem": products.change_item(call.store, item, args["input"])}


def location_add(call: Call, args: Args) -> Payload:
    """`locationAdd`."""
    given = args["input"]
    if not given["name"].strip():
        raise refuse("Add a location name", "input", "name", code="BLANK")
    if any(d.body["name"] == given["name"] for d in call.store.locations()):
        raise refuse("You already have a location with this name", "input", "name", code="TAKEN")
    body = {"name": given["name"], "isActive": True, "address": dict(given["address"])}
    return {"location": call.store.add("location", body, quiet=True)}


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
    "Mutation": {
        "inventorySetQuantities": act_once(
            set_quantities, explicit("quantities", "InventoryQuantityInput"), codes=True
        ),
        "inventorySetOnHandQuantities": act_once(
            set_on_hand, explicit("setQuantities", "InventorySetQuantityInput"), codes=True
        ),
        "inventoryAdjustQuantities": act_once(
            adjust_quantities, explicit("changes", "InventoryChangeInput"), codes=True
        ),
        "inventoryActivate": act_once(activate, codes=False),
        "inventoryDeactivate": act(deactivate),
        "inventoryItemUpdate": act(item_update),
        "locationAdd": act(location_add),
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
