"""What shoppers see and may do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from simulator.channels import SoldOut
from simulator.world import GOODS, World
from tests.simulator.channels.houzz.seller import BUYER, SOFA, Seller, xml


def test_the_shelf_by_sku(seller: Seller) -> None:
    shelf = {i.sku: (i.price, i.availability, i.note) for i in seller.dialect.storefront.shelf()}
    assert list(shelf) == sorted(shelf)
    assert shelf["LAMP-ARC"] == ("489.00", "in stock", "Only 2 left")
    assert shelf["LINEN-APRON"] == ("89.00", "sold out", "")
    assert shelf["MUG-STONE"] == ("39.90", "in stock", "")


@pytest.mark.parametrize(("msrp", "was"), [("45.00", "45.00"), ("39.90", None), ("20.00", None)])
def test_a_higher_msrp_is_struck_through(seller: Seller, msrp: str, was: str | None) -> None:
    seller.inventory("MUG-STONE", MSRP=msrp)
    item = seller.dialect.storefront.item("MUG-STONE")
    assert (item.price, item.was) == ("39.90", was)


@pytest.mark.parametrize(
    ("least", "most", "note"),
    [(3, 7, "Only 2 left, ships in 3 to 7 days"), (3, 3, "Only 2 left, ships in 3 days")],
)
def test_the_lead_time_is_told(seller: Seller, least: int, most: int, note: str) -> None:
    seller.inventory("LAMP-ARC", ShippingLeadTimeMin=least, ShippingLeadTimeMax=most)
    assert seller.dialect.storefront.item("LAMP-ARC").note == note


@pytest.mark.parametrize("sku", ["MUG-STONE", "NO-SUCH"])
def test_what_is_inactive_or_unknown_is_gone(seller: Seller, sku: str) -> None:
    seller.inventory("MUG-STONE", Status="inactive")
    item = seller.dialect.storefront.item(sku)
    assert (item.availability, item.listed, item.price) == ("gone", False, None)
    assert sku not in [i.sku for i in seller.dialect.storefront.shelf()]
    with pytest.raises(SoldOut, match=f"{sku}: not for sale on Houzz"):
        seller.dialect.storefront.buy({sku: 1}, BUYER)


def test_buying_takes_stock_down_to_sold_out(seller: Seller) -> None:
    seller.buy(LAMP_ARC=2)
    assert seller.listing("LAMP-ARC")["Quantity"] == 0
    with pytest.raises(SoldOut, match="LAMP-ARC: 0 in stock, 1 wanted"):
        seller.buy(LAMP_ARC=1)


def test_a_basket_is_bought_whole_or_not_at_all(seller: Seller) -> None:
    with pytest.raises(SoldOut, match="LAMP-ARC: 2 in stock, 3 wanted"):
        seller.buy(MUG_STONE=1, LAMP_ARC=3)
    assert seller.listing("MUG-STONE")["Quantity"] == 80
    assert seller.dialect.storefront.sold() == []


def test_a_least_quantity_is_kept(seller: Seller) -> None:
    facts = {"SKU": "MUG-STONE", "MinimumOrderQuantity": 4}
    seller.post("updateListing", f"<Listing>{xml(facts)}</Listing>")
    with pytest.raises(SoldOut, match="MUG-STONE: sold from 4 pieces on, 3 wanted"):
        seller.buy(MUG_STONE=3)
    assert seller.buy(MUG_STONE=4)


def test_shipping_is_told_for_each_piece(seller: Seller) -> None:
    option = {"Country": "US", "Type": "STANDARD", "Price": "12.50"}
    details = {"ShippingDetails": {"ShippingOptions": {"ShippingOption": option}}}
    seller.post("addListing", f"<Listing>{xml({**SOFA, **details})}</Listing>")
    seller.operate("approve", sku="SOFA-1-GR")
    for buyer in (BUYER, replace(BUYER, country="CA")):
        number = seller.buy(SOFA_1_GR=2, buyer=buyer)
        seller.operate("charge", order=number)
    orders = seller.get("getOrders")["Orders"]
    assert [o["OrderItems"][0]["Shipping"] for o in orders] == ["12.50", "0.00"]
    assert [s.shipping for s in seller.dialect.storefront.sold()] == [Decimal(25), Decimal(0)]


@pytest.mark.parametrize(
    ("settings", "row", "gross"),
    [
        ({"prices_include_tax": False, "taxes": {"US": "8.25"}}, ("39.90", "3.29"), "43.19"),
        ({"prices_include_tax": True, "taxes": {"US": "8.25"}}, ("39.90", "0.00"), "39.90"),
        ({"prices_include_tax": False, "taxes": {"PL": "23"}}, ("39.90", "0.00"), "39.90"),
    ],
)
def test_tax_comes_on_top_where_prices_are_net(
    settings: dict[str, Any], row: tuple[str, str], gross: str
) -> None:
    world = World(channel_names=["houzz"], goods=GOODS, settings=settings)
    seller = Seller(world)
    number = seller.buy(MUG_STONE=2)
    seller.operate("charge", order=number)
    (found,) = seller.get("getOrder", OrderId=number)["Order"]["OrderItems"]
    assert (found["Price"], found["Tax"]) == row
    ((line,),) = [order.lines for order in seller.dialect.storefront.sold()]
    assert line.price == Decimal(gross)
    world.close()


def test_a_hub_learns_of_what_was_sold(world: World, seller: Seller) -> None:
    first = seller.buy(MUG_STONE=2)
    second = seller.buy(LAMP_ARC=1)
    seller.operate("charge", order=first)
    one, two = seller.dialect.storefront.sold()
    assert (one.number, one.foreign_id, one.is_paid) == (first, first, True)
    assert (two.number, two.buyer, two.is_paid) == (second, BUYER, False)
    assert (one.placed_at, one.currency) == (world.clock.now(), "USD")
    assert [(n.sku, n.quantity, n.price, n.foreign_id) for n in one.lines] == [
        ("MUG-STONE", 2, Decimal("39.90"), "61200005")
    ]
    assert seller.dialect.storefront.sold(after=one.seq) == [two]
    assert seller.dialect.storefront.sold(after=two.seq) == []


def test_the_buyer_sees_the_orders_way(seller: Seller) -> None:
    number = seller.buy(MUG_STONE=2)
    assert seller.dialect.storefront.order(number).status == "New"
    seller.operate("charge", order=number)
    assert seller.dialect.storefront.order(number).status == "Charged"
    seller.ship(number)
    view = seller.dialect.storefront.order(number)
    assert (view.status, view.is_cancelled) == ("Shipped", False)
    with pytest.raises(LookupError, match="houzz has no order 1"):
        seller.dialect.storefront.order("1")


def test_the_pages_tell_it(world: World, seller: Seller) -> None:
    seller.inventory("LAMP-ARC", MSRP="600.00", ShippingLeadTimeMin=3, ShippingLeadTimeMax=7)
    with httpx.Client(transport=world.transport(), base_url="https://houzz.test") as browser:
        page = browser.get("/storefront/item", params={"sku": "LAMP-ARC"}).text
        assert "Only 2 left, ships in 3 to 7 days" in page
        assert "600.00" in page
        seller.inventory("LAMP-ARC", Status="inactive")
        assert browser.get("/storefront/item", params={"sku": "LAMP-ARC"}).status_code == 410
