"""What the shop's people do by hand, what shoppers see of it, and a reset."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from simulator.channels import Goods
from simulator.world import World
from tests.simulator.channels.etsy.seller import BUYER, GOODS, Seller


def test_the_shelf_shows_what_is_active(seller: Seller) -> None:
    shelf = {item.sku: (item.price, item.quantity) for item in seller.etsy.storefront.shelf()}
    assert shelf == {"RETRO-CLOCK": ("129.00", 14), "LAMP-ARC": ("489.00", 2)}
    apron = seller.etsy.storefront.item("LINEN-APRON")
    assert (apron.availability, apron.listed) == ("sold out", False)
    assert seller.etsy.storefront.item("NEVER").availability == "gone"
    lamp = seller.etsy.storefront.item("LAMP-ARC")
    assert lamp.note == "Only 2 left. Ready to ship in 1-3 days"


def test_a_listing_is_edited_by_hand(seller: Seller) -> None:
    wish = {"sku": "RETRO-CLOCK", "price": "99.00", "quantity": 1, "title": "Clock"}
    seller.etsy.operator("edit_listing", wish)
    item = seller.etsy.storefront.item("RETRO-CLOCK")
    assert (item.price, item.quantity, item.title) == ("99.00", 1, "Clock")
    seller.etsy.operator("edit_listing", {"sku": "RETRO-CLOCK", "quantity": 0})
    assert seller.state(seller.listing("RETRO-CLOCK")) == ("sold_out", 0)
    seller.etsy.operator("restock", {"sku": "RETRO-CLOCK", "quantity": 5})
    assert seller.state(seller.listing("RETRO-CLOCK")) == ("active", 5)


def test_a_listing_expires_and_is_deleted_by_hand(seller: Seller) -> None:
    seller.etsy.operator("expire_listing", {"sku": "RETRO-CLOCK"})
    assert seller.state(seller.listing("RETRO-CLOCK"))[0] == "expired"
    seller.etsy.operator("delete_listing", {"sku": "RETRO-CLOCK"})
    with pytest.raises(LookupError, match="no listing of RETRO-CLOCK"):
        seller.etsy.operator("delete_listing", {"sku": "RETRO-CLOCK"})


def test_a_sale_ends_by_itself(seller: Seller) -> None:
    seller.etsy.operator("sale", {"percent": 20, "minutes": 30})
    assert seller.etsy.storefront.item("LAMP-ARC").was == "489.00"
    seller.world.clock.advance(timedelta(minutes=30))
    assert seller.etsy.storefront.item("LAMP-ARC").was is None


def test_a_shop_on_holiday_sells_nothing(seller: Seller) -> None:
    seller.etsy.operator("vacation", {"on": True})
    assert seller.etsy.storefront.shelf() == []
    with pytest.raises(Exception, match="short break"):
        seller.buy(RETRO_CLOCK=1)
    seller.etsy.operator("vacation", {"on": False})
    assert seller.buy(RETRO_CLOCK=1)


def test_an_order_is_shipped_by_hand(seller: Seller) -> None:
    number = seller.buy(RETRO_CLOCK=1)
    label = {"order": number, "tracking_code": "PX9", "carrier_name": "DPD"}
    seller.etsy.operator("ship", label)
    found = seller.receipt(number)
    assert (found["status"], found["shipments"][0]["carrier_name"]) == ("completed", "dpd")
    with pytest.raises(LookupError, match="no receipt 5"):
        seller.etsy.operator("ship", {"order": 5})


def test_nobody_knows_another_action(seller: Seller) -> None:
    with pytest.raises(LookupError, match="knows no action 'dance'"):
        seller.etsy.operator("dance", {})


def test_a_reset_brings_back_the_beginning(seller: Seller) -> None:
    before = seller.etsy.credentials()
    seller.buy(LAMP_ARC=2)
    seller.etsy.operator("revoke_consent", {})
    seller.world.reset("etsy")
    assert seller.etsy.credentials() == before
    assert seller.etsy.storefront.item("LAMP-ARC").quantity == 2
    assert seller("GET", "/shops/{shop}/receipts")["count"] == 0


def test_an_emptied_shop_keeps_its_keys(seller: Seller) -> None:
    before = seller.etsy.credentials()
    seller.etsy.operator("empty", {})
    assert (seller.etsy.credentials(), seller.etsy.storefront.shelf()) == (before, [])
    assert seller("GET", "/shops/{shop}/shipping-profiles")["count"] == 1


def test_the_same_seed_gives_the_same_keys() -> None:
    worlds = [World(channel_names=["etsy"], seed=seed) for seed in (1, 1, 2)]
    first, again, other = (w.dialects["etsy"].credentials() for w in worlds)
    assert first == again
    assert first["keystring"] != other["keystring"]
    for world in worlds:
        world.close()


@pytest.mark.parametrize(("currency", "divisor", "amount"), [("JPY", 1, 129), ("EUR", 100, 12900)])
def test_amounts_are_in_the_currencys_minor_units(currency: str, divisor: int, amount: int) -> None:
    world = World(channel_names=["etsy"], goods=GOODS[:1], settings={"currency": currency})
    etsy = world.dialects["etsy"]
    etsy.storefront.buy({"RETRO-CLOCK": 1}, BUYER)
    (receipt,) = etsy.shop.all("receipt")
    assert receipt.body["total"] == amount
    world.close()


def test_a_thousand_goods_are_quickly_on_the_shelf() -> None:
    goods = [Goods(f"HOOK-{n:04}", f"Hook {n}", Decimal(10), 5) for n in range(1000)]
    world = World(channel_names=["etsy"], goods=goods)
    assert len(world.dialects["etsy"].storefront.shelf()) == 1000
    world.close()
