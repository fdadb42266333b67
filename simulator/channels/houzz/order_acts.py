"""updateOrder: process, charge, ship and cancel, each as far as the order's state allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.houzz import orders
from simulator.channels.houzz.calls import Call
from simulator.channels.houzz.errors import Fault, Refused, invalid, missing, refused
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

OUT_OF_STOCK = "1"
CANCEL_CODES = {
    OUT_OF_STOCK: "out of stock",
    "2": "buyer found it cheaper",
    "3": "buyer changed mind",
    "4": "ordered by mistake",
}
SHIPPING_METHODS = frozenset(
    {
        *(
            f"USPS {name}"
            for name in ("First Class", "Parcel Post", "Priority Mail", "Express Mail")
        ),
        *("UPS Ground", "UPS 3 Day Select", "UPS 2nd Day Air", "UPS Next Day Air Saver"),
        *("UPS Next Day Air", "UPS Next Day Early A.M."),
        *("FedEx Ground", "FedEx Home Delivery", "FedEx Express Saver", "FedEx 2Day"),
        *("FedEx Standard Overnight", "FedEx Priority Overnight", "FedEx First Overnight"),
        *("FedEx SameDay", "FedEx SmartPost", "OnTrac Ground", "OnTrac Sunrise"),
        *("OnTrac Sunrise Gold", "OnTrac Saturday Delivery", "DHL Express"),
        *("Standard Shipping", "Expedited Shipping", "ABF Trucking", "Yellow Freight"),
        *("Old Dominion", "Plycon Van", "Home Direct", "Estes Express", "Sun Delivery"),
        "R+L Carriers",
    }
)
ALREADY = {
    ("ship", orders.SHIPPED): ("4003", "Order has already been shipped"),
    ("cancel", orders.CANCELLED): ("4004", "Order has already been cancelled"),
    ("charge", orders.CHARGED): ("4005", "Order has already been charged"),
}
MAY = {  # {action: the states that it may begin in}
    "process": (orders.NEW,),
    "charge": (orders.PROCESSING, orders.FAILED),
    "ship": orders.SHIPPABLE,
    "cancel": tuple(s for s in orders.STATUSES if s not in (orders.SHIPPED, orders.CANCELLED)),
}


def update_order(dialect: Houzz, call: Call) -> dict[str, Any]:
    """One action on one order."""
    number, action = call.body.get("OrderId"), call.body.get("Action")
    faults = [missing(n) for n, given in (("OrderId", number), ("Action", action)) if not given]
    if action and action.lower() not in MAY:
        faults.append(invalid("Action", action))
    if faults:
        raise Refused(faults)
    order = orders.released(dialect, number)
    check(order, action.lower())
    if action.lower() == "ship":
        _ship(dialect, call, order)
    elif action.lower() == "cancel":
        _cancel(dialect, call, order)
    elif action.lower() == "process":
        orders.process(dialect, order)
    else:
        orders.charge(dialect, order)
    return {}


def check(order: Document, action: str) -> None:
    """Refuse what the order's state does not allow."""
    status = order.body["Status"]
    if (action, status) in ALREADY:
        raise refused(*ALREADY[action, status])
    if status not in MAY[action]:
        raise refused("4002", f"Cannot {action} an order with status {status}")


def _ship(dialect: Houzz, call: Call, order: Document) -> None:
    method, tracking = call.body.get("ShippingMethod"), call.body.get("TrackingNumber")
    faults: list[Fault] = []
    if not method:
        faults.append(missing("ShippingMethod"))
    elif method not in SHIPPING_METHODS:
        faults.append(invalid("ShippingMethod", method))
    if not tracking:
        faults.append(missing("TrackingNumber"))
    if faults:
        raise Refused(faults)
    orders.ship(dialect, order, method, tracking, dialect.shop.clock.now())


def _cancel(dialect: Houzz, call: Call, order: Document) -> None:
    code, comments = call.body.get("CancelCode"), call.body.get("Comments")
    faults: list[Fault] = []
    if not code:
        faults.append(missing("CancelCode"))
    elif code not in CANCEL_CODES:
        faults.append(invalid("CancelCode", code))
    if not comments:
        faults.append(missing("Comments"))
    if faults:
        raise Refused(faults)
    why = f"{CANCEL_CODES[code]}: {comments}"
    orders.cancel(dialect, order, by="seller", why=why, restocks=code != OUT_OF_STOCK)
