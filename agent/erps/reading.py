"""Rows of a feed's file → canonical fields, column by column; what cannot be used becomes a fault.

Columns, not rows: a batch is turned on its side and each column goes through a converter that works
out every different cell once. Only a batch with a bad cell is looked at cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from agent.erps import captions, values
from agent.erps.feeds import FIELDS, Column, Feed
from agent.erps.values import Memo, Unusable
from agent.errors import FileRefused

ROWS = 500  # at a time; more of them leave the processor's caches
PRICES = ("price", "sale_price", "compare_at", "cost")
QUANTITIES = ("on_hand", "allocated", "on_hold", "available", "incoming", "quantity")
STATUSES = {
    "items": frozenset({"active", "discontinued"}),
    "orders": frozenset({"received", "allocated", "shipped", "cancelled", "refused"}),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be used: where, what stands there, why not, and what to do about it.

    `column` counts the row's cells from 1 (None: the whole row); `key` is its sku where that is clear.
    """

    line: int
    column: int | None
    field: str
    value: str
    reason: str
    next: str
    raw: str
    key: str | None = None


@dataclass(slots=True)
class Batch:
    """Usable rows, as one list per canonical field, all as long as `lines`."""

    lines: list[int]
    columns: dict[str, list[Any]]
    faults: list[Fault] = field(default_factory=list)


