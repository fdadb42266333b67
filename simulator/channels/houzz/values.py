"""What the elements and parameters may hold: each reader gives the value, or raises ValueError."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

CENT = Decimal("0.01")
MOST_MONEY = Decimal("9999999.99")
MOST_PIECES = 1_000_000
SHIPPING_TYPES = ("STANDARD", "EXPEDITED", "CURBSIDE", "INSIDE")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:Z|[+ -]00:00)?")


def text(given: str) -> str:
    """Any text."""
    return given


def money(given: str) -> str:
    """An amount without fractions of a cent, as "499.00"; zeros behind it are as good as none."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,2}0*)?", given, re.ASCII) or Decimal(given) > MOST_MONEY:
        raise ValueError(given)
    return str(Decimal(given).quantize(CENT))


def price(given: str) -> str:
    """An amount above nothing."""
    amount = money(given)
    if not Decimal(amount):
        raise ValueError(given)
    return amount


def measure(given: str) -> str:
    """A length or a weight, kept as it was written."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", given, re.ASCII):
        raise ValueError(given)
    return given


def whole(given: str) -> int:
    """A whole number from 0 up."""
    if not re.fullmatch(r"\d{1,9}", given, re.ASCII) or int(given) > MOST_PIECES:
        raise ValueError(given)
    return int(given)


def pieces(given: str) -> int:
    """A whole number of pieces, which may have been a decimal where it comes from: "7.0000"."""
    return whole(re.sub(r"\.0+$", "", given))


def number(given: str) -> int:
    """A whole number from 1 up."""
    if not whole(given):
        raise ValueError(given)
    return int(given)


def flag(given: str) -> int:
    """0 or 1."""
    if given not in ("0", "1"):
        raise ValueError(given)
    return int(given)


def upc(given: str) -> str:
    """8, 12, 13 or 14 digits with a right check digit (GS1 General Specifications, 7.9)."""
    if not re.fullmatch(r"\d{8}|\d{12,14}", given, re.ASCII):
        raise ValueError(given)
    weighted = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(reversed(given)))
    if weighted % 10:
        raise ValueError(given)
    return given


def link(given: str) -> str:
    """The address of a picture."""
    if not re.fullmatch(r"https?://[^\s/]+/\S+", given):
        raise ValueError(given)
    return given


def country(given: str) -> str:
    """Two letters."""
    if not re.fullmatch(r"[A-Z]{2}", given):
        raise ValueError(given)
    return given


def shipping_type(given: str) -> str:
    """One of the four ways that a listing may be shipped."""
    if given not in SHIPPING_TYPES:
        raise ValueError(given)
    return given


def parentage(given: str) -> str:
    """Parent or Child."""
    if given not in ("Parent", "Child"):
        raise ValueError(given)
    return given


def relationship(given: str) -> str:
    """The one relationship there is."""
    if given != "Variation":
        raise ValueError(given)
    return given


def moment(given: str, *, is_end: bool = False) -> datetime:
    """A date, or a date and time, in UTC. A date as the end of a span takes that day in.

    A "+" that came bare in a query is a space by then; it is taken for what was meant.
    """
    if re.fullmatch(r"\d{4}-\d\d-\d\d", given, re.ASCII):
        day = datetime.fromisoformat(given).replace(tzinfo=UTC)
        return day + timedelta(days=1, microseconds=-1) if is_end else day
    found = _MOMENT.fullmatch(given)
    if found is None:
        raise ValueError(given)
    at = datetime.fromisoformat(f"{found[1]} {found[2]}").replace(tzinfo=UTC)
    return at + timedelta(microseconds=999_999) if is_end else at


def shown(at: datetime) -> str:
    """A moment as answers show it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def instant(at: datetime) -> str:
    """A moment as it is kept, so that text order is order in time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
