"""Whether an order can be written whole: every reason why not, each with what a person can do."""

from __future__ import annotations

from agent.decide.order_booking import booked
from agent.model.booking import BookingRules, Fault
from agent.model.money import from_minor
from agent.model.order import Order, OrderLine

NAMELESS = "nameless-"  # what an order without an id is kept under
LARGEST = 10**15  # minor units or pieces; more is a mistake of the channel's


def faults(order: Order, known: frozenset[str], rules: BookingRules) -> tuple[Fault, ...]:
    """Everything that keeps this order from being written; `known` are the ERP's skus."""
    found = [*_identity(order), *_lines(order, known), *_money(order, rules)]
    if not found:
        found += booked(order, rules)[1]
    return tuple(found)


def as_one(order: Order, found: tuple[Fault, ...]) -> Fault:
    """All reasons as one, for the queue."""
    advice = list(dict.fromkeys(fault.next for fault in found if fault.next))
    where = f"{order.channel} order {order.number or order.remote_id}"
    return Fault("; ".join(fault.what for fault in found), where, "; ".join(advice))


def is_storable(order: Order) -> bool:
    """Whether its lines can be kept apart and its figures kept at all."""
    ids = [line.remote_id for line in order.lines]
    return len(set(ids)) == len(ids) and all(
        abs(figure) <= LARGEST
        for line in order.lines
        for figure in (line.quantity, line.cancelled, line.net, line.tax)
    )


def _identity(order: Order) -> list[Fault]:
    look = f"look at the order on {order.channel}"
    if not order.remote_id or order.remote_id.startswith(NAMELESS):
        return [Fault("the order has no id of its own", next=look)]
    if not order.lines:
        return [Fault("the order has no lines", next=look)]
    if not is_storable(order):
        return [Fault("two lines share an id, or a figure is impossibly large", next=look)]
    return []


def _lines(order: Order, known: frozenset[str]) -> list[Fault]:
    return [fault for line in order.lines if (fault := _line(order, line, known)) is not None]


def _line(order: Order, line: OrderLine, known: frozenset[str]) -> Fault | None:
    if line.quantity <= 0 or not 0 <= line.cancelled <= line.quantity:
        what = f'impossible quantity {line.quantity} (cancelled {line.cancelled}) of "{line.title}"'
        return Fault(what, next=f"correct the order on {order.channel}")
    if line.net < 0:
        return Fault(
            f'"{line.title}" has a negative amount', next=f"correct the order on {order.channel}"
        )
    if line.cancelled == line.quantity:
        return None
    if not line.sku:
        what = f'"{line.title}" carries no sku'
        return Fault(what, next=f"give the product its sku on {order.channel}")
    if line.sku not in known:
        what = f'unknown sku "{line.sku}" ("{line.title}")'
        advice = f"add {line.sku} to the ERP's item export, or correct the sku on {order.channel}"
        return Fault(what, next=advice)
    return None


def _money(order: Order, rules: BookingRules) -> list[Fault]:
    if order.currency not in rules.currencies:
        what = f'orders in "{order.currency}" are not booked by this ERP'
        advice = "add the currency under import_files: currencies, if the ERP books it so"
        return [Fault(what, next=advice)]
    whole = sum(line.net + line.tax for line in order.lines)
    whole += sum(charge.net + charge.tax for charge in order.charges)
    if whole != order.total:
        parts, total = (from_minor(m, order.currency) for m in (whole, order.total))
        what = f"the lines and charges add up to {parts}, the order says {total} {order.currency}"
        return [Fault(what, next=f"correct the order on {order.channel}, or enter it by hand")]
    if order.total < 0:
        return [Fault("the total is negative", next=f"correct the order on {order.channel}")]
    return []
