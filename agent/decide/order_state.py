"""What becomes of an order next, from what the channel says of it and what the ERP was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.decide.matching import all_taken_off, differences
from agent.decide.order_check import as_one
from agent.model.booking import BookingRules, Fault, Standing
from agent.model.order import Order

PAYMENT_RANK = {"failed": 0, "pending": 1, "authorised": 2, "paid": 3, "refunded": 4}


@dataclass(frozen=True, slots=True)
class Stage:
    """How far an order has come. `filed` once a file for the ERP was begun, or the ERP has it."""

    state: Standing
    filed: bool = False
    told: Order | None = None  # as the ERP was told
    settled: Mapping[str, int] = field(default_factory=dict)  # pieces that the ERP took off or back
    cancellation_sent: bool = False
    returned_whole: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The next state, why it cannot go on where that is so, and what a person must see to."""

    state: Standing
    reason: Fault | None = None
    concerns: Mapping[str, Fault] = field(default_factory=dict)


def answered(state: Standing, status: str, *, counts_shipments: bool) -> Standing:
    """Where the ERP's own list puts an order; what has left is for its shipments to say, if it tells."""
    if status in ("cancelled", "refused"):
        return "cancelled" if status == "cancelled" else "refused"
    if status == "shipped" and not counts_shipments:
        return "shipped"
    return "shipped" if state == "shipped" else "acknowledged"


def supersedes(stored: Order, fresh: Order) -> bool:
    """Whether what the channel says now is newer than what we know; older news is ignored.

    Two answers of the same moment: the one further along (paid after pending) is the newer.
    """
    if fresh.modified_at != stored.modified_at:
        return fresh.modified_at > stored.modified_at
    return _progress(fresh) >= _progress(stored)


def verdict(
    order: Order,
    stage: Stage,
    faults: tuple[Fault, ...],
    rules: BookingRules,
    *,
    cancels_by_file: bool,
) -> Verdict:
    """Unpaid waits, incomplete is an exception, complete is due; once filed, only concerns arise."""
    if stage.state == "linked":
        return Verdict("linked")
    if stage.state == "refused" and is_off(order):
        return Verdict("cancelled")  # the ERP never had it
    if stage.filed:
        return Verdict(stage.state, None, _concerns(order, stage, cancels_by_file=cancels_by_file))
    if is_dead(order):
        return Verdict("cancelled")
    if rules.orders_from is not None and order.placed_at.date() < rules.orders_from:
        return Verdict("past")
    if order.payment not in rules.payments:
        return Verdict("waiting")
    if faults:
        return Verdict("exception", as_one(order, faults))
    return Verdict("due")


def is_off(order: Order) -> bool:
    """Whether nothing of the order is to be delivered any more."""
    return (
        order.state != "open"
        or order.payment == "refunded"
        or all_taken_off((line.quantity, line.cancelled) for line in order.lines)
    )


def is_dead(order: Order) -> bool:
    """Whether it is never to be written as it stands; a payment that succeeds later revives it."""
    return is_off(order) or order.payment == "failed"


def _progress(order: Order) -> tuple[bool, int]:
    return order.state != "open", PAYMENT_RANK[order.payment]


def _concerns(order: Order, stage: Stage, *, cancels_by_file: bool) -> dict[str, Fault]:
    where = f"{order.channel} order {order.number or order.remote_id}"
    if stage.state == "cancelled":
        return {}
    if is_off(order):
        return {} if stage.returned_whole else {"cancel": _cancel(where, stage, cancels_by_file)}
    if stage.told is None:
        return {}
    words = differences(stage.told, order, stage.settled)
    if not words:
        return {}
    what = f"changed on the shop after the ERP was told: {', '.join(words)}"
    advice = "change the order in the ERP, then `tally orders --accept ORDER`"
    return {"changed": Fault(what, where, advice)}


def _cancel(where: str, stage: Stage, cancels_by_file: bool) -> Fault:
    if stage.state == "shipped":
        what = "cancelled on the shop after it had been shipped"
        return Fault(what, where, "expect the goods back, and record the return in the ERP")
    if cancels_by_file or stage.cancellation_sent:
        what = "cancelled on the shop; a cancellation goes to the ERP as a file"
        return Fault(what, where, "nothing: this goes away when the ERP's list shows it cancelled")
    what = "cancelled on the shop after the ERP was told"
    return Fault(what, where, "cancel it in the ERP; this goes away when its list shows that")
