"""New prices, stock and states: how few requests they take, and what becomes of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from agent.channels.allegro.jobs import command_id
from agent.errors import OutcomeUnknown, Throttled
from agent.model.change import ListingChange, Receipt, SetPrice, SetState, SetStock, SetTitle
from agent.model.listing import Listing, Shown
from simulator.channels import Goods
from simulator.faults import Fault
from tests.agent.channels.allegro.conftest import no
from tests.agent.channels.scripted import Scripted, said
from tests.contract import acts
from tests.contract.shops import StagedShop


def mugs(shop: StagedShop, count: int, *, quantity: int = 80) -> list[Listing]:
    """Mugs on sale, as the channel lists them."""
    named = [f"MUG-{n:04}" for n in range(count)]
    with shop.world.lock:
        shop.dialect.stock(
            [Goods(sku, f"Stoneware coffee mug {sku}", Decimal("39.90"), quantity) for sku in named]
        )
    return sorted(shop.channel.listings(), key=lambda listing: listing.sku)


def dearer(listings: Sequence[Listing]) -> list[ListingChange]:
    """Each costs more, and there is one less."""
    found: list[ListingChange] = []
    for listing in listings:
        found.append(SetPrice(listing.sku, listing, replace(listing.shown, price=4290)))
        found.append(SetStock(listing.sku, listing, 79, backorders=False))
    return found


def paths(shop: StagedShop, since: int) -> list[str]:
    """What was asked since so many requests, as `METHOD last part of the path`."""
    return [f"{r.method} {r.url.path.split('/')[2]}" for r in shop.recorder.sent[since:]]


@pytest.mark.parametrize(("bulk", "requests"), [("combined", 8), ("split", 17), ("off", 200)])
def test_price_and_stock_of_many_travel_together(bulk: str, requests: int) -> None:
    shop = StagedShop("allegro", {"bulk": bulk})
    listings = mugs(shop, 200)
    before = shop.writes()
    receipts = acts.answered(shop, dearer(listings))
    assert {receipt.outcome for receipt in receipts} == {"done"}
    assert shop.writes() - before == requests
    now = {(x.shown.price, x.shown.quantity) for x in shop.channel.look(listings)}
    assert now == {(4290, 79)}
    shop.close()


def test_everything_that_ends_is_ended_by_one_command_before_anything_else(
    shop: StagedShop,
) -> None:
    listings = mugs(shop, 130)
    zero: list[ListingChange] = []
    for listing in listings[:120]:
        zero.append(SetStock(listing.sku, listing, 0, backorders=False))
        zero.append(SetState(listing.sku, listing, "hidden"))
    before = len(shop.recorder.sent)
    receipts = shop.channel.push([*dearer(listings[120:]), *zero])
    assert paths(shop, before) == [
        "PUT offer-publication-commands",
        "POST offer-bulk-modification-commands",
    ]
    assert {receipt.outcome for receipt in receipts} == {"working"}
    shop.rest()
    states = [listing.shown.state for listing in shop.channel.look(listings)]
    assert (states.count("hidden"), states.count("live")) == (120, 10)


def test_stock_is_raised_before_an_ended_offer_is_listed_again(shop: StagedShop) -> None:
    [mug] = mugs(shop, 1, quantity=0)
    assert mug.shown.state == "hidden"
    wish: list[ListingChange] = [
        SetState(mug.sku, mug, "live"),
        SetStock(mug.sku, mug, 7, backorders=False),
    ]
    state, stock = shop.channel.push(wish)
    assert (state.outcome, state.again) == ("refused", True)
    assert stock.outcome == "working"
    shop.rest()
    assert acts.afresh(shop, mug).shown == replace(mug.shown, quantity=7)
    acts.done(shop, SetState(mug.sku, mug, "live"))
    assert acts.afresh(shop, mug).shown == replace(mug.shown, quantity=7, state="live")


def test_an_offer_that_ended_by_itself_has_ended(shop: StagedShop) -> None:
    [mug] = mugs(shop, 1)
    shop.operate("end_offer", sku=mug.sku)
    acts.done(shop, SetState(mug.sku, mug, "hidden"))
    acts.done(shop, SetStock(mug.sku, mug, 0, backorders=False))
    assert acts.afresh(shop, mug).shown.state == "hidden"


@pytest.mark.parametrize("number", [3, 33], ids=["in the first command", "in a later one"])
def test_a_bad_row_is_found_and_the_others_are_told(shop: StagedShop, number: int) -> None:
    listings = mugs(shop, 60)
    changes = dearer(listings)
    wrong_one = listings[number]
    bad = SetPrice(wrong_one.sku, wrong_one, replace(wrong_one.shown, price=0))
    changes[2 * number] = bad
    receipts = acts.answered(shop, changes)
    wrong = [receipt for receipt in receipts if receipt.outcome != "done"]
    assert [receipt.change for receipt in wrong] == [bad]
    assert wrong[0].outcome == "refused"
    assert "greater than zero" in wrong[0].words
    assert wrong[0].next


def test_where_both_in_a_row_are_not_taken_they_are_told_in_rows_of_their_own(
    vendor: Scripted,
) -> None:
    asked: list[list[str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        rows = json.loads(request.content)["modifications"]
        assert len(rows) <= 25
        asked.append(sorted({name for row in rows for name in row if name != "offerId"}))
        if any({"prices", "stock"} <= set(row) for row in rows):
            return no(422, "VALIDATION_ERROR", "Only one modification in a unit", "modifications")
        return said({"id": "x"}, 201)

    vendor.answer = answer
    channel = vendor.connect()
    handles = {"marketplace": "allegro-pl", "currency": "PLN"}
    lamps = [
        Listing(f"LAMP-{n}", str(n), Shown("live", 48900, quantity=4), handles) for n in range(60)
    ]
    receipts = channel.push(dearer(lamps))
    assert {receipt.outcome for receipt in receipts} == {"working"}
    assert asked[:3] == [["prices", "stock"], ["stock"], ["prices"]]
    channel.push(dearer(lamps[:12]))
    assert asked[-1] == ["prices", "stock"]  # in one command, but in rows of their own


def test_a_command_whose_answer_was_lost_is_taken_up_again(shop: StagedShop) -> None:
    [mug] = mugs(shop, 1)
    shop.world.dials["allegro"].turn({"job_s": 60})
    change = SetStock(mug.sku, mug, 5, backorders=False)
    shop.fail_write("timeout after")
    with pytest.raises(OutcomeUnknown):
        shop.channel.push([change])
    first = shop.channel.push([change])[0]
    again = shop.channel.push([change])[0]
    assert first.outcome == again.outcome == "working"
    assert first.job == again.job
    assert shop.channel.finished(first.job, [mug.sku]) is None
    shop.rest()
    finished = shop.channel.finished(first.job, [mug.sku])
    assert finished is not None and finished.done == {mug.sku}


def test_the_same_words_after_it_has_ended_are_another_command(shop: StagedShop) -> None:
    [mug] = mugs(shop, 1)
    change = SetStock(mug.sku, mug, 5, backorders=False)
    first = shop.channel.push([change])[0]
    shop.pass_time(timedelta(seconds=10))
    with shop.world.lock:
        shop.dialect.operator("set_offer", {"sku": mug.sku, "stock": {"available": 80}})
    second = shop.channel.push([change])[0]
    assert first.job != second.job
    shop.rest()
    assert acts.afresh(shop, mug).shown.quantity == 5


def test_a_command_is_not_done_while_its_counts_are_zero(shop: StagedShop) -> None:
    [mug] = mugs(shop, 1)
    receipt = shop.channel.push([SetStock(mug.sku, mug, 5, backorders=False)])[0]
    assert shop.channel.finished(receipt.job, [mug.sku]) is None


def test_how_a_job_ended_is_known_after_a_restart(shop: StagedShop) -> None:
    good, gone = mugs(shop, 2)
    receipts = shop.channel.push(dearer([good, gone]))
    shop.operate("end_offer", sku=gone.sku)
    with shop.world.lock:
        offer = int(gone.external_id)
        shop.dialect.shop.drop("offer", offer)
    shop.rest()
    fresh = shop.connect(shop.secrets())
    finished = fresh.finished(receipts[0].job, [good.sku, gone.sku])
    assert finished is not None
    assert finished.done == {good.sku}
    assert not finished.refused  # what is gone is looked at
    fresh.close()


def test_a_command_that_nobody_knows_is_looked_at(shop: StagedShop) -> None:
    found = shop.channel.finished(f"bulk {command_id('nobody knows')}", ["MUG-0001"])
    assert found is not None
    assert not (found.done or found.refused or found.failed)


def test_a_command_that_failed_by_the_vendors_fault_is_tried_again(shop: StagedShop) -> None:
    [mug] = mugs(shop, 1)
    shop.world.faults.add(Fault("job failed", "allegro", count=1))
    receipt = shop.channel.push([SetStock(mug.sku, mug, 5, backorders=False)])[0]
    shop.rest()
    finished = shop.channel.finished(receipt.job, [mug.sku])
    assert finished is not None and finished.failed is not None
    assert finished.again


def test_what_cannot_be_listed_is_refused_with_the_vendors_words(shop: StagedShop) -> None:
    [mug] = mugs(shop, 1)
    shop.operate("end_offer", sku=mug.sku)
    shop.operate("set_offer", sku=mug.sku, images=[])
    receipt = acts.told(shop, SetState(mug.sku, mug, "live"))
    assert receipt.outcome == "refused"
    assert "image" in receipt.words
    assert "picture" in receipt.next


def test_a_title_that_allegro_does_not_take_is_refused_alone(shop: StagedShop) -> None:
    one, two = mugs(shop, 2)
    changes = [SetTitle(one.sku, one, "Blue stoneware mug"), SetTitle(two.sku, two, "Mug")]
    receipts = acts.answered(shop, changes)
    assert [receipt.outcome for receipt in receipts] == ["done", "refused"]
    assert "title" in receipts[1].next


def test_an_edit_that_takes_a_while_is_asked_after(shop: StagedShop) -> None:
    [mug] = mugs(shop, 1)
    shop.world.faults.add(Fault("job slow", "allegro", count=1, seconds=60))
    receipt = shop.channel.push([SetTitle(mug.sku, mug, "Blue stoneware mug")])[0]
    assert receipt.outcome == "working"
    assert shop.channel.finished(receipt.job, [mug.sku]) is None
    busy = shop.channel.push([SetTitle(mug.sku, mug, "Red stoneware mug")])[0]
    assert (busy.outcome, busy.again) == ("refused", True)
    shop.rest()
    finished = shop.channel.finished(receipt.job, [mug.sku])
    assert finished is not None
    assert finished.done == {mug.sku}
    assert [x.shown.title for x in finished.listings] == ["Blue stoneware mug"]


def test_no_more_is_sent_than_allegro_grants(vendor: Scripted) -> None:
    vendor.answer = lambda _: said({"id": "x"}, 201)
    channel = vendor.connect()
    handles = {"marketplace": "allegro-pl", "currency": "PLN"}
    lamps = [
        Listing(f"LAMP-{n}", str(n), Shown("live", 48900, quantity=4), handles) for n in range(9500)
    ]
    for start in range(0, 9000, 500):
        told: list[Receipt] = channel.push(dearer(lamps[start : start + 500]))
        assert {receipt.outcome for receipt in told} == {"working"}
    before = len(vendor.sent)
    with pytest.raises(Throttled) as caught:
        channel.push(dearer(lamps[9000:]))
    assert len(vendor.sent) == before
    assert caught.value.retry_after_s == pytest.approx(500 / 150, abs=0.01)
    vendor.clock.time += timedelta(seconds=caught.value.retry_after_s)
    channel.push(dearer(lamps[9000:]))
