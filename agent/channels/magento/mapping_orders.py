"""Magento orders → orders as everybody means them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from agent.channels.magento import values
from agent.channels.magento.values import Row
from agent.model.money import to_minor
from agent.model.order import Address, Charge, Order, OrderLine, OrderState, Payment

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
WAITING = {"pending_payment", "payment_review", "holded"}  # states that people or gateways must end
GONE = {"canceled", "closed"}


def order(shop: str, row: Row, released: Collection[str]) -> Order:
    """An order. `released`: payment methods whose orders are shipped before anybody has paid.

    ValueError when it is no order.
    """
    currency = values.text(row, "order_currency_code")
    number, placed = values.text(row, "increment_id"), values.moment(row, "created_at")
    if len(currency) != 3 or not number or placed is None:
        raise ValueError("an order without currency, number or time")
    rows = counted(row)
    state = values.text(row, "state")
    return Order(
        channel=shop,
        remote_id=str(_needed(row, "entity_id")),
        number=number,
        state=_state(state, rows),
        payment=_payment(row, state, released),
        placed_at=placed,
        modified_at=values.moment(row, "updated_at") or placed,
        currency=currency,
        lines=tuple(_line(one, currency, all_off=state == "canceled") for one in rows),
        charges=_charges(row, currency),
        total=to_minor(values.needed(row, "grand_total"), currency),
        email=values.text(row, "customer_email"),
        billing=_address(values.mapping(row, "billing_address")),
        shipping=_shipping(row),
        note=values.text(row, "customer_note"),
        references=tuple(_references(row)),
    )


def unreadable(shop: str, row: Row, why: str) -> Order:
    """What stands in for an order that is not as the vendor documents: empty, it waits for a person."""
    number = str(row.get("entity_id") or "")
    return Order(
        channel=shop,
        remote_id=number,
        number=str(row.get("increment_id") or number),
        state="open",
        payment="paid",
        placed_at=BEGINNING,
        modified_at=BEGINNING,
        currency=str(row.get("order_currency_code") or ""),
        lines=(),
        charges=(),
        total=0,
        note=f"not as the vendor documents: {why}",
    )


def counted(row: Row) -> list[Row]:
    """The rows that money and parcels go by: a variant's row beside its page's, and a bundle's parts, aside."""
    return [one for one in values.rows(row, "items") if not one.get("parent_item_id")]


def shippable(row: Row) -> int:
    """Pieces of a line that may still leave, as the vendor counts them."""
    gone = max(values.pieces(row, "qty_shipped"), values.pieces(row, "qty_refunded"))
    left = values.pieces(row, "qty_ordered") - gone - values.pieces(row, "qty_canceled")
    return max(0, left)


def tag(key: str) -> str:
    """Our mark in a text that people read, by which we find again what we did."""
    return f"[tally {hashlib.sha256(key.encode()).hexdigest()[:12]}]"


def _line(row: Row, currency: str, *, all_off: bool) -> OrderLine:
    """A line after its discount. `discount_tax_compensation` is tax within a discount of gross prices."""
    quantity = values.pieces(row, "qty_ordered")
    if quantity != values.amount(row, "qty_ordered"):
        raise ValueError(f"qty_ordered is not whole: {row.get('qty_ordered')}")
    gross = (
        values.needed(row, "row_total")
        + values.amount(row, "tax_amount")
        + values.amount(row, "discount_tax_compensation_amount")
        - values.amount(row, "discount_amount")
    )
    tax = to_minor(values.amount(row, "tax_amount"), currency)
    shipped = values.pieces(row, "qty_shipped")
    off = values.pieces(row, "qty_canceled")
    # Refunded pieces count as those that have left, as far as there are such; the rest never leaves.
    off += max(0, values.pieces(row, "qty_refunded") - shipped)
    return OrderLine(
        remote_id=str(_needed(row, "item_id")),
        sku=values.text(row, "sku"),
        title=values.text(row, "name"),
        quantity=quantity,
        net=to_minor(gross, currency) - tax,
        tax=tax,
        tax_rate=values.amount(row, "tax_percent") if "tax_percent" in row else None,
        cancelled=quantity - shipped if all_off else min(off, quantity),
    )


