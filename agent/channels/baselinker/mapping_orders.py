"""BaseLinker orders → orders as everybody means them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from agent.channels.baselinker import values
from agent.channels.baselinker.values import Row
from agent.model.money import to_minor
from agent.model.order import Address, Charge, Order, OrderLine, Payment

HERE = ("", "personal", "order_return")  # sources that are nobody else's
SHOP = "shop"  # the type of every web shop; marketplaces go by their own names
SOURCE_NUMBERS = (  # fields, and what their numbers are called while nobody has named the source
    ("external_order_id", "external_order_id"),
    ("shop_order_id", "source_number"),
)
NO_NUMBER = ("", "0", "-1")  # what stands where there is none
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def order(shop: str, row: Row, cancelled: Collection[int], sources: Mapping[str, str]) -> Order:
    """An order. ValueError names what is not as the vendor documents.

    `cancelled` are the account's statuses that mean it; `sources` the channels of ours that give the
    same orders, {shop_2445: woocommerce}.
    """
    currency = values.text(row, "currency").upper()
    is_off = values.whole(row, "order_status_id") in cancelled
    number = str(_needed(row, "order_id"))
    products = values.rows(row, "products")
    lines = tuple(_line(one, currency, is_off=is_off) for one in products)
    charges = _charges(row, products, currency)
    total = sum(x.net + x.tax for x in lines) + sum(x.net + x.tax for x in charges)
    return Order(
        channel=shop,
        remote_id=number,
        number=number,
        state="cancelled" if is_off else "open",
        payment=_payment(row, to_minor(values.amount(row, "payment_done"), currency), total),
        placed_at=_moment(_needed(row, "date_add")),
        modified_at=max(
            _moment(values.whole(row, name))
            for name in ("date_add", "date_confirmed", "date_in_status")
        ),
        currency=currency,
        lines=lines,
        charges=charges,
        total=total,
        email=values.text(row, "email"),
        billing=_billing(row),
        shipping=_shipping(row),
        note=values.text(row, "user_comments"),
        references=tuple(dict.fromkeys(_references(row, products, sources))),
    )


def unreadable(shop: str, row: Row, why: str) -> Order:
    """An order that cannot be read, for a person to see: it has no lines, and so is never written.

    It is older than anything: what we knew of the order before, and what is readable later, stands.
    """
    number = values.number_of(row.get("order_id"))
    at = values.number_of(row.get("date_add"))
    name = "" if number is None else str(int(number))
    return Order(
        channel=shop,
        remote_id=name,
        number=name,
        state="open",
        payment="paid",
        placed_at=BEGINNING if at is None else _moment(int(at)),
        modified_at=BEGINNING,
        currency=str(row.get("currency") or ""),
        lines=(),
        charges=(),
        total=0,
        note=f"not as the vendor documents: {why}",
    )


def source(row: Row) -> str:
    """Where an order came from, as `sources` in tally.yaml says it: shop_2445, allegro_123; "" from here."""
    kind = values.text(row, "order_source")
    return "" if kind in HERE else f"{kind}_{values.text(row, 'order_source_id')}"


def tag(key: str) -> str:
    """Our mark in a text that people read, by which we find again what we did."""
    return f"[tally {hashlib.sha256(key.encode()).hexdigest()[:12]}]"


def _line(row: Row, currency: str, *, is_off: bool) -> OrderLine:
    pieces = values.whole(row, "quantity")
    rate = _rate(row)
    gross = to_minor(values.amount(row, "price_brutto") * pieces, currency)
    net = _net(gross, rate)
    return OrderLine(
        remote_id=str(_needed(row, "order_product_id")),
        sku=values.text(row, "sku"),
        title=" ".join(filter(None, (values.text(row, "name"), values.text(row, "attributes")))),
        quantity=pieces,
        net=net,
        tax=gross - net,
        tax_rate=rate,
        cancelled=max(pieces, 0) if is_off else 0,
    )


def _charges(row: Row, products: Iterable[Row], currency: str) -> tuple[Charge, ...]:
    """Delivery, gross. Its tax is not told: it goes by the goods', by the highest where they differ."""
    gross = to_minor(values.amount(row, "delivery_price"), currency)
    if not gross:
        return ()
    net = _net(gross, max(map(_rate, products), default=Decimal(0)))
    return (
        Charge("shipping", values.text(row, "delivery_method") or "Delivery", net, gross - net),
    )


def _rate(row: Row) -> Decimal:
    """Per cent; what is exempt (-1), outside the tax (-0.02) or charged to the buyer (-0.03) bears none."""
    return max(values.amount(row, "tax_rate"), Decimal(0))


def _net(gross: int, rate: Decimal) -> int:
    return int((gross * 100 / (100 + rate)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _payment(row: Row, paid: int, total: int) -> Payment:
    """Unconfirmed orders wait; cash on delivery is released before anybody has paid."""
    if "confirmed" in row and not values.flag(row, "confirmed"):
        return "pending"
    if paid >= total:
        return "paid"
    return "authorised" if values.flag(row, "payment_method_cod") else "pending"


def _shipping(row: Row) -> Address:
    point = [values.text(row, f"delivery_point_{k}") for k in ("name", "id", "address")]
    named = ", ".join(dict.fromkeys(filter(None, point)))
    return Address(
        name=values.text(row, "delivery_fullname"),
        company=values.text(row, "delivery_company"),
        street=values.text(row, "delivery_address"),
        street2=named,
        city=values.text(row, "delivery_city"),
        region=values.text(row, "delivery_state"),
        postcode=values.text(row, "delivery_postcode"),
        country=values.text(row, "delivery_country_code").upper(),
        phone=values.text(row, "phone"),
    )


def _billing(row: Row) -> Address:
    """The invoice's address; where it is empty, the delivery's."""
    found = Address(
        name=values.text(row, "invoice_fullname"),
        company=values.text(row, "invoice_company"),
        street=values.text(row, "invoice_address"),
        city=values.text(row, "invoice_city"),
        region=values.text(row, "invoice_state"),
        postcode=values.text(row, "invoice_postcode"),
        country=values.text(row, "invoice_country_code").upper(),
        phone=values.text(row, "phone"),
    )
    return found if found.street or found.city else _shipping(row)


def _references(
    row: Row, products: Iterable[Row], sources: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    """Every number that the order carries.

    A number at the source is named by the channel of ours that gives it too (`woocommerce_order_id`),
    or by the marketplace: then the order is known to be the same as that channel's. Of another
    source nobody knows which channel it is, and its short numbers must not name one by accident.
    """
    number = values.text(row, "order_id")
    yield "id", number
    yield "number", number
    told = source(row)
    if told:
        yield "source", told
        kind = told.partition("_")[0]
        name = sources.get(told) or sources.get(kind) or ("" if kind == SHOP else kind)
        found = [
            (f"{name}_order_id" if name else plain, value)
            for field, plain in SOURCE_NUMBERS
            if (value := values.text(row, field)) not in NO_NUMBER
        ]
        yield from found
        if found:  # what the ERP is to know the purchase by, whichever way it comes
            yield "origin", found[-1 if kind == SHOP else 0][1]
    for one in products:
        if values.text(one, "auction_id") not in NO_NUMBER:
            yield "auction_id", values.text(one, "auction_id")
    if values.text(row, "invoice_nip"):
        yield "tax_number", values.text(row, "invoice_nip")


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{seconds} is no moment") from error


def _needed(row: Row, name: str) -> int:
    found = values.whole(row, name)
    if found <= 0:
        raise ValueError(f"{name} is missing")
    return found
