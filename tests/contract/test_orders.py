"""Orders in, and what happens to them: parcels, cancellations, returns; each once."""

from __future__ import annotations

import re

import pytest

from agent.channels import AFTER_SALES
from agent.model.change import CancelOrder, ConfirmShipment, RecordReturn
from agent.model.listing import Listing
from agent.model.order import Order, Parcel
from tests.contract import acts
from tests.contract.shops import habits_of
from tests.contract.trial import Trial, limits


def bought(trial: Trial, pieces: int = 3) -> tuple[Order, Listing]:
    """A paid order of a clock, and the clock."""
    clock = acts.live(trial, "RETRO-CLOCK", price=12900, quantity=14)
    return acts.order_of(trial.channel, trial.buy({clock.sku: pieces})), clock


def parcel(order: Order, pieces: int, *, after: int = 0, number: str = "TR-1") -> ConfirmShipment:
    """Some pieces of the order's only line have left."""
    line = order.lines[0].remote_id
    key = f"{order.remote_id} ship {number}"
    sent = Parcel({line: pieces}, "DPD", number, f"https://example.org/{number}")
    return ConfirmShipment(key, order.remote_id, sent, {line: after})


def people_do(trial: Trial, kind: type) -> bool:
    """Whether the vendor cannot be told this, so that people do it there; then it is said so."""
    its = limits(trial)
    is_theirs = kind not in its.accepts
    assert (AFTER_SALES[kind] in its.by_hand) == is_theirs
    return is_theirs


def test_an_order_comes_in_whole_and_adds_up(trial: Trial) -> None:
    _, cursor = acts.pulled(trial.channel, "")
    order, clock = bought(trial, pieces=3)
    found, _ = acts.pulled(trial.channel, cursor)
    assert found[order.remote_id] == order
    assert (order.state, order.payment) == ("open", "paid")
    assert [(x.sku, x.quantity, x.cancelled) for x in order.lines] == [(clock.sku, 3, 0)]
    parts = [*order.lines, *order.charges]
    assert sum(part.net + part.tax for part in parts) == order.total > 0
    assert order.shipping.city == "Warszawa"
    assert order.shipping.country == "PL"
    relay = habits_of(trial.vendor).get("relay")  # of addresses that the vendor makes up
    assert (relay and relay in order.email) or order.email in ("", "anna.kowalska@example.org")
    assert ("number", order.number) in order.references


def test_an_order_takes_its_pieces_from_the_shelf(trial: Trial) -> None:
    _, clock = bought(trial, pieces=3)
    assert acts.afresh(trial, clock).shown.quantity == 11


def test_a_changed_order_comes_again_and_none_is_left_out(trial: Trial) -> None:
    order, _ = bought(trial)
    first, cursor = acts.pulled(trial.channel, "")
    assert order.remote_id in first
    acts.taken_back(trial, order)
    trial.rest()
    again, _ = acts.pulled(trial.channel, cursor)
    assert again[order.remote_id].state == "cancelled"


def test_an_unknown_order_is_an_empty_page(trial: Trial) -> None:
    order, _ = bought(trial)
    nowhere = re.sub("[0-9a-f]", "9", order.remote_id.rpartition("/")[2])
    head, slash, _ = order.remote_id.rpartition("/")
    assert trial.channel.order(f"{head}{slash}{nowhere}").orders == ()


def test_parcels_leave_one_by_one_and_each_is_told_once(trial: Trial) -> None:
    order, _ = bought(trial, pieces=3)
    first, rest = parcel(order, 1), parcel(order, 2, after=1, number="TR-2")
    assert trial.channel.settle(first) is None
    acts.done(trial, first)
    settled = trial.channel.settle(first)
    assert settled is not None
    assert settled.outcome == "done"
    if limits(trial).partial_shipments:
        assert trial.channel.settle(rest) is None
    acts.done(trial, first)  # told again: found, and not shipped twice
    acts.done(trial, rest)
    assert trial.channel.settle(rest) is not None
    assert acts.order_of(trial.channel, order.remote_id).state == "open"


def test_a_parcel_without_a_number_is_told_once_or_refused_where_the_vendor_wants_one(
    trial: Trial,
) -> None:
    order, _ = bought(trial, pieces=2)
    line = order.lines[0].remote_id
    sent = ConfirmShipment(f"{order.remote_id} ship", order.remote_id, Parcel({line: 1}), {line: 0})
    receipt = acts.told(trial, sent)
    if receipt.outcome == "refused":
        assert receipt.words and receipt.next
        return
    assert trial.channel.settle(sent) is not None
    acts.done(trial, sent)
    after = ConfirmShipment("next", order.remote_id, Parcel({line: 1}), {line: 1})
    if limits(trial).partial_shipments:
        assert trial.channel.settle(after) is None


