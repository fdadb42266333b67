"""What can be done to orders: create (test data), cancel, update, pay, tag, edit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from simulator.channels.shopify import gids, money
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.rules import customers, orders, products
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

Given = Mapping[str, Any]
COPIED = (
    *("email", "phone", "note", "poNumber", "sourceName", "sourceIdentifier", "test", "closedAt"),
    *("processedAt", "shippingAddress", "billingAddress", "taxesIncluded"),
)


def need_order(store: Store, id: str, *field: str, code: str | None = None) -> Document:
    """The order of a global id, or the refusal that names it."""
    order = store.by_gid("order", id)
    if order is None:
        raise refuse("Order does not exist", *field, code=code)
    return order


# -- create ---------------------------------------------------------------------------------------


def create(call: Call, args: Args) -> Payload:
    """`orderCreate`: an order as given; taxes and payments are what the caller says they are."""
    store, given = call.store, args["order"]
    options = args.get("options") or {}
    if not given.get("lineItems"):
        raise refuse("Line items must have at least one line item", "order", "lineItems")
    lines = [_line(store, one, i) for i, one in enumerate(given["lineItems"])]
    body = {name: given[name] for name in COPIED if given.get(name) is not None}
    body["currency"] = given.get("currency") or store.currency
    body["sourceName"] = given.get("sourceName") or "api"
    body["tags"] = products.tags(given.get("tags") or [])
    body["customAttributes"] = [dict(a) for a in given.get("customAttributes") or ()]
    body["customerId"] = customers.of_new_order(store, given)
    body["metafields"] = store.metafields(given.get("metafields") or (), [])
    body["discountApplications"] = _discount(given.get("discountCode"), lines)
    body["shippingLines"] = [
        {
            "title": one["title"],
            "code": one.get("code"),
            "source": one.get("source"),
            "price": money.text(one["priceSet"]["shopMoney"]["amount"]),
            "taxLines": _taxes(one.get("taxLines")),
        }
        for one in given.get("shippingLines") or ()
    ]
    if given.get("name"):
        body["name"] = given["name"]
    claim = options.get("inventoryBehaviour") or "BYPASS"
    order = orders.new_order(store, lines, body, claim=claim)
    _payments(store, order, given)
    done = store.need("order", order.id)
    if orders.financial_status(done, orders.transactions_of(store, done)) == "PAID":
        store.webhooks.announce("ORDERS_PAID", done)
    return {"order": done}


def _line(store: Store, one: Given, index: int) -> dict[str, Any]:
    variant = None
    if one.get("variantId"):
        variant = store.by_gid("variant", one["variantId"])
        if variant is None:
            where = ("order", "lineItems", index, "variantId")
            raise refuse("Variant does not exist", *where, code="INVALID")
    elif not one.get("title"):
        where = ("order", "lineItems", index, "title")
        raise refuse("Title can't be blank", *where, code="INVALID")
    if one["quantity"] < 1:
        where = ("order", "lineItems", index, "quantity")
        raise refuse("Quantity must be greater than 0", *where, code="INVALID")
    price = one["priceSet"]["shopMoney"]["amount"] if one.get("priceSet") else None
    given = {
        **one,
        "price": None if price is None else money.text(price, store.currency),
        "taxLines": _taxes(one.get("taxLines")),
        "attributes": [
            {"key": p["name"], "value": p["value"]} for p in one.get("properties") or ()
        ],
    }
    return orders.new_line(store, variant, given)


def _taxes(given: Any) -> list[dict[str, Any]]:
    return [
        {
            "title": one["title"],
            "rate": str(one["rate"]),
            "price": money.text((one.get("priceSet") or {}).get("shopMoney", {}).get("amount", 0)),
            "channelLiable": one.get("channelLiable") or False,
        }
        for one in given or ()
    ]


def _discount(given: Given | None, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One code over all lines, its amount spread by their prices."""
    fixed = (given or {}).get("itemFixedDiscountCode")
    percentage = (given or {}).get("itemPercentageDiscountCode")
    if not fixed and not percentage:
        return []
    wholes = [Decimal(line["price"]) * line["quantity"] for line in lines]
    if percentage:
        value = Decimal(str(percentage.get("percentage") or 0))
        off = money.total(wholes) * value / 100
    else:
        value = off = Decimal((fixed or {})["amountSet"]["shopMoney"]["amount"])
    left = Decimal(money.text(min(off, money.total(wholes))))
    for line, whole in zip(lines, wholes, strict=True):
        last = line is lines[-1]
        part = left if last else Decimal(money.text(off * whole / (money.total(wholes) or 1)))
        line["discounts"] = [{"index": 0, "amount": money.text(part)}]
        left -= part
    return [
        {
            "__typename": "DiscountCodeApplication",
            "index": 0,
            "code": (percentage or fixed or {})["code"],
            "percent": bool(percentage),
            "value": float(value) if percentage else str(value),
            "allocationMethod": "ACROSS",
            "targetSelection": "ALL",
            "targetType": "LINE_ITEM",
        }
    ]


