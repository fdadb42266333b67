"""Orders: how they come to be, what they add up to, and how they are cancelled and paid.

A line counts its pieces: `quantity` as ordered, `removed` before shipping (edit, refund, cancel),
`fulfilled` shipped, `returned` refunded after shipping. What is current is quantity − removed −
returned; what is still to ship is quantity − removed − fulfilled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.channels.shopify import money
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.rules import stock
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document
from simulator.commerce.tax import rounded

Line = dict[str, Any]
ZERO = Decimal(0)
FIRST_NUMBER = 1001


# -- lines ------------------------------------------------------------------------------------


def current(line: Mapping[str, Any]) -> int:
    """Pieces that the buyer still has or will get."""
    return int(line["quantity"] - line["removed"] - line["returned"])


def unfulfilled(line: Mapping[str, Any]) -> int:
    """Pieces still to be shipped."""
    return int(line["quantity"] - line["removed"] - line["fulfilled"])


def line_of(order: Document, number: int | None) -> Line | None:
    """A line of an order by its number."""
    return next((line for line in order.body["lines"] if line["id"] == number), None)


def line_total(line: Mapping[str, Any], pieces: int | None = None) -> Decimal:
    """What pieces of a line cost after discounts (all ordered, unless told)."""
    whole = Decimal(line["price"]) * line["quantity"] - discount_of(line)
    return whole if pieces is None else share(whole, pieces, line["quantity"])


def line_tax(line: Mapping[str, Any], pieces: int | None = None) -> Decimal:
    """The tax on pieces of a line."""
    whole = money.total(Decimal(t["price"]) for t in line["taxLines"])
    return whole if pieces is None else share(whole, pieces, line["quantity"])


def discount_of(line: Mapping[str, Any]) -> Decimal:
    """What discounts take off a whole line."""
    return money.total(Decimal(d["amount"]) for d in line["discounts"])


def share(whole: Decimal, pieces: int, of: int) -> Decimal:
    """The part of an amount that falls on some of the pieces, rounded to the cent."""
    return whole if pieces == of else rounded(whole * pieces / of) if of else ZERO


# -- totals and statuses --------------------------------------------------------------------------


@dataclass(frozen=True)
class Totals:
    """What an order adds up to, as ordered or as it is now. `tax` is inside when it is included."""

    subtotal: Decimal
    shipping: Decimal
    tax: Decimal
    discounts: Decimal
    total: Decimal


def totals(order: Document, *, now: bool = False) -> Totals:
    """The totals as ordered, or as they are after edits, refunds and cancellation."""
    body = order.body
    counts = [current(line) if now else line["quantity"] for line in body["lines"]]
    rows = list(zip(body["lines"], counts, strict=True))
    subtotal = money.total(line_total(line, n) for line, n in rows)
    shipping = money.total(Decimal(s["price"]) for s in body["shippingLines"])
    shipping_tax = money.total(
        Decimal(t["price"]) for s in body["shippingLines"] for t in s["taxLines"]
    )
    if now:
        shipping -= Decimal(body["shippingRefunded"])
        shipping_tax = ZERO if shipping <= 0 else shipping_tax
    tax = money.total(line_tax(line, n) for line, n in rows) + shipping_tax
    off = money.total(share(discount_of(line), n, line["quantity"]) for line, n in rows)
    total = subtotal + shipping + (ZERO if body["taxesIncluded"] else tax)
    return Totals(subtotal, shipping, tax, off, total)


@dataclass(frozen=True)
class Paid:
    """What moved: authorised and not yet captured or voided, received, given back."""

    open: Decimal
    received: Decimal
    refunded: Decimal
    voided: bool


def paid(transactions: Sequence[Document]) -> Paid:
    """What an order's successful transactions add up to."""
    good = [t.body for t in transactions if t.body["status"] == "SUCCESS"]

    def summed(*kinds: str) -> Decimal:
        return money.total(Decimal(t["amount"]) for t in good if t["kind"] in kinds)

    voided = {t["parentId"] for t in good if t["kind"] == "VOID"}
    finished = {t["parentId"] for t in good if t["kind"] == "CAPTURE" and t.get("final", True)}
    authorised = [
        Decimal(t.body["amount"])
        for t in transactions
        if t.body["kind"] == "AUTHORIZATION"
        and t.body["status"] == "SUCCESS"
        and t.id not in voided | finished
    ]
    received = summed("SALE", "CAPTURE")
    return Paid(money.total(authorised), received, summed("REFUND"), bool(voided))


