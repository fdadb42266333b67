"""What a shop writes once at the end while its shelves are filled: its numbers and its journal."""

from __future__ import annotations

import sqlite3
from typing import Any

JOURNAL = "insert into journal (shop, at, what, kind, id, before) values (?, ?, ?, ?, ?, ?)"


class Bulk:
    """Numbers and journal of one shop, held back from the database."""

    def __init__(self, db: sqlite3.Connection, shop: str) -> None:
        self._db, self._shop = db, shop
        rows = db.execute("select series, last from numbers where shop = ?", (shop,))
        self._last: dict[str, int] = dict(rows.fetchall())
        (self._seq,) = db.execute("select coalesce(max(seq), 0) from journal").fetchone()
        self._rows: list[tuple[Any, ...]] = []

    def take(self, series: str, count: int, start: int) -> int:
        """The first of so many numbers of a series."""
        first = self._last.get(series, start - 1) + 1
        self._last[series] = first + count - 1
        return first

    def journal(self, row: tuple[Any, ...]) -> int:
        """Keep an entry, and give the number that it will have."""
        self._rows.append(row)
        return int(self._seq) + len(self._rows)

    def write(self) -> None:
        """Put everything where it belongs."""
        numbers = ((self._shop, series, last) for series, last in self._last.items())
        self._db.executemany("insert or replace into numbers values (?, ?, ?)", numbers)
        self._db.executemany(JOURNAL, self._rows)
