"""Fulfilment orders and shipments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.channels.shopify import lists, money
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.resolvers.nodes import TIMES, by_id, context, in_body, parent
from simulator.channels.shopify.resolvers.orders import line_with
from simulator.channels.shopify.rules import fulfilment, orders
from simulator.channels.shopify.search import Clause, Column, Search
from simulator.commerce.shop import Document

Json = dict[str, Any]
PROGRESS = {  # what an event makes of a shipment's display status
    status: status
    for status in (
        *("ATTEMPTED_DELIVERY", "CARRIER_PICKED_UP", "CONFIRMED", "DELAYED", "DELIVERED"),
        *("FAILURE", "IN_TRANSIT", "LABEL_PRINTED", "LABEL_PURCHASED", "OUT_FOR_DELIVERY"),
        "READY_FOR_PICKUP",
    )
}
FULFILLMENT_ORDERS = lists.Listing(
    "fulfillment_order",
    lambda call: Search(
        {**TIMES, "id": Column("id", "id"), "status": Column(in_body("status"))},
        (),
        call.store.zone,
    ),
    {"ID": "id", "CREATED_AT": "created_at", "UPDATED_AT": "modified_at"},
)


def create(call: Call, args: Args) -> Payload:
    """`fulfillmentCreate`: ship pieces of fulfilment orders."""
    given = args["fulfillment"]
    wanted = given["lineItemsByFulfillmentOrder"]
    if not wanted:
        message = "Line items by fulfillment order can't be blank"
        raise refuse(message, "fulfillment", "lineItemsByFulfillmentOrder")
    return {"fulfillment": fulfilment.ship(call.store, wanted, given.get("trackingInfo"))}


def _shipment(call: Call, id: str, field: str, missing: str) -> Document:
    shipment = call.store.by_gid("fulfillment", id)
    if shipment is None:
        raise refuse(missing, field)
    return shipment


def tracking_update(call: Call, args: Args) -> Payload:
    """`fulfillmentTrackingInfoUpdate`."""
    shipment = _shipment(
        call, args["fulfillmentId"], "fulfillmentId", "Fulfillment does not exist."
    )
    if shipment.body["status"] == "CANCELLED":
        raise refuse("Fulfillment is cancelled.", "fulfillmentId")
    rows = fulfilment.tracking_rows(args["trackingInfoInput"])
    call.store.touch("order", shipment.parent_id or 0)
    return {"fulfillment": call.store.put(shipment, tracking=rows)}


def cancel(call: Call, args: Args) -> Payload:
    """`fulfillmentCancel`."""
    shipment = _shipment(call, args["id"], "id", "Fulfillment not found.")
    if shipment.body["status"] == "CANCELLED":
        raise refuse("Fulfillment is already cancelled.", "id")
    return {"fulfillment": fulfilment.cancel(call.store, shipment)}


def event_create(call: Call, args: Args) -> Payload:
    """`fulfillmentEventCreate`: the parcel's progress."""
    given = args["fulfillmentEvent"]
    shipment = _shipment(call, given["fulfillmentId"], "fulfillmentEvent", "fulfillmentId")
    kept = {k: v for k, v in given.items() if k != "fulfillmentId"}
    event = {
        **kept,
        "id": call.store.number("event"),
        "createdAt": call.store.stamp(),
        "happenedAt": given.get("happenedAt") or call.store.stamp(),
    }
    shipment.body["events"].append(event)
    call.store.put(shipment, displayStatus=PROGRESS[given["status"]])
    return {"fulfillmentEvent": event}


# -- reading --------------------------------------------------------------------------------------


def fulfillment_orders(
    source: Any, info: Any, includeClosed: bool | None = None, **args: Any
) -> lists.Connection:
    """The fulfilment orders of the shop; open ones unless asked otherwise."""
    open_ = Clause("json_extract(body, '$.status') not in ('CLOSED', 'CANCELLED')")
    return FULFILLMENT_ORDERS.connection(context(info), args, None if includeClosed else open_)


