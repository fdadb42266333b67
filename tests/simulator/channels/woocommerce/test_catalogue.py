"""WooCommerce's shelf: what API clients write, shoppers see, and time changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from simulator.channels import Goods, ShelfItem
from tests.simulator.channels.woocommerce.ordering import Desk

CLOCK = {"name": "Retro clock", "sku": "RETRO-CLOCK", "regular_price": "129.90"}
SHELF = {
    "name": "Oak shelf",
    "sku": "OAK-SHELF",
    "type": "variable",
    "attributes": [{"name": "Width", "variation": True, "options": ["80", "120"]}],
}


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A shop and its administrator."""
    found = Desk()
    yield found
    found.world.close()


def _price(desk: Desk, id: int) -> tuple[str, bool]:
    found = desk.call("GET", f"/products/{id}?_fields=price,on_sale")
    return found["price"], found["on_sale"]


def test_goods_put_on_the_shelf_are_live_at_once(desk: Desk) -> None:
    desk.shop.stock([Goods("RETRO-CLOCK", "Retro clock", Decimal("129.90"), 3)])
    assert desk.shop.storefront.shelf() == [
        ShelfItem("RETRO-CLOCK", "Retro clock", "129.90", None, "PLN", "in stock", "", 3)
    ]


@pytest.mark.parametrize(
    ("fields", "availability", "listed"),
    [
        pytest.param({"stock_quantity": 0}, "sold out", True, id="none left"),
        pytest.param(
            {"stock_quantity": 0, "backorders": "notify"}, "on backorder", True, id="to be ordered"
        ),
        pytest.param({"catalog_visibility": "hidden"}, "in stock", False, id="hidden"),
        pytest.param({"status": "draft"}, "gone", False, id="draft"),
        pytest.param({"status": "trash"}, "gone", False, id="in the trash"),
    ],
)
def test_shoppers_see_what_a_client_wrote(
    desk: Desk, fields: dict[str, object], availability: str, listed: bool
) -> None:
    made = desk.call("POST", "/products", {**CLOCK, "manage_stock": True, "stock_quantity": 3})
    desk.call("PUT", f"/products/{made['id']}", fields)
    item = desk.shop.storefront.item("RETRO-CLOCK")
    assert (item.availability, item.listed) == (availability, listed)
    assert (item in desk.shop.storefront.shelf()) is listed


def test_shoppers_choose_among_variations_and_see_the_old_price_struck(desk: Desk) -> None:
    parent = desk.call("POST", "/products", SHELF)
    row = {"sku": "OAK-SHELF-80", "regular_price": "80", "sale_price": "60"}
    choice = {"attributes": [{"name": "Width", "option": "80"}]}
    desk.call("POST", f"/products/{parent['id']}/variations", {**row, **choice})
    [item] = desk.shop.storefront.shelf()
    assert (item.sku, item.title, item.price, item.was) == (
        "OAK-SHELF-80",
        "Oak shelf - 80",
        "60.00",
        "80.00",
    )


def test_a_scheduled_sale_starts_and_ends_as_time_passes(desk: Desk) -> None:
    sale = {"sale_price": "99", "date_on_sale_from_gmt": "2026-03-02T09:00:00"}
    made = desk.call(
        "POST", "/products", {**CLOCK, **sale, "date_on_sale_to_gmt": "2026-03-02T10:00:00"}
    )
    seen = [_price(desk, made["id"])]
    minute, second = timedelta(minutes=1), timedelta(seconds=1)
    for step in (60 * minute, minute, 59 * minute, second, minute):
        desk.world.clock.advance(step)
        desk.world.tick()
        seen.append(_price(desk, made["id"]))
    begun, over = [("129.90", True), ("99", True), ("99", True)], [("99", False), ("129.90", False)]
    assert seen == [("129.90", False), *begun, *over]


def test_without_delayed_work_the_price_lags_behind_the_sale(desk: Desk) -> None:
    desk.shop.operator("run_actions_by_hand", {})
    sale = {"sale_price": "99", "date_on_sale_from_gmt": "2026-03-02T09:00:00"}
    made = desk.call("POST", "/products", {**CLOCK, **sale})
    desk.world.clock.advance(timedelta(hours=1))
    desk.world.tick()
    before = _price(desk, made["id"])
    desk.shop.operator("run_due_actions", {})
    assert (before, _price(desk, made["id"])) == (("129.90", True), ("99", True))


def test_with_lag_reads_show_the_past_and_answers_to_writes_the_present(desk: Desk) -> None:
    made = desk.call("POST", "/products", CLOCK)
    desk.world.clock.advance(timedelta(minutes=5))
    desk.shop.shop.lag = timedelta(seconds=30)
    answer = desk.call("PUT", f"/products/{made['id']}", {"regular_price": "99"})
    during = desk.call("GET", f"/products/{made['id']}")["price"]
    listed = desk.call("GET", "/products?sku=retro-clock")[0]["price"]
    desk.world.clock.advance(timedelta(seconds=31))
    after = desk.call("GET", f"/products/{made['id']}")["price"]
    assert (answer["price"], during, listed, after) == ("99", "129.90", "129.90", "99")


