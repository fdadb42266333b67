"""What the seller pays and gets: commission and claims for it, billing entries, the wallet's history."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from simulator.channels.allegro import orders
from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import Refused, error, invalid, not_found
from simulator.channels.allegro.moments import iso
from simulator.channels.allegro.queries import BOUNDS, Condition, Order, find, value_at
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

COMMISSION = Decimal("0.10")  # of what a line costs
CLAIM_DAYS = 45
CLAIM_STATUSES = (
    "IN_PROGRESS",
    "WAITING_FOR_PAYMENT_REFUND",
    "GRANTED",
    "REJECTED",
    "REJECTED_AFTER_APPEAL",
    "CANCELLED",
    "APPEALED",
)
TYPES = {"SUC": "Prowizja od sprzedaży", "REF": "Zwrot kosztów"}
Json = dict[str, Any]


def _line(store: Store, id: str) -> tuple[Document, Json] | None:
    """The order and the line with this id."""
    rows = store.rows("kind = ? and instr(body, ?) > 0", ("form", f'"id": "{id}"'))
    for form in rows:
        for line in form.body["lineItems"]:
            if line["id"] == id:
                return form, line
    return None


def commission(line: Json, pieces: int) -> Decimal:
    """The vendor's share of so many pieces of a line."""
    return (Decimal(line["price"]["amount"]) * pieces * COMMISSION).quantize(Decimal("0.01"))


# -- claims ---------------------------------------------------------------------------------------


def claim(call: Call) -> Answer:
    """POST /order/refund-claims: the commission of a line back; once for each line (#9992)."""
    given, store = call.json(), call.store
    id, pieces = str((given.get("lineItem") or {}).get("id")), given.get("quantity")
    found = _line(store, id) if orders.is_uuid(id) else None
    if found is None:
        raise invalid("no such line item", "lineItem.id")
    form, line = found
    if isinstance(pieces, bool) or not isinstance(pieces, int):
        raise invalid("must be a whole number", "quantity")
    if not 1 <= pieces <= line["quantity"]:
        raise invalid(f"must lie between 1 and {line['quantity']}", "quantity")
    if store.is_old(form, CLAIM_DAYS):
        message = f"A claim is possible within {CLAIM_DAYS} days of the purchase"
        raise Refused(422, error("ClaimPeriodException", message, "lineItem.id"))
    before, _ = find(store, "claim", [Condition("$.lineItem.id", "in", [id])], limit=1)
    if before and before[0].body["status"] != "CANCELLED":
        message = "A claim for this line item exists already"
        raise Refused(422, error("ClaimExistsException", message, "lineItem.id"))
    back = commission(line, pieces)
    if back <= 0:
        message = "There is no commission to give back"
        raise Refused(422, error("CommissionAmountException", message, "lineItem.id"))
    key = store.uuid("claims")
    store.shop.add("claim", _claim(store, key, form, line, pieces), parent_id=form.id, sku=key)
    return Answer(201, {"id": key})


def _claim(store: Store, key: str, form: Document, line: Json, pieces: int) -> Json:
    amount = float(commission(line, pieces))  # a JSON number, against the vendor's own habit
    return {
        "id": key,
        "status": "IN_PROGRESS",
        "quantity": pieces,
        "commission": {"amount": amount, "currency": store.currency},
        "buyer": {"id": form.body["buyer"]["id"]},
        "createdAt": store.stamp(),
        "lineItem": {
            "id": line["id"],
            "quantity": line["quantity"],
            "boughtAt": line["boughtAt"],
            "offer": {"id": line["offer"]["id"]},
        },
        "type": "MANUAL",
    }


def claims(call: Call) -> Answer:
    """GET /order/refund-claims"""
    wanted = []
    for name, where in (("lineItem.offer.id", "$.lineItem.offer.id"), ("buyer.id", "$.buyer.id")):
        if (text := call.text(name)) is not None:
            wanted.append(Condition(where, "in", [text]))
    if states := call.one_of("status", CLAIM_STATUSES):
        wanted.append(Condition("$.status", "in", states))
    limit, offset = call.whole("limit", 25, 1, 100), call.whole("offset", 0, 0, 10_000)
    found, total = find(call.store, "claim", wanted, limit=limit, offset=offset)
    return Answer(body={"refundClaims": [c.body for c in found], "count": total})


def _the_claim(call: Call, id: str) -> Document:
    found = call.store.by_key("claim", id)
    if found is None:
        raise not_found(call.path)
    return found


def read_claim(call: Call, id: str) -> Answer:
    """GET /order/refund-claims/{claimId}"""
    return Answer(body=_the_claim(call, id).body)


