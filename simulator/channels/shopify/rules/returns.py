"""Refunds and returns: money back, pieces back, and what is put on the shelf again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from simulator.channels.shopify import gids, money
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.rules import orders, stock
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

Given = Mapping[str, Any]


# -- refunds --------------------------------------------------------------------------------------


def refund(store: Store, order: Document, given: Given) -> Document:
    """A refund of lines, of shipping, and of the money named in its transactions.

    CANCEL takes unshipped pieces and puts them back; RETURN puts shipped ones back; NO_RESTOCK
    puts nothing back. Without transactions no money moves.
    """
    rows = [
        _refund_line(store, order, one, index)
        for index, one in enumerate(given.get("refundLineItems") or ())
    ]
    shipping = _shipping(order, given.get("shipping"))
    moved = _transactions(store, order, given.get("transactions") or ())
    return record(store, order, rows, shipping, moved, note=given.get("note"))


def record(
    store: Store,
    order: Document,
    rows: Sequence[dict[str, Any]],
    shipping: Decimal,
    moved: Sequence[Document],
    *,
    note: str | None = None,
    return_id: int | None = None,
) -> Document:
    """Write a refund down and tell of it."""
    body = order.body
    body["shippingRefunded"] = money.text(Decimal(body["shippingRefunded"]) + shipping)
    kept = {
        "note": note,
        "processedAt": store.stamp(),
        "lines": list(rows),
        "shipping": money.text(shipping),
        "transactionIds": [t.id for t in moved],
        "returnId": return_id,
    }
    done = store.add("refund", kept, parent_id=order.id)
    store.put(order)
    return done


def _refund_line(store: Store, order: Document, one: Given, index: int) -> dict[str, Any]:
    where = ("refundLineItems", index)
    line = orders.line_of(order, gids.number(one["lineItemId"], "LineItem"))
    if line is None:
        raise refuse("Line item does not exist", *where, "lineItemId")
    pieces, how = one["quantity"], one.get("restockType") or "NO_RESTOCK"
    if pieces < 1 or pieces > orders.current(line):
        raise refuse("Quantity cannot refund more items than were purchased", *where, "quantity")
    if how == "CANCEL" and pieces > orders.unfulfilled(line):
        message = "Restock type cancel is not possible for fulfilled items"
        raise refuse(message, *where, "restockType")
    if how == "RETURN" and pieces > line["fulfilled"] - line["returned"]:
        message = "Restock type return is not possible for unfulfilled items"
        raise refuse(message, *where, "restockType")
    location = gids.number(one.get("locationId"), "Location")
    return refund_pieces(store, order, line, pieces, how, location)


def refund_pieces(
    store: Store,
    order: Document,
    line: dict[str, Any],
    pieces: int,
    how: str,
    location: int | None = None,
) -> dict[str, Any]:
    """Take pieces off a line (unshipped first unless they are returned): the refund's line."""
    unshipped = 0 if how == "RETURN" else min(pieces, orders.unfulfilled(line))
    if unshipped:
        found = orders.remove(store, order, line, unshipped, restock=how == "CANCEL")
        location = location or found
    shipped = pieces - unshipped
    line["returned"] += shipped
    if shipped and how == "RETURN" and line["itemId"]:
        location = location or store.locations()[0].id
        level = store.level(line["itemId"], location)
        level = level or stock.connect(store, line["itemId"], location)
        stock.move(store, level, {"available": shipped})
    return {
        "id": store.number("refund_line"),
        "lineId": line["id"],
        "quantity": pieces,
        "restockType": how,
        "locationId": location if how in ("CANCEL", "RETURN") else None,
        "subtotal": money.text(orders.line_total(line, pieces)),
        "tax": money.text(orders.line_tax(line, pieces)),
    }


def _shipping(order: Document, given: Given | None) -> Decimal:
    whole = orders.totals(order).shipping - Decimal(order.body["shippingRefunded"])
    if not given:
        return Decimal(0)
    wanted = whole if given.get("fullRefund") else Decimal(given.get("amount") or 0)
    if wanted > whole:
        raise refuse("Shipping amount exceeds what is left to refund", "shipping", "amount")
    return wanted


