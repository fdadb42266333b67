"""What the real shop answered to calls that the recordings do not have, one row for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.channels.woocommerce.ordering import Desk

Step = tuple[str, str, Any]
LAMP = ("POST", "/products", {"name": "Lamp", "sku": "LAMP", "regular_price": "10"})
SHADE = ("POST", "/products", {"name": "Shade", "sku": "SHADE", "regular_price": "4"})
SHIRT = {
    "name": "Shirt",
    "type": "variable",
    "attributes": [{"name": "Size", "variation": True, "options": ["S", "M"]}],
}
PARENT = ("POST", "/products", SHIRT)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A shop and its administrator."""
    found = Desk()
    yield found
    found.world.close()


def _play(desk: Desk, steps: list[Step]) -> Any:
    """The last answer; `{0}` in paths and bodies is the id in the first one."""
    ids: list[str] = []
    answer: Any = None

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: filled(v) for k, v in value.items()}
        if isinstance(value, list):
            return [filled(v) for v in value]
        if isinstance(value, str):
            return re.sub(r"\{(\d)\}", lambda m: ids[int(m[1])], value)
        return value

    for method, path, body in steps:
        answer = desk.call(method, filled(path), filled(body))
        ids.append(str(answer.get("id", "")) if isinstance(answer, dict) else "")
    return answer


def _new(**fields: Any) -> list[Step]:
    return [("POST", "/products", {"name": "N", **fields})]


def _set(**fields: Any) -> list[Step]:
    return [LAMP, ("PUT", "/products/{0}", fields)]


def _got(path: str) -> list[Step]:
    return [LAMP, ("GET", path, None)]


