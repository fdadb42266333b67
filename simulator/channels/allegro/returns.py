"""Goods that come back: /order/customer-returns (a beta resource). The order itself stays as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator.channels.allegro import orders
from simulator.channels.allegro.call import BETA, Answer, Call, Route
from simulator.channels.allegro.errors import Refused, error, invalid, not_found
from simulator.channels.allegro.moments import iso
from simulator.channels.allegro.queries import BOUNDS, Condition, Order, find
from simulator.channels.allegro.store import NAME, Store
from simulator.commerce.shop import Document

STATUSES = (
    "CREATED",
    "DISPATCHED",
    "IN_TRANSIT",
    "DELIVERED",
    "FINISHED",
    "FINISHED_APT",
    "REJECTED",
    "COMMISSION_REFUND_CLAIMED",
    "COMMISSION_REFUNDED",
    "WAREHOUSE_DELIVERED",
    "WAREHOUSE_VERIFICATION",
)
REJECTIONS = (
    "REFUND_REJECTED",
    "NEW_ITEM_SENT",
    "ITEM_FIXED",
    "MISSING_PART_SENT",
    "ITEM_MISMATCH",
    "BUSINESS_PURCHASE",
    "NO_RETURN_RIGHT",
)
LONGEST_REASON = 250
WITHIN = {  # {query: (the list it looks into, the field of a row)}
    "items.offerId": ("$.items", "offerId"),
    "items.name": ("$.items", "name"),
    "parcels.waybill": ("$.parcels", "waybill"),
    "parcels.carrierId": ("$.parcels", "carrierId"),
    "parcels.transportingWaybill": ("$.parcels", "transportingWaybill"),
    "parcels.transportingCarrierId": ("$.parcels", "transportingCarrierId"),
    "parcels.sender.phoneNumber": ("$.parcels", "phoneNumber"),
}
Json = dict[str, Any]


def open_one(
    store: Store,
    form: Document,
    pieces: Mapping[str, int],
    reason: str = "DONT_LIKE_IT",
    comment: str = "",
    status: str = "CREATED",
) -> Document:
    """The buyer sends goods back, {sku: pieces}. Its items name offers, not lines of the order."""
    items = []
    for line in form.body["lineItems"]:
        count = pieces.get(orders.sku(line), 0)
        if count:
            items.append(_item(store, line, min(count, line["quantity"]), reason, comment))
    if not items:
        raise LookupError(f"order {form.sku} has none of {', '.join(pieces)}")
    id = store.uuid("returns")
    buyer = form.body["buyer"]
    body = {
        "id": id,
        "isFulfillment": False,
        "createdAt": store.stamp(),
        "referenceNumber": store.hex("references", 4).upper() + "/" + store.stamp()[:4],
        "orderId": form.sku,
        "buyer": {"email": buyer["email"], "login": buyer["login"]},
        "items": items,
        "refund": None,
        "rejection": None,
        "parcels": [],
        "marketplaceId": form.body["marketplace"]["id"],
        "status": status,
    }
    return store.shop.add("return", body, parent_id=form.id, sku=id)


def _item(store: Store, line: Json, count: int, reason: str, comment: str) -> Json:
    offer = line["offer"]["id"]
    address = store.world.base_urls.get(NAME, f"https://{NAME}.test")
    return {
        "offerId": offer,
        "quantity": count,
        "name": line["offer"]["name"],
        "price": line["price"],
        "url": f"{address}/oferta/{offer}",
        "reason": {"type": reason, "userComment": comment},
        "serialNumbers": [],
    }


def move(store: Store, back: Document, status: str, waybill: str | None = None) -> Document:
    """A return gets further; a parcel gets its number."""
    if status not in STATUSES:
        raise LookupError(f"no such status of a return: {status}")
    back.body["status"] = status
    if waybill is not None:
        parcel = {"createdAt": store.stamp(), "waybill": waybill, "carrierId": "INPOST"}
        more = {"transportingWaybill": None, "transportingCarrierId": None}
        sender = {"sender": {"phoneNumber": "+48600100200"}}
        back.body["parcels"].append({**parcel, **more, **sender})
    return store.put(back)


# -- HTTP -----------------------------------------------------------------------------------------


def listed(call: Call) -> Answer:
    """GET /order/customer-returns, newest first; `from` is the id of the last one seen."""
    store, claims = call.store, []
    for name, where in (
        ("customerReturnId", "sku"),
        ("orderId", "$.orderId"),
        ("buyer.login", "$.buyer.login"),
        ("buyer.email", "$.buyer.email"),
        ("referenceNumber", "$.referenceNumber"),
        ("marketplaceId", "$.marketplaceId"),
    ):
        if values := call.texts(name):
            claims.append(Condition(where, "in", values))
    for name, (where, field) in WITHIN.items():
        if values := call.texts(name):
            named = [f"{json.dumps(field)}:{json.dumps(value)}" for value in values]
            claims.append(Condition(where, "contains", named))
    if states := call.one_of("status", STATUSES):
        claims.append(Condition("$.status", "in", states))
    for op in BOUNDS:
        if (moment := call.moment(f"createdAt.{op}")) is not None:
            claims.append(Condition("$.createdAt", op, iso(moment)))
    if (after := call.text("from")) is not None:
        last = store.by_key("return", after)
        if last is None:
            raise invalid("no such return", "from", 400)
        claims.append(Condition("id", "gte", last.id + 1))
    limit, offset = call.whole("limit", 100, 1, 1000), call.whole("offset", 0, 0, 10_000)
    order = Order(descending=True)
    found, total = find(store, "return", claims, order=order, limit=limit, offset=offset)
    return Answer(body={"count": total, "customerReturns": [back.body for back in found]})


def _the_return(call: Call, id: str) -> Document:
    back = call.store.seen(call.store.by_key("return", id))
    if back is None:
        raise not_found(call.path)
    return back


def read(call: Call, id: str) -> Answer:
    """GET /order/customer-returns/{customerReturnId}"""
    return Answer(body=_the_return(call, id).body)


def reject(call: Call, id: str) -> Answer:
    """POST …/rejection: the seller gives no money back. Once only."""
    back = _the_return(call, id)
    asked = call.json().get("rejection") or {}
    if asked.get("code") not in REJECTIONS:
        raise invalid("unknown code", "rejection.code")
    reason = asked.get("reason")
    if reason is not None and len(str(reason)) > LONGEST_REASON:
        raise invalid(f"at most {LONGEST_REASON} characters", "rejection.reason")
    if back.body.get("rejection"):
        message = "The customer return has already been rejected"
        raise Refused(422, error("ALREADY_REJECTED", message))
    kept = {"code": asked["code"], "createdAt": call.store.stamp()}
    back.body["rejection"] = {**kept, **({} if reason is None else {"reason": reason})}
    return Answer(body=move(call.store, back, "REJECTED").body)


ROUTES = tuple(
    Route(method, f"/order/customer-returns{rest}", handler, (BETA,), limit="customer returns")
    for method, rest, handler in (
        ("GET", "", listed),
        ("GET", "/<id>", read),
        ("POST", "/<id>/rejection", reject),
    )
)
