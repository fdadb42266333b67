"""Variants: every choice is a listing of its own, under a parent that is none."""

from __future__ import annotations

from datetime import timedelta

from simulator.world import World
from tests.simulator.channels.houzz.seller import OK, SOFA, Seller, messages, xml

PARENT = {"SKU": "SOFA-1", "Title": "Sofa Oslo", "CategoryId": 14010}
AXES = {"Parentage": "Parent", "VariationTheme": "Color, Size"}


def child(sku: str, parent: str = "SOFA-1", **choice: str) -> str:
    family = {"Parentage": "Child", "ParentSKU": parent, "RelationshipType": "Variation"}
    pairs = "".join(
        f"<Attribute>{xml({'Type': t, 'Value': v})}</Attribute>" for t, v in choice.items()
    )
    return (
        xml({**SOFA, "SKU": sku, "Title": "Sofa Oslo", **family})
        + f"<ProductAttributes>{pairs}</ProductAttributes>"
    )


def test_a_family_is_a_parent_and_its_children(world: World, seller: Seller) -> None:
    assert seller.add(xml({**PARENT, **AXES})) == OK
    assert seller.add(child("SOFA-1-GR", Color="Grey", Size="3-seat")) == OK
    assert seller.add(child("SOFA-1-BL", Color="Blue", Size="2-seat")) == OK
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
    told = messages(seller.add(child("SOFA-1-GR", Color="Grey", Size="3-seat")))
    assert told == ["ParentSKU SOFA-1 is not a parent listing"]
    told = messages(seller.add(child("SOFA-1-GR", parent="MUG-STONE", Color="Grey")))
    assert told == ["ParentSKU MUG-STONE is not a parent listing"]


def test_a_child_has_a_value_on_every_axis(seller: Seller) -> None:
    seller.add(xml({**PARENT, **AXES}))
    told = messages(seller.add(child("SOFA-1-GR", Color="Grey")))
    assert told == ["ProductAttributes has no Size"]


def test_a_parent_that_becomes_a_child_is_to_be_sold_and_so_has_a_price(
    world: World, seller: Seller
) -> None:
    for sku in ("SOFA-1", "SOFA-2"):
        seller.add(xml({**PARENT, "SKU": sku, "Parentage": "Parent", "VariationTheme": "Color"}))
    chosen = {"Attribute": {"Type": "Color", "Value": "Grey"}}
    family = {"Parentage": "Child", "ParentSKU": "SOFA-1", "RelationshipType": "Variation"}
    child = {"SKU": "SOFA-2", **family, "ProductAttributes": chosen}
    assert messages(seller.update(**child)) == ["Price is required", "Quantity is required"]
    assert seller.update(**child, Price="499.00", Quantity=2) == OK
    world.advance(timedelta(days=1))
    assert seller.dialect.storefront.item("SOFA-2").price == "499.00"


def test_a_parent_names_its_axes(seller: Seller) -> None:
    told = messages(seller.add(xml({**PARENT, "Parentage": "Parent"})))
    assert told == ["VariationTheme is required"]


def test_an_inactive_parent_hides_its_children(world: World, seller: Seller) -> None:
    seller.add(xml({**PARENT, **AXES}))
    seller.add(child("SOFA-1-GR", Color="Grey", Size="3-seat"))
    world.advance(timedelta(days=1))
    seller.inventory("SOFA-1", Status="inactive")
    assert seller.dialect.storefront.item("SOFA-1-GR").availability == "gone"
    assert seller.listing("SOFA-1-GR")["Status"] == "Active"