def _payments(store: Store, order: Document, given: Given) -> None:
    total = orders.totals(order).total
    for one in given.get("transactions") or ():
        amount = Decimal(one["amountSet"]["shopMoney"]["amount"])
        kind = one.get("kind") or "SALE"
        gateway = one.get("gateway") or "manual"
        made = orders.pay(store, order, kind, amount, gateway=gateway)
        if one.get("status") not in (None, "SUCCESS"):
            store.shop.put(store.with_sku(made, None), quiet=True)
            store.put(made, status=one["status"])
    if given.get("transactions"):
        return
    if given.get("financialStatus") == "PAID":
        orders.pay(store, order, "SALE", total, gateway="manual")
    elif given.get("financialStatus") == "AUTHORIZED":
        orders.pay(store, order, "AUTHORIZATION", total, gateway="manual")


# -- cancel, update, tags -------------------------------------------------------------------------


def cancel(call: Call, args: Args) -> Payload:
    """`orderCancel`: refused, or done by the time the job is looked at."""
    store = call.store
    order = need_order(store, args["orderId"], "orderId", code="NOT_FOUND")
    if order.body["cancelledAt"]:
        raise refuse(
            "Cannot cancel an order that has already been canceled", "orderId", code="INVALID"
        )
    if any(r.body["status"] in ("OPEN", "REQUESTED") for r in store.children("return", order)):
        message = "Cannot cancel an order that has returns"
        raise refuse(message, "orderId", code="INVALID")
    if any(f.body["status"] == "SUCCESS" for f in store.children("fulfillment", order)):
        message = "Cannot cancel an order that has outstanding fulfillments"
        raise refuse(message, "orderId", code="INVALID")
    if len(args.get("staffNote") or "") > 255:
        message = "Staff note is too long. Maximum length is 255 characters."
        raise refuse(message, "staffNote", code="INVALID")
    method = args.get("refundMethod") or {}
    orders.cancel(
        store,
        order,
        reason=args["reason"],
        restock=args["restock"],
        refund=bool(args.get("refund") or method.get("originalPaymentMethodsRefund")),
        note=args.get("staffNote"),
    )
    job = store.add("job", {"what": "orderCancel"}, quiet=True)
    return {"job": {"id": job.id, "done": False}}


def update(call: Call, args: Args) -> Payload:
    """`orderUpdate`: tags overwrite, fields left out stay."""
    store, given = call.store, args["input"]
    order = need_order(store, given["id"], "id")
    for name in ("note", "email", "phone", "poNumber"):
        if name in given:
            order.body[name] = given[name]
    if given.get("tags") is not None:
        order.body["tags"] = products.tags(given["tags"])
    if given.get("customAttributes") is not None:
        order.body["customAttributes"] = [dict(a) for a in given["customAttributes"]]
    if given.get("shippingAddress"):
        had = order.body["shippingAddress"] or {"id": store.number("address")}
        order.body["shippingAddress"] = {**had, **given["shippingAddress"]}
    if given.get("metafields"):
        order.body["metafields"] = store.metafields(given["metafields"], order.body["metafields"])
    return {"order": store.put(order)}