def _transactions(store: Store, order: Document, given: Sequence[Given]) -> list[Document]:
    made = []
    for index, one in enumerate(given):
        where = ("transactions", index)
        if one["kind"] != "REFUND":
            raise refuse("Kind must be refund", *where, "kind")
        parent = store.by_gid("transaction", one.get("parentId"))
        if parent is None or parent.parent_id != order.id:
            raise refuse("Parent transaction does not exist", *where, "parentId")
        amount = Decimal(one["amount"])
        if amount <= 0 or amount > orders.refundable(store, order, parent):
            message = "Refund amount exceeds the remaining refundable amount"
            raise refuse(message, *where, "amount")
        made.append(orders.pay(store, order, "REFUND", amount, parent))
    return made


# -- returns --------------------------------------------------------------------------------------


def new_return(store: Store, order: Document, wanted: Sequence[Given], status: str) -> Document:
    """A return of shipped pieces, OPEN or REQUESTED."""
    rows = [_return_line(store, order, one, i) for i, one in enumerate(wanted)]
    if not rows:
        raise refuse("Return line items can't be blank", "returnLineItems", code="BLANK")
    number = len(store.children("return", order)) + 1
    body = {
        "name": f"{order.body['name']}-R{number}",
        "status": status,
        "closedAt": None,
        "requestApprovedAt": store.stamp() if status == "OPEN" else None,
        "lines": rows,
        "reverseId": store.number("reverse_order"),
        "decline": None,
    }
    made = store.add("return", body, parent_id=order.id, quiet=True)
    topic = "RETURNS_APPROVE" if status == "OPEN" else "RETURNS_REQUEST"
    store.webhooks.announce(topic, made)
    store.put(order)
    return made


def _return_line(store: Store, order: Document, one: Given, index: int) -> dict[str, Any]:
    where = ("returnLineItems", index)
    number = gids.number(one["fulfillmentLineItemId"], "FulfillmentLineItem")
    found = shipped_line(store, order, number)
    if found is None:
        message = "Fulfillment Line Item was not found."
        raise refuse(message, *where, "fulfillmentLineItemId", code="NOT_FOUND")
    free = found["quantity"] - sum(
        row["quantity"]
        for other in store.children("return", order)
        if other.body["status"] not in ("CANCELED", "DECLINED")
        for row in other.body["lines"]
        if row["fulfillmentLineId"] == number
    )
    if one["quantity"] < 1 or one["quantity"] > free:
        message = "Return line item has an invalid quantity."
        raise refuse(message, *where, "quantity", code="INVALID")
    return {
        "id": store.number("return_line"),
        "reverseLineId": store.number("reverse_line"),
        "fulfillmentLineId": number,
        "lineId": found["lineId"],
        "quantity": one["quantity"],
        "processed": 0,
        "refunded": 0,
        "reason": one.get("returnReason") or "UNKNOWN",
        "definition": one.get("returnReasonDefinitionId"),
        "note": one.get("returnReasonNote") or "",
        "customerNote": one.get("customerNote"),
        "dispositions": [],
    }


def shipped_line(store: Store, order: Document, number: int | None) -> dict[str, Any] | None:
    """A line of one of an order's shipments."""
    for shipment in store.children("fulfillment", order):
        for row in shipment.body["lines"]:
            if row["id"] == number and shipment.body["status"] == "SUCCESS":
                return dict(row)
    return None


