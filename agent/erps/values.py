"""Cells → values, by a feed's layout: numbers, money, dates, codes; what is unclear is refused, not guessed.

Each converter takes a cell's text and gives the value, or None for an empty cell; ValueError with
(reason, what to do) when the text is not what the layout says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from agent.erps.feeds import Column, Layout
from agent.model.money import exponent, to_minor
from agent.model.quantity import to_milli

Value = TypeVar("Value")
LONGEST = 100_000  # characters in one cell
LONGEST_NUMBER = 30
LARGEST = 2**53  # thousandths or minor units; beyond it something is wrong with the export
CORRECT_IT = "correct it in the ERP and export again"
SEE_LAYOUT = "correct it in the ERP, or the feed's layout in tally.yaml, and export again"


class Unusable(ValueError):
    """A cell that cannot be used; `next` says what to do about it."""

    def __init__(self, reason: str, next: str = CORRECT_IT) -> None:
        super().__init__(reason)
        self.next = next


class Memo(dict[Any, Any]):
    """A converter that works out each different cell once."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, cell: Any) -> Any:
        value = self[cell] = self._convert(cell)
        return value


def text(layout: Layout, column: Column) -> Callable[[str], str | None]:
    """Text without blanks around it, composed (NFC), through the column's code table."""
    nulls, codes = frozenset(layout.nulls), column.codes

    def convert(cell: str) -> str | None:
        if len(cell) > LONGEST:
            raise Unusable(f"longer than {LONGEST} characters")
        stripped = cell.strip()
        if stripped in nulls:
            return None
        value = stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)
        return _coded(value, codes) if codes else value

    return convert


def _coded(value: str, codes: Mapping[str, str]) -> str:
    if value in codes:
        return codes[value]
    if "*" in codes:
        return codes["*"]
    known = ", ".join(sorted(codes))
    raise Unusable(f"is no code that the feed knows ({known})", "add it to the column's codes")


def choice(layout: Layout, column: Column, words: frozenset[str]) -> Callable[[str], str | None]:
    """One of our own words, after the code table."""
    plain = text(layout, column)

    def convert(cell: str) -> str | None:
        value = plain(cell)
        if value is not None and value not in words:
            raise Unusable(
                f"is none of {', '.join(sorted(words))}",
                "give the column a code table in tally.yaml",
            )
        return value

    return convert


def number(layout: Layout, column: Column) -> Callable[[str], Decimal | None]:
    """A number as the layout writes it, times the column's factor."""
    nulls, factor = frozenset(layout.nulls), Decimal(column.factor)
    shape = _number_shape(layout)

    def convert(cell: str) -> Decimal | None:
        stripped = cell.strip().replace("\u00a0", " ").replace("\u202f", " ")
        if stripped in nulls:
            return None
        found = shape.fullmatch(stripped) if len(stripped) <= LONGEST_NUMBER else None
        if found is None:
            raise Unusable("is not a number", SEE_LAYOUT)
        digits = found["whole"].replace(layout.group, "") if layout.group else found["whole"]
        value = Decimal(f"{digits or '0'}.{found['rest'] or '0'}")
        return -value * factor if _is_negative(found, layout) else value * factor

    return convert


def _number_shape(layout: Layout) -> re.Pattern[str]:
    decimal = re.escape(layout.decimal)
    whole = r"[0-9]*"
    if layout.group:
        whole = rf"(?:[0-9]{{1,3}}(?:{re.escape(layout.group)}[0-9]{{3}})+|[0-9]*)"
    body = rf"(?=[0-9]|{decimal}[0-9])(?P<whole>{whole})(?:{decimal}(?P<rest>[0-9]*))?"
    signs = {
        "leading": rf"(?P<sign>[+-]?) ?{body}",
        "trailing": rf"{body} ?(?P<sign>[+-]?)",
        "brackets": rf"(?P<sign>[(-]?){body}\)?",
    }
    return re.compile(signs[layout.sign])


def _is_negative(found: re.Match[str], layout: Layout) -> bool:
    return found["sign"] == "-" or (layout.sign == "brackets" and found["sign"] == "(")


def milli(layout: Layout, column: Column) -> Callable[[str], int | None]:
    """A quantity in whole thousandths."""
    plain = number(layout, column)

    def convert(cell: str) -> int | None:
        value = plain(cell)
        if value is None:
            return None
        if value != value.quantize(Decimal("0.001")):
            raise Unusable("has more than three decimals")
        return _within(to_milli(value))

    return convert


def whole(layout: Layout, column: Column) -> Callable[[str], int | None]:
    """A whole number, rounded half up."""
    plain = number(layout, column)

    def convert(cell: str) -> int | None:
        value = plain(cell)
        return None if value is None else _within(to_minor(value, "JPY"))

    return convert


def money(layout: Layout, column: Column, currency: str) -> Callable[[str], int | None]:
    """An amount in minor units of the currency; below zero is refused."""
    plain = number(layout, column)

    def convert(cell: str) -> int | None:
        value = plain(cell)
        if value is None:
            return None
        if value < 0:
            raise Unusable("is below zero")
        minor = to_minor(value, currency)
        if not layout.round_prices and Decimal(minor) != value.scaleb(exponent(currency)):
            raise Unusable(
                f"has more decimals than {currency} has", "set layout.round_prices, or export fewer"
            )
        return _within(minor)

    return convert


def _within(amount: int) -> int:
    if abs(amount) > LARGEST:
        raise Unusable("is larger than anything in a shop")
    return amount


def moment(
    layout: Layout, column: Column, zone: str, *, is_end: bool
) -> Callable[[str], datetime | None]:
    """A moment in UTC. A date alone is its midnight, or, for an end, the midnight after it.

    A local time that the clock change skips is refused; one that it repeats is the first of the two.
    """
    plain, home = text(layout, column), ZoneInfo(layout.zone or zone)

    def convert(cell: str) -> datetime | None:
        value = plain(cell)
        if value is None:
            return None
        naive, has_time = _parsed(value, layout)
        if is_end and not has_time:
            naive += timedelta(days=1)
        if naive.tzinfo is not None:
            return naive.astimezone(UTC)
        aware = naive.replace(tzinfo=home)
        found = aware.astimezone(UTC)
        if found.astimezone(home).replace(tzinfo=None) != naive:
            raise Unusable(f"does not exist in {home.key}: the clocks go forward over it")
        return found

    return convert


def day(layout: Layout, column: Column) -> Callable[[str], str | None]:
    """A calendar day as ISO text."""
    plain = text(layout, column)

    def convert(cell: str) -> str | None:
        value = plain(cell)
        return None if value is None else _parsed(value, layout)[0].date().isoformat()

    return convert


def _parsed(value: str, layout: Layout) -> tuple[datetime, bool]:
    for form in layout.dates:
        try:
            return datetime.strptime(value, form), "%H" in form or "%I" in form  # noqa: DTZ007
        except ValueError:
            continue
    raise Unusable(f"is no date as the layout writes them ({', '.join(layout.dates)})", SEE_LAYOUT)