def _charges(row: Row, currency: str) -> tuple[Charge, ...]:
    """What sending costs, after its discount."""
    tax = to_minor(values.amount(row, "shipping_tax_amount"), currency)
    gross = (
        values.amount(row, "shipping_amount")
        + values.amount(row, "shipping_tax_amount")
        + values.amount(row, "shipping_discount_tax_compensation_amount")
        - abs(values.amount(row, "shipping_discount_amount"))
    )
    if not gross and not tax:
        return ()
    title = values.text(row, "shipping_description") or "Shipping"
    return (Charge("shipping", title, to_minor(gross, currency) - tax, tax),)


def _state(state: str, rows: Iterable[Row]) -> OrderState:
    if state == "canceled":
        return "cancelled"
    if state != "closed":
        return "open"
    has_left = any(values.pieces(one, "qty_shipped") for one in rows)
    return "refunded" if has_left else "cancelled"


def _payment(row: Row, state: str, released: Collection[str]) -> Payment:
    """The vendor has no such field: what is due tells it, and the method where nobody has paid."""
    paid = values.amount(row, "total_paid")
    if state == "closed" and values.amount(row, "total_refunded") > 0:
        return "refunded"
    if state in WAITING:
        return "pending"
    total = values.needed(row, "grand_total")
    if paid >= total or ("total_due" in row and values.amount(row, "total_due") <= 0):
        return "paid"
    payment = values.mapping(row, "payment")
    if state not in GONE and (
        values.amount(payment, "amount_authorized") >= total > 0
        or values.text(payment, "method") in released
    ):
        return "authorised"
    return "pending"


def _address(row: Row) -> Address:
    name = " ".join(filter(None, (values.text(row, n) for n in ("firstname", "lastname"))))
    given = row.get("street")
    street = [str(part).strip() for part in given] if isinstance(given, list) else []
    if isinstance(given, str):
        street = given.splitlines()
    return Address(
        name=name,
        company=values.text(row, "company"),
        street=street[0] if street else "",
        street2=", ".join(filter(None, street[1:])),
        city=values.text(row, "city"),
        region=values.text(row, "region"),
        postcode=values.text(row, "postcode"),
        country=values.text(row, "country_id").upper(),
        phone=values.text(row, "telephone"),
    )


def _shipping(row: Row) -> Address:
    """Where the goods go, which only extension attributes tell; the billing address where nothing does."""
    extension = values.mapping(row, "extension_attributes")
    for one in values.rows(extension, "shipping_assignments"):
        found = _address(values.mapping(values.mapping(one, "shipping"), "address"))
        if found.street or found.city:
            return found
    return _address(values.mapping(row, "billing_address"))


def _references(row: Row) -> Iterable[tuple[str, str]]:
    """Every number that the order carries. An edited order names the one that it stands for."""
    payment: Mapping[str, object] = values.mapping(row, "payment")
    named = (
        ("id", row, "entity_id"),
        ("number", row, "increment_id"),
        ("ext_order_id", row, "ext_order_id"),
        ("original_number", row, "original_increment_id"),
        ("transaction_id", payment, "last_trans_id"),
        ("purchase_order", payment, "po_number"),
        ("tax_number", row, "customer_taxvat"),
    )
    for kind, source, field in named:
        value = values.text(source, field)
        if value:
            yield kind, value


def _needed(row: Row, name: str) -> int:
    found = int(values.needed(row, name))
    if found <= 0 or Decimal(found) != values.needed(row, name):
        raise ValueError(f'{name} is no number of ours: "{row.get(name)}"')
    return found
