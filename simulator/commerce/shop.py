"""One shop's state: documents by kind and id in the world's SQLite database.

A dialect decides what a document holds (its vendor's own fields); the shop keeps it, numbers it,
stamps it, finds it again, journals every change, and can show the past for as long as a read-after-
write lag is dialled in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.chance import Chance
from simulator.clock import Clock
from simulator.commerce.bulk import JOURNAL, Bulk
from simulator.dials import ChannelClock, Dials

CHUNK = 500  # documents read at a time
BELOW = -(2**63)  # every id

SCHEMA = """
create table if not exists documents (
  shop text not null,
  kind text not null,
  id integer not null,
  parent_id integer,
  sku text,
  body text not null,
  created_at text not null,
  modified_at text not null,
  primary key (shop, kind, id)
) strict, without rowid;
create index if not exists documents_by_sku on documents (shop, kind, sku);
create index if not exists documents_by_parent on documents (shop, kind, parent_id);
create index if not exists documents_by_modified on documents (shop, kind, modified_at);
create table if not exists numbers (
  shop text not null,
  series text not null,
  last integer not null,
  primary key (shop, series)
) strict, without rowid;
create table if not exists journal (
  seq integer primary key,
  shop text not null,
  at text not null,
  what text not null check (what in ('created', 'updated', 'deleted')),
  kind text not null,
  id integer not null,
  before text
) strict;
create table if not exists settings (
  shop text not null,
  name text not null,
  value text not null,
  primary key (shop, name)
) strict, without rowid;
"""


@dataclass(frozen=True)
class Document:
    """One stored thing. `body` is the vendor's own shape; times are aware UTC."""

    kind: str
    id: int
    parent_id: int | None
    sku: str | None
    body: dict[str, Any]
    created_at: datetime
    modified_at: datetime


@dataclass(frozen=True)
class Event:
    """A change that happened in the shop; dialects turn it into their webhook topics."""

    seq: int
    at: datetime
    what: str  # created, updated or deleted
    document: Document  # as it is after the change; as it was before a deletion


def connect(path: str = ":memory:") -> sqlite3.Connection:
    """The world's database with its tables; shared by all shops, guarded by the world's lock."""
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, uri=True)
    db.execute("pragma page_size = 8192")  # most documents fit beside each other, without overflow
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = off")
    db.executescript(SCHEMA)
    return db


