"""The inventory document: replaced whole, refused whole, and what it may say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.simulator.channels.etsy.seller import Seller, coloured

RED, BLUE = ("MUG-R", "Red", 19.5, 4), ("MUG-B", "Blue", 21.0, 0)


@pytest.fixture
def clock(seller: Seller) -> int:
    return seller.listing("RETRO-CLOCK")


def told(seller: Seller, listing: int, document: Any, **more: Any) -> str:
    answer = seller.put(listing, document, **more)
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"])


def test_what_is_read_is_money_and_what_is_written_a_number(seller: Seller, clock: int) -> None:
    document = seller.inventory(clock)
    document["products"][0]["offerings"][0] |= {"price": 135.5, "quantity": 9}
    changed = seller.put(clock, document).json()
    offering = changed["products"][0]["offerings"][0]
    assert offering["price"] == {"amount": 13550, "divisor": 100, "currency_code": "PLN"}
    item = seller.etsy.storefront.item("RETRO-CLOCK")
    assert (item.price, item.quantity) == ("135.50", 9)


def test_what_may_only_be_read_is_refused(seller: Seller, clock: int) -> None:
    found = seller("GET", f"/listings/{clock}/inventory")
    assert told(seller, clock, found) == "Invalid parameter: [product_id]"
    document = seller.inventory(clock)
    money = {"amount": 1, "divisor": 100, "currency_code": "PLN"}
    document["products"][0]["offerings"][0]["price"] = money
    assert told(seller, clock, document) == "Expected float value for 'price' (got array)."


@pytest.mark.parametrize("body", [{}, {"products": {}}, {"products": []}, {"products": "[]"}])
def test_products_must_be_a_list(seller: Seller, clock: int, body: Any) -> None:
    assert told(seller, clock, body) == "Missing input parameter: [products]"


def test_a_form_carries_no_products(seller: Seller, clock: int) -> None:
    answer = seller.send(
        "PUT",
        f"/listings/{clock}/inventory",
        content='{"products":[]}',
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.json() == {"error": "Missing input parameter: [products]"}


def test_one_offering_must_have_stock(seller: Seller, clock: int) -> None:
    document = seller.inventory(clock)
    document["products"][0]["offerings"][0]["quantity"] = 0
    assert told(seller, clock, document) == "One offering must have quantity greater than 0"
    rows = coloured(RED, BLUE)
    rows["products"][0]["offerings"][0]["is_enabled"] = False
    assert told(seller, clock, rows) == "One offering must have quantity greater than 0"
    assert seller.etsy.storefront.item("RETRO-CLOCK").quantity == 14


def test_a_listing_with_variants_sells_each(seller: Seller, clock: int) -> None:
    assert seller.put(clock, coloured(RED, BLUE)).status_code == 200
    shelf = {i.sku: (i.price, i.availability) for i in seller.etsy.storefront.shelf()}
    assert (shelf["MUG-R"], shelf["MUG-B"]) == (("19.50", "in stock"), ("21.00", "sold out"))
    listing = seller("GET", f"/listings/{clock}")
    assert (listing["price"]["amount"], listing["quantity"], listing["has_variations"]) == (
        1950,
        4,
        True,
    )


def test_a_variant_that_is_left_out_is_gone(seller: Seller, clock: int) -> None:
    seller.put(clock, coloured(RED, BLUE))
    seller.put(clock, coloured(RED))
    assert seller.etsy.storefront.item("MUG-B").availability == "gone"
    assert seller.etsy.storefront.item("RETRO-CLOCK").availability == "gone"


def test_a_disabled_offering_is_hidden_and_not_counted(seller: Seller, clock: int) -> None:
    document = coloured(RED, ("MUG-B", "Blue", 21.0, 5))
    document["products"][1]["offerings"][0]["is_enabled"] = False
    seller.put(clock, document)
    assert seller.state(clock) == ("active", 4)
    assert seller.etsy.storefront.item("MUG-B").availability == "gone"


@pytest.mark.parametrize("what", ["price", "quantity", "sku"])
def test_what_differs_must_be_named(seller: Seller, clock: int, what: str) -> None:
    document = coloured(RED, BLUE)
    document[f"{what}_on_property"] = []
    assert told(seller, clock, document).startswith(f"{what}_on_property: ")


def test_a_single_product_names_no_property(seller: Seller, clock: int) -> None:
    document = {**seller.inventory(clock), "price_on_property": [200]}
    assert told(seller, clock, document) == "Property values can't be empty"


def test_properties_are_named_in_the_products_order(seller: Seller, clock: int) -> None:
    document = two(seller, 200, 100)
    document["price_on_property"] = [100, 200]
    text = "price_on_property: property IDs must be in the same order as in products"
    assert told(seller, clock, document) == text


def two(seller: Seller, *properties: int) -> dict[str, Any]:
    """One red mug with these properties."""
    document = coloured(RED, on=())
    values = document["products"][0]["property_values"]
    values[:] = [{**values[0], "property_id": id, "values": ["M"]} for id in properties]
    return document


def test_a_third_property_comes_by_parameter(seller: Seller, clock: int) -> None:
    document = two(seller, 200, 100, 513)
    assert "at most 2 variations" in told(seller, clock, document)
    assert seller.put(clock, document, params={"max_variations_supported": 3}).status_code == 200


def test_two_products_with_the_same_values_become_one(seller: Seller, clock: int) -> None:
    answer = seller.put(clock, coloured(RED, ("MUG-2", "Red", 25.0, 1)))
    assert [p["sku"] for p in answer.json()["products"]] == ["MUG-2"]


def test_variants_sent_without_their_values_are_wiped_out(seller: Seller, clock: int) -> None:
    seller.put(clock, coloured(RED, ("MUG-B", "Blue", 21.0, 5)))
    document = coloured(RED, ("MUG-B", "Blue", 21.0, 5), on=())
    for product in document["products"]:
        product["property_values"] = []
    answer = seller.put(clock, document)
    assert [p["sku"] for p in answer.json()["products"]] == ["MUG-B"]
    assert seller.etsy.storefront.item("MUG-R").availability == "gone"


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("quantity", 1000, "There was a problem with /quantity : must be between 0 and 999"),
        ("price", 0.1, "There was a problem with /price : must be at least 0.20 PLN"),
        ("price", None, "Expected float value for 'price' (got NULL)."),
        ("is_enabled", "yes", "Expected boolean value for 'is_enabled' (got string)."),
        ("readiness_state_id", 5, "Invalid readiness_state_id: 5"),
    ],
)
def test_an_offering_is_checked(
    seller: Seller, clock: int, field: str, value: Any, text: str
) -> None:
    document = seller.inventory(clock)
    document["products"][0]["offerings"][0][field] = value
    assert told(seller, clock, document) == text


def test_values_have_no_parentheses(seller: Seller, clock: int) -> None:
    document = coloured(("MUG-R", "Red (dark)", 19.5, 4))
    assert told(seller, clock, document) == "Property values cannot contain parentheses"


def test_the_vendors_own_values_keep_their_numbers(seller: Seller, clock: int) -> None:
    answer = seller.put(clock, coloured(RED, ("MUG-P", "Petrol", 20.0, 1))).json()
    (red,), (petrol,) = [p["property_values"][0]["value_ids"] for p in answer["products"]]
    values = seller("GET", "/seller-taxonomy/nodes/1070/properties")["results"][0]
    assert red in [v["value_id"] for v in values["possible_values"] if v["name"] == "Red"]
    assert petrol > 50_000_000_000


def test_a_batch_of_inventories_is_all_or_nothing(seller: Seller, clock: int) -> None:
    lamp = seller.listing("LAMP-ARC")
    path = "/listings/batch/inventory"
    found = seller("GET", path, params={"listing_ids": f"{clock},{lamp}"})
    assert [row["inventory"]["products"][0]["sku"] for row in found["results"]] == [
        "RETRO-CLOCK",
        "LAMP-ARC",
    ]
    assert seller.refused("GET", path, params={"listing_ids": f"{clock},1"})[0] == 404
    many = ",".join(map(str, range(1, 102)))
    assert seller.refused("GET", path, params={"listing_ids": many})[0] == 400


def test_a_listing_never_edited_has_no_record(seller: Seller) -> None:
    wish = {"sku": "OLD-1", "price": "5.00", "record": False}
    listing = seller.etsy.operator("make_listing", wish)
    path = f"/listings/{listing}/inventory"
    assert seller.refused("GET", path) == (404, "Resource not found")


def test_a_broken_picture_stops_the_inventory(seller: Seller, clock: int) -> None:
    document = seller.inventory(clock)
    seller.etsy.operator("break_image", {"sku": "RETRO-CLOCK"})
    assert "image" in told(seller, clock, document)


def test_a_product_and_its_offering_are_read_alone(seller: Seller, clock: int) -> None:
    product = seller("GET", f"/listings/{clock}/inventory")["products"][0]
    path = f"/listings/{clock}/inventory/products/{product['product_id']}"
    assert seller("GET", path) == product
    offering = product["offerings"][0]
    path = f"/listings/{clock}/products/{product['product_id']}/offerings/{offering['offering_id']}"
    assert seller("GET", path) == offering


def test_a_lag_shows_the_past(seller: Seller, clock: int) -> None:
    document = seller.inventory(clock)
    document["products"][0]["offerings"][0]["quantity"] = 3
    seller.world.dials["etsy"].turn({"lag_s": 30})
    seller.world.clock.advance(timedelta(seconds=60))
    seller.put(clock, document)
    assert seller.state(clock) == ("active", 14)
    listed = seller("GET", "/shops/{shop}/listings")["results"]
    assert {row["listing_id"]: row["quantity"] for row in listed}[clock] == 14
    seller.world.clock.advance(timedelta(seconds=30))
    assert seller.state(clock) == ("active", 3)


def test_stock_that_goes_by_no_property_is_shared(seller: Seller, clock: int) -> None:
    document = coloured(("MUG-R", "Red", 19.5, 4), ("MUG-B", "Blue", 21.0, 4))
    document["quantity_on_property"] = []
    seller.put(clock, document)
    assert seller.state(clock) == ("active", 4)
    seller.buy(MUG_R=3)
    assert seller.etsy.storefront.item("MUG-B").quantity == 1
    seller.buy(MUG_B=1)
    assert seller.state(clock) == ("sold_out", 0)
