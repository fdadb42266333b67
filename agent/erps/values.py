"""Cells → values, by a feed's layout: numbers, money, dates, codes; what is unclear is refused, not guessed.

Each converter takes a cell's text and gives the value, or None for an empty cell; ValueError with
(reason, what to do) when the text is not what the layout says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from agent.erps.feeds import Column, Layout
from agent.model.money import exponent

REMEMBERED = 20_000  # cells of one column
LONGEST = 100_000  # characters in one cell
LONGEST_NUMBER = 20  # characters; exact in decimals of 28 digits, also times a factor
CONTROL = re.compile("[\x00-\x1f\x7f]")
FOREVER = 9999  # the year that an ERP writes where something never ends
LARGEST = 2**53  # thousandths or minor units; beyond it something is wrong with the export
CORRECT_IT = "correct it in the ERP and export again"
SEE_LAYOUT = "correct it in the ERP, or the feed's layout in tally.yaml, and export again"


class Unusable(ValueError):
    """A cell that cannot be used; `next` says what to do about it."""

    def __init__(self, reason: str, next: str = CORRECT_IT) -> None:
        super().__init__(reason)
        self.next = next


class Memo(dict[Any, Any]):
    """A converter that works out each different cell once, as long as there are not too many."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, cell: Any) -> Any:
        if len(self) > REMEMBERED:
            self.clear()
        value = self[cell] = self._convert(cell)
        return value


def text(layout: Layout, column: Column) -> Callable[[str], str | None]:
    """Text without blanks around it, composed (NFC), through the column's code table."""
    nulls, coded = frozenset(("", *layout.nulls)), _code_table(column.codes)

    def convert(cell: str) -> str | None:
        if len(cell) > LONGEST:
            raise Unusable(f"is longer than {LONGEST} characters")
        stripped = cell.strip()
        if coded is not None:
            return coded(stripped, stripped in nulls)
        if stripped in nulls:
            return None
        return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)

    return convert


def texts(layout: Layout, cells: Sequence[str]) -> list[str] | None:
    """A whole column as `text` gives it, at once; None when one of its cells needs a closer look."""
    stripped = [cell.strip() for cell in cells]
    whole = "".join(stripped)
    if not all(stripped) or (not whole.isascii() and not unicodedata.is_normalized("NFC", whole)):
        return None
    if len(whole) > LONGEST or CONTROL.search(whole):
        return None
    return stripped if frozenset(layout.nulls).isdisjoint(stripped) else None


def _code_table(codes: Mapping[str, str]) -> Callable[[str, bool], str | None] | None:
    """Looks an ERP's word up: as it stands, then whatever its case, then as any other (`*`)."""
    if not codes:
        return None
    folded = {word.casefold(): ours for word, ours in codes.items()}

    def coded(word: str, is_null: bool) -> str | None:
        ours = codes.get(word, folded.get(word.casefold()))
        if ours is None and is_null:
            return None
        ours = codes.get("*") if ours is None else ours
        if ours is None:
            known = ", ".join(sorted(codes))
            raise Unusable(
                f"is no code that the feed knows ({known})", "add it to the column's codes"
            )
        return ours or None

    return coded


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


def sku(layout: Layout, column: Column) -> Callable[[str], str | None]:
    """A code as it stands; one with control characters in it would show as another."""
    plain = text(layout, column)

    def convert(cell: str) -> str | None:
        value = plain(cell)
        if value is not None and CONTROL.search(value):
            raise Unusable("has a control character in it")
        return value

    return convert


def currency(layout: Layout, column: Column) -> Callable[[str], str | None]:
    """An ISO 4217 code: three capital letters."""
    plain = text(layout, column)

    def convert(cell: str) -> str | None:
        value = plain(cell)
        if value is not None and not re.fullmatch("[A-Z]{3}", value):
            raise Unusable("is no currency: three capital letters, such as EUR")
        return value

    return convert


