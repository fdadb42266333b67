"""Listings: made as drafts, published, taken off, sold out, expired, deleted; lists of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.faults import Fault
from tests.simulator.channels.etsy.seller import JPEG, Seller, coloured


def patch(seller: Seller, listing: int, **fields: Any) -> Any:
    return seller.send("PATCH", f"/shops/{{shop}}/listings/{listing}", data=fields)


def fees(seller: Seller) -> list[tuple[str, int]]:
    """What the account was charged for listings, oldest first."""
    span = {"min_created": 946684800, "max_created": 4102444800, "limit": 100}
    found = seller("GET", "/shops/{shop}/payment-account/ledger-entries", params=span)
    rows = [(e["description"], e["amount"]) for e in found["results"] if e["amount"] < 0]
    return rows[::-1]


def test_a_draft_is_published_with_a_picture_and_a_fee(seller: Seller) -> None:
    mug = seller.draft()
    assert seller.state(mug) == ("draft", 3)
    refused = patch(seller, mug, state="active")
    assert refused.json() == {"error": "Listing must have at least one image to be published"}
    seller.upload(mug)
    assert patch(seller, mug, state="active").json()["state"] == "active"
    assert fees(seller) == [("listing", -20)]


def test_each_create_makes_another_listing(seller: Seller) -> None:
    assert seller.draft() != seller.draft()


@pytest.mark.parametrize("absent", ["title", "price", "taxonomy_id", "readiness_state_id"])
def test_a_draft_needs_its_fields(seller: Seller, absent: str) -> None:
    fields = seller.draft_fields()
    del fields[absent]
    told = seller.refused("POST", "/shops/{shop}/listings", data=fields)
    assert told == (400, f"Missing input parameter: [{absent}]")


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("title", "50% off, 20% more", "can only contain the characters %, :, & and + once each"),
        ("title", "Mug ☕", "contains invalid characters"),
        ("title", "m" * 141, "must be 140 characters or less"),
        ("tags", "a" * 21, "must be 20 characters or less each"),
        ("tags", ",".join("abcdefghijklmn"), "cannot be more than 13"),
        ("materials", "clay/glaze", "contain invalid characters"),
        ("who_made", "me", "must be one of i_did, someone_else, collective"),
    ],
)
def test_a_drafts_fields_are_checked(seller: Seller, field: str, value: str, text: str) -> None:
    fields = seller.draft_fields(**{field: value})
    status, told = seller.refused("POST", "/shops/{shop}/listings", data=fields)
    assert (status, told) == (400, f"There was a problem with /{field} : {text}")


def test_lists_come_with_commas_or_repeated(seller: Seller) -> None:
    for tags in ("stone, ware", ["stone", "ware"]):
        found = seller("GET", f"/listings/{seller.draft(tags=tags)}")
        assert found["tags"] == ["stone", "ware"]


def test_json_is_taken_in_place_of_a_form(seller: Seller) -> None:
    mug = seller.draft()
    path = f"/v3/application/shops/{seller.etsy.credentials()['shop_id']}/listings/{mug}"
    plain = seller.etsy.app.test_client()
    headers = dict(seller.http.headers)
    answer = plain.patch(path, json={"title": "Big mug", "tags": ["big"]}, headers=headers)
    assert (answer.json["title"], answer.json["tags"]) == ("Big mug", ["big"])


def test_an_update_knows_no_price_and_no_quantity(seller: Seller) -> None:
    mug = seller.draft()
    answer = seller.etsy.app.test_client().patch(
        f"/v3/application/shops/31845207/listings/{mug}",
        data={"price": "1.00", "quantity": "900"},
        headers=dict(seller.http.headers),
    )
    assert (answer.json["price"]["amount"], answer.json["quantity"]) == (3990, 3)


def test_a_listing_is_hidden_and_shown_again_for_free(seller: Seller) -> None:
    clock = seller.listing("RETRO-CLOCK")
    patch(seller, clock, state="inactive")
    assert seller.etsy.storefront.item("RETRO-CLOCK").availability == "gone"
    patch(seller, clock, state="active")
    assert seller.etsy.storefront.item("RETRO-CLOCK").availability == "in stock"
    assert fees(seller) == []


@pytest.mark.parametrize("state", ["draft", "sold_out", "expired", "gone"])
def test_only_two_states_can_be_written(seller: Seller, state: str) -> None:
    answer = patch(seller, seller.listing("RETRO-CLOCK"), state=state)
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        f"Invalid value for state: {state}",
    )


def test_the_last_piece_sells_a_listing_out(seller: Seller) -> None:
    seller.buy(LAMP_ARC=2)
    assert seller.state(seller.listing("LAMP-ARC")) == ("sold_out", 0)


def test_a_sold_out_listing_is_renewed_with_one_piece(seller: Seller) -> None:
    apron = seller.listing("LINEN-APRON")
    assert seller.state(apron) == ("sold_out", 0)
    patch(seller, apron, state="active")
    assert seller.state(apron) == ("active", 1)
    assert fees(seller) == [("renew", -20)]


def test_stock_alone_does_not_renew_a_sold_out_listing(seller: Seller) -> None:
    apron = seller.listing("LINEN-APRON")
    document = seller.inventory(apron)
    document["products"][0]["offerings"][0]["quantity"] = 7
    assert seller.put(apron, document).status_code == 200
    assert seller.state(apron) == ("sold_out", 7)


def test_an_empty_inactive_listing_cannot_be_activated(seller: Seller) -> None:
    apron = seller.listing("LINEN-APRON")
    patch(seller, apron, state="inactive")
    answer = patch(seller, apron, state="active")
    assert answer.json() == {"error": "There was a problem with /quantity : cannot be empty"}


def test_after_four_months_a_listing_renews_itself_or_expires(seller: Seller) -> None:
    clock, lamp = seller.listing("RETRO-CLOCK"), seller.listing("LAMP-ARC")
    patch(seller, clock, should_auto_renew="false")
    seller.world.advance(timedelta(days=121))
    seller.etsy.operator("consent", {})
    seller.authorise()
    assert (seller.state(clock)[0], seller.state(lamp)[0]) == ("expired", "active")
    patch(seller, clock, state="active")
    assert fees(seller) == [("auto_renew", -20), ("renew", -20)]


def test_outside_the_eu_a_return_policy_is_needed(seller: Seller) -> None:
    mug = seller.draft()
    seller.upload(mug)
    seller.etsy.store.change(country="US")
    assert "return policy" in patch(seller, mug, state="active").json()["error"]
    policy = seller("GET", "/shops/{shop}/policies/return")["results"][0]["return_policy_id"]
    assert patch(seller, mug, state="active", return_policy_id=policy).status_code == 200


def test_a_deleted_listing_is_gone(seller: Seller) -> None:
    clock = seller.listing("RETRO-CLOCK")
    assert seller.send("DELETE", f"/listings/{clock}").status_code == 204
    assert seller.refused("GET", f"/listings/{clock}") == (404, "Resource not found")
    assert seller.etsy.storefront.item("RETRO-CLOCK").availability == "gone"


def test_lists_are_by_state_newest_first_and_paged(seller: Seller) -> None:
    path = "/shops/{shop}/listings"
    page = seller("GET", path, params={"limit": 1, "offset": 1})
    assert (page["count"], page["results"][0]["skus"]) == (2, ["RETRO-CLOCK"])
    oldest = seller("GET", path, params={"sort_order": "asc"})["results"]
    assert [row["skus"] for row in oldest] == [["RETRO-CLOCK"], ["LAMP-ARC"]]
    cheapest = seller("GET", path, params={"sort_on": "price", "sort_order": "up"})["results"]
    assert [row["price"]["amount"] for row in cheapest] == [12900, 48900]
    assert seller("GET", path, params={"state": "sold_out"})["count"] == 1
    assert seller("GET", path, params={"state": "draft"})["count"] == 0


@pytest.mark.parametrize("query", [{"limit": 101}, {"limit": 0}, {"offset": -1}, {"state": "all"}])
def test_a_senseless_page_is_refused(seller: Seller, query: dict[str, Any]) -> None:
    assert seller.refused("GET", "/shops/{shop}/listings", params=query)[0] == 400


def test_associations_come_when_asked_for(seller: Seller) -> None:
    wanted = "Images,Shop,User,Shipping,Inventory,BuyerPrice"
    row = seller("GET", "/shops/{shop}/listings", params={"includes": wanted})["results"][0]
    assert row["shop"]["listing_active_count"] == 2
    assert row["images"][0]["rank"] == 1
    assert row["inventory"]["products"][0]["sku"] == "LAMP-ARC"
    assert row["shipping_profile"]["title"] == "Standard"
    plain = seller("GET", "/shops/{shop}/listings")["results"][0]
    assert (plain["shop"], plain["inventory"], plain["images"]) == (None, None, [])
    answer = seller.refused("GET", "/shops/{shop}/listings", params={"includes": "Everything"})
    assert answer == (400, "Invalid value for includes: Everything")


def test_a_batch_leaves_unknown_numbers_out(seller: Seller) -> None:
    clock = seller.listing("RETRO-CLOCK")
    found = seller("GET", "/listings/batch", params={"listing_ids": f"1,{clock}"})
    assert [row["listing_id"] for row in found["results"]] == [clock]


def test_addresses_stay_where_the_client_is(seller: Seller) -> None:
    found = seller("GET", f"/listings/{seller.listing('RETRO-CLOCK')}")
    assert found["url"].startswith("https://etsy.test/listing/")


def test_pictures_are_ranked_taken_off_and_put_on_again(seller: Seller) -> None:
    mug = seller.draft()
    first, second = seller.upload(mug), seller.upload(mug, rank=1, alt_text="From above")
    rows = seller("GET", f"/listings/{mug}/images")["results"]
    ids = [row["listing_image_id"] for row in rows]
    assert ids == [second["listing_image_id"], first["listing_image_id"]]
    path = f"/shops/{{shop}}/listings/{mug}/images"
    assert seller.send("DELETE", f"{path}/{ids[0]}").status_code == 204
    back = {"listing_image_id": (None, str(ids[0])), "rank": (None, "2")}
    assert seller("POST", path, files=back)["alt_text"] == "From above"
    assert seller("GET", f"/listings/{mug}/images/{ids[0]}")["rank"] == 2


def test_a_picture_moves_by_its_number_and_serves_another_listing(seller: Seller) -> None:
    mug, other = seller.draft(), seller.draft()
    first, second = seller.upload(mug), seller.upload(mug, rank=2)
    number = {"listing_image_id": (None, str(second["listing_image_id"]))}
    seller("POST", f"/shops/{{shop}}/listings/{mug}/images", files={**number, "rank": (None, "1")})
    rows = seller("GET", f"/listings/{mug}/images")["results"]
    assert [row["listing_image_id"] for row in rows] == [
        second["listing_image_id"],
        first["listing_image_id"],
    ]
    shared = seller("POST", f"/shops/{{shop}}/listings/{other}/images", files=number)
    assert shared["listing_image_id"] == second["listing_image_id"]
    for listing in (mug, other):
        path = f"/shops/{{shop}}/listings/{listing}/images/{shared['listing_image_id']}"
        assert seller.send("DELETE", path).status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        *("/shops/{shop}/reviews", "/user/addresses", "/listings/{listing}/reviews"),
        *("/listings/{listing}/videos", "/shops/{shop}/listings/{listing}/files"),
    ],
)
def test_what_the_shop_has_none_of_is_an_empty_list(seller: Seller, path: str) -> None:
    mug = seller.draft()
    found = seller("GET", path.replace("{listing}", str(mug)))
    assert found == {"count": 0, "results": []}
    if "{listing}" in path:
        assert seller.send("GET", path.replace("{listing}", "1")).status_code == 404


def test_buyers_are_asked_nothing_and_find_the_sellers_categories(seller: Seller) -> None:
    asked = seller("GET", f"/listings/{seller.draft()}/personalization")
    assert asked == {"personalization_questions": []}
    for more in ("", "/1005/properties"):
        assert seller("GET", f"/buyer-taxonomy/nodes{more}") == seller(
            "GET", f"/seller-taxonomy/nodes{more}"
        )


def test_a_picture_is_a_file_and_twenty_are_enough(seller: Seller) -> None:
    mug = seller.draft()
    path = f"/shops/{{shop}}/listings/{mug}/images"
    told = seller.refused("POST", path, files={"image": ("a.jpg", b"<html>")})
    assert told == (400, "The image is not a JPEG, PNG or GIF file")
    by_address = seller.refused("POST", path, data={"image": "https://x.example/a.jpg"})
    assert by_address == (400, "Missing input parameter: [image]")
    for _ in range(20):
        seller.upload(mug)
    assert seller.refused("POST", path, files={"image": ("a.jpg", JPEG)})[0] == 409


def test_a_pictures_measures_come_later(seller: Seller) -> None:
    mug = seller.draft()
    image = seller.upload(mug)
    assert image["full_width"] is None
    seller.world.clock.advance(timedelta(seconds=5))
    path = f"/listings/{mug}/images/{image['listing_image_id']}"
    assert seller("GET", path)["full_width"] == 1000


def test_pictures_of_variants_belong_to_one_property(seller: Seller) -> None:
    clock = seller.listing("RETRO-CLOCK")
    products = seller.put(clock, coloured(("R", "Red", 9, 1), ("B", "Blue", 9, 1))).json()[
        "products"
    ]
    image = seller("GET", f"/listings/{clock}/images")["results"][0]["listing_image_id"]
    rows = [
        {"property_id": 200, "value_id": p["property_values"][0]["value_ids"][0], "image_id": image}
        for p in products
    ]
    path = f"/shops/{{shop}}/listings/{clock}/variation-images"
    assert seller("POST", path, json={"variation_images": rows})["count"] == 2
    assert [r["value"] for r in seller("GET", path)["results"]] == ["Red", "Blue"]
    rows[0]["value_id"] = 77
    assert seller.refused("POST", path, json={"variation_images": rows})[0] == 400


def test_attributes_are_kept(seller: Seller) -> None:
    path = f"/shops/{{shop}}/listings/{seller.draft()}/properties"
    seller("PUT", f"{path}/507", data={"value_ids": "1", "values": "Oak"})
    (row,) = seller("GET", path)["results"]
    assert (row["property_name"], row["values"]) == ("Material", ["Oak"])
    assert seller.send("DELETE", f"{path}/507").status_code == 204


def test_what_is_not_modelled_is_not_found(seller: Seller) -> None:
    path = f"/shops/{{shop}}/listings/{seller.listing('RETRO-CLOCK')}"
    assert seller.refused("GET", f"{path}/translations/fr") == (404, "Resource not found")


def test_only_the_seller_sees_what_is_not_on_sale(seller: Seller) -> None:
    mug = seller.draft()
    del seller.http.headers["Authorization"]
    assert seller.refused("GET", f"/listings/{mug}") == (404, "Resource not found")
    assert seller("GET", "/listings/active")["count"] == 2


def test_a_frozen_listing_is_hidden_and_cannot_be_changed(seller: Seller) -> None:
    clock = seller.listing("RETRO-CLOCK")
    seller.etsy.operator("freeze_listing", {"sku": "RETRO-CLOCK"})
    assert seller.etsy.storefront.item("RETRO-CLOCK").availability == "gone"
    assert patch(seller, clock, state="inactive").status_code == 409


def test_a_pictures_processing_can_fail_or_hang(seller: Seller) -> None:
    mug = seller.draft()
    for kind in ("job failed", "job stuck"):
        seller.world.faults.add(Fault(kind, "etsy", path="image", count=1))
        seller.upload(mug)
    seller.world.clock.advance(timedelta(hours=1))
    rows = seller("GET", f"/listings/{mug}/images")["results"]
    assert [row["full_width"] for row in rows] == [None, None]


def test_a_list_can_leave_a_listing_out(seller: Seller) -> None:
    seller.world.faults.add(Fault("omitted", "etsy", path="products", count=1))
    assert len(seller("GET", "/shops/{shop}/listings")["results"]) == 1
