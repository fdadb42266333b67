"""What happens to an order as its status moves: stock, sales, dates, notes, e-mails, refunds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import notes, order_goods, order_rows, order_views, properties
from simulator.channels.woocommerce.order_money import Body, Row, plain
from simulator.commerce.orders import refundable
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

KIND, SERIES = "order", order_goods.SERIES
NAMES = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
    "checkout-draft": "Draft",
}
TAKES_STOCK = ("processing", "completed", "on-hold")
GIVES_STOCK = ("cancelled", "pending", "failed")
DRAFTS = ("checkout-draft", "auto-draft")
UNPAID = ("pending", "on-hold", "failed", "cancelled")  # payment may complete these
SOLD, UNSOLD = ("processing", "completed", "on-hold"), ("cancelled", "trash")
_MAILS: dict[str, tuple[str, tuple[str, ...]]] = {  # new status: (title, from which)
    "on-hold": ("Order on-hold", ("pending", "failed", "cancelled")),
    "processing": ("Processing order", ("pending", "failed", "cancelled", "on-hold")),
    "completed": ("Completed order", tuple(NAMES)),
    "failed": ("Failed order", ("pending", "on-hold")),
}


def load(dialect: WooCommerce, id: int) -> Document | None:
    """An order as it is now; None when there is none of that id."""
    return dialect.shop.get(KIND, id)


def create(dialect: WooCommerce, body: Body) -> Document:
    """Store a new order."""
    order = dialect.shop.add(KIND, body, series=SERIES)
    dialect.announce("order.created", order.id)
    return order


def save(
    dialect: WooCommerce, order: Document, *, payment: str | None = None, by: str = notes.SHOP
) -> Document:
    """Store an order and do what a change of its status brings along.

    `payment` is the note of a completed payment, said instead of the status note, which is `by`'s.
    """
    before = load(dialect, order.id)
    old, new = (before or order).body["status"], order.body["status"]
    if old != new:
        _set_dates(dialect, order.body)
    event = "created" if old in DRAFTS and new not in DRAFTS else "updated"  # no more a draft
    order = _store(dialect, order, event)
    if old == new:
        return order
    if payment is not None:
        notes.add(dialect, order.id, payment)
    else:
        words = f"Order status changed from {_name(old)} to {_name(new)}."
        notes.add(dialect, order.id, words, author=by)
    _moved(dialect, order, old, new)
    return _store(dialect, order, event)


def pay(dialect: WooCommerce, order: Document, transaction_id: str = "") -> Document:
    """Payment is complete: paid today, then processing, or completed when nothing is to be sent."""
    if order.body["status"] not in UNPAID:
        return order
    body = order.body
    if transaction_id:
        body["transaction_id"] = transaction_id
    body["date_paid"] = body["date_paid"] or _now(dialect)
    shipped = order_views.needs_processing(dialect, body)
    body["status"] = "processing" if shipped else "completed"
    title, transaction = body["payment_method_title"], body["transaction_id"]
    said = f"Payment via {title} ({transaction})." if title and transaction else "Payment complete."
    return save(dialect, order, payment=said)


def trash(dialect: WooCommerce, order: Document) -> None:
    """Put an order in the bin: its stock stays taken."""
    was, at = order.body["status"], int(dialect.shop.clock.now().timestamp())
    order.body["status"] = "trash"
    put_meta(dialect, order.body, "_wp_trash_meta_status", f"wc-{was}")
    put_meta(dialect, order.body, "_wp_trash_meta_time", str(at))
    _count_coupons(dialect, order.body)
    _count_sales(dialect, order.body)
    dialect.shop.put(order)
    dialect.announce("order.deleted", order.id)


def delete(dialect: WooCommerce, order: Document) -> None:
    """Delete an order for good, with its notes and refunds; no webhook hears of it."""
    order.body["status"] = "trash"
    _count_sales(dialect, order.body)
    for kind in ("refund", "note", "fulfilment", "tracking"):
        for part in list(dialect.shop.all(kind, parent_id=order.id)):
            dialect.shop.drop(kind, part.id)
    dialect.shop.drop(KIND, order.id)


def touch(dialect: WooCommerce, id: int) -> None:
    """Move an order's modification time to now, as refunds and shipments do."""
    order = load(dialect, id)
    if order is not None:
        _store(dialect, order)


