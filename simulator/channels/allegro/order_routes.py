"""HTTP of orders: /order/checkout-forms, their state, the journal."""

from __future__ import annotations

from simulator.channels.allegro import journals, orders
from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import Refused, error, invalid
from simulator.channels.allegro.moments import iso
from simulator.channels.allegro.queries import BOUNDS, Condition, Order, find
from simulator.channels.allegro.store import NAME
from simulator.commerce.shop import Document

STATUSES = ("BOUGHT", "FILLED_IN", "READY_FOR_PROCESSING", "CANCELLED")
SETTABLE = (
    "NEW",
    "PROCESSING",
    "READY_FOR_SHIPMENT",
    "READY_FOR_PICKUP",
    "SENT",
    "PICKED_UP",
    "CANCELLED",
    "SUSPENDED",
)
FARTHEST = 10_000  # offset and limit together (#4027)
FILTERS = {  # {query: where it stands in a form}
    "status": "$.status",
    "fulfillment.status": "$.fulfillment.status",
    "fulfillment.provider.id": "$.fulfillment.provider.id",
    "fulfillment.shipmentSummary.lineItemsSent": "$.fulfillment.shipmentSummary.lineItemsSent",
    "payment.id": "$.payment.id",
    "surcharges.id": "$.surcharges.id",  # nobody has any
    "delivery.method.id": "$.delivery.method.id",
    "buyer.login": "$.buyer.login",
    "marketplace.id": "$.marketplace.id",
}
KNOWN = {"status": STATUSES, "fulfillment.status": (*SETTABLE, "RETURNED")}
TIMES = {"lineItems.boughtAt": "$.boughtAt", "updatedAt": "$.updatedAt"}


def the_form(call: Call, id: str) -> Document:
    """The form of this id as a reader sees it; 422 for what is no UUID, 404 for one there is not."""
    if not orders.is_uuid(id):
        raise invalid(f"{id} is not a valid UUID", "id")
    found = call.store.seen(call.store.by_key("form", id.lower()))
    if found is None:
        message = f"Checkout form {id} not found"  # word for word, seen 2025-06, issue 11723
        raise Refused(404, error("CheckoutFormNotFoundException", message, call.path))
    return found


def read(call: Call, id: str) -> Answer:
    """GET /order/checkout-forms/{id}"""
    return Answer(body=orders.view(the_form(call, id)))


def listed(call: Call) -> Answer:
    """GET /order/checkout-forms"""
    limit, offset = call.whole("limit", 100, 1, 100), call.whole("offset", 0, 0, FARTHEST)
    if limit + offset > FARTHEST:
        message = f"offset and limit together may be {FARTHEST} at most"
        raise invalid(message, "offset")
    claims = []
    for name, where in FILTERS.items():
        values = call.one_of(name, KNOWN[name]) if name in KNOWN else call.texts(name)
        if values:
            claims.append(Condition(where, "in", values))
    for name, where in TIMES.items():
        for op in BOUNDS:
            if (moment := call.moment(f"{name}.{op}")) is not None:
                claims.append(Condition(where, op, iso(moment)))
    found, total = find(call.store, "form", claims, order=_order(call), limit=limit, offset=offset)
    omits = call.store.world.faults.omits
    shown = [orders.view(form) for form in found if not omits(NAME, "orders")]
    return Answer(body={"checkoutForms": shown, "count": len(shown), "totalCount": total})


def _order(call: Call) -> Order:
    text = call.text("sort") or "-lineItems.boughtAt"
    name = text.removeprefix("-")
    if name not in TIMES:
        raise invalid(f"unknown value: {text}", "sort")
    return Order(TIMES[name], descending=text.startswith("-"))


def set_fulfillment(call: Call, id: str) -> Answer:
    """PUT …/fulfillment: only with the newest revision, where one is named."""
    the_form(call, id)
    form = call.store.by_key("form", id.lower())
    assert form is not None
    status = call.json().get("status")
    if status not in SETTABLE:
        raise invalid(f"status {status} cannot be set", "status")
    revision = call.text("checkoutForm.revision")
    if revision is not None and revision != form.body["revision"]:
        message = "Provided revision is outdated"
        raise Refused(409, error("REVISION_OUTDATED", message, "checkoutForm.revision"))
    orders.fulfil(call.store, form, status)
    return Answer(204)


ROUTES = (
    Route("GET", "/order/events", journals.order_events),
    Route("GET", "/order/event-stats", journals.order_stats),
    Route("GET", "/order/checkout-forms", listed),
    Route("GET", "/order/checkout-forms/<id>", read),
    Route("PUT", "/order/checkout-forms/<id>/fulfillment", set_fulfillment),
)
