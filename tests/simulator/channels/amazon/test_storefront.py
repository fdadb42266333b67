"""What shoppers see: sales, ends, backorders, Amazon's own warehouse; prices by the pricing API."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.channels import SoldOut
from simulator.channels.amazon.dialect import Amazon
from simulator.world import GOODS, World
from tests.simulator.channels.amazon.seller import ANNA, Seller, price, stock

SALE = {"start_at": "2026-03-02T09:00:00Z", "end_at": "2026-03-02T10:00:00Z"}


def patch_value(name: str, **row: Any) -> dict[str, Any]:
    return {"op": "replace", "path": f"/attributes/{name}", "value": [row]}


def test_a_scheduled_sale_comes_and_goes(shop: Amazon, api: Seller) -> None:
    cut = [{"schedule": [{**SALE, "value_with_tax": 99}]}]
    api.patch("RETRO-CLOCK", price(api.place, 129, discounted_price=cut))
    api.wait()
    assert shop.storefront.item("RETRO-CLOCK").was is None
    api.wait(60)
    item = shop.storefront.item("RETRO-CLOCK")
    assert (item.price, item.was) == ("99.00", "129.00")
    assert api.get("RETRO-CLOCK", "offers")["offers"][0]["price"]["amount"] == "99.00"
    api.wait(60)
    assert shop.storefront.item("RETRO-CLOCK").price == "129.00"


def test_an_offer_may_begin_later_and_a_list_price_is_struck_through(
    shop: Amazon, api: Seller
) -> None:
    starts = price(api.place, 129, start_at={"value": "2026-03-02T09:00:00Z"})
    api.patch("RETRO-CLOCK", starts, patch_value("list_price", currency="PLN", value_with_tax=150))
    api.wait()
    assert shop.storefront.item("RETRO-CLOCK").availability == "gone"
    assert api.get("RETRO-CLOCK")["summaries"][0]["status"] == ["DISCOVERABLE"]
    api.wait(60)
    item = shop.storefront.item("RETRO-CLOCK")
    assert (item.price, item.was) == ("129.00", "150.00")


def test_a_price_below_the_sellers_own_least_takes_the_offer_off(shop: Amazon, api: Seller) -> None:
    least = [{"schedule": [{"value_with_tax": 50}]}]
    api.patch("RETRO-CLOCK", price(api.place, 40, minimum_seller_allowed_price=least))
    api.wait()
    assert shop.storefront.item("RETRO-CLOCK").availability == "gone"
    assert [i["categories"] for i in api.get("RETRO-CLOCK")["issues"]] == [["INVALID_PRICE"]]
    api.patch("RETRO-CLOCK", price(api.place, 60, minimum_seller_allowed_price=least))
    api.wait()
    assert shop.storefront.item("RETRO-CLOCK").price == "60.00"


def test_promises_handling_time_and_restock_date(shop: Amazon, api: Seller) -> None:
    api.patch("RETRO-CLOCK", stock(9, lead_time_to_ship_max_days=7))
    api.patch("LAMP-ARC", stock(9, restock_date="2026-04-01"))
    api.wait()
    assert shop.storefront.item("RETRO-CLOCK").note == "Usually ships within 7 days"
    lamp = shop.storefront.item("LAMP-ARC")
    assert (lamp.availability, lamp.note) == ("on backorder", "In stock on 01 April 2026")
    number = api.buy(RETRO_CLOCK=1)
    window = api.order(number)["fulfillment"]["shipByWindow"]
    assert window["latestDateTime"] == "2026-03-09T23:59:59Z"


def test_skip_offer_and_a_deleted_offer_end_a_listing(shop: Amazon, api: Seller) -> None:
    api.patch("RETRO-CLOCK", patch_value("skip_offer", value=True))
    row = {"marketplace_id": api.place, "currency": "PLN", "audience": "ALL"}
    api.patch("LAMP-ARC", {"op": "delete", "path": "/attributes/purchasable_offer", "value": [row]})
    api.wait()
    shelf = [item.sku for item in shop.storefront.shelf()]
    assert shelf == ["LINEN-APRON", "OAK-SHELF-80"]


def test_what_is_sold_out_or_gone_is_not_sold(shop: Amazon, api: Seller) -> None:
    for basket in ({"LINEN-APRON": 1}, {"LAMP-ARC": 3}, {"NOBODY": 1}):
        with pytest.raises(SoldOut):
            shop.storefront.buy(basket, ANNA)
    assert shop.storefront.sold() == []
    number = api.buy(LAMP_ARC=2)
    assert shop.storefront.item("LAMP-ARC").availability == "sold out"
    (sold,) = shop.storefront.sold()
    assert (sold.number, sold.lines[0].sku, sold.lines[0].price) == (number, "LAMP-ARC", 489)
    assert (sold.buyer.last_name, sold.buyer.street) == ("Berg", "ul. Długa 5")
    assert shop.storefront.sold(sold.seq) == []
    with pytest.raises(LookupError):
        shop.storefront.order("1-2-3")


def test_an_accepted_stock_figure_overwrites_what_was_bought_meanwhile(
    shop: Amazon, api: Seller
) -> None:
    api.patch("LAMP-ARC", stock(2))
    api.buy(LAMP_ARC=2)
    api.wait()
    assert shop.storefront.item("LAMP-ARC").quantity == 2


def test_goods_in_amazons_warehouse(shop: Amazon, api: Seller) -> None:
    shop.operator("send_to_amazon", {"sku": "RETRO-CLOCK", "quantity": 8})
    number = api.buy(RETRO_CLOCK=3)
    asked = {
        "granularityType": "Marketplace",
        "granularityId": api.place,
        "details": "true",
        "marketplaceIds": api.place,
        "sellerSkus": "RETRO-CLOCK,LAMP-ARC",
    }
    found = api.http.get("/fba/inventory/v1/summaries", params=asked).json()["payload"]
    (row,) = found["inventorySummaries"]
    assert (row["totalQuantity"], row["inventoryDetails"]["fulfillableQuantity"]) == (5, 5)
    shown = api.order(number)
    assert shown["fulfillment"]["fulfilledBy"] == "AMAZON"
    assert not {"recipient", "packages"} & set(shown)
    line = shown["orderItems"][0]["orderItemId"]
    assert api.confirm(number, {line: 1}).status_code == 400
    api.wait(24 * 60)
    assert shop.storefront.order(number).status == "SHIPPED"


def test_prices_are_read_by_sku_and_in_batches(api: Seller) -> None:
    asked = {"MarketplaceId": api.place, "ItemType": "Sku", "Skus": "RETRO-CLOCK,NOBODY"}
    rows = api.http.get("/products/pricing/v0/price", params=asked).json()["payload"]
    assert [row["status"] for row in rows] == ["Success", "ClientError"]
    (offer,) = rows[0]["Product"]["Offers"]
    assert offer["RegularPrice"] == {"CurrencyCode": "PLN", "Amount": 129.0}
    shown = {"MarketplaceId": api.place, "ItemCondition": "New"}
    path = "/products/pricing/v0/listings/RETRO-CLOCK/offers"
    found = api.http.get(path, params=shown).json()["payload"]
    assert found["Offers"][0]["MyOffer"] is True
    requests = [
        {"uri": f"/products/pricing/v0/listings/{sku}/offers", "method": "GET", **shown}
        for sku in ("RETRO%2DCLOCK", "NOBODY")
    ]
    batch = "/batches/products/pricing/v0/listingOffers"
    answers = api.http.post(batch, json={"requests": requests}).json()["responses"]
    assert [a["status"]["statusCode"] for a in answers] == [200, 400]


def test_the_newer_pricing_api_knows_no_competition(api: Seller) -> None:
    asin = api.get("RETRO-CLOCK")["summaries"][0]["asin"]
    at = "/batches/products/pricing/2022-05-01"
    asked = {
        "asin": asin,
        "marketplaceId": api.place,
        "includedData": ["featuredBuyingOptions"],
        "method": "GET",
        "uri": "/products/pricing/2022-05-01/items/competitiveSummary",
    }
    path = f"{at}/items/competitiveSummary"
    (row,) = api.http.post(path, json={"requests": [asked]}).json()["responses"]
    (option,) = row["body"]["featuredBuyingOptions"]
    assert option["segmentedFeaturedOffers"][0]["listingPrice"]["amount"] == 129.0
    uri = "/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice"
    one = {"marketplaceId": api.place, "sku": "RETRO-CLOCK", "method": "GET", "uri": uri}
    path = f"{at}/offer/featuredOfferExpectedPrice"
    (row,) = api.http.post(path, json={"requests": [one]}).json()["responses"]
    results = row["body"]["featuredOfferExpectedPriceResults"]
    assert results == [{"resultStatus": "NO_COMPETING_OFFERS"}]


def test_the_operator_acts_in_seller_central(shop: Amazon, api: Seller) -> None:
    shop.operator("set_stock", {"sku": "LAMP-ARC", "quantity": 7})
    shop.operator("set_price", {"sku": "LAMP-ARC", "price": "450"})
    lamp = shop.storefront.item("LAMP-ARC")
    assert (lamp.quantity, lamp.price) == (7, "450.00")
    shop.operator("delete_listing", {"sku": "OAK-SHELF-80"})
    assert shop.storefront.item("OAK-SHELF-80").availability == "gone"
    number = api.buy(LAMP_ARC=1)
    shop.operator("ship_order", {"order": number, "tracking": "X1"})
    shop.operator("refund", {"order": number, "sku": "LAMP-ARC", "amount": "50"})
    with pytest.raises(LookupError):
        shop.operator("dance", {})
    with pytest.raises(LookupError):
        shop.operator("cancel_order", {"order": "1-2-3"})


def test_the_same_seed_has_the_same_keys_and_a_reset_brings_the_start_back() -> None:
    one, two = (World(channel_names=["amazon"], goods=GOODS) for _ in range(2))
    try:
        assert one.dialects["amazon"].credentials() == two.dialects["amazon"].credentials()
        shop = one.dialects["amazon"]
        shop.storefront.buy({"RETRO-CLOCK": 1}, ANNA)
        one.reset("amazon")
        assert shop.storefront.item("RETRO-CLOCK").quantity == 14
        assert shop.storefront.sold() == []
    finally:
        one.close()
        two.close()


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({}, "A1C3SOZRARQ6R3"),
        ({"currency": "EUR", "country": "DE"}, "A1PA6795UKMFR9"),
        ({"currency": "USD", "country": "US"}, "ATVPDKIKX0DER"),
        ({"marketplace": "A13V1IB3VIYZZH"}, "A13V1IB3VIYZZH"),
    ],
)
def test_the_marketplace_follows_country_and_currency(settings: dict[str, str], place: str) -> None:
    world = World(channel_names=["amazon"], settings=settings)
    try:
        assert world.dialects["amazon"].credentials()["marketplace_id"] == place
    finally:
        world.close()