def test_more_pieces_than_ordered_are_not_shipped(trial: Trial) -> None:
    order, _ = bought(trial, pieces=2)
    receipt = acts.told(trial, parcel(order, 3))
    assert receipt.outcome == "refused"
    assert receipt.words


def test_a_whole_order_is_cancelled_once(trial: Trial) -> None:
    if people_do(trial, CancelOrder):
        return
    order, clock = bought(trial, pieces=3)
    cancel = CancelOrder(f"{order.remote_id} cancel", order.remote_id, {}, "sold in the shop")
    assert trial.channel.settle(cancel) is None
    if not limits(trial).cancels_paid:
        receipt = acts.told(trial, cancel)
        assert receipt.outcome == "refused"
        assert receipt.words and receipt.next
        return
    acts.done(trial, cancel)
    trial.rest()
    assert trial.channel.settle(cancel) is not None
    acts.done(trial, cancel)
    now = acts.order_of(trial.channel, order.remote_id)
    assert now.state == "cancelled"
    assert [line.cancelled for line in now.lines] == [3]
    # A vendor that leaves the shelf to its seller shows 11: the flow looks, and sets it.
    assert acts.afresh(trial, clock).shown.quantity in (14, 11)


def test_some_pieces_are_cancelled_once_or_refused_with_advice(trial: Trial) -> None:
    if people_do(trial, CancelOrder):
        return
    order, clock = bought(trial, pieces=3)
    line = order.lines[0].remote_id
    cancel = CancelOrder(f"{order.remote_id} cancel 1", order.remote_id, {line: 1}, "damaged")
    if not limits(trial).partial_cancels:
        receipt = acts.told(trial, cancel)
        assert receipt.outcome == "refused"
        assert receipt.words and receipt.next
        return
    assert trial.channel.settle(cancel) is None
    acts.done(trial, cancel)
    assert trial.channel.settle(cancel) is not None
    acts.done(trial, cancel)
    now = acts.order_of(trial.channel, order.remote_id)
    assert (now.state, [x.cancelled for x in now.lines]) == ("open", [1])
    assert now.total == order.total
    assert acts.afresh(trial, clock).shown.quantity == 12


def test_a_shipped_rest_completes_an_order_of_which_pieces_were_cancelled(trial: Trial) -> None:
    if people_do(trial, CancelOrder) or not limits(trial).partial_cancels:
        return
    order, _ = bought(trial, pieces=3)
    line = order.lines[0].remote_id
    acts.done(trial, CancelOrder(f"{order.remote_id} c", order.remote_id, {line: 1}))
    acts.done(trial, parcel(order, 2))
    now = acts.order_of(trial.channel, order.remote_id)
    assert [(x.quantity, x.cancelled) for x in now.lines] == [(3, 1)]


@pytest.mark.parametrize("restock", [True, False], ids=["back on the shelf", "not sellable"])
def test_goods_that_came_back_are_recorded_once_and_not_as_cancelled(
    trial: Trial, restock: bool
) -> None:
    if people_do(trial, RecordReturn):
        return
    order, clock = bought(trial, pieces=3)
    line = order.lines[0].remote_id
    acts.done(trial, parcel(order, 3))
    back = RecordReturn(f"{order.remote_id} return 1", order.remote_id, {line: 1}, restock)
    assert trial.channel.settle(back) is None
    acts.done(trial, back)
    assert trial.channel.settle(back) is not None
    acts.done(trial, back)
    now = acts.order_of(trial.channel, order.remote_id)
    assert [x.cancelled for x in now.lines] == [0]
    back_there = restock and limits(trial).restocks
    assert acts.afresh(trial, clock).shown.quantity == (12 if back_there else 11)


def test_no_more_comes_back_than_was_ordered(trial: Trial) -> None:
    if people_do(trial, RecordReturn):
        return
    order, clock = bought(trial, pieces=2)
    acts.done(trial, parcel(order, 2))
    line = order.lines[0].remote_id
    receipt = acts.told(trial, RecordReturn("too many", order.remote_id, {line: 3}, restock=True))
    assert receipt.outcome == "refused"
    assert receipt.words
    assert acts.afresh(trial, clock).shown.quantity == 12
