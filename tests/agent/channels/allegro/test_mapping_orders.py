"""What a checkout form comes to: gross amounts parted, cents kept, whoever is to be billed named."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from agent.channels.allegro.mapping_orders import order
from agent.model.order import Address, Charge, OrderLine
from tests.agent.channels.allegro.test_orders import FORM


def form(**changes: Any) -> dict[str, Any]:
    """The form with some fields changed."""
    return {**copy.deepcopy(dict(FORM)), **changes}


def line(**changes: Any) -> list[dict[str, Any]]:
    """Its line with some fields changed, as its lines."""
    return [{**copy.deepcopy(FORM["lineItems"][0]), **changes}]


def test_a_whole_form() -> None:
    found = order("allegro", FORM)
    assert found.placed_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert found.modified_at == datetime(2026, 3, 2, 8, 3, 1, tzinfo=UTC)
    # 3 × 39.89 = 119.67, and a cent that no price per piece has: 119.68 gross
    assert found.lines == (
        OrderLine(
            "62ae358b-8f65-4fc4-9c77-bedf604a2e2b",
            "RETRO-CLOCK",
            "Retro clock",
            3,
            net=9730,
            tax=2238,
            tax_rate=Decimal(23),
        ),
    )
    assert found.charges == (
        Charge("shipping", "Courier", 1000, 230),
        Charge("fee", "Gift wrap", 813, 187),
    )
    parts = [*found.lines, *found.charges]
    assert sum(part.net + part.tax for part in parts) == found.total == 14198
    assert found.billing == Address(
        "Anna Kowalska", street="Prosta 1", city="Poznań", postcode="60-166", phone="+48600100200"
    )
    assert found.shipping == Address(
        "Jan Nowak", street="Długa 2", city="Łódź", postcode="90-001", country="PL"
    )
    assert found.note == "Please ring twice"
    assert found.references == (
        ("id", FORM["id"]),
        ("number", FORM["id"]),
        ("payment", FORM["payment"]["id"]),
        ("buyer", "buyer_1"),
        ("line", "62ae358b-8f65-4fc4-9c77-bedf604a2e2b"),
    )


def test_a_total_that_is_off_by_more_than_cents_is_left_to_a_person() -> None:
    found = order("allegro", form(summary={"totalToPay": {"amount": "150.00", "currency": "PLN"}}))
    parts = [*found.lines, *found.charges]
    assert sum(part.net + part.tax for part in parts) != found.total


@pytest.mark.parametrize(
    ("tax", "usual", "rate", "net"),
    [
        ({"rate": "8.00"}, None, Decimal(8), 11081),
        ({"rate": "EXEMPT"}, Decimal(23), Decimal(0), 11968),
        ({"rate": None}, Decimal(23), Decimal(23), 9730),
        ({"rate": None}, None, None, 11968),
        (None, Decimal(5), Decimal(5), 11398),
    ],
)
def test_a_line_is_taxed_as_its_offer_says_or_as_is_usual(
    tax: Any, usual: Decimal | None, rate: Decimal | None, net: int
) -> None:
    [found] = order("allegro", form(lineItems=line(tax=tax)), usual).lines
    assert (found.tax_rate, found.net, found.net + found.tax) == (rate, net, 11968)


@pytest.mark.parametrize(
    ("changes", "state", "payment"),
    [
        ({"status": "BOUGHT", "payment": None, "delivery": None}, "open", "pending"),
        ({"status": "FILLED_IN"}, "open", "pending"),
        ({}, "open", "paid"),
        ({"payment": {"type": "CASH_ON_DELIVERY"}}, "open", "authorised"),
        ({"payment": {"type": "EXTENDED_TERM"}}, "open", "authorised"),
        ({"status": "CANCELLED"}, "cancelled", "paid"),
        ({"status": "CANCELLED", "payment": None}, "cancelled", "pending"),
        ({"fulfillment": {"status": "CANCELLED"}}, "cancelled", "paid"),
        ({"fulfillment": {"status": "RETURNED"}}, "open", "paid"),
    ],
)
def test_state_and_payment(changes: dict[str, Any], state: str, payment: str) -> None:
    found = order("allegro", form(**changes))
    assert (found.state, found.payment) == (state, payment)
    assert [x.cancelled for x in found.lines] == [3 if state == "cancelled" else 0]


def test_a_deposit_is_a_charge_for_each_piece() -> None:
    deposit = {"price": {"amount": "0.50", "currency": "PLN"}}
    found = order("allegro", form(lineItems=line(deposit=deposit)))
    assert Charge("fee", "Deposit", 150, 0) in found.charges


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"id": None}, "id"),
        ({"summary": None}, "totalToPay"),
        ({"lineItems": "none"}, "lineItems"),
        ({"lineItems": line(price=None)}, "price"),
        ({"lineItems": line(price={"amount": "NaN", "currency": "PLN"})}, "price"),
        ({"lineItems": line(quantity="three")}, "quantity"),
        ({"lineItems": line(tax={"rate": "lots"})}, "tax.rate"),
        ({"updatedAt": "yesterday"}, "updatedAt"),
        ({"buyer": "Anna"}, "buyer"),
        ({"delivery": {"cost": {"amount": True, "currency": "PLN"}}}, "amount"),
    ],
)
def test_a_form_of_another_shape_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        order("allegro", form(**changes))
