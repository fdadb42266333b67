"""Listings: how many requests changes take, what a refusal leaves done, zero and back, whole documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.errors import OutcomeUnknown, Throttled
from agent.model.change import ListingChange, Receipt, SetPrice, SetState, SetStock, SetTitle
from agent.model.listing import Listing
from tests.agent.channels.etsy.conftest import asked
from tests.contract import acts
from tests.contract.shops import StagedShop


def on_the_shelf(shop: StagedShop, sku: str, pieces: int = 14) -> Listing:
    """A listing that people have put up, active, as the agent sees it."""
    shop.operate("make_listing", sku=sku, price="129.00", quantity=pieces)
    [found] = shop.channel.find([sku])
    return found


def stock(seen: Listing, pieces: int) -> SetStock:
    return SetStock(seen.sku, seen, pieces, backorders=False)


def price(seen: Listing, minor: int) -> SetPrice:
    return SetPrice(seen.sku, seen, replace(seen.shown, price=minor))


def live(seen: Listing) -> SetState:
    return SetState(seen.sku, seen, "live")


def outcomes(receipts: list[Receipt]) -> list[str]:
    return [receipt.outcome for receipt in receipts]


def pushed(shop: StagedShop, *changes: ListingChange) -> list[Receipt]:
    """The receipts, and only what was asked for them in the recorder."""
    shop.rest()
    shop.recorder.sent.clear()
    return shop.raw.push(changes)


def kept(shop: StagedShop, sku: str) -> dict[str, Any]:
    """The listing as the vendor keeps it."""
    with shop.world.lock:
        [found] = [
            d
            for d in shop.dialect.shop.all("listing")
            if any(p["sku"] == sku for p in d.body["inventory"]["products"])
        ]
        body: dict[str, Any] = found.body
    return body


def test_price_and_stock_take_one_write_each_after_one_read_of_all(shop: StagedShop) -> None:
    seen = [on_the_shelf(shop, f"MUG-{n}") for n in range(4)]
    changes = [x for mug in seen for x in (stock(mug, 3), price(mug, 4290))]
    assert outcomes(pushed(shop, *changes)) == ["done"] * 8
    assert asked(shop) == ["GET listings/batch/inventory", *["PUT listings/inventory"] * 4]


def test_what_the_second_has_no_room_for_is_not_sent_and_not_read_again(
    shop: StagedShop,
) -> None:
    seen = [on_the_shelf(shop, f"MUG-{n:02}") for n in range(25)]
    left: list[ListingChange] = [stock(mug, 3) for mug in seen]
    receipts = pushed(shop, *left)
    assert outcomes(receipts) == ["done"] * 9 + ["unsent"] * 16
    left = left[9:]
    with pytest.raises(Throttled) as caught:
        shop.raw.push(left)
    assert caught.value.retry_after_s == 1.0
    for _ in range(2):
        shop.pass_time(timedelta(seconds=1.001))
        receipts = shop.raw.push(left)
        left = [r.change for r in receipts if r.outcome == "unsent"]  # type: ignore[misc]
    assert left == []
    assert asked(shop).count("GET listings/batch/inventory") == 1
    assert asked(shop).count("PUT listings/inventory") == 25


def test_a_bad_price_leaves_the_stock_done_and_spoils_no_other(shop: StagedShop) -> None:
    clock, mug = on_the_shelf(shop, "RETRO-CLOCK"), on_the_shelf(shop, "MUG-STONE")
    receipts = pushed(shop, price(clock, 5), stock(clock, 3), stock(mug, 4))
    assert outcomes(receipts) == ["refused", "done", "done"]
    assert "must be at least 0.20" in receipts[0].words
    assert receipts[0].next
    assert acts.afresh(shop, clock).shown.quantity == 3


def test_the_last_piece_is_taken_off_by_one_request_beside_the_read(shop: StagedShop) -> None:
    clock = on_the_shelf(shop, "RETRO-CLOCK", 5)
    assert outcomes(pushed(shop, stock(clock, 0), SetState(clock.sku, clock, "hidden"))) == [
        "done",
        "done",
    ]
    assert asked(shop) == ["GET listings/batch/inventory", "PATCH shops/listings"]
    assert kept(shop, clock.sku)["state"] == "inactive"


def test_what_is_inactive_comes_back_with_its_pieces_and_without_a_fee(shop: StagedShop) -> None:
    clock = on_the_shelf(shop, "RETRO-CLOCK", 5)
    [gone] = pushed(shop, stock(clock, 0))
    assert gone.listing is not None
    ending = kept(shop, clock.sku)["ending"]
    assert outcomes(pushed(shop, stock(gone.listing, 8), live(gone.listing))) == ["done", "done"]
    assert asked(shop)[1:] == ["PUT listings/inventory", "PATCH shops/listings"]
    assert acts.afresh(shop, clock).shown.quantity == 8
    assert kept(shop, clock.sku)["ending"] == ending


def test_what_sold_out_is_renewed_first_and_stocked_after_that(shop: StagedShop) -> None:
    clock = on_the_shelf(shop, "RETRO-CLOCK", 1)
    shop.buy({clock.sku: 1})
    gone = acts.afresh(shop, clock)
    assert (gone.shown.state, gone.shown.quantity) == ("hidden", 0)
    receipts = pushed(shop, stock(gone, 8), live(gone), price(gone, 9900))
    assert outcomes(receipts) == ["done"] * 3
    assert asked(shop)[1:] == ["PATCH shops/listings", "PUT listings/inventory"]
    now = acts.afresh(shop, clock).shown
    assert (now.state, now.quantity, now.price) == ("live", 8, 9900)


def test_the_price_of_what_sold_out_can_be_set_and_it_stays_sold_out(shop: StagedShop) -> None:
    clock = on_the_shelf(shop, "RETRO-CLOCK", 1)
    shop.buy({clock.sku: 1})
    gone = acts.afresh(shop, clock)
    assert outcomes(pushed(shop, price(gone, 9900))) == ["done"]
    assert acts.afresh(shop, clock).shown.price == 9900
    assert shop.dialect.storefront.item(clock.sku).availability == "sold out"


def test_nothing_goes_live_without_pieces(shop: StagedShop) -> None:
    clock = on_the_shelf(shop, "RETRO-CLOCK", 1)
    shop.buy({clock.sku: 1})
    [as_believed] = pushed(shop, live(clock))
    assert (as_believed.outcome, as_believed.again) == ("refused", True)  # it had one: look
    [as_known] = pushed(shop, live(acts.afresh(shop, clock)))
    assert (as_known.outcome, as_known.again) == ("refused", False)
    assert as_known.words == "Etsy does not show for sale what has no pieces"
    assert as_known.next


def test_more_than_etsy_takes_is_told_as_so_many(shop: StagedShop) -> None:
    screws = on_the_shelf(shop, "SCREW-M4")
    assert outcomes(pushed(shop, stock(screws, 25_000))) == ["done"]
    assert acts.afresh(shop, screws).shown.quantity == 999


def test_a_title_travels_with_the_state(shop: StagedShop) -> None:
    clock = acts.drafted(shop, "RETRO-CLOCK")
    receipts = pushed(shop, SetTitle(clock.sku, clock, "Clock"), live(clock))
    assert outcomes(receipts) == ["done", "done"]
    assert asked(shop) == ["GET listings/batch/inventory", "PATCH shops/listings"]
    assert acts.afresh(shop, clock).shown.title == "Clock"


def test_a_draft_loses_our_mark_when_shoppers_come_to_read_it(shop: StagedShop) -> None:
    clock = acts.drafted(shop, "RETRO-CLOCK")
    assert kept(shop, clock.sku)["description"].endswith("\n\nSKU: RETRO-CLOCK")
    pushed(shop, live(clock))
    assert kept(shop, clock.sku)["description"] == "Keeps time.\nTicks <softly>."


def test_what_cannot_go_live_keeps_what_was_set_beside(shop: StagedShop) -> None:
    clock = acts.drafted(shop, "RETRO-CLOCK")
    body = kept(shop, clock.sku)
    body["images"].clear()
    with shop.world.lock:
        document = shop.dialect.shop.get("listing", int(clock.external_id))
        assert document is not None
        document.body["images"] = []
        shop.dialect.store.put_listing(document)  # type: ignore[attr-defined]
    receipts = pushed(shop, stock(clock, 9), live(clock))
    assert outcomes(receipts) == ["done", "refused"]
    assert "at least one image" in receipts[1].words
    assert receipts[1].next.startswith("give the listing a picture in Shop Manager")


def test_a_frozen_listing_is_refused_in_etsys_words(shop: StagedShop) -> None:
    clock = on_the_shelf(shop, "RETRO-CLOCK")
    shop.operate("freeze_listing", sku=clock.sku)
    [receipt] = pushed(shop, SetState(clock.sku, clock, "hidden"))
    assert receipt.outcome == "refused"
    assert "frozen" in receipt.words
    assert receipt.next == "look at the listing in Shop Manager: Etsy has stopped it"


def test_what_people_changed_meanwhile_is_not_wiped(shop: StagedShop) -> None:
    clock = on_the_shelf(shop, "RETRO-CLOCK")
    shop.operate("edit_listing", sku=clock.sku, price="150.00")
    assert outcomes(pushed(shop, stock(clock, 3))) == ["done"]
    now = acts.afresh(shop, clock).shown
    assert (now.quantity, now.price) == (3, 15000)


def test_what_goes_wrong_after_a_success_is_told_of_what_it_befell(shop: StagedShop) -> None:
    seen = [on_the_shelf(shop, f"MUG-{n}") for n in range(3)]
    writes = iter(range(9))

    def second_fails() -> None:
        if next(writes) == 1:
            shop.fail("timeout after")
        shop.recorder.before_write = second_fails

    shop.recorder.before_write = second_fails
    assert outcomes(pushed(shop, *[stock(x, 3) for x in seen])) == ["done", "in_doubt", "unsent"]


def test_a_first_write_without_an_answer_is_the_whole_calls(shop: StagedShop) -> None:
    mug, clock = on_the_shelf(shop, "MUG-STONE"), on_the_shelf(shop, "RETRO-CLOCK")
    shop.rest()
    shop.fail_write("timeout after")
    with pytest.raises(OutcomeUnknown):
        shop.raw.push([stock(mug, 4), stock(clock, 4)])
    assert acts.afresh(shop, clock).shown.quantity == 14