def left_to_refund(dialect: WooCommerce, order: Document) -> Decimal:
    """What may still be refunded of an order."""
    given = (Decimal(r.body["amount"] or 0) for r in order_views.refunds_of(dialect, order.id))
    return refundable(Decimal(order.body["total"] or 0), given)


def mail(dialect: WooCommerce, order: Document, title: str) -> None:
    """Note that the buyer was sent an e-mail; nobody without an address is."""
    if order.body["billing"]["email"]:
        notes.add(dialect, order.id, f'Email "{title}" sent.')


# -- parts --------------------------------------------------------------------------------------


def _store(dialect: WooCommerce, order: Document, event: str = "updated") -> Document:
    stored = dialect.shop.put(order)
    dialect.announce(f"order.{event}", order.id)
    return stored


def _now(dialect: WooCommerce) -> str | None:
    return properties.stamp(dialect.shop.clock.now())


def _name(status: str) -> str:
    return NAMES.get(status, status)


def _set_dates(dialect: WooCommerce, body: Body) -> None:
    """A status that means paid sets the date of payment once; completed always sets its own."""
    status = body["status"]
    if not body["date_paid"]:
        shipped = order_views.needs_processing(dialect, body)
        if status == "completed" or (shipped and status == "processing"):
            body["date_paid"] = _now(dialect)
    if status == "completed":
        body["date_completed"] = _now(dialect)


def _moved(dialect: WooCommerce, order: Document, old: str, new: str) -> None:
    body = order.body
    if new in TAKES_STOCK:
        _take_stock(dialect, order)
    if new in GIVES_STOCK:
        _give_stock_back(dialect, order)
    if new in SOLD or (new == "cancelled" and old in SOLD):
        _count_sales(dialect, body)
    _count_coupons(dialect, body)
    if new == "completed" and body["customer_id"]:
        _mark_paying(dialect, body["customer_id"])
    _mark_for_fulfilment(dialect, body, new)
    if new == "refunded":
        _refund_rest(dialect, order)
    _send_mails(dialect, order, old, new)


def _take_stock(dialect: WooCommerce, order: Document) -> None:
    """Take what was ordered from stock, once for every row."""
    if order.body["stock_reduced"]:
        return
    changes = []
    for row in order.body["line_items"] if order_goods.stock_is_managed(dialect) else ():
        good = order_goods.of_row(dialect, row)
        if good is None or not good.counts_stock or order_rows.reduced(row):
            continue
        left = order_goods.move_stock(dialect, good, -row["quantity"])
        _put_reduced(dialect, row, str(row["quantity"]))
        changes.append(f"{good.name} ({left + row['quantity']}&rarr;{left})")
    order.body["stock_reduced"] = True
    if changes:
        notes.add(dialect, order.id, "Stock levels reduced: " + ", ".join(changes))


def _give_stock_back(dialect: WooCommerce, order: Document) -> None:
    """Give back what is still taken; what refunds gave back is not given twice."""
    if not order.body["stock_reduced"]:
        return
    changes = []
    for row in order.body["line_items"] if order_goods.stock_is_managed(dialect) else ():
        good, taken = order_goods.of_row(dialect, row), order_rows.reduced(row)
        if good is None or not good.counts_stock or not taken:
            continue
        now = order_goods.move_stock(dialect, good, taken)
        _put_reduced(dialect, row, None)
        changes.append(f"{good.name} ({now - taken}&rarr;{now})")
    order.body["stock_reduced"] = False
    if changes:
        notes.add(dialect, order.id, "Stock levels increased: " + ", ".join(changes))