SHOWN: dict[str, tuple[list[Step], dict[str, Any]]] = {
    "grouped: the price is the cheapest part's": (
        [LAMP, SHADE, ("POST", "/products",
         {"name": "Set", "type": "grouped", "grouped_products": ["{0}", "{1}"],
          "regular_price": "99"})],
        {"price": "4", "regular_price": "", "purchasable": False, "has_options": False},
    ),
    "button and address belong to external products": (
        _new(button_text="Buy", external_url="https://example.org"),
        {"button_text": "", "external_url": ""},
    ),
    "download limits belong to downloads": (
        _new(download_limit=3, download_expiry=5), {"download_limit": -1, "download_expiry": -1},
    ),
    "what is virtual weighs nothing": (_new(virtual=True, weight="2"), {"weight": ""}),
    "a bare date of creation is read as UTC": (
        _new(date_created="2020-01-01T10:00:00"),
        {"date_created": "2020-01-01T11:00:00", "date_created_gmt": "2020-01-01T10:00:00"},
    ),
    "without a date to come nothing is scheduled": (_new(status="future"), {"status": "publish"}),
    "a date to come schedules": (
        _new(date_created="2031-01-01T10:00:00"), {"status": "future"},
    ),
    "numbers in meta data become text": (
        _new(meta_data=[{"key": "n", "value": 5}]),
        {"meta_data": [{"id": 40, "key": "n", "value": "5"}]},
    ),
    "scripts are taken out of texts": (_new(description="a<script>b</script>"), {"description": "ab"}),
    "the quantity that means low is never below zero": (
        _new(manage_stock=True, low_stock_amount=-1), {"low_stock_amount": 1},
    ),
    "null for a yes or no means no": (
        [("POST", "/products", {"name": "N", "manage_stock": True, "stock_quantity": 3}),
         ("PUT", "/products/{0}", {"manage_stock": None})],
        {"manage_stock": False, "stock_quantity": None},
    ),
    "null for a text empties it": (_set(sku=None), {"sku": ""}),
    "an empty name changes nothing": (_set(name=""), {"name": "Lamp"}),
    "no brands sent keeps those there are": (
        [("POST", "/products/brands", {"name": "Acme"}),
         ("POST", "/products", {"name": "N", "brands": [{"id": "{0}"}]}),
         ("PUT", "/products/{1}", {"brands": []}),
         ("GET", "/products/brands/{0}", None)],
        {"count": 1},
    ),
    "options are parted by bars": (
        _new(attributes=[{"name": "A", "options": ["x|y"]}]),
        {"attributes": [{"id": 0, "name": "A", "slug": "A", "position": 0, "visible": False,
                         "variation": False, "options": ["x", "y"]}]},
    ),
    "no fields named: all are shown": (
        [LAMP, ("GET", "/products/{0}?_fields=", None)], {"name": "Lamp", "sku": "LAMP"},
    ),
    "untrashed by its status, a product's variations stay in the trash": (
        [PARENT, ("POST", "/products/{0}/variations", {"regular_price": "1"}),
         ("DELETE", "/products/{0}", None), ("PUT", "/products/{0}", {"status": "publish"})],
        {"status": "publish", "variations": []},
    ),
    "a variation's null in place of yes or no": (
        [PARENT, ("POST", "/products/{0}/variations", {"manage_stock": True, "stock_quantity": 2}),
         ("PUT", "/products/{0}/variations/{1}", {"manage_stock": None})],
        {"manage_stock": False},
    ),
    "an attribute goes without force": (
        [("POST", "/products/attributes", {"name": "Size"}),
         ("DELETE", "/products/attributes/{0}", None)],
        {"name": "Size"},
    ),
    "a changed attribute's address is made of its name": (
        [("POST", "/products/attributes", {"name": "Size", "slug": "sz"}),
         ("PUT", "/products/attributes/{0}", {"order_by": "id"})],
        {"slug": "pa_size", "order_by": "id"},
    ),
    "an unknown picture for a category is dropped": (
        [("POST", "/products/categories", {"name": "C", "image": {"id": 999999}})], {"image": None},
    ),
    "a customer's order has the customer's address": (
        [("POST", "/orders", {"customer_id": 2})],
        {"billing": {"first_name": "", "last_name": "", "company": "", "address_1": "",
                     "address_2": "", "city": "", "state": "", "postcode": "", "country": "",
                     "email": "buyer@example.org", "phone": ""}},
    ),
    "a deleted customer's orders become a guest's": (
        [("POST", "/customers", {"email": "ola@example.org"}),
         ("POST", "/orders", {"customer_id": "{0}"}),
         ("DELETE", "/customers/{0}?force=true", None), ("GET", "/orders/{1}", None)],
        {"customer_id": 0},
    ),
    "more than all off is nothing off": (
        [("POST", "/coupons", {"code": "X", "discount_type": "percent", "amount": "120"})],
        {"amount": "0.00"},
    ),
    "what is no address restricts no coupon": (
        [("POST", "/coupons", {"code": "X", "email_restrictions": ["nobody"]})],
        {"email_restrictions": []},
    ),
    "a customer's names hold no tags": (
        [("POST", "/customers", {"email": "a@example.org", "first_name": "<b>A</b> & B"})],
        {"first_name": "A &amp; B"},
    ),
    "a title of payment holds no tags": (
        [("POST", "/orders", {"payment_method_title": "<b>Card</b>"})],
        {"payment_method_title": "Card"},
    ),
    "a coupon's words are escaped": (
        [("POST", "/coupons", {"code": "x", "description": "a & b"})], {"description": "a &amp; b"},
    ),
    "a category's words stand in a line": (
        [("POST", "/products/categories", {"name": "C", "description": "<p>a & <b>b</b></p>"})],
        {"description": "a &amp; <b>b</b>"},
    ),
    "a tax rate not said is empty": ([("POST", "/taxes", {})], {"rate": ""}),
    "rates are rounded up at the half": (
        [("POST", "/taxes", {"rate": "8.12345"})], {"rate": "8.1235"},
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[list[Step], int, str]] = {
    "a date that is no text": (_new(date_on_sale_from=5), 400, "rest_invalid_param"),
    "an external product's stock": (
        _new(type="external", manage_stock=True), 400, "product_external_invalid_manage_stock",
    ),
    "an external product on backorder": (
        _new(type="external", backorders="yes"), 400, "product_external_invalid_backorders",
    ),
    "a month that is none": (_got("/products?after=2020-13-01T00:00:00"), 400, "rest_invalid_param"),
    "a status to include": (_got("/products?include_status=live"), 400, "rest_invalid_param"),
    "a tax class to look for": (_got("/products?tax_class=none"), 400, "rest_invalid_param"),
    "an order of variations": (
        [PARENT, ("GET", "/products/{0}/variations?orderby=price", None)],
        400, "rest_invalid_param",
    ),
    "a variation's status": (
        [PARENT, ("POST", "/products/{0}/variations", {"status": "trash"})],
        400, "rest_invalid_param",
    ),
    "a half of a letter": (_new(name="\ud83d"), 400, "rest_invalid_json"),
    "a tax rate's class": ([("POST", "/taxes", {"class": "none"})], 400, "rest_invalid_param"),
    "a tax class of the same name": (
        [("POST", "/taxes/classes", {"name": "Zero Rate"})], 400, "woocommerce_rest_tax_class_exists",
    ),
    "the standard tax class": (
        [("DELETE", "/taxes/classes/standard?force=true", None)],
        404, "woocommerce_rest_tax_class_invalid_slug",
    ),
    "a category without a name": (
        [("POST", "/products/categories", {"name": ""})], 400, "empty_term_name",
    ),
    "a category whose name is null": (
        [("POST", "/products/categories", {"name": None})], 400, "rest_missing_callback_param",
    ),
    "a name beyond the database": (
        [("POST", "/products/tags", {"name": "x" * 201})], 400, "db_insert_error",
    ),
    "a category under nothing": (
        [("POST", "/products/categories", {"name": "C"}),
         ("PUT", "/products/categories/{0}", {"parent": 999999})],
        500, "missing_parent",
    ),
    "the default category": (
        [("DELETE", "/products/categories/15?force=true", None)],
        500, "woocommerce_rest_cannot_delete",
    ),
    "a customer without address": (
        [("POST", "/customers", {"email": ""})], 400, "registration-error-invalid-email",
    ),
    "a user name with odd signs": (
        [("POST", "/customers", {"email": "a@example.org", "username": "a!"})],
        400, "registration-error-invalid-username",
    ),
    "orders left to nobody": (
        [("DELETE", "/customers/2?force=true&reassign=999", None)],
        400, "woocommerce_rest_customer_invalid_reassign",
    ),
    "files of nobody": (
        [("GET", "/customers/999/downloads", None)], 404, "woocommerce_rest_customer_invalid",
    ),
    "a coupon without a code": (
        [("POST", "/coupons", {"code": ""})], 400, "woocommerce_rest_empty_coupon_code",
    ),
    "a coupon that takes more": (
        [("POST", "/coupons", {"code": "x", "amount": "-1"})], 400, "coupon_invalid_amount",
    ),
    "a setting without a value": (
        [("PUT", "/settings/products/woocommerce_manage_stock", {})],
        400, "rest_setting_value_invalid",
    ),
    "an order's parent that is no order": (
        [("POST", "/orders", {"parent_id": 999})], 400, "order_invalid_parent_id",
    ),
    "a webhook on some action": (
        [("POST", "/webhooks", {"topic": "action.mine", "delivery_url": "https://erp.example"})],
        400, "woocommerce_rest_shop_webhook_invalid_topic",
    ),
    "a picture without address": (
        _new(images=[{"src": ""}]), 400, "woocommerce_product_image_upload_error",
    ),
    "an empty amount to refund": (
        [("POST", "/orders", {}), ("POST", "/orders/{0}/refunds", {"amount": ""})],
        500, "woocommerce_rest_invalid_order_refund",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHOWN)
def test_shows(desk: Desk, case: str) -> None:
    steps, facts = SHOWN[case]
    answer = _play(desk, steps)
    assert {name: answer.get(name) for name in facts} == facts


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(desk: Desk, case: str) -> None:
    steps, status, code = REFUSED[case]
    answer = _play(desk, steps)
    assert (desk.status, answer["code"]) == (status, code)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("sku=0", 2, id="a sku of 0 is none"),
        pytest.param("sku=LAMP,SHADE", 2, id="several skus"),
        pytest.param("include=abc", 0, id="text among ids is no product"),
        pytest.param("exclude=abc", 2, id="text among ids excludes nothing"),
        pytest.param("parent=abc", 2, id="text for a parent means those without"),
        pytest.param("attribute=pa_none&attribute_term=1", 2, id="an unknown attribute"),
        pytest.param("global_unique_id=4006381333931", 0, id="a number of the trade"),
        pytest.param("offset=-1", 1, id="an offset below zero counts without its sign"),
        pytest.param("category=abc", 0, id="text for a category"),
        pytest.param("search=the lamp", 1, id="common words are not searched"),
        pytest.param("search=lámp", 1, id="accents are not searched"),
        pytest.param("search=-lamp", 1, id="a word that must not be there"),
        pytest.param('search="la mp"', 0, id="a phrase"),
    ],
)
def test_lists(desk: Desk, query: str, found: int) -> None:
    assert len(_play(desk, [LAMP, SHADE, ("GET", f"/products?{query}", None)])) == found


