"""Refusals of offers in the vendor's own codes, from its page on their management and its issues."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from simulator.world import World
from tests.simulator.channels.allegro.seller import ANNA, BASE, PUBLIC, Seller, money

WORD = "Elektroencefalografistopodobny1"


def patched(world: World, seller: Seller, body: Any) -> httpx.Response:
    """An edit that need not be as the schema says."""
    path = f"/sale/product-offers/{seller.offer_id('MUG-STONE')}"
    headers = {"Authorization": f"Bearer {seller.token}", "Accept": PUBLIC, "Content-Type": PUBLIC}
    headers["Accept-Language"] = "en-US"
    with httpx.Client(transport=world.transport(), base_url=BASE, headers=headers) as client:
        return client.patch(path, json=body)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "Stoneware mug " * 6}, "ConstraintViolationException.StringLength"),
        ({"name": f"A mug {WORD}"}, "ConstraintViolationException.MaxWordLength"),
        ({"sellingMode": {"price": money("0.99")}}, "ConstraintViolationException.Price"),
        ({"sellingMode": {"price": None}}, "IllegalOfferUpdateException.PriceMustBeSet"),
        ({"images": None}, "ConstraintViolationException.GallerySize"),
        ({"images": ["https://shop.example/1.jpg"] * 17}, "GallerySizeException"),
        ({"stock": {"available": -1}}, "AvailableStockMustEqualToZeroOrBeGreaterThanZero"),
        ({"productSet": [{"product": {"id": "none"}}]}, "ProductNotFoundException"),
        ({"delivery": {"shippingRates": {"name": "Express"}}}, "ShippingRatesNotFoundException"),
        ({"afterSalesServices": {"returnPolicy": {"id": "x"}}}, "ReturnPolicyNotFoundException"),
    ],
)
def test_an_edit_is_refused(world: World, seller: Seller, body: Any, code: str) -> None:
    answer = patched(world, seller, body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


def test_a_warranty_is_taken_away(world: World, seller: Seller) -> None:
    answer = patched(world, seller, {"afterSalesServices": {"warranty": {"id": None}}})
    assert answer.status_code == 200
    assert answer.json()["afterSalesServices"]["warranty"] is None


def test_what_an_offer_has_not_is_named(world: World, seller: Seller) -> None:
    body = {"sellingMode": {"netPrice": 4}, "parametres": [], "publication": {"status": "ACTIVE"}}
    answer = patched(world, seller, body)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (422, "UnknownJSONProperty")
    assert error["metadata"] == {"unknownProperties": "...parametres, sellingMode.netPrice"}


def test_an_offer_that_is_not_there(seller: Seller) -> None:
    answer = seller.call("GET", "/sale/product-offers/15253485678")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (404, "OfferNotFoundException")
    assert error["userMessage"] == "Offer 15253485678 does not exist."
    (error,) = seller.call("GET", "/sale/sale/product-offers").json()["errors"]
    assert error["code"] == "NotFoundException"


def test_terms_are_found_by_their_names(seller: Seller) -> None:
    path = f"/sale/product-offers/{seller.offer_id('MUG-STONE')}"
    before = seller.get(path)
    body: Any = {"delivery": {"shippingRates": {"name": "Standard"}}}
    body["afterSalesServices"] = {"returnPolicy": {"name": "14 dni"}}
    after = seller.call("PATCH", path, body).json()
    for part in ("delivery", "afterSalesServices"):
        assert after[part] == before[part]


def test_an_unknown_command_and_carrier(seller: Seller) -> None:
    path = f"/sale/offer-price-change-commands/{uuid.uuid4()}"
    assert seller.refused("GET", path) == (404, "COMMAND_NOT_FOUND")
    order = seller.shop.storefront.buy({"MUG-STONE": 1}, ANNA)
    path, parcel = f"/order/checkout-forms/{order}/shipments", {"waybill": "1", "carrierId": "X"}
    assert seller.refused("POST", path, parcel) == (400, "CarrierIdValidationException")
    parcel = {"waybill": "", "carrierId": "DPD"}
    assert seller.refused("POST", path, parcel) == (400, "WaybillValidationException")
