"""Pages of variants: each has stock of its own, sells out by itself, and people's work on them stays."""

from __future__ import annotations

from typing import Any

import pytest

from agent import channels
from agent.errors import Lossy, OutcomeUnknown
from agent.model.change import CreateListing, SetState, SetTitle
from agent.model.family import Family
from agent.model.listing import Details, Listing, Shown
from tests.agent.channels.etsy.conftest import asked
from tests.agent.channels.etsy.test_changes import kept, outcomes, pushed, stock
from tests.build import family
from tests.contract import acts
from tests.contract.shops import StagedShop

NAMES = list(family().variants)


def creations(
    shop: StagedShop, page: Family, *skus: str, siblings: tuple[Listing, ...] = ()
) -> list[CreateListing]:
    shown = Shown("draft", 12900, quantity=3)
    return [
        CreateListing(sku, shown, Details(sku, image=acts.picture(shop)), page, siblings)
        for sku in skus or page.variants
    ]


def shelves(shop: StagedShop) -> list[Listing]:
    """Four shelves on one page, live, three pieces each."""
    shop.rest()
    shop.channel.check()
    made = [r.listing for r in shop.channel.push(creations(shop, family())) if r.listing]
    receipts = pushed(shop, *[SetState(one.sku, one, "live") for one in made])
    assert outcomes(receipts) == ["done"] * 4, receipts
    return [receipt.listing for receipt in receipts if receipt.listing]


def shown(shop: StagedShop, page: list[Listing]) -> list[tuple[str, int | None]]:
    return [(x.shown.state, x.shown.quantity) for x in shop.channel.look(page)]


def test_a_page_is_made_by_three_requests(shop: StagedShop) -> None:
    shop.channel.check()
    shop.channel.push([CreateListing("MUG", Shown("draft", 4290, quantity=1), Details("Mug"))])
    shop.rest()
    shop.recorder.sent.clear()
    assert outcomes(shop.raw.push(creations(shop, family()))) == ["done"] * 4
    assert asked(shop) == [
        "POST shops/listings",
        "PUT listings/inventory",
        "POST shops/listings/images",
    ]


def test_variants_never_share_stock(shop: StagedShop) -> None:
    page = shelves(shop)
    ids = kept(shop, NAMES[0])["inventory"]["quantity_on"]
    assert ids == [513, 514]
    shop.buy({NAMES[0]: 1})
    assert [pieces for _, pieces in shown(shop, page)] == [2, 3, 3, 3]


def test_one_variant_at_zero_is_sold_out_while_the_others_sell(shop: StagedShop) -> None:
    page = shelves(shop)
    first = page[0]
    receipts = pushed(shop, stock(first, 0), SetState(first.sku, first, "hidden"))
    assert outcomes(receipts) == ["done", "done"]
    assert asked(shop) == ["GET listings/batch/inventory", "PUT listings/inventory"]
    assert shown(shop, page)[0] == ("hidden", 0)
    assert shop.dialect.storefront.item(first.sku).availability == "sold out"
    assert shop.dialect.storefront.item(NAMES[1]).availability == "in stock"


def test_a_variant_that_is_hidden_with_pieces_is_switched_off(shop: StagedShop) -> None:
    page = shelves(shop)
    assert outcomes(pushed(shop, SetState(page[1].sku, page[1], "hidden"))) == ["done"]
    assert shop.dialect.storefront.item(NAMES[1]).availability == "gone"
    [back] = pushed(shop, SetState(page[1].sku, page[1], "live"))
    assert back.outcome == "done"
    assert shop.dialect.storefront.item(NAMES[1]).availability == "in stock"


def test_a_page_all_at_zero_leaves_the_shelf_and_comes_back_with_what_has_pieces(
    shop: StagedShop,
) -> None:
    page = shelves(shop)
    receipts = pushed(shop, *[stock(x, 0) for x in page])
    assert outcomes(receipts) == ["done"] * 4
    assert kept(shop, NAMES[0])["state"] == "inactive"
    assert {state for state, _ in shown(shop, page)} == {"hidden"}
    last = page[3]  # and not the one whose piece rests
    receipts = pushed(shop, stock(last, 5), SetState(last.sku, last, "live"))
    assert outcomes(receipts) == ["done", "done"]
    assert shown(shop, page) == [("hidden", 0), ("hidden", 0), ("hidden", 0), ("live", 5)]


def test_a_page_that_sold_out_gives_its_renewed_piece_to_nobody_else(shop: StagedShop) -> None:
    page = shelves(shop)
    for one in page:
        shop.buy({one.sku: 3})
    assert kept(shop, NAMES[0])["state"] == "sold_out"
    last = shop.channel.look(page)[3]
    receipts = pushed(shop, stock(last, 5), SetState(last.sku, last, "live"))
    assert outcomes(receipts) == ["done", "done"]
    assert asked(shop)[1:] == [
        "PUT listings/inventory",
        "PATCH shops/listings",
        "PUT listings/inventory",
    ]
    assert shown(shop, page) == [("hidden", 0), ("hidden", 0), ("hidden", 0), ("live", 5)]


