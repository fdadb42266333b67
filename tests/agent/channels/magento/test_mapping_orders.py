"""Recorded Magento orders as everybody means them: whole, adding up, every number kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from agent.channels.magento import mapping_orders, reserved
from agent.model.order import Address
from tests.agent.channels.magento.test_orders import row
from tests.shared import shared

WHOLE = {"increment_id", "state", "items", "grand_total", "payment"}
RELEASED = ("cashondelivery",)


def recorded() -> Iterator[dict[str, Any]]:
    """Every order in the recordings."""
    for path in sorted(shared("recordings", "magento").glob("*.json")):
        for step in json.loads(path.read_text(encoding="utf-8"))["steps"]:
            body = step.get("response", {}).get("json")
            several = body.get("items") or () if isinstance(body, dict) else ()
            for one in (body, *several):
                if isinstance(one, dict) and {k for k, v in one.items() if v is not None} >= WHOLE:
                    yield one


def test_every_recorded_order_is_read_whole() -> None:
    found = list(recorded())
    assert len(found) >= 10
    for one in found:
        order = mapping_orders.order("magento", one, RELEASED)
        told = sum(line.net + line.tax for line in order.lines)
        told += sum(charge.net + charge.tax for charge in order.charges)
        assert told == order.total, one["increment_id"]
        assert order.lines
        assert reserved.pieces_of(one).keys() <= {line.sku.casefold() for line in order.lines}


def line(**fields: Any) -> dict[str, Any]:
    """An order of three pieces with its only line changed."""
    one = row(7)
    one["items"] = [{**one["items"][0], "qty_ordered": 3, **fields}]
    return one


@pytest.mark.parametrize(
    ("fields", "cancelled", "waiting"),
    [
        ({}, 0, 3),
        ({"qty_shipped": 1}, 0, 2),
        ({"qty_canceled": 1}, 1, 2),
        ({"qty_refunded": 2}, 2, 1),  # before anything left: those never leave
        ({"qty_shipped": 3, "qty_refunded": 1}, 0, 0),  # came back
        ({"qty_shipped": 1, "qty_canceled": 2}, 2, 0),
        ({"product_type": "virtual", "is_virtual": 1, "qty_invoiced": 3}, 0, 0),
    ],
    ids=["new", "shipped 1", "cancelled 1", "refunded 2", "returned 1", "rest off", "virtual"],
)
def test_pieces_are_off_or_wait_to_leave(
    fields: dict[str, Any], cancelled: int, waiting: int
) -> None:
    one = line(**fields)
    order = mapping_orders.order("magento", one, RELEASED)
    assert order.lines[0].cancelled == cancelled
    assert reserved.pieces_of(one) == ({"retro-clock": waiting} if waiting else {})


@pytest.mark.parametrize(
    ("fields", "payment"),
    [
        ({}, "paid"),
        ({"total_paid": None, "total_due": 12.3}, "pending"),
        ({"total_paid": 5, "total_due": 7.3}, "pending"),
        ({"grand_total": 0, "total_paid": None, "total_due": 0}, "paid"),
        ({"state": "pending_payment", "total_paid": None}, "pending"),
        ({"state": "payment_review"}, "pending"),
        ({"state": "holded"}, "pending"),
        ({"total_paid": None, "payment": {"method": "cashondelivery"}}, "authorised"),
        ({"total_paid": None, "payment": {"method": "checkmo"}}, "pending"),
        ({"total_paid": None, "payment": {"amount_authorized": 12.3}}, "authorised"),
        ({"state": "closed", "total_refunded": 12.3}, "refunded"),
        ({"state": "canceled", "total_paid": None, "total_due": 12.3}, "pending"),
    ],
    ids=lambda value: str(value),
)
def test_what_is_due_tells_whether_an_order_is_paid(fields: dict[str, Any], payment: str) -> None:
    assert mapping_orders.order("magento", row(7, **fields), RELEASED).payment == payment


def test_a_discount_of_gross_prices_and_a_reduced_shipping_add_up() -> None:
    one = row(
        7,
        grand_total=36.9,
        shipping_amount=12.2,
        shipping_tax_amount=1.87,
        shipping_discount_amount=5,
        shipping_discount_tax_compensation_amount=0.93,
        shipping_description="Courier - DPD",
    )
    one["items"] = [
        {
            **one["items"][0],
            "row_total": 24.39,
            "tax_amount": 5.05,
            "discount_amount": 3.1,
            "discount_tax_compensation_amount": 0.56,
            "tax_percent": 23,
        }
    ]
    order = mapping_orders.order("magento", one, RELEASED)
    [item], [sending] = order.lines, order.charges
    assert (item.net, item.tax, item.tax_rate) == (2185, 505, Decimal(23))
    assert (sending.title, sending.net, sending.tax) == ("Courier - DPD", 813, 187)
    assert item.net + item.tax + sending.net + sending.tax == order.total == 3690


def test_a_bought_variant_is_one_line_under_its_own_sku() -> None:
    one = row(7)
    parent = {**one["items"][0], "product_type": "configurable", "sku": "OAK-SHELF-80-N"}
    child = {
        "item_id": 8,
        "parent_item_id": 7,
        "product_type": "simple",
        "sku": "OAK-SHELF-80-N",
        "qty_ordered": 1,
        "price": 0,
    }
    one["items"] = [parent, child]
    order = mapping_orders.order("magento", one, RELEASED)
    assert [(x.remote_id, x.sku, x.quantity) for x in order.lines] == [("7", "OAK-SHELF-80-N", 1)]
    assert reserved.pieces_of(one) == {"oak-shelf-80-n": 1}


def test_parts_of_a_bundle_are_reserved_each_by_itself() -> None:
    one = row(7)
    parent = {**one["items"][0], "product_type": "bundle", "sku": "SET"}
    parts = [
        {
            "item_id": 8 + n,
            "parent_item_id": 7,
            "product_type": "simple",
            "sku": sku,
            "qty_ordered": 2,
        }
        for n, sku in enumerate(("CUP", "SAUCER"))
    ]
    one["items"] = [parent, *parts]
    assert reserved.pieces_of(one) == {"cup": 2, "saucer": 2}


def test_addresses_are_taken_from_where_the_vendor_hides_them() -> None:
    address = {
        "firstname": "Anna",
        "lastname": "Kowalska",
        "street": ["ul. Prosta 1", "m. 4", "klatka B"],
        "city": "Warszawa",
        "postcode": "00-001",
        "country_id": "pl",
        "region": "mazowieckie",
        "telephone": "600100200",
        "company": None,
    }
    assignment = {"shipping": {"address": address, "method": "flatrate_flatrate"}}
    one = row(
        7,
        billing_address={"firstname": "Jan", "lastname": "Nowak", "street": ["Długa 2"]},
        extension_attributes={"shipping_assignments": [assignment]},
    )
    order = mapping_orders.order("magento", one, RELEASED)
    assert order.billing == Address(name="Jan Nowak", street="Długa 2")
    assert order.shipping == Address(
        name="Anna Kowalska",
        street="ul. Prosta 1",
        street2="m. 4, klatka B",
        city="Warszawa",
        region="mazowieckie",
        postcode="00-001",
        country="PL",
        phone="600100200",
    )


def test_every_number_of_an_order_is_kept() -> None:
    one = row(
        7,
        ext_order_id="WEB-77",
        original_increment_id="000000003",
        customer_taxvat="PL1234567890",
        payment={"last_trans_id": "abc", "po_number": "PO-9"},
    )
    assert mapping_orders.order("magento", one, RELEASED).references == (
        ("id", "7"),
        ("number", "000000007"),
        ("ext_order_id", "WEB-77"),
        ("original_number", "000000003"),
        ("transaction_id", "abc"),
        ("purchase_order", "PO-9"),
        ("tax_number", "PL1234567890"),
    )


def test_a_closed_order_of_which_nothing_left_was_cancelled_and_one_that_left_was_refunded() -> (
    None
):
    closed = {"state": "closed", "total_refunded": 12.3}
    kept = line(qty_refunded=3) | closed
    back = line(qty_refunded=3, qty_shipped=3) | closed
    states = [mapping_orders.order("magento", one, RELEASED).state for one in (kept, back)]
    assert states == ["cancelled", "refunded"]


def test_a_part_shipped_order_that_was_cancelled_keeps_what_has_left() -> None:
    one = line(qty_shipped=1, qty_canceled=3) | {"state": "canceled"}
    order = mapping_orders.order("magento", one, RELEASED)
    assert (order.state, order.lines[0].cancelled) == ("cancelled", 2)
