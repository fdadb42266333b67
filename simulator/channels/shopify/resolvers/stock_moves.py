"""Stock between its names at one location, and an item at several locations at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act, act_once
from simulator.channels.shopify.errors import Refused, bad_request, refuse, user_error
from simulator.channels.shopify.resolvers import stock_acts as acts
from simulator.channels.shopify.rules import stock
from simulator.commerce.shop import Document

Where = tuple[str | int, ...]


def move(call: Call, args: Args) -> Payload:
    """`inventoryMoveQuantities`: all rows or none."""
    given = args["input"]
    errors = acts.frame_errors(given)
    moves: list[stock.Move] = []
    for index, row in enumerate(given["changes"]):
        try:
            moves += _move(call, row, ("input", "changes", index))
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(*errors)
    document = given["referenceDocumentUri"]
    return {"inventoryAdjustmentGroup": stock.group(call.store, given["reason"], moves, document)}


def _move(call: Call, row: Mapping[str, Any], where: Where) -> list[stock.Move]:
    if row["from"]["locationId"] != row["to"]["locationId"]:
        message = "The quantities can't be moved between different locations."
        raise refuse(message, *where, code="DIFFERENT_LOCATIONS")
    if row["from"]["name"] == row["to"]["name"]:
        message = "The quantity names for each change can't be the same."
        raise refuse(message, *where, code="SAME_QUANTITY_NAME")
    if row["quantity"] < 0:
        message = "The quantity can't be negative."
        raise refuse(message, *where, "quantity", code="INVALID_QUANTITY_NEGATIVE")
    level = _level(call, row, where)
    moves = []
    for side, sign in (("from", -1), ("to", 1)):
        end, place = row[side], (*where, side)
        error = acts.name_error(end["name"], *place, "name")
        error = error or acts.ledger_error(end["name"], end.get("ledgerDocumentUri"), place)
        error = error or acts.stale(level, end["name"], end, place)
        if error:
            raise Refused(error)
        ledger = end.get("ledgerDocumentUri")
        moves += stock.shift(call.store, level, end["name"], sign * row["quantity"], ledger)
    return [one for one in moves if one.name != "on_hand"]


def _level(call: Call, row: Mapping[str, Any], where: Where) -> Document:
    told = {"inventoryItemId": row["inventoryItemId"], "locationId": row["from"]["locationId"]}
    level, error = acts.row_level(call, told, where)
    if level is not None:
        return level
    assert error is not None
    if error["field"][-1] == "locationId":
        error["field"] = [str(part) for part in (*where, "from", "locationId")]
    raise Refused(error)


def explicit(args: Args) -> None:
    """Both ends of every row must say `changeFromQuantity`, be it null."""
    for row in args["input"]["changes"]:
        if any("changeFromQuantity" not in row[side] for side in ("from", "to")):
            type = "InventoryMoveQuantityTerminalInput"
            message = f"{type} must include the following argument: changeFromQuantity."
            raise bad_request(message, "INVALID_FIELD_ARGUMENTS")


def toggle(call: Call, args: Args) -> Payload:
    """`inventoryBulkToggleActivation`: stocked at some locations, no longer at others."""
    store = call.store
    item = store.by_gid("inventory_item", args["inventoryItemId"])
    if item is None:
        message = "The inventory item couldn't be found."
        raise refuse(message, "inventoryItemId", code="INVENTORY_ITEM_NOT_FOUND")
    for index, one in enumerate(args["inventoryItemUpdates"]):
        place = ("inventoryItemUpdates", index, "locationId")
        location = store.by_gid("location", one["locationId"])
        if location is None:
            message = "The quantity couldn't be updated because the location was not found."
            raise Refused(user_error(message, *place, code="LOCATION_NOT_FOUND"))
        level = store.level(item.id, location.id)
        if one["activate"] and level is None:
            stock.connect(store, item.id, location.id)
        elif not one["activate"] and level is not None:
            _leave(call, item, location, level, place)
    return {
        "inventoryItem": store.need("inventory_item", item.id),
        "inventoryLevels": store.levels(item),
    }


def _leave(call: Call, item: Document, location: Document, level: Document, place: Where) -> None:
    name = f"The variant couldn't be unstocked from {location.body['name']} because"
    if len(call.store.levels(item)) < 2:
        message = f"{name} products need to be stocked at a minimum of 1 location."
        raise refuse(message, *place, code="CANNOT_DEACTIVATE_FROM_ONLY_LOCATION")
    if level.body["quantities"]["committed"]:
        message = f"{name} it has committed inventory there."
        raise refuse(message, *place, code="COMMITTED_INVENTORY_AT_LOCATION")
    call.store.shop.drop("inventory_level", level.id)


FIELDS: dict[str, dict[str, Resolver]] = {
    "Mutation": {
        "inventoryMoveQuantities": act_once(move, explicit, codes=True),
        "inventoryBulkToggleActivation": act(toggle),
    },
}
