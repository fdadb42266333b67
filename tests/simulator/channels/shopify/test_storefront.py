"""What shoppers see, and the operator's dials."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.channels import SoldOut
from simulator.channels.shopify.dialect import Shopify
from simulator.world import World
from tests.simulator.channels.shopify.connector import BUYER, GOODS, Client

UPDATE = """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { code } } }"""
STATUS = """mutation($p: ProductUpdateInput!) {
  productUpdate(product: $p) { product { id } userErrors { message } } }"""


def test_the_shelf_shows_what_is_active_and_published(shop: Shopify) -> None:
    rows = [(i.sku, i.title, i.price, i.availability, i.note) for i in shop.storefront.shelf()]
    assert rows == [
        ("LAMP-01", "Arc lamp", "49.00", "in stock", ""),
        ("OAK-SHELF-80", "Oak shelf", "249.00", "in stock", "Only 2 left"),
    ]


def test_a_sale_shows_the_old_price_struck_through(gql: Client, shop: Shopify) -> None:
    lamp = gql.variant("LAMP-01")
    for was, shown in (("49", "49.00"), ("30", None)):
        row = {"id": lamp["id"], "price": "39", "compareAtPrice": was}
        gql(UPDATE, p=lamp["product"]["id"], v=[row])
        item = shop.storefront.item("LAMP-01")
        assert (item.price, item.was) == ("39.00", shown)


@pytest.mark.parametrize(
    ("status", "availability", "listed"),
    [
        ("ACTIVE", "in stock", True),
        ("UNLISTED", "in stock", False),
        ("DRAFT", "gone", False),
        ("ARCHIVED", "gone", False),
    ],
)
def test_status_decides_who_sees_a_product(
    gql: Client, shop: Shopify, status: str, availability: str, listed: bool
) -> None:
    gql(STATUS, p={"id": gql.variant("LAMP-01")["product"]["id"], "status": status})
    item = shop.storefront.item("LAMP-01")
    assert (item.availability, item.listed) == (availability, listed)
    assert ("LAMP-01" in [i.sku for i in shop.storefront.shelf()]) is listed
    if availability == "gone":
        with pytest.raises(SoldOut):
            gql.buy(LAMP_01=1)


@pytest.mark.parametrize(
    ("change", "availability", "quantity"),
    [
        ({"inventoryPolicy": "DENY"}, "sold out", 0),
        ({"inventoryPolicy": "CONTINUE"}, "on backorder", 0),
        ({"inventoryItem": {"tracked": False}}, "in stock", None),
    ],
)
def test_nothing_left(
    gql: Client, shop: Shopify, change: dict[str, Any], availability: str, quantity: int | None
) -> None:
    gql.buy(LAMP_01=5)
    lamp = gql.variant("LAMP-01")
    gql(UPDATE, p=lamp["product"]["id"], v=[{"id": lamp["id"], **change}])
    item = shop.storefront.item("LAMP-01")
    assert (item.availability, item.quantity) == (availability, quantity)


def test_a_buyer_takes_an_unshipped_order_back(gql: Client, shop: Shopify) -> None:
    number = shop.storefront.buy({"LAMP-01": 2}, BUYER)
    shop.storefront.cancel(number)
    view = shop.storefront.order(number)
    assert (view.is_cancelled, view.status, view.cancelled) == (True, "CANCELLED", {"LAMP-01": 2})
    assert gql.stock("LAMP-01")["available"] == 5
    with pytest.raises(LookupError):
        shop.storefront.order("#9")


def test_an_emptied_shop_keeps_keys_locations_and_publications(
    world: World, shop: Shopify, gql: Client
) -> None:
    before = gql("{ location { id } }")
    shop.storefront.buy({"LAMP-01": 1}, BUYER)
    world.empty("shopify")
    assert shop.storefront.shelf() == []
    assert gql("{ location { id } }") == before
    world.reset("shopify")
    assert [i.quantity for i in shop.storefront.shelf()] == [5, 2]
    assert shop.storefront.buy({"LAMP-01": 1}, BUYER) == "#1001"


def test_net_prices_add_the_tax_and_locations_have_names() -> None:
    settings = {
        "shopify": {
            "prices_include_tax": False,
            "currency": "EUR",
            "taxes": {"DE": "19"},
            "locations": ["Hamburg", "Kiel"],
        }
    }
    world = World(channel_names=["shopify"], goods=GOODS, settings=settings)
    shop: Any = world.dialects["shopify"]
    headers = {"X-Shopify-Access-Token": shop.credentials()["token"]}
    gql = Client(shop, shop.app.test_client(), headers)
    buyer = type(BUYER)(**{**vars(BUYER), "country": "DE"})
    shop.storefront.buy({"LAMP-01": 1}, buyer)
    answer = gql(
        """{ shop { currencyCode taxesIncluded ianaTimezone }
             locations(first: 5) { nodes { name } }
             orders(first: 1) { nodes { totalPriceSet { shopMoney { amount } } } } }"""
    )
    assert answer == {
        "shop": {"currencyCode": "EUR", "taxesIncluded": False, "ianaTimezone": "Europe/Warsaw"},
        "locations": {"nodes": [{"name": "Hamburg"}, {"name": "Kiel"}]},
        "orders": {"nodes": [{"totalPriceSet": {"shopMoney": {"amount": "58.31"}}}]},  # 49 × 1.19
    }
    world.close()


def test_the_operator_knows_no_other_action(shop: Shopify) -> None:
    with pytest.raises(LookupError, match="dance"):
        shop.operator("dance", {})
