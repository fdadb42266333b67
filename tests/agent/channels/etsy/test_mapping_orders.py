"""Receipts: whole, adding up to the cent, with VAT inside and tax on top, sales and gifts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agent.channels import strict
from agent.channels.etsy import mapping_orders
from agent.model.order import Address, Charge, Order


def money(amount: float) -> dict[str, Any]:
    return {"amount": round(amount * 100), "divisor": 100, "currency_code": "EUR"}


def line(**more: Any) -> dict[str, Any]:
    return {
        "transaction_id": 4401,
        "sku": "MUG-STONE",
        "title": "Stoneware mug &amp; saucer",
        "quantity": 2,
        "price": money(19.50),
        "shop_coupon": 0,
        "variations": [],
        **more,
    }


def receipt(**more: Any) -> dict[str, Any]:
    """Two mugs at 19.50 and 4.90 for shipping."""
    return {
        "receipt_id": 3501,
        "status": "paid",
        "is_paid": True,
        "is_shipped": False,
        "created_timestamp": 1_772_442_000,
        "updated_timestamp": 1_772_442_600,
        "name": "Anna Kowalska",
        "first_line": "ul. Prosta 1",
        "second_line": None,
        "city": "Warszawa",
        "state": None,
        "zip": "00-001",
        "country_iso": "PL",
        "buyer_email": None,
        "message_from_buyer": None,
        "is_gift": False,
        "gift_message": "",
        "grandtotal": money(43.90),
        "total_shipping_cost": money(4.90),
        "total_tax_cost": money(0),
        "total_vat_cost": money(0),
        "discount_amt": money(0),
        "gift_wrap_price": money(0),
        "transactions": [line()],
        "refunds": [],
        "shipments": [],
        **more,
    }


def read(**more: Any) -> Order:
    found = mapping_orders.order("etsy", receipt(**more))
    parts = [*found.lines, *found.charges]
    assert sum(part.net + part.tax for part in parts) == found.total
    return found


def test_an_order_with_everything_that_etsy_tells() -> None:
    found = read()
    assert (found.remote_id, found.number, found.state, found.payment) == (
        "3501",
        "3501",
        "open",
        "paid",
    )
    assert found.placed_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert found.modified_at == datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
    [mug] = found.lines
    assert (mug.remote_id, mug.sku, mug.title) == ("4401", "MUG-STONE", "Stoneware mug & saucer")
    assert (mug.quantity, mug.net, mug.tax, mug.cancelled) == (2, 3900, 0, 0)
    assert found.charges == (Charge("shipping", "Shipping", 490, 0),)
    where = Address("Anna Kowalska", "", "ul. Prosta 1", "", "Warszawa", "", "00-001", "PL", "")
    assert (found.shipping, found.billing, found.email) == (where, where, "")
    assert found.references == (("number", "3501"), ("receipt_id", "3501"))


def test_vat_is_inside_and_shared_to_the_cent() -> None:
    found = read(total_vat_cost=money(8.21))
    assert [(x.net, x.tax) for x in found.lines] == [(3900 - 729, 729)]
    assert [(x.net, x.tax) for x in found.charges] == [(490 - 92, 92)]


def test_sales_tax_comes_on_top() -> None:
    found = read(total_tax_cost=money(3.50), grandtotal=money(47.40))
    assert [(x.net, x.tax) for x in found.lines] == [(3900, 311)]
    assert [(x.net, x.tax) for x in found.charges] == [(490, 39)]


@pytest.mark.parametrize(
    ("coupons", "nets"),
    [((3.90, 0.0), [3510, 2000]), ((0.0, 0.0), [3642, 1868])],
    ids=["told by line", "told for the order: 3.90 × 39/59, 3.90 × 20/59"],
)
def test_a_sale_of_shop_manager_is_taken_off_the_lines(
    coupons: tuple[float, float], nets: list[int]
) -> None:
    lines = [
        line(shop_coupon=coupons[0]),
        line(transaction_id=4402, quantity=1, price=money(20.00), shop_coupon=coupons[1]),
    ]
    found = read(transactions=lines, discount_amt=money(3.90), grandtotal=money(60.00))
    assert [x.net for x in found.lines] == nets


@pytest.mark.parametrize(
    ("wrap", "title"), [(2.00, "Gift wrap"), (0.00, "Other")], ids=["wrap", "unexplained"]
)
def test_what_else_the_buyer_pays_is_a_charge_so_that_it_adds_up(wrap: float, title: str) -> None:
    found = read(gift_wrap_price=money(wrap), grandtotal=money(45.90))
    assert found.charges[-1] == Charge("fee", title, 200, 0)


@pytest.mark.parametrize(
    ("status", "more", "state", "payment", "cancelled"),
    [
        ("paid", {}, "open", "paid", 0),
        ("completed", {}, "open", "paid", 0),
        ("payment processing", {"is_paid": False}, "open", "pending", 0),
        ("open", {"is_paid": False}, "open", "pending", 0),
        ("partially refunded", {"refunds": [{"amount": money(10)}]}, "open", "paid", 0),
        (
            "fully refunded",
            {"refunds": [{"amount": money(43.90)}]},
            "refunded",
            "refunded",
            0,
        ),
        ("canceled", {"refunds": [{"amount": money(43.90)}]}, "cancelled", "refunded", 2),
        ("canceled", {"is_paid": False}, "cancelled", "pending", 2),
    ],
)
def test_each_status(
    status: str, more: dict[str, Any], state: str, payment: str, cancelled: int
) -> None:
    found = read(status=status, **more)
    assert (found.state, found.payment, found.lines[0].cancelled) == (state, payment, cancelled)


def test_what_the_buyer_chose_and_wrote_is_told() -> None:
    chosen = [
        {"formatted_name": "Colour", "formatted_value": "Sea &quot;blue&quot;"},
        {"formatted_name": "Personalization", "formatted_value": "For Ida"},
    ]
    more = {"message_from_buyer": "Please ring.", "is_gift": True, "gift_message": "Get well!"}
    found = read(transactions=[line(variations=chosen)], **more)
    assert found.lines[0].title == (
        'Stoneware mug & saucer (Colour: Sea "blue"; Personalization: For Ida)'
    )
    assert found.note == "Please ring.\nA gift: Get well!"


def test_what_etsy_keeps_from_us_is_empty() -> None:
    nothing = dict.fromkeys(("first_line", "city", "zip", "country_iso", "buyer_email"))
    found = read(**nothing, transactions=[line(sku=None)])
    assert found.shipping == Address(name="Anna Kowalska")
    assert (found.lines[0].sku, found.email) == ("", "")


def test_older_names_of_the_times_will_do() -> None:
    row = receipt(create_timestamp=1_772_442_000, update_timestamp=1_772_442_600)
    del row["created_timestamp"], row["updated_timestamp"]
    assert mapping_orders.order("etsy", row).placed_at.hour == 9


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("receipt_id", "3501", "receipt_id is no whole number: '3501'"),
        ("grandtotal", 43.9, "grandtotal has no currency: 43.9"),
        ("transactions", {"x": 1}, "transactions is no list of objects: {'x': 1}"),
        ("is_paid", "yes", "is_paid is neither true nor false: 'yes'"),
        ("created_timestamp", None, "create_timestamp is no whole number: None"),
        ("total_vat_cost", {"amount": 1, "divisor": 0}, "total_vat_cost has the divisor 0"),
    ],
)
def test_a_field_of_another_type_is_named(field: str, value: Any, words: str) -> None:
    with pytest.raises(strict.Misshapen) as caught:
        mapping_orders.order("etsy", receipt(**{field: value}))
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("amount", "bases"), [(1, [1, 1, 1]), (7, [0, 0]), (-5, [3, 4]), (100, [33, 33, 34]), (0, [])]
)
def test_nothing_is_lost_in_sharing(amount: int, bases: list[int]) -> None:
    shares = mapping_orders.shared(amount, bases)
    assert sum(shares) == (amount if bases else 0)
    assert len(shares) == len(bases)