def financial_status(order: Document, transactions: Sequence[Document]) -> str:
    """The display word for where the money is."""
    flow, total = paid(transactions), totals(order, now=True).total
    if flow.refunded > 0:
        return "REFUNDED" if flow.refunded >= flow.received else "PARTIALLY_REFUNDED"
    if flow.received > 0 or (total == 0 and not flow.open and not flow.voided):
        return "PAID" if flow.received >= total else "PARTIALLY_PAID"
    if flow.open > 0:
        return "AUTHORIZED"
    return "VOIDED" if flow.voided or order.body["cancelledAt"] else "PENDING"


def fulfillment_status(order: Document) -> str:
    """The display word for where the goods are."""
    lines = order.body["lines"]
    if not any(line["fulfilled"] for line in lines):
        return "UNFULFILLED"
    return "PARTIALLY_FULFILLED" if any(map(unfulfilled, lines)) else "FULFILLED"


# -- a new order ----------------------------------------------------------------------------------


def new_line(store: Store, variant: Document | None, given: Mapping[str, Any]) -> Line:
    """An order line: the variant's own words unless others are given."""
    product = store.get("product", variant.parent_id) if variant else None
    body = variant.body if variant else {}
    title = body.get("title")
    known = {
        "sku": variant.sku if variant else None,
        "title": product.body["title"] if product else None,
        "variantTitle": None if title == "Default Title" else title,
        "vendor": product.body["vendor"] if product else None,
        "price": body.get("price", "0.00"),
        "taxable": body.get("taxable", True),
        "requiresShipping": True,
    }
    return {
        **known,
        **{name: given[name] for name in known if given.get(name) is not None},
        "id": store.number("line"),
        "variantId": variant.id if variant else None,
        "productId": product.id if product else None,
        "itemId": body.get("inventoryItemId"),
        "quantity": given["quantity"],
        "removed": 0,
        "returned": 0,
        "fulfilled": 0,
        "claimed": False,
        "attributes": given.get("attributes") or [],
        "taxLines": given.get("taxLines") or [],
        "discounts": given.get("discounts") or [],
    }


def new_order(store: Store, lines: list[Line], given: Mapping[str, Any], *, claim: str) -> Document:
    """An order with its fulfilment orders. `claim`: see `claim_line`."""
    number = store.shop.next_number("shopify:order number", FIRST_NUMBER)
    body = {
        "name": f"#{number}",
        "number": number,
        "processedAt": store.stamp(),
        "cancelledAt": None,
        "cancelReason": None,
        "cancelNote": None,
        "closedAt": None,
        "email": None,
        "phone": None,
        "note": None,
        "tags": [],
        "poNumber": None,
        "customAttributes": [],
        "sourceName": "web",
        "sourceIdentifier": None,
        "currency": store.currency,
        "taxesIncluded": store.setting("taxes_included"),
        "test": False,
        "customerId": None,
        "shippingAddress": None,
        "billingAddress": None,
        "discountApplications": [],
        "metafields": [],
        "edited": False,
        "shippingRefunded": "0.00",
        **given,
        "lines": lines,
        "shippingLines": [
            {**row, "id": store.number("shipping_line")} for row in given.get("shippingLines", ())
        ],
    }
    for name in ("shippingAddress", "billingAddress"):
        if body[name]:
            body[name] = {**body[name], "id": store.number("address")}
    order = store.add("order", body, sku=body["name"])  # the sku column holds the name
    places = {line["id"]: claim_line(store, line, claim) for line in lines}
    open_fulfilment(store, order, [line for line in lines if line["quantity"]], places)
    return store.shop.put(order, quiet=True)


def claim_line(store: Store, line: Line, how: str) -> int:
    """Commit stock to a line: the location it is assigned to.

    `how` is BYPASS (touch no stock), DECREMENT_IGNORING_POLICY or DECREMENT_OBEYING_POLICY.
    """
    item = store.get("inventory_item", line["itemId"])
    place = stock.place_for(store, item, line["quantity"])
    if item is None or how == "BYPASS" or not item.body["tracked"]:
        return place
    level = store.level(item.id, place) or stock.connect(store, item.id, place)
    variant = store.need("variant", line["variantId"])
    short = stock.quantity(level, "available") < line["quantity"]
    if short and how.endswith("OBEYING_POLICY") and variant.body["inventoryPolicy"] == "DENY":
        message = f"Unable to reserve inventory for {line['sku'] or line['title']}"
        raise refuse(message, "order", "lineItems", code="INVENTORY_CLAIM_FAILED")
    stock.move(store, level, {"available": -line["quantity"], "committed": line["quantity"]})
    line["claimed"] = True
    return place


