from typing import Any

import pytest

from tests.simulator.channels.woocommerce.ordering import BUYER, Desk, lines


@pytest.fixture
def desk() -> Desk:
    return Desk()


# -- stock ----------------------------------------------------------------------------------------


def test_paid_orders_take_stock_once_and_cancelled_ones_give_it_back(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.order(**{f"p{clock}": 3})
    seen = [desk.stock(clock)]
    for status in ("completed", "on-hold", "cancelled", "processing", "pending", "refunded"):
        desk.put(f"/orders/{order['id']}", status=status)
        seen.append(desk.stock(clock))

    assert seen == [7, 7, 7, 10, 7, 10, 10]


def test_an_order_refunded_by_its_status_keeps_the_stock(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.order(**{f"p{clock}": 3})

    changed = desk.put(f"/orders/{order['id']}", status="refunded")

    assert (desk.stock(clock), changed["refunds"][0]["total"]) == (7, "-369.00")


def test_overselling_is_accepted(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK", stock=1)
    desk.order(**{f"p{clock}": 3})

    assert (desk.status, desk.stock(clock)) == (201, -2)


def test_editing_lines_of_a_paid_order_moves_stock_by_the_difference(desk: Desk) -> None:
    clock, shelf = desk.product("RETRO-CLOCK"), desk.product("OAK-SHELF-80")
    order = desk.order(**{f"p{clock}": 3})
    line = order["line_items"][0]["id"]
    seen = []
    for change in (
        {"id": line, "quantity": 5},
        {"id": line, "quantity": 1},
        {"product_id": shelf, "quantity": 2},
        {"id": line, "quantity": 0},
    ):
        desk.put(f"/orders/{order['id']}", line_items=[change])
        seen.append((desk.stock(clock), desk.stock(shelf)))

    assert seen == [(5, 10), (9, 10), (9, 8), (10, 8)]


def test_editing_an_unpaid_order_moves_no_stock(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.post("/orders", line_items=lines(**{f"p{clock}": 3}))
    desk.put(
        f"/orders/{order['id']}", line_items=[{"id": order["line_items"][0]["id"], "quantity": 5}]
    )

    assert desk.stock(clock) == 10


def test_with_stock_management_off_orders_reduce_nothing(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    desk.shop.set_option("woocommerce_manage_stock", "no")
    desk.order(**{f"p{clock}": 3})
    desk.shop.set_option("woocommerce_manage_stock", "yes")

    assert desk.stock(clock) == 10


def test_sales_are_counted_once_and_taken_off_by_cancellation_and_deletion(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    first, second = (desk.order(**{f"p{clock}": n}) for n in (3, 2))

    def sold() -> Any:
        return desk.get(f"/products/{clock}")["total_sales"]

    seen = [sold()]
    desk.put(f"/orders/{first['id']}", status="cancelled")
    seen.append(sold())
    desk.delete(f"/orders/{second['id']}?force=true")
    seen.append(sold())

    assert seen == [5, 2, 0]
    assert desk.stock(clock) == 8  # deleting a paid order gives no stock back


# -- rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"id": 999, "quantity": 1}, 400, "woocommerce_rest_invalid_item_id"),
        ({"id": 999, "quantity": 0}, 400, "woocommerce_rest_invalid_item_id"),
        ({"quantity": 1}, 400, "woocommerce_rest_required_product_reference"),
        ({"product_id": None}, 500, "internal_server_error"),
        ({"product_id": 1, "quantity": "two"}, 400, "rest_invalid_param"),
        ({"product_id": 1, "total": 5}, 400, "rest_invalid_param"),
    ],
)
def test_rows_that_are_refused(desk: Desk, change: dict[str, Any], status: int, code: str) -> None:
    order = desk.post("/orders")
    answer = desk.put(f"/orders/{order['id']}", line_items=[change])

    assert (desk.status, answer["code"]) == (status, code)


def test_an_unknown_product_is_accepted_as_an_empty_row(desk: Desk) -> None:
    order = desk.post("/orders", line_items=[{"sku": "NOBODY-HAS-IT", "quantity": 2}])
    row = order["line_items"][0]

    assert desk.status == 201
    assert (row["product_id"], row["quantity"], row["total"], row["sku"]) == (0, 2, "0.00", None)


def test_a_sku_finds_its_product_whatever_its_case(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.post("/orders", line_items=[{"sku": "retro-clock"}])

    assert order["line_items"][0]["product_id"] == clock


def test_a_variation_brings_its_choices_along(desk: Desk) -> None:
    attribute = {"name": "Size", "variation": True, "options": ["S", "M"]}
    shirt = desk.post("/products", name="Shirt", type="variable", attributes=[attribute])["id"]
    small = desk.post(
        f"/products/{shirt}/variations",
        sku="SHIRT-S",
        regular_price="20",
        manage_stock=True,
        stock_quantity=5,
        attributes=[{"name": "Size", "option": "S"}],
    )["id"]
    order = desk.order(**{f"p{small}": 2})
    row = order["line_items"][0]

    named = ("name", "product_id", "variation_id", "parent_name", "sku", "total")
    assert [row[n] for n in named] == ["Shirt - S", shirt, small, "Shirt", "SHIRT-S", "40.00"]
    assert row["meta_data"][0] | {"id": 0} == {
        "id": 0,
        "key": "size",
        "value": "S",
        "display_key": "Size",
        "display_value": "S",
    }
    assert desk.get(f"/products/{shirt}/variations/{small}")["stock_quantity"] == 3


# -- money ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("billing", "shipping", "totals"),
    [
        ("PL", "PL", ("123.00", "23.00")),
        ("PL", "", ("123.00", "23.00")),
        ("DE", "PL", ("123.00", "23.00")),
        ("PL", "DE", ("100.00", "0.00")),  # net without a rate where it goes
        ("", "", ("123.00", "23.00")),  # the shop's own country
    ],
)
def test_tax_follows_the_shipping_address(
    desk: Desk, billing: str, shipping: str, totals: tuple[str, str]
) -> None:
    desk.vat()
    clock = desk.product("RETRO-CLOCK")
    order = desk.post(
        "/orders",
        billing={"country": billing},
        shipping={"country": shipping},
        line_items=lines(**{f"p{clock}": 1}),
    )

    assert (order["total"], order["total_tax"]) == totals


def test_a_new_address_reckons_the_order_anew(desk: Desk) -> None:
    desk.vat()
    clock = desk.product("RETRO-CLOCK")
    order = desk.post("/orders", line_items=lines(**{f"p{clock}": 1}))
    changed = desk.put(f"/orders/{order['id']}", billing={"country": "DE"})

    assert (changed["total"], changed["tax_lines"]) == ("100.00", [])


def test_decimals_of_amounts_can_be_asked_for(desk: Desk) -> None:
    desk.vat()
    clock = desk.product("RETRO-CLOCK", price="0.99")
    order = desk.post("/orders", line_items=lines(**{f"p{clock}": 7}))
    shown = desk.get(f"/orders/{order['id']}?dp=4")

    assert (shown["total"], shown["line_items"][0]["total"]) == ("6.9300", "5.6341")


def test_coupons_are_replaced_as_a_whole(desk: Desk) -> None:
    for code, kind, amount in (("TEN", "percent", "10"), ("FIVE", "fixed_cart", "5")):
        desk.post("/coupons", code=code, discount_type=kind, amount=amount)
    clock = desk.product("RETRO-CLOCK", price="100")
    order = desk.post(
        "/orders", line_items=lines(**{f"p{clock}": 2}), coupon_lines=[{"code": "ten"}]
    )
    path = f"/orders/{order['id']}"

    both = desk.put(path, coupon_lines=[{"code": "TEN"}, {"code": "five"}])
    none = desk.put(path, coupon_lines=[])

    assert [o["total"] for o in (order, both, none)] == ["180.00", "175.00", "200.00"]
    assert [c["discount"] for c in both["coupon_lines"]] == ["20", "5"]


def test_coupon_rows_cannot_be_addressed_by_id(desk: Desk) -> None:
    order = desk.post("/orders")
    answer = desk.put(f"/orders/{order['id']}", coupon_lines=[{"id": 1, "code": "ten"}])

    assert (desk.status, answer["code"]) == (400, "woocommerce_rest_coupon_item_id_readonly")


def test_an_invalid_coupon_leaves_a_draft_behind(desk: Desk) -> None:
    answer = desk.post("/orders", coupon_lines=[{"code": "nonesuch"}])
    draft = desk.get(f"/orders/{answer['data']['new_draft_order_id']}")

    assert answer["code"] == "woocommerce_rest_invalid_coupon"
    assert draft["status"] == "checkout-draft"


# -- payment and status ---------------------------------------------------------------------------


def test_payment_needs_something_to_pay_once_the_order_exists(desk: Desk) -> None:
    made = desk.post("/orders", set_paid=True)
    later = desk.post("/orders")
    put = desk.put(f"/orders/{later['id']}", set_paid=True, transaction_id="T-1")

    assert (made["status"], made["date_paid"] is None) == ("completed", False)
    assert (put["status"], put["transaction_id"]) == ("pending", "T-1")


def test_an_unknown_customer_is_refused_before_anything_is_stored(desk: Desk) -> None:
    answer = desk.post("/orders", customer_id=999)

    assert (desk.status, answer["code"]) == (400, "woocommerce_rest_invalid_customer_id")
    assert desk.get("/orders") == []


def test_each_mail_is_noted_only_where_there_is_an_address(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    known = desk.order(**{f"p{clock}": 1})
    unknown = desk.post("/orders", set_paid=True, line_items=lines(**{f"p{clock}": 1}))

    assert 'Email "Processing order" sent.' in desk.notes(known["id"])
    assert 'Email "Processing order" sent.' not in desk.notes(unknown["id"])
    assert 'Email "New order" sent.' in desk.notes(unknown["id"])


# -- bin and batch --------------------------------------------------------------------------------


def test_orders_go_into_the_bin_once_and_out_for_good(desk: Desk) -> None:
    path = f"/orders/{desk.post('/orders')['id']}"
    first, second = desk.delete(path), desk.delete(path)
    last = desk.delete(f"{path}?force=true")
    desk.get(path)

    assert (first["status"], second["code"]) == ("pending", "woocommerce_rest_already_trashed")
    assert (last["status"], desk.status) == ("trash", 404)


def test_batch_rows_are_not_checked_and_fail_one_by_one(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    answer = desk.post(
        "/orders/batch",
        create=[
            {"line_items": [{"product_id": clock, "quantity": "2"}]},
            {"line_items": [{"quantity": 1}]},
            {"status": "shipped"},
        ],
        update=[{"id": 999, "status": "completed"}],
    )

    assert answer["create"][0]["line_items"][0]["quantity"] == 2
    assert answer["create"][1]["error"]["code"] == "woocommerce_rest_required_product_reference"
    assert answer["create"][2]["status"] == "pending"
    assert answer["update"] == [
        {
            "id": 999,
            "error": {
                "code": "woocommerce_rest_shop_order_invalid_id",
                "message": "ID is invalid.",
                "data": {"status": 400},
            },
        }
    ]


def test_a_coupon_of_a_cancelled_order_may_be_used_again(desk: Desk) -> None:
    coupon = desk.post("/coupons", code="ONCE", amount="5", usage_limit=1)["id"]
    clock = desk.product("RETRO-CLOCK")
    asked = {"line_items": lines(**{f"p{clock}": 1}), "coupon_lines": [{"code": "once"}]}
    first = desk.post("/orders", billing=BUYER, **asked)
    used = desk.get(f"/coupons/{coupon}")
    refused = desk.post("/orders", **asked)
    desk.put(f"/orders/{first['id']}", status="cancelled")
    desk.post("/orders", **asked)

    assert (used["usage_count"], used["used_by"]) == (1, ["ola@example.org"])
    assert refused["code"] == "woocommerce_rest_invalid_coupon"
    assert desk.status == 201


# -- mails on request -----------------------------------------------------------------------------


def test_mails_on_request_suit_the_status(desk: Desk) -> None:
    order = desk.post("/orders", status="on-hold", billing=BUYER)
    path = f"/orders/{order['id']}/actions"
    names = [t["id"] for t in desk.get(f"{path}/email_templates")]
    sent = desk.post(f"{path}/send_email")
    wrong = desk.post(f"{path}/send_email", template_id="customer_completed_order")

    assert names == ["customer_invoice", "customer_on_hold_order"]
    assert sent == {"message": 'Email template "Order on-hold" sent to ola@example.org.'}
    assert wrong["code"] == "woocommerce_rest_invalid_email_template"


def test_a_billing_address_is_replaced_only_by_force(desk: Desk) -> None:
    order = desk.post("/orders", billing=BUYER)
    path = f"/orders/{order['id']}/actions/send_order_details"
    refused = desk.post(path, email="other@example.org")
    forced = desk.post(path, email="other@example.org", force_email_update=True)

    assert refused["code"] == "woocommerce_rest_order_billing_email_exists"
    assert forced["message"] == (
        "Billing email updated to other@example.org. Order details sent to other@example.org."
    )


def test_a_status_set_by_hand_is_noted_under_the_keepers_name(desk: Desk) -> None:
    order = desk.post("/orders")
    desk.put(f"/orders/{order['id']}", status="on-hold", manual_update=True)
    notes = desk.get(f"/orders/{order['id']}/notes")
    authors = {n["note"]: n["author"] for n in notes}

    assert authors["Order status changed from Pending payment to On hold."] == "admin"