def test_a_draft_shows_only_those_that_somebody_let_go_live(shop: StagedShop) -> None:
    shop.channel.check()
    made = [r.listing for r in shop.channel.push(creations(shop, family())) if r.listing]
    assert outcomes(pushed(shop, SetState(made[2].sku, made[2], "live"))) == ["done"]
    assert [state for state, _ in shown(shop, made)] == ["hidden", "hidden", "live", "hidden"]


def test_what_joins_a_live_page_is_not_seen_yet(shop: StagedShop) -> None:
    shop.channel.check()
    two = family(*(f"{n}: {' / '.join(family().choices(n))}" for n in NAMES[:2]))
    made = [r.listing for r in shop.channel.push(creations(shop, two)) if r.listing]
    pushed(shop, *[SetState(x.sku, x, "live") for x in made])
    shop.rest()
    news = creations(shop, family(), NAMES[2], siblings=tuple(made))
    [receipt] = shop.channel.push(news)
    assert receipt.listing is not None
    assert receipt.listing.shown.state == "hidden"
    assert shop.dialect.storefront.item(NAMES[2]).availability == "gone"


def test_what_people_put_on_a_page_stays(shop: StagedShop) -> None:
    page = shelves(shop)
    with shop.world.lock:
        document = shop.dialect.shop.get("listing", int(page[0].external_id.partition("/")[0]))
        assert document is not None
        rows = document.body["inventory"]["products"]
        value = {**rows[0]["values"][1], "values": ["120 cm"], "value_ids": [9]}
        own: dict[str, Any] = {
            **rows[0],
            "sku": "",
            "id": 99,
            "values": [rows[0]["values"][0], value],
        }
        rows.append(own)
        shop.dialect.store.put_listing(document)  # type: ignore[attr-defined]
    assert outcomes(pushed(shop, stock(page[1], 7))) == ["done"]
    sizes = [p["values"][1]["values"] for p in kept(shop, NAMES[0])["inventory"]["products"]]
    assert ["120 cm"] in sizes


def test_a_title_is_that_of_the_page(shop: StagedShop) -> None:
    page = shelves(shop)
    [receipt] = pushed(shop, SetTitle(page[0].sku, page[0], "Another"))
    assert receipt.outcome == "refused"
    assert receipt.next


def test_a_variant_does_not_join_one_that_stands_alone(shop: StagedShop) -> None:
    shop.channel.check()
    alone = CreateListing(NAMES[0], Shown("draft", 12900, quantity=3), Details("Shelf"))
    made = shop.channel.push([alone])[0].listing
    assert made is not None
    shop.rest()
    [receipt] = shop.channel.push(creations(shop, family(), NAMES[1], siblings=(made,)))
    assert receipt.outcome == "refused"
    assert receipt.words == f"{NAMES[0]} of its family is a listing without variations at Etsy"
    assert receipt.next


def test_a_variant_does_not_join_a_page_of_other_choices(shop: StagedShop) -> None:
    page = shelves(shop)
    shop.rest()
    other = family("A-1: Oak / 60", axes="Wood Width")
    [receipt] = shop.channel.push(creations(shop, other, siblings=tuple(page)))
    assert receipt.outcome == "refused"
    assert receipt.words == "the listing at Etsy varies by Colour, Size, not by Wood, Width"


def test_etsy_takes_two_choices() -> None:
    with pytest.raises(Lossy, match="etsy has 2 choices for a page at most"):
        channels.projected("etsy", family("A-1: Oak / 60 / Oiled", axes="Wood W Finish"))


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (family("A-1: Oak(ed) / 1"), 'etsy takes no parentheses in a choice: "Oak(ed)"'),
        (
            family("A-1: Oak / 1", "A-2: OAK / 2"),
            'etsy takes "Oak" and "OAK" for one choice',
        ),
    ],
    ids=["parentheses", "alike"],
)
def test_etsy_refuses_what_it_would_mistake(page: Family, reason: str) -> None:
    with pytest.raises(Lossy) as refused:
        channels.projected("etsy", page)
    assert refused.value.what == reason


def test_a_page_whose_answer_was_lost_is_finished_when_its_variants_come_again(
    shop: StagedShop,
) -> None:
    shop.channel.check()
    shop.fail_write("timeout after")
    with pytest.raises(OutcomeUnknown):
        shop.channel.push(creations(shop, family()))
    found = shop.channel.find(NAMES)
    assert [x.sku for x in found] == NAMES[:1]
    shop.rest()
    receipts = shop.channel.push(creations(shop, family(), *NAMES[1:], siblings=tuple(found)))
    assert outcomes(receipts) == ["done"] * 3
    assert [x.sku for x in shop.channel.find(NAMES)] == NAMES
