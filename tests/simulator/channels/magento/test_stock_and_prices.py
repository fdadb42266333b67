"""Stock at sources and the old way, what it lets be sold, and prices in batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.simulator.channels.magento.connector import Rest


def stock_item(rest: Rest, sku: str) -> dict[str, Any]:
    found: dict[str, Any] = rest.get(f"/V1/stockItems/{sku}")
    return found


def test_a_bad_row_leaves_the_whole_batch_unwritten(rest: Rest) -> None:
    rest.product("BOWL", qty=5)
    rows = [
        {"sku": "BOWL", "source_code": "default", "quantity": 9, "status": 1},
        {"sku": "CUP", "source_code": "default", "status": 1},
    ]
    answer = rest.ask("POST", "/V1/inventory/source-items", {"sourceItems": rows})
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "message": 'Validation Failed: "quantity" should be numeric.',
            "errors": [
                {"message": '"%field" should be numeric.', "parameters": {"field": "quantity"}}
            ],
        },
    )
    assert rest.held("BOWL") == {"default": (5, 1)}


def test_numbers_may_be_text_and_quantities_anything(rest: Rest) -> None:
    rest.product("BOWL")
    rest.source_items(("bowl", "default", "7.5", "1"))  # type: ignore[arg-type]
    assert rest.held("BOWL") == {"default": (7.5, 1)}
    rest.source_items(("BOWL", "default", -2, 1))
    assert rest.held("BOWL") == {"default": (-2, 1)}


def test_a_thousand_rows_are_one_call(rest: Rest) -> None:
    rest.source_items(*((f"SKU-{n}", "default", n, 1) for n in range(1000)))
    found = rest.find("/V1/inventory/source-items", source_code="default")
    assert found["total_count"] == 1000


def test_an_owner_may_limit_what_one_call_takes(rest: Rest) -> None:
    rest.shop.operator("limit_input", {})
    rows = [
        {"sku": f"SKU-{n}", "source_code": "default", "quantity": n, "status": 1} for n in range(21)
    ]
    path = "/V1/inventory/source-items"
    refused = rest.refused("POST", path, {"sourceItems": rows})
    assert refused == (400, 'Maximum items of type "%type" is %max')
    assert rest.post(path, {"sourceItems": rows[:20]}) == []
    assert rest.refused("GET", f"{path}?searchCriteria[pageSize]=301")[0] == 400


@pytest.mark.parametrize(
    ("quantity", "status", "salable", "flag"),
    [(0, 1, 0, False), (20, 0, 0, False), (20, 1, 20, True)],
)
def test_status_and_quantity_must_both_allow_a_sale(
    rest: Rest, quantity: int, status: int, salable: int, flag: bool
) -> None:
    rest.product("BOWL", qty=5)
    rest.source_items(("BOWL", "default", quantity, status))
    assert rest.salable("BOWL") == salable
    assert rest.get("/V1/inventory/is-product-salable/BOWL/1") is flag
    assert stock_item(rest, "BOWL")["is_in_stock"] is flag


def test_stock_that_is_not_counted_is_salable_at_nought(rest: Rest) -> None:
    rest.product("BOWL", qty=5, stock={"manage_stock": False, "use_config_manage_stock": False})
    assert rest.salable("BOWL") == 0
    assert rest.get("/V1/inventory/is-product-salable/BOWL/1") is True


def test_backorders_turned_on_while_sold_out_wait_for_the_next_write(rest: Rest) -> None:
    rest.product("BOWL", qty=0)
    item = {"backorders": 1, "use_config_backorders": False}
    rest.put("/V1/products/BOWL/stockItems/1", {"stockItem": item})
    assert rest.get("/V1/inventory/is-product-salable/BOWL/1") is False
    rest.source_items(("BOWL", "default", 0, 1))
    assert rest.get("/V1/inventory/is-product-salable/BOWL/1") is True


def test_an_order_reserves_and_the_shipment_deducts(rest: Rest) -> None:
    """8 on hand, order of 3: source 8, salable 5; writing 5 makes it 2; cancelling, 5."""
    rest.product("BOWL", qty=8)
    order = rest.order({"BOWL": 3})
    assert (rest.held("BOWL"), rest.salable("BOWL")) == ({"default": (8, 1)}, 5)
    rest.source_items(("BOWL", "default", 5, 1))
    assert rest.salable("BOWL") == 2
    assert rest.post(f"/V1/orders/{order}/cancel") is True
    assert rest.salable("BOWL") == 5
    second = rest.order({"BOWL": 4})
    rest.post(f"/V1/order/{second}/ship")
    assert (rest.held("BOWL"), rest.salable("BOWL")) == ({"default": (1, 1)}, 1)


def test_what_orders_have_sold_out_is_marked_when_the_consumer_runs(rest: Rest) -> None:
    rest.product("BOWL", qty=1)
    rest.order({"BOWL": 1})
    assert rest.get("/V1/inventory/is-product-salable/BOWL/1") is True
    rest.shop.operator("run_consumers", {})
    assert rest.get("/V1/inventory/is-product-salable/BOWL/1") is False
    rest.source_items(("BOWL", "default", 4, 1))
    assert rest.get("/V1/inventory/is-product-salable/BOWL/1") is True


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (1, "is_correct_qty-min_sale_qty"),
        (9, "is_correct_qty-max_sale_qty"),
        (3, "is_correct_qty-qty_increment"),
        (6, "is_salable_with_reservations-not_enough_qty"),
        (4, None),
    ],
)
def test_a_purchase_is_refused_for_the_shops_reasons(
    rest: Rest, wanted: int, code: str | None
) -> None:
    limits = {"min_sale_qty": 2, "use_config_min_sale_qty": 0}
    limits |= {"max_sale_qty": 8, "use_config_max_sale_qty": False}
    limits |= {"qty_increments": 2, "use_config_qty_increments": False}
    limits |= {"enable_qty_increments": True, "use_config_enable_qty_inc": False}
    rest.product("BOWL", qty=5, stock=limits)
    path = "/V1/inventory/is-product-salable-for-requested-qty"
    found = rest.get(f"{path}/BOWL/1/{wanted}")
    assert found["salable"] is (code is None)
    if code is not None:
        last = found["errors"][-1]
        assert last["code"] == code
        mask = rest.post("/V1/guest-carts")
        item = {"cartItem": {"sku": "BOWL", "qty": wanted, "quote_id": mask}}
        refused = rest.refused("POST", f"/V1/guest-carts/{mask}/items", item)
        assert refused == (400, last["message"])
    (other,) = rest.get(f"{path}/BOWL/9/1")["errors"]
    assert other["code"] == "requested-sku-is-not-assigned-to-given-stock"
    assert rest.refused("GET", f"{path}/NO-SUCH/1/1")[0] == 500


def test_a_website_moves_to_a_new_stock_at_once(rest: Rest) -> None:
    rest.product("BOWL", qty=5)
    source = {"source_code": "krakow", "name": "Kraków", "country_id": "PL", "postcode": "30-001"}
    rest.post("/V1/inventory/sources", {"source": source})
    channels = {"sales_channels": [{"type": "website", "code": "base"}]}
    stock = {"name": "Two", "extension_attributes": channels}
    id = rest.post("/V1/inventory/stocks", {"stock": stock})
    link = {"stock_id": id, "source_code": "krakow", "priority": 1}
    rest.post("/V1/inventory/stock-source-links", {"links": [link]})
    assert rest.get("/V1/inventory/stock-resolver/website/base")["stock_id"] == id
    assert rest.get("/V1/inventory/stocks/1")["extension_attributes"] == {"sales_channels": []}
    rest.source_items(("BOWL", "krakow", 3, 1))
    assert (rest.salable("BOWL", id), rest.salable("BOWL", 1)) == (3, 5)
    assert rest.refused("GET", "/V1/inventory/stock-resolver/website/nosuch")[0] == 404
    rest.put(f"/V1/inventory/stocks/{id}", {"stock": {"name": "Three"}})
    assert rest.get("/V1/inventory/stocks/1")["extension_attributes"] == channels


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ({"stock_id": 1, "source_code": "krakow"}, '"%field" should be greater then 0.'),
        ({"source_code": "krakow", "priority": 1}, '"%field" can not be empty.'),
        ({"stock_id": 9, "source_code": "krakow", "priority": 1}, None),
        ({"stock_id": 9, "source_code": "no such", "priority": 1}, "whitespaces"),
    ],
)
def test_links_are_refused_by_what_is_wrong(
    rest: Rest, link: dict[str, Any], reason: str | None
) -> None:
    source = {"source_code": "krakow", "name": "K", "country_id": "PL", "postcode": "30-001"}
    rest.post("/V1/inventory/sources", {"source": source})
    answer = rest.ask("POST", "/V1/inventory/stock-source-links", {"links": [link]})
    said = answer.json()
    if reason is None:
        assert said == {"message": "Could not save StockSourceLinks"}
    else:
        assert reason in said["errors"][0]["message"]
    assert rest.get("/V1/inventory/stock-source-links?searchCriteria=")["total_count"] == 1


def test_stocks_sell_to_websites_that_there_are(rest: Rest) -> None:
    channels = {"sales_channels": [{"type": "website", "code": "nosuch"}]}
    stock = {"name": "Two", "extension_attributes": channels}
    said = rest.ask("POST", "/V1/inventory/stocks", {"stock": stock}).json()
    missing = 'The website with code "%code" does not exist.'
    assert said["errors"] == [{"message": missing, "parameters": {"code": "nosuch"}}]
    link = {"links": [{"stock_id": 1, "source_code": "default"}]}
    together = "Can not delete link related to Default Source or Default Stock"
    path = "/V1/inventory/stock-source-links-delete"
    assert rest.refused("POST", path, link) == (400, together)
    status, message = rest.refused("DELETE", "/V1/inventory/stocks/99")
    assert (status, message[:20]) == (404, "There is no stock wi")


# -- prices -----------------------------------------------------------------------------------------


def special(rest: Rest, **row: Any) -> list[dict[str, Any]]:
    rows = [{"store_id": 0, "sku": "BOWL", **row}]
    found: list[dict[str, Any]] = rest.post("/V1/products/special-price", {"prices": rows})
    return found


def sale(rest: Rest) -> list[dict[str, Any]]:
    asked = {"skus": ["BOWL"]}
    found: list[dict[str, Any]] = rest.post("/V1/products/special-price-information", asked)
    return found


def test_a_row_can_be_wrong_twice_and_the_last_row_of_a_sku_wins(rest: Rest) -> None:
    rest.product("BOWL", price=10)
    rows = [{"price": -1, "sku": "BOWL"}, {"price": 5, "store_id": 0, "sku": "BOWL"}]
    rows.append({"price": 6, "store_id": 1, "sku": "BOWL"})
    faults = rest.post("/V1/products/base-prices", {"prices": rows})
    assert [f["parameters"] for f in faults] == [["Price", "-1"], ["BOWL", None]]
    assert rest.get("/all/V1/products/BOWL")["price"] == 6
    assert rest.post("/V1/products/base-prices", {"prices": []}) == []


def test_text_that_is_no_number_fails_the_whole_call(rest: Rest) -> None:
    rest.product("BOWL", price=10)
    rows = [
        {"price": 5, "store_id": 0, "sku": "BOWL"},
        {"price": "x", "store_id": 0, "sku": "BOWL"},
    ]
    assert rest.refused("POST", "/V1/products/base-prices", {"prices": rows})[0] == 400
    assert rest.get("/V1/products/BOWL")["price"] == 10


def test_a_sale_keeps_its_old_dates_when_none_are_sent(rest: Rest) -> None:
    rest.product("BOWL")
    span = {"price_from": "2026-12-01 00:00:00", "price_to": "2026-12-08 23:59:59"}
    assert special(rest, price=15, **span) == []
    assert special(rest, price=12) == []
    assert sale(rest) == [{"price": 12, "store_id": 0, "sku": "BOWL", **span}]


def test_a_sale_ends_by_its_sku_whatever_its_row_tells(rest: Rest) -> None:
    rest.product("BOWL")
    special(rest, price=15, price_from="2026-12-01 00:00:00")
    row = {"price": 99, "store_id": 0, "sku": "BOWL", "price_to": "2030-01-01 00:00:00"}
    path = "/V1/products/special-price-delete"
    (fault,) = rest.post(path, {"prices": [{**row, "price": -1}]})
    assert fault["parameters"] == ["-1", "BOWL", "0", None, "2030-01-01 00:00:00"]
    assert rest.post(path, {"prices": [row]}) == []
    assert sale(rest) == []


def test_a_row_of_no_known_product_and_store_is_wrong_thrice(rest: Rest) -> None:
    faults = special(rest, price=1, sku="NONE", store_id=9)
    assert [f["message"].partition(".")[0] for f in faults] == [
        "The product that was requested doesn't exist",
        "Could not change non global Price when price scope is global",
        "Requested store is not found",
    ]
    rows = [{"cost": -2, "store_id": 0, "sku": "NONE"}]
    unknown, negative = rest.post("/V1/products/cost", {"prices": rows})
    assert unknown["parameters"] == ["SKU", "NONE"]
    assert negative["message"] == ("Invalid attribute Cost = -2. Row ID: SKU = NONE, Store ID: 0.")


def test_a_sale_refuses_bare_dates_and_views_under_global_prices(rest: Rest) -> None:
    rest.product("BOWL")
    (fault,) = special(rest, price=15, price_from="2026-12-01", price_to="2026-12-08 23:59:59")
    assert fault["message"].startswith("Invalid attribute Price From = ")
    (fault,) = special(rest, price=15, store_id=1)
    assert fault["message"].startswith(
        "Could not change non global Price when price scope is global"
    )
    assert sale(rest) == []


def test_prices_leave_the_products_moment_alone(rest: Rest) -> None:
    made = rest.product("BOWL")
    rest.shop.world.clock.advance(timedelta(minutes=5))
    rows = [{"price": 5, "store_id": 0, "sku": "BOWL"}]
    rest.post("/V1/products/base-prices", {"prices": rows})
    rest.source_items(("BOWL", "default", 3, 1))
    assert rest.get("/V1/products/BOWL")["updated_at"] == made["updated_at"]


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        ([{"value": -1}], "Group price must be a number greater than 0."),
        (
            [{"value": 0, "extension_attributes": {"percentage_value": 101}}],
            "Percentage value must be a number between 0 and 100.",
        ),
        (
            [{"value": 1}, {"value": 2}],
            "We found a duplicate website, tier price, customer group and quantity.",
        ),
        (
            [{"value": 1, "customer_group_id": 77}],
            "The product was unable to be saved. Please try again.",
        ),
    ],
)
def test_refuses_tiers_of_a_product(rest: Rest, tiers: list[dict[str, Any]], message: str) -> None:
    rest.product("BOWL")
    rows = [{"customer_group_id": 1, "qty": 2, **tier} for tier in tiers]
    body = {"product": {"tier_prices": rows}}
    assert rest.refused("PUT", "/all/V1/products/BOWL", body) == (400, message)


@pytest.mark.parametrize(
    ("changes", "said", "first"),
    [
        ({"sku": "SHIRT"}, "SKU = %SKU.", "SHIRT"),
        ({"price": -1}, "Price = %price.", "-1"),
        ({"price_type": "half"}, "Price Type = %priceType.", "half"),
        ({"quantity": 0}, "Quantity = %qty.", "BOWL"),
        ({"website_id": 1}, "Website ID = %websiteId.", "BOWL"),
        ({"customer_group": "Nobody"}, "Customer Group = %customerGroup.", "BOWL"),
    ],
)
def test_tier_rows_are_refused_with_their_placeholders(
    rest: Rest, changes: dict[str, Any], said: str, first: str
) -> None:
    rest.product("BOWL")
    rest.product("SHIRT", price=0, qty=None, type_id="configurable")
    row = {"sku": "BOWL", "price": 9, "price_type": "fixed", "website_id": 0}
    row |= {"customer_group": "ALL GROUPS", "quantity": 5, **changes}
    (fault,) = rest.post("/V1/products/tier-prices", {"prices": [row]})
    assert said in fault["message"]
    assert fault["message"].endswith("Customer Group: %customerGroup, Quantity: %qty.")
    assert fault["parameters"][0] == first
    good = {**row, "sku": "BOWL", "price": 9, "price_type": "fixed", "website_id": 0}
    good |= {"customer_group": "ALL GROUPS", "quantity": 5}
    twice = rest.post("/V1/products/tier-prices", {"prices": [good, good]})
    assert [fault["message"][:20] for fault in twice] == ["We found a duplicate"] * 2


def test_a_tier_is_added_and_taken_away_by_its_address(rest: Rest) -> None:
    rest.product("BOWL")
    path = "/V1/products/BOWL/group-prices/1/tiers"
    assert rest.post(f"{path}/3/price/8") is True
    assert rest.get(path) == [{"customer_group_id": 1, "qty": 3, "value": 8}]
    assert rest.delete(f"{path}/3") is True
    status, message = rest.refused("DELETE", f"{path}/3")
    assert (status, message[:26]) == (404, "Product hasn't group price")
