"""Editing an order: a draft of its lines, changed and then committed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.channels.shopify import gids, lists, money
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.resolvers.nodes import context
from simulator.channels.shopify.resolvers.order_acts import need_order
from simulator.channels.shopify.rules import orders
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document


def edit_begin(call: Call, args: Args) -> Payload:
    """`orderEditBegin`: a draft of the order's lines."""
    order = need_order(call.store, args["id"], "id")
    if order.body["cancelledAt"]:
        raise refuse("The order cannot be edited.")
    body = {"orderId": order.id, "removed": {}, "added": []}
    draft = call.store.add("calculated_order", body, quiet=True)
    return _drafted(draft)


def _drafted(draft: Document, **more: Any) -> Payload:
    session = gids.gid("OrderEditSession", draft.id)
    return {"calculatedOrder": draft, "orderEditSession": {"id": session}, **more}


def _draft(call: Call, id: str) -> Document:
    draft = call.store.by_gid("calculated_order", id)
    if draft is None:
        number = gids.number(id, "OrderEditSession")
        draft = call.store.get("calculated_order", number)
    if draft is None:
        raise refuse("The calculated order does not exist.", "id")
    return draft


def edit_quantity(call: Call, args: Args) -> Payload:
    """`orderEditSetQuantity`: fewer pieces of a line, unshipped ones only (more: not modelled)."""
    store, draft = call.store, _draft(call, args["id"])
    order = store.need("order", draft.body["orderId"])
    number = gids.number(args["lineItemId"], "CalculatedLineItem")
    number = number or gids.number(args["lineItemId"], "LineItem")
    line = orders.line_of(order, number)
    if line is None:
        raise refuse("The line item does not exist on the order.", "lineItemId")
    less = orders.current(line) - args["quantity"]
    if args["quantity"] < 0 or less < 0 or less > orders.unfulfilled(line):
        raise refuse("Quantity is not editable to that number", "quantity")
    draft.body["removed"][str(number)] = [less, bool(args.get("restock"))]
    kept = store.put(draft)
    shown = next(r for r in draft_lines(store, kept) if r["id"] == _draft_line(number))
    return _drafted(kept, calculatedLineItem=shown)


def edit_add(call: Call, args: Args) -> Payload:
    """`orderEditAddVariant`."""
    store, draft = call.store, _draft(call, args["id"])
    variant = store.by_gid("variant", args["variantId"])
    if variant is None:
        raise refuse("The variant does not exist in the shop.", "variantId")
    if args["quantity"] < 1:
        raise refuse("must be greater than 0", "quantity")
    line = orders.new_line(store, variant, {"quantity": args["quantity"]})
    draft.body["added"].append(line)
    kept = store.put(draft)
    return _drafted(kept, calculatedLineItem=draft_lines(store, kept)[-1])


def edit_commit(call: Call, args: Args) -> Payload:
    """`orderEditCommit`: the draft becomes the order."""
    store, draft = call.store, _draft(call, args["id"])
    order = store.need("order", draft.body["orderId"])
    for number, (less, restock) in draft.body["removed"].items():
        line = orders.line_of(order, int(number))
        if line is not None and less:
            orders.remove(store, order, line, less, restock=restock)
    added = draft.body["added"]
    places = {
        line["id"]: orders.claim_line(store, line, "DECREMENT_IGNORING_POLICY") for line in added
    }
    order.body["lines"] += added
    orders.open_fulfilment(store, order, added, places)
    order.body["edited"] = True
    done = store.put(order)
    store.shop.drop("calculated_order", draft.id, quiet=True)
    store.webhooks.announce("ORDERS_EDITED", done)
    return {"order": done, "successMessages": ["Order updated"]}


def _draft_line(number: int | None) -> str:
    return gids.gid("CalculatedLineItem", number or 0)


def draft_lines(store: Store, draft: Document, *, added: bool = False) -> list[dict[str, Any]]:
    """The lines of a draft."""
    order = store.need("order", draft.body["orderId"])
    rows = [] if added else [(line, False) for line in order.body["lines"]]
    rows += [(line, True) for line in draft.body["added"]]
    shown = []
    for line, _ in rows:
        less, restock = draft.body["removed"].get(str(line["id"]), (0, False))
        left = orders.current(line) - less
        price, currency = Decimal(line["price"]), order.body["currency"]
        shown.append(
            {
                **{k: line[k] for k in ("sku", "title", "variantTitle")},
                "id": _draft_line(line["id"]),
                "quantity": left,
                "editableQuantity": orders.unfulfilled(line) - less,
                "editableQuantityBeforeChanges": orders.unfulfilled(line),
                "restockable": True,
                "restocking": restock,
                "variant": store.get("variant", line["variantId"]),
                "originalUnitPriceSet": money.bag(price, currency),
                "discountedUnitPriceSet": money.bag(price, currency),
                "editableSubtotalSet": money.bag(
                    price * (orders.unfulfilled(line) - less), currency
                ),
                "uneditableSubtotalSet": money.bag(price * line["fulfilled"], currency),
            }
        )
    return shown


def _draft_total(source: Document, info: Any) -> Decimal:
    rows = draft_lines(context(info).store, source)
    return money.total(
        Decimal(r["originalUnitPriceSet"]["shopMoney"]["amount"]) * r["quantity"] for r in rows
    )


def _draft_bag(outstanding: bool, shipping: bool) -> Resolver:
    def resolve(source: Document, info: Any) -> dict[str, Any]:
        store = context(info).store
        order = store.need("order", source.body["orderId"])
        total = _draft_total(source, info)
        if shipping:
            total += orders.totals(order).shipping
        if outstanding:
            flow = orders.paid(orders.transactions_of(store, order))
            total -= flow.received - flow.refunded
        return money.bag(total, order.body["currency"])

    return resolve


FIELDS: dict[str, dict[str, Resolver]] = {
    "Mutation": {
        "orderEditBegin": act(edit_begin),
        "orderEditSetQuantity": act(edit_quantity),
        "orderEditAddVariant": act(edit_add),
        "orderEditCommit": act(edit_commit),
    },
    "CalculatedOrder": {
        "originalOrder": lambda source, info: context(info).store.need(
            "order", source.body["orderId"]
        ),
        "lineItems": lambda source, info, **args: lists.sliced(
            draft_lines(context(info).store, source), args
        ),
        "addedLineItems": lambda source, info, **args: lists.sliced(
            draft_lines(context(info).store, source, added=True), args
        ),
        "subtotalLineItemsQuantity": lambda source, info: sum(
            r["quantity"] for r in draft_lines(context(info).store, source)
        ),
        "subtotalPriceSet": _draft_bag(False, False),
        "totalPriceSet": _draft_bag(False, True),
        "totalOutstandingSet": _draft_bag(True, True),
    },
}
