"""Rows that could not be used, of the newest application of each feed's part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.ports.database import Database

CONTRADICTION = "sku twice"  # the field of rows that are each fine, and contradict each other


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a refused row stood, and in which field."""

    line: int
    field: str


@dataclass(frozen=True, slots=True)
class Reject:
    """One refused row. `column` counts cells from 1; None: the whole row."""

    feed: str
    file: str
    line: int
    column: int | None
    field: str
    value: str
    reason: str
    next: str
    raw: str


_FORGET = """
delete from rejects
where file_id in (select file_id from feeds where feed = :feed and part = :part)
"""


def forget(db: Database, feed: str, part: str) -> None:
    """Drop the rejects of what was applied of this part so far; a newer file takes its place."""
    db.run(_FORGET, {"feed": feed, "part": part})


_MOVE = "update rejects set file_id = :to where file_id = :from"


def move(db: Database, before: int, file_id: int) -> None:
    """The same bytes came again: their rejects now belong to the newer file."""
    db.run(_MOVE, {"from": before, "to": file_id})


_ADD = """
insert or replace into rejects (file_id, line, "column", field, value, reason, next, raw)
values (:file_id, :line, :column, :field, :value, :reason, :next, :raw)
"""


def add(db: Database, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep refused rows."""
    db.run_many(_ADD, rows)


_ALL = """
select f.feed, f.name as file, r.line, r."column", r.field, r.value, r.reason, r.next, r.raw
from rejects r
join files f on f.id = r.file_id
where :feed = '' or f.feed = :feed
order by f.feed, f.name, r.line, r.field
"""


def all_of(db: Database, feed: str = "") -> list[Reject]:
    """Every row that could not be used, of one feed or of all."""
    return [Reject(**dict(row)) for row in db.rows(_ALL, {"feed": feed})]


_OF_FILE = "select line, field from rejects where file_id = :file_id order by line"


def of_file(db: Database, file_id: int) -> list[Spot]:
    """Where the refused rows of one file stood."""
    return [Spot(*row) for row in db.rows(_OF_FILE, {"file_id": file_id})]
