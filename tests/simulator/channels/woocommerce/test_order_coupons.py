from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from simulator.channels.woocommerce.order_coupons import Coupon, Piece, discounts, refusal

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CLOCK = Piece(row=1, cents=24600, quantity=2, products=frozenset({20}))
SHELF = Piece(row=2, cents=99, quantity=1, products=frozenset({21}))


def coupon(kind: str, amount: str, **more: Any) -> Coupon:
    return Coupon(id=9, code="ten", kind=kind, amount=Decimal(amount), **more)


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        (coupon("percent", "10"), {1: 2461, 2: 9}),  # 2460 + 9, and the cent lost by rounding
        (coupon("fixed_product", "5"), {1: 1000, 2: 99}),  # never more than the price
        (coupon("fixed_cart", "3"), {1: 201, 2: 99}),  # 100 a piece; 1 cent does not fit
        (coupon("fixed_cart", "1000"), {1: 24600, 2: 99}),
        (coupon("percent", "50", products=frozenset({21})), {2: 49}),  # halves go down
        (coupon("fixed_product", "5", pieces=1), {1: 500}),
        (coupon("percent", "10", pieces=1), {1: 1230}),
    ],
    ids=[
        "percent",
        "per piece",
        "per order",
        "more than the order",
        "for one product only",
        "for one piece",
        "percent of one piece",
    ],
)
def test_what_a_coupon_takes_off(offered: Coupon, taken: dict[int, int]) -> None:
    assert discounts([offered], [CLOCK, SHELF]) == {"ten": taken}


def test_a_second_coupon_takes_from_what_the_first_left() -> None:
    first, second = coupon("percent", "90"), Coupon(8, "more", "percent", Decimal(50))

    taken = discounts([first, second], [CLOCK])

    assert taken == {"ten": {1: 22140}, "more": {1: 2460}}


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        (coupon("percent", "10"), None),
        (coupon("percent", "10", uses_left=0), "Usage limit"),
        (coupon("percent", "10", expires=datetime(2026, 3, 1, tzinfo=UTC)), "has expired"),
        (coupon("percent", "10", least=Decimal(500)), "minimum spend"),
        (coupon("percent", "10", most=Decimal(100)), "maximum spend"),
        (coupon("percent", "10", products=frozenset({77})), "not applicable"),
        (coupon("percent", "10", mails=("ola@example.org",)), "valid email"),
        (coupon("percent", "10", mails=("*@Example.com",)), None),
    ],
)
def test_when_a_coupon_is_refused(offered: Coupon, said: str | None) -> None:
    found = refusal(offered, [CLOCK], NOW, mails=["jan@example.com"])
    assert found is None if said is None else said in str(found)


def test_orders_remember_a_coupon_in_short() -> None:
    assert coupon("percent", "10").short() == [9, "ten", "percent", 10]
    assert coupon("fixed_cart", "2.5", free_shipping=True).short() == [9, "ten", None, 2.5, True]
