"""How many pieces are offered, with the arithmetic per row."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.decide.availability import Available, available_to_sell, unknown_to_erp
from agent.model.item import Stock
from agent.model.sale import Sale
from tests.build import NOON, stock

WOO = Sale("RETRO-CLOCK", "WOO-1001", 1)
SHOPIFY = Sale("RETRO-CLOCK", "SHOPIFY-7", 2)


@pytest.mark.parametrize(
    ("rows", "settings", "quantity"),
    [
        pytest.param([stock(on_hand=12)], {}, 12, id="12"),
        pytest.param([stock(on_hand=12, allocated=5)], {}, 7, id="12 - 5"),
        pytest.param([stock(on_hand=12, allocated=5, on_hold=3)], {}, 4, id="12 - 5 - 3"),
        pytest.param([stock(on_hand=12, allocated=None)], {}, 12, id="12 - empty"),
        pytest.param([stock(on_hand=12, allocated=5, available=6)], {}, 6, id="stated 6 wins"),
        pytest.param([stock("HH", on_hand=2), stock("B", on_hand=3)], {}, 5, id="2 + 3"),
        pytest.param(
            [stock("HH", on_hand=2), stock("B", on_hand=3)],
            {"locations": frozenset({"B"})},
            3,
            id="only B: 3",
        ),
        pytest.param([stock("HH", on_hand=None), stock("B", on_hand=3)], {}, 3, id="empty + 3"),
        pytest.param([stock(on_hand=12)], {"sales": [WOO, SHOPIFY]}, 9, id="12 - 1 - 2 sold"),
        pytest.param([stock(on_hand=12)], {"safety_stock": 2}, 10, id="12 - 2 safety"),
        pytest.param([stock(on_hand="3.9")], {}, 3, id="3.9 rounds down"),
        pytest.param([stock(on_hand="0.9", allocated=1)], {}, -1, id="0.9 - 1 rounds down to -1"),
        pytest.param([stock(on_hand=2, allocated=5)], {}, -3, id="2 - 5, below zero"),
        pytest.param([stock(on_hand=0)], {}, 0, id="zero is zero"),
        pytest.param([], {}, None, id="absent is not zero"),
        pytest.param([stock(on_hand=None)], {}, None, id="empty is not zero"),
        pytest.param([stock(incoming=9)], {}, None, id="incoming alone is no stock"),
        pytest.param([stock(allocated=4)], {}, None, id="allocated alone is no stock"),
        pytest.param(
            [stock("HH", on_hand=9)], {"locations": frozenset({"B"})}, None, id="other place only"
        ),
    ],
)
def test_counts_what_is_free_to_sell(
    rows: list[Stock], settings: dict[str, object], quantity: int | None
) -> None:
    assert available_to_sell(rows, **settings).quantity == quantity  # type: ignore[arg-type]


def test_says_every_figure_that_it_used() -> None:
    row = stock("HH", on_hand=12, allocated=5, on_hold="0.5")
    assert available_to_sell([row], sales=[WOO], safety_stock=2) == Available(
        3,
        (
            "on_hand 12 (HH)",
            "allocated 5",
            "on_hold 0.5",
            "sold and not yet in the ERP's figures 1 (WOO-1001)",
            "safety stock 2",
        ),
        sold=1,
    )


def test_says_that_empty_and_absent_stock_are_not_touched() -> None:
    empty = available_to_sell([stock(on_hand=None)])
    absent = available_to_sell([])
    assert empty.because == ("stock is empty in the ERP: quantity not touched",)
    assert absent.because == ("no stock stated by the ERP: quantity not touched",)


@pytest.mark.parametrize(
    ("known_after", "figures", "counts"),
    [
        pytest.param(None, True, True, id="the ERP has not got it"),
        pytest.param(timedelta(minutes=5), True, True, id="known after the file was written"),
        pytest.param(timedelta(0), True, False, id="known as the file was written"),
        pytest.param(timedelta(minutes=-5), True, False, id="known before"),
        pytest.param(timedelta(minutes=-5), False, True, id="there is no stock file"),
    ],
)
def test_withholds_sales_until_a_stock_file_can_know_them(
    known_after: timedelta | None, figures: bool, counts: bool
) -> None:
    known_at = None if known_after is None else NOON + known_after
    sale = Sale("RETRO-CLOCK", "WOO-1001", 1, known_at)
    assert unknown_to_erp([sale], NOON if figures else None) == ([sale] if counts else [])
