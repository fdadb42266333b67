"""An order's lines as the ERP books them: the pieces that remain, at unit prices that add up to the cent.

A line's net amount is what the buyer paid for it after every discount. Its unit price has as many
decimals as the ERP takes. Where no such price times the pieces gives the amount, the line is split
in two whose prices differ by one minor unit: pieces and money are both kept, without a rounding line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from agent.model.booking import BookedLine, BookingRules, Fault
from agent.model.money import exponent, from_minor
from agent.model.order import Charge, Order, OrderLine


@dataclass(frozen=True, slots=True)
class _Part:
    """What is to be booked, before it has a unit price and a tax."""

    sku: str
    title: str
    quantity: int
    net: int
    tax: int
    told_rate: Decimal | None = None


def booked(order: Order, rules: BookingRules) -> tuple[tuple[BookedLine, ...], tuple[Fault, ...]]:
    """The lines to write, and everything that forbids writing them; one of both is empty."""
    parts, faults = _parts(order, rules)
    rates, tax_faults = _rates(parts, rules)
    faults += tax_faults
    if order.currency and rules.price_digits < exponent(order.currency):
        what = f"unit prices with {rules.price_digits} decimals cannot hold {order.currency}"
        faults.append(Fault(what, next="set import_files: price_digits to 2 or more"))
    if faults:
        return (), tuple(faults)
    lines: list[BookedLine] = []
    for part, rate in zip(parts, rates, strict=True):
        name = "" if rate is None else rules.taxes.get(rate, "")
        lines += _priced(part, rate, name, order.currency, rules.price_digits)
    return tuple(lines), ()


def remaining(line: OrderLine) -> tuple[int, int, int]:
    """Pieces, net and tax of what has not been taken off again, in proportion, half away from zero."""
    left = line.quantity - line.cancelled
    if left == line.quantity or line.quantity <= 0:
        return left, line.net, line.tax
    return left, _share(line.net, left, line.quantity), _share(line.tax, left, line.quantity)


def unit_price(net: int, quantity: int, currency: str, digits: int) -> Decimal | None:
    """A price per piece with `digits` decimals that gives `net` again however it is rounded; else None."""
    amount = from_minor(net, currency)
    price = (amount / quantity).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    half = Decimal("0.5").scaleb(-exponent(currency))
    return price if abs(price * quantity - amount) < half else None


def _parts(order: Order, rules: BookingRules) -> tuple[list[_Part], list[Fault]]:
    parts, faults = [], []
    for line in order.lines:
        left, net, tax = remaining(line)
        if left > 0:
            parts.append(_Part(line.sku, line.title, left, net, tax, line.tax_rate))
    for charge in order.charges:
        if charge.net == 0 and charge.tax == 0:
            continue
        kind = _kind(charge)
        sku = rules.services.get(kind, "")
        if not sku:
            what = f'no item is named for the {kind} "{charge.title}"'
            advice = f"name the ERP's service item under import_files: services: {kind}"
            faults.append(Fault(what, next=advice))
        parts.append(_Part(sku, charge.title, 1, charge.net, charge.tax))
    return parts, faults


def _kind(charge: Charge) -> str:
    return "discount" if charge.kind == "fee" and charge.net < 0 else charge.kind


def _rates(parts: Sequence[_Part], rules: BookingRules) -> tuple[list[Decimal | None], list[Fault]]:
    """Each part's tax rate: as told, else the one that explains its tax."""
    if not rules.taxes:
        return [part.told_rate for part in parts], []
    main = _main_rate(parts, rules)
    rates: list[Decimal | None] = []
    faults: list[Fault] = []
    for part in parts:
        rate = _rate(part, rules, main)
        rates.append(rate)
        if rate is None:
            faults.append(_no_rate(part))
    return rates, faults


def _main_rate(parts: Sequence[_Part], rules: BookingRules) -> Decimal | None:
    """The rate of the dearest part: what a part of nothing goes with."""
    dearest = max(parts, key=lambda part: part.net, default=None)
    return None if dearest is None else _rate(dearest, rules, None)


def _rate(part: _Part, rules: BookingRules, main: Decimal | None) -> Decimal | None:
    known = rules.taxes if part.told_rate is None else [part.told_rate]
    fitting = [
        (_gap(part, rate), rate != main, -rate)
        for rate in known
        if rate in rules.taxes and _gap(part, rate) <= rules.tax_slack * part.quantity
    ]
    return -min(fitting)[2] if fitting else None


def _gap(part: _Part, rate: Decimal) -> int:
    expected = (part.net * rate / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return abs(part.tax - int(expected))


def _no_rate(part: _Part) -> Fault:
    told = (
        "" if part.told_rate is None else f" at the {part.told_rate.normalize():f} % it is told as"
    )
    what = f"no tax of the ERP gives {part.tax} on {part.net} (in minor units) for {part.sku}{told}"
    return Fault(what, next="add the rate and the ERP's name of it under import_files: taxes")


def _priced(
    part: _Part, rate: Decimal | None, name: str, currency: str, digits: int
) -> list[BookedLine]:
    price = unit_price(part.net, part.quantity, currency, digits)
    if price is not None:
        return [
            BookedLine(part.sku, part.title, part.quantity, price, part.net, part.tax, rate, name)
        ]
    low, dearer = divmod(part.net, part.quantity)
    cheaper = part.quantity - dearer
    tax = _share(part.tax, low * cheaper, part.net)
    quantum = Decimal(1).scaleb(-digits)

    def line(pieces: int, minor: int, tax: int) -> BookedLine:
        unit = from_minor(minor, currency).quantize(quantum)
        return BookedLine(part.sku, part.title, pieces, unit, minor * pieces, tax, rate, name)

    return [line(cheaper, low, tax), line(dearer, low + 1, part.tax - tax)]


def _share(amount: int, part: int, whole: int) -> int:
    return int((Decimal(amount) * part / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))
