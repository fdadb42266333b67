"""Money back to buyers: /payments/refunds. `commandId` makes a repeated call the same refund (#11668)."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from simulator.channels.allegro import jobs, offer_rules, orders
from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import Refused, error, invalid, not_found
from simulator.channels.allegro.moments import iso
from simulator.channels.allegro.queries import BOUNDS, Condition, Order, find
from simulator.channels.allegro.store import Store
from simulator.commerce.orders import refundable
from simulator.commerce.shop import Document

WHAT, USUAL_S = "refunds", 5.0
REASONS = (
    "REFUND",
    "COMPLAINT",
    "PRODUCT_NOT_AVAILABLE",
    "PAID_VALUE_TOO_LOW",
    "OVERPAID",
    "CANCELLED_BY_BUYER",
    "NOT_COLLECTED",
)
STATUSES = ("WAITING", "IN_PROGRESS", "SUCCESS", "CANCELED", "PARTIAL")
FAILED = ("VALIDATE_FAILED", "CANCELED")
PARTS = ("delivery", "overpaid", "additionalServices")
LONGEST_COMMENT = 250
Json = dict[str, Any]


def create(call: Call) -> Answer:
    """POST /payments/refunds"""
    given, store = call.json(), call.store
    payment, order = _named(given, "payment"), _named(given, "order")
    command = given.get("commandId")
    if not isinstance(command, str) or not command:
        raise invalid("is required", "commandId")
    if given.get("reason") not in REASONS:
        raise invalid("unknown reason", "reason")
    before, _ = find(store, "refund", [Condition("$.commandId", "in", [command])], limit=1)
    if before:
        return Answer(body=_view(before[0]))
    form = _paid(call, payment, order)
    lines = worth_of(store, form, given.get("lineItems") or [])
    total = sum((amount for _, amount in lines), Decimal(0)) + _other(store, form, given)
    left = refundable(_paid_amount(form), [Decimal(a) for a in refunded(store, form)])
    if total <= 0 or total > left:
        raise invalid(f"the value to refund must lie between 0.01 and {left:.2f}", "lineItems")
    return Answer(body=_view(issue(store, form, given, lines, total)))


def issue(
    store: Store,
    form: Document,
    given: Mapping[str, Any],
    lines: list[tuple[Json, Decimal]],
    total: Decimal,
) -> Document:
    """Take a refund on; the money moves a little later."""
    id = store.uuid("refunds")
    more = {name: given.get(name) or None for name in (*PARTS, "surcharges", "sellerComment")}
    body = {
        "id": id,
        "payment": {"id": form.body["payment"]["id"]},
        "order": {"id": form.sku},
        "reason": given["reason"],
        "status": "NEW",
        "createdAt": store.stamp(),
        "totalValue": orders.price(store, total),
        "lineItems": [row for row, _ in lines],
        "commandId": given["commandId"],
        **copy.deepcopy(more),
    }
    refund = store.shop.add("refund", body, parent_id=form.id, sku=id)
    jobs.add(store, WHAT, f"refund {id}", jobs.fate(store, WHAT, USUAL_S), {"refund": refund.id})
    return refund


def run(store: Store, job: Document) -> None:
    """The money has moved, or the payment operator refused."""
    refund = store.need("refund", job.body["refund"])
    refund.body["status"] = "CANCELED" if job.body["fails"] else "SUCCESS"
    store.put(refund)
    if not job.body["fails"]:
        kept = {"form": refund.body["order"]["id"], "kind": "REFUND_CHARGE", "at": store.stamp()}
        kept["refund"] = refund.id
        store.shop.add("wallet", kept, quiet=True)


def refunded(store: Store, form: Document) -> list[str]:
    """The amounts given back or on their way, of an order."""
    every = store.shop.all("refund", parent_id=form.id)
    return [r.body["totalValue"]["amount"] for r in every if r.body["status"] not in FAILED]


def _named(given: Mapping[str, Any], name: str) -> str:
    id = (given.get(name) or {}).get("id")
    if not isinstance(id, str) or not orders.is_uuid(id):
        raise invalid("is required", f"{name}.id")
    return id.lower()


def _paid(call: Call, payment: str, order: str) -> Document:
    form = call.store.by_key("form", order)
    found, _ = find(call.store, "form", [Condition("$.payment.id", "in", [payment])], limit=1)
    if not found:
        raise not_found(call.path)
    if form is None or found[0].id != form.id:
        raise invalid("the payment is not of this order", "order.id")
    if form.body["payment"]["paidAmount"] is None:
        raise Refused(
            422, error("PAYMENT_NOT_FINISHED", "The payment is not finished", "payment.id")
        )
    return form


def _paid_amount(form: Document) -> Decimal:
    return Decimal(form.body["payment"]["paidAmount"]["amount"])


def worth_of(store: Store, form: Document, rows: list[Any]) -> list[tuple[Json, Decimal]]:
    """The lines that a refund names with what they are worth; Refused when one cannot be."""
    return [*_lines(store, form, rows)]


def _lines(store: Store, form: Document, rows: list[Any]) -> Iterator[tuple[Json, Decimal]]:
    """The lines of a refund with their worth: whole pieces, or an amount."""
    own = {line["id"]: line for line in form.body["lineItems"]}
    before = _pieces_before(store, form)
    for number, row in enumerate(rows):
        path, line = f"lineItems[{number}]", own.get(str(row.get("id")))
        if line is None:
            raise invalid("the line does not belong to the order", f"{path}.id")
        if row.get("type") == "QUANTITY":
            yield _by_pieces(row, line, before.get(line["id"], 0), path)
        elif row.get("type") == "AMOUNT":
            yield _by_amount(store, row, line, path)
        else:
            raise invalid("must be QUANTITY or AMOUNT", f"{path}.type")


def _by_pieces(row: Json, line: Json, before: int, path: str) -> tuple[Json, Decimal]:
    pieces = row.get("quantity")
    if isinstance(pieces, bool) or not isinstance(pieces, int | float) or pieces != int(pieces):
        raise invalid("must be a whole number", f"{path}.quantity")
    if not 0 < pieces <= line["quantity"] - before:
        message = f"must lie between 1 and {line['quantity'] - before}"
        raise invalid(message, f"{path}.quantity")
    worth = Decimal(line["price"]["amount"]) * int(pieces)
    return {"id": line["id"], "type": "QUANTITY", "quantity": int(pieces)}, worth


def _by_amount(store: Store, row: Json, line: Json, path: str) -> tuple[Json, Decimal]:
    found = list(offer_rules.money(row.get("value"), store.currency, f"{path}.value"))
    if found:
        raise Refused(422, *found)
    worth = Decimal(row["value"]["amount"])
    if worth > Decimal(line["price"]["amount"]) * line["quantity"]:
        raise invalid("is more than was paid for the line", f"{path}.value")
    return {"id": line["id"], "type": "AMOUNT", "value": dict(row["value"])}, worth


def _pieces_before(store: Store, form: Document) -> dict[str, int]:
    counted: dict[str, int] = {}
    for refund in store.shop.all("refund", parent_id=form.id):
        for row in refund.body["lineItems"] if refund.body["status"] not in FAILED else ():
            counted[row["id"]] = counted.get(row["id"], 0) + int(row.get("quantity") or 0)
    return counted


def _other(store: Store, form: Document, given: Mapping[str, Any]) -> Decimal:
    """What is given back beside the lines: delivery, overpayment, services."""
    total = Decimal(0)
    for name in PARTS:
        value = (given.get(name) or {}).get("value")
        if value is None:
            continue
        found = list(offer_rules.money(value, store.currency, f"{name}.value"))
        if found:
            raise Refused(422, *found)
        amount = Decimal(value["amount"])
        if name == "delivery" and amount > Decimal(form.body["delivery"]["cost"]["amount"]):
            raise invalid("is more than was paid for delivery", "delivery.value")
        total += amount
    return total


# -- HTTP -----------------------------------------------------------------------------------------


def _view(refund: Document) -> Json:
    return {name: value for name, value in refund.body.items() if name != "commandId"}


def listed(call: Call) -> Answer:
    """GET /payments/refunds, newest first"""
    claims = []
    for name, where in (("id", "sku"), ("payment.id", "$.payment.id"), ("order.id", "$.order.id")):
        if values := call.texts(name):
            claims.append(Condition(where, "in", values))
    if states := call.one_of("status", STATUSES):
        waiting = ["NEW", "VALIDATED"] if "WAITING" in states else []
        claims.append(Condition("$.status", "in", [*states, *waiting]))
    for op in BOUNDS:
        if (moment := call.moment(f"occurredAt.{op}")) is not None:
            claims.append(Condition("$.createdAt", op, iso(moment)))
    limit, offset = call.whole("limit", 50, 1, 100), call.whole("offset", 0, 0, 10_000)
    order = Order(descending=True)
    found, total = find(call.store, "refund", claims, order=order, limit=limit, offset=offset)
    rows = [_view(refund) for refund in found]
    return Answer(body={"refunds": rows, "count": len(rows), "totalCount": total})


ROUTES = (
    Route("POST", "/payments/refunds", create),
    Route("GET", "/payments/refunds", listed),
)
