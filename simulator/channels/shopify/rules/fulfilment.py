"""Shipments: pieces leave a fulfilment order, with tracking numbers; or the shipment is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.channels.shopify import gids
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.rules import orders, stock
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

Given = Mapping[str, Any]
OPEN = ("OPEN", "IN_PROGRESS")


def ship(store: Store, wanted: Sequence[Given], tracking: Given | None) -> Document:
    """A shipment of pieces of fulfilment orders that share order and location."""
    sources = [_source(store, one["fulfillmentOrderId"]) for one in wanted]
    owners = sorted({s.parent_id or 0 for s in sources})
    if len(owners) > 1:
        message = "All fulfillment orders must belong to the same order."
        raise refuse(f"{message} Multiple orders with ids {owners} were found.", "fulfillment")
    places = sorted({int(s.body["locationId"]) for s in sources})
    if len(places) > 1:
        message = "All fulfillment orders must be assigned to a single location."
        raise refuse(f"{message} Multiple locations with ids {places} were found.", "fulfillment")
    order = store.need("order", sources[0].parent_id)
    rows: list[dict[str, Any]] = []
    for index, (source, one) in enumerate(zip(sources, wanted, strict=True)):
        rows += _pieces(source, one.get("fulfillmentOrderLineItems"), index)
        for row in rows:
            _take(store, order, source, row)
        orders.settle(store, source)
    lines = [{**row, "id": store.number("fulfillment_line")} for row in _by_line(rows)]
    body = {
        "name": f"{order.body['name']}-F{len(store.children('fulfillment', order)) + 1}",
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "locationId": sources[0].body["locationId"],
        "fulfillmentOrderIds": [s.id for s in sources],
        "lines": lines,
        "tracking": tracking_rows(tracking),
        "events": [],
    }
    shipment = store.add("fulfillment", body, parent_id=order.id)
    _tell(store, store.put(order))
    return shipment


def _source(store: Store, id: str) -> Document:
    source = store.by_gid("fulfillment_order", id)
    if source is None:
        raise refuse("Fulfillment order does not exist.", "fulfillment")
    if source.body["status"] not in OPEN:
        status = source.body["status"].lower()
        number = gids.number(id, "FulfillmentOrder")
        message = f"Fulfillment order {number} has an unfulfillable status= {status}."
        raise refuse(message, "fulfillment")
    return source


def _pieces(source: Document, wanted: Sequence[Given] | None, index: int) -> list[dict[str, Any]]:
    rows = {gids.gid("FulfillmentOrderLineItem", r["id"]): r for r in source.body["lines"]}
    if not wanted:
        return [{"row": r, "quantity": r["remaining"]} for r in rows.values() if r["remaining"]]
    taken = []
    for place, one in enumerate(wanted):
        where = ("fulfillment", "lineItemsByFulfillmentOrder", index)
        where_line = (*where, "fulfillmentOrderLineItems", place)
        row = rows.get(one["id"])
        if row is None:
            raise refuse("Fulfillment order line item does not exist.", "fulfillment")
        if one["quantity"] < 1:
            raise refuse("Quantity must be greater than 0", *where_line, "quantity")
        if one["quantity"] > row["remaining"]:
            message = "Invalid fulfillment order line item quantity requested."
            raise refuse(message, "fulfillment")
        taken.append({"row": row, "quantity": one["quantity"]})
    return taken


def _take(store: Store, order: Document, source: Document, piece: dict[str, Any]) -> None:
    """Pieces leave the building: no longer to ship, no longer committed, no longer on hand."""
    if "lineId" in piece:
        return
    row = piece.pop("row")
    piece["lineId"] = row["lineId"]
    row["remaining"] -= piece["quantity"]
    line = orders.line_of(order, row["lineId"])
    assert line is not None
    line["fulfilled"] += piece["quantity"]
    level = store.level(line["itemId"], source.body["locationId"]) if line["itemId"] else None
    if level is not None and line["claimed"]:
        stock.move(store, level, {"committed": -piece["quantity"]})


def _by_line(rows: Sequence[Given]) -> list[dict[str, Any]]:
    counted: dict[int, int] = {}
    for row in rows:
        counted[row["lineId"]] = counted.get(row["lineId"], 0) + row["quantity"]
    return [{"lineId": line, "quantity": pieces} for line, pieces in counted.items()]


def _tell(store: Store, order: Document) -> None:
    whole = orders.fulfillment_status(order) == "FULFILLED"
    store.webhooks.announce("ORDERS_FULFILLED" if whole else "ORDERS_PARTIALLY_FULFILLED", order)


def tracking_rows(given: Given | None) -> list[dict[str, Any]]:
    """Tracking numbers as they are kept, one per parcel."""
    if not given:
        return []
    numbers = list(given.get("numbers") or []) or [given.get("number")]
    urls = list(given.get("urls") or []) or [given.get("url")]
    urls += [None] * (len(numbers) - len(urls))
    company = given.get("company")
    rows = [
        {"company": company, "number": number, "url": url}
        for number, url in zip(numbers, urls, strict=False)
    ]
    return [row for row in rows if any(row.values())]


def cancel(store: Store, shipment: Document) -> Document:
    """Undo a shipment: its pieces are to be shipped again."""
    order = store.need("order", shipment.parent_id)
    place = shipment.body["locationId"]
    for row in shipment.body["lines"]:
        line = orders.line_of(order, row["lineId"])
        assert line is not None
        line["fulfilled"] -= row["quantity"]
        level = store.level(line["itemId"], place) if line["itemId"] else None
        if level is not None and line["claimed"]:
            stock.move(store, level, {"committed": row["quantity"]})
        _give_back(store, shipment, row)
    done = store.put(shipment, status="CANCELLED", displayStatus="CANCELED")
    store.put(order)
    return done


def _give_back(store: Store, shipment: Document, row: Given) -> None:
    left = row["quantity"]
    for number in shipment.body["fulfillmentOrderIds"]:
        source = store.need("fulfillment_order", number)
        for kept in source.body["lines"]:
            back = min(left, kept["total"] - kept["remaining"])
            if kept["lineId"] == row["lineId"] and back:
                kept["remaining"] += back
                left -= back
        orders.settle(store, source)
