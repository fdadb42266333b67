"""Products: created, changed at a level, cleared, refused; variants, pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.simulator.channels.magento.connector import Rest, criteria

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


def custom(product: dict[str, Any]) -> dict[str, Any]:
    return {a["attribute_code"]: a["value"] for a in product["custom_attributes"]}


def set_custom(rest: Rest, sku: str, **values: Any) -> dict[str, Any]:
    rows = [{"attribute_code": k, "value": v} for k, v in values.items()]
    return custom(rest.put(f"/all/V1/products/{sku}", {"product": {"custom_attributes": rows}}))


def test_skus_ignore_case_and_the_last_spelling_stays(rest: Rest) -> None:
    first = rest.product(" Mug-01 ")
    second = rest.product("MUG-01")
    assert (first["sku"], second["sku"], first["id"]) == ("Mug-01", "MUG-01", second["id"])


def test_a_put_creates_and_the_paths_sku_wins(rest: Rest) -> None:
    product = {"sku": "OTHER", "name": "Bowl", "attribute_set_id": 4, "price": 5}
    assert rest.put("/V1/products/BOWL", {"product": product})["sku"] == "BOWL"
    assert rest.refused("GET", "/V1/products/OTHER")[0] == 404


def test_the_bodys_sku_counts_where_something_stands_beside_the_product(rest: Rest) -> None:
    rest.product("BOWL")
    body = {"product": {"sku": "CUP", "name": "Cup", "attribute_set_id": 4}, "saveOptions": True}
    assert rest.put("/V1/products/BOWL", body)["sku"] == "CUP"
    body["product"] = {"name": "Cup"}
    assert rest.refused("PUT", "/V1/products/CUP", body)[0] == 500


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"price": -1}, (400, "Please enter a number 0 or greater in this field.")),
        ({"sku": "X" * 65}, (400, "SKU length should be 64 characters maximum.")),
        (
            {"extension_attributes": {"website_ids": [9]}},
            (400, "The product was unable to be saved. Please try again."),
        ),
        (
            {"price": "12,50"},
            (
                400,
                'Error occurred during "price" processing. The "12,50" value\'s type is invalid. '
                'The "float" type was expected. Verify and try again.',
            ),
        ),
        ({"attribute_set_id": 99}, (400, "Invalid product data: %1")),
        (
            {"nonsense": 1},
            (400, '"%fieldName" is not supported. Correct the field name and try again.'),
        ),
    ],
    ids=["price", "sku", "website", "type", "set", "key"],
)
def test_refuses_what_the_vendor_refuses(
    rest: Rest, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    product = {"sku": "BOWL", "name": "Bowl", "attribute_set_id": 4, "price": 5, **changes}
    assert rest.refused("POST", "/V1/products", {"product": product}) == expected


@pytest.mark.parametrize(
    "changes",
    [{"status": 7}, {"visibility": 9}, {"type_id": "nosuch"}, {"price": "12.50"}],
    ids=lambda c: next(iter(c)),
)
def test_lets_through_what_the_vendor_does_not_check(rest: Rest, changes: dict[str, Any]) -> None:
    rest.product("BOWL", qty=None, **changes) if "price" not in changes else rest.product("BOWL")
    rest.put("/all/V1/products/BOWL", {"product": changes})


def test_a_sale_price_is_cleared_by_null_and_made_nought_by_empty_text(rest: Rest) -> None:
    rest.product("BOWL")
    start = {"special_from_date": "2026-03-01 00:00:00", "special_to_date": "2026-03-09 00:00:00"}
    set_custom(rest, "BOWL", special_price="9.9", **start)
    cleared = set_custom(rest, "BOWL", special_price=None, special_from_date=None)
    assert "special_price" not in cleared
    assert cleared["special_from_date"] == "2026-03-01 00:00:00"
    assert set_custom(rest, "BOWL", special_price="")["special_price"] == "0.000000"


def test_a_sale_without_a_beginning_begins_today(rest: Rest) -> None:
    rest.product("BOWL")
    assert set_custom(rest, "BOWL", special_price=9)["special_from_date"] == "2026-03-02 00:00:00"


def test_an_address_belongs_to_one_product(rest: Rest) -> None:
    rest.product("BOWL", name="Salad bowl")
    product = {"sku": "BOWL-2", "name": "Salad bowl", "attribute_set_id": 4}
    refused = rest.refused("POST", "/V1/products", {"product": product})
    assert refused == (400, "URL key for specified store already exists.")
    rest.delete("/V1/products/BOWL")
    rest.post("/V1/products", {"product": product})


def test_lists_hold_no_stock_and_sorting_by_price_leaves_out_what_is_sold_out(rest: Rest) -> None:
    rest.product("BOWL", price=5)
    rest.product("CUP", price=3, qty=0)
    rest.product("DISH", price=1)
    listed = rest.get("/V1/products?searchCriteria=")
    assert all("stock_item" not in p["extension_attributes"] for p in listed["items"])
    order = (
        "searchCriteria[sortOrders][0][field]=price&searchCriteria[sortOrders][0][direction]=ASC"
    )
    by_price = rest.get(f"/V1/products?{order}")
    assert ([p["sku"] for p in by_price["items"]], by_price["total_count"]) == (["DISH", "BOWL"], 2)
    by_sku = rest.get(f"/V1/products?{order.replace('price', 'sku')}")
    assert by_sku["total_count"] == 3


def test_lists_by_text_store_and_lack_of_a_category(rest: Rest) -> None:
    for sku in ("BOWL", "DISH"):
        rest.product(sku)
    ids = [
        rest.post("/V1/categories", {"category": {"parent_id": 2, "name": n, "is_active": True}})[
            "id"
        ]
        for n in ("Clay", "Tin")
    ]
    for id in ids:
        link = {"sku": "BOWL", "position": 0, "category_id": str(id)}
        rest.post(f"/V1/categories/{id}/products", {"productLink": link})

    def found(name: str, value: object) -> list[str]:
        listed = rest.get(f"/V1/products?{criteria([(name, str(value))])}")
        return [p["sku"] for p in listed["items"]]

    assert found("sku:seq", "BOWL") == ["BOWL"]
    assert found("sku:sneq", "BOWL") == ["DISH"]
    assert found("store_id:eq", 1) == ["BOWL", "DISH"]
    assert found("category_id:in", f"{ids[0]},{ids[1]}") == ["BOWL"]
    assert found("category_id:neq", ids[0]) == found("category_id:nin", ids[1]) == ["DISH"]


def test_lists_by_moment_and_page(rest: Rest) -> None:
    for n in range(5):
        rest.product(f"BOWL-{n}")
    rest.shop.world.clock.advance(timedelta(hours=1))
    rest.put("/all/V1/products/BOWL-3", {"product": {"price": 7}})
    since = criteria([("updated_at:gt", "2026-03-02 08:30:00")])
    assert [p["sku"] for p in rest.get(f"/V1/products?{since}")["items"]] == ["BOWL-3"]
    for all_of_them in ("None", "1999-1-1", "2026-03-02T00:00"):
        since = criteria([("created_at:gteq", all_of_them), ("created_at:neq", "2030-01-01")])
        assert rest.get(f"/V1/products?{since}")["total_count"] == 5
    paged = rest.get(f"/V1/products?{criteria([], pageSize=2, currentPage=3)}")
    assert ([p["sku"] for p in paged["items"]], paged["total_count"]) == (["BOWL-4"], 5)
    beyond = rest.get(f"/V1/products?{criteria([], pageSize=2, currentPage=9)}")
    assert (beyond["items"], beyond["total_count"]) == ([], 5)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (400, '"%fieldName" is required. Enter and try again.')),
        (
            "?searchCriteria[nosuch]=1",
            (400, '"%fieldName" is not supported. Correct the field name and try again.'),
        ),
        (
            "?searchCriteria[sortOrders][0][field]=sku&searchCriteria[sortOrders][0][direction]=up",
            (
                400,
                "The sort order has to be specified as %1 for ascending order or %2 for descending"
                " order.",
            ),
        ),
    ],
    ids=["missing", "unknown key", "direction"],
)
def test_refuses_odd_criteria(rest: Rest, query: str, expected: tuple[int, str]) -> None:
    assert rest.refused("GET", f"/V1/products{query}") == expected


def test_a_change_without_a_store_code_reaches_one_view_only(rest: Rest) -> None:
    rest.product("BOWL", name="Bowl")
    rest.put("/V1/products/BOWL", {"product": {"name": "Salad bowl", "status": 2, "price": 9}})
    names = {
        code: rest.get(f"/{code}/V1/products/BOWL?fields=name,status,price")
        for code in ("all", "default", "pl")
    }
    assert names == {
        "all": {"name": "Bowl", "status": 1, "price": 9},
        "default": {"name": "Salad bowl", "status": 2, "price": 9},
        "pl": {"name": "Bowl", "status": 2, "price": 9},  # the status is the website's
    }
    assert rest.get("/all/V1/products/BOWL?fields=name&storeId=1") == {"name": "Salad bowl"}
    assert rest.refused("GET", "/V1/products/BOWL?storeId=x")[0] == 400


def test_variants_are_built_in_one_call_and_named_by_the_parent_alone(rest: Rest) -> None:
    red = rest.post("/V1/products/attributes/color/options", {"option": {"label": "red"}})
    blue = rest.post("/V1/products/attributes/color/options", {"option": {"label": "blue"}})
    ids = [
        rest.product(
            f"SHIRT-{name}",
            visibility=1,
            custom_attributes=[{"attribute_code": "color", "value": value}],
        )["id"]
        for name, value in (("RED", red), ("BLUE", blue))
    ]
    plain = rest.product("SHIRT-PLAIN")["id"]
    rest.product("SHIRT", price=0, qty=None, type_id="configurable")
    options = [
        {
            "attribute_id": "93",
            "label": "Color",
            "values": [{"value_index": int(red)}, {"value_index": int(blue)}],
        }
    ]

    def link(links: list[int], **more: Any) -> dict[str, Any]:
        return {"extension_attributes": {**more, "configurable_product_links": links}}

    def refused(body: dict[str, Any]) -> tuple[int, str]:
        return rest.refused("PUT", "/V1/products/SHIRT", {"product": body})

    same = 'Products "%1" and "%2" have the same set of attribute values.'
    assert refused(link(ids)) == (400, same)
    both = link(ids, configurable_product_options=options)
    rest.put("/V1/products/SHIRT", {"product": both})
    lacking = 'Product with id "%1" does not contain required attribute "%2".'
    assert refused(link([*ids, plain])) == (400, lacking)
    assert refused(link([999999]))[0] == 404
    rest.put("/V1/products/SHIRT", {"product": {"name": "Shirt"}})
    children = rest.get("/V1/configurable-products/SHIRT/children")
    assert [c["sku"] for c in children] == ["SHIRT-RED", "SHIRT-BLUE"]
    assert rest.refused("GET", "/V1/inventory/get-product-salable-quantity/SHIRT/1") == (
        400,
        "Can't check requested quantity for products without Source Items support.",
    )
    rest.put("/V1/products/SHIRT", {"product": link([])})
    assert rest.get("/V1/configurable-products/SHIRT/children") == []


def test_pictures_are_refused_when_they_are_none(rest: Rest) -> None:
    rest.product("BOWL")
    content = {"base64_encoded_data": PIXEL, "type": "image/png", "name": "bowl.png"}
    for spoilt in (
        {"base64_encoded_data": "bm8gcGljdHVyZQ=="},
        {"type": "image/webp"},
        {"type": "image/jpeg"},  # the bytes are a PNG's
        {"name": "a/b.png"},
    ):
        entry = {"media_type": "image", "label": "", "content": {**content, **spoilt}}
        assert rest.refused("POST", "/V1/products/BOWL/media", {"entry": entry})[0] == 400
    entry = {"media_type": "image", "label": "no content"}
    assert rest.refused("POST", "/V1/products/BOWL/media", {"entry": entry})[0] == 500
    good = {"media_type": "image", "label": "", "content": content}
    id = rest.post("/V1/products/BOWL/media", {"entry": good})
    assert isinstance(id, str)
    unnamed = {"media_type": "image", "label": "new", "position": 1, "disabled": False}
    at = f"/V1/products/BOWL/media/{id}"
    assert rest.refused("PUT", at, {"entry": unnamed})[0] == 404
    assert rest.put(at, {"entry": {**unnamed, "id": id}}) is True


def test_customers_are_checked(rest: Rest) -> None:
    customer = {"email": "iga@example.com", "firstname": "Iga", "lastname": "Sowa"}
    made = rest.post("/V1/customers", {"customer": customer})
    again = rest.refused("POST", "/V1/customers", {"customer": customer})
    assert again == (
        400,
        "A customer with the same email address already exists in an associated website.",
    )
    nameless = {**customer, "email": "b@example.com", "firstname": ""}
    refused = rest.refused("POST", "/V1/customers", {"customer": nameless})
    assert refused == (400, '"First Name" is a required value.')
    assert rest.post("/V1/customers/isEmailAvailable", {"customerEmail": "iga@example.com"}) is True
    assert (
        rest.find("/V1/customers/search", email="IGA@example.com")["items"][0]["id"] == made["id"]
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": None}, (400, "The customer email is missing. Enter and try again.")),
        ({"group_id": 99}, (400, "The specified customer group id does not exist.")),
        ({"website_id": 9}, (404, "The website with id %1 that was requested wasn't found.")),
        ({"store_id": 9}, (404, "The store that was requested wasn't found.")),
        (
            {"firstname": "", "lastname": ""},
            (400, '"First Name" is a required value.\n"Last Name" is a required value.'),
        ),
    ],
)
def test_refuses_customers_in_the_shops_order(
    rest: Rest, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    customer = {"email": "iga@example.com", "firstname": "Iga", "lastname": "Sowa", **changes}
    status, message = rest.refused("POST", "/V1/customers", {"customer": customer})
    assert (status, message[: len(expected[1])]) == expected


def test_a_customer_keeps_what_is_not_sent_and_chooses_no_group(rest: Rest) -> None:
    customer = {"email": "iga@example.com", "firstname": "Iga", "lastname": "Sowa", "group_id": 2}
    alone = {"Authorization": ""}
    made = rest.ask("POST", "/V1/customers", {"customer": customer}, headers=alone).json()
    assert made["group_id"] == 1
    changed = rest.put(f"/V1/customers/{made['id']}", {"customer": {"firstname": "Ida"}})
    assert (changed["firstname"], changed["lastname"]) == ("Ida", "Sowa")


def test_options_of_a_parent_are_refused_by_what_they_lack(rest: Rest) -> None:
    rest.product("SHIRT", price=0, qty=None, type_id="configurable")
    path = "/V1/configurable-products/SHIRT/options"
    lacking = {"attribute_id": "93", "label": "Color"}
    one = rest.refused("POST", path, {"option": lacking})
    assert one == (400, "Option values are not specified.")
    many = rest.ask("POST", path, {"option": {"values": [{}]}}).json()
    assert [fault["message"][:12] for fault in many["errors"]] == [
        "Option attri",
        "Option label",
        "Value index ",
    ]
    rest.product("BOWL")
    refused = rest.refused("DELETE", "/V1/configurable-products/BOWL/children/SHIRT")
    assert refused == (400, 'The product with the "%1" SKU isn\'t a configurable product.')


def test_addresses_are_written_like_names(rest: Rest) -> None:
    own = [{"attribute_code": "url_key", "value": "Big BOWL (red)"}]
    product = rest.product("BOWL", custom_attributes=own)
    assert custom(product)["url_key"] == "big-bowl-red"
    category = {"parent_id": 2, "name": "x", "is_active": True, "custom_attributes": own}
    assert custom(rest.post("/V1/categories", {"category": category}))["url_key"] == "big-bowl-red"


def test_nothing_weighs_less_than_nothing(rest: Rest) -> None:
    product = {"sku": "BOWL", "name": "Bowl", "attribute_set_id": 4, "price": 5, "weight": -1}
    refused = rest.refused("POST", "/V1/products", {"product": product})
    assert refused == (400, "Please enter a number 0 or greater in this field.")


# -- attributes and sets ----------------------------------------------------------------------------


def test_a_gallery_that_comes_with_a_product_needs_its_pictures(rest: Rest) -> None:
    rest.product("BOWL")
    entry = {"media_type": "image", "label": "x", "position": 1, "disabled": False, "types": []}
    body = {"product": {"media_gallery_entries": [entry]}}
    refused = rest.refused("PUT", "/all/V1/products/BOWL", body)
    assert refused == (400, "The image content is invalid. Verify the content and try again.")
    content = {"base64_encoded_data": PIXEL, "type": "image/png", "name": "a.png"}
    body = {"product": {"media_gallery_entries": [{**entry, "content": content}]}}
    (made,) = rest.put("/all/V1/products/BOWL", body)["media_gallery_entries"]
    assert made["file"] == "/a/_/a.png"
    body = {"product": {"media_gallery_entries": [{**entry, "id": made["id"]}, {"id": 999}]}}
    assert len(rest.put("/all/V1/products/BOWL", body)["media_gallery_entries"]) == 1
    link = {"sku": "BOWL", "link_type": "related", "linked_product_sku": "NO-SUCH", "position": 1}
    refused = rest.refused("PUT", "/all/V1/products/BOWL", {"product": {"product_links": [link]}})
    assert refused == (404, 'The Product with the "%1" SKU doesn\'t exist.')
