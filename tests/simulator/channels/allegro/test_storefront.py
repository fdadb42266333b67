"""What shoppers see, what the staging world asks of a vendor, what beginning again brings back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.channels import Goods, ShelfItem
from simulator.world import World
from tests.simulator.channels.allegro.seller import ANNA, Seller


def test_the_shelf_holds_what_is_on_sale(seller: Seller) -> None:
    shown = seller.shop.storefront.shelf()
    assert [item.sku for item in shown] == [
        "LAMP-ARC",
        "MUG-STONE",
        "OAK-SHELF-80",
        "RETRO-CLOCK",
        "WOOL-THROW",
    ]
    assert shown[0] == ShelfItem(
        "LAMP-ARC", "Arc floor lamp", "489.00", None, "PLN", "in stock", "Only 2 left", 2
    )
    assert shown[1].note == "Ships within 24 h"


def test_ended_and_unknown(seller: Seller) -> None:
    apron = seller.shop.storefront.item("LINEN-APRON")
    assert (apron.availability, apron.quantity, apron.listed) == ("sold out", 0, False)
    assert seller.shop.storefront.item("NO-SUCH").availability == "gone"
    seller.shop.operator("end_offer", {"sku": "MUG-STONE", "by": "ADMIN"})
    assert seller.shop.storefront.item("MUG-STONE").availability == "gone"
    seller.shop.operator("activate_offer", {"sku": "MUG-STONE"})
    assert seller.shop.storefront.item("MUG-STONE").availability == "in stock"
    with pytest.raises(ValueError, match="cannot be less than 1"):
        seller.shop.operator("activate_offer", {"sku": "LINEN-APRON"})


def test_hubs_learn_what_was_sold(seller: Seller) -> None:
    front = seller.shop.storefront
    first = front.buy({"MUG-STONE": 2}, ANNA)
    second = front.buy({"LAMP-ARC": 1}, ANNA)
    every = front.sold()
    assert [order.number for order in every] == [first, second]
    (line,) = every[0].lines
    assert (line.sku, line.quantity, line.price, line.tax_rate) == (
        "MUG-STONE",
        2,
        Decimal("39.90"),
        Decimal("23.00"),
    )
    assert (every[0].buyer, every[0].is_paid) == (ANNA, True)
    assert [order.number for order in front.sold(every[0].seq)] == [second]
    with pytest.raises(LookupError):
        front.order("no such order")


def test_the_cost_of_delivery_is_set_up() -> None:
    settings = {"allegro": {"delivery_cost": "9.99"}}
    goods = [Goods("MUG-STONE", "Stoneware mug", Decimal("39.90"), 8)]
    world = World(channel_names=["allegro"], goods=goods, settings=settings)
    seller = Seller(world)
    id = seller.shop.storefront.buy({"MUG-STONE": 1}, ANNA)
    form = seller.get(f"/order/checkout-forms/{id}")
    assert form["delivery"]["cost"]["amount"] == "9.99"
    assert form["summary"]["totalToPay"]["amount"] == "49.89"
    assert seller.shop.storefront.sold()[0].shipping == Decimal("9.99")
    world.close()


def test_a_reset_brings_back_goods_and_keys(world: World, seller: Seller) -> None:
    given = seller.shop.credentials()
    seller.shop.storefront.buy({"LAMP-ARC": 2}, ANNA)
    seller.shop.operator("revoke_consent", {})
    seller.shop.operator("consent", {})
    world.reset("allegro")
    assert seller.shop.credentials() == given
    assert seller.shop.storefront.item("LAMP-ARC").quantity == 2
    assert seller.get("/me")["id"] == given["seller_id"]
    assert seller.events() == []


def test_an_emptied_account_keeps_its_keys(world: World, seller: Seller) -> None:
    world.empty("allegro")
    assert seller.get("/sale/offers")["totalCount"] == 0
    assert seller.shop.storefront.shelf() == []


def test_an_operator_knows_what_people_do(seller: Seller) -> None:
    with pytest.raises(LookupError, match="knows no action 'dance'"):
        seller.shop.operator("dance", {})
    with pytest.raises(LookupError, match="no order 7"):
        seller.shop.operator("pay", {"order": 7})


def test_the_same_seed_gives_the_same_keys() -> None:
    worlds = [World(channel_names=["allegro"], seed=seed) for seed in (5, 5, 6)]
    found = [world.dialects["allegro"].credentials() for world in worlds]
    assert found[0] == found[1] != found[2]
    assert (len(found[0]["client_id"]), len(found[0]["client_secret"])) == (32, 64)
    for world in worlds:
        world.close()
