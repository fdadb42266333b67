from decimal import Decimal

import pytest

from simulator.commerce.tax import Rate, per_line, rounded, summed, tax_in, tax_on

VAT = Rate(id=1, percent=Decimal(23))


@pytest.mark.parametrize(
    ("gross", "net", "tax"),
    [
        ("0.99", "0.80", "0.19"),
        ("6.93", "5.63", "1.30"),  # 7 x 0.99: rounded once per line, not once per piece
        ("59.97", "48.76", "11.21"),
        ("123", "100.00", "23.00"),
        ("0", "0.00", "0.00"),
    ],
)
def test_gross_prices_are_split_per_line(gross: str, net: str, tax: str) -> None:
    unrounded = Decimal(gross) - sum(tax_in(Decimal(gross), [VAT]).values())
    taxes = per_line(tax_on(unrounded, [VAT]), half_down=True)

    assert (rounded(unrounded), taxes) == (Decimal(net), {1: Decimal(tax)})


def test_taxes_keep_six_decimals_until_rounded() -> None:
    assert tax_in(Decimal("0.99"), [VAT]) == {1: Decimal("0.185122")}


def test_without_rates_there_is_no_tax() -> None:
    assert tax_in(Decimal("19.99"), []) == tax_on(Decimal("19.99"), []) == {}


def test_compound_rates_are_charged_on_the_other_taxes() -> None:
    federal, provincial = Rate(1, Decimal(5)), Rate(2, Decimal(10), compound=True)

    on_top = tax_on(Decimal(100), [federal, provincial])

    assert on_top == {1: Decimal(5), 2: Decimal("10.5")}  # 10 % of 105
    assert tax_in(Decimal("115.5"), [federal, provincial]) == on_top


def test_halves_are_rounded_down_where_prices_are_gross() -> None:
    assert rounded(Decimal("0.125"), half_down=True) == Decimal("0.12")
    assert rounded(Decimal("0.125")) == Decimal("0.13")
    assert rounded(Decimal("-0.125")) == Decimal("-0.13")


def test_taxes_of_lines_add_up_by_rate() -> None:
    assert summed([{1: Decimal(1), 2: Decimal(2)}, {2: Decimal(3)}]) == {
        1: Decimal(1),
        2: Decimal(5),
    }
