"""Processing profiles, shipping profiles, return policies, sections."""

from __future__ import annotations

from tests.simulator.channels.etsy.seller import Seller

READY = "/shops/{shop}/readiness-state-definitions"
SHIPPING, POLICIES = "/shops/{shop}/shipping-profiles", "/shops/{shop}/policies/return"
TWO_WEEKS = {
    "readiness_state": "made_to_order",
    "min_processing_time": 1,
    "max_processing_time": 2,
    "processing_time_unit": "weeks",
}


def test_a_profile_is_counted_in_days_and_told_to_shoppers(seller: Seller) -> None:
    profile = seller("POST", READY, data=TWO_WEEKS)
    assert (profile["min_processing_days"], profile["max_processing_days"]) == (7, 14)
    clock = seller.listing("RETRO-CLOCK")
    document = seller.inventory(clock)
    offering = document["products"][0]["offerings"][0]
    offering["readiness_state_id"] = profile["readiness_state_id"]
    seller.put(clock, document)
    note = seller.etsy.storefront.item("RETRO-CLOCK").note
    assert note == "Made to order, ready in 1-2 weeks"
    (line,) = seller.receipt(seller.buy(RETRO_CLOCK=1))["transactions"]
    assert line["max_processing_days"] == 14


def test_an_equal_profile_is_named_by_the_refusal(seller: Seller) -> None:
    first = seller("POST", READY, data=TWO_WEEKS)
    again = seller.send("POST", READY, data=TWO_WEEKS)
    assert again.status_code == 409
    where = again.headers["content-location"]
    found = seller.http.get(where).json()
    assert found["readiness_state_id"] == first["readiness_state_id"]


def test_a_profile_can_be_changed_and_deleted_unless_it_is_used(seller: Seller) -> None:
    used = seller("GET", READY)["results"][0]["readiness_state_id"]
    assert seller.refused("DELETE", f"{READY}/{used}")[0] == 400
    profile = seller("POST", READY, data=TWO_WEEKS)["readiness_state_id"]
    changed = seller("PUT", f"{READY}/{profile}", data={"processing_time_unit": "days"})
    assert changed["processing_days_display_label"] == "1-2 days"
    assert seller.send("DELETE", f"{READY}/{profile}").status_code == 204


def test_a_profiles_times_are_checked(seller: Seller) -> None:
    assert seller.refused("POST", READY, data=TWO_WEEKS | {"max_processing_time": 11})[0] == 400
    backwards = TWO_WEEKS | {"min_processing_time": 3}
    assert seller.refused("POST", READY, data=backwards)[0] == 400


def test_a_shipping_profile_has_destinations_and_upgrades(seller: Seller) -> None:
    days = {"min_delivery_days": 1, "max_delivery_days": 4}
    cost = {"primary_cost": 12.5, "secondary_cost": 3}
    made = seller(
        "POST",
        SHIPPING,
        data={"title": "Fragile", "origin_country_iso": "PL", "destination_region": "eu"}
        | cost
        | days,
    )
    one = f"{SHIPPING}/{made['shipping_profile_id']}"
    destination = made["shipping_profile_destinations"][0]
    assert destination["primary_cost"]["amount"] == 1250
    number = destination["shipping_profile_destination_id"]
    seller("PUT", f"{one}/destinations/{number}", data={"primary_cost": 14})
    assert seller("GET", f"{one}/destinations")["results"][0]["primary_cost"]["amount"] == 1400
    faster = {"type": 0, "upgrade_name": "Express", "price": 20, "secondary_price": 5}
    upgrade = seller("POST", f"{one}/upgrades", data=faster | days)["upgrade_id"]
    seller("PUT", f"{one}/upgrades/{upgrade}", data={"price": 22})
    assert seller("GET", f"{one}/upgrades")["results"][0]["price"]["amount"] == 2200
    assert seller.send("DELETE", f"{one}/upgrades/{upgrade}").status_code == 204
    assert seller("PUT", one, data={"title": "Breakable"})["title"] == "Breakable"
    assert seller.send("DELETE", f"{one}/destinations/{number}").status_code == 204
    assert seller.send("DELETE", one).status_code == 204


def test_a_shipping_profile_in_use_stays(seller: Seller) -> None:
    used = seller("GET", SHIPPING)["results"][0]["shipping_profile_id"]
    assert seller.refused("DELETE", f"{SHIPPING}/{used}")[0] == 400


def test_a_way_of_sending_needs_days_or_a_carrier(seller: Seller) -> None:
    fields = {"title": "T", "origin_country_iso": "PL", "primary_cost": 1, "secondary_cost": 1}
    assert seller.refused("POST", SHIPPING, data=fields)[0] == 400


def test_return_policies_are_made_merged_and_deleted(seller: Seller) -> None:
    old = seller("GET", POLICIES)["results"][0]["return_policy_id"]
    wanted = {"accepts_returns": "true", "accepts_exchanges": "true", "return_deadline": 14}
    new = seller("POST", POLICIES, data=wanted)["return_policy_id"]
    assert seller("POST", POLICIES, data=wanted)["return_policy_id"] == new
    assert seller.refused("DELETE", f"{POLICIES}/{old}")[0] == 400
    merge = {"source_return_policy_id": old, "destination_return_policy_id": new}
    seller("POST", f"{POLICIES}/consolidate", data=merge)
    assert seller("GET", f"{POLICIES}/{new}/listings")["count"] == 3
    without = {"accepts_returns": "true", "accepts_exchanges": "false"}
    assert seller.refused("PUT", f"{POLICIES}/{new}", data=without)[0] == 400


def test_sections_group_listings(seller: Seller) -> None:
    path = "/shops/{shop}/sections"
    section = seller("POST", path, data={"title": "Clocks"})["shop_section_id"]
    clock = seller.listing("RETRO-CLOCK")
    seller("PATCH", f"/shops/{{shop}}/listings/{clock}", data={"shop_section_id": section})
    assert seller("GET", f"{path}/{section}")["active_listing_count"] == 1
    found = seller(
        "GET", "/shops/{shop}/shop-sections/listings", params={"shop_section_ids": section}
    )
    assert [row["listing_id"] for row in found["results"]] == [clock]
    assert seller("PUT", f"{path}/{section}", data={"title": "Time"})["title"] == "Time"
    assert seller.send("DELETE", f"{path}/{section}").status_code == 204


def test_the_shop_tells_of_itself(seller: Seller) -> None:
    changed = seller("PUT", "/shops/{shop}", data={"announcement": "Back on Monday"})
    assert changed["announcement"] == "Back on Monday"
    assert seller("GET", "/users/471520301/shops")["shop_id"] == 31845207
    assert seller("GET", "/users/471520301")["user_id"] == 471520301
    assert seller("GET", "/shops", params={"shop_name": "staging"})["count"] == 1
    assert seller("GET", "/seller-taxonomy/nodes")["count"] > 0
    carriers = seller("GET", "/shipping-carriers", params={"origin_country_iso": "PL"})
    assert carriers["results"][0]["name"] == "Poczta Polska"
