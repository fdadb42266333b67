from typing import Any

import pytest

from tests.simulator.channels.woocommerce.ordering import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def back(order: Any, pieces: int, total: float) -> list[dict[str, Any]]:
    return [{"id": order["line_items"][0]["id"], "quantity": pieces, "refund_total": total}]


def refund(desk: Desk, order: Any, **fields: Any) -> Any:
    return desk.post(f"/orders/{order['id']}/refunds", **{"api_refund": False, **fields})


def test_restock_is_not_limited_to_what_was_ordered(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.order(**{f"p{clock}": 3})
    refund(desk, order, line_items=back(order, 9, 10))

    assert desk.stock(clock) == 16  # 10 - 3 + 9


@pytest.mark.parametrize(
    ("fields", "stock"),
    [({}, 8), ({"api_restock": True}, 8), ({"api_restock": False}, 7)],
)
def test_goods_come_back_unless_told_otherwise(
    desk: Desk, fields: dict[str, bool], stock: int
) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.order(**{f"p{clock}": 3})
    refund(desk, order, line_items=back(order, 1, 123), **fields)

    assert desk.stock(clock) == stock


def test_an_amount_alone_restocks_nothing_and_needs_no_payment(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    unpaid = desk.post("/orders", line_items=[{"product_id": clock, "quantity": 1}])
    made = refund(desk, unpaid, amount="23")

    assert (desk.status, made["amount"], desk.stock(clock)) == (201, "23.00", 10)


def test_cancelling_gives_back_only_what_refunds_did_not(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.order(**{f"p{clock}": 3})
    refund(desk, order, line_items=back(order, 1, 123))
    desk.put(f"/orders/{order['id']}", status="cancelled")

    assert desk.stock(clock) == 10


def test_the_amount_beats_the_rows(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.order(**{f"p{clock}": 3})

    made = refund(desk, order, amount="5", line_items=back(order, 1, 123))

    assert (made["amount"], made["line_items"][0]["total"]) == ("5.00", "-123.00")


def test_refunding_the_rest_ends_the_order_for_good(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.order(**{f"p{clock}": 1})
    path = f"/orders/{order['id']}"
    refund(desk, order, amount="100")
    before = desk.get(path)["status"]
    made = refund(desk, order, amount="23")
    after = desk.get(path)["status"]
    desk.delete(f"{path}/refunds/{made['id']}")

    assert (before, after, desk.get(path)["status"]) == ("processing", "refunded", "refunded")
    assert [r["amount"] for r in desk.get("/refunds")] == ["100.00"]


@pytest.mark.parametrize(
    ("fields", "code", "message", "data"),
    [
        ({"amount": "124"}, "cannot_create_order_refund", "Invalid refund amount.", 500),
        ({"amount": "all"}, "cannot_create_order_refund", "Invalid refund amount.", 500),
        (
            {"amount": "-1"},
            "invalid_order_refund",
            "Refund amount must be greater than zero.",
            400,
        ),
        (
            {"amount": "1", "api_refund": True},
            "cannot_create_order_refund",
            "The payment gateway for this order does not exist.",
            500,
        ),
    ],
)
def test_refusals_are_500_with_a_bare_number(
    desk: Desk, fields: dict[str, Any], code: str, message: str, data: int
) -> None:
    clock = desk.product("RETRO-CLOCK")
    order = desk.order(**{f"p{clock}": 1})
    answer = refund(desk, order, **fields)

    assert desk.status == 500
    assert answer == {"code": f"woocommerce_rest_{code}", "message": message, "data": data}


def test_unknown_orders_have_no_refunds_and_take_none(desk: Desk) -> None:
    assert desk.get("/orders/999/refunds") == []
    answer = desk.post("/orders/999/refunds", amount="1")

    assert (desk.status, answer["code"], answer["data"]) == (
        500,
        "woocommerce_rest_invalid_order_id",
        404,
    )


def test_an_amount_must_be_text(desk: Desk) -> None:
    order = desk.post("/orders")
    answer = refund(desk, order, amount=5)

    assert (desk.status, answer["code"]) == (400, "rest_invalid_param")


def test_refunded_taxes_and_shipping_are_shown_below_zero(desk: Desk) -> None:
    rate = desk.vat()
    clock = desk.product("RETRO-CLOCK")
    order = desk.post(
        "/orders",
        set_paid=True,
        line_items=[{"product_id": clock, "quantity": 1}],
        shipping_lines=[{"method_id": "flat_rate", "total": "10"}],
    )
    tax = [{"id": rate, "refund_total": 2.3}]
    rows = [{"id": order["shipping_lines"][0]["id"], "refund_total": 10, "refund_tax": tax}]

    made = refund(desk, order, line_items=rows)

    assert (made["amount"], made["shipping_lines"][0]["total_tax"]) == ("12.30", "-2.30")
    assert made["tax_lines"][0]["shipping_tax_total"] == "-2.30"
    shown = desk.get(f"/orders/{order['id']}")["refunds"][0]
    assert (shown["total"], shown["total_tax"]) == ("-12.30", "-2.30")