def test_an_order_says_what_a_variation_leaves_open(desk: Desk) -> None:
    parent = _play(desk, [PARENT])
    made = desk.post(f"/products/{parent['id']}/variations", regular_price="1")
    order = desk.post("/orders", line_items=[{"product_id": made["id"]}])
    [row] = order["line_items"]
    assert [(m["display_key"], m["value"]) for m in row["meta_data"]] == [("size", "")]
    assert row["image"]["id"] == 0


def test_past_the_end_orders_are_not_counted(desk: Desk) -> None:
    desk.post("/orders")
    client = desk.shop.app.test_client()
    for page, total in (("1", "1"), ("2", "0")):
        answer = client.get(
            f"/wp-json/wc/v3/orders?page={page}",
            headers=desk.headers,
            base_url="https://woocommerce.test",
        )
        assert answer.headers["X-WP-Total"] == total


def test_one_tax_class_is_a_list_of_one(desk: Desk) -> None:
    [row] = desk.get("/taxes/classes/zero-rate")
    assert row["name"] == "Zero rate"


def test_a_deleted_shipping_class_is_off_its_products(desk: Desk) -> None:
    made = desk.post("/products/shipping_classes", name="Heavy")
    product = desk.post("/products", name="Anvil", shipping_class="HEAVY")
    gone = desk.delete(f"/products/shipping_classes/{made['id']}?force=true")
    left = desk.get(f"/products/{product['id']}")
    assert (gone["count"], product["shipping_class"], left["shipping_class_id"]) == (1, "heavy", 0)


