"""Lists: their order, and each filter that the vendor describes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from simulator.channels.allegro.dialect import CATEGORY
from simulator.world import World
from tests.simulator.channels.allegro.seller import ANNA, BASE, BETA, PUBLIC, Seller, money

RETURNS = "/order/customer-returns"
NOWHERE = "00000000-0000-4000-8000-000000000000"


def listed(seller: Seller, **query: Any) -> set[str]:
    rows = seller.get("/sale/offers", **query)["offers"]
    return {row["external"]["id"] for row in rows}


@pytest.mark.parametrize("states", ["INACTIVE, ACTIVATING, ACTIVE, ENDED", "ACTIVE,ENDED"])
def test_values_may_stand_behind_commas(world: World, seller: Seller, states: str) -> None:
    headers = {"Authorization": f"Bearer {seller.token}", "Accept": PUBLIC}
    with httpx.Client(transport=world.transport(), base_url=BASE, headers=headers) as client:
        found = client.get("/sale/offers", params={"publication.status": states})
    assert found.json()["totalCount"] == 6


def test_the_newest_offer_comes_first(seller: Seller) -> None:
    rows = seller.get("/sale/offers")["offers"]
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)


def test_offers_by_what_they_refer_to(world: World, seller: Seller) -> None:
    every = listed(seller)
    mug = f"/sale/product-offers/{seller.offer_id('MUG-STONE')}"
    product = {"name": "Stoneware mug", "category": {"id": CATEGORY}}
    change = {"b2b": {"buyableOnlyByBusiness": True}, "productSet": [{"product": product}]}
    change |= {"additionalMarketplaces": {"allegro-cz": {"sellingMode": {"price": money("9.00")}}}}
    assert seller.call("PATCH", mug, change).status_code == 200
    offer = seller.offer("LAMP-ARC")
    rates, policy = offer["delivery"]["shippingRates"]["id"], offer["afterSalesServices"]
    for query in (
        {"product.id.empty": "true"},
        {"b2b.buyableOnlyByBusiness": "false"},
    ):
        assert listed(seller, **query) == every - {"MUG-STONE"}, query
    for query in (
        {"product.id.empty": "false"},
        {"b2b.buyableOnlyByBusiness": "true"},
        {"publication.marketplace": "allegro-cz"},
    ):
        assert listed(seller, **query) == {"MUG-STONE"}, query
    for query in (
        {"delivery.shippingRates.id": rates},
        {"delivery.shippingRates.id.empty": "false"},
        {"afterSalesServices.returnPolicy.id": policy["returnPolicy"]["id"]},
        {"isFulfillment": "false"},
        {"fundraisingCampaign.id.empty": "true"},
        {"sellingMode.priceAutomation.rule.id.empty": "true"},
        {"publication.marketplace": "allegro-pl"},
    ):
        assert listed(seller, **query) == every, query
    for query in (
        {"delivery.shippingRates.id": NOWHERE},
        {"delivery.shippingRates.id.empty": "true"},
        {"afterSalesServices.returnPolicy.id": NOWHERE},
        {"isFulfillment": "true"},
        {"fundraisingCampaign.id": NOWHERE},
        {"fundraisingCampaign.id.empty": "false"},
        {"sellingMode.priceAutomation.rule.id": NOWHERE},
        {"publication.marketplace": "allegro-hu"},
    ):
        assert listed(seller, **query) == set(), query
    world.dials["allegro"].turn({"lag_s": 60})  # the past is searched by other means
    world.advance(timedelta(seconds=120))
    assert listed(seller, **{"product.id.empty": "false"}) == {"MUG-STONE"}
    assert listed(seller, **{"publication.marketplace": "allegro-cz"}) == {"MUG-STONE"}
    assert seller.refused("GET", "/sale/offers", **{"product.id.empty": "perhaps"})[0] == 400


def test_returns_by_what_is_in_them(seller: Seller) -> None:
    order = seller.shop.storefront.buy({"MUG-STONE": 3, "LAMP-ARC": 1}, ANNA)
    back = {"order": order, "lines": {"MUG-STONE": 1}}
    mug = seller.shop.operator("return_goods", back)
    lamp = seller.shop.operator("return_goods", {"order": order, "lines": {"LAMP-ARC": 1}})
    moved = {"return": mug, "status": "IN_TRANSIT", "waybill": "WB1"}
    seller.shop.operator("move_return", moved)

    def found(**query: Any) -> set[str]:
        return {row["id"] for row in seller.get(RETURNS, BETA, **query)["customerReturns"]}

    mugs, lamps = seller.offer_id("MUG-STONE"), seller.offer_id("LAMP-ARC")
    assert found(items__offerId=mugs) == found(parcels__waybill="WB1") == {mug}
    assert found(items__offerId=[mugs, lamps]) == found() == {mug, lamp}
    assert found(parcels__carrierId="INPOST") == {mug}
    assert found(parcels__transportingWaybill="WB1") == found(items__name="mug") == set()
    name = seller.offer("LAMP-ARC")["name"]
    assert found(items__name=name) == {lamp}


def test_money_by_time_and_place(world: World, seller: Seller) -> None:
    seller.shop.storefront.buy({"MUG-STONE": 1}, ANNA)
    world.advance(timedelta(minutes=1))
    between = seller.shop.store.stamp()
    world.advance(timedelta(minutes=1))
    seller.shop.storefront.buy({"MUG-STONE": 2, "LAMP-ARC": 1}, ANNA)

    def counts(**query: Any) -> tuple[int, int]:
        operations = seller.get("/payments/payment-operations", **query)["totalCount"]
        return operations, len(seller.get("/billing/billing-entries", **query)["billingEntries"])

    assert counts() == (2, 3)
    assert counts(occurredAt__gte=between) == (1, 2)
    assert counts(occurredAt__lte=between) == (1, 1)
    assert counts(marketplaceId="allegro-pl") == (2, 3)
    assert counts(marketplaceId="allegro-cz") == (0, 0)
    assert counts(limit=2, offset=1) == (2, 2)
    lamp = seller.offer_id("LAMP-ARC")
    (entry,) = seller.get("/billing/billing-entries", offer__id=lamp, limit=1)["billingEntries"]
    assert entry["offer"]["id"] == lamp


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"wallet.type": "AVAILABLE"}, 1),
        ({"wallet.type": "WAITING"}, 0),
        ({"wallet.paymentOperator": "PAYU"}, 0),
        ({"participant.login": "somebody"}, 0),
        ({"currency": "PLN"}, 1),
        ({"currency": "CZK"}, 0),
    ],
)
def test_operations_by_wallet_and_person(seller: Seller, query: Any, count: int) -> None:
    seller.shop.storefront.buy({"MUG-STONE": 1}, ANNA)
    assert seller.get("/payments/payment-operations", **query)["totalCount"] == count


def test_a_product_is_found_by_some_of_its_words(seller: Seller) -> None:
    product = {"name": "Stoneware mug, blue", "category": {"id": CATEGORY}}
    mug = f"/sale/product-offers/{seller.offer_id('MUG-STONE')}"
    seller.call("PATCH", mug, {"productSet": [{"product": product}]})
    assert len(seller.get("/sale/products", phrase="blue mug")["products"]) == 1
    assert seller.get("/sale/products", phrase="green mug")["products"] == []
