"""WooCommerce orders and refunds → orders as everybody means them. Pure."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.channels.woocommerce.mapping import minor, moment
from agent.model.order import Address, Charge, Order, OrderLine, OrderState, Payment

Row = Mapping[str, Any]
CANCELLED, RETURNED = "Cancelled", "Returned"  # how our own refunds begin
UNPLACED = {"checkout-draft", "auto-draft", "trash"}  # baskets, and what was thrown away
OURS = "_tally"
LONGEST_REFERENCE = 64
# order_number, _billing_po_number, allegro_order_id, external_reference …, but not delivery_date
REFERENCE_NAMES = re.compile(
    r"(?i)(^|_)(order|po|ref|reference|external)(_?(id|no|nr|number|key|ref|reference))?$"
)


def order(shop: str, row: Row, refunds: Sequence[Row] = ()) -> Order:
    """An order; `refunds` are those of the order, read whole. ValueError when it is none."""
    currency = str(row["currency"])
    placed = moment(row.get("date_created_gmt"))
    if placed is None:
        raise ValueError("an order without a time")
    status = str(row["status"])
    taken_off = _taken_off(row, refunds)
    return Order(
        channel=shop,
        remote_id=str(row["id"]),
        number=str(row.get("number") or row["id"]),
        state=_state(status),
        payment=_payment(row, status),
        placed_at=placed,
        modified_at=moment(row.get("date_modified_gmt")) or placed,
        currency=currency,
        lines=_lines(row, currency, taken_off, all_off=status == "cancelled"),
        charges=(
            *_charges("shipping", row.get("shipping_lines"), currency),
            *_charges("fee", row.get("fee_lines"), currency),
        ),
        total=_minor(row["total"], currency),
        email=str((row.get("billing") or {}).get("email", "")),
        billing=_address(row.get("billing")),
        shipping=_shipping(row),
        note=str(row.get("customer_note") or ""),
        references=tuple(_references(row)),
    )


def is_placed(row: Row) -> bool:
    """Whether the row is an order that a buyer has placed."""
    return str(row.get("status")) not in UNPLACED


def tag(key: str) -> str:
    """Our mark in a text that people read, by which we find again what we did."""
    return f"[tally {hashlib.sha256(key.encode()).hexdigest()[:12]}]"


def refunded(refunds: Iterable[Row]) -> dict[str, int]:
    """Pieces that refunds name, by the order's line id."""
    pieces: dict[str, int] = {}
    for refund in refunds:
        for line in refund.get("line_items") or ():
            for meta in line.get("meta_data") or ():
                if meta.get("key") == "_refunded_item_id":
                    number = str(meta.get("value"))
                    pieces[number] = pieces.get(number, 0) + abs(int(line.get("quantity") or 0))
    return pieces


def _taken_off(row: Row, refunds: Sequence[Row]) -> dict[str, int]:
    """Pieces cancelled before they left: by our own word, else by time (before completion)."""
    completed = moment(row.get("date_completed_gmt"))
    return refunded(refund for refund in refunds if _is_cancellation(refund, completed))


def _is_cancellation(refund: Row, completed: datetime | None) -> bool:
    reason = str(refund.get("reason", ""))
    if "[tally " in reason:
        return reason.startswith(CANCELLED)
    at = moment(refund.get("date_created_gmt"))
    return completed is None or (at is not None and at < completed)


def _lines(
    row: Row, currency: str, taken_off: Mapping[str, int], *, all_off: bool
) -> tuple[OrderLine, ...]:
    rates = {str(t.get("rate_id")): t.get("rate_percent") for t in row.get("tax_lines") or ()}
    return tuple(
        OrderLine(
            remote_id=str(line["id"]),
            sku=str(line.get("sku") or ""),
            title=html.unescape(str(line.get("name", ""))),
            quantity=int(line["quantity"]),
            net=_minor(line["total"], currency),
            tax=_minor(line["total_tax"], currency),
            tax_rate=_rate(line, rates),
            cancelled=int(line["quantity"]) if all_off else taken_off.get(str(line["id"]), 0),
        )
        for line in row.get("line_items") or ()
    )


def _rate(line: Row, rates: Mapping[str, Any]) -> Decimal | None:
    """The line's tax rate where it is exactly one."""
    found = [rates.get(str(tax.get("id"))) for tax in line.get("taxes") or ()]
    if len(found) != 1 or found[0] is None:
        return None
    try:
        return Decimal(str(found[0]))
    except InvalidOperation:
        return None


def _charges(kind: Any, rows: Iterable[Row] | None, currency: str) -> Iterable[Charge]:
    for row in rows or ():
        title = str(row.get("method_title") or row.get("name") or kind)
        yield Charge(
            kind, title, _minor(row["total"], currency), _minor(row["total_tax"], currency)
        )


def _state(status: str) -> OrderState:
    if status == "cancelled":
        return "cancelled"
    return "refunded" if status == "refunded" else "open"


def _payment(row: Row, status: str) -> Payment:
    if status in ("refunded", "failed"):
        return "refunded" if status == "refunded" else "failed"
    if row.get("date_paid_gmt") or row.get("date_paid"):
        return "paid"
    # Cash on delivery is released for shipping before anybody has paid.
    return "authorised" if status in ("processing", "completed") else "pending"


def _address(row: Row | None) -> Address:
    row = row or {}
    name = " ".join(str(row.get(k) or "").strip() for k in ("first_name", "last_name")).strip()
    return Address(
        name=name,
        company=str(row.get("company") or ""),
        street=str(row.get("address_1") or ""),
        street2=str(row.get("address_2") or ""),
        city=str(row.get("city") or ""),
        region=str(row.get("state") or ""),
        postcode=str(row.get("postcode") or ""),
        country=str(row.get("country") or ""),
        phone=str(row.get("phone") or ""),
    )


def _shipping(row: Row) -> Address:
    """Where the goods go; the billing address when the vendor leaves the other empty."""
    address = _address(row.get("shipping"))
    return address if address.street or address.city else _address(row.get("billing"))


def _references(row: Row) -> Iterable[tuple[str, str]]:
    for kind in ("id", "number", "order_key", "transaction_id"):
        if row.get(kind):
            yield kind, str(row[kind])
    for meta in row.get("meta_data") or ():
        key, value = str(meta.get("key", "")), meta.get("value")
        if isinstance(value, str | int) and not isinstance(value, bool) and _is_number(key, value):
            yield key, str(value).strip()


def _is_number(key: str, value: str | int) -> bool:
    """Whether meta data is, by its name, a number that other systems know the order by."""
    text = str(value).strip()
    named = REFERENCE_NAMES.search(key) and not key.startswith(OURS)
    return bool(named) and 3 <= len(text) <= LONGEST_REFERENCE and any(c.isdigit() for c in text)


def _minor(text: object, currency: str) -> int:
    found = minor(text, currency)
    if found is None:
        raise ValueError(f'not an amount: "{text}"')
    return found
