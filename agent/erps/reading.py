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
from agent.erps.feeds import FIELDS, Column, Feed, Layout
from agent.erps.values import Memo, Unusable
from agent.errors import FileRefused
from agent.model.item import REST_FIELDS

Rows = Sequence[tuple[int, list[str]]]

ROWS = 200  # at a time; more of them leave the processor's caches
PRICES = ("price", "sale_price", "compare_at", "cost")
QUANTITIES = ("on_hand", "allocated", "on_hold", "available", "incoming")
BY_NAME: Mapping[str, Callable[[Layout, Column], Callable[[str], Any]]] = {
    "sku": values.sku,
    "currency": values.currency,
    "weight_g": values.whole,
    "incoming_on": values.day,
    "quantity": values.moved,
}
# Mostly plain text, and every cell another one: nothing is gained by remembering them.
UNLIKE = ("sku", "title", "description", "image", "gtin", "code", "number", "reference")
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
    passed: int = 0  # rows that the feed's `where` leaves out, or that are not ours

    @property
    def rows(self) -> int:
        """Rows read: usable, refused and passed over."""
        return len(self.lines) + self.passed + len({fault.line for fault in self.faults})


class Reading:
    """One file of a feed, being read."""

    def __init__(self, feed: Feed, zone: str, currency: str, name: str) -> None:
        self.feed, self.name = feed, name
        self._zone, self._currency = zone, feed.currency or currency
        self._fixed = captions.fixed(feed)
        self._needed = {f.removeprefix("*") for f in FIELDS[feed.kind] if f.startswith("*")}
        self._above: list[str] = []
        self.last_line = 1  # where the last row begins that was read

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
        self.positions |= self._rests()
        self._where = [
            (self._position(caption), frozenset(said)) for caption, said in self.feed.where.items()
        ]
        self._converters = {
            name: self._converter(name, self._column_of(name))
            if name in UNLIKE
            else Memo(self._converter(name, self._column_of(name))).__getitem__
            for name in self.positions
        }
        self._plain = {
            name
            for name in self.positions
            if name in UNLIKE and name != "sku" and not self.feed.columns[name].codes
        }
        self._values = {
            name: self._converter(name, column)(column.value)
            for name, column in self._fixed.items()
        }

    @property
    def fields(self) -> frozenset[str]:
        """The canonical fields that this file states."""
        return frozenset(self.positions) | frozenset(self._fixed)

    def convert(self, rows: Rows) -> Batch:
        """One batch of rows."""
        if self.feed.layout.inherit:
            rows = list(map(self._inherited, rows))
        width = len(self.header)
        faults = list[Fault]()
        if any(len(cells) != width for _, cells in rows):
            rows, faults = self._even(rows)
        whole = [row for row in rows if self._counts(row[1])] if self._where else rows
        passed = len(rows) - len(whole)
        if not whole:
            return Batch([], {name: [] for name in self.fields}, faults, passed)
        lines = [line for line, _ in whole]
        sideways = list(zip(*(cells for _, cells in whole), strict=True))
        bad: dict[int, Fault] = {}
        columns = self._columns(sideways, whole, bad)
        columns |= {name: [value] * len(lines) for name, value in self._values.items()}
        if self.feed.kind == "orders":
            columns["words"] = self._words(sideways, len(lines))
        strangers = self._look_for_blanks(columns, whole, bad)
        batch = self._kept(lines, columns, bad, faults, strangers)
        batch.passed += passed
        return batch

    # -- columns --------------------------------------------------------------------------------

    def _column(
        self,
        name: str,
        cells: Sequence[Any],
        rows: Rows,
        bad: dict[int, Fault],
    ) -> list[Any]:
        if name in self._plain and (plain := values.texts(self.feed.layout, cells)) is not None:
            return plain
        convert, found, rest = self._converters[name], list[Any](), iter(cells)
        while True:
            try:
                found.extend(map(convert, rest))
            except Unusable as error:
                index = len(found)
                bad.setdefault(index, self._fault(rows[index], name, error))
                found.append(None)
            else:
                return found

    def _rests(self) -> dict[str, int]:
        """Where prices are rounded, what that takes away is read from the same columns."""
        if not self.feed.layout.round_prices or "currency" in self.feed.columns:
            return {}
        found = {rest: self.positions.get(rest.removesuffix("_rest")) for rest in REST_FIELDS}
        return {rest: position for rest, position in found.items() if position is not None}

    def _column_of(self, name: str) -> Column:
        return self.feed.columns[name.removesuffix("_rest")]

    def _converter(self, name: str, column: Column) -> Callable[[Any], Any]:
        layout = self.feed.layout
        if name in REST_FIELDS:
            return values.rest(layout, column, self._currency)
        if name in PRICES:
            return self._money(column)
        if name in QUANTITIES:
            return values.milli(layout, column)
        if name in ("sale_from", "sale_until"):
            is_end = name == "sale_until"
            return values.moment(layout, column, self._zone, is_end=is_end)
        if name == "status" and self.feed.kind in STATUSES:
            return values.choice(layout, column, STATUSES[self.feed.kind])
        return BY_NAME.get(name, values.text)(layout, column)

    def _money(self, column: Column) -> Callable[[Any], Any]:
        """Amounts in the feed's currency, or, where rows name one, in that of (cell, currency)."""
        layout, default = self.feed.layout, self._currency
        if "currency" not in self.feed.columns:
            return values.money(layout, column, default)
        by_currency = Memo(lambda currency: values.money(layout, column, currency))

        def convert(cell: Any) -> Any:
            if isinstance(cell, str):
                return by_currency[default](cell)
            amount, currency = cell
            return by_currency[currency or default](amount)

        return convert

    def _columns(
        self, sideways: Sequence[Sequence[str]], rows: Rows, bad: dict[int, Fault]
    ) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for name in sorted(self.positions, key=lambda name: name != "currency"):
            cells: Sequence[Any] = sideways[self.positions[name]]
            if name in PRICES and "currency" in found:
                cells = list(zip(cells, found["currency"], strict=True))
            found[name] = self._column(name, cells, rows, bad)
        return found

    def _words(self, sideways: Sequence[Sequence[str]], count: int) -> list[str]:
        """The ERP's own words for the state of each order."""
        if "status" not in self.positions:
            return [self.feed.columns["status"].value if "status" in self._fixed else ""] * count
        return [cell.strip() for cell in sideways[self.positions["status"]]]

    def _look_for_blanks(
        self, columns: Mapping[str, list[Any]], rows: Rows, bad: dict[int, Fault]
    ) -> set[int]:
        """Rows without a key are faults; gives those that are nothing to us.

        That is: rows that are all blank, and orders and movements without a reference of ours.
        """
        strangers = set[int]()
        if "reference" in self._needed:
            strangers = {i for i, value in enumerate(columns["reference"]) if value is None}
            for index in strangers:
                bad.pop(index, None)
        for name in sorted(self._needed & columns.keys()):
            if None not in columns[name]:
                continue
            for index, value in enumerate(columns[name]):
                if value is not None or index in bad or index in strangers:
                    continue
                if any(cell.strip() for cell in rows[index][1]):
                    bad[index] = self._fault(rows[index], name, Unusable("is blank"))
                else:
                    strangers.add(index)
        return strangers

    def _kept(
        self,
        lines: list[int],
        columns: dict[str, list[Any]],
        bad: dict[int, Fault],
        faults: list[Fault],
        strangers: set[int],
    ) -> Batch:
        if not bad and not strangers:
            return Batch(lines, columns, faults)
        keys = columns.get("sku")
        faults += [
            replace(fault, key=keys[index] if keys else None) for index, fault in bad.items()
        ]
        good = [i for i in range(len(lines)) if i not in bad and i not in strangers]
        return Batch(
            [lines[index] for index in good],
            {name: [column[index] for index in good] for name, column in columns.items()},
            sorted(faults, key=lambda fault: fault.line),
            len(strangers),
        )

    # -- rows -----------------------------------------------------------------------------------

    def _all(self, rows: Iterator[tuple[int, list[str]]], first: Rows = ()) -> Iterator[Batch]:
        chunk = [*first, *islice(rows, ROWS - len(first))]
        while chunk:
            self.last_line = chunk[-1][0]
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

    def _even(self, rows: Rows) -> tuple[Rows, list[Fault]]:
        """The rows that have the header's width (blank cells beyond it are nothing), and the others."""
        width, whole, faults = len(self.header), list[tuple[int, list[str]]](), list[Fault]()
        for line, cells in rows:
            if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                cells = cells[:width]
            if len(cells) == width:
                whole.append((line, cells))
            else:
                faults.append(self._ragged(line, cells))
        return whole, faults

    def _ragged(self, line: int, cells: list[str]) -> Fault:
        width, position = len(self.header), self.positions.get("sku")
        key = cells[position].strip() if position is not None and position < len(cells) else None
        return Fault(
            line,
            None,
            "",
            "",
            f"the row has {len(cells)} columns, {width} are expected",
            "look for a delimiter or line break inside a text, correct it in the ERP and export again",
            self._raw(cells),
            key or None,
        )

    def _raw(self, cells: Sequence[str]) -> str:
        """The row as one line of the file, cut where it is very long."""
        delimiter, quote = self.feed.layout.delimiter, self.feed.layout.quote
        special = (delimiter, quote, "\n", "\r")
        shown = (
            quote + cell.replace(quote, quote * 2) + quote
            if quote and any(one in cell for one in special)
            else cell
            for cell in cells
        )
        return delimiter.join(shown)[:2000]

    def _counts(self, cells: Sequence[str]) -> bool:
        return all(cells[position].strip() in said for position, said in self._where)

    def _fault(self, row: tuple[int, list[str]], name: str, error: Unusable) -> Fault:
        line, cells = row
        position = self.positions.get(name)
        value = cells[position] if position is not None else self._fixed[name].value
        caption = self.header[position] if position is not None else name
        told = f'{name.replace("_", " ")} {error}: "{value[:80]}"'
        column = None if position is None else position + 1
        return Fault(line, column, caption or name, value[:200], told, error.next, self._raw(cells))

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
