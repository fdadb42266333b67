"""How each vendor is told of a page of variants, and which pages are refused with what reason."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from agent import channels
from agent.channels.shopify import pages as shopify
from agent.channels.woocommerce import pages as woocommerce
from agent.errors import Lossy
from agent.model.change import CreateListing
from agent.model.listing import Details, Listing, Shown
from tests.agent.channels.golden_variants import golden, projected
from tests.build import family
from tests.contract.shops import StagedShop

KNOWN = [vendor for vendor in channels.names() if golden(vendor).exists()]
FOUR = family(
    "A-1: Oak / 60 / Oiled / Left", "A-2: Ash / 60 / Oiled / Left", axes="Wood W Finish Side"
)


@pytest.mark.parametrize("vendor", KNOWN)
def test_a_family_is_told_as_its_golden_file_says(vendor: str) -> None:
    assert projected(vendor) == json.loads(golden(vendor).read_text(encoding="utf-8"))


def test_shopify_takes_three_choices() -> None:
    with pytest.raises(Lossy) as refused:
        channels.projected("shopify", FOUR)
    assert str(refused.value).splitlines() == [
        "error  shopify has 3 choices for a page at most, OAK-SHELF has 4 (Wood, W, Finish, Side)",
        "at     family OAK-SHELF",
        "next   map fewer axes in the feed's columns, or split the family in the ERP",
    ]


def test_shopify_takes_2048_variants() -> None:
    many = family(*(f"A-{n}: Oak / {n} mm" for n in range(2049)))
    with pytest.raises(Lossy, match="shopify has 2048 variants for a page at most"):
        channels.projected("shopify", many)


def test_shopify_takes_255_characters() -> None:
    with pytest.raises(Lossy, match="shopify takes 255 characters for a choice, not 256"):
        shopify.project(family(f"A-1: Oak / {'x' * 256}", "A-2: Ash / 1"))


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (family("A-1: Oak|Ash / 1", "A-2: Ash / 1"), '"Oak|Ash" has one'),
        (family("A-1: Oak / 1", "A-2: Ash / 1", axes="Size size!"), '"Size" and "size!"'),
    ],
    ids=["bar", "alike"],
)
def test_woocommerce_refuses_what_it_would_mistake(page: object, reason: str) -> None:
    with pytest.raises(Lossy) as refused:
        woocommerce.project(page)  # type: ignore[arg-type]
    assert reason in refused.value.what


def test_woocommerce_takes_as_many_choices_as_there_are() -> None:
    told = channels.projected("woocommerce", FOUR)
    assert [one["name"] for one in told["parent"]["attributes"]] == list(FOUR.axes)


def test_a_parent_is_never_found_by_a_variations_sku() -> None:
    page = family("OAK-SHELF: Oak / 1", "A-2: Ash / 1")
    assert woocommerce.parent_sku(page) == "OAK-SHELF-page"


def creations(
    siblings: Sequence[Listing] = (), *skus: str, axes: str = "Colour Size"
) -> list[CreateListing]:
    page = family(axes=axes)
    return [
        CreateListing(sku, Shown("draft", 12900, quantity=3), Details(sku), page, tuple(siblings))
        for sku in skus or page.variants
    ]


@pytest.mark.parametrize("vendor", ["shopify", "woocommerce"])
def test_a_variant_does_not_join_one_that_stands_alone(vendor: str) -> None:
    shop = StagedShop(vendor)
    first, second, *_ = creations()
    alone = CreateListing(first.sku, first.shown, first.details)
    [made] = shop.channel.push([alone])
    assert made.listing is not None
    [receipt] = shop.channel.push(creations([made.listing], second.sku))
    shop.close()
    assert receipt.outcome == "refused"
    assert receipt.words.startswith(f"{first.sku} of its family is a ")
    assert receipt.next


@pytest.mark.parametrize("vendor", ["shopify", "woocommerce"])
def test_a_variant_does_not_join_a_page_of_other_choices(vendor: str) -> None:
    shop = StagedShop(vendor)
    made = [
        r.listing for r in shop.channel.push(creations((), "OAK-SHELF-60-N", axes="Wood Width"))
    ]
    listings = [listing for listing in made if listing is not None]
    [receipt] = shop.channel.push(creations(listings, "OAK-SHELF-60-S"))
    shop.close()
    assert receipt.outcome == "refused", receipt


def test_a_family_of_many_takes_one_request_for_its_product_at_shopify() -> None:
    shop = StagedShop("shopify")
    before = shop.writes()
    assert {r.outcome for r in shop.channel.push(creations())} == {"done"}
    assert shop.writes() - before == 1
    shop.close()


def test_a_family_of_many_takes_two_requests_at_woocommerce() -> None:
    shop = StagedShop("woocommerce")
    before = shop.writes()
    assert {r.outcome for r in shop.channel.push(creations())} == {"done"}
    assert shop.writes() - before == 2  # the parent, its variations
    shop.close()


def test_a_parent_whose_answer_was_lost_is_found_again_at_woocommerce() -> None:
    shop = StagedShop("woocommerce")
    connection = shop.raw._c  # type: ignore[attr-defined]
    made = woocommerce.parents(connection, creations())
    again = woocommerce.parents(connection, creations())
    shop.close()
    assert made == again
    assert list(made.states.values()) == ["draft"]


def test_attributes_that_people_gave_a_parent_stay_when_it_is_widened() -> None:
    page = family()
    row = {
        "attributes": [
            {"id": 0, "name": "colour", "variation": True, "options": ["Natural", "Black"]},
            {"id": 7, "name": "Brand", "variation": False, "options": ["Dąb"]},
            {"id": 0, "name": "Size", "variation": True, "options": ["60 cm", "80 cm"]},
        ]
    }
    assert woocommerce.widened(page, row) == [
        {"name": "colour", "variation": True, "options": ["Natural", "Black", "Smoked"]},
        {"id": 7, "variation": False, "options": ["Dąb"]},
        {"name": "Size", "variation": True, "options": ["60 cm", "80 cm"]},
    ]
