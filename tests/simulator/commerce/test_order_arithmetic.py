from decimal import Decimal

import pytest

from simulator.commerce.orders import (
    Charge,
    progress,
    refundable,
    remaining_to_ship,
    totals,
)

ORDERED = {"RETRO-CLOCK": 3, "OAK-SHELF-80": 1}


def test_what_is_left_to_ship_is_neither_shipped_nor_cancelled() -> None:
    left = remaining_to_ship(
        ORDERED, shipments=[{"RETRO-CLOCK": 1}], cancellations=[{"OAK-SHELF-80": 1}]
    )

    assert left == {"RETRO-CLOCK": 2, "OAK-SHELF-80": 0}


def test_more_shipped_than_ordered_leaves_nothing() -> None:
    assert remaining_to_ship(ORDERED, [{"RETRO-CLOCK": 5}])["RETRO-CLOCK"] == 0


@pytest.mark.parametrize(
    ("shipments", "cancellations", "state"),
    [
        ([], [], "unshipped"),
        ([{"RETRO-CLOCK": 0}], [], "unshipped"),
        ([{"RETRO-CLOCK": 1}], [], "partly shipped"),
        ([{"RETRO-CLOCK": 3}], [{"OAK-SHELF-80": 1}], "shipped"),
        ([{"RETRO-CLOCK": 2}, {"RETRO-CLOCK": 1, "OAK-SHELF-80": 1}], [], "shipped"),
    ],
)
def test_progress_of_an_order(
    shipments: list[dict[str, int]], cancellations: list[dict[str, int]], state: str
) -> None:
    assert progress(ORDERED, shipments, cancellations) == state


def test_refunds_use_up_what_was_paid() -> None:
    assert refundable(Decimal("381.30"), [Decimal(123), Decimal(123)]) == Decimal("135.30")
    assert refundable(Decimal(10), [Decimal(12)]) == 0


def test_totals_of_a_discounted_order_with_shipping() -> None:
    lamp = Charge(Decimal(180), Decimal("41.40"), before=Decimal(200), before_tax=Decimal(46))
    packing, courier = Charge(Decimal(5), Decimal("1.15")), Charge(Decimal(10), Decimal("2.30"))

    sum_ = totals([lamp, packing], [courier])

    assert (sum_.discount, sum_.discount_tax) == (Decimal(20), Decimal("4.60"))
    assert (sum_.tax, sum_.total) == (Decimal("44.85"), Decimal("239.85"))
