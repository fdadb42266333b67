"""Listings: added, reviewed, changed, listed; variants; stock and prices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.houzz.seller import OK, SOFA, Seller, messages, xml

WHOLE = (
    "<SKU>SOFA-1-GR</SKU><Title>Sofa &lt;Oslo&gt; &amp; cushion</Title><Description>Grey.</Description>"
    "<UPC>012345678905</UPC><CategoryId>14010</CategoryId><Manufacturer>Fjord</Manufacturer>"
    "<Price>499.00</Price><Currency>USD</Currency><MSRP>650</MSRP><Quantity>5</Quantity>"
    "<MinimumOrderQuantity>1</MinimumOrderQuantity><AssemblyRequired>0</AssemblyRequired>"
    "<Prop65Disclosure>0</Prop65Disclosure><Prop65WarningType/>"
    "<ProductSpec><Width>80</Width><Height/><DimensionsUnit>in</DimensionsUnit></ProductSpec>"
    "<Images><ImageLink>https://pics.example/1.jpg</ImageLink>"
    "<ImageLink>https://pics.example/2.jpg</ImageLink></Images>"
    "<ShippingDetails><Packages><Package><Width>82.5</Width></Package></Packages>"
    "<ShippingOptions><ShippingOption><Country>US</Country><Type>STANDARD</Type><Price>12.5</Price>"
    "</ShippingOption></ShippingOptions><LeadTimeMin>3</LeadTimeMin><LeadTimeMax>7</LeadTimeMax>"
    "</ShippingDetails>"
)


def add(seller: Seller, inner: str) -> Any:
    return seller.post("addListing", f"<Listing>{inner}</Listing>")


def update(seller: Seller, **facts: Any) -> Any:
    return seller.post("updateListing", f"<Listing>{xml(facts)}</Listing>")


def bare(**facts: Any) -> str:
    return xml({**SOFA, **facts})


# -- a listing's life ---------------------------------------------------------------------------------


def test_a_listing_comes_back_as_it_was_added(seller: Seller) -> None:
    assert add(seller, WHOLE) == OK
    assert seller.listing("SOFA-1-GR") == {
        "ProductId": "61200007",
        "SKU": "SOFA-1-GR",
        "Title": "Sofa <Oslo> & cushion",
        "Description": "Grey.",
        "UPC": "012345678905",
        "CategoryId": 14010,
        "Manufacturer": "Fjord",
        "Price": "499.00",
        "Currency": "USD",
        "MSRP": "650.00",
        "Quantity": 5,
        "MinimumOrderQuantity": 1,
        "AssemblyRequired": 0,
        "Prop65Disclosure": 0,
        "ProductSpec": {"Width": "80", "DimensionsUnit": "in"},
        "Images": ["https://pics.example/1.jpg", "https://pics.example/2.jpg"],
        "ShippingDetails": {
            "Packages": [{"Width": "82.5"}],
            "ShippingOptions": [{"Country": "US", "Type": "STANDARD", "Price": "12.50"}],
            "LeadTimeMin": 3,
            "LeadTimeMax": 7,
        },
        "Status": "New",
    }


def test_a_new_listing_is_seen_once_it_is_reviewed(world: World, seller: Seller) -> None:
    add(seller, bare())
    assert seller.dialect.storefront.item("SOFA-1-GR").availability == "gone"
    world.advance(timedelta(hours=24))
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"
    assert seller.dialect.storefront.item("SOFA-1-GR").availability == "in stock"


def test_a_reviewer_lets_it_in_at_once(seller: Seller) -> None:
    add(seller, bare())
    seller.operate("approve", sku="SOFA-1-GR")
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"
    with pytest.raises(ValueError, match="listing SOFA-1-GR is Active, not in review"):
        seller.operate("approve", sku="SOFA-1-GR")


def test_a_status_set_during_the_review_holds_from_its_end(world: World, seller: Seller) -> None:
    add(seller, bare())
    assert seller.inventory("SOFA-1-GR", Status="inactive") == OK
    assert seller.listing("SOFA-1-GR")["Status"] == "New"
    world.advance(timedelta(days=1))
    assert seller.listing("SOFA-1-GR")["Status"] == "Inactive"
    seller.inventory("SOFA-1-GR", Status="active")
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"


def test_a_rejected_listing_is_reviewed_again_when_it_is_updated(seller: Seller) -> None:
    add(seller, bare())
    seller.operate("reject", sku="SOFA-1-GR", reason="No pictures")
    shown = seller.listing("SOFA-1-GR")
    assert (shown["Status"], shown["RejectReason"]) == ("Rejected", "No pictures")
    refused = messages(seller.inventory("SOFA-1-GR", Status="active"))
    assert refused == ["Listing SOFA-1-GR was rejected: No pictures"]
    assert update(seller, SKU="SOFA-1-GR", Description="Grey, with legs") == OK
    shown = seller.listing("SOFA-1-GR")
    assert (shown["Status"], "RejectReason" in shown) == ("New", False)


@pytest.mark.parametrize(
    ("fault", "after", "status"),
    [
        (Fault("job stuck", path="review"), timedelta(days=30), "New"),
        (Fault("job slow", path="review", seconds=3600), timedelta(hours=24), "New"),
        (Fault("job slow", path="review", seconds=3600), timedelta(hours=25), "Active"),
        (Fault("job failed", path="review"), timedelta(hours=24), "Rejected"),
    ],
)
def test_reviews_go_wrong(
    world: World, seller: Seller, fault: Fault, after: timedelta, status: str
) -> None:
    world.faults.add(fault)
    add(seller, bare())
    world.advance(after)
    assert seller.listing("SOFA-1-GR")["Status"] == status


def test_the_dial_says_how_long_a_review_takes(world: World, seller: Seller) -> None:
    world.dials["houzz"].turn({"job_s": 5})
    add(seller, bare())
    world.clock.advance(timedelta(seconds=5))  # nobody ticks: whoever asks finds it done
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"


def test_a_deleted_sku_is_unknown_until_it_is_added_again(seller: Seller) -> None:
    update(seller, SKU="RETRO-CLOCK", Status="deleted")
    assert messages(seller.get("getListing", SKU="RETRO-CLOCK")) == ["Unknown SKU"]
    assert messages(seller.inventory("RETRO-CLOCK", Quantity=1)) == ["Unknown SKU"]
    assert seller.dialect.storefront.item("RETRO-CLOCK").availability == "gone"
    assert add(seller, bare(SKU="RETRO-CLOCK")) == OK
    assert seller.listing("RETRO-CLOCK")["ProductId"] == "61200001"


# -- what is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"UPC": "012345678900"}, ["Invalid value for UPC: 012345678900"]),
        ({"Price": "499.999"}, ["Invalid value for Price: 499.999", "Price is required"]),
        ({"Price": "0"}, ["Invalid value for Price: 0", "Price is required"]),
        ({"Quantity": "-1"}, ["Invalid value for Quantity: -1", "Quantity is required"]),
        ({"Quantity": "٣"}, ["Invalid value for Quantity: ٣", "Quantity is required"]),
        ({"Currency": "EUR"}, ["Invalid value for Currency: EUR"]),
        (
            {"CategoryId": "Sofas"},
            ["Invalid value for CategoryId: Sofas", "CategoryId is required"],
        ),
        ({"AssemblyRequired": "yes"}, ["Invalid value for AssemblyRequired: yes"]),
        ({"Status": "new"}, ["Invalid value for Status: new"]),
        ({"Title": "", "SKU": ""}, ["SKU is required", "Title is required"]),
        (
            {"ShippingDetails": {"LeadTimeMin": 9, "LeadTimeMax": 7}},
            ["LeadTimeMin 9 is above LeadTimeMax 7"],
        ),
        (
            {"ShippingDetails": {"ShippingOptions": {"ShippingOption": {"Type": "DRONE"}}}},
            ["Invalid value for Type: DRONE"],
        ),
        ({"Images": {"ImageLink": "1.jpg"}}, ["Invalid value for ImageLink: 1.jpg"]),
    ],
)
def test_everything_wrong_is_told_at_once(
    seller: Seller, facts: dict[str, Any], told: list[str]
) -> None:
    assert seller.spoiled("addListing", f"<Listing>{bare(**facts)}</Listing>") == told
    assert len(seller.get("getListings")["Listings"]) == 6


def test_a_sku_is_added_once(seller: Seller) -> None:
    add(seller, bare())
    told = messages(add(seller, bare(Title="Other")))
    assert told == ["A listing with SKU SOFA-1-GR already exists"]


def test_five_pictures_at_most(seller: Seller) -> None:
    links = "".join(f"<ImageLink>https://pics.example/{n}.jpg</ImageLink>" for n in range(6))
    told = messages(add(seller, bare() + f"<Images>{links}</Images>"))
    assert told == ["A listing takes 5 images at most"]


def test_a_document_without_a_listing(seller: Seller) -> None:
    assert seller.spoiled("addListing", "<SKU>SOFA-1-GR</SKU>") == ["Listing is required"]


# -- updates ------------------------------------------------------------------------------------------


def test_an_update_changes_what_it_names(seller: Seller) -> None:
    add(seller, WHOLE)
    before = seller.listing("SOFA-1-GR")
    links = {"ImageLink": "https://pics.example/3.jpg"}
    changed = {"Title": "Sofa Oslo", "Images": links, "ShippingDetails": {"LeadTimeMax": 9}}
    assert update(seller, SKU="SOFA-1-GR", **changed) == OK
    after = seller.listing("SOFA-1-GR")
    assert after == {
        **before,
        "Title": "Sofa Oslo",
        "Images": ["https://pics.example/3.jpg"],
        "ShippingDetails": {**before["ShippingDetails"], "LeadTimeMax": 9},
    }


def test_an_update_that_is_refused_changes_nothing(seller: Seller) -> None:
    before = seller.listing("MUG-STONE")
    inner = f"<Listing>{xml({'SKU': 'MUG-STONE', 'Title': 'Cup', 'UPC': '1'})}</Listing>"
    assert seller.spoiled("updateListing", inner) == ["Invalid value for UPC: 1"]
    assert seller.listing("MUG-STONE") == before


def test_an_unknown_sku_cannot_be_updated(seller: Seller) -> None:
    assert messages(update(seller, SKU="NO-SUCH", Title="?")) == ["Unknown SKU"]
    assert seller.spoiled("updateListing", "<Listing><Title>?</Title></Listing>") == [
        "SKU is required"
    ]


# -- stock and prices ---------------------------------------------------------------------------------


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


# -- lists --------------------------------------------------------------------------------------------


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
    update(seller, SKU="LINEN-APRON", Status="deleted")
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
    add(seller, bare())
    assert seller.listing("MUG-STONE")["Quantity"] == 80
    assert len(seller.get("getListings")["Listings"]) == 6
    assert messages(seller.get("getListing", SKU="SOFA-1-GR")) == ["Unknown SKU"]
    world.advance(timedelta(seconds=10))
    assert seller.listing("MUG-STONE")["Quantity"] == 7
    assert len(seller.get("getListings")["Listings"]) == 7


# -- variants -----------------------------------------------------------------------------------------


PARENT = {"SKU": "SOFA-1", "Title": "Sofa Oslo", "CategoryId": 14010}
AXES = {"Parentage": "Parent", "VariationTheme": "Color, Size"}


def child(sku: str, parent: str = "SOFA-1", **choice: str) -> str:
    family = {"Parentage": "Child", "ParentSKU": parent, "RelationshipType": "Variation"}
    pairs = "".join(
        f"<Attribute>{xml({'Type': t, 'Value': v})}</Attribute>" for t, v in choice.items()
    )
    return (
        bare(SKU=sku, Title="Sofa Oslo", **family)
        + f"<ProductAttributes>{pairs}</ProductAttributes>"
    )


def test_a_family_is_a_parent_and_its_children(world: World, seller: Seller) -> None:
    assert add(seller, xml({**PARENT, **AXES})) == OK
    assert add(seller, child("SOFA-1-GR", Color="Grey", Size="3-seat")) == OK
    assert add(seller, child("SOFA-1-BL", Color="Blue", Size="2-seat")) == OK
    world.advance(timedelta(days=1))
    shown = seller.listing("SOFA-1-GR")
    assert (shown["ParentSKU"], shown["Parentage"]) == ("SOFA-1", "Child")
    assert shown["ProductAttributes"] == [
        {"Type": "Color", "Value": "Grey"},
        {"Type": "Size", "Value": "3-seat"},
    ]
    titles = [i.title for i in seller.dialect.storefront.shelf() if i.sku.startswith("SOFA")]
    assert titles == ["Sofa Oslo, Blue, 2-seat", "Sofa Oslo, Grey, 3-seat"]


def test_a_child_comes_after_its_parent(seller: Seller) -> None:
    told = messages(add(seller, child("SOFA-1-GR", Color="Grey", Size="3-seat")))
    assert told == ["ParentSKU SOFA-1 is not a parent listing"]
    told = messages(add(seller, child("SOFA-1-GR", parent="MUG-STONE", Color="Grey")))
    assert told == ["ParentSKU MUG-STONE is not a parent listing"]


def test_a_child_has_a_value_on_every_axis(seller: Seller) -> None:
    add(seller, xml({**PARENT, **AXES}))
    told = messages(add(seller, child("SOFA-1-GR", Color="Grey")))
    assert told == ["ProductAttributes has no Size"]


def test_a_parent_names_its_axes(seller: Seller) -> None:
    told = messages(add(seller, xml({**PARENT, "Parentage": "Parent"})))
    assert told == ["VariationTheme is required"]


def test_an_inactive_parent_hides_its_children(world: World, seller: Seller) -> None:
    add(seller, xml({**PARENT, **AXES}))
    add(seller, child("SOFA-1-GR", Color="Grey", Size="3-seat"))
    world.advance(timedelta(days=1))
    seller.inventory("SOFA-1", Status="inactive")
    assert seller.dialect.storefront.item("SOFA-1-GR").availability == "gone"
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"