def _parts(layout: Layout) -> Callable[[str], tuple[bool, str, str] | None]:
    """Takes a number apart: below zero, its digits before and after the decimal character.

    Nothing is guessed: groups must be of three digits, and only as the layout writes them.
    """
    nulls, decimal, group = frozenset(("", *layout.nulls)), layout.decimal, layout.group
    grouped = re.compile(rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+") if group else None

    def take_apart(cell: str) -> tuple[bool, str, str] | None:
        body = cell.strip()
        if body in nulls:
            return None
        if len(body) > LONGEST_NUMBER:
            raise Unusable("is not a number", SEE_LAYOUT)
        if group == " ":
            body = body.replace("\u00a0", " ").replace("\u202f", " ")
        negative, body = _sign(body, layout)
        whole, point, rest = body.partition(decimal)
        if grouped is not None and group in whole and grouped.fullmatch(whole):
            whole = whole.replace(group, "")
        digits = whole + rest
        if not (digits.isascii() and digits.isdigit()) or bool(point) != bool(rest):
            raise Unusable("is not a number", SEE_LAYOUT)
        return negative, whole, rest

    return take_apart


def _sign(body: str, layout: Layout) -> tuple[bool, str]:
    if layout.sign == "trailing":
        return body.endswith("-"), (body[:-1].rstrip() if body.endswith(("-", "+")) else body)
    if layout.sign == "brackets" and body.startswith("(") and body.endswith(")"):
        return True, body[1:-1]
    return body.startswith("-"), (body[1:].lstrip() if body.startswith(("-", "+")) else body)


def scaled(
    layout: Layout, column: Column, digits: int, too_fine: tuple[str, str] | None
) -> Callable[[str], int | None]:
    """A number times the column's factor, in whole units of its last of so many decimals.

    What is finer than that is refused in the words of `too_fine`, or, without them, rounded half up.
    """
    take_apart, factor = _parts(layout), Decimal(column.factor)

    def convert(cell: str) -> int | None:
        parts = take_apart(cell)
        if parts is None:
            return None
        negative, whole, rest = parts
        if factor == 1 and len(rest) <= digits:
            units = int(whole + rest.ljust(digits, "0") or "0")
        else:
            units = rounded(Decimal(f"{whole or '0'}.{rest or '0'}") * factor)
        if units > LARGEST:
            raise Unusable("is larger than anything in a shop")
        return -units if negative else units

    def rounded(value: Decimal) -> int:
        exact = value.scaleb(digits)
        units = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
        if too_fine is not None and units != exact:
            raise Unusable(*too_fine)
        return int(units)

    return convert


def milli(layout: Layout, column: Column) -> Callable[[str], int | None]:
    """A quantity in whole thousandths; below zero is information."""
    return scaled(layout, column, 3, ("has more than three decimals", CORRECT_IT))


def _not_below_zero(plain: Callable[[str], int | None]) -> Callable[[str], int | None]:
    def convert(cell: str) -> int | None:
        value = plain(cell)
        if value is not None and value < 0:
            raise Unusable("is below zero")
        return value

    return convert


def moved(layout: Layout, column: Column) -> Callable[[str], int | None]:
    """A quantity that left or came back, in whole thousandths."""
    return _not_below_zero(milli(layout, column))


def whole(layout: Layout, column: Column) -> Callable[[str], int | None]:
    """A whole number, rounded half up; below zero is refused."""
    return _not_below_zero(scaled(layout, column, 0, None))


def money(layout: Layout, column: Column, currency: str) -> Callable[[str], int | None]:
    """An amount in minor units of the currency; below zero is refused."""
    words = f"has more decimals than {currency} has", "set layout.round_prices, or export fewer"
    too_fine = None if layout.round_prices else words
    return _not_below_zero(scaled(layout, column, exponent(currency), too_fine))


def rest(layout: Layout, column: Column, currency: str) -> Callable[[str], int | None]:
    """What rounding to minor units takes away from an amount, in their hundredths; None for nothing."""
    fine = scaled(layout, column, exponent(currency) + 2, None)
    coarse = scaled(layout, column, exponent(currency), None)

    def convert(cell: str) -> int | None:
        exact = fine(cell)
        return None if exact is None else (exact - 100 * (coarse(cell) or 0)) or None

    return convert


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
        said, has_time = _parsed(value, layout)
        if is_end and not has_time and said.year < FOREVER:
            said += timedelta(days=1)
        try:
            found = (said if said.tzinfo else said.replace(tzinfo=home)).astimezone(UTC)
        except OverflowError:
            raise Unusable("is outside of the calendar") from None
        if said.tzinfo is None and found.astimezone(home).replace(tzinfo=None) != said:
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
