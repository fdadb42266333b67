"""What shoppers see and do in the simulated shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from simulator.channels import Buyer, SoldOut
from simulator.channels.magento.dialect import Magento
from simulator.world import GOODS, World
from tests.simulator.channels.magento.connector import Rest

BUYER = Buyer("Jan", "Kot", "jan@example.com", "600100200", "Długa 1", "Łódź", "90-001")


@pytest.fixture
def world() -> Iterator[World]:
    made = World(channel_names=["magento"], goods=GOODS)
    yield made
    made.close()


@pytest.fixture
def shop(world: World) -> Magento:
    dialect = world.dialects["magento"]
    assert isinstance(dialect, Magento)
    return dialect


def seen(shop: Magento, sku: str) -> tuple[str, str | None, int | None]:
    item = shop.storefront.item(sku)
    return item.availability, item.price, item.quantity


def test_the_shelf_shows_what_is_enabled_and_visible(shop: Magento, rest: Rest) -> None:
    skus = {item.sku for item in shop.storefront.shelf()}
    assert skus == {good.sku for good in GOODS}
    assert seen(shop, "LINEN-APRON")[0] == "sold out"
    rest.put("/all/V1/products/LAMP-ARC", {"product": {"status": 2}})
    rest.put("/all/V1/products/MUG-STONE", {"product": {"visibility": 1}})
    assert {item.sku for item in shop.storefront.shelf()} == skus - {"LAMP-ARC", "MUG-STONE"}
    assert seen(shop, "LAMP-ARC")[0] == seen(shop, "NO-SUCH")[0] == "gone"


def test_buying_reserves_pays_and_sells_out(shop: Magento, rest: Rest) -> None:
    number = shop.storefront.buy({"LAMP-ARC": 2}, BUYER)
    assert shop.storefront.order(number).lines == {"LAMP-ARC": 2}
    assert seen(shop, "LAMP-ARC") == ("sold out", "489.00", 0)
    with pytest.raises(SoldOut, match="LAMP-ARC"):
        shop.storefront.buy({"LAMP-ARC": 1}, BUYER)
    (order,) = rest.find("/V1/orders", increment_id=number)["items"]
    assert (order["state"], order["total_due"], order["total_paid"]) == ("processing", 0, 978)
    assert rest.held("LAMP-ARC") == {"default": (2, 1)}
    (sold,) = shop.storefront.sold()
    assert (sold.number, sold.is_paid, sold.lines[0].sku) == (number, True, "LAMP-ARC")
    assert (str(sold.lines[0].price), str(sold.lines[0].tax_rate)) == ("489.0", "23.0")
    assert shop.storefront.sold(after=sold.seq) == []


def test_cancelling_gives_money_and_goods_back(shop: Magento, rest: Rest) -> None:
    number = shop.storefront.buy({"LAMP-ARC": 1, "MUG-STONE": 2}, BUYER)
    shop.storefront.cancel(number)
    order = shop.storefront.order(number)
    assert order.is_cancelled
    assert order.cancelled == {"LAMP-ARC": 1, "MUG-STONE": 2}
    assert seen(shop, "LAMP-ARC") == ("in stock", "489.00", 2)
    assert rest.held("LAMP-ARC") == {"default": (2, 1)}


def test_a_shipped_order_is_not_taken_back(shop: Magento) -> None:
    number = shop.storefront.buy({"LAMP-ARC": 2}, BUYER)
    items = {"LAMP-ARC": 1}
    shop.operator("ship_order", {"number": number, "items": items, "track": "00359"})
    with pytest.raises(ValueError, match="shipped"):
        shop.storefront.cancel(number)
    order = shop.storefront.order(number)
    assert (order.shipped, order.parcels, order.is_cancelled) == (items, ["00359"], False)


def test_a_sale_begins_on_the_shops_clock_and_lasts_a_day_beyond_its_end(
    shop: Magento, rest: Rest, world: World
) -> None:
    row: dict[str, Any] = {"price": 99, "store_id": 0, "sku": "RETRO-CLOCK"}
    row |= {"price_from": "2026-03-02 12:00:00", "price_to": "2026-03-02 18:00:00"}
    assert rest.post("/V1/products/special-price", {"prices": [row]}) == []

    def price() -> tuple[str | None, str | None]:
        item = shop.storefront.item("RETRO-CLOCK")
        return item.price, item.was

    world.advance(timedelta(hours=2, minutes=59))  # 10:59 UTC is 11:59 in Warsaw
    assert price() == ("129.00", None)
    world.advance(timedelta(minutes=2))
    assert price() == ("99.00", "129.00")
    world.advance(timedelta(hours=29))  # 17:01 the next day
    assert price() == ("99.00", "129.00")
    world.advance(timedelta(hours=1))
    assert price() == ("129.00", None)


def test_backorders_are_told(shop: Magento, rest: Rest) -> None:
    item = {"backorders": 2, "use_config_backorders": False, "is_in_stock": True}
    rest.put("/V1/products/LINEN-APRON/stockItems/1", {"stockItem": item})
    assert seen(shop, "LINEN-APRON")[0] == "on backorder"
    number = shop.storefront.buy({"LINEN-APRON": 3}, BUYER)
    (order,) = rest.find("/V1/orders", increment_id=number)["items"]
    assert order["items"][0]["qty_backordered"] == 3


def test_variants_are_sold_on_their_parents_page(shop: Magento, rest: Rest) -> None:
    red = rest.post("/V1/products/attributes/color/options", {"option": {"label": "red"}})
    value = [{"attribute_code": "color", "value": red}]
    child = rest.product("SHIRT-RED", visibility=1, custom_attributes=value)
    assert seen(shop, "SHIRT-RED")[0] == "gone"
    option = {"attribute_id": "93", "label": "Color", "values": [{"value_index": int(red)}]}
    links = {"configurable_product_options": [option], "configurable_product_links": [child["id"]]}
    rest.product("SHIRT", price=0, qty=None, type_id="configurable", extension_attributes=links)
    assert seen(shop, "SHIRT-RED") == ("in stock", "40.00", 10)
    number = shop.storefront.buy({"SHIRT-RED": 2}, BUYER)
    assert shop.storefront.order(number).lines == {"SHIRT-RED": 2}
    assert seen(shop, "SHIRT-RED")[2] == 8


def test_a_reset_brings_the_beginning_back(shop: Magento, world: World) -> None:
    token = shop.credentials()["token"]
    shop.storefront.buy({"LAMP-ARC": 2}, BUYER)
    world.reset("magento")
    assert seen(shop, "LAMP-ARC") == ("in stock", "489.00", 2)
    assert shop.storefront.sold() == []
    assert shop.credentials()["token"] == token
