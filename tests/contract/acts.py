"""What the contract's tests do to a shop, in the shop's language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from agent.channels import Channel
from agent.model.change import (
    CancelOrder,
    Change,
    CreateListing,
    Finished,
    ListingChange,
    Receipt,
    SetPrice,
    SetState,
    SetStock,
)
from agent.model.listing import Details, Listing, Shown, State
from agent.model.order import Order
from simulator.channels import Goods
from tests.contract.shops import StagedShop
from tests.contract.trial import PICTURES, Trial, limits


def told(trial: Trial, change: Change) -> Receipt:
    """The receipt of one change, waited for where the vendor only takes it on."""
    receipts = answered(trial, [change])
    assert len(receipts) == 1
    assert receipts[0].change == change
    return receipts[0]


def answered(trial: Trial, changes: Sequence[Change]) -> list[Receipt]:
    """The receipts of one batch; of work that the vendor finishes later, what came of it."""
    receipts = trial.channel.push(changes)
    jobs = sorted({receipt.job for receipt in receipts if receipt.outcome == "working"})
    ended = {job: _ended(trial, job, [r.change for r in receipts if r.job == job]) for job in jobs}
    return [ended[r.job](r) if r.outcome == "working" else r for r in receipts]


def _ended(trial: Trial, job: str, changes: Sequence[Change]) -> Callable[[Receipt], Receipt]:
    subjects = [subject(change) for change in changes]
    for _ in range(120):
        trial.rest()
        finished = trial.channel.finished(job, subjects)
        if finished is not None:
            return partial(_outcome, trial, finished)
    raise AssertionError(f"the job {job} never ends")


def _outcome(trial: Trial, finished: Finished, receipt: Receipt) -> Receipt:
    """What a finished job says of one change; what it does not say is looked at."""
    change = receipt.change
    name = subject(change)
    for refusal in finished.refused.get(name, ()):
        if refusal.kind in ("", type(change).__name__):
            return replace(receipt, outcome="refused", words=refusal.words, next=refusal.next)
    if finished.failed is not None:
        return replace(receipt, outcome="refused", words=finished.failed.words)
    if name not in finished.done:
        return replace(receipt, outcome="in_doubt")
    listing = next((x for x in finished.listings if x.sku == name), None)
    if listing is None and isinstance(change, CreateListing):
        listing = next(iter(trial.channel.find([name])), None)
    return replace(receipt, outcome="done", listing=listing)


def subject(change: Change) -> str:
    """By what a job's report names the change."""
    return change.sku if isinstance(change, ListingChange) else change.key


def face(trial: Trial, shown: Shown) -> Shown:
    """A face as the vendor can have it: a state that it lacks is another, pieces count as it counts."""
    its = limits(trial)
    state = its.states.get(shown.state, shown.state)
    pieces = shown.quantity
    if state == "live" and shown.state in ("hidden", "archived"):
        pieces = 0
    if its.most_pieces is not None and pieces is not None:
        pieces = min(pieces, its.most_pieces)
    if its.rests and state == "live" and pieces == 0:
        state = its.states.get("hidden", "hidden")
    return replace(
        shown, state=state, quantity=pieces, backorders=shown.backorders and its.backorders
    )


def same(trial: Trial, one: Shown, other: Shown) -> bool:
    """Whether both are one face to the vendor."""
    one, other = face(trial, one), face(trial, other)
    if limits(trial).rests and one.state == other.state != "live":
        one, other = replace(one, quantity=None), replace(other, quantity=None)
    return one == other


def done(trial: Trial, change: Change) -> Receipt:
    """The receipt of one change that must succeed."""
    receipt = told(trial, change)
    assert receipt.outcome == "done", receipt
    return receipt


def drafted(trial: Trial, name: str, *, price: int = 12900, quantity: int = 14) -> Listing:
    """A new listing, as a draft."""
    sku = trial.sku(name)
    shown = Shown("draft", price=price, quantity=quantity, title="Retro wall clock")
    words = "Keeps time.\nTicks <softly>."
    details = Details("Retro wall clock", description=words, image=picture(trial))
    receipt = done(trial, CreateListing(sku, shown, details))
    assert receipt.listing is not None
    return receipt.listing


def picture(trial: Trial) -> str:
    """Where a listing's picture is to be had: some vendors show nothing without one."""
    return "" if trial.is_live else f"https://{PICTURES}/goods.png"


def live(trial: Trial, name: str, *, price: int = 12900, quantity: int = 14) -> Listing:
    """A new listing that shoppers see."""
    listing = drafted(trial, name, price=price, quantity=quantity)
    if SetState not in limits(trial).accepts:  # whatever is there is seen
        return listing
    return in_state(trial, listing, "live")


def in_state(trial: Trial, listing: Listing, state: State) -> Listing:
    """The listing after a change of its state, read afresh."""
    done(trial, SetState(listing.sku, listing, state))
    return afresh(trial, listing)


def stocked(trial: Trial, listing: Listing, quantity: int, *, backorders: bool = False) -> Listing:
    """The listing after its quantity was set, read afresh."""
    done(trial, SetStock(listing.sku, listing, quantity, backorders))
    return afresh(trial, listing)


def priced(trial: Trial, listing: Listing, **price: Any) -> Listing:
    """The listing after its prices were set, read afresh; prices not named are empty."""
    none = {"price": None, "compare_at": None, "sale_price": None}
    shown = replace(listing.shown, **{**none, "sale_from": None, "sale_until": None, **price})
    done(trial, SetPrice(listing.sku, listing, shown))
    return afresh(trial, listing)


def gtin(text: str) -> str:
    """A GTIN-13 of the range that shops use among themselves, from a text."""
    digits = f"20{int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10**10:010}"
    weighed = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


def afresh(trial: Trial, listing: Listing) -> Listing:
    """The listing as it is now, once what was written can be read."""
    trial.rest()
    found = trial.channel.look([listing])
    assert [x.sku for x in found] == [listing.sku]
    return found[0]


def order_of(channel: Channel, remote_id: str) -> Order:
    """One order as it is now."""
    page = channel.order(remote_id)
    assert [order.remote_id for order in page.orders] == [remote_id]
    return page.orders[0]


def taken_back(trial: Trial, order: Order) -> None:
    """The order is cancelled: by us where the vendor lets us, else by its buyer."""
    if CancelOrder in limits(trial).accepts and limits(trial).cancels_paid:
        done(trial, CancelOrder(f"{order.remote_id} cancel", order.remote_id, {}))
    else:
        trial.take_back(order)


def pulled(channel: Channel, cursor: str) -> tuple[dict[str, Order], str]:
    """Everything changed since a cursor, {remote id: order}, and the next cursor."""
    found: dict[str, Order] = {}
    for _ in range(1000):
        page = channel.orders(cursor)
        found |= {order.remote_id: order for order in page.orders}
        cursor = page.cursor
        if not page.more:
            return found, cursor
    raise AssertionError("the pages never end")


def stacked(shop: StagedShop, count: int) -> list[str]:
    """So many mugs put on the shelf by the shop's own people; their skus, sorted."""
    skus = [f"MUG-{number:03}" for number in range(count)]
    with shop.world.lock:
        shop.dialect.stock(
            [Goods(sku, "Stoneware coffee mug", Decimal("39.90"), 80) for sku in skus]
        )
    shop.rest()
    return skus