class Shop:
    """The documents of one simulated shop. Not thread-safe by itself: hold the world's lock."""

    def __init__(
        self,
        db: sqlite3.Connection,
        name: str,
        clock: Clock,
        chance: Chance,
        dials: Dials | None = None,
    ) -> None:
        self.db, self.name, self.chance = db, name, chance
        self.dials = dials or Dials()
        self.clock: Clock = ChannelClock(clock, self.dials)  # as this shop has it
        self.listeners: list[Callable[[Event], None]] = []
        self._bulk: Bulk | None = None

    @property
    def lag(self) -> timedelta:
        """How far reads through `seen` lie behind writes."""
        return timedelta(seconds=self.dials.lag_s)

    @lag.setter
    def lag(self, lag: timedelta) -> None:
        self.dials.lag_s = lag.total_seconds()

    # -- numbers and settings ---------------------------------------------------------------

    def next_number(self, series: str, start: int = 1) -> int:
        """The next whole number of a series (ids, order numbers), beginning at `start`."""
        if self._bulk is not None:
            return self._bulk.take(series, 1, start)
        row = self.db.execute(
            "insert into numbers (shop, series, last) values (?, ?, ?)"
            " on conflict (shop, series) do update set last = last + 1 returning last",
            (self.name, series, start),
        ).fetchone()
        return int(row[0])

    def take_numbers(self, series: str, count: int, start: int = 1) -> int:
        """So many numbers of a series at once; gives the first of them."""
        if self._bulk is not None:
            return self._bulk.take(series, count, start)
        row = self.db.execute(
            "insert into numbers (shop, series, last) values (?, ?, ?)"
            " on conflict (shop, series) do update set last = last + ? returning last",
            (self.name, series, start + count - 1, count),
        ).fetchone()
        return int(row[0]) - count + 1

    def setting(self, name: str, default: Any = None) -> Any:
        """A shop setting (any JSON value), or `default` when it was never set."""
        row = self.db.execute(
            "select value from settings where shop = ? and name = ?", (self.name, name)
        ).fetchone()
        return default if row is None else json.loads(row[0])

    def set_setting(self, name: str, value: Any) -> None:
        """Set a shop setting to any JSON value."""
        self.db.execute(
            "insert into settings values (?, ?, ?)"
            " on conflict (shop, name) do update set value = excluded.value",
            (self.name, name, json.dumps(value)),
        )

    # -- writing ----------------------------------------------------------------------------

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """While thousands of documents are stored, numbers and journal are written at the end, in one go.

        Nobody else may write to the world's database meanwhile.
        """
        self._bulk = Bulk(self.db, self.name)
        try:
            yield
        finally:
            written, self._bulk = self._bulk, None
            written.write()

    def add(
        self,
        kind: str,
        body: dict[str, Any],
        *,
        id: int | None = None,
        parent_id: int | None = None,
        sku: str | None = None,
        series: str | None = None,
        quiet: bool = False,
    ) -> Document:
        """Store a new document. Its id is the next of `series` (default: of its kind).

        `quiet` journals nothing and tells no listener (set-up, internal records).
        """
        number = self.next_number(series or kind) if id is None else id
        now = self.clock.now()
        at = _text(now)
        self.db.execute(
            "insert into documents values (?, ?, ?, ?, ?, ?, ?, ?)",
            (self.name, kind, number, parent_id, sku, json.dumps(body), at, at),
        )
        document = Document(kind, number, parent_id, sku, body, now, now)
        if not quiet:
            self._happened("created", document, None)
        return document

    def add_many(
        self,
        kind: str,
        rows: Iterable[tuple[int, int | None, str | None, dict[str, Any]]],
    ) -> None:
        """Store many new documents, (id, parent_id, sku, body), without journal: for set-up."""
        now = _text(self.clock.now())
        self.db.executemany(
            "insert into documents values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (self.name, kind, id, parent_id, sku, json.dumps(body), now, now)
                for id, parent_id, sku, body in rows
            ),
        )

    def put(self, document: Document, *, touch: bool = True, quiet: bool = False) -> Document:
        """Store a changed document (same kind and id; LookupError when it is gone).

        `touch` moves its modification time to now.
        """
        before = self.db.execute(
            "select body from documents where shop = ? and kind = ? and id = ?",
            (self.name, document.kind, document.id),
        ).fetchone()
        if before is None:
            raise LookupError(f"no {document.kind} {document.id} in {self.name}")
        modified = self.clock.now() if touch else document.modified_at
        self.db.execute(
            "update documents set parent_id = ?, sku = ?, body = ?, modified_at = ?"
            " where shop = ? and kind = ? and id = ?",
            (
                document.parent_id,
                document.sku,
                json.dumps(document.body),
                _text(modified),
                self.name,
                document.kind,
                document.id,
            ),
        )
        stored = Document(
            document.kind,
            document.id,
            document.parent_id,
            document.sku,
            document.body,
            document.created_at,
            modified,
        )
        if not quiet:
            self._happened("updated", stored, before[0])
        return stored

    def drop(self, kind: str, id: int, *, quiet: bool = False) -> Document | None:
        """Delete a document for good and give what it was; None when there is none."""
        document = self.get(kind, id)
        if document is None:
            return None
        self.db.execute(
            "delete from documents where shop = ? and kind = ? and id = ?", (self.name, kind, id)
        )
        if not quiet:
            self._happened("deleted", document, json.dumps(document.body))
        return document

    def clear(self) -> None:
        """Empty the shop: documents, numbers, journal. Settings stay."""
        for table in ("documents", "numbers", "journal"):
            self.db.execute(f"delete from {table} where shop = ?", (self.name,))  # noqa: S608

    # -- reading ----------------------------------------------------------------------------

    def get(self, kind: str, id: int) -> Document | None:
        """The document now, whatever the lag; None when there is none. `body` is a fresh copy."""
        row = self.db.execute(
            f"{_SELECT} where shop = ? and kind = ? and id = ?", (self.name, kind, id)
        ).fetchone()
        return None if row is None else document(row)

    def all(
        self,
        kind: str,
        *,
        parent_id: int | None = None,
        sku: str | None = None,
        after: int | None = None,
    ) -> Iterator[Document]:
        """The documents of a kind now, by id; only those of a parent, with a sku or behind an id
        where given. What is added meanwhile is left out."""
        if parent_id is None and sku is None:
            yield from self._whole(kind, after)
            return
        where, values = "shop = ? and kind = ?", [self.name, kind]
        if parent_id is not None:
            where, values = f"{where} and parent_id = ?", [*values, parent_id]  # type: ignore[list-item]
        if sku is not None:
            where, values = f"{where} and sku = ?", [*values, sku]
        if after is not None:
            where, values = f"{where} and id > ?", [*values, after]  # type: ignore[list-item]
        index = "sku" if sku is not None else "parent" if parent_id is not None else None
        hint = f"indexed by documents_by_{index}" if index else ""  # the planner has no statistics
        query = f"{_SELECT} {hint} where {where} order by id"
        for row in self.db.execute(query, values).fetchall():
            yield document(row)

    def _whole(self, kind: str, after: int | None) -> Iterator[Document]:
        """All documents of a kind, some at a time: there may be thousands."""
        newest = "select max(id) from documents where shop = ? and kind = ?"
        (last,) = self.db.execute(newest, (self.name, kind)).fetchone()
        if last is None:
            return
        low = BELOW if after is None else after
        place = f"shop = ? and kind = ? and id > ? and id <= ? order by id limit {CHUNK}"
        while rows := self.db.execute(
            f"{_SELECT} where {place}", (self.name, kind, low, last)
        ).fetchall():
            low = rows[-1][1]
            yield from map(document, rows)

    def seen(self, kind: str) -> list[Document]:
        """The documents of a kind as a reader sees them: as they were `lag` ago, by id."""
        if not self.lag:
            return list(self.all(kind))
        horizon = _text(self.clock.now() - self.lag)
        shown = {d.id: d for d in self.all(kind)}
        later = self.db.execute(
            "select what, id, before from journal"
            " where shop = ? and kind = ? and at > ? order by seq desc",
            (self.name, kind, horizon),
        ).fetchall()
        for what, id, before in later:  # newest first: undo each change that lies ahead
            if what == "created":
                shown.pop(id, None)
            elif id in shown or what == "deleted":
                now = shown.get(id)
                stamp = now or Document(
                    kind, id, None, None, {}, self.clock.now(), self.clock.now()
                )
                shown[id] = Document(
                    kind,
                    id,
                    stamp.parent_id,
                    stamp.sku,
                    json.loads(before),
                    stamp.created_at,
                    min(stamp.modified_at, datetime.fromisoformat(horizon)),
                )
        return [shown[id] for id in sorted(shown)]

    def _happened(self, what: str, document: Document, before: str | None) -> None:
        at = self.clock.now()
        row = (self.name, _text(at), what, document.kind, document.id, before)
        if self._bulk is not None:
            seq: int | None = self._bulk.journal(row)
        else:
            seq = self.db.execute(JOURNAL, row).lastrowid
        event = Event(int(seq or 0), at, what, document)
        for listener in self.listeners:
            listener(event)


_SELECT = "select kind, id, parent_id, sku, body, created_at, modified_at from documents"


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def document(row: tuple[Any, ...]) -> Document:
    """A document from the columns kind, id, parent_id, sku, body, created_at, modified_at."""
    kind, id, parent_id, sku, body, created, modified = row
    return Document(
        kind,
        id,
        parent_id,
        sku,
        json.loads(body),
        datetime.fromisoformat(created),
        datetime.fromisoformat(modified),
    )