def _closing(closed: bool) -> Resolver:
    def run(call: Call, args: Args) -> Payload:
        order = need_order(call.store, args["input"]["id"], "id")
        at = call.store.stamp() if closed else None
        return {"order": call.store.put(order, closedAt=at)}

    return act(run)


def _tagging(add: bool) -> Resolver:
    def run(call: Call, args: Args) -> Payload:
        found = gids.kind_and_number(args["id"])
        thing = call.store.get(*found) if found else None
        if thing is None or "tags" not in thing.body:
            raise refuse("Node does not exist or has no tags", "id")
        named = products.tags(args["tags"])
        gone = {t.lower() for t in named}
        had = thing.body["tags"]
        left = products.tags([*had, *named]) if add else [t for t in had if t.lower() not in gone]
        return {"node": call.store.put(thing, tags=left)}

    return act(run)


# -- payment --------------------------------------------------------------------------------------


def mark_as_paid(call: Call, args: Args) -> Payload:
    """`orderMarkAsPaid`: a manual payment of what is outstanding."""
    store = call.store
    order = need_order(store, args["input"]["id"], "id")
    flow = orders.paid(orders.transactions_of(store, order))
    owed = orders.totals(order, now=True).total - (flow.received - flow.refunded)
    if owed <= 0 or order.body["cancelledAt"]:
        raise refuse("Order cannot be marked as paid.", "id")
    orders.pay(store, order, "SALE", owed, gateway="manual")
    done = store.put(order)
    store.webhooks.announce("ORDERS_PAID", done)
    return {"order": done}


def capture(call: Call, args: Args) -> Payload:
    """`orderCapture`: take (a part of) what was authorised, once per authorisation."""
    store, given = call.store, args["input"]
    order = need_order(store, given["id"], "id")
    parent = store.by_gid("transaction", given["parentTransactionId"])
    if parent is None or parent.parent_id != order.id:
        raise refuse("Unable to find parent transaction")
    if parent.body["kind"] != "AUTHORIZATION":
        raise refuse("Parent transaction should be a successful authorization")
    used = [t for t in orders.transactions_of(store, order) if t.body["parentId"] == parent.id]
    if used:
        raise refuse("Can only capture successful authorizations")
    amount, most = Decimal(given["amount"]), Decimal(parent.body["amount"])
    if amount <= 0:
        raise refuse("Amount must be greater than zero for capture transactions")
    if amount > most:
        raise refuse(f"Cannot capture more than the authorized {most} for this payment.")
    made = orders.pay(store, order, "CAPTURE", amount, parent)
    done = store.put(order)
    if orders.financial_status(done, orders.transactions_of(store, done)) == "PAID":
        store.webhooks.announce("ORDERS_PAID", done)
    return {"transaction": made}


def void(call: Call, args: Args) -> Payload:
    """`transactionVoid`: give an authorisation up."""
    store = call.store
    parent = store.by_gid("transaction", args["parentTransactionId"])
    where, code = "parentTransactionId", "TRANSACTION_NOT_FOUND"
    if parent is None:
        raise refuse("Transaction does not exist", where, code=code)
    order = store.need("order", parent.parent_id)
    used = [t for t in orders.transactions_of(store, order) if t.body["parentId"] == parent.id]
    if parent.body["kind"] != "AUTHORIZATION":
        message = "Parent transaction must be a successful authorization"
        raise refuse(message, where, code="AUTH_NOT_SUCCESSFUL")
    if used:
        message = "Parent transaction require a parent_id referring to a voidable transaction"
        raise refuse(message, where, code="AUTH_NOT_VOIDABLE")
    made = orders.pay(store, order, "VOID", Decimal(parent.body["amount"]), parent)
    store.put(order)
    return {"transaction": made}


MUTATIONS: dict[str, Resolver] = {
    "orderCreate": act(create),
    "orderCancel": act(cancel, "orderCancelUserErrors"),
    "orderUpdate": act(update),
    "orderClose": _closing(True),
    "orderOpen": _closing(False),
    "tagsAdd": _tagging(True),
    "tagsRemove": _tagging(False),
    "orderMarkAsPaid": act(mark_as_paid),
    "orderCapture": act(capture),
    "transactionVoid": act(void),
}
