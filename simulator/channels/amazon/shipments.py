"""Confirming shipments: one call for each package; the same reference edits a package."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import moments, orders
from simulator.channels.amazon.calls import Call, Json, Operation, Reply, named
from simulator.channels.amazon.errors import Style, bad, missing
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

STYLE = Style("InvalidInput")
NO_PACKAGE = "unable to find package to update"
WRONG_ITEM = (
    "OrderItemId is invalid, please obtain the value through the getOrderItems API or"
    " Manage Orders page"
)
EARLY = timedelta(days=1)  # how far ahead a ship date may lie


def confirm(dialect: Amazon, call: Call) -> Reply:
    """The seller has sent a package."""
    sent = call.body()
    dialect.check_marketplace(named(sent, "marketplaceId"))
    package = _package(dialect, named(sent, "packageDetail", dict))
    order = dialect.orders.find(call.path["order_id"])
    if order is None:
        raise missing(f"Order {call.path['order_id']} not found.")
    ship(dialect, order, package)
    return 204, None


def _package(dialect: Amazon, detail: Mapping[str, Any]) -> Json:
    reference = named(detail, "packageReferenceId")
    if not reference.isdigit() or int(reference) < 1:
        raise bad("packageReferenceId must be a positive numeric value.", reference)
    carrier = named(detail, "carrierCode")
    if carrier.lower() == "other" and not detail.get("carrierName"):
        raise bad("carrierName is required when carrierCode is Other.")
    shipped = moments.read(named(detail, "shipDate"))
    if shipped is None or "T" not in detail["shipDate"]:
        raise bad("Invalid Input", f"shipDate: {detail['shipDate']}")
    return {
        "reference": reference,
        "carrier": detail.get("carrierName") if carrier.lower() == "other" else carrier,
        "method": detail.get("shippingMethod"),
        "tracking": named(detail, "trackingNumber"),
        "shipped": moments.iso(shipped),
        "created": moments.iso(dialect.shop.clock.now()),
        "items": _items(named(detail, "orderItems", list)),
    }


def _items(rows: list[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        if not isinstance(row, dict):
            raise bad("Invalid Input", "orderItems must be a list of objects.")
        line, pieces = named(row, "orderItemId"), named(row, "quantity", int)
        if pieces < 1:
            raise bad(f"The quantity of order item {line} must be at least 1.")
        found[line] = found.get(line, 0) + pieces
    if not found:
        raise bad("The required field orderItems is missing.")
    return found


def ship(dialect: Amazon, order: Document, package: Json) -> Document:
    """Add a package to an order, or change the one of the same reference. Refused as Amazon does.

    `package` has `reference`, `carrier`, `method`, `tracking`, `shipped`, `created`, `items`.
    """
    known = {p["reference"]: p for p in order.body["packages"]}
    before = known.get(package["reference"], {"items": {}})
    _check(dialect, order, package, before)

    def act(body: orders.Body) -> None:
        for line in body["lines"]:
            line["shipped"] += package["items"].get(line["id"], 0)
            line["shipped"] -= before["items"].get(line["id"], 0)
        made = {"created": before.get("created", package["created"])}
        after = {**known, package["reference"]: {**package, **made}}
        body["packages"] = list(after.values())

    return dialect.orders.change(order, act, "Shipment confirmed")


def _check(dialect: Amazon, order: Document, package: Json, before: Json) -> None:
    state = orders.status(order.body)
    if order.body["fba"] or state in (orders.PENDING, orders.CANCELLED):
        raise bad(f"The order {order.sku} cannot be shipped: it is {state}.")
    now, shipped = dialect.shop.clock.now(), moments.read(package["shipped"])
    if shipped is None or shipped < order.created_at.replace(microsecond=0):
        raise bad("The ship date lies before the order date.", package["shipped"])
    if shipped > now + EARLY:
        raise bad("The ship date lies in the future.", package["shipped"])
    lines = {line["id"]: line for line in order.body["lines"]}
    for line, pieces in package["items"].items():
        if line not in lines:
            raise bad(WRONG_ITEM)
        room = orders.left(lines[line]) + before["items"].get(line, 0)
        if pieces > room:
            text = NO_PACKAGE if state == orders.SHIPPED else _too_many(line, pieces, room)
            raise bad(text)


def _too_many(line: str, pieces: int, room: int) -> str:
    return f"The quantity {pieces} of order item {line} exceeds the {room} that can be shipped."


def pick_up(dialect: Amazon, call: Call) -> Reply:
    """The state of an order that its buyer picks up in a store: none here is of that kind."""
    sent = call.body()
    dialect.check_marketplace(named(sent, "marketplaceId"))
    if sent.get("shipmentStatus") not in ("ReadyForPickup", "PickedUp", "RefusedPickup"):
        raise bad("Invalid Input", f"shipmentStatus: {sent.get('shipmentStatus')}")
    if dialect.orders.find(call.path["order_id"]) is None:
        raise missing(f"Order {call.path['order_id']} not found.")
    raise bad("The order is not picked up in a store.")


OPERATIONS = (
    Operation(
        "confirmShipment",
        "POST",
        "/orders/v0/orders/<order_id>/shipmentConfirmation",
        2,
        10,
        confirm,
        STYLE,
    ),
    Operation(
        "updateShipmentStatus",
        "POST",
        "/orders/v0/orders/<order_id>/shipment",
        5,
        15,
        pick_up,
        STYLE,
    ),
)
