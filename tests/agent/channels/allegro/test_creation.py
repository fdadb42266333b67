"""New offers: what a shop must decide, what is found out, and that there is never a second of one sku."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from agent import channels
from agent.channels.allegro import project
from agent.errors import Lossy
from agent.model.change import CreateListing
from agent.model.family import Family
from agent.model.listing import Details, Shown
from simulator.channels import Goods
from tests.agent.channels.scripted import Scripted, said
from tests.build import family
from tests.contract import acts
from tests.contract.shops import StagedShop

SHELF = Details(
    "Solid oak shelf",
    description="Solid oak.\n\nOiled <twice> & waxed.",
    brand="Dąb",
    category="Shelves",
    image="https://pictures.example/shelf.jpg",
)


def news(details: Details = SHELF, sku: str = "OAK-SHELF-80", **more: Any) -> CreateListing:
    """A shelf at 249.00 of which there are six."""
    return CreateListing(sku, Shown("draft", 24900, quantity=6), details, **more)


def body_of(shop: StagedShop) -> dict[str, Any]:
    """What was sent to make the newest offer."""
    made = [r for r in shop.recorder.sent if r.method == "POST" and "product-offers" in r.url.path]
    found: dict[str, Any] = json.loads(made[-1].content)
    return found


def test_an_offer_says_all_that_is_known_of_it() -> None:
    settings = {
        "categories": {"Shelves": 257687},
        "parameters": {"Stan": "Nowy"},
        "handling_time": "P2D",
        "shipping_rates": "standard",
        "producer": "Dąb sp. z o.o.",
        "safety": "Keep away from fire.",
    }
    shop = StagedShop("allegro", settings)
    acts.done(shop, news())
    body = body_of(shop)
    rates = body["delivery"].pop("shippingRates")["id"]
    assert rates == shop.dialect.store.given("defaults")["shippingRates"]
    assert {name: set(value) for name, value in body.pop("afterSalesServices").items()} == {
        name: {"id"} for name in ("returnPolicy", "impliedWarranty", "warranty")
    }
    assert body == {
        "name": "Solid oak shelf",
        "external": {"id": "OAK-SHELF-80"},
        "category": {"id": "257687"},
        "productSet": [
            {
                "product": {
                    "name": "Solid oak shelf",
                    "category": {"id": "257687"},
                    "parameters": [{"name": "Marka", "values": ["Dąb"]}],
                    "images": ["https://pictures.example/shelf.jpg"],
                },
                "quantity": {"value": 1},
                "responsibleProducer": {"type": "NAME", "name": "Dąb sp. z o.o."},
                "safetyInformation": {"type": "TEXT", "description": "Keep away from fire."},
            }
        ],
        "stock": {"available": 6, "unit": "UNIT"},
        "sellingMode": {"format": "BUY_NOW", "price": {"amount": "249.00", "currency": "PLN"}},
        "publication": {"status": "INACTIVE"},
        "payments": {"invoice": "VAT"},
        "images": ["https://pictures.example/shelf.jpg"],
        "description": {
            "sections": [
                {
                    "items": [
                        {
                            "type": "TEXT",
                            "content": "<p>Solid oak.</p><p>Oiled &lt;twice&gt; &amp; waxed.</p>",
                        }
                    ]
                }
            ]
        },
        "parameters": [{"name": "Stan", "values": ["Nowy"]}],
        "delivery": {"handlingTime": "P2D"},
        "taxSettings": {"rates": [{"rate": "23.00", "countryCode": "PL"}], "subject": "GOODS"},
    }
    shop.close()


def test_without_a_category_nothing_is_guessed() -> None:
    shop = StagedShop("allegro", {"category": None})
    receipt = acts.told(shop, news())
    assert receipt.outcome == "refused"
    assert "category" in receipt.words
    assert "`category`" in receipt.next
    assert shop.channel.find(["OAK-SHELF-80"]) == []
    shop.close()


def test_a_product_of_the_catalogue_is_sold_as_that(shop: StagedShop) -> None:
    gtin = acts.gtin("OAK-SHELF-80")
    acts.done(shop, news(replace(SHELF, gtin=gtin)))
    [listing] = shop.channel.find(["OAK-SHELF-80"])
    described = body_of(shop)["productSet"][0]["product"]
    assert {"name": "EAN (GTIN)", "values": [gtin]} in described["parameters"]
    acts.done(shop, news(replace(SHELF, gtin=gtin), "OAK-SHELF-80-B"))
    assert set(body_of(shop)["productSet"][0]["product"]) == {"id"}
    assert listing.shown.state == "hidden"


def test_what_the_account_has_twice_must_be_named(vendor: Scripted) -> None:
    rates = [{"id": "r-1", "name": "Courier"}, {"id": "r-2", "name": "Lockers"}]

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        found: dict[str, Any] = {"offers": [], "totalCount": 0}
        if path == "/sale/shipping-rates":
            found = {"shippingRates": rates}
        elif path == "/me":
            found = {"id": "1", "login": "seller", "baseMarketplace": {"id": "allegro-pl"}}
        elif path == "/marketplaces":
            base = {"currencies": {"base": {"code": "PLN"}}}
            found = {"marketplaces": [{"id": "allegro-pl", **base}]}
        return said(found)

    vendor.answer = answer
    [receipt] = vendor.connect(category=257687).push([news()])
    assert receipt.outcome == "refused"
    assert receipt.words == "the account has more than one table of shipping rates"
    assert receipt.next == "set `shipping_rates` in tally.yaml to one of: Courier, Lockers"
    [receipt] = vendor.connect(category=257687, shipping_rates="Pigeons").push([news()])
    assert 'no table of shipping rates "Pigeons"' in receipt.words
    assert not [r for r in vendor.sent if r.method == "POST" and "offers" in r.url.path]


def test_an_offer_that_is_there_is_not_made_again(shop: StagedShop) -> None:
    with shop.world.lock:
        shop.dialect.stock([Goods("OAK-SHELF-80", "Solid oak shelf", Decimal("199.00"), 2)])
    before = shop.writes()
    receipt = acts.done(shop, news())
    assert shop.writes() == before
    assert receipt.listing is not None
    assert receipt.listing.shown.price == 19900


@pytest.mark.parametrize("title", ["Oak shelf", "A B C", "x" * 74 + " y z"])
def test_a_title_that_allegro_does_not_take_is_refused(shop: StagedShop, title: str) -> None:
    receipt = acts.told(shop, news(Details(title)))
    assert receipt.outcome == "refused"
    assert title in receipt.words
    assert receipt.next


def test_an_unfit_picture_or_product_is_refused_in_the_vendors_words(shop: StagedShop) -> None:
    receipt = acts.told(shop, CreateListing("OAK-SHELF-80", Shown("draft", 0, quantity=6), SHELF))
    assert receipt.outcome == "refused"
    assert "greater than zero" in receipt.words


# -- variants --------------------------------------------------------------------------------------


def test_a_variant_is_titled_by_its_choices(shop: StagedShop) -> None:
    page = family()
    details = Details("Oak shelf")
    for sku in page.variants:
        acts.done(shop, news(details, sku, family=page))
    titles = {x.sku: x.shown.title for x in shop.channel.listings()}
    assert titles["OAK-SHELF-60-N"] == "Oak shelf Natural 60 cm"
    assert len(set(titles.values())) == 4


def test_choices_are_told_as_parameters_where_the_shop_says_which() -> None:
    shop = StagedShop("allegro", {"axes": {"Colour": "Kolor"}})
    page = family()
    acts.done(shop, news(replace(SHELF, brand=""), "OAK-SHELF-60-N", family=page))
    product = body_of(shop)["productSet"][0]["product"]
    assert product["parameters"] == [{"name": "Kolor", "values": ["Natural"]}]
    shop.close()


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (
            Family("S", "Oak shelf " + "o" * 60, ("Wood",), {"A-1": {"Wood": "Natural oak"}}),
            "75 characters at most",
        ),
        (Family("S", "Shelf", ("Wood",), {"A-1": {"Wood": "Oak"}}), "too short"),
        (
            Family("S", "Oak shelf", ("W",), {"A-1": {"W": "nat 60"}, "A-2": {"W": "Nat  60"}}),
            "A-1 and A-2 would both be",
        ),
    ],
    ids=["long", "short", "alike"],
)
def test_titles_that_do_not_serve_are_named(page: Family, reason: str) -> None:
    with pytest.raises(Lossy, match=reason) as caught:
        project(page)
    assert caught.value.next
    assert channels.limits("allegro").axes == 0