class Reading:
    """One file of a feed, being read."""

    def __init__(self, feed: Feed, zone: str, currency: str, name: str) -> None:
        self.feed, self.name = feed, name
        self._zone, self._currency = zone, feed.currency or currency
        self._fixed = captions.fixed(feed)
        self._needed = {f.removeprefix("*") for f in FIELDS[feed.kind] if f.startswith("*")}
        self._above: list[str] = []

    def batches(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Batch]:
        """Every batch of a file, whose first row is its header where the layout says so."""
        first = next(rows, None)
        if first is None:
            raise FileRefused(
                "the file is empty", self.name, "let the ERP export it again; nothing was changed"
            )
        if self.feed.layout.header:
            self.begin(first[1])
            yield from self._all(rows)
        else:
            self.begin(self.feed.layout.captions or [""] * len(first[1]))
            yield from self._all(rows, [first])

    def begin(self, header: Sequence[str]) -> None:
        """Learn where each field stands. FileRefused when the header is not what the feed maps."""
        self.header = [caption.strip() for caption in header]
        self._refuse_doubles()
        self.positions = captions.locate(self.feed, self.header, self.name)
        self._where = [
            (self._position(caption), frozenset(said)) for caption, said in self.feed.where.items()
        ]
        self._converters = {
            name: Memo(self._converter(name, self.feed.columns[name])) for name in self.positions
        }
        self._values = {
            name: self._converter(name, column)(column.value)
            for name, column in self._fixed.items()
        }

    @property
    def fields(self) -> frozenset[str]:
        """The canonical fields that this file states."""
        return frozenset(self.positions) | frozenset(self._fixed)

    def convert(self, rows: Sequence[tuple[int, list[str]]]) -> Batch:
        """One batch of rows."""
        chosen = [row for row in map(self._inherited, rows) if self._counts(row[1])]
        width = len(self.header)
        faults = [_ragged(line, cells, width) for line, cells in chosen if len(cells) != width]
        whole = [row for row in chosen if len(row[1]) == width] if faults else chosen
        if not whole:
            return Batch([], {name: [] for name in self.fields}, faults)
        lines = [line for line, _ in whole]
        sideways = list(zip(*(cells for _, cells in whole), strict=True))
        bad: dict[int, Fault] = {}
        columns = {
            name: self._column(name, sideways[position], whole, bad)
            for name, position in self.positions.items()
        }
        columns |= {name: [value] * len(lines) for name, value in self._values.items()}
        self._look_for_blanks(columns, whole, bad)
        return self._kept(lines, columns, bad, faults)

    # -- columns --------------------------------------------------------------------------------

    def _column(
        self,
        name: str,
        cells: Sequence[str],
        rows: Sequence[tuple[int, list[str]]],
        bad: dict[int, Fault],
    ) -> list[Any]:
        converter, found = self._converters[name].__getitem__, list[Any]()
        rest = iter(cells)
        while True:
            try:
                found.extend(map(converter, rest))
            except Unusable as error:
                index = len(found)
                bad.setdefault(index, self._fault(rows[index], name, error))
                found.append(None)
            else:
                return found

    def _converter(self, name: str, column: Column) -> Callable[[str], Any]:
        layout = self.feed.layout
        if name in PRICES:
            return values.money(layout, column, self._currency)
        if name in QUANTITIES:
            return values.milli(layout, column)
        if name == "weight_g":
            return values.whole(layout, column)
        if name in ("sale_from", "sale_until"):
            is_end = name == "sale_until"
            return values.moment(layout, column, self._zone, is_end=is_end)
        if name == "incoming_on":
            return values.day(layout, column)
        if name == "status" and self.feed.kind in STATUSES:
            return values.choice(layout, column, STATUSES[self.feed.kind])
        return values.text(layout, column)

    def _look_for_blanks(
        self,
        columns: Mapping[str, list[Any]],
        rows: Sequence[tuple[int, list[str]]],
        bad: dict[int, Fault],
    ) -> None:
        """A row without its key is a fault; of orders and movements it is one that is not ours."""
        for name in self._needed & columns.keys():
            if None not in columns[name]:
                continue
            for index, value in enumerate(columns[name]):
                if value is None and index not in bad:
                    bad[index] = self._fault(rows[index], name, Unusable("is blank"))

    def _kept(
        self,
        lines: list[int],
        columns: dict[str, list[Any]],
        bad: dict[int, Fault],
        faults: list[Fault],
    ) -> Batch:
        if not bad:
            return Batch(lines, columns, faults)
        keys = columns.get("sku", [])
        for index, fault in bad.items():
            if self.feed.kind == "items" or fault.reason != "is blank":
                faults.append(replace(fault, key=keys[index] if keys else None))
        good = [index for index in range(len(lines)) if index not in bad]
        return Batch(
            [lines[index] for index in good],
            {name: [column[index] for index in good] for name, column in columns.items()},
            faults,
        )

    # -- rows -----------------------------------------------------------------------------------

    def _all(
        self, rows: Iterator[tuple[int, list[str]]], first: Sequence[tuple[int, list[str]]] = ()
    ) -> Iterator[Batch]:
        chunk = [*first, *islice(rows, ROWS - len(first))]
        while chunk:
            yield self.convert(chunk)
            chunk = list(islice(rows, ROWS))

    def _inherited(self, row: tuple[int, list[str]]) -> tuple[int, list[str]]:
        count = self.feed.layout.inherit
        if not count:
            return row
        line, cells = row
        if not any(cell.strip() for cell in cells[:count]):
            cells = [*self._above[:count], *cells[count:]]
        self._above = cells
        return line, cells

    def _counts(self, cells: Sequence[str]) -> bool:
        return all(
            position < len(cells) and cells[position].strip() in said
            for position, said in self._where
        )

    def _fault(self, row: tuple[int, list[str]], name: str, error: Unusable) -> Fault:
        line, cells = row
        position = self.positions.get(name)
        value = cells[position] if position is not None else self._fixed[name].value
        caption = self.header[position] if position is not None else name
        told = f'{name.replace("_", " ")} {error}: "{value[:80]}"'
        column = None if position is None else position + 1
        return Fault(line, column, caption or name, value[:200], told, error.next, _raw(cells))

    def _position(self, caption: str) -> int:
        position = captions.position_of(caption, self.header, self.name)
        if position is None:
            raise FileRefused(
                f'the column "{caption}" (where) is missing',
                f"{self.name}:1",
                "correct the feed's `where`, or the export",
            )
        return position

    def _refuse_doubles(self) -> None:
        named = [caption for caption in self.header if caption]
        for caption in named:
            if named.count(caption) > 1:
                raise FileRefused(
                    f'two columns are called "{caption}"',
                    f"{self.name}:1",
                    "let the ERP export each column once, or set header: false and name columns by number",
                )


def _ragged(line: int, cells: Sequence[str], width: int) -> Fault:
    reason = f"the row has {len(cells)} columns, {width} are expected"
    advice = (
        "look for a delimiter or line break inside a text, correct it in the ERP and export again"
    )
    return Fault(line, None, "", "", reason, advice, _raw(cells))


def _raw(cells: Sequence[str]) -> str:
    return "\t".join(cells)[:2000]
