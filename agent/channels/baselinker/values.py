"""The vendor's loose JSON, read strictly: numbers may be text, and an empty map may be a list.

ValueError, with the field's name, for what is none of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Row = Mapping[str, Any]
YES, NO = (True, 1, "1", "true"), (False, 0, "0", "", "false", None)


def whole(row: Row, name: str) -> int:
    """A whole number; a missing, null or empty one is 0."""
    number = amount(row, name)
    if number != number.to_integral_value():
        raise _wrong(row, name, "a whole number")
    return int(number)


def amount(row: Row, name: str) -> Decimal:
    """A number, exact; a missing, null or empty one is 0."""
    given = row.get(name)
    if given is None or given == "":
        return Decimal(0)
    found = number_of(given)
    if found is None:
        raise _wrong(row, name, "a number")
    return found


def number_of(given: object) -> Decimal | None:
    """A number from a number or its text, exact; None for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        found = Decimal(str(given).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def text(row: Row, name: str) -> str:
    """Text, also of a number; a missing or null one is ""."""
    given = row.get(name)
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise _wrong(row, name, "text")
    return str(given).strip()


def flag(row: Row, name: str) -> bool:
    """Yes or no."""
    given = row.get(name)
    if isinstance(given, str | int | None):
        if given in YES:
            return True
        if given in NO:
            return False
    raise _wrong(row, name, "yes or no")


def mapping(row: Row, name: str) -> Row:
    """A map; PHP writes an empty one as a list."""
    given = row.get(name)
    if isinstance(given, Mapping):
        return given
    if given is None or given == []:
        return {}
    raise _wrong(row, name, "a map")


def maps(row: Row, name: str) -> Iterator[tuple[str, Row]]:
    """A map of maps, by key."""
    for key, value in mapping(row, name).items():
        if not isinstance(value, Mapping) and value != []:
            raise ValueError(f"{name} {key} is not a map")
        yield str(key), value if isinstance(value, Mapping) else {}


def rows(row: Row, name: str) -> list[Row]:
    """A list of maps."""
    given = row.get(name)
    if not isinstance(given, list):
        raise _wrong(row, name, "a list")
    if not all(isinstance(one, Mapping) for one in given):
        raise ValueError(f"{name} holds something that is not a map")
    return given


def _wrong(row: Row, name: str, wanted: str) -> ValueError:
    return ValueError(f'{name} is not {wanted}: "{str(row.get(name))[:60]}"')
