from decimal import Decimal
from typing import Any

import pytest

from simulator.channels.woocommerce.order_money import (
    Body,
    Row,
    ShopRate,
    TaxRules,
    amount,
    charge_taxes,
    fixed,
    matching,
    net_price,
    ratio,
    set_total,
    settle,
)
from simulator.commerce.tax import Rate

VAT = ShopRate(Rate(1, Decimal(23)), "PL-VAT-1", "VAT")


def polish(tax_class: str) -> list[ShopRate]:
    return [VAT]


def untaxed(tax_class: str) -> list[ShopRate]:
    return []


GROSS = TaxRules(on=True, gross=True, here=polish, base=polish)
ABROAD = TaxRules(on=True, gross=True, here=untaxed, base=polish)


def line(total: str, *, subtotal: str | None = None) -> Row:
    before = subtotal or total
    row = {"id": 1, "total": total, "subtotal": before, "tax_class": "", "tax_status": "taxable"}
    return {**row, "meta_data": []}


def body(*lines: Row, shipping: str | None = None, fee: str | None = None) -> Body:
    empty: dict[str, Any] = {"taxes": {}}
    return {
        "line_items": list(lines),
        "shipping_lines": [] if shipping is None else [{**empty, "total": shipping}],
        "fee_lines": []
        if fee is None
        else [{**empty, "total": fee, "tax_class": "", "tax_status": "taxable"}],
        "tax_lines": [],
    }


@pytest.mark.parametrize(
    ("posted", "meant"),
    [
        ("12.50", "12.50"),
        ("12,50", "1250"),  # a comma is no decimal sign here
        ("1.234.50", "1234.50"),
        ("abc", "0"),
        ("", "0"),
        ("-5", "-5"),
        (7, "7"),
        (2.3, "2.3"),
    ],
)
def test_amounts_are_cleaned_not_refused(posted: Any, meant: str) -> None:
    assert amount(posted) == Decimal(meant)


def test_answers_show_fixed_decimals_without_a_negative_zero() -> None:
    assert [fixed("5.634146", 2), fixed("0.005", 2), fixed("-0.001", 2)] == ["5.63", "0.01", "0.00"]


def test_the_price_of_a_piece_is_an_unrounded_number() -> None:
    assert ratio("5.634146", 7) == 0.8048780000000001
    assert ratio("180", 2) == 90
    assert ratio("180", 0) == 0


@pytest.mark.parametrize(
    ("price", "quantity", "net"),
    [
        ("0.99", 1, "0.804878"),
        ("0.99", 7, "5.634146"),
        ("123", 2, "200"),
        ("123", -1, "0"),  # fewer than no pieces cost nothing
    ],
)
def test_gross_prices_lose_the_shops_own_tax(price: str, quantity: int, net: str) -> None:
    assert net_price(Decimal(price), quantity, "", ABROAD) == Decimal(net)


def test_an_order_with_goods_shipping_and_a_fee() -> None:
    order = body(line("180", subtotal="200"), shipping="10", fee="5")
    charge_taxes(order, GROSS)
    settle(order, GROSS, lambda: 4)

    totals = {k: order[k] for k in ("total", "total_tax", "cart_tax", "shipping_tax")}
    assert totals == {
        "total": "239.85",
        "total_tax": "44.85",
        "cart_tax": "42.55",
        "shipping_tax": "2.3",
    }
    assert (order["discount_total"], order["discount_tax"]) == ("20", "4.6")
    assert [(t["rate_code"], t["tax_total"]) for t in order["tax_lines"]] == [("PL-VAT-1", "42.55")]


def test_rows_are_rounded_one_by_one() -> None:
    order = body(line("0.804878"), line("5.634146"), line("48.756098"))
    charge_taxes(order, GROSS)
    settle(order, GROSS, lambda: 1)

    assert (order["total"], order["total_tax"]) == ("67.89", "12.7")  # .19 + 1.30 + 11.21


def test_an_address_without_rates_keeps_the_net_price() -> None:
    order = body(line("48.756098"))
    charge_taxes(order, ABROAD)
    settle(order, ABROAD, lambda: 1)

    assert (order["total"], order["total_tax"], order["tax_lines"]) == ("48.76", "0", [])


def test_a_total_lifts_the_subtotal_with_it() -> None:
    row = line("100")
    set_total(row, Decimal(300))
    assert (row["total"], row["subtotal"]) == ("300", "300")
    set_total(row, Decimal(50))
    assert (row["total"], row["subtotal"]) == ("50", "300")


RATES = [
    {"id": 1, "country": "PL", "rate": "23.0000", "name": "VAT", "priority": 1, "shipping": True},
    {"id": 2, "country": "PL", "rate": "8.0000", "name": "VAT", "class": "reduced-rate"},
    {"id": 3, "country": "", "rate": "20.0000", "name": "", "priority": 1},
    {
        "id": 4,
        "country": "DE",
        "rate": "19.0000",
        "name": "MwSt",
        "postcodes": ["10*", "200...299"],
    },
]


@pytest.mark.parametrize(
    ("place", "tax_class", "codes"),
    [
        ({"country": "PL"}, "", ["PL-VAT-1"]),  # the country's own before everybody's
        ({"country": "PL"}, "reduced-rate", ["PL-VAT-1"]),
        ({"country": "FR"}, "", ["TAX-1"]),
        ({"country": "DE", "postcode": "10115"}, "", ["DE-MWST-1"]),
        ({"country": "DE", "postcode": "250"}, "", ["DE-MWST-1"]),
        ({"country": "DE", "postcode": "80331"}, "", ["TAX-1"]),
    ],
)
def test_rates_by_place_and_class(place: dict[str, str], tax_class: str, codes: list[str]) -> None:
    assert [r.code for r in matching(RATES, tax_class, place)] == codes
