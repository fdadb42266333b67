"""What is asked for an item, with the arithmetic per row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.decide.pricing import Price, price_to_ask
from agent.model.item import Item
from tests.build import NOON, channel_policy, item

HOUR = timedelta(hours=1)


def asked(of: Item, *, sale_dates: bool = False, now: datetime = NOON, **settings: Any) -> Price:
    return price_to_ask(
        of, channel_policy(**settings), sale_dates=sale_dates, compare_at=True, now=now
    )


@pytest.mark.parametrize(
    ("price", "erp", "shop", "rate", "expected"),
    [
        pytest.param(4900, "gross", "gross", "19", 4900, id="gross to gross 49.00"),
        pytest.param(4900, "net", "gross", "19", 5831, id="49.00 x 1.19 = 58.31"),
        pytest.param(5831, "gross", "net", "19", 4900, id="58.31 / 1.19 = 49.00"),
        pytest.param(50, "net", "gross", "19", 60, id="0.50 x 1.19 = 0.595 rounds up"),
        pytest.param(1005, "net", "gross", "10", 1106, id="10.05 x 1.10 = 11.055 rounds up"),
        pytest.param(1000, "net", "gross", "8.1", 1081, id="10.00 x 1.081"),
        pytest.param(0, "net", "gross", "19", 0, id="zero is a price"),
    ],
)
def test_counts_prices_as_the_shop_does(
    price: int, erp: str, shop: str, rate: str, expected: int
) -> None:
    found = asked(item(price=price), erp_prices_are=erp, prices_are=shop, tax_rate=Decimal(rate))
    assert found.price == expected


def test_takes_the_rate_of_the_tax_class() -> None:
    book = item("BOOK-BRIDGES", price=1000, tax_class="reduced")
    found = asked(
        book,
        erp_prices_are="net",
        tax_rate=Decimal(19),
        tax_rates={"reduced": Decimal(7)},
    )
    assert found.price == 1070
    assert found.because == ("price 10.70 EUR", "net 10.00 EUR in the ERP, tax 7 %")


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (item(price=None), "price is empty in the ERP: price not touched"),
        (Item("RETRO-CLOCK", frozenset()), "price is not stated by the ERP: price not touched"),
        (item(currency="USD"), "price is in USD, the shop sells in EUR"),
    ],
    ids=["empty", "absent", "another currency"],
)
def test_leaves_a_price_alone_that_the_erp_does_not_give(of: Item, why: str) -> None:
    assert asked(of) == Price(None, (why,))


@pytest.mark.parametrize(
    ("compare_at", "struck"), [(5900, 5900), (4900, None), (4500, None), (None, None)]
)
def test_strikes_through_only_what_is_above_the_price(
    compare_at: int | None, struck: int | None
) -> None:
    assert asked(item(compare_at=compare_at)).compare_at == struck


@pytest.mark.parametrize(
    ("now", "price", "struck", "next_in"),
    [
        pytest.param(NOON - HOUR, 4900, None, HOUR, id="before"),
        pytest.param(NOON, 3900, 4900, 2 * HOUR, id="at the start"),
        pytest.param(NOON + HOUR, 3900, 4900, HOUR, id="during"),
        pytest.param(NOON + 2 * HOUR, 4900, None, None, id="at the end"),
    ],
)
def test_switches_a_sale_for_a_shop_without_sale_dates(
    now: datetime, price: int, struck: int | None, next_in: timedelta | None
) -> None:
    clock = item(sale_price=3900, sale_from=NOON, sale_until=NOON + 2 * HOUR)
    found = asked(clock, now=now)
    next_at = None if next_in is None else now + next_in
    assert (found.price, found.compare_at, found.next_at) == (price, struck, next_at)


def test_hands_the_window_to_a_shop_with_sale_dates() -> None:
    clock = item(sale_price=3900, sale_from=NOON, sale_until=NOON + HOUR)
    found = asked(clock, sale_dates=True)
    assert found == Price(
        4900,
        (
            "price 49.00 EUR",
            "sale price 39.00 EUR from 2026-03-02 13:00 until 2026-03-02 14:00 (Europe/Berlin)",
        ),
        None,
        3900,
        NOON,
        NOON + HOUR,
    )


def test_tells_a_window_in_the_shops_time_over_a_change_of_the_clocks() -> None:
    before, after = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
    found = asked(item(sale_price=3900, sale_from=before, sale_until=after), sale_dates=True)
    told = "sale price 39.00 EUR from 2026-03-29 00:00 until 2026-03-30 00:00 (Europe/Berlin)"
    assert told in found.because


@pytest.mark.parametrize(
    "sale",
    [
        {"sale_price": 4900},
        {"sale_price": 5900},
        {"sale_price": 3900, "sale_from": NOON, "sale_until": NOON},
        {"sale_price": None},
    ],
    ids=["same as the price", "above the price", "no time at all", "empty"],
)
def test_is_no_sale(sale: dict[str, Any]) -> None:
    found = asked(item(**sale), sale_dates=True)
    assert (found.price, found.sale_price, found.next_at) == (4900, None, None)


def test_tax_goes_on_the_price_to_its_last_decimal() -> None:
    towel = item(price=1261, price_rest=-50)  # 12.6050 net
    assert asked(towel, tax_rate=Decimal(19), erp_prices_are="net").price == 1500
    assert asked(towel, tax_rate=Decimal(19), erp_prices_are="gross").price == 1261


def test_counts_cost_as_prices_are_counted() -> None:
    clock = item(cost=1000)
    assert asked(clock, tax_rate=Decimal(19), erp_prices_are="net").cost == 1190
    assert asked(clock, tax_rate=Decimal(19), erp_prices_are="gross").cost == 1000
    assert asked(clock, tax_rate=Decimal(19), prices_are="net", erp_prices_are="net").cost == 1000
