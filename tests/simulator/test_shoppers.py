"""Shoppers: the same seed, the same people, the same baskets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest

from simulator.channels import Goods, SoldOut
from simulator.shoppers import Shoppers
from simulator.world import GOODS, World

pytestmark = pytest.mark.usefixtures("corner_shop")


def day(seed: int) -> list[object]:
    world = World(channel_names=["corner"], goods=GOODS, seed=seed)
    made = world.shoppers.stroll(12)
    world.close()
    return list(made)


def test_same_seed_same_shoppers() -> None:
    assert day(4) == day(4)
    assert day(4) != day(5)


def test_shoppers_buy_what_is_there_and_never_more(world: World) -> None:
    purchases = world.shoppers.stroll(200)
    shelf = {i.sku: i.quantity for i in world.dialects["corner"].storefront.shelf()}
    bought = {g.sku: sum(p.basket.get(g.sku, 0) for p in purchases) for g in GOODS}
    assert {g.sku: g.quantity - bought[g.sku] for g in GOODS} == shelf
    assert min(q for q in shelf.values() if q is not None) >= 0
    assert world.shoppers.purchases == purchases


def test_a_buyer_lives_where_the_shop_sells(world: World) -> None:
    buyer = Shoppers(world, country="DE").buyer()
    assert buyer.country == "DE"
    assert all([buyer.first_name, buyer.last_name, buyer.phone, buyer.street, buyer.city])
    assert buyer.email.endswith(("@example.com", "@example.org", "@example.net"))


def test_a_purchase_can_be_taken_back(world: World) -> None:
    purchase = world.shoppers.buy("corner", {"MUG-STONE": 2})
    world.shoppers.cancel(purchase)
    assert world.dialects["corner"].storefront.order(purchase.number).is_cancelled


def test_the_shop_may_refuse(world: World) -> None:
    with pytest.raises(SoldOut, match="LINEN-APRON is sold out"):
        world.shoppers.buy("corner", {"LINEN-APRON": 1})
    with pytest.raises(ValueError, match="no channel 'market'"):
        world.shoppers.buy("market", {"MUG-STONE": 1})


@dataclass
class Drawer:
    sold: list[tuple[str, int]] = field(default_factory=list)

    def sell(self, sku: str, quantity: int) -> None:
        self.sold.append((sku, quantity))


def test_people_buy_at_the_till_too(world: World) -> None:
    till = Drawer()
    world.shoppers.pay_at(till, "MUG-STONE", 3)
    assert till.sold == [("MUG-STONE", 3)]


def test_in_a_large_shop_they_buy_what_is_there_too(corner_shop: None) -> None:
    shelves = [Goods(f"OAK-SHELF-{n}", f"Oak shelf, {n} cm", Decimal(n), 2) for n in range(1, 200)]
    world = World(channel_names=["corner"], goods=shelves)
    storefront = world.dialects["corner"].storefront
    first = world.shoppers.stroll(60)
    world.dialects["corner"].stock([Goods("NEW-LAMP", "New lamp", Decimal(9), 10_000)])
    for shelf in shelves:  # only the lamp is left
        if left := storefront.item(shelf.sku).quantity:
            world.shoppers.buy("corner", {shelf.sku: left})
    assert world.shoppers.stroll(20) == []
    world.advance(timedelta(hours=1))
    later = world.shoppers.stroll(20)
    world.close()
    assert len(first) == 60
    assert {sku for purchase in later for sku in purchase.basket} == {"NEW-LAMP"}