def test_a_batch_that_breaks_the_shop_leaves_the_rows_before_it_written(desk: Desk) -> None:
    made = desk.call("POST", "/products", CLOCK)
    rows = [{"id": made["id"], "regular_price": "1"}, {"id": made["id"], "name": ["x"]}]
    desk.call("POST", "/products/batch", {"update": rows})
    assert desk.status == 500
    assert desk.call("GET", f"/products/{made['id']}")["regular_price"] == "1"


def test_many_variations_at_once_derive_their_parent(desk: Desk) -> None:
    parent = desk.call("POST", "/products", SHELF)
    path = f"/products/{parent['id']}/variations/batch"
    rows = [{"regular_price": p, "manage_stock": True, "stock_quantity": 1} for p in ("80", "70")]
    made = desk.call("POST", path, {"create": rows})["create"]
    sold = [{"id": row["id"], "stock_quantity": 0} for row in made]
    first = desk.call("GET", f"/products/{parent['id']}")
    desk.call("POST", path, {"update": sold})
    then = desk.call("GET", f"/products/{parent['id']}")
    assert (first["price"], first["stock_status"]) == ("70", "instock")
    assert then["stock_status"] == "outofstock"


def test_products_of_a_category_include_those_below_it(desk: Desk) -> None:
    above = desk.call("POST", "/products/categories", {"name": "Clocks"})
    below = desk.call("POST", "/products/categories", {"name": "Wall", "parent": above["id"]})
    made = desk.call("POST", "/products", {**CLOCK, "categories": [{"id": below["id"]}]})
    found = desk.call("GET", f"/products?category={above['id']}")
    assert [row["id"] for row in found] == [made["id"]]


def test_emptied_the_shop_is_as_just_set_up(desk: Desk) -> None:
    desk.call("POST", "/products", CLOCK)
    desk.call("PUT", "/settings/products/woocommerce_manage_stock", {"value": "no"})
    desk.shop.operator("empty", {})
    assert desk.call("GET", "/products") == []
    assert [c["name"] for c in desk.call("GET", "/products/categories")] == ["Uncategorized"]
    assert desk.shop.option("woocommerce_manage_stock") == "yes"


def test_rates_asked_for_at_set_up_are_there(desk: Desk) -> None:
    desk.shop.set_up({"zone": "Europe/Warsaw", "taxes": {"PL": "23", "DE": "19"}})
    keys = desk.shop.credentials()
    assert keys["key"].startswith("ck_")
    assert {d.body["country"]: d.body["rate"] for d in desk.shop.shop.all("tax")} == {
        "PL": "23.0000",
        "DE": "19.0000",
    }


def test_a_variation_without_own_stock_keeps_the_status_its_parent_had(desk: Desk) -> None:
    counted = {"manage_stock": True, "stock_quantity": -1, "backorders": "notify"}
    parent = desk.call("POST", "/products", {**SHELF, **counted})
    choice = {"attributes": [{"name": "Width", "option": "80"}], "description": "Short"}
    made = desk.call("POST", f"/products/{parent['id']}/variations", choice)
    desk.call("PUT", f"/products/{parent['id']}", {"manage_stock": False})
    seen = desk.call("GET", f"/products/{parent['id']}/variations/{made['id']}")
    assert (seen["stock_status"], seen["description"]) == ("onbackorder", "<p>Short</p>\n")


def test_drafts_of_variations_do_not_make_up_their_product(desk: Desk) -> None:
    parent = desk.call("POST", "/products", SHELF)
    path = f"/products/{parent['id']}"
    desk.call("POST", f"{path}/variations", {"regular_price": "80", "status": "draft"})
    seen = desk.call("GET", path)
    assert (seen["variations"], seen["price"], seen["stock_status"]) == ([], "", "outofstock")


def test_a_product_that_is_no_longer_variable_loses_its_variations(desk: Desk) -> None:
    parent = desk.call("POST", "/products", SHELF)
    path = f"/products/{parent['id']}"
    desk.call("POST", f"{path}/variations", {"regular_price": "80"})
    desk.call("PUT", path, {"type": "simple"})
    assert desk.call("GET", f"{path}/variations") == []


def test_variations_that_no_longer_fit_go_when_new_ones_are_made(desk: Desk) -> None:
    parent = desk.call("POST", "/products", SHELF)
    path = f"/products/{parent['id']}"
    desk.call("POST", f"{path}/variations/generate", {})
    fewer = [{"name": "Width", "variation": True, "options": ["80"]}]
    desk.call("PUT", path, {"attributes": fewer})
    found = desk.call("POST", f"{path}/variations/generate", {"delete": True})
    assert found == {"count": 0, "deleted_count": 1}


def test_what_has_no_price_is_not_among_the_cheap(desk: Desk) -> None:
    desk.call("POST", "/products", CLOCK)
    desk.call("POST", "/products", {"name": "Priceless"})
    assert len(desk.call("GET", "/products?max_price=200")) == 1
    assert len(desk.call("GET", "/products?max_price=0")) == 2
