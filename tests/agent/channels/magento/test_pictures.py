"""Pictures of new products: fetched over TLS without our keys, and never a reason to make nothing."""

from __future__ import annotations

import base64

import httpx
import pytest

from agent.model.change import CreateListing
from agent.model.listing import Details, Shown
from tests.build import family
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.simulator.channels.magento.connector import Rest

PNG = b"\x89PNG\r\n\x1a\n" + b"clock" * 9


def change(address: str) -> CreateListing:
    shown = Shown("draft", 12900, quantity=3)
    return CreateListing("RETRO-CLOCK", shown, Details("Retro wall clock", image=address))


def test_a_picture_is_fetched_and_shown_as_the_products_own(shop: StagedShop, people: Rest) -> None:
    shop.recorder.instead["/clock.png"] = httpx.Response(200, content=PNG)
    receipt = acts.done(shop, change("https://pictures.test/clock.png?size=1"))
    assert receipt.words == ""
    [entry] = people.get("/V1/products/RETRO-CLOCK/media")
    assert entry["types"] == ["image", "small_image", "thumbnail"]
    assert base64.b64decode(entry["content"]["base64_encoded_data"]) == PNG
    fetched = [r for r in shop.recorder.sent if r.url.host == "pictures.test"]
    assert ["authorization" in request.headers for request in fetched] == [False]


@pytest.mark.parametrize(
    ("address", "answer", "why"),
    [
        ("http://pictures.test/a.png", httpx.Response(200), "begins with https://"),
        ("https://me:pw@pictures.test/a.png", httpx.Response(200), "no password in it"),
        ("https://pictures.test/a.png", httpx.Response(404), "pictures.test answered 404"),
        ("https://pictures.test/a.png", httpx.Response(302), "answered 302"),
        ("https://pictures.test/a.png", httpx.Response(200, text="<svg>"), "neither JPEG"),
    ],
    ids=["plain", "password", "missing", "elsewhere", "no picture"],
)
def test_a_picture_that_cannot_be_had_is_told_and_the_product_is_made(
    shop: StagedShop, people: Rest, address: str, answer: httpx.Response, why: str
) -> None:
    shop.recorder.instead["/a.png"] = answer
    receipt = acts.done(shop, change(address))
    assert why in receipt.words
    assert receipt.words.endswith("add one in the shop")
    assert people.get("/V1/products/RETRO-CLOCK/media") == []


def test_a_page_of_variants_has_its_picture_too(people: Rest, shop: StagedShop) -> None:
    shop.more["make_attributes"] = True
    shop.connect_again()
    shop.recorder.instead["/shelf.png"] = httpx.Response(200, content=PNG)
    shown, page = Shown("draft", 12900, quantity=3), family()
    details = Details("Oak shelf", image="https://pictures.test/shelf.png")
    news = [CreateListing(sku, shown, details, page) for sku in page.variants]
    assert {r.outcome for r in shop.channel.push(news)} == {"done"}
    for sku in ("OAK-SHELF", *page.variants):
        assert len(people.get(f"/V1/products/{sku}/media")) == 1
