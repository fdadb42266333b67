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


def bare(**facts: Any) -> str:
    return xml({**SOFA, **facts})


# -- a listing's life ---------------------------------------------------------------------------------


def test_a_listing_comes_back_as_it_was_added(seller: Seller) -> None:
    assert seller.add(WHOLE) == OK
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
    seller.add(bare())
    assert seller.dialect.storefront.item("SOFA-1-GR").availability == "gone"
    world.advance(timedelta(hours=24))
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"
    assert seller.dialect.storefront.item("SOFA-1-GR").availability == "in stock"


def test_how_long_a_review_takes_is_set_with_the_shop() -> None:
    world = World(channel_names=["houzz"], settings={"options": {"review_s": 60}})
    seller = Seller(world)
    seller.add(bare())
    world.advance(timedelta(minutes=1))
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"
    world.close()


def test_a_reviewer_lets_it_in_at_once(seller: Seller) -> None:
    seller.add(bare())
    seller.operate("approve", sku="SOFA-1-GR")
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"
    with pytest.raises(ValueError, match="listing SOFA-1-GR is Active, not in review"):
        seller.operate("approve", sku="SOFA-1-GR")


def test_a_status_set_during_the_review_holds_from_its_end(world: World, seller: Seller) -> None:
    seller.add(bare())
    assert seller.inventory("SOFA-1-GR", Status="inactive") == OK
    assert seller.listing("SOFA-1-GR")["Status"] == "New"
    world.advance(timedelta(days=1))
    assert seller.listing("SOFA-1-GR")["Status"] == "Inactive"
    seller.inventory("SOFA-1-GR", Status="active")
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"


def test_a_rejected_listing_is_reviewed_again_when_it_is_updated(seller: Seller) -> None:
    seller.add(bare())
    seller.operate("reject", sku="SOFA-1-GR", reason="No pictures")
    shown = seller.listing("SOFA-1-GR")
    assert (shown["Status"], shown["RejectReason"]) == ("Rejected", "No pictures")
    refused = messages(seller.inventory("SOFA-1-GR", Status="active"))
    assert refused == ["Listing SOFA-1-GR was rejected: No pictures"]
    assert seller.update(SKU="SOFA-1-GR", Description="Grey, with legs") == OK
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
    seller.add(bare())
    world.advance(after)
    assert seller.listing("SOFA-1-GR")["Status"] == status


def test_the_dial_says_how_long_a_review_takes(world: World, seller: Seller) -> None:
    world.dials["houzz"].turn({"job_s": 5})
    seller.add(bare())
    world.clock.advance(timedelta(seconds=5))  # nobody ticks: whoever asks finds it done
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"


def test_a_deleted_sku_is_unknown_until_it_is_added_again(seller: Seller) -> None:
    seller.update(SKU="RETRO-CLOCK", Status="deleted")
    assert messages(seller.get("getListing", SKU="RETRO-CLOCK")) == ["Unknown SKU"]
    assert messages(seller.inventory("RETRO-CLOCK", Quantity=1)) == ["Unknown SKU"]
    assert seller.dialect.storefront.item("RETRO-CLOCK").availability == "gone"
    assert seller.add(bare(SKU="RETRO-CLOCK")) == OK
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
    seller.add(bare())
    told = messages(seller.add(bare(Title="Other")))
    assert told == ["A listing with SKU SOFA-1-GR already exists"]


def test_five_pictures_at_most(seller: Seller) -> None:
    links = "".join(f"<ImageLink>https://pics.example/{n}.jpg</ImageLink>" for n in range(6))
    told = messages(seller.add(bare() + f"<Images>{links}</Images>"))
    assert told == ["A listing takes 5 images at most"]


def test_a_document_without_a_listing(seller: Seller) -> None:
    assert seller.spoiled("addListing", "<SKU>SOFA-1-GR</SKU>") == ["Listing is required"]


# -- updates ------------------------------------------------------------------------------------------


def test_an_update_changes_what_it_names(seller: Seller) -> None:
    seller.add(WHOLE)
    before = seller.listing("SOFA-1-GR")
    links = {"ImageLink": "https://pics.example/3.jpg"}
    changed = {"Title": "Sofa Oslo", "Images": links, "ShippingDetails": {"LeadTimeMax": 9}}
    assert seller.update(SKU="SOFA-1-GR", **changed) == OK
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
    assert messages(seller.update(SKU="NO-SUCH", Title="?")) == ["Unknown SKU"]
    assert seller.spoiled("updateListing", "<Listing><Title>?</Title></Listing>") == [
        "SKU is required"
    ]
