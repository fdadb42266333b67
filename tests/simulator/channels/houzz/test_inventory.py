"""Stock and prices of one sku, and the list of all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.houzz.seller import OK, SOFA, Seller, messages, xml


def test_stock_is_absolute_and_everything_else_may_come_along(seller: Seller) -> None:
    facts = {"Price": "34.90", "MSRP": "45", "ShippingLeadTimeMin": 1, "ShippingLeadTimeMax": 3}
    assert seller.inventory("MUG-STONE", Quantity=7, **facts) == OK
    assert seller.inventory("MUG-STONE", Quantity=7, **facts) == OK
    shown = seller.listing("MUG-STONE")
    assert (shown["Quantity"], shown["Price"], shown["MSRP"]) == (7, "34.90", "45.00")
    assert shown["ShippingDetails"] == {"LeadTimeMin": 1, "LeadTimeMax": 3}


def test_a_listings_name_for_the_lead_time_does_nothing_in_an_inventory(seller: Seller) -> None:
    inner = "<SKU>MUG-STONE</SKU><Action>update</Action><LeadTimeMin>1</LeadTimeMin>"
    asked = {"format": "json", "method": "updateInventory"}
    root = "UpdateInventoryRequest"
    answer = seller.wild("POST", params=asked, content=f"<{root}>{inner}</{root}>")
    assert answer.json() == OK
    assert "ShippingDetails" not in seller.listing("MUG-STONE")


def test_numbers_may_have_the_zeros_that_a_shop_keeps_behind_them(seller: Seller) -> None:
    asked = {"format": "json", "method": "updateInventory"}
    named = {"SKU": "MUG-STONE", "Action": "update"}
    facts = {"Quantity": "7.0000", "Price": "39.9000", "MSRP": "45.0"}
    document = f"<UpdateInventoryRequest>{xml({**named, **facts})}</UpdateInventoryRequest>"
    assert seller.wild("POST", params=asked, content=document).json() == OK
    shown = seller.listing("MUG-STONE")
    assert (shown["Quantity"], shown["Price"], shown["MSRP"]) == (7, "39.90", "45.00")
    for name, value in (("Quantity", "7.5"), ("Price", "39.905"), ("Price", "39.")):
        told = seller.spoiled("updateInventory", xml({**named, name: value}))
        assert told == [f"Invalid value for {name}: {value}"]


def test_zero_is_taken_and_nothing_below(seller: Seller) -> None:
    assert seller.inventory("MUG-STONE", Quantity=0) == OK
    assert seller.dialect.storefront.item("MUG-STONE").availability == "sold out"
    inner = "<SKU>MUG-STONE</SKU><Action>update</Action><Quantity>-1</Quantity>"
    assert seller.spoiled("updateInventory", inner) == ["Invalid value for Quantity: -1"]


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ("<SKU>MUG-STONE</SKU>", ["Action is required"]),
        ("<Action>update</Action>", ["SKU is required"]),
        ("<SKU>MUG-STONE</SKU><Action>add</Action>", ["Invalid value for Action: add"]),
        (
            "<SKU>MUG-STONE</SKU><Action>update</Action><Quantity>2.5</Quantity><Price>1,50</Price>",
            ["Invalid value for Quantity: 2.5", "Invalid value for Price: 1,50"],
        ),
        (
            "<SKU>MUG-STONE</SKU><Action>update</Action><ShippingLeadTimeMin>5</ShippingLeadTimeMin>"
            "<ShippingLeadTimeMax>2</ShippingLeadTimeMax>",
            ["LeadTimeMin 5 is above LeadTimeMax 2"],
        ),
    ],
)
def test_inventories_that_are_refused(seller: Seller, inner: str, told: list[str]) -> None:
    assert seller.spoiled("updateInventory", inner) == told
    assert seller.listing("MUG-STONE")["Quantity"] == 80


def test_skus_are_compared_exactly(seller: Seller) -> None:
    assert messages(seller.inventory("mug-stone", Quantity=1)) == ["Unknown SKU"]


# -- lists ------------------------------------------------------------------------------------------


def test_pages_by_offset_until_one_is_short(seller: Seller) -> None:
    pages = [
        [x["SKU"] for x in seller.get("getListings", Start=n, NumberOfItems=4)["Listings"]]
        for n in (0, 4, 8)
    ]
    assert pages == [
        ["RETRO-CLOCK", "OAK-SHELF-80", "LAMP-ARC", "WOOL-THROW"],
        ["MUG-STONE", "LINEN-APRON"],
        [],
    ]


@pytest.mark.parametrize(
    ("status", "skus"),
    [
        ("active", {"OAK-SHELF-80", "LAMP-ARC", "WOOL-THROW", "MUG-STONE"}),
        ("Active", {"OAK-SHELF-80", "LAMP-ARC", "WOOL-THROW", "MUG-STONE"}),
        ("INACTIVE", {"RETRO-CLOCK"}),
        ("deleted", {"LINEN-APRON"}),
        ("new", set()),
        (None, {"OAK-SHELF-80", "LAMP-ARC", "WOOL-THROW", "MUG-STONE", "RETRO-CLOCK"}),
    ],
)
def test_lists_by_status_in_any_case(seller: Seller, status: str | None, skus: set[str]) -> None:
    seller.inventory("RETRO-CLOCK", Status="Inactive")
    seller.update(SKU="LINEN-APRON", Status="deleted")
    asked = {} if status is None else {"Status": status}
    assert {x["SKU"] for x in seller.get("getListings", **asked)["Listings"]} == skus


@pytest.mark.parametrize(
    "params",
    [{"Start": "-1"}, {"NumberOfItems": "0"}, {"NumberOfItems": "1001"}, {"Status": "odd"}],
)
def test_lists_that_are_refused(seller: Seller, params: dict[str, str]) -> None:
    asked = {"format": "json", "method": "getListings", **params}
    ((name, value),) = params.items()
    told = messages(seller.wild("GET", params=asked).json())
    assert told == [f"Invalid value for {name}: {value}"]


def test_an_entry_left_out_of_a_page_makes_room_for_the_next(world: World, seller: Seller) -> None:
    world.faults.add(Fault("omitted", "houzz", path="products", after=1, count=1))
    page = [x["SKU"] for x in seller.get("getListings", NumberOfItems=2)["Listings"]]
    assert page == ["RETRO-CLOCK", "LAMP-ARC"]


def test_reads_lie_behind_writes_as_far_as_is_dialled(world: World, seller: Seller) -> None:
    world.advance(timedelta(minutes=1))
    world.dials["houzz"].turn({"lag_s": 10})
    seller.inventory("MUG-STONE", Quantity=7)
    seller.add(xml(SOFA))
    assert seller.listing("MUG-STONE")["Quantity"] == 80
    assert len(seller.get("getListings")["Listings"]) == 6
    assert messages(seller.get("getListing", SKU="SOFA-1-GR")) == ["Unknown SKU"]
    world.advance(timedelta(seconds=10))
    assert seller.listing("MUG-STONE")["Quantity"] == 7
    assert len(seller.get("getListings")["Listings"]) == 7


def test_people_change_listings_by_hand(seller: Seller) -> None:
    seller.operate("set_listing", sku="MUG-STONE", Quantity=3, Price="35", Status="inactive")
    shown = seller.listing("MUG-STONE")
    assert (shown["Quantity"], shown["Price"], shown["Status"]) == (3, "35.00", "Inactive")
    with pytest.raises(ValueError, match=r"Invalid value for Quantity: -3; .* Status: lost"):
        seller.operate("set_listing", sku="MUG-STONE", Quantity=-3, Status="lost")
