"""What a shop tells a hub of its sales, the same of every vendor."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from simulator import channels
from simulator.world import GOODS, World

PRICES = {goods.sku: goods.price for goods in GOODS}


@pytest.fixture(params=["shopify", "woocommerce"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(channel_names=[request.param], goods=GOODS)
    yield made
    made.close()


def test_a_hub_learns_buyer_lines_gross_prices_and_tax(world: World) -> None:
    (shop,) = world.dialects.values()
    bought = world.shoppers.buy(shop.name, {"MUG-STONE": 3, "WOOL-THROW": 1})
    (order,) = shop.storefront.sold()
    buyer = bought.buyer
    assert (order.number, order.placed_at, order.currency, order.is_paid) == (
        bought.number,
        world.clock.now(),
        "PLN",
        True,
    )
    assert (order.buyer.last_name, order.buyer.postcode) == (buyer.last_name, buyer.postcode)
    assert (order.buyer.email, order.buyer.country) == (buyer.email, "PL")
    assert [(line.sku, line.quantity, line.price, line.tax_rate) for line in order.lines] == [
        ("MUG-STONE", 3, PRICES["MUG-STONE"], Decimal(23)),
        ("WOOL-THROW", 1, PRICES["WOOL-THROW"], Decimal(23)),
    ]
    assert shop.storefront.order(order.number).lines == {"MUG-STONE": 3, "WOOL-THROW": 1}


def test_a_hub_asks_for_what_came_after(world: World) -> None:
    (shop,) = world.dialects.values()
    for _ in range(3):
        world.shoppers.buy(shop.name, {"MUG-STONE": 1})
    first, second, third = shop.storefront.sold()
    assert first.seq < second.seq < third.seq
    assert [order.seq for order in shop.storefront.sold(first.seq)] == [second.seq, third.seq]
    assert shop.storefront.sold(third.seq) == []


def test_net_shops_tell_gross_prices() -> None:
    for name in ("shopify", "woocommerce"):
        world = World(channel_names=[name], goods=GOODS, settings={"prices_include_tax": False})
        world.shoppers.buy(name, {"MUG-STONE": 2})
        ((order,),) = (shop.storefront.sold() for shop in world.dialects.values())
        assert [line.price for line in order.lines] == [Decimal("49.08")]  # 39.90 × 1.23 = 49.077
        world.close()


def test_every_vendor_tells_its_sales() -> None:
    world = World(goods=GOODS)
    for name in channels.names():
        number = world.shoppers.buy(name, {"MUG-STONE": 1}).number
        told = [
            (order.number, order.lines[0].sku) for order in world.dialects[name].storefront.sold()
        ]
        assert (number, "MUG-STONE") in told
    world.close()
