"""What only time brings: sales that begin and end, tokens that run out, work that never ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from agent.errors import Unauthorised
from agent.model.change import CreateListing, SetPrice, SetStock
from agent.model.listing import Details, Shown
from simulator.faults import Fault
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.contract.trial import limits

DAY = timedelta(days=1)


def asked(shop: StagedShop, sku: str) -> Decimal:
    """What a shopper pays now."""
    with shop.world.lock:
        price = shop.dialect.storefront.item(sku).price
    assert price is not None
    return Decimal(price)


def test_a_sale_begins_and_ends_at_its_moment(staged: StagedShop) -> None:
    clock = acts.live(staged, "RETRO-CLOCK", price=12900)
    begins = staged.now().replace(microsecond=0) + DAY
    shown = replace(clock.shown, price=12900, compare_at=None)
    if not limits(staged).sale_dates:  # then the flow switches it: here is what it tells
        was = 12900 if limits(staged).compare_at else None
        acts.done(staged, SetPrice(clock.sku, clock, replace(shown, price=9900, compare_at=was)))
        assert acts.afresh(staged, clock).shown.price == 9900
        assert asked(staged, clock.sku) == Decimal("99.00")
        return
    window = {"sale_price": 9900, "sale_from": begins, "sale_until": begins + 7 * DAY}
    acts.done(staged, SetPrice(clock.sku, clock, replace(shown, **window)))
    staged.pass_time(begins - staged.now() - timedelta(minutes=10))
    assert asked(staged, clock.sku) == Decimal("129.00")
    staged.pass_time(timedelta(minutes=20))
    assert asked(staged, clock.sku) == Decimal("99.00")
    staged.pass_time(7 * DAY - timedelta(minutes=30))
    assert asked(staged, clock.sku) == Decimal("99.00")
    staged.pass_time(timedelta(minutes=40))
    assert asked(staged, clock.sku) == Decimal("129.00")


def test_a_token_that_ran_out_is_renewed_and_a_key_that_lasts_needs_none(
    staged: StagedShop,
) -> None:
    clock = acts.live(staged, "RETRO-CLOCK", quantity=14)
    try:
        staged.operate("expire_tokens")
    except LookupError:
        staged.pass_time(60 * DAY)  # keys of this vendor last
    staged.rest()
    try:
        staged.channel.check()
    except Unauthorised as dead:
        assert "tally connect" in dead.next
        staged.operate(
            "new_token"
        )  # what only a person can renew is renewed by one, or the test fails
        staged.connect_again()
    acts.stocked(staged, clock, 5)
    staged.pass_time(30 * DAY)  # and by the clock alone
    assert acts.afresh(staged, clock).shown.quantity == 5


def test_consent_that_was_taken_back_stops_the_channel_and_says_what_to_do(
    staged: StagedShop,
) -> None:
    staged.channel.check()
    try:
        staged.operate("revoke_consent")
    except LookupError:
        return  # a key that a person deletes: as the test of wrong credentials
    with pytest.raises(Unauthorised) as caught:
        staged.channel.check()
    assert "tally connect" in caught.value.next
    for secret in staged.secrets().values():
        assert secret not in str(caught.value)


def test_work_that_never_ends_is_told_as_running_and_blocks_no_call(staged: StagedShop) -> None:
    clock = acts.live(staged, "RETRO-CLOCK", quantity=14)
    staged.world.faults.add(Fault("job stuck", staged.vendor))
    change = SetStock(clock.sku, clock, 5, backorders=False)
    receipt = staged.channel.push([change])[0]
    if receipt.outcome == "done":
        return  # this vendor answers such a change at once
    assert receipt.outcome == "working"
    assert receipt.job
    staged.pass_time(timedelta(hours=1))
    ended = staged.channel.finished(receipt.job, [clock.sku])
    # Where the vendor gives no number to ask by, it is looked at in the end; it is not told as done.
    assert ended is None or clock.sku not in ended.done
    assert [x.sku for x in staged.channel.look([clock])] == [clock.sku]
    staged.channel.orders("")


def test_work_that_fails_as_a_whole_is_told_so(staged: StagedShop) -> None:
    clock = acts.live(staged, "RETRO-CLOCK", quantity=14)
    staged.world.faults.add(Fault("job failed", staged.vendor, count=1))
    receipt = staged.channel.push([SetStock(clock.sku, clock, 5, backorders=False)])[0]
    if receipt.outcome == "done":
        return
    staged.rest()
    finished = staged.channel.finished(receipt.job, [clock.sku])
    assert finished is not None
    assert clock.sku not in finished.done
    refused = finished.refused.get(clock.sku, ())
    assert finished.failed or refused or not finished.done
    assert acts.afresh(staged, clock).shown.quantity == 14


def test_what_is_read_late_is_read_right_in_the_end(staged: StagedShop) -> None:
    staged.channel.check()
    staged.world.dials[staged.vendor].turn({"lag_s": 30.0})
    news = CreateListing(
        "RETRO-CLOCK", Shown("draft", 12900, quantity=14), Details("Retro wall clock")
    )
    receipt = acts.done(staged, news)
    assert receipt.listing is not None
    listing = acts.stocked(staged, acts.afresh(staged, receipt.listing), 5)
    if not limits(staged).rests:
        assert (
            listing.shown.quantity == acts.face(staged, replace(listing.shown, quantity=5)).quantity
        )
