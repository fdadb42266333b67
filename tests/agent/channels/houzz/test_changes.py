"""Listings: what one call carries, what a refusal leaves done, and what a new listing needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.channels.houzz import changes, variants
from agent.errors import Lossy, OutcomeUnknown, Refused
from agent.model.change import (
    CreateListing,
    ListingChange,
    Receipt,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Details, Listing, Shown
from tests.agent.channels.scripted import Scripted, said
from tests.build import family, listing
from tests.contract import acts
from tests.contract.shops import StagedShop

SOFA = Details("Sofa", brand="Dąb", gtin="012345678905", category="Sofas", weight_g=21_500)


def changed(shelf: Listing, *, quantity: int, price: int) -> list[ListingChange]:
    shown = replace(shelf.shown, price=price)
    return [
        SetStock(shelf.sku, shelf, quantity, backorders=False),
        SetPrice(shelf.sku, shelf, shown),
    ]


def calls(shop: StagedShop) -> list[str]:
    return [request.url.params["method"] for request in shop.recorder.sent]


def outcomes(receipts: list[Receipt]) -> list[tuple[str, str]]:
    return [(type(receipt.change).__name__, receipt.outcome) for receipt in receipts]


@pytest.mark.parametrize("items", [1, 4, 12])
def test_price_and_stock_of_each_item_take_one_call(shop: StagedShop, items: int) -> None:
    shelves = [acts.drafted(shop, f"MUG-{n:02}") for n in range(items)]
    shop.recorder.sent.clear()
    for start in range(0, items, 4):
        shop.rest()
        asked = [x for s in shelves[start : start + 4] for x in changed(s, quantity=3, price=4290)]
        assert {receipt.outcome for receipt in shop.raw.push(asked)} == {"done"}
    assert calls(shop) == ["updateInventory"] * items


def test_a_refused_price_leaves_the_stock_done(shop: StagedShop) -> None:
    mug = acts.live(shop, "MUG-STONE")
    clock = acts.live(shop, "RETRO-CLOCK", quantity=14)
    shop.rest()
    bad = changed(clock, quantity=0, price=0)
    receipts = shop.raw.push([SetStock(mug.sku, mug, 3, backorders=False), *bad])
    assert outcomes(receipts) == [
        ("SetStock", "done"),
        ("SetStock", "done"),
        ("SetPrice", "refused"),
    ]
    assert receipts[2].words == "Invalid value for Price: 0.00 [2002]"
    assert receipts[2].next
    assert acts.afresh(shop, clock).shown.quantity == 0


def test_a_row_that_is_refused_whole_is_for_the_caller_to_part(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=14)
    bad = changed(clock, quantity=0, price=0)
    with pytest.raises(Refused, match="Invalid value for Price"):
        shop.channel.push(bad)
    assert [acts.told(shop, change).outcome for change in bad] == ["done", "refused"]


def test_a_listing_that_was_turned_down_says_what_a_clerk_can_do(shop: StagedShop) -> None:
    shop.world.dials["houzz"].turn({"job_s": None})
    clock = acts.drafted(shop, "RETRO-CLOCK")
    shop.operate("reject", sku=clock.sku, reason="The picture is blurred")
    seen = acts.afresh(shop, clock)
    assert seen.shown.state == "hidden"
    receipt = acts.told(shop, SetState(clock.sku, seen, "live"))
    assert (receipt.outcome, receipt.next) == ("refused", changes.REVIEWED)
    assert "The picture is blurred" in receipt.words


def test_what_people_keep_in_review_is_not_live_before_its_end(shop: StagedShop) -> None:
    shop.world.dials["houzz"].turn({"job_s": None})
    clock = acts.drafted(shop, "RETRO-CLOCK")
    told = acts.in_state(shop, clock, "live")
    assert told.shown.state == "hidden"  # New: no shopper sees it
    shop.operate("approve", sku=clock.sku)
    assert acts.afresh(shop, clock).shown.state == "live"


def test_a_reference_price_is_struck_through_only_while_it_is_wanted(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", price=12900)
    on_sale = acts.priced(shop, clock, price=9900, compare_at=12900)
    assert (on_sale.shown.price, on_sale.shown.compare_at) == (9900, 12900)
    dearer = acts.priced(shop, on_sale, price=13900)
    assert dearer.shown.compare_at is None
    cheaper = acts.priced(shop, dearer, price=8900)  # the old reference must not come back
    assert cheaper.shown.compare_at is None
    with shop.world.lock:
        assert shop.dialect.storefront.item(clock.sku).was is None


def test_the_title_is_changed_and_nothing_else(shop: StagedShop) -> None:
    receipt = acts.done(shop, CreateListing("SOFA-1", Shown("draft", 49900, quantity=5), SOFA))
    assert receipt.listing is not None
    before = body(shop, "SOFA-1")
    acts.done(shop, SetTitle("SOFA-1", receipt.listing, "Sofa & stool"))
    assert body(shop, "SOFA-1") == {**before, "Title": "Sofa & stool"}


def body(shop: StagedShop, sku: str) -> dict[str, Any]:
    """A listing as the vendor keeps it."""
    with shop.world.lock:
        found = shop.dialect.shelf.find(sku)  # type: ignore[attr-defined]
        return dict(found.body)


# -- new listings -----------------------------------------------------------------------------------


def test_a_new_listing_without_a_category_is_refused_before_anything_is_sent() -> None:
    shop = StagedShop("houzz", {"category": None})
    receipt = acts.told(shop, CreateListing("SOFA-1", Shown("draft", 49900, quantity=5), SOFA))
    assert (receipt.outcome, shop.recorder.sent) == ("refused", [])
    assert "categories" in receipt.next
    shop.close()


def test_what_the_shop_decides_is_told_with_a_new_listing() -> None:
    shop = StagedShop(
        "houzz", {"categories": {"Sofas": 14002}, "lead_days": (3, 7), "weight_unit": "kg"}
    )
    acts.done(shop, CreateListing("SOFA-1", Shown("draft", 49900, quantity=5), SOFA))
    found = body(shop, "SOFA-1")
    shop.close()
    assert (found["CategoryId"], found["UPC"], found["Manufacturer"]) == (
        14002,
        "012345678905",
        "Dąb",
    )
    assert found["ShippingDetails"] == {"LeadTimeMin": 3, "LeadTimeMax": 7}
    assert found["ProductSpec"] == {"Weight": "21.5", "WeightUnit": "kg"}
    assert found["Status"] == "Inactive"


def test_a_sku_that_is_there_already_is_taken_as_it_is(shop: StagedShop) -> None:
    there = acts.live(shop, "RETRO-CLOCK", price=12900)
    news = CreateListing(there.sku, Shown("draft", 9900, quantity=1), Details("Clock"))
    receipt = acts.told(shop, news)
    assert (receipt.outcome, receipt.again) == ("refused", True)
    assert receipt.listing == there


def test_a_new_listing_that_shows_at_once_is_hidden_again(scripted: Scripted) -> None:
    shown = {"SKU": "SOFA-1", "Title": "Sofa", "Status": "Active", "Price": "499.00"}
    scripted.answer = lambda _: said({"Ack": "Success", "Listing": shown})
    news = CreateListing("SOFA-1", Shown("draft", 49900, quantity=5), SOFA)
    [receipt] = scripted.connect().push([news])
    assert receipt.listing is not None
    assert (receipt.outcome, receipt.listing.shown.state) == ("done", "hidden")
    assert receipt.words == "Houzz showed it at once; it was hidden again"
    assert b"<Status>inactive</Status>" in scripted.sent[-1].content


# -- variants ---------------------------------------------------------------------------------------


def creation(sku: str, *siblings: Listing) -> CreateListing:
    shown = Shown("draft", 12900, quantity=3)
    return CreateListing(sku, shown, Details("Oak shelf"), family(), siblings)


def test_a_parent_is_made_once_and_woken_with_its_first_variant(shop: StagedShop) -> None:
    first = acts.done(shop, creation("OAK-SHELF-60-N")).listing
    assert first is not None
    second = acts.done(shop, creation("OAK-SHELF-60-S", first)).listing
    assert second is not None
    assert calls(shop).count("addListing") == 3
    assert body(shop, "OAK-SHELF")["Status"] == "Inactive"
    live = [SetState(x.sku, x, "live") for x in (first, second)]
    shop.rest()
    assert {r.outcome for r in shop.channel.push(live)} == {"done"}
    assert body(shop, "OAK-SHELF")["Status"] == "Active"
    assert "OAK-SHELF" not in {x.sku for x in shop.channel.listings()}
    with shop.world.lock:
        assert shop.dialect.storefront.item(second.sku).availability == "in stock"


def test_a_parent_whose_answer_was_lost_is_found_again(shop: StagedShop) -> None:
    shop.fail_write("timeout after")
    with pytest.raises(OutcomeUnknown):
        shop.channel.push([creation("OAK-SHELF-60-N")])
    shop.rest()
    acts.done(shop, creation("OAK-SHELF-60-N"))
    assert calls(shop).count("addListing") == 2


def test_a_variant_does_not_join_one_that_stands_alone(shop: StagedShop) -> None:
    alone = acts.drafted(shop, "OAK-SHELF-60-N")
    receipt = acts.told(shop, creation("OAK-SHELF-60-S", alone))
    assert receipt.outcome == "refused"
    assert receipt.words == "its family is not on one page at Houzz (OAK-SHELF-60-N)"


def test_a_variant_does_not_join_a_page_about_other_choices(shop: StagedShop) -> None:
    wood = family(axes="Wood Length")
    first = replace(creation("OAK-SHELF-60-N"), family=wood)
    made = acts.done(shop, first).listing
    assert made is not None
    receipt = acts.told(shop, creation("OAK-SHELF-60-S", made))
    assert receipt.outcome == "refused"
    assert receipt.words == 'its page OAK-SHELF is about "Wood, Length", not "Color, Size"'


def test_the_code_of_a_family_may_not_be_the_sku_of_a_listing(shop: StagedShop) -> None:
    acts.drafted(shop, "OAK-SHELF")
    receipt = acts.told(shop, creation("OAK-SHELF-60-N"))
    assert receipt.outcome == "refused"
    assert "is the sku of a listing" in receipt.words


def test_the_parent_has_another_sku_when_a_variant_has_the_familys_code() -> None:
    page = family("OAK-SHELF: Oak / 1", "A-2: Ash / 1")
    assert variants.parent_sku(page) == "OAK-SHELF-page"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (family("A-1: Oak / 1", "A-2: Ash / 1", axes="Wood,oil Size"), '"Wood,oil" has one'),
        (family("A-1: Oak / 1", "A-2: Ash / 1", axes="Colour color"), "two of these choices"),
        (family("A-1: Oak / 1", "A-2: oak  / 1"), "A-1 and A-2 are both oak"),
        (family("A-1: Oak / ", "A-2: Ash / 1"), "A-1 has an empty choice"),
    ],
    ids=["comma", "one word", "alike", "empty"],
)
def test_a_family_that_houzz_would_mistake_is_refused_with_the_reason(
    page: Any, reason: str
) -> None:
    with pytest.raises(Lossy) as refused:
        variants.project(page)
    assert reason in refused.value.what
    assert refused.value.next


def test_a_listing_of_another_case_is_not_taken_for_ours(scripted: Scripted) -> None:
    shown = {"SKU": "sofa-1", "Status": "Active"}
    scripted.answer = lambda _: said({"Ack": "Success", "Listing": shown})
    assert scripted.connect().find(["SOFA-1"]) == []


def test_characters_that_xml_cannot_carry_are_left_out(scripted: Scripted) -> None:
    news = CreateListing("A&B", Shown("draft", 100, quantity=1), Details("<Sofa>\x0b & \x00stool"))
    scripted.connect().push([news])
    assert b"<SKU>A&amp;B</SKU>" in scripted.sent[0].content
    assert b"<Title>&lt;Sofa&gt; &amp; stool</Title>" in scripted.sent[0].content


def test_nothing_is_sent_before_all_of_a_request_may_be(scripted: Scripted) -> None:
    channel = scripted.connect()
    shelves = [listing(f"MUG-{n}") for n in range(4)]
    asked = [SetStock(x.sku, x, 3, backorders=False) for x in shelves]
    channel.push(asked)
    with pytest.raises(Exception, match="calls a second"):
        channel.push(asked)
    assert len(scripted.sent) == 4
