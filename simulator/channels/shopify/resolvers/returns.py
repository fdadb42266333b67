"""Refunds and returns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.channels.shopify import gids, lists, money
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act, act_once
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.resolvers.fulfilment import shipped_line
from simulator.channels.shopify.resolvers.nodes import by_id, context, parent
from simulator.channels.shopify.resolvers.order_acts import need_order
from simulator.channels.shopify.resolvers.orders import line_with, shipping_rows
from simulator.channels.shopify.rules import orders, returns
from simulator.commerce.shop import Document

Json = dict[str, Any]
REASONS = (
    *("Color", "Defective", "Not as described", "Other", "Size too large", "Size too small"),
    *("Style", "Unknown", "Unwanted", "Wrong item"),
)


def refund_create(call: Call, args: Args) -> Payload:
    """`refundCreate`."""
    given = args["input"]
    order = need_order(call.store, given["orderId"], "orderId")
    made = returns.refund(call.store, order, given)
    return {"refund": made, "order": call.store.need("order", order.id)}


def _opening(argument: str, status: str) -> Resolver:
    def run(call: Call, args: Args) -> Payload:
        given = args[argument]
        order = need_order(call.store, given["orderId"], argument, "orderId", code="NOT_FOUND")
        wanted = given["returnLineItems"]
        return {"return": returns.new_return(call.store, order, wanted, status)}

    return act(run)


WRONG = {  # what is said of a return that cannot become this
    "CLOSED": "Return status is invalid.",
    "CANCELED": "Return is not cancelable.",
    "OPEN": "Return is not approvable. Only returns with status REQUESTED can be approved.",
    "DECLINED": "Return is not declinable. Only non-refunded returns with status REQUESTED can be"
    " declined.",
}


def _need(call: Call, id: str, wrong: str, *allowed: str, where: tuple[str, ...]) -> Document:
    made = call.store.by_gid("return", id)
    if made is None:
        raise refuse("Return not found.", *where, code="NOT_FOUND")
    if made.body["status"] not in allowed:
        raise refuse(wrong, *where, code="INVALID_STATE")
    return made


def process(call: Call, args: Args) -> Payload:
    """`returnProcess`: take the goods in, restock and refund."""
    where = ("input", "returnId")
    made = _need(call, args["input"]["returnId"], "Return status is invalid.", "OPEN", where=where)
    return {"return": returns.process(call.store, made, args["input"])}


def _to(status: str, topic: str, *allowed: str, argument: str | None = None) -> Resolver:
    def run(call: Call, args: Args) -> Payload:
        given = args[argument] if argument else args
        where = (argument, "id") if argument else ("id",)
        made = _need(call, given["id"], WRONG[status], *allowed, where=where)
        changes: Json = {"status": status}
        if status == "CLOSED":
            changes["closedAt"] = call.store.stamp()
        if topic == "RETURNS_APPROVE":
            changes["requestApprovedAt"] = call.store.stamp()
        if status == "DECLINED":
            note, reason = given.get("declineNote"), given["declineReason"]
            changes["decline"] = {"reason": reason, "note": note}
        kept = call.store.put(made, **changes)
        call.store.touch("order", kept.parent_id or 0)
        call.store.webhooks.announce(topic, kept)
        return {"return": kept}

    return act(run)


# -- reading --------------------------------------------------------------------------------------


def _order(source: Document, info: Any) -> Document:
    return context(info).store.need("order", source.parent_id)


def refund_lines(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The lines of a refund."""
    order = _order(source, info)
    store, currency = context(info).store, order.body["currency"]
    rows = []
    for row in source.body["lines"]:
        line = orders.line_of(order, row["lineId"])
        assert line is not None
        each = Decimal(row["subtotal"]) / row["quantity"]
        rows.append(
            {
                **row,
                "id": gids.gid("RefundLineItem", row["id"]),
                "lineItem": line_with(order, line),
                "location": store.get("location", row["locationId"]),
                "restocked": row["restockType"] in ("CANCEL", "RETURN"),
                "priceSet": money.bag(each, currency),
                "price": money.text(each, currency),
                "totalTax": row["tax"],
                "subtotalSet": money.bag(row["subtotal"], currency),
                "totalTaxSet": money.bag(row["tax"], currency),
            }
        )
    return lists.sliced(rows, args)


def refund_shipping(source: Document, info: Any, **args: Any) -> lists.Connection:
    """What of the shipping a refund gave back."""
    order = _order(source, info)
    rows = shipping_rows(order) if Decimal(source.body["shipping"]) else []
    currency = order.body["currency"]
    shown = [
        {
            "id": source.id,
            "subtotalAmountSet": money.bag(source.body["shipping"], currency),
            "taxAmountSet": money.bag("0", currency),
            "shippingLine": row,
        }
        for row in rows[:1]
    ]
    return lists.sliced(shown, args)


def _transactions(source: Document, info: Any) -> list[Document]:
    store = context(info).store
    return [store.need("transaction", n) for n in source.body["transactionIds"]]


