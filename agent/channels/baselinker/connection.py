"""What the functions of this folder share: the client, the settings, and facts asked for once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TypeVar

from agent.channels.baselinker import errors, values
from agent.channels.baselinker.client import Client
from agent.channels.baselinker.mapping import Place
from agent.channels.baselinker.settings import Settings
from agent.channels.baselinker.values import Row
from agent.channels.resume import Unfinished
from agent.errors import ConfigError, Refused
from agent.ports import Ports

Read = TypeVar("Read")


@dataclass
class Connection:
    """One connected account."""

    shop: str
    settings: Settings
    client: Client
    ports: Ports
    unfinished: Unfinished = field(default_factory=Unfinished)
    pages: int = 1  # of the catalogue's list, when it was last read to its end

    @cached_property
    def place(self) -> Place:
        """The catalogue as tally.yaml names it, or the only one. ConfigError when that is not clear."""
        return self._read("getInventories", "inventories", self._place)

    @property
    def currency(self) -> str:
        """What the catalogue's prices are in."""
        return self.place.currency

    @cached_property
    def statuses(self) -> list[tuple[int, str]]:
        """The account's own statuses of orders, (number, name)."""
        return self._read("getOrderStatusList", "statuses", _statuses)

    @cached_property
    def return_statuses(self) -> list[tuple[int, str]]:
        """The same of order returns."""
        return self._read("getOrderReturnStatusList", "statuses", _statuses)

    @cached_property
    def couriers(self) -> dict[str, str]:
        """The codes of couriers, {code or name in lower case: code}."""

        def read(rows: list[Row]) -> dict[str, str]:
            codes = [(values.text(row, "code"), values.text(row, "name")) for row in rows]
            named = {name.lower(): code for code, name in codes}
            return named | {code.lower(): code for code, _ in codes}

        return self._read("getCouriersList", "couriers", read)

    @cached_property
    def categories(self) -> dict[str, int]:
        """The catalogue's categories, {name in lower case: number}; kept up as we make more."""
        read = partial(_numbers, key="category_id")
        return self._read("getInventoryCategories", "categories", read)

    @cached_property
    def makers(self) -> dict[str, int]:
        """The account's manufacturers, {name in lower case: number}; kept up as we make more."""
        read = partial(_numbers, key="manufacturer_id")
        return self._read("getInventoryManufacturers", "manufacturers", read)

    @cached_property
    def cancelled(self) -> frozenset[int]:
        """The statuses that mean "cancelled"; nothing else tells it."""
        names = self.settings.status_cancelled
        return frozenset(self.status(name, "status_cancelled") for name in names)

    def status(self, wanted: str, setting: str) -> int:
        """The number of a status of orders. Refused when none is set, or the account has no such one."""
        return self._status(self.statuses, wanted, setting)

    def return_status(self, wanted: str, setting: str) -> int:
        """The number of a status of order returns; as `status`."""
        return self._status(self.return_statuses, wanted, setting)

    def category(self, name: str) -> int:
        """The number of the category of this name, made when there is none."""
        known = self.categories.get(name.lower())
        if known is None:
            given = {"inventory_id": self.place.id, "name": name, "parent_id": 0}
            known = self.made("addInventoryCategory", given, "category_id")
            self.categories[name.lower()] = known
        return known

    def maker(self, name: str) -> int:
        """The number of the manufacturer of this name, made when there is none."""
        known = self.makers.get(name.lower())
        if known is None:
            known = self.made(
                "addInventoryManufacturer", {"manufacturer_name": name}, "manufacturer_id"
            )
            self.makers[name.lower()] = known
        return known

    def made(self, method: str, given: Row, key: str) -> int:
        """Make something; its number."""
        answer = self.client.write(method, given)
        where = self.client.where(method)
        return errors.understood(lambda: _number(answer, key), where, wrote=True)

    def _place(self, catalogues: list[Row]) -> Place:
        row = self._named(catalogues, "inventory_id", self.settings.inventory, "inventory")
        own = _keys(row, "price_groups")
        wanted = self.settings.price_group or values.text(row, "default_price_group")

        def group(rows: list[Row]) -> Row:
            there = [x for x in rows if not own or values.text(x, "price_group_id") in own]
            return self._named(there, "price_group_id", wanted, "price_group")

        prices = self._read("getInventoryPriceGroups", "price_groups", group)
        return Place(
            id=_number(row, "inventory_id"),
            name=values.text(row, "name"),
            group=values.text(prices, "price_group_id"),
            warehouse=self._warehouse(row),
            currency=values.text(prices, "currency").upper(),
            reserves=values.flag(row, "reservations"),
        )

    def _warehouse(self, row: Row) -> str:
        """The key of our warehouse, which must be one of the catalogue's."""
        keys = _keys(row, "warehouses")
        wanted = self.settings.warehouse or values.text(row, "default_warehouse")
        if wanted in keys:
            return wanted

        def key(rows: list[Row]) -> str:
            for one in rows:
                name = f"{values.text(one, 'warehouse_type')}_{values.text(one, 'warehouse_id')}"
                if name in keys and values.text(one, "name") == wanted:
                    return name
            raise self._unknown(wanted, "warehouse", keys)

        return self._read("getInventoryWarehouses", "warehouses", key)

    def _read(self, method: str, key: str, read: Callable[[list[Row]], Read]) -> Read:
        answer = self.client.read(method)
        where = self.client.where(method)
        return errors.understood(lambda: read(values.rows(answer, key)), where)

    def _status(self, known: Sequence[tuple[int, str]], wanted: str, setting: str) -> int:
        found = [number for number, name in known if wanted in (str(number), name)]
        if wanted and len(found) == 1:
            return found[0]
        what = (
            f'{len(found)} statuses are called "{wanted}"' if wanted else f"`{setting}` is not set"
        )
        names = ", ".join(f'"{name}" ({number})' for number, name in known)
        next = f"set `{setting}` in tally.yaml to one of: {names}"
        raise Refused(what, f"{self.shop} statuses", next)

    def _named(self, rows: Sequence[Row], key: str, wanted: str, what: str) -> Row:
        """The only row with this number or name; without a wish, the only row."""
        names = [(values.text(row, key), values.text(row, "name")) for row in rows]
        found = [row for row, name in zip(rows, names, strict=True) if not wanted or wanted in name]
        if len(found) == 1:
            return found[0]
        raise self._unknown(wanted, what, [f"{name} ({number})" for number, name in names])

    def _unknown(self, wanted: str, what: str, names: Sequence[str]) -> ConfigError:
        said = f'the account has no {what} "{wanted}"' if wanted else f"the {what} is not clear"
        there = ", ".join(names) or "none that our token may see"
        return ConfigError(
            said, f"{self.shop} {what}", f"set `{what}` in tally.yaml to one of: {there}"
        )


def _statuses(rows: list[Row]) -> list[tuple[int, str]]:
    return [(_number(row, "id"), values.text(row, "name")) for row in rows]


def _numbers(rows: list[Row], key: str) -> dict[str, int]:
    return {values.text(row, "name").lower(): values.whole(row, key) for row in rows}


def _keys(row: Row, name: str) -> list[str]:
    """A list of numbers or texts, as texts."""
    found = row.get(name) or []
    if not isinstance(found, list):
        raise ValueError(f"{name} is no list: {str(found)[:60]}")
    return [str(key) for key in found]


def _number(row: Row, key: str) -> int:
    """A number that must be there."""
    found = values.whole(row, key)
    if not found:
        raise ValueError(f"{key} is missing")
    return found