def test_options_of_nothing_describe_nothing(desk: Desk) -> None:
    assert (desk.call("OPTIONS", "/nothing"), desk.status) == ([], 200)


def test_downloads_get_numbers_of_their_own(desk: Desk) -> None:
    files = [{"name": "One", "file": "https://example.org/one.zip"}]
    made = desk.post("/products", name="Disc", downloadable=True, downloads=files)
    assert re.fullmatch(r"[0-9a-f-]{36}", made["downloads"][0]["id"])


def test_files_of_a_customer_are_none(desk: Desk) -> None:
    assert desk.get("/customers/2/downloads") == []


def test_a_draft_that_becomes_an_order_is_announced_as_new(desk: Desk) -> None:
    for topic in ("order.created", "order.updated"):
        desk.post("/webhooks", topic=topic, delivery_url="https://erp.example/in")
    order = desk.post("/orders", status="checkout-draft")
    desk.world.tick()
    desk.receiver.take()
    desk.put(f"/orders/{order['id']}", status="pending")
    desk.world.tick()
    assert [topic for topic, _ in desk.receiver.take()] == ["order.created"]


def test_a_new_customer_is_announced_twice(desk: Desk) -> None:
    for topic in ("customer.created", "customer.updated"):
        desk.post("/webhooks", topic=topic, delivery_url="https://erp.example/in")
    desk.post("/customers", email="ola@example.org")
    desk.world.tick()
    found = sorted(topic for topic, _ in desk.receiver.take())
    assert found == ["customer.created", "customer.updated"]


def test_an_unknown_coupon_is_said_to_be_unknown_to_anybody(desk: Desk) -> None:
    desk.headers = {}
    for method, status in (("GET", 404), ("PUT", 400), ("DELETE", 404)):
        assert (
            desk.call(method, "/coupons/999")["code"] == "woocommerce_rest_shop_coupon_invalid_id"
        )
        assert desk.status == status
