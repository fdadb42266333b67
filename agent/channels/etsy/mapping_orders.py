"""Etsy's receipts → orders as everybody means them. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from decimal import Decimal

from agent.channels.etsy import shape
from agent.channels.etsy.shape import Row
from agent.model.money import to_minor
from agent.model.order import Address, Charge, Order, OrderLine, OrderState, Payment


def order(shop: str, row: Row) -> Order:
    """An order. Misshapen when it is none.

    Prices contain VAT where Etsy tells of any; what it calls tax comes on top. Both are told for the
    whole order and shared out over the lines and the shipping by what each costs.
    """
    number = str(shape.number(row, "receipt_id"))
    currency = shape.currency(row, "grandtotal")
    total, status = shape.money(row, "grandtotal"), shape.text(row, "status")
    goods = _goods(row, currency)
    sent = shape.money(row, "total_shipping_cost")
    inside, on_top = shape.money(row, "total_vat_cost"), shape.money(row, "total_tax_cost")
    bases = [*goods, sent]
    within, added = shared(inside, bases), shared(on_top, bases)
    parts = [(base - vat, vat + tax) for base, vat, tax in zip(bases, within, added, strict=True)]
    cancelled = status == "canceled"
    lines = tuple(
        _line(line, parts[at], cancelled=cancelled)
        for at, line in enumerate(shape.rows(row, "transactions"))
    )
    net, tax = parts[-1]
    charges = [Charge("shipping", "Shipping", net, tax)] if net or tax else []
    address = _address(row)
    return Order(
        channel=shop,
        remote_id=number,
        number=number,
        state=_state(status),
        payment=_payment(row, status, total),
        placed_at=shape.moment(row, "created_timestamp", "create_timestamp"),
        modified_at=shape.moment(row, "updated_timestamp", "update_timestamp"),
        currency=currency,
        lines=lines,
        charges=(*charges, *_rest(row, total - sum(bases) - on_top)),
        total=total,
        email=shape.text(row, "buyer_email"),
        billing=address,
        shipping=address,
        note="\n".join(_notes(row)),
        references=(("number", number), ("receipt_id", number)),
    )


def shared(amount: int, bases: Sequence[int]) -> list[int]:
    """The amount in whole minor units, shared out by the bases; the sum is exact."""
    whole = sum(bases)
    if not whole:
        return [amount, *(0 for _ in bases[1:])] if bases else []
    shares, done, so_far = [], 0, 0
    for base in bases:
        so_far += base
        upto = round(Decimal(amount) * so_far / whole)
        shares.append(upto - done)
        done = upto
    return shares


def _goods(row: Row, currency: str) -> list[int]:
    """What each line costs after discounts, with the VAT that prices contain.

    Sales and coupons of Shop Manager stand in the discount alone, a line's price is the ordinary one.
    """
    lines = shape.rows(row, "transactions")
    prices = [shape.money(line, "price") * shape.number(line, "quantity") for line in lines]
    off = shape.money(row, "discount_amt")
    told = [_coupon(line, currency) for line in lines]
    discounts = told if sum(told) == off else shared(off, prices)
    return [price - less for price, less in zip(prices, discounts, strict=True)]


def _coupon(line: Row, currency: str) -> int:
    value = line.get("shop_coupon") or 0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise shape.Misshapen(f"shop_coupon is no number: {value!r}"[:80])
    return to_minor(Decimal(str(value)), currency)


def _line(line: Row, part: tuple[int, int], *, cancelled: bool) -> OrderLine:
    pieces = shape.number(line, "quantity")
    return OrderLine(
        remote_id=str(shape.number(line, "transaction_id")),
        sku=shape.text(line, "sku"),
        title=_title(line),
        quantity=pieces,
        net=part[0],
        tax=part[1],
        cancelled=pieces if cancelled else 0,
    )


def _title(line: Row) -> str:
    """The title with what the buyer chose or had written on it."""
    chosen = [
        f"{html.unescape(shape.text(v, 'formatted_name'))}:"
        f" {html.unescape(shape.text(v, 'formatted_value'))}"
        for v in shape.rows(line, "variations")
    ]
    title = html.unescape(shape.text(line, "title"))
    return f"{title} ({'; '.join(chosen)})" if chosen else title


def _rest(row: Row, left: int) -> Iterable[Charge]:
    """What the buyer pays beside goods, shipping and tax, so that an order always adds up."""
    if not left:
        return
    wrap = shape.money(row, "gift_wrap_price")
    yield Charge("fee", "Gift wrap" if left == wrap else "Other", left, 0)


def _state(status: str) -> OrderState:
    if status == "canceled":
        return "cancelled"
    return "refunded" if status == "fully refunded" else "open"


def _payment(row: Row, status: str, total: int) -> Payment:
    back = sum(shape.money(refund, "amount") for refund in shape.rows(row, "refunds"))
    if status == "fully refunded" or (total and back >= total):
        return "refunded"
    return "paid" if shape.flag(row, "is_paid") else "pending"


def _address(row: Row) -> Address:
    """Where the goods go; empty where Etsy does not tell this app."""
    return Address(
        name=shape.text(row, "name"),
        street=shape.text(row, "first_line"),
        street2=shape.text(row, "second_line"),
        city=shape.text(row, "city"),
        region=shape.text(row, "state"),
        postcode=shape.text(row, "zip"),
        country=shape.text(row, "country_iso"),
    )


def _notes(row: Row) -> Iterable[str]:
    if message := shape.text(row, "message_from_buyer"):
        yield html.unescape(message)
    if shape.flag(row, "is_gift"):
        words = html.unescape(shape.text(row, "gift_message"))
        yield f"A gift: {words}" if words else "A gift"