def source_lines(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The lines of a fulfilment order, with the order's lines behind them."""
    order = context(info).store.need("order", source.parent_id)
    rows = []
    for row in source.body["lines"]:
        line = orders.line_of(order, row["lineId"])
        if line is not None:
            rows.append({**row, "line": line_with(order, line)})
    return lists.sliced(rows, args)


def shipped_lines(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The lines of a shipment."""
    order = context(info).store.need("order", source.parent_id)
    return lists.sliced([shipped_line(order, row) for row in source.body["lines"]], args)


def shipped_line(order: Document, row: Json) -> Json:
    """A line of a shipment with the order's line behind it."""
    line = orders.line_of(order, row["lineId"])
    assert line is not None
    currency, pieces = order.body["currency"], row["quantity"]
    return {
        **row,
        "lineItem": line_with(order, line),
        "originalTotalSet": money.bag(Decimal(line["price"]) * pieces, currency),
        "discountedTotalSet": money.bag(orders.line_total(line, pieces), currency),
    }


def assigned_location(source: Document, info: Any) -> Json:
    """Where a fulfilment order is to be shipped from."""
    place = context(info).store.need("location", source.body["locationId"])
    return {
        "countryCode": "PL",
        **place.body["address"],
        "name": place.body["name"],
        "location": place,
    }


def destination(source: Document, info: Any) -> Json | None:
    """Where it is to be shipped to."""
    order = context(info).store.need("order", source.parent_id)
    address = order.body["shippingAddress"]
    return None if address is None else {**address, "email": order.body["email"]}


def _of_line(field: str) -> Resolver:
    return lambda source, info: source["line"][field]


def _moment(*statuses: str) -> Resolver:
    def resolve(source: Document, info: Any) -> str | None:
        found = [e["happenedAt"] for e in source.body["events"] if e["status"] in statuses]
        return found[-1] if found else None

    return resolve


def _sources(source: Document, info: Any, **args: Any) -> lists.Connection:
    store = context(info).store
    found = [store.need("fulfillment_order", n) for n in source.body["fulfillmentOrderIds"]]
    return lists.sliced(found, args)


def _shipments(source: Document, info: Any, **args: Any) -> lists.Connection:
    found = context(info).store.children("fulfillment", source.parent_id or 0)
    mine = [f for f in found if source.id in f.body["fulfillmentOrderIds"]]
    return lists.sliced(mine, args)


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "fulfillment": by_id("fulfillment"),
        "fulfillmentOrder": by_id("fulfillment_order"),
        "fulfillmentOrders": fulfillment_orders,
    },
    "Mutation": {
        "fulfillmentCreate": act(create),
        "fulfillmentTrackingInfoUpdate": act(tracking_update),
        "fulfillmentCancel": act(cancel),
        "fulfillmentEventCreate": act(event_create),
    },
    "FulfillmentOrder": {
        "requestStatus": lambda source, info: "UNSUBMITTED",
        "order": parent("order"),
        "orderId": lambda source, info: f"gid://shopify/Order/{source.parent_id}",
        "orderName": lambda source, info: (
            context(info).store.need("order", source.parent_id).body["name"]
        ),
        "orderProcessedAt": lambda source, info: (
            context(info).store.need("order", source.parent_id).body["processedAt"]
        ),
        "assignedLocation": assigned_location,
        "destination": destination,
        "lineItems": source_lines,
        "fulfillments": _shipments,
        "supportedActions": lambda source, info: (
            [{"action": "CREATE_FULFILLMENT"}] if source.body["status"] in fulfilment.OPEN else []
        ),
    },
    "FulfillmentOrderDestination": {
        "countryCode": lambda source, info: source.get("countryCode"),
        "province": lambda source, info: source.get("provinceCode"),
    },
    "FulfillmentOrderLineItem": {
        "totalQuantity": lambda source, info: source["total"],
        "remainingQuantity": lambda source, info: source["remaining"],
        "sku": _of_line("sku"),
        "productTitle": _of_line("title"),
        "variantTitle": _of_line("variantTitle"),
        "vendor": _of_line("vendor"),
        "requiresShipping": _of_line("requiresShipping"),
        "inventoryItemId": lambda source, info: (
            f"gid://shopify/InventoryItem/{source['line']['itemId']}"
            if source["line"]["itemId"]
            else None
        ),
        "lineItem": lambda source, info: source["line"],
        "variant": lambda source, info: context(info).store.get(
            "variant", source["line"]["variantId"]
        ),
    },
    "Fulfillment": {
        "order": parent("order"),
        "location": lambda source, info: context(info).store.get(
            "location", source.body["locationId"]
        ),
        "totalQuantity": lambda source, info: sum(r["quantity"] for r in source.body["lines"]),
        "requiresShipping": lambda source, info: True,
        "trackingInfo": lambda source, info, first=None: source.body["tracking"][:first],
        "fulfillmentLineItems": shipped_lines,
        "fulfillmentOrders": _sources,
        "events": lambda source, info, sortKey=None, **args: lists.sliced(
            source.body["events"], args
        ),
        "deliveredAt": _moment("DELIVERED"),
        "inTransitAt": _moment("IN_TRANSIT"),
        "estimatedDeliveryAt": lambda source, info: None,
    },
}
