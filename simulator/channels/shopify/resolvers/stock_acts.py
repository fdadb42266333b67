"""What can be done to stock: set, adjust, activate; items and locations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.channels.shopify import gids
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act, act_once
from simulator.channels.shopify.errors import Refused, bad_request, refuse, user_error
from simulator.channels.shopify.rules import products, stock
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


FIELDS: dict[str, dict[str, Resolver]] = {
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
}