def _put_reduced(dialect: WooCommerce, row: Row, value: str | None) -> None:
    new_id = lambda: dialect.shop.next_number("order_itemmeta")  # noqa: E731
    order_rows.put_meta(row, "_reduced_stock", value, new_id)


def _count_sales(dialect: WooCommerce, body: Body) -> None:
    """Count an order's pieces as sold once, and take them off again once."""
    sold = body["status"] not in UNSOLD
    if body["sales_counted"] == sold:
        return
    for row in body["line_items"]:
        if row["product_id"]:
            pieces = abs(row["quantity"])
            order_goods.count_sales(dialect, row["product_id"], pieces if sold else -pieces)
    body["sales_counted"] = sold


def _count_coupons(dialect: WooCommerce, body: Body) -> None:
    """Coupons of a cancelled order may be used again; of one taken up again they are used."""
    used = body["status"] not in UNSOLD
    if body["coupons_counted"] != used:
        buyer = str(body["customer_id"] or body["billing"]["email"])
        for row in body["coupon_lines"]:
            order_goods.count_coupon(dialect, row["code"], 1 if used else -1, buyer)
        body["coupons_counted"] = used


def _mark_paying(dialect: WooCommerce, customer: int) -> None:
    user = dialect.shop.get("user", customer)
    if user is not None and not user.body["is_paying_customer"]:
        dialect.shop.put(replace(user, body={**user.body, "is_paying_customer": True}))


def _mark_for_fulfilment(dialect: WooCommerce, body: Body, new: str) -> None:
    on = dialect.option("woocommerce_feature_fulfillments_enabled") == "yes"
    if on and new in ("processing", "completed") and body["line_items"]:
        put_meta(dialect, body, "_auto_fulfill_processed", "1")


def put_meta(dialect: WooCommerce, body: Body, key: str, value: Any) -> None:
    """Set one meta value of an order."""
    sent = [{"key": key, "value": value}]
    number = lambda: dialect.shop.next_number("order_meta")  # noqa: E731
    body["meta_data"] = properties.set_meta(body["meta_data"], sent, number)


def _refund_rest(dialect: WooCommerce, order: Document) -> None:
    """The status "refunded" makes a refund over what is left, without rows or money moved."""
    rest = left_to_refund(dialect, order)
    if not rest:
        return
    add_refund(dialect, order, rest, reason="Order fully refunded.", by=1)
    mail(dialect, order, "Refunded order")
    words = (
        "Order status set to refunded. To return funds to the customer you will need to issue"
        " a refund through your payment gateway."
    )
    notes.add(dialect, order.id, words)


def add_refund(
    dialect: WooCommerce, order: Document, amount: Decimal | None, *, reason: str, by: int
) -> Document:
    """Store a refund of an order; no `amount` (None) is kept as empty text."""
    full = (amount or 0) >= left_to_refund(dialect, order)
    kind = {"id": dialect.shop.next_number("order_meta"), "key": "_refund_type"}
    body = {
        "amount": "" if amount is None else plain(amount),
        "reason": reason,
        "refunded_by": by,
        "refunded_payment": False,
        "total_tax": "0",
        "prices_include_tax": order.body["prices_include_tax"],
        "meta_data": [{**kind, "value": "full" if full else "partial"}],
        "line_items": [],
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
    }
    return dialect.shop.add("refund", body, parent_id=order.id, series=SERIES)


def _send_mails(dialect: WooCommerce, order: Document, old: str, new: str) -> None:
    body = order.body
    begins = old in ("pending", "failed", "cancelled", "checkout-draft") and new in SOLD
    if begins and not body["new_order_mailed"]:
        body["new_order_mailed"] = True
        notes.add(dialect, order.id, 'Email "New order" sent.')
    if new == "cancelled" and old in ("processing", "on-hold"):
        notes.add(dialect, order.id, 'Email "Cancelled order" sent.')
    if new == "failed" and old in ("pending", "on-hold"):
        notes.add(dialect, order.id, 'Email "Failed order" sent.')
    title, origins = _MAILS.get(new, ("", ()))
    if old in origins:
        mail(dialect, order, title)
