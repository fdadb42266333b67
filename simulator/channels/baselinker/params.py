"""The parameters of a call, read as tolerantly as PHP does: numbers and flags may come as text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from simulator.channels.baselinker.errors import Refused, wrong

CENT = Decimal("0.01")
MOST = 2**53  # beyond it, numbers in JSON are not exact
Given = TypeVar("Given")


class Params(Mapping[str, Any]):
    """The parameters by name; each reader refuses what it cannot read."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def __getitem__(self, name: str) -> Any:
        return self._given[name]

    def __iter__(self) -> Any:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def has(self, name: str) -> bool:
        """Whether it was given with a value: null and "" are not."""
        return self._given.get(name) not in (None, "")

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number; refused when it is none, or missing without default."""
        if not self.has(name):
            return _required(name, default)
        number = whole(self._given[name])
        if number is None:
            raise wrong(name, f"Parameter {name} is not a number")
        return number

    def money(self, name: str, default: Decimal | None = None) -> Decimal:
        """An amount with two decimals."""
        if not self.has(name):
            return _required(name, default)
        amount = money(self._given[name])
        if amount is None:
            raise wrong(name, f"Parameter {name} is not a number")
        return amount

    def text(self, name: str, default: str | None = None, most: int | None = None) -> str:
        """Text, cut to the column's width as the vendor's database does."""
        if not self.has(name):
            return _required(name, default)
        return str(self._given[name])[:most]

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Yes or no: true, 1 and "1" are yes."""
        if not self.has(name):
            return _required(name, default)
        return flag(self._given[name])

    def rows(self, name: str, default: list[Any] | None = None) -> list[Any]:
        """A list; PHP also takes a map for one."""
        given = self._given.get(name)
        if given is None:
            return _required(name, default)
        if isinstance(given, Mapping):
            return list(given.values())
        if not isinstance(given, list):
            raise wrong(name, f"Parameter {name} is not an array")
        return given

    def mapping(self, name: str, default: dict[str, Any] | None = None) -> dict[str, Any]:
        """A map; PHP also takes a list for one, and [] for an empty one."""
        given = self._given.get(name)
        if given is None:
            return _required(name, default)
        if isinstance(given, list):
            return {str(i): v for i, v in enumerate(given)}
        if not isinstance(given, Mapping):
            raise wrong(name, f"Parameter {name} is not an array")
        return {str(k): v for k, v in given.items()}


def _required(name: str, default: Given | None) -> Given:
    if default is None:
        raise wrong(name, f"Parameter {name} is required")
    return default


def whole(given: Any) -> int | None:
    """A whole number from a number or its text; None for anything else."""
    if isinstance(given, bool) or given is None:
        return None
    try:
        number = Decimal(str(given).strip())
        return int(number) if abs(number) <= MOST else None
    except InvalidOperation:  # no number at all, or none that compares
        return None


def money(given: Any) -> Decimal | None:
    """An amount with two decimals from a number or its text; None for anything else."""
    if isinstance(given, bool) or given is None:
        return None
    try:
        amount = Decimal(str(given).strip())
        return amount.quantize(CENT) if amount.is_finite() else None
    except InvalidOperation:
        return None


def flag(given: Any) -> bool:
    """What PHP takes for true."""
    return given not in (None, False, 0, "", "0", "false")


def rows_of(given: Any, name: str) -> Params:
    """One row of a list as parameters; refused when it is no map."""
    if not isinstance(given, Mapping):
        raise Refused(f"ERROR_{name.upper()}", f"An element of {name} is not an array")
    return Params(given)
