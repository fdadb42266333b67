"""SQLite: one writing connection in one process, immediate transactions, and a barrier for what must last."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Values = Mapping[str, Any] | tuple[Any, ...]
Row = sqlite3.Row
TEMP_CACHE_KIB = 512  # what tables of one piece of work keep in memory when that work is done
Collision = sqlite3.IntegrityError  # two rows want the same key
Failure = sqlite3.OperationalError  # the disk, a lock or the file itself is in the way


class Database:
    """The one connection. Threads take turns; a transaction is never held across a network call."""

    def __init__(self, path: Path | str, *, read_only: bool = False) -> None:
        """Open (and make) the file; with `read_only` an existing one, for commands that only look."""
        if read_only:
            uri = Path(path).absolute().as_uri() + "?mode=ro"
            self.raw = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        else:
            self.raw = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self._turn = threading.RLock()
        self._depth = 0
        self._version = 1  # SQLite's count of foreign commits, as last seen
        self.raw.row_factory = sqlite3.Row
        for pragma in ("busy_timeout = 5000", "foreign_keys = on", "trusted_schema = off"):
            self.raw.execute(f"pragma {pragma}")
        if not read_only:
            self.raw.execute("pragma journal_mode = wal")
            self.raw.execute("pragma synchronous = normal")
            self.raw.execute(f"pragma temp.cache_size = -{TEMP_CACHE_KIB}")
            self.changed_elsewhere()

    @contextlib.contextmanager
    def atomic(self) -> Iterator[None]:
        """One transaction, begun IMMEDIATE; inner ones join the outer."""
        with self._turn:
            if self._depth == 0:
                self.raw.execute("begin immediate")
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self.raw.execute("commit")
            except BaseException:  # a commit that the disk refuses leaves its transaction open, too
                if self._depth == 1 and self.raw.in_transaction:
                    self.raw.execute("rollback")
                raise
            finally:
                self._depth -= 1

    def barrier(self) -> None:
        """Make everything committed so far survive a power cut: one small fully synced transaction."""
        with self._turn:
            if self._depth:
                raise RuntimeError("a barrier stands between transactions, not inside one")
            self.raw.execute("pragma synchronous = full")
            try:
                with self.atomic():
                    self.raw.execute("update barriers set passed = passed + 1")
            finally:
                self.raw.execute("pragma synchronous = normal")

    def run(self, sql: str, values: Values = ()) -> int:
        """Execute one statement; gives the number of rows that it changed."""
        with self._turn:
            return self.raw.execute(sql, values).rowcount

    def insert(self, sql: str, values: Values = ()) -> int:
        """Execute one insert; gives the new row's id."""
        with self._turn:
            return int(self.raw.execute(sql, values).lastrowid or 0)

    def run_many(self, sql: str, rows: Iterable[Values]) -> None:
        """Execute one statement for every row."""
        with self._turn:
            self.raw.executemany(sql, rows)

    def rows(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._turn:
            return self.raw.execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with self._turn:
            found: sqlite3.Row | None = self.raw.execute(sql, values).fetchone()
            return found

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, values)
        return None if found is None else found[0]

    def changed_elsewhere(self) -> bool:
        """Whether another process has committed since this was last asked."""
        with self._turn:
            version = int(self.raw.execute("pragma data_version").fetchone()[0])
            was, self._version = self._version, version
            return version != was

    def copy_to(self, path: Path) -> None:
        """Copy the whole database, as of this moment, to a new file (over an older one)."""
        part = path.with_name(f".{path.name}.part")
        part.unlink(missing_ok=True)
        copy = sqlite3.connect(part)
        try:
            with self._turn:
                self.raw.backup(copy)
        finally:
            copy.close()
        part.replace(path)

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self.raw.close()