def drop_claim(call: Call, id: str) -> Answer:
    """DELETE /order/refund-claims/{claimId}: while nobody has decided."""
    found = _the_claim(call, id)
    if found.body["status"] not in ("IN_PROGRESS", "WAITING_FOR_PAYMENT_REFUND"):
        message = "The claim has already been processed"
        raise Refused(422, error("ClaimProcessedException", message))
    found.body["status"] = "CANCELLED"
    call.store.put(found)
    return Answer(204)


# -- billing and wallet ---------------------------------------------------------------------------


def billing(call: Call) -> Answer:
    """GET /billing/billing-entries: commissions of paid orders, newest first"""
    wanted = [Condition("$.kind", "in", ["CONTRIBUTION"]), *_since(call)]
    found, _ = find(call.store, "wallet", wanted, order=Order(descending=True))
    names = ("type.id", "offer.id", "order.id")
    return Answer(body={"billingEntries": _page(call, _entries(call.store, found), names, 100)[0]})


def _since(call: Call) -> list[Condition]:
    moments = ((op, call.moment(f"occurredAt.{op}")) for op in BOUNDS)
    return [Condition("$.at", op, iso(moment)) for op, moment in moments if moment is not None]


def _page(call: Call, rows: list[Json], names: Sequence[str], most: int) -> tuple[list[Json], int]:
    """One page of the rows that have what the queries of these names ask for, and how many have."""
    limit, offset = call.whole("limit", most, 1, most), call.whole("offset", 0, 0, 10_000)
    for name in names:
        if values := call.texts(name):
            rows = [row for row in rows if value_at(row, name) in values]
    own = {"marketplaceId": call.store.marketplace, "currency": call.store.currency}
    if any(call.text(name) not in (None, value) for name, value in own.items()):
        rows = []
    return rows[offset : offset + limit], len(rows)


def _entries(store: Store, found: list[Document]) -> list[Json]:
    rows = []
    for kept in found:
        form = store.by_key("form", kept.body["form"])
        for line in form.body["lineItems"] if form else ():
            amount = orders.price(store, -commission(line, line["quantity"]))
            rows.append(
                {
                    "id": line["id"],
                    "occurredAt": iso(kept.created_at),
                    "type": {"id": "SUC", "name": TYPES["SUC"]},
                    "offer": {"id": line["offer"]["id"], "name": line["offer"]["name"]},
                    "value": amount,
                    "tax": {"percentage": "23"},
                    "balance": amount,
                    "order": {"id": kept.body["form"]},
                    "additionalInfo": [],
                }
            )
    return rows


def billing_types(call: Call) -> Answer:
    """GET /billing/billing-types"""
    return Answer(body=[{"id": id, "description": text} for id, text in TYPES.items()])


WALLET = ("wallet.type", "wallet.paymentOperator", "payment.id", "participant.login")
GROUPS = {"CONTRIBUTION": "INCOME", "REFUND_CHARGE": "REFUND"}


def wallet(call: Call) -> Answer:
    """GET /payments/payment-operations: payments in, refunds out, newest first"""
    wanted = _since(call)
    if groups := call.one_of("group", ("INCOME", "OUTCOME", "REFUND", "BLOCKADES")):
        kinds = [kind for kind, group in GROUPS.items() if group in groups]
        wanted.append(Condition("$.kind", "in", kinds))
    found, _ = find(call.store, "wallet", wanted, order=Order(descending=True))
    every = [row for row in (_operation(call.store, kept) for kept in found) if row]
    rows, total = _page(call, every, WALLET, 50)
    return Answer(body={"paymentOperations": rows, "count": len(rows), "totalCount": total})


def _operation(store: Store, kept: Document) -> Json | None:
    form = store.by_key("form", kept.body["form"])
    if form is None:
        return None
    value, buyer = form.body["payment"]["paidAmount"], form.body["buyer"]
    if kept.body["kind"] == "REFUND_CHARGE":
        back = store.need("refund", kept.body["refund"]).body["totalValue"]
        value = {**back, "amount": f"-{back['amount']}"}
    address = {name: buyer["address"][name] for name in ("street", "city", "postCode")}
    names = {name: buyer[name] for name in ("id", "login", "firstName", "lastName")}
    return {
        "type": kept.body["kind"],
        "group": GROUPS[kept.body["kind"]],
        "wallet": {"paymentOperator": "AF_P24", "type": "AVAILABLE", "balance": value},
        "value": value,
        "occurredAt": iso(kept.created_at),
        "marketplaceId": store.marketplace,
        "payment": {"id": form.body["payment"]["id"]},
        "participant": {**names, "address": address},
    }


ROUTES = (
    Route("POST", "/order/refund-claims", claim),
    Route("GET", "/order/refund-claims", claims),
    Route("GET", "/order/refund-claims/<id>", read_claim),
    Route("DELETE", "/order/refund-claims/<id>", drop_claim),
    Route("GET", "/billing/billing-entries", billing),
    Route("GET", "/billing/billing-types", billing_types, is_public=True),
    Route("GET", "/payments/payment-operations", wallet),
)