def process(store: Store, made: Document, given: Given) -> Document:
    """Take returned pieces in: restock as their dispositions say, refund if money is to move."""
    order = store.need("order", made.parent_id)
    rows = {gids.gid("ReturnLineItem", row["id"]): row for row in made.body["lines"]}
    refunded = []
    for index, one in enumerate(given.get("returnLineItems") or ()):
        where = ("input", "returnLineItems", index)
        row = rows.get(one["id"])
        if row is None:
            raise refuse("Return line item was not found.", *where, "id", code="NOT_FOUND")
        if one["quantity"] < 1 or one["quantity"] > row["quantity"] - row["processed"]:
            raise refuse("Quantity is not processable", *where, "quantity", code="INVALID")
        row["processed"] += one["quantity"]
        row["refunded"] += one["quantity"]
        refunded += _disposed(store, order, row, one)
    transfer = (given.get("financialTransfer") or {}).get("issueRefund")
    moved = _transfer(store, order, transfer)
    shipping = (given.get("refundShipping") or {}).get("shippingRefundAmount")
    back = Decimal(shipping["amount"]) if shipping else Decimal(0)
    if (given.get("refundShipping") or {}).get("fullRefund"):
        back = orders.totals(order).shipping - Decimal(order.body["shippingRefunded"])
    record(store, order, refunded, back, moved, note=given.get("note"), return_id=made.id)
    done = all(row["processed"] == row["quantity"] for row in made.body["lines"])
    if done:
        made.body.update({"status": "CLOSED", "closedAt": store.stamp()})
    kept = store.put(made)
    store.webhooks.announce("RETURNS_PROCESS", kept)
    if done:
        store.webhooks.announce("RETURNS_CLOSE", kept)
    return kept


def _disposed(
    store: Store, order: Document, row: dict[str, Any], one: Given
) -> list[dict[str, Any]]:
    line = orders.line_of(order, row["lineId"])
    assert line is not None
    left, made = one["quantity"], []
    for disposition in one.get("dispositions") or ():
        pieces = min(left, disposition["quantity"])
        restocked = disposition["dispositionType"] == "RESTOCKED"
        location = gids.number(disposition.get("locationId"), "Location")
        how = "RETURN" if restocked else "NO_RESTOCK"
        if pieces:
            made.append(_returned(store, order, line, pieces, how, location))
            left -= pieces
        row["dispositions"].append(
            {
                "id": store.number("disposition"),
                "type": disposition["dispositionType"],
                "quantity": disposition["quantity"],
                "locationId": location,
            }
        )
    if left:
        made.append(_returned(store, order, line, left, "NO_RESTOCK", None))
    return made


def _returned(
    store: Store,
    order: Document,
    line: dict[str, Any],
    pieces: int,
    how: str,
    location: int | None,
) -> dict[str, Any]:
    """Pieces that were shipped: never taken off what is still to ship."""
    if how == "RETURN":
        return refund_pieces(store, order, line, pieces, how, location)
    line["returned"] += pieces
    return {
        "id": store.number("refund_line"),
        "lineId": line["id"],
        "quantity": pieces,
        "restockType": how,
        "locationId": None,
        "subtotal": money.text(orders.line_total(line, pieces)),
        "tax": money.text(orders.line_tax(line, pieces)),
    }


def _transfer(store: Store, order: Document, wanted: Given | None) -> list[Document]:
    moved = []
    for index, one in enumerate((wanted or {}).get("orderTransactions") or ()):
        where = ("input", "financialTransfer", "issueRefund", "orderTransactions", index)
        parent = store.by_gid("transaction", one["parentId"])
        amount = Decimal(one["transactionAmount"]["amount"])
        if parent is None or parent.parent_id != order.id:
            raise refuse("Parent transaction does not exist", *where, code="NOT_FOUND")
        if amount > orders.refundable(store, order, parent):
            raise refuse("Amount exceeds what is left", *where, code="LESS_THAN_OR_EQUAL_TO")
        moved.append(orders.pay(store, order, "REFUND", amount, parent))
    return moved


def order_status(made: Sequence[Document]) -> str:
    """An order's return status."""
    statuses = {r.body["status"] for r in made} - {"CANCELED", "DECLINED"}
    for status, word in (
        ("OPEN", "IN_PROGRESS"),
        ("REQUESTED", "RETURN_REQUESTED"),
        ("CLOSED", "RETURNED"),
    ):
        if status in statuses:
            return word
    return "NO_RETURN"
