"""The vendor's loose JSON, read strictly: numbers may be text, and an empty map may be a list.

ValueError, with the field's name, for what is none of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.channels.loose import Row, amount, mapping, number_of, text, wrong

__all__ = ["Row", "amount", "flag", "mapping", "maps", "number_of", "rows", "text", "whole"]

YES, NO = (True, 1, "1", "true"), (False, 0, "0", "", "false", None)


def whole(row: Row, name: str) -> int:
    """A whole number; a missing, null or empty one is 0."""
    number = amount(row, name)
    if number != number.to_integral_value():
        raise wrong(row, name, "a whole number")
    return int(number)


def flag(row: Row, name: str) -> bool:
    """Yes or no."""
    given = row.get(name)
    if isinstance(given, str | int | None):
        if given in YES:
            return True
        if given in NO:
            return False
    raise wrong(row, name, "yes or no")


def maps(row: Row, name: str) -> Iterator[tuple[str, Row]]:
    """A map of maps, by key. One that is numbered from 0 comes as a list."""
    for key, value in mapping(row, name).items():
        if isinstance(value, list):
            value = {str(n): part for n, part in enumerate(value)}
        if not isinstance(value, Mapping):
            raise ValueError(f"{name} {key} is not a map")
        yield str(key), value


def rows(row: Row, name: str) -> list[Row]:
    """A list of maps."""
    given = row.get(name)
    if not isinstance(given, list):
        raise wrong(row, name, "a list")
    if not all(isinstance(one, Mapping) for one in given):
        raise ValueError(f"{name} holds something that is not a map")
    return given