def open_fulfilment(
    store: Store, order: Document, lines: Sequence[Line], places: Mapping[int, int]
) -> None:
    """One fulfilment order per location."""
    for place in dict.fromkeys(places[line["id"]] for line in lines):
        rows = [
            {
                "id": store.number("fulfillment_order_line"),
                "lineId": line["id"],
                "total": line["quantity"],
                "remaining": line["quantity"],
            }
            for line in lines
            if places[line["id"]] == place
        ]
        body = {"locationId": place, "status": "OPEN", "lines": rows}
        store.add("fulfillment_order", body, parent_id=order.id, quiet=True)


# -- taking pieces out ----------------------------------------------------------------------------


def remove(store: Store, order: Document, line: Line, pieces: int, *, restock: bool) -> int | None:
    """Take unshipped pieces off a line and its fulfilment orders: where they lay.

    Their commitment ends; they become available again, or leave the stock.
    """
    line["removed"] += pieces
    left, place = pieces, None
    for source in reversed(store.children("fulfillment_order", order)):
        for row in source.body["lines"]:
            taken = min(left, row["remaining"]) if row["lineId"] == line["id"] else 0
            if not taken:
                continue
            row["remaining"] -= taken
            row["total"] -= taken
            left -= taken
            place = source.body["locationId"]
            _release(store, line, place, taken, restock=restock)
        settle(store, source)
    return place


def _release(store: Store, line: Line, place: int, pieces: int, *, restock: bool) -> None:
    level = store.level(line["itemId"], place) if line["itemId"] else None
    if level is not None and line["claimed"]:
        stock.move(store, level, {"committed": -pieces, "available": pieces if restock else 0})


def settle(store: Store, source: Document) -> None:
    """The status of a fulfilment order after its lines changed."""
    rows = source.body["lines"]
    if any(row["remaining"] for row in rows):
        started = any(row["remaining"] < row["total"] for row in rows)
        status = "IN_PROGRESS" if started else "OPEN"
    else:
        status = "CLOSED" if any(row["total"] for row in rows) else "CANCELLED"
    store.put(source, status=status)


def cancel(
    store: Store, order: Document, *, reason: str, restock: bool, refund: bool, note: str | None
) -> Document:
    """Cancel an order: nothing more ships, open authorisations end, money goes back if asked."""
    for line in order.body["lines"]:
        pieces = unfulfilled(line)
        if pieces:
            remove(store, order, line, pieces, restock=restock)
    order.body.update({"cancelledAt": store.stamp(), "cancelReason": reason, "cancelNote": note})
    order.body["closedAt"] = order.body["closedAt"] or store.stamp()
    flow = paid(transactions_of(store, order))
    for transaction in transactions_of(store, order):
        if transaction.body["kind"] == "AUTHORIZATION" and flow.open:
            pay(store, order, "VOID", Decimal(transaction.body["amount"]), transaction)
    if refund and flow.received > flow.refunded:
        give_back(store, order, flow.received - flow.refunded)
        order.body["shippingRefunded"] = money.text(totals(order).shipping)
    done = store.put(order)
    store.webhooks.announce("ORDERS_CANCELLED", done)
    return done


# -- money ----------------------------------------------------------------------------------------


def transactions_of(store: Store, order: Document | int) -> list[Document]:
    """An order's transactions, oldest first."""
    return store.children("transaction", order)


def pay(
    store: Store,
    order: Document,
    kind: str,
    amount: Decimal,
    parent: Document | None = None,
    *,
    gateway: str = "bogus",
    **more: Any,
) -> Document:
    """A transaction that went well."""
    body = {
        "kind": kind,
        "status": "SUCCESS",
        "gateway": parent.body["gateway"] if parent else gateway,
        "amount": money.text(amount, order.body["currency"]),
        "parentId": parent.id if parent else None,
        "processedAt": store.stamp(),
        "test": order.body["test"],
        **more,
    }
    return store.add("transaction", body, parent_id=order.id, quiet=True)


def give_back(store: Store, order: Document, amount: Decimal) -> list[Document]:
    """Refund an amount over the payments that were received, oldest first."""
    made = []
    for transaction in transactions_of(store, order):
        if transaction.body["kind"] not in ("SALE", "CAPTURE") or amount <= 0:
            continue
        back = min(amount, refundable(store, order, transaction))
        if back > 0:
            made.append(pay(store, order, "REFUND", back, transaction))
            amount -= back
    return made


def refundable(store: Store, order: Document, transaction: Document) -> Decimal:
    """What may still be given back of one payment."""
    gone = money.total(
        Decimal(t.body["amount"])
        for t in transactions_of(store, order)
        if t.body["kind"] == "REFUND" and t.body["parentId"] == transaction.id
    )
    return Decimal(transaction.body["amount"]) - gone
