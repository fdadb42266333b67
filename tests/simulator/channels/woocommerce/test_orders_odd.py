"""Orders that a client hardly means, as the real shop takes or refuses them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.channels.woocommerce.ordering import Desk, lines


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A shop and its administrator."""
    found = Desk()
    yield found
    found.world.close()


def test_a_total_may_lie_below_zero(desk: Desk) -> None:
    made = desk.post("/orders", fee_lines=[{"name": "Less", "total": "-7"}])
    assert made["total"] == "-7.00"


def test_a_subtotal_never_lies_below_the_total(desk: Desk) -> None:
    lamp = desk.product("LAMP", "10")
    made = desk.post("/orders", line_items=[{"product_id": lamp, "quantity": 2, "subtotal": "10"}])
    assert made["line_items"][0]["subtotal"] == "20.00"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(
            {"line_items": [{"product_id": 1, "tax_class": "none"}]},
            "order_item_product_invalid_tax_class",
            id="a product's tax class",
        ),
        pytest.param(
            {"fee_lines": [{"name": "x", "tax_class": "standard"}]},
            "order_item_fee_invalid_tax_class",
            id="a fee's, where standard is said by nothing",
        ),
        pytest.param(
            {"billing": {"email": "nonsense"}}, "order_invalid_billing_email", id="an address"
        ),
    ],
)
def test_rows_of_a_batch_are_refused_by_the_order_itself(
    desk: Desk, row: dict[str, Any], code: str
) -> None:
    [answer] = desk.post("/orders/batch", create=[row])["create"]
    assert answer["error"]["code"] == code


def test_of_an_unknown_order_nobody_sees_a_receipt(desk: Desk) -> None:
    assert desk.get("/orders/999/receipt")["code"] == "woocommerce_rest_cannot_view"
    assert desk.post("/orders/999/receipt")["code"] == "woocommerce_rest_cannot_create"
    assert desk.status == 403


def test_a_receipt_is_made_once_whatever_is_asked_then(desk: Desk) -> None:
    order = desk.post("/orders")
    first = desk.post(f"/orders/{order['id']}/receipt", expiration_days=5)
    again = desk.post(f"/orders/{order['id']}/receipt", expiration_date="nonsense")
    assert again == first


def test_shipping_alone_is_not_taxed(desk: Desk) -> None:
    desk.vat()
    made = desk.post("/orders", shipping_lines=[{"method_id": "flat_rate", "total": "10"}])
    [row] = made["shipping_lines"]
    assert (row["method_title"], row["total_tax"], row["taxes"]) == ("Shipping", "0.00", [])


def test_a_fee_below_zero_gives_back_tax_in_proportion(desk: Desk) -> None:
    desk.vat()
    lamp = desk.product("LAMP")
    fees = [{"name": "Less", "total": "-10"}]
    rows = [{"product_id": lamp, "quantity": 1, "tax_class": "reduced-rate"}]
    untaxed = desk.post("/orders", line_items=rows, fee_lines=fees)
    taxed = desk.post("/orders", line_items=[{"product_id": lamp}], fee_lines=fees)
    assert untaxed["fee_lines"][0]["total_tax"] == "0.00"
    assert taxed["fee_lines"][0]["total_tax"] == "-2.30"


def test_discounted_tax_is_rounded_once(desk: Desk) -> None:
    desk.vat()
    first, second = desk.product("A", "12.34"), desk.product("B", "33.33")
    desk.post("/coupons", code="two", discount_type="fixed_product", amount="2")
    rows = lines(**{f"p{first}": 3, f"p{second}": 1})
    made = desk.post("/orders", line_items=rows, coupon_lines=[{"code": "two"}])
    assert made["discount_tax"] == "1.50"


def test_the_price_of_untaxed_goods_holds_no_tax(desk: Desk) -> None:
    desk.vat()
    book = desk.product("BOOK", "5", tax_status="none")
    assert desk.post("/orders", line_items=[{"product_id": book}])["total"] == "5.00"
