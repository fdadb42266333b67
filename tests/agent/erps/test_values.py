"""Cells to values: by the layout alone, and refused where it is unclear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.erps import values
from agent.erps.feeds import Column, Layout
from agent.erps.values import Unusable

COMMA = {"decimal": ","}
GERMAN = {"decimal": ",", "group": "."}
ENGLISH = {"group": ","}
FRENCH = {"decimal": ",", "group": " "}


def euros(layout: dict[str, Any], **column: Any) -> Callable[[str], int | None]:
    return values.money(Layout(**layout), Column(**column), "EUR")


def refused(convert: Callable[[str], object], cell: str) -> str:
    with pytest.raises(Unusable) as caught:
        convert(cell)
    return str(caught.value)


@pytest.mark.parametrize(
    ("layout", "cell", "minor"),
    [
        ({}, "12.50", 1250),
        ({}, "12.5", 1250),
        ({}, ".001", None),
        ({}, "0", 0),
        ({}, " 7 ", 700),
        ({}, "", None),
        ({}, "8.4000", 840),
        (COMMA, "100,00", 10000),
        (GERMAN, "1.234,50", 123450),
        (GERMAN, "1.234", 123400),
        (GERMAN, "1234,5", 123450),
        (ENGLISH, "1,234.50", 123450),
        (FRENCH, "1\u202f234,50", 123450),
        ({"sign": "trailing"}, "5.00", 500),
        ({"nulls": ["n/a"]}, "n/a", None),
        ({"round_prices": True}, "12.6050", 1261),
    ],
)
def test_prices_are_minor_units(layout: dict[str, Any], cell: str, minor: int | None) -> None:
    if cell == ".001":
        assert refused(euros(layout), cell) == "has more decimals than EUR has"
    else:
        assert euros(layout)(cell) == minor


@pytest.mark.parametrize(
    ("layout", "cell"),
    [
        ({}, "1,5"),
        ({}, "1,234.50"),
        (COMMA, "1.234"),
        (COMMA, "12,"),
        (GERMAN, "12.34"),
        (GERMAN, "1.2345,00"),
        (ENGLISH, "1,2,3"),
        ({}, "12 pcs"),
        ({}, "1e3"),
        ({}, "1_000"),
        ({}, "٣"),
        ({}, "NaN"),
        ({}, "inf"),
        ({}, "--5"),
        ({}, "12,5O"),
        ({"sign": "brackets"}, "(5"),
        ({}, "9" * 40),
    ],
)
def test_what_is_no_number_in_this_layout_is_refused(layout: dict[str, Any], cell: str) -> None:
    assert refused(euros(layout), cell) == "is not a number"


def test_prices_below_zero_and_out_of_all_measure_are_refused() -> None:
    assert refused(euros({}), "-1") == "is below zero"
    assert refused(euros({}), "9" * 19) == "is larger than anything in a shop"


def test_a_currency_s_own_decimals_count() -> None:
    yen = values.money(Layout(), Column(), "JPY")
    assert yen("120") == 120
    assert refused(yen, "1.5") == "has more decimals than JPY has"
    assert values.money(Layout(), Column(), "KWD")("1.234") == 1234


def test_a_factor_brings_prices_per_hundred_down() -> None:
    assert euros({}, factor="0.01")("1250") == 1250
    assert euros({"round_prices": True}, factor="1.19")("12.6050") == 1500


@pytest.mark.parametrize(
    ("sign", "cell", "milli"),
    [
        ("leading", "-3", -3000),
        ("leading", "+3", 3000),
        ("trailing", "3-", -3000),
        ("brackets", "(3)", -3000),
        ("leading", "3.5", 3500),
        ("leading", "0.125", 125),
    ],
)
def test_quantities_are_thousandths_and_may_be_negative(sign: str, cell: str, milli: int) -> None:
    assert values.milli(Layout(sign=sign), Column())(cell) == milli  # type: ignore[arg-type]


def test_a_quantity_finer_than_thousandths_is_refused() -> None:
    assert refused(values.milli(Layout(), Column()), "0.1234") == "has more than three decimals"


@pytest.mark.parametrize(
    ("cell", "minor", "rest"), [("12.6050", 1261, -50), ("12.604", 1260, 40), ("12.60", 1260, None)]
)
def test_what_rounding_takes_away_is_kept(cell: str, minor: int, rest: int | None) -> None:
    layout = Layout(round_prices=True)
    assert values.money(layout, Column(), "EUR")(cell) == minor
    assert values.rest(layout, Column(), "EUR")(cell) == rest


def test_codes_are_read_whatever_their_case_and_unknown_ones_refused() -> None:
    column = Column(codes={"Yes": "discontinued", "No": "active", "-": ""})
    status = values.choice(Layout(), column, frozenset({"active", "discontinued"}))
    assert [status(cell) for cell in ("YES", "No", "-", "")] == [
        "discontinued",
        "active",
        None,
        None,
    ]
    assert refused(status, "maybe").startswith("is no code that the feed knows")


def test_a_sku_is_kept_as_text_composed_and_trimmed() -> None:
    convert = values.sku(Layout(), Column())
    assert convert(" 00012345 ") == "00012345"
    assert convert("GRU\u0308N") == "GR\u00dcN"
    assert refused(convert, "A\x1b[2J") == "has a control character in it"


@pytest.mark.parametrize(
    ("cell", "is_end", "moment"),
    [
        ("2026-03-02 08:00", False, datetime(2026, 3, 2, 7, 0, tzinfo=UTC)),
        ("2026-07-02 08:00", False, datetime(2026, 7, 2, 6, 0, tzinfo=UTC)),
        ("2026-03-02", False, datetime(2026, 3, 1, 23, 0, tzinfo=UTC)),
        ("2026-03-02", True, datetime(2026, 3, 2, 23, 0, tzinfo=UTC)),
        ("2026-10-25 02:30", False, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("9999-12-31", True, datetime(9999, 12, 30, 23, 0, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "begins", "ends", "twice", "for ever"],
)
def test_times_are_local_to_the_feed(cell: str, is_end: bool, moment: datetime) -> None:
    layout = Layout(dates=("%Y-%m-%d %H:%M", "%Y-%m-%d"))
    assert values.moment(layout, Column(), "Europe/Warsaw", is_end=is_end)(cell) == moment


@pytest.mark.parametrize(
    "cell", ["2026-03-29 02:30", "2026-02-31", "31.12.2026", "0001-01-01", "soon"]
)
def test_times_that_do_not_exist_are_refused(cell: str) -> None:
    layout = Layout(dates=("%Y-%m-%d %H:%M", "%Y-%m-%d"))
    assert refused(values.moment(layout, Column(), "Europe/Warsaw", is_end=False), cell)
