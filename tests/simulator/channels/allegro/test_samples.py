"""Answers of the real API, kept by a public project: what they hold stands in ours, nulls and all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.shared import shared
from tests.simulator.channels.allegro.seller import Seller


def sample(name: str) -> Any:
    return json.loads(shared("samples", "allegro", f"{name}.json").read_text(encoding="utf-8"))


def places(value: Any, path: str = "") -> Iterator[str]:
    """The fields of a value, wherever they stand; prices of other marketplaces are left out."""
    if isinstance(value, list):
        for row in value:
            yield from places(row, f"{path}.-")
    if not isinstance(value, dict) or path == "additionalMarketplaces":
        return
    for name, inner in value.items():
        here = f"{path}.{name}".removeprefix(".")
        yield here
        yield from places(inner, here)


@pytest.mark.parametrize("name", ["order-invoice-company", "order-no-invoice-person"])
def test_a_form_has_every_field_that_was_seen(seller: Seller, name: str) -> None:
    company = {"name": "Kowalski sp. z o.o.", "taxId": "5252674798"}
    args = {"basket": {"MUG-STONE": 1}, "pickup_point": "POZ08N", "company": company}
    order = seller.shop.operator("buy_unpaid", args)
    seller.shop.operator("pay", {"order": order})
    ours = seller.get("/order/checkout-forms")
    assert set(places(sample(name))) <= set(places(ours))
    sent = ours["checkoutForms"][0]["delivery"]["time"]
    assert sent["dispatch"]["from"] < sent["dispatch"]["to"] < sent["from"] < sent["to"]


def test_an_offer_has_every_field_that_was_seen(seller: Seller) -> None:
    path = f"/sale/product-offers/{seller.offer_id('MUG-STONE')}"
    text = [{"items": [{"type": "TEXT", "content": "<p>A mug</p>"}]}]
    picture = [{"items": [{"type": "IMAGE", "url": "https://shop.example/mug.jpg"}]}]
    maker = {"id": "17448", "name": "Marka", "values": ["Hand"]}
    product = {"name": "Stoneware mug", "category": {"id": "257687"}, "parameters": [maker]}
    safety = {"type": "TEXT", "description": "Hot when filled."}
    change = {
        "description": {"sections": [*text, *picture]},
        "parameters": [{"id": "11323", "valuesIds": ["11323_1"]}],
        "productSet": [{"product": product, "safetyInformation": safety}],
        "additionalMarketplaces": {"allegro-cz": {}},
    }
    assert seller.call("PATCH", path, change).status_code == 200
    ours = seller.get(path)
    assert set(places(sample("product-detailed-offer"))) <= set(places(ours))


def test_nothing_is_written_as_null(seller: Seller) -> None:
    """As in the list of issue 3978: a draft of nothing but a stock."""
    draft = {"stock": {"available": 1}, "publication": {"status": "INACTIVE"}}
    made = seller.call("POST", "/sale/product-offers", draft)
    assert (made.json()["external"], made.json()["sellingMode"]["price"]) == (None, None)
    row = seller.get("/sale/offers", publication__status="INACTIVE")["offers"][0]
    names = ("name", "category", "primaryImage", "external", "additionalServices")
    assert {row[name] for name in names} == {None}
    assert set(row["publication"]) >= {"startingAt", "startedAt", "endingAt", "endedAt"}
    assert row["saleInfo"] == {"currentPrice": None, "biddersCount": 0}
