"""Parcels: pieces are taken from the order's fulfilment orders as they stand at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent.channels import parts
from agent.channels.shopify import documents, variants
from agent.channels.shopify.connection import Connection
from agent.errors import Refused
from agent.model.change import ConfirmShipment, Receipt

SHIPPABLE = ("OPEN", "IN_PROGRESS")
DEAD = ("CANCELLED", "ERROR", "FAILURE")  # fulfilments that count for nothing

Node = Mapping[str, Any]
Taken = dict[str, list[dict[str, Any]]]  # {fulfilment order: [{id, quantity}]}


def is_told(c: Connection, command: ConfirmShipment) -> bool:
    """Whether the store knows this parcel: by its number, or because so many pieces have left."""
    order = c.client.ask("Fulfilments", documents.FULFILMENTS, {"id": command.remote_id}).data
    made = [
        one
        for one in (order.get("order") or {}).get("fulfillments") or ()
        if one["status"] not in DEAD
    ]
    parcel = command.parcel
    if parcel.tracking:
        same = [one for one in made if parcel.tracking in _numbers(one)]
        if any(_pieces([one]) == dict(parcel.lines) for one in same):
            return True
    left = _pieces(made)
    return all(
        left.get(line, 0) >= command.shipped_before.get(line, 0) + pieces
        for line, pieces in parcel.lines.items()
    )


def tell(c: Connection, command: ConfirmShipment) -> Receipt:
    """Fulfil these pieces, in one call per location. Refused when they are not there to ship."""
    variables = {"id": command.remote_id}
    data = c.client.ask("FulfilmentOrders", documents.FULFILMENT_ORDERS, variables).data
    order = data.get("order")
    if order is None:
        return parts.refused(command, "the store has no such order", "look for it in its admin")
    by_location = _take(c, command, order["fulfillmentOrders"]["nodes"])
    acts = [(documents.FULFIL, {"fulfillment": _input(c, command, x)}) for x in by_location]
    told = c.client.tell_all("Fulfil", acts)
    for number in range(len(acts)):
        fault = variants.wrong(told, number)
        if fault is not None:
            return variants.failed(command, fault)
    return parts.done(command, words="fulfilled", request_id=told.request_id)


def _take(c: Connection, command: ConfirmShipment, orders: Sequence[Node]) -> Iterable[Taken]:
    """Pieces of each line from the fulfilment orders that still have some, by location."""
    by_location: dict[str, Taken] = {}
    for line, wanted in sorted(command.parcel.lines.items()):
        missing = wanted
        for order in (o for o in orders if o["status"] in SHIPPABLE):
            for item in order["lineItems"]["nodes"]:
                pieces = min(missing, int(item["remainingQuantity"]))
                if item["lineItem"]["id"] == line and pieces > 0:
                    rows = by_location.setdefault(_place(order), {}).setdefault(order["id"], [])
                    rows.append({"id": item["id"], "quantity": pieces})
                    missing -= pieces
        if missing:
            states = ", ".join(sorted({str(o["status"]).lower() for o in orders})) or "none"
            what = f"{missing} of {wanted} pieces of {line} are not there to ship (fulfilment: {states})"
            where = f"{c.shop} order {command.remote_id}"
            raise Refused(what, where, "compare the shipment in the ERP with the order")
    return by_location.values()


def _input(c: Connection, command: ConfirmShipment, taken: Taken) -> dict[str, Any]:
    parcel = command.parcel
    texts = {"company": parcel.carrier, "number": parcel.tracking, "url": parcel.url}
    tracking = {key: text for key, text in texts.items() if text}
    found: dict[str, Any] = {
        "lineItemsByFulfillmentOrder": [
            {"fulfillmentOrderId": order, "fulfillmentOrderLineItems": rows}
            for order, rows in sorted(taken.items())
        ],
        "notifyCustomer": c.settings.tell_buyers,
    }
    return {**found, "trackingInfo": tracking} if tracking else found


def _numbers(fulfilment: Node) -> list[str]:
    return [str(info.get("number")) for info in fulfilment.get("trackingInfo") or ()]


def _pieces(fulfilments: Iterable[Node]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in fulfilments:
        for row in one["fulfillmentLineItems"]["nodes"]:
            line = str(row["lineItem"]["id"])
            found[line] = found.get(line, 0) + int(row["quantity"])
    return found


def _place(order: Node) -> str:
    location = (order.get("assignedLocation") or {}).get("location") or {}
    return str(location.get("id", ""))
