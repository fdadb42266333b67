"""What can be done to stock: set, adjust, activate; items and locations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
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
MOVABLE = sorted(("available", "incoming", *stock.ASIDE))
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
    errors = frame_errors(given)
    levels: dict[Key, Document] = {}
    pairs = [(row["inventoryItemId"], row["locationId"]) for row in rows]
    for index, row in enumerate(rows):
        where = ("input", field, index)
        level, error = row_level(call, row, where)
        error = error or _quantity_error(row["quantity"], where)
        if level is not None and error is None:
            key = (level.parent_id or 0, level.body["locationId"])
            is_twin = pairs.count(pairs[index]) > 1
            error = _duplicate(where) if is_twin else stale(level, name, row, where)
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


def _duplicate(where: tuple[str | int, ...]) -> dict[str, Any]:
    message = "The combination of inventoryItemId and locationId must be unique."
    code = "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"
    return user_error(message, *where, "locationId", code=code)


def stale(
    level: Document, name: str, row: Mapping[str, Any], where: tuple[str | int, ...]
) -> dict[str, Any] | None:
    """Whether a quantity is no longer what the caller thinks."""
    expected = row.get("changeFromQuantity")
    if expected is None or expected == stock.quantity(level, name):
        return None
    message = "The changeFromQuantity value does not match persisted value."
    return user_error(message, *where, "changeFromQuantity", code="CHANGE_FROM_QUANTITY_STALE")


def row_level(
    call: Call, row: Mapping[str, Any], where: tuple[str | int, ...]
) -> tuple[Document | None, dict[str, Any] | None]:
    """The level that a row is about, or what is wrong with it."""
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


def frame_errors(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is wrong with a change of stock as a whole."""
    errors = []
    if given["reason"] not in REASONS:
        message = (
            f"The specified reason is invalid. Valid values are: {', '.join(sorted(REASONS))}."
        )
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
    errors = frame_errors(given)
    wrong = name_error(name, "input", "name")
    if wrong:
        raise Refused(*errors, wrong)
    if len({row.get("ledgerDocumentUri") for row in given["changes"]}) > 1:
        message = "All changes must have the same ledger document URI or, in the case of adjusting"
        message = f"{message} available, no ledger document URI."
        errors.append(user_error(message, "input", "changes", code="MAX_ONE_LEDGER_DOCUMENT"))
    moves: list[stock.Move] = []
    for index, row in enumerate(given["changes"]):
        where = ("input", "changes", index)
        level, error = row_level(call, row, where)
        ledger = row.get("ledgerDocumentUri")
        error = error or ledger_error(name, ledger, where)
        if level is not None and error is None:
            error = stale(level, name, row, where) or _reach_error(level, name, row, where)
        if level is not None and error is None:
            moves += stock.shift(call.store, level, name, row["delta"], ledger)
        errors += [error] if error else []
    if errors:
        raise Refused(*errors)
    document = given.get("referenceDocumentUri")
    return {"inventoryAdjustmentGroup": stock.group(call.store, given["reason"], moves, document)}


def name_error(name: str, *where: str | int) -> dict[str, Any] | None:
    """What is wrong with the name of a quantity that is to be moved."""
    if name in MOVABLE:
        return None
    message = f"The specified quantity name is invalid. Valid values are: {', '.join(MOVABLE)}."
    return user_error(message, *where, code="INVALID_QUANTITY_NAME")


def ledger_error(
    name: str, ledger: str | None, where: tuple[str | int, ...]
) -> dict[str, Any] | None:
    """What is wrong with the ledger document of a row."""
    place = (*where, "ledgerDocumentUri")
    if name == "available" and ledger is not None:
        message = "A ledger document URI is not allowed when adjusting available."
        return user_error(message, *place, code="INVALID_AVAILABLE_DOCUMENT")
    if name != "available" and ledger is None:
        message = "A ledger document URI is required except when adjusting available."
        return user_error(message, *place, code="INVALID_QUANTITY_DOCUMENT")
    if ledger is not None and ledger.startswith("gid://shopify/"):
        message = (
            "Internal (gid://shopify/) ledger documents are not allowed to be adjusted via API."
        )
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
    if location is None or not location.body["isActive"]:
        message = "The product couldn't be stocked because the location wasn't found."
        raise refuse(message, "locationId")
    why = f"The product couldn't be stocked at {location.body['name']} because"
    if item is None:
        raise refuse(f"{why} the product was deleted.", "inventoryItemId")
    wanted = [name for name in ("available", "onHand") if args.get(name) is not None]
    if len(wanted) > 1:
        message = f"{why} not allowed to set available and on_hand quantities at the same time."
        raise Refused(*(user_error(message, name) for name in wanted))
    given = args[wanted[0]] if wanted else 0
    if store.level(item.id, location.id) is not None:
        if wanted:
            what = "available" if wanted == ["available"] else "an on_hand"
            message = f"Not allowed to set {what} quantity when the item is already active at"
            raise refuse(f"{message} the location.", wanted[0])
        return {"inventoryLevel": store.level(item.id, location.id)}
    if abs(given) > stock.HIGHEST:
        message = f"{why} the quantity needs to be between -1 billion and 1 billion."
        raise refuse(message, wanted[0])
    return {"inventoryLevel": stock.connect(store, item.id, location.id, given)}


def deactivate(call: Call, args: Args) -> Payload:
    """`inventoryDeactivate`: the item is no longer stocked there."""
    store = call.store
    level = store.by_gid("inventory_level", args["inventoryLevelId"])
    if level is None:
        raise refuse("The product couldn't be unstocked because the product was deleted.")
    place = store.need("location", level.body["locationId"]).body["name"]
    if level.body["quantities"]["committed"] or level.body["quantities"]["incoming"]:
        message = f"The product couldn't be unstocked from {place} because it has committed or"
        raise refuse(f"{message} incoming inventory there.")
    if len(store.levels(level.parent_id or 0)) < 2:
        message = f"The product couldn't be unstocked from {place} because products need to be"
        raise refuse(f"{message} stocked at a minimum of 1 location.")
    store.shop.drop("inventory_level", level.id)
    return {}


def item_update(call: Call, args: Args) -> Payload:
    """`inventoryItemUpdate`."""
    item = call.store.by_gid("inventory_item", args["id"])
    if item is None:
        raise refuse("The product couldn't be updated because it does not exist.", "id")
    cost = args["input"].get("cost")
    if cost is not None and Decimal(cost) < 0:
        raise refuse("Cost must be greater than or equal to 0", "input", "cost")
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
