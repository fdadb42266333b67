"""Lines for the ERP keep every piece and every cent, at unit prices that it can hold."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decide.order_booking import booked, remaining, unit_price
from agent.model.booking import BookedLine, BookingRules
from agent.model.order import Charge
from tests.build import order, order_line

EUR = frozenset({"EUR"})
VAT = {Decimal(19): "VAT 19%", Decimal(7): "VAT 7%", Decimal(0): "VAT 0%"}
AMOUNTS = st.integers(0, 10**9)
PIECES = st.integers(1, 5000)


def rules(**said: object) -> BookingRules:
    return BookingRules(**({"currencies": EUR, "services": {"shipping": "SHIPPING"}} | said))  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(AMOUNTS, PIECES), min_size=1, max_size=6),
    st.integers(2, 6),
    st.sampled_from([ROUND_HALF_EVEN, ROUND_HALF_UP]),
)
def test_pieces_and_money_are_kept_however_the_erp_rounds(
    amounts: list[tuple[int, int]], digits: int, rounding: str
) -> None:
    lines = [
        order_line("RETRO-CLOCK", pieces, net=net, remote_id=str(number))
        for number, (net, pieces) in enumerate(amounts)
    ]
    written, faults = booked(order("1", *lines), rules(price_digits=digits))
    assert faults == ()
    assert sum(line.quantity for line in written) == sum(pieces for _, pieces in amounts)
    assert sum(line.tax for line in written) == sum(line.tax for line in lines)
    for line in written:
        assert -line.unit_net.as_tuple().exponent == digits  # type: ignore[operator]
    cent = Decimal("0.01")
    reckoned = sum(
        (line.unit_net * line.quantity).quantize(cent, rounding=rounding) for line in written
    )
    assert reckoned == Decimal(sum(net for net, _ in amounts)).scaleb(-2)


@given(AMOUNTS, PIECES, st.integers(0, 5000))
def test_what_was_taken_off_and_what_remains_are_within_the_whole(
    net: int, pieces: int, cancelled: int
) -> None:
    line = order_line(quantity=pieces, net=net, tax=0, cancelled=min(pieces, cancelled))
    left, rest, _ = remaining(line)
    assert left == pieces - line.cancelled
    assert abs(Decimal(rest) - Decimal(net) * left / pieces) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("net", "pieces", "digits", "price"),
    [
        (6900, 2, 4, "34.5000"),  # 69.00 / 2
        (1000, 3, 4, "3.3333"),  # 3 × 3.3333 = 9.9999 → 10.00
        (1000, 3, 2, None),  # 3 × 3.33 = 9.99
        (1, 200, 4, None),  # 0.00005 a piece
        (0, 5, 2, "0.00"),
    ],
)
def test_unit_price(net: int, pieces: int, digits: int, price: str | None) -> None:
    found = unit_price(net, pieces, "EUR", digits)
    assert (None if found is None else str(found)) == price


def test_a_line_without_such_a_price_is_split_at_one_cent() -> None:
    written, _ = booked(order("1", order_line(quantity=3, net=1000, tax=190)), rules())
    assert [(w.quantity, str(w.unit_net), w.net, w.tax) for w in written] == [
        (2, "3.33", 666, 127),
        (1, "3.34", 334, 63),
    ]


def test_a_currency_without_cents() -> None:
    line = order_line(quantity=3, net=1000, tax=100)
    written, _ = booked(order("1", line, currency="JPY"), rules(price_digits=0))
    assert [(w.quantity, str(w.unit_net)) for w in written] == [(2, "333"), (1, "334")]


def test_charges_become_lines_with_the_erps_service_items() -> None:
    charges = (Charge("shipping", "DHL", 500, 95), Charge("fee", "Nothing", 0, 0))
    written, _ = booked(order("1", charges=charges), rules())
    assert written[1] == BookedLine("SHIPPING", "DHL", 1, Decimal("5.00"), 500, 95)


def test_a_charge_without_a_service_item_is_a_fault() -> None:
    charges = (Charge("fee", "Voucher", -500, -95), Charge("fee", "Gift wrap", 300, 57))
    _, faults = booked(order("1", charges=charges), rules())
    assert [fault.what for fault in faults] == [
        'no item is named for the discount "Voucher"',
        'no item is named for the fee "Gift wrap"',
    ]


@pytest.mark.parametrize(
    ("net", "tax", "told", "name"),
    [
        (4000, 760, None, "VAT 19%"),
        (4000, 280, None, "VAT 7%"),
        (4000, 0, None, "VAT 0%"),
        (4117, 783, None, "VAT 19%"),  # 49.00 gross: 782.23 by rate
        (4000, 760, Decimal("19.0000"), "VAT 19%"),
    ],
)
def test_the_tax_name_follows_from_the_tax(
    net: int, tax: int, told: Decimal | None, name: str
) -> None:
    line = order_line(net=net, tax=tax, tax_rate=told)
    written, _ = booked(order("1", line), rules(taxes=VAT))
    assert [w.tax_name for w in written] == [name]


@pytest.mark.parametrize(
    ("tax", "told"), [(320, None), (760, Decimal(7)), (640, Decimal(16))]
)  # 8 % unknown; told 7 but charged 19; told 16, unknown
def test_a_tax_that_no_rate_explains_is_a_fault(tax: int, told: Decimal | None) -> None:
    _, faults = booked(order("1", order_line(net=4000, tax=tax, tax_rate=told)), rules(taxes=VAT))
    assert len(faults) == 1
    assert faults[0].what.startswith(f"no tax of the ERP gives {tax} on 4000")


def test_a_free_gift_is_taxed_as_the_goods_beside_it() -> None:
    lines = (order_line(net=4000, tax=280), order_line("OAK-SHELF-80", net=0, tax=0))
    written, _ = booked(order("1", *lines), rules(taxes=VAT))
    assert [w.tax_name for w in written] == ["VAT 7%", "VAT 7%"]
