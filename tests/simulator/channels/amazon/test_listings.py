"""Listings items: created, patched, deleted, refused inside a 200, and late."""

from __future__ import annotations

from typing import Any

from simulator.channels.amazon.dialect import Amazon
from tests.simulator.channels.amazon.seller import Seller, new_listing, price, stock


def issue_codes(reply: dict[str, Any]) -> list[str]:
    return [issue["code"] for issue in reply["issues"]]


def test_accepted_means_queued_and_live_after_some_minutes(shop: Amazon, api: Seller) -> None:
    reply = api.patch("RETRO-CLOCK", stock(3), price(api.place, 99.5), includedData="issues")
    assert (reply["sku"], reply["status"], reply["issues"]) == ("RETRO-CLOCK", "ACCEPTED", [])
    assert api.get("RETRO-CLOCK")["fulfillmentAvailability"][0]["quantity"] == 14
    api.wait()
    seen = api.get("RETRO-CLOCK")
    assert seen["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "DEFAULT", "quantity": 3}]
    assert seen["offers"][0]["price"] == {"currencyCode": "PLN", "amount": "99.50"}
    item = shop.storefront.item("RETRO-CLOCK")
    assert (item.price, item.quantity, item.note) == ("99.50", 3, "Only 3 left in stock")


def test_only_the_summaries_are_shown_unless_more_is_asked_for(api: Seller) -> None:
    found = api.http.get(api.at("RETRO-CLOCK"), params={"marketplaceIds": api.place}).json()
    assert set(found) == {"sku", "summaries"}
    (summary,) = found["summaries"]
    assert summary["status"] == ["BUYABLE", "DISCOVERABLE"]
    assert summary["itemName"] == "Retro wall clock"


def test_put_creates_replaces_and_delete_removes(shop: Amazon, api: Seller) -> None:
    assert api.put("HOOK", new_listing("Brass hook"))["status"] == "ACCEPTED"
    assert shop.storefront.item("HOOK").availability == "gone"
    api.wait()
    assert shop.storefront.item("HOOK").title == "Brass hook"
    asin = api.get("HOOK")["summaries"][0]["asin"]
    api.put("HOOK", new_listing("Brass hook, large", bullet_point=[{"value": "Large"}]))
    api.wait()
    seen = api.get("HOOK")
    assert seen["summaries"][0]["asin"] == asin
    assert seen["attributes"]["bullet_point"] == [{"marketplace_id": api.place, "value": "Large"}]
    asked = {"marketplaceIds": api.place}
    assert api.http.delete(api.at("HOOK"), params=asked).json()["status"] == "ACCEPTED"
    api.wait()
    gone = api.http.get(api.at("HOOK"), params=asked)
    assert (gone.status_code, gone.json()["errors"][0]["code"]) == (404, "NOT_FOUND")


def test_what_is_wrong_with_the_data_comes_inside_a_200(api: Seller) -> None:
    body = new_listing("Brass hook")
    del body["attributes"]["brand"]
    reply = api.put("HOOK", body)
    assert reply["status"] == "INVALID"
    assert reply["issues"] == [
        {
            "code": "90220",
            "message": "'brand' is required but not supplied.",
            "severity": "ERROR",
            "attributeNames": ["brand"],
            "categories": ["MISSING_ATTRIBUTE"],
        }
    ]
    api.wait()
    asked = {"marketplaceIds": api.place}
    assert api.http.get(api.at("HOOK"), params=asked).status_code == 404


def test_a_misspelt_attribute_a_flat_schedule_and_text_for_a_price(api: Seller) -> None:
    misspelt = {"op": "replace", "path": "/attributes/purchaseable_offer", "value": [{"a": 1}]}
    assert issue_codes(api.patch("RETRO-CLOCK", misspelt)) == ["90000900"]
    flat = price(api.place, 1, our_price=[{"schedule": {"value_with_tax": 5}}])
    assert issue_codes(api.patch("RETRO-CLOCK", flat)) == ["4000001"]
    text = price(api.place, 1, our_price=[{"schedule": [{"value_with_tax": "5"}]}])
    assert issue_codes(api.patch("RETRO-CLOCK", text)) == ["4000001"]


def test_a_patch_of_an_unknown_sku_is_accepted_and_comes_to_nothing_useful(
    shop: Amazon, api: Seller
) -> None:
    assert api.patch("HOOK", stock(3), price(api.place, 5))["status"] == "ACCEPTED"
    api.wait()
    seen = api.get("HOOK")
    assert (seen["summaries"][0]["status"], seen["issues"]) == ([], [])
    assert "asin" not in seen["summaries"][0]
    assert shop.storefront.item("HOOK").availability == "gone"
    api.put("HOOK", new_listing("Brass hook"))
    api.wait()
    assert shop.storefront.item("HOOK").availability == "in stock"


def test_submissions_are_applied_in_their_order(api: Seller) -> None:
    api.put("HOOK", new_listing("Brass hook", quantity=9))
    api.patch("HOOK", stock(3))
    api.wait()
    assert api.get("HOOK")["fulfillmentAvailability"][0]["quantity"] == 3


def test_a_preview_validates_and_changes_nothing(api: Seller) -> None:
    asked = {"mode": "VALIDATION_PREVIEW", "includedData": "identifiers,issues"}
    reply = api.patch("RETRO-CLOCK", stock(3), **asked)
    assert reply["status"] == "VALID"
    assert reply["identifiers"][0]["marketplaceId"] == api.place
    api.wait()
    assert api.get("RETRO-CLOCK")["fulfillmentAvailability"][0]["quantity"] == 14


def test_replace_wipes_the_handling_time_and_merge_keeps_it(api: Seller) -> None:
    api.patch("RETRO-CLOCK", stock(5, lead_time_to_ship_max_days=7))
    api.wait()
    api.patch("RETRO-CLOCK", stock(6, "merge"))
    api.wait()
    (row,) = api.get("RETRO-CLOCK")["attributes"]["fulfillment_availability"]
    assert (row["quantity"], row["lead_time_to_ship_max_days"]) == (6, 7)
    api.patch("RETRO-CLOCK", stock(8))
    api.wait()
    (row,) = api.get("RETRO-CLOCK")["attributes"]["fulfillment_availability"]
    assert row == {"fulfillment_channel_code": "DEFAULT", "quantity": 8}


def test_replace_of_an_offer_drops_what_is_left_out(api: Seller) -> None:
    least = [{"schedule": [{"value_with_tax": 50}]}]
    api.patch("RETRO-CLOCK", price(api.place, 99, minimum_seller_allowed_price=least))
    api.wait()
    api.patch("RETRO-CLOCK", price(api.place, 98))
    api.wait()
    (offer,) = api.get("RETRO-CLOCK")["attributes"]["purchasable_offer"]
    assert "minimum_seller_allowed_price" not in offer


def test_another_channel_is_added_beside_the_old_one_until_that_is_deleted(api: Seller) -> None:
    path = "/attributes/fulfillment_availability"
    amazons = [{"fulfillment_channel_code": "AMAZON_EU"}]
    api.patch("RETRO-CLOCK", {"op": "replace", "path": path, "value": amazons})
    api.wait()
    rows = api.get("RETRO-CLOCK")["attributes"]["fulfillment_availability"]
    assert [r["fulfillment_channel_code"] for r in rows] == ["DEFAULT", "AMAZON_EU"]
    bare = {"op": "delete", "path": path}
    assert api.patch("RETRO-CLOCK", bare)["status"] == "INVALID"
    api.patch("RETRO-CLOCK", {**bare, "value": [{"fulfillment_channel_code": "DEFAULT"}]})
    api.wait()
    rows = api.get("RETRO-CLOCK")["attributes"]["fulfillment_availability"]
    assert rows == amazons


def test_stock_rules(api: Seller) -> None:
    row = {"fulfillment_channel_code": "DEFAULT"}
    for wrong in (
        {**row, "quantity": -1},
        {**row, "quantity": 1.5},
        {**row, "quantity": 3, "is_inventory_available": True},
        {"fulfillment_channel_code": "AMAZON_EU", "quantity": 3},
        {"fulfillment_channel_code": "MINE", "quantity": 3},
        {"quantity": 3},
        {**row, "restock_date": "soon"},
    ):
        api.wait(1)
        path = "/attributes/fulfillment_availability"
        reply = api.patch("RETRO-CLOCK", {"op": "replace", "path": path, "value": [wrong]})
        assert reply["status"] == "INVALID", wrong


def test_no_stock_loses_buyable_and_unlimited_stock_is_buyable(shop: Amazon, api: Seller) -> None:
    api.patch("RETRO-CLOCK", stock(0))
    api.wait()
    assert api.get("RETRO-CLOCK")["summaries"][0]["status"] == ["DISCOVERABLE"]
    item = shop.storefront.item("RETRO-CLOCK")
    assert (item.availability, item.note) == ("sold out", "Currently unavailable")
    row = {"fulfillment_channel_code": "DEFAULT", "is_inventory_available": True}
    path = "/attributes/fulfillment_availability"
    api.patch("RETRO-CLOCK", {"op": "replace", "path": path, "value": [row]})
    api.wait()
    item = shop.storefront.item("RETRO-CLOCK")
    assert (item.availability, item.quantity) == ("in stock", None)


def test_other_sellers_other_marketplaces_and_bodies_that_are_none(api: Seller) -> None:
    asked = {"marketplaceIds": api.place}
    other = api.http.get("/listings/2021-08-01/items/AOTHER/RETRO-CLOCK", params=asked)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (400, "InvalidInput")
    us = api.http.get(api.at("RETRO-CLOCK"), params={"marketplaceIds": "ATVPDKIKX0DER"})
    assert (us.status_code, us.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")
    bad = api.http.patch(api.at("RETRO-CLOCK"), params=asked, content=b"[]")
    assert (bad.status_code, bad.json()["errors"][0]["code"]) == (400, "InvalidInput")
    two = {"marketplaceIds": f"{api.place},{api.place}"}
    assert api.http.put(api.at("A"), params=two, json=new_listing("A")).status_code == 400


def test_skus_may_hold_slashes_spaces_and_hashes(api: Seller) -> None:
    for sku in ("A/B 1#2", "50%", "Żółw/ß", "/A//B"):
        api.put(sku, new_listing(sku))
    api.wait()
    for sku in ("A/B 1#2", "50%", "Żółw/ß", "/A//B"):
        assert api.get(sku)["sku"] == sku


def test_an_offer_on_an_existing_asin_needs_little(api: Seller) -> None:
    whole = new_listing("x")["attributes"]
    names = ("condition_type", "purchasable_offer", "fulfillment_availability")
    attributes = {name: whole[name] for name in names}
    body = {
        "productType": "PRODUCT",
        "requirements": "LISTING_OFFER_ONLY",
        "attributes": attributes,
    }
    assert issue_codes(api.put("OFFER", body)) == ["90220"]
    attributes["merchant_suggested_asin"] = [{"value": "B000TEST01"}]
    assert api.put("OFFER", body)["status"] == "ACCEPTED"
    api.wait()
    assert api.get("OFFER")["summaries"][0]["asin"] == "B000TEST01"


def test_the_version_of_2020_that_old_clients_use_changes_listings_too(api: Seller) -> None:
    older = api.at("RETRO-CLOCK").replace("2021-08-01", "2020-09-01")
    shown = {"marketplaceIds": api.place}
    body = {"productType": "PRODUCT", "patches": [stock(3)]}
    found = api.http.patch(older, params=shown, json=body).json()
    assert (found["status"], found["issues"]) == ("ACCEPTED", [])
    api.wait()
    assert api.get("RETRO-CLOCK")["fulfillmentAvailability"][0]["quantity"] == 3
    wrong = api.http.put(older, params=shown, json=new_listing("Clock", colour=[{}])).json()
    (issue,) = wrong["issues"]
    assert (wrong["status"], issue["attributeName"]) == ("INVALID", "colour")
    assert set(issue) == {"code", "message", "severity", "attributeName"}
    assert api.http.delete(older, params=shown).json()["status"] == "ACCEPTED"