def _refunded(source: Document, info: Any) -> Json:
    total = money.total(Decimal(t.body["amount"]) for t in _transactions(source, info))
    return money.bag(total, _order(source, info).body["currency"])


def return_lines(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The lines of a return."""
    return lists.sliced([_return_line(source, info, row) for row in source.body["lines"]], args)


def _return_line(source: Document, info: Any, row: Json) -> Json:
    order = _order(source, info)
    shipped = returns.shipped_line(context(info).store, order, row["fulfillmentLineId"])
    left = row["quantity"] - row["processed"]
    is_open = source.body["status"] == "OPEN"
    definition = gids.number(row["definition"], "ReturnReasonDefinition")
    return {
        **row,
        "__typename": "ReturnLineItem",
        "processableQuantity": left if is_open else 0,
        "processedQuantity": row["processed"],
        "unprocessedQuantity": left,
        "refundableQuantity": row["quantity"] - row["refunded"],
        "refundedQuantity": row["refunded"],
        "returnReason": row["reason"],
        "returnReasonDefinition": next((d for d in _DEFINITIONS if d["id"] == definition), None),
        "returnReasonNote": row["note"],
        "fulfillmentLineItem": shipped_line(order, shipped) if shipped else None,
    }


_DEFINITIONS = [
    {"id": number, "handle": name.lower().replace(" ", "-"), "name": name, "deleted": False}
    for number, name in enumerate(REASONS, 1)
]


def definitions(
    source: Any,
    info: Any,
    handles: list[str] | None = None,
    ids: list[str] | None = None,
    query: str | None = None,
    **args: Any,
) -> lists.Connection:
    """The reasons that goods may come back for."""
    shown = [d for d in _DEFINITIONS if not handles or d["handle"] in handles]
    wanted = {gids.number(i, "ReturnReasonDefinition") for i in ids or ()}
    return lists.sliced([d for d in shown if not wanted or d["id"] in wanted], args)


def reverse_orders(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The one reverse fulfilment order of a return."""
    return lists.sliced([_reverse(source, info)], args)


def _reverse(made: Document, info: Any) -> Json:
    is_open = made.body["status"] in ("OPEN", "REQUESTED")
    return {
        "id": made.body["reverseId"],
        "status": "OPEN" if is_open else "CLOSED",
        "order": _order(made, info),
        "return": made,
    }


def reverse_by_id(source: Any, info: Any, id: str) -> Json | None:
    """`reverseFulfillmentOrder(id:)`."""
    number = gids.number(id, "ReverseFulfillmentOrder")
    for made in context(info).store.shop.all("return"):
        if made.body["reverseId"] == number:
            return _reverse(made, info)
    return None


def reverse_lines(source: Json, info: Any, **args: Any) -> lists.Connection:
    """What is to come back."""
    store, made = context(info).store, source["return"]
    rows = []
    for row in made.body["lines"]:
        shipped = returns.shipped_line(store, source["order"], row["fulfillmentLineId"])
        rows.append(
            {
                "id": row["reverseLineId"],
                "totalQuantity": row["quantity"],
                "fulfillmentLineItem": shipped_line(source["order"], shipped) if shipped else None,
                "dispositions": [
                    {**d, "location": store.get("location", d["locationId"])}
                    for d in row["dispositions"]
                ],
            }
        )
    return lists.sliced(rows, args)


def _refunds(source: Document, info: Any, **args: Any) -> lists.Connection:
    found = context(info).store.children("refund", source.parent_id or 0)
    return lists.sliced([r for r in found if r.body["returnId"] == source.id], args)


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "refund": by_id("refund"),
        "return": by_id("return"),
        "returnReasonDefinitions": definitions,
        "reverseFulfillmentOrder": reverse_by_id,
    },
    "Mutation": {
        "refundCreate": act_once(refund_create, codes=False),
        "returnCreate": _opening("returnInput", "OPEN"),
        "returnRequest": _opening("input", "REQUESTED"),
        "returnProcess": act(process),
        "returnClose": _to("CLOSED", "RETURNS_CLOSE", "OPEN"),
        "returnCancel": _to("CANCELED", "RETURNS_CANCEL", "OPEN", "REQUESTED"),
        "returnApproveRequest": _to("OPEN", "RETURNS_APPROVE", "REQUESTED", argument="input"),
        "returnDeclineRequest": _to("DECLINED", "RETURNS_DECLINE", "REQUESTED", argument="input"),
    },
    "Refund": {
        "order": parent("order"),
        "return": lambda source, info: context(info).store.get("return", source.body["returnId"]),
        "refundLineItems": refund_lines,
        "refundShippingLines": refund_shipping,
        "transactions": lambda source, info, **args: lists.sliced(
            _transactions(source, info), args
        ),
        "totalRefundedSet": _refunded,
    },
    "Return": {
        "order": parent("order"),
        "totalQuantity": lambda source, info: sum(r["quantity"] for r in source.body["lines"]),
        "returnLineItems": return_lines,
        "reverseFulfillmentOrders": reverse_orders,
        "refunds": _refunds,
    },
    "ReverseFulfillmentOrder": {"lineItems": reverse_lines},
}
