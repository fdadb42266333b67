"""What goes wrong between a channel and us, and what is known afterwards. Staged shops only."""

from __future__ import annotations

import pytest

from agent.errors import ChannelError, OutcomeUnknown, Throttled, Unavailable
from agent.model.change import ConfirmShipment, CreateListing, SetStock
from agent.model.listing import Details, Shown
from agent.model.order import Parcel
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.contract.trial import limits

SILENT = ["timeout after", "dropped", "500", "502", "503", "truncated", "html"]


@pytest.mark.parametrize("kind", [*SILENT, "timeout before", "refused"])
def test_a_read_that_fails_is_tried_again_later(staged: StagedShop, kind: str) -> None:
    staged.channel.check()
    staged.fail(kind)
    with pytest.raises(Unavailable) as caught:
        list(staged.channel.listings())
    assert staged.vendor in caught.value.where
    assert list(staged.channel.listings()) == []


@pytest.mark.parametrize("kind", SILENT)
def test_a_write_without_a_usable_answer_is_in_doubt_and_a_look_settles_it(
    staged: StagedShop, kind: str
) -> None:
    listing = acts.live(staged, "RETRO-CLOCK", quantity=14)
    staged.fail_write(kind, effect=True)
    change = SetStock(listing.sku, listing, 5, backorders=False)
    with pytest.raises(OutcomeUnknown) as caught:
        staged.channel.push([change])
    assert caught.value.next
    assert acts.afresh(staged, listing).shown.quantity == 5
    acts.done(staged, change)  # repeatable: the same again changes nothing more
    assert acts.afresh(staged, listing).shown.quantity == 5


def test_a_write_that_was_never_sent_has_not_happened(staged: StagedShop) -> None:
    listing = acts.live(staged, "RETRO-CLOCK", quantity=14)
    staged.fail_write("refused")
    with pytest.raises(Unavailable):
        staged.channel.push([SetStock(listing.sku, listing, 5, backorders=False)])
    assert acts.afresh(staged, listing).shown.quantity == 14


@pytest.mark.parametrize(
    ("retry_after", "seconds", "waits"),
    [
        ("seconds", 7.0, 7.0),
        ("date", 9.0, 9.0),
        ("garbage", 9.0, 30.0),
        ("missing", 9.0, 30.0),
        ("seconds", 90000.0, 3600.0),
    ],
)
def test_a_channel_that_asks_us_to_wait_is_not_asked_again_before(
    staged: StagedShop, retry_after: str, seconds: float, waits: float
) -> None:
    staged.raw.check()
    staged.fail("429", seconds=seconds, retry_after=retry_after)
    with pytest.raises(Throttled) as caught:
        staged.raw.check()
    assert caught.value.retry_after_s == pytest.approx(waits, abs=1.0)
    sent = len(staged.recorder.sent)
    with pytest.raises(Throttled):
        staged.raw.check()
    assert len(staged.recorder.sent) == sent


def test_a_creation_whose_answer_was_lost_is_found_by_its_sku(staged: StagedShop) -> None:
    staged.channel.check()
    staged.channel.find(["RETRO-CLOCK"])
    news = CreateListing(
        "RETRO-CLOCK", Shown("draft", 12900, quantity=14), Details("Retro wall clock")
    )
    staged.fail_write("timeout after")
    with pytest.raises(OutcomeUnknown):
        staged.channel.push([news])
    staged.rest()
    assert [listing.sku for listing in staged.channel.find(["RETRO-CLOCK"])] == ["RETRO-CLOCK"]


@pytest.mark.parametrize("kind", ["timeout after", "truncated", "502"])
def test_a_parcel_whose_answer_was_lost_is_settled_by_looking(
    staged: StagedShop, kind: str
) -> None:
    clock = acts.live(staged, "RETRO-CLOCK")
    order = acts.order_of(staged.channel, staged.buy({clock.sku: 3}))
    line = order.lines[0].remote_id
    in_parts = limits(staged).partial_shipments
    first = Parcel({line: 1 if in_parts else 3}, "DPD", "TR-1")  # only what is told can be lost
    sent = ConfirmShipment("one", order.remote_id, first, {line: 0})
    assert staged.channel.settle(sent) is None
    staged.fail_write(kind, effect=True)
    try:
        answer = staged.channel.push([sent])[0]
    except OutcomeUnknown:
        pass
    else:  # an answer without a body cannot be cut short
        assert (kind, answer.outcome) == ("truncated", "done")
    # Settled where one request does it all; where it takes two, the rest is done by doing it again.
    settled = staged.channel.settle(sent) or acts.done(staged, sent)
    assert settled.outcome == "done"
    after = ConfirmShipment("two", order.remote_id, Parcel({line: 2}, "DPD", "TR-2"), {line: 1})
    if in_parts:
        assert staged.channel.settle(after) is None


def test_a_look_at_everything_goes_on_where_it_was_interrupted(staged: StagedShop) -> None:
    shown = Shown("draft", 3990, quantity=80)
    skus = [f"MUG-{number:03}" for number in range(270)]
    size = min(45, next(b.size for b in limits(staged).batches if CreateListing in b.kinds))
    for start in range(0, len(skus), size):
        news = [
            CreateListing(s, shown, Details("Stoneware coffee mug"))
            for s in skus[start : start + size]
        ]
        assert all(receipt.outcome == "done" for receipt in acts.answered(staged, news))
        staged.rest()
    looked = staged.raw.listings()
    first = next(looked)
    staged.fail("503")
    try:
        rest = [listing.sku for listing in looked]
    except ChannelError:
        pass
    else:  # one page of this vendor's holds them all
        assert sorted([first.sku, *rest]) == skus
        return
    before = len(staged.recorder.sent)
    staged.rest()
    assert sorted(x.sku for x in staged.channel.listings()) == skus
    assert first.sku in skus
    resumed = len(staged.recorder.sent) - before
    staged.rest()
    list(staged.channel.listings())
    whole = len(staged.recorder.sent) - before - resumed
    assert resumed <= max(3, whole - 1)  # pages of some vendors are small
