"""Etsy's receipts → orders as everybody means them. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from decimal import Decimal

from agent.channels import strict
from agent.channels.etsy import shape
from agent.channels.strict import Row
from agent.model.money import to_minor
from agent.model.order import Address, Charge, Order, OrderLine, OrderState, Payment


def order(shop: str, row: Row) -> Order:
    """An order. Misshapen when it is none.

    Prices contain VAT where Etsy tells of any; what it calls tax comes on top. Both are told for the
    whole order and shared out over the lines and the shipping by what each costs.
    """
    number = str(strict.needed_whole(row, "receipt_id"))
    currency = shape.currency(row, "grandtotal")
    total, status = shape.money(row, "grandtotal"), strict.text(row, "status")
    goods = _goods(row, currency)
    sent = shape.money(row, "total_shipping_cost")
    inside, on_top = shape.money(row, "total_vat_cost"), shape.money(row, "total_tax_cost")
    bases = [*goods, sent]
    within, added = shared(inside, bases), shared(on_top, bases)
    parts = [(base - vat, vat + tax) for base, vat, tax in zip(bases, within, added, strict=True)]
    cancelled = status == "canceled"
    lines = tuple(
        _line(line, parts[at], cancelled=cancelled)
        for at, line in enumerate(strict.rows(row, "transactions"))
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
        email=strict.text(row, "buyer_email"),
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
    lines = strict.rows(row, "transactions")
    prices = [shape.money(line, "price") * strict.needed_whole(line, "quantity") for line in lines]
    off = shape.money(row, "discount_amt")
    told = [_coupon(line, currency) for line in lines]
    discounts = told if sum(told) == off else shared(off, prices)
    return [price - less for price, less in zip(prices, discounts, strict=True)]


def _coupon(line: Row, currency: str) -> int:
    value = line.get("shop_coupon") or 0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise strict.Misshapen(f"shop_coupon is no number: {value!r}"[:80])
    return to_minor(Decimal(str(value)), currency)


def _line(line: Row, part: tuple[int, int], *, cancelled: bool) -> OrderLine:
    pieces = strict.needed_whole(line, "quantity")
    return OrderLine(
        remote_id=str(strict.needed_whole(line, "transaction_id")),
        sku=strict.text(line, "sku"),
        title=_title(line),
        quantity=pieces,
        net=part[0],
        tax=part[1],
        cancelled=pieces if cancelled else 0,
    )


def _title(line: Row) -> str:
    """The title with what the buyer chose or had written on it."""
    chosen = [
        f"{html.unescape(strict.text(v, 'formatted_name'))}:"
        f" {html.unescape(strict.text(v, 'formatted_value'))}"
        for v in strict.rows(line, "variations")
    ]
    title = html.unescape(strict.text(line, "title"))
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
    back = sum(shape.money(refund, "amount") for refund in strict.rows(row, "refunds"))
    if status == "fully refunded" or (total and back >= total):
        return "refunded"
    return "paid" if strict.flag(row, "is_paid") else "pending"


def _address(row: Row) -> Address:
    """Where the goods go; empty where Etsy does not tell this app."""
    return Address(
        name=strict.text(row, "name"),
        street=strict.text(row, "first_line"),
        street2=strict.text(row, "second_line"),
        city=strict.text(row, "city"),
        region=strict.text(row, "state"),
        postcode=strict.text(row, "zip"),
        country=strict.text(row, "country_iso"),
    )


def _notes(row: Row) -> Iterable[str]:
    if message := strict.text(row, "message_from_buyer"):
        yield html.unescape(message)
    if strict.flag(row, "is_gift"):
        words = html.unescape(strict.text(row, "gift_message"))
        yield f"A gift: {words}" if words else "A gift"
