"""Allegro's checkout forms → orders as everybody means them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from agent.channels.allegro.mapping import money
from agent.channels.strict import Row, moment, needed_rows, part, rows, text, whole
from agent.model.money import from_minor, to_minor
from agent.model.order import Address, Charge, Order, OrderLine, OrderState, Payment

READY, CANCELLED = "READY_FOR_PROCESSING", "CANCELLED"
UNPAID = ("BOUGHT", "FILLED_IN")
EXEMPT = "EXEMPT"


def order(shop: str, row: Row, vat_rate: Decimal | None = None) -> Order:
    """An order. `vat_rate` is of lines that name none. ValueError, naming the field, for another shape.

    Amounts on Allegro are gross; the shipping is taxed as the dearest line.
    """
    number = text(row, "id")
    if not number:
        raise ValueError("id is missing")
    total, currency = money(part(row, "summary"), "totalToPay")
    if total is None:
        raise ValueError("summary.totalToPay is missing")
    items = needed_rows(row, "lineItems")
    is_off = state(row) == "cancelled"
    grosses = _grosses(row, items, total)
    lines = tuple(
        _line(item, gross, vat_rate, is_off=is_off)
        for item, gross in zip(items, grosses, strict=True)
    )
    dearest = max(lines, key=lambda line: line.net, default=None)
    rate = vat_rate if dearest is None else dearest.tax_rate
    times = [at for item in items if (at := moment(item, "boughtAt")) is not None]
    changed = moment(row, "updatedAt")
    placed = min(times, default=changed)
    if placed is None:
        raise ValueError("boughtAt is missing")
    return Order(
        channel=shop,
        remote_id=number,
        number=number,
        state=state(row),
        payment=payment(row),
        placed_at=placed,
        modified_at=changed or placed,
        currency=currency,
        lines=lines,
        charges=tuple(_charges(row, rate)),
        total=total,
        email=text(part(row, "buyer"), "email"),
        billing=_billing(row),
        shipping=_shipping(row),
        note="\n".join(_notes(row)),
        references=tuple(_references(row)),
    )


def state(row: Row) -> OrderState:
    """Off when the buyer or time has cancelled it, or the seller: each says so in another field."""
    ours = text(part(row, "fulfillment"), "status")
    return "cancelled" if CANCELLED in (text(row, "status"), ours) else "open"


def payment(row: Row) -> Payment:
    """Paid once Allegro has the money and releases it; released without money is paid at the door."""
    paid = part(row, "payment")
    has_come = moment(paid, "finishedAt") is not None
    if text(row, "status") in UNPAID:
        return "pending"
    if text(row, "status") == CANCELLED and not has_come:
        return "pending"
    return "paid" if has_come and text(paid, "type") != "CASH_ON_DELIVERY" else "authorised"


def is_unpaid(row: Row) -> bool:
    """Whether it may still be paid together with another, and vanish."""
    return text(row, "status") in UNPAID


def line_ids(row: Row) -> list[str]:
    """The ids of its lines, which they keep in whatever form they are paid."""
    return [text(item, "id") for item in needed_rows(row, "lineItems")]


def replaced(old: str, lines: Sequence[str], by: Order) -> Order:
    """An unpaid order that was paid in another form: nothing of it is to be delivered any more."""
    mine = [line for line in by.lines if line.remote_id in lines]
    kept = tuple(replace(line, cancelled=line.quantity) for line in mine)
    return replace(
        by,
        remote_id=old,
        number=old,
        state="cancelled",
        payment="pending",
        lines=kept,
        charges=(),
        total=sum(line.net + line.tax for line in kept),
        references=(("id", old), ("number", old), ("paid_as", by.remote_id)),
    )


def _grosses(row: Row, items: Sequence[Row], total: int) -> list[int]:
    """What each line costs. A discount over several pieces leaves cents that no price per piece has:
    they go to the dearest line that has one."""
    found = []
    for item in items:
        quantity, (price, _) = whole(item, "quantity"), money(item, "price")
        if quantity is None or price is None:
            raise ValueError("quantity or price of a line is missing")
        found.append(price * quantity)
    rest = total - sum(found) - sum(x.net + x.tax for x in _charges(row, None))
    reduced = [at for at, item in enumerate(items) if rows(item, "discounts")]
    if rest and abs(rest) <= sum(whole(items[at], "quantity") or 0 for at in reduced):
        found[max(reduced, key=lambda at: found[at])] += rest
    return found


def _line(item: Row, gross: int, vat_rate: Decimal | None, *, is_off: bool) -> OrderLine:
    offer = part(item, "offer")
    quantity = whole(item, "quantity") or 0
    rate = _rate(part(item, "tax"), vat_rate)
    net, tax = _split(gross, rate)
    return OrderLine(
        remote_id=text(item, "id"),
        sku=text(part(offer, "external"), "id"),
        title=text(offer, "name"),
        quantity=quantity,
        net=net,
        tax=tax,
        tax_rate=rate,
        cancelled=quantity if is_off else 0,
    )


def _rate(tax: Row, otherwise: Decimal | None) -> Decimal | None:
    said = text(tax, "rate")
    if said.upper() == EXEMPT:
        return Decimal(0)
    if not said:
        return otherwise
    try:
        rate = Decimal(said)
    except InvalidOperation as error:
        raise ValueError(f'tax.rate is no rate: "{said[:40]}"') from error
    if not 0 <= rate < 100:
        raise ValueError(f'tax.rate is no rate: "{said[:40]}"')
    return Decimal(int(rate)) if rate == int(rate) else rate.normalize()


def _split(gross: int, rate: Decimal | None) -> tuple[int, int]:
    """(net, tax) of a gross amount; all of it is net where no rate is known."""
    if not rate:
        return gross, 0
    tax = to_minor(from_minor(gross, "EUR") * rate / (100 + rate), "EUR")  # hundredths in and out
    return gross - tax, tax


def _charges(row: Row, rate: Decimal | None) -> Iterator[Charge]:
    delivery = part(row, "delivery")
    cost, _ = money(delivery, "cost")
    if cost:
        net, tax = _split(cost, rate)
        yield Charge("shipping", text(part(delivery, "method"), "name") or "Shipping", net, tax)
    for item in needed_rows(row, "lineItems"):
        pieces = whole(item, "quantity") or 0
        deposit, _ = money(part(item, "deposit"), "price")
        if deposit:
            yield Charge("fee", "Deposit", deposit * pieces, 0)  # outside the tax on goods
        for service in rows(item, "selectedAdditionalServices"):
            price, _ = money(service, "price")
            if price:
                count = whole(service, "quantity") or 1
                net, tax = _split(price * count, rate)
                yield Charge("fee", text(service, "name") or "Service", net, tax)


def _shipping(row: Row) -> Address:
    """Where the goods go; a pickup point stands in the second line of the street."""
    delivery = part(row, "delivery")
    given = part(delivery, "address")
    point = part(delivery, "pickupPoint")
    address = _address(given, "zipCode", text(given, "companyName"))
    told = " ".join(dict.fromkeys(filter(None, (text(point, "id"), text(point, "name")))))
    return replace(address, street2=told) if told else address


def _billing(row: Row) -> Address:
    """Whom the invoice is for, where one is wanted; else the buyer."""
    invoice, buyer = part(row, "invoice"), part(row, "buyer")
    wanted = part(invoice, "address")
    if not (invoice.get("required") and wanted):
        named = {**part(buyer, "address"), **_named(buyer), "phoneNumber": buyer.get("phoneNumber")}
        return _address(named, "postCode", text(buyer, "companyName"))
    person = part(wanted, "naturalPerson") or buyer
    company = text(part(wanted, "company"), "name")
    named = {**wanted, **({} if company else _named(person))}
    return _address(named, "zipCode", company)


def _named(person: Row) -> dict[str, object]:
    return {name: person.get(name) for name in ("firstName", "lastName")}


def _address(given: Row, postcode: str, company: str) -> Address:
    names = (text(given, "firstName").strip(), text(given, "lastName").strip())
    return Address(
        name=" ".join(filter(None, names)),
        company=company,
        street=text(given, "street"),
        city=text(given, "city"),
        postcode=text(given, postcode),
        country=text(given, "countryCode"),
        phone=text(given, "phoneNumber"),
    )


def _notes(row: Row) -> Iterator[str]:
    if message := text(row, "messageToSeller").strip():
        yield message
    for item in needed_rows(row, "lineItems"):
        for voucher in rows(item, "vouchers"):
            yield f"voucher {text(voucher, 'type')} {text(voucher, 'code')}".strip()


def _references(row: Row) -> Iterator[tuple[str, str]]:
    """Every number that it carries. Line ids outlive the form, when two are paid as one."""
    number = text(row, "id")
    yield "id", number
    yield "number", number
    named = (
        ("payment", text(part(row, "payment"), "id")),
        ("pickup_point", text(part(part(row, "delivery"), "pickupPoint"), "id")),
        ("buyer", text(part(row, "buyer"), "login")),
    )
    yield from ((kind, value) for kind, value in named if value)
    yield from (("surcharge", text(paid, "id")) for paid in rows(row, "surcharges"))
    yield from (("line", line) for line in line_ids(row))
    company = part(part(part(row, "invoice"), "address"), "company")
    ids = {text(one, "value") for one in rows(company, "ids")} | {text(company, "taxId")}
    yield from (("tax_id", value) for value in sorted(ids - {""}))


def pieces(row: Row) -> Mapping[str, int]:
    """Pieces ordered, by the line's id."""
    return {
        text(item, "id"): whole(item, "quantity") or 0 for item in needed_rows(row, "lineItems")
    }


def changed_at(row: Row) -> datetime | None:
    """When Allegro last changed it."""
    return moment(row, "updatedAt")
