"""Variation families, search, and product types."""

from __future__ import annotations

import json
from typing import Any

from simulator.channels.amazon.dialect import Amazon
from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.amazon.seller import Seller, new_listing

RELATION = "child_parent_sku_relationship"


def parent(theme: str = "SIZE/COLOR") -> dict[str, Any]:
    body = new_listing("Linen apron")
    for name in ("purchasable_offer", "fulfillment_availability", "condition_type"):
        del body["attributes"][name]
    body["attributes"] |= {
        "parentage_level": [{"value": "parent"}],
        "variation_theme": [{"name": theme}],
        RELATION: [{"child_relationship_type": "variation"}],
    }
    return body


def child(of: str, size: str | None = "L", theme: str = "SIZE/COLOR") -> dict[str, Any]:
    body = new_listing(f"Linen apron, {size}", color=[{"value": "grey"}])
    if size:
        body["attributes"]["size"] = [{"value": size}]
    body["attributes"] |= {
        "parentage_level": [{"value": "child"}],
        "variation_theme": [{"name": theme}],
        RELATION: [{"child_relationship_type": "variation", "parent_sku": of}],
    }
    return body


def family(api: Seller) -> None:
    api.put("APRON", parent())
    api.wait()
    for size in ("M", "L"):
        api.put(f"APRON-{size}", child("APRON", size))
    api.wait()


def test_a_family_reads_back_from_both_ends(shop: Amazon, api: Seller) -> None:
    family(api)
    (head,) = api.get("APRON")["relationships"]
    assert head["relationships"] == [
        {
            "type": "VARIATION",
            "variationTheme": {"theme": "SIZE/COLOR", "attributes": ["size", "color"]},
            "childSkus": ["APRON-M", "APRON-L"],
        }
    ]
    (member,) = api.get("APRON-L")["relationships"]
    assert member["relationships"][0]["parentSkus"] == ["APRON"]
    assert api.get("APRON")["summaries"][0]["status"] == ["DISCOVERABLE"]
    shelf = [item.sku for item in shop.storefront.shelf()]
    assert "APRON-M" in shelf and "APRON" not in shelf
    asked = {"marketplaceIds": api.place, "variationParentSku": "APRON", "sortBy": "sku"}
    found = api.http.get(f"/listings/2021-08-01/items/{api.id}", params=asked).json()
    assert [item["sku"] for item in found["items"]] == ["APRON-M", "APRON-L"]


def test_a_child_before_its_parent_stands_alone_with_an_issue(api: Seller) -> None:
    api.put("APRON-L", child("APRON"))
    api.wait()
    seen = api.get("APRON-L")
    assert [issue["code"] for issue in seen["issues"]] == ["8560"]
    assert seen["relationships"][0]["relationships"] == []
    assert seen["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]


def test_a_child_needs_the_attributes_of_its_theme_and_a_theme_that_exists(api: Seller) -> None:
    reply = api.put("APRON-L", child("APRON", None))
    assert [issue["attributeNames"] for issue in reply["issues"]] == [["size"]]
    reply = api.put("APRON", parent("FLAVOUR/MOOD"))
    assert [issue["code"] for issue in reply["issues"]] == ["90244"]


def test_search_pages_filters_and_finds_by_sku(world: World, api: Seller) -> None:
    at = f"/listings/2021-08-01/items/{api.id}"
    asked: dict[str, Any] = {"marketplaceIds": api.place, "sortBy": "sku", "sortOrder": "ASC"}
    first = api.http.get(at, params={**asked, "pageSize": 3}).json()
    assert (first["numberOfResults"], len(first["items"])) == (4, 3)
    token = first["pagination"]["nextToken"]
    last = api.http.get(at, params={**asked, "pageSize": 3, "pageToken": token}).json()
    skus = [item["sku"] for item in (*first["items"], *last["items"])]
    assert skus == ["LAMP-ARC", "LINEN-APRON", "OAK-SHELF-80", "RETRO-CLOCK"]
    assert set(last["pagination"]) == {"previousToken"}
    sold_out = api.http.get(at, params={**asked, "withoutStatus": "BUYABLE"}).json()
    assert [item["sku"] for item in sold_out["items"]] == ["LINEN-APRON"]
    named = {**asked, "identifiers": "RETRO-CLOCK,NONE", "identifiersType": "SKU"}
    found = api.http.get(at, params=named).json()
    assert [item["sku"] for item in found["items"]] == ["RETRO-CLOCK"]
    world.faults.add(Fault("omitted", "amazon", path="products", count=1))
    short = api.http.get(at, params=asked).json()
    assert (short["numberOfResults"], len(short["items"])) == (4, 3)


def test_a_page_of_more_than_twenty_is_refused(api: Seller) -> None:
    asked = {"marketplaceIds": api.place, "pageSize": 21}
    found = api.http.get(f"/listings/2021-08-01/items/{api.id}", params=asked)
    assert (found.status_code, found.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")


def test_product_types_are_found_and_give_links_to_their_schemas(api: Seller) -> None:
    asked = {"marketplaceIds": api.place, "keywords": "clock"}
    found = api.http.get("/definitions/2020-09-01/productTypes", params=asked).json()
    assert [one["name"] for one in found["productTypes"]] == ["CLOCK"]
    asked = {"marketplaceIds": api.place, "requirements": "LISTING"}
    told = api.http.get("/definitions/2020-09-01/productTypes/CLOCK", params=asked).json()
    address = told["schema"]["link"]["resource"]
    assert address.startswith("https://amazon.test/")
    schema = json.loads(api.http.get(address).text)
    assert "item_name" in schema["required"]
    assert "purchasable_offer" in schema["properties"]
    nothing = api.http.get("/definitions/2020-09-01/productTypes/NOPE", params=asked)
    assert nothing.status_code == 404
