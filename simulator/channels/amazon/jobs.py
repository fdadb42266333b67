"""Work that is taken on now and done later, and documents kept for it: two tables of their own."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from simulator.commerce.shop import Shop

if TYPE_CHECKING:
    from simulator.world import World

SCHEMA = """
create table if not exists amazon_jobs (
  id integer primary key,
  shop text not null,
  kind text not null,
  ref integer not null,
  failed integer not null,          -- 1: it will end, and fail as a whole
  began_at text not null,
  due_at text                       -- null: it never ends
) strict;
create index if not exists amazon_jobs_due on amazon_jobs (shop, due_at);
create index if not exists amazon_jobs_ref on amazon_jobs (shop, kind, ref);
create table if not exists amazon_blobs (
  shop text not null,
  name text not null,
  content_type text not null,
  until text not null,              -- when its upload address stops working
  content blob,                     -- null: not uploaded yet
  compressed integer not null,
  primary key (shop, name)
) strict;
"""


@dataclass(frozen=True)
class Job:
    """A piece of work. `due_at` None: it is stuck."""

    id: int
    kind: str
    ref: int
    failed: bool
    began_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class Blob:
    """A document; `content` None until it is uploaded."""

    name: str
    content_type: str
    until: datetime
    content: bytes | None
    compressed: bool = False


class Jobs:
    """The work and the documents of one shop. Hold the world's lock."""

    def __init__(self, world: World, shop: Shop) -> None:
        self.world, self.shop = world, shop
        self.db: sqlite3.Connection = shop.db
        self.db.executescript(SCHEMA)

    # -- work -----------------------------------------------------------------------------------

    def take(self, kind: str, ref: int, usual_s: float, what: str) -> None:
        """Take work on; `what` is what faults call it. Its time is the dial's, else the usual."""
        now = self.shop.clock.now()
        dialled = self.shop.dials.job_s
        lasts = timedelta(seconds=usual_s if dialled is None else dialled)
        fault = self.world.faults.job(self.shop.name, what)
        due: datetime | None = now + lasts
        if fault and fault.kind == "job slow":
            due = now + lasts + timedelta(seconds=fault.lasting)
        elif fault and fault.kind == "job stuck":
            due = None
        failed = fault is not None and fault.kind == "job failed"
        self.after(kind, ref, due, failed=failed)

    def after(self, kind: str, ref: int, due: datetime | None, *, failed: bool = False) -> None:
        """Take work on for a moment."""
        now = self.shop.clock.now()
        self.db.execute(
            "insert into amazon_jobs (shop, kind, ref, failed, began_at, due_at)"
            " values (?, ?, ?, ?, ?, ?)",
            (self.shop.name, kind, ref, int(failed), _text(now), _text(due) if due else None),
        )

    def next_due(self) -> Job | None:
        """The earliest work that is due by now, taken off the list."""
        row = self.db.execute(
            f"{_SELECT} where shop = ? and due_at <= ? order by due_at, id limit 1",
            (self.shop.name, _text(self.shop.clock.now())),
        ).fetchone()
        if row is None:
            return None
        self.db.execute("delete from amazon_jobs where id = ?", (row[0],))
        return _job(row)

    def of(self, kind: str, ref: int) -> Job | None:
        """The work that something still waits for."""
        row = self.db.execute(
            f"{_SELECT} where shop = ? and kind = ? and ref = ?", (self.shop.name, kind, ref)
        ).fetchone()
        return None if row is None else _job(row)

    def call_off(self, kind: str, ref: int) -> None:
        """Never do it."""
        self.db.execute(
            "delete from amazon_jobs where shop = ? and kind = ? and ref = ?",
            (self.shop.name, kind, ref),
        )

    # -- documents ------------------------------------------------------------------------------

    def keep(self, blob: Blob) -> None:
        """Store a document, or store it anew."""
        self.db.execute(
            "insert or replace into amazon_blobs values (?, ?, ?, ?, ?, ?)",
            (
                *(self.shop.name, blob.name, blob.content_type, _text(blob.until)),
                *(blob.content, int(blob.compressed)),
            ),
        )

    def blob(self, name: str) -> Blob | None:
        """A document; None when there is none of that name."""
        row = self.db.execute(
            "select name, content_type, until, content, compressed from amazon_blobs"
            " where shop = ? and name = ?",
            (self.shop.name, name),
        ).fetchone()
        if row is None:
            return None
        kept, content_type, until, content, compressed = row
        return Blob(kept, content_type, datetime.fromisoformat(until), content, bool(compressed))

    def clear(self) -> None:
        """Forget all work and all documents."""
        for table in ("amazon_jobs", "amazon_blobs"):
            self.db.execute(f"delete from {table} where shop = ?", (self.shop.name,))  # noqa: S608


_SELECT = "select id, kind, ref, failed, began_at, due_at from amazon_jobs"


def _job(row: tuple[int, str, int, int, str, str | None]) -> Job:
    id, kind, ref, failed, began, due = row
    moment = datetime.fromisoformat(due) if due else None
    return Job(id, kind, ref, bool(failed), datetime.fromisoformat(began), moment)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
