"""Export files that intake has looked at, and what became of each; what was last applied of each feed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from agent.errors import TallymanError
from agent.ports.database import Database
from agent.store.moments import from_text, to_text


@dataclass(frozen=True, slots=True)
class File:
    """One export file as received."""

    id: int
    feed: str
    name: str
    digest: str
    size: int
    written_at: datetime
    stamp: str
    state: str


@dataclass(frozen=True, slots=True)
class Held:
    """A file that waits for a person's word, and why."""

    id: int
    digest: str
    name: str
    fault: str


@dataclass(frozen=True, slots=True)
class Last:
    """What was last applied of a feed (of one location's part of it)."""

    file_id: int
    digest: str
    stamp: str
    rows: int
    layout: str  # digest of the feed's settings then


_ADD = """
insert into files (feed, name, path, digest, size, written_at, seen_at, stamp, state, marks)
values (:feed, :name, :path, :digest, :size, :written_at, :seen_at, :stamp, 'vaulted', :marks)
"""


def add(
    db: Database,
    *,
    feed: str,
    name: str,
    path: str,
    digest: str,
    size: int,
    written_at: datetime,
    seen_at: datetime,
    stamp: str,
    marks: str,
) -> int:
    """Record a file that was copied into the vault; gives its id."""
    values = {"feed": feed, "name": name, "path": path, "digest": digest, "size": size}
    times = {"written_at": to_text(written_at), "seen_at": to_text(seen_at)}
    return db.insert(_ADD, {**values, **times, "stamp": stamp, "marks": marks})


_TAKEN = "select path, marks from files where feed = :feed order by id"


def taken(db: Database, feed: str) -> dict[str, str]:
    """{path: marks} of the files that a feed has taken, the newest of each path."""
    return {row[0]: row[1] for row in db.rows(_TAKEN, {"feed": feed})}


_NEXT = """
select id, feed, name, digest, size, written_at, stamp, state
from files
where state in ('vaulted', 'approved')
order by stamp, id
limit 1
"""


def next_waiting(db: Database) -> File | None:
    """The file to be applied next: oldest stamp first."""
    row = db.row(_NEXT)
    if row is None:
        return None
    facts = dict(row)
    return File(**{**facts, "written_at": from_text(facts["written_at"])})


_SETTLE = """
update files
set state = :state, rows = :rows, applied = :applied, rejected = :rejected, passed = :passed, fault = :fault,
  stamp = :stamp, settled_at = :at
where id = :id
"""


def settle(
    db: Database,
    file: File,
    state: str,
    at: datetime,
    *,
    rows: int = 0,
    applied: int = 0,
    rejected: int = 0,
    passed: int = 0,
    fault: TallymanError | None = None,
) -> None:
    """Say what became of a file."""
    told = None
    if fault is not None:
        told = json.dumps({"what": fault.what, "where": fault.where, "next": fault.next})
    counts = {"rows": rows, "applied": applied, "rejected": rejected, "passed": passed}
    values = {"id": file.id, "state": state, "fault": told, "stamp": file.stamp, "at": to_text(at)}
    db.run(_SETTLE, {**values, **counts})


_LAST = """
select l.file_id, f.digest, l.stamp, f.rows, l.layout
from feeds l
join files f on f.id = l.file_id
where l.feed = :feed and l.part = :part
"""


def last(db: Database, feed: str, part: str) -> Last | None:
    """What was last applied of this part of a feed; None when nothing was."""
    row = db.row(_LAST, {"feed": feed, "part": part})
    return None if row is None else Last(**dict(row))


_REMEMBER = """
insert into feeds (feed, part, file_id, stamp, fields, layout)
values (:feed, :part, :file_id, :stamp, :fields, :layout)
on conflict (feed, part) do update
set file_id = excluded.file_id, stamp = excluded.stamp, fields = excluded.fields,
  layout = excluded.layout
"""


def remember(db: Database, file: File, part: str, fields: Iterable[str], layout: str) -> None:
    """This file is now what was last applied of its feed's part."""
    values = {"feed": file.feed, "part": part, "file_id": file.id, "stamp": file.stamp}
    db.run(_REMEMBER, {**values, "fields": json.dumps(sorted(fields)), "layout": layout})


_CONFIRM = """
update feeds
set file_id = :file_id, stamp = :stamp
where feed = :feed and part = :part
"""
_AS_BEFORE = """
update files
set rows = b.rows, applied = b.applied, rejected = b.rejected, passed = b.passed
from (select rows, applied, rejected, passed from files where id = :before) b
where id = :id
"""


def confirm(db: Database, file: File, part: str, before: int) -> None:
    """The same bytes came again: what was applied is as fresh as this file."""
    values = {"file_id": file.id, "stamp": file.stamp, "feed": file.feed, "part": part}
    db.run(_CONFIRM, values)
    db.run(_AS_BEFORE, {"id": file.id, "before": before})


_OTHERS_HELD = """
select id, name
from files
where feed = :feed and state = 'held' and id <> :id and stamp <= :stamp
"""
_SUPERSEDE = "update files set state = 'stale' where id = :id"


def others_held(db: Database, file: File) -> list[tuple[int, str]]:
    """(id, name) of older files of the feed that still wait for a person's word."""
    values = {"feed": file.feed, "id": file.id, "stamp": file.stamp}
    return [(row[0], row[1]) for row in db.rows(_OTHERS_HELD, values)]


def supersede(db: Database, ids: Iterable[int]) -> None:
    """A newer file has taken the place of these, which waited."""
    db.run_many(_SUPERSEDE, [{"id": one} for one in ids])


_REJECTED = """
select state = 'rejected'
from files
where feed = :feed and digest = :digest and state in ('rejected', 'applied')
order by id desc
limit 1
"""


def was_rejected(db: Database, file: File) -> bool:
    """Whether a person has put these very bytes aside."""
    return bool(db.value(_REJECTED, {"feed": file.feed, "digest": file.digest}))


_HELD = """
select id, digest, name, json_extract(fault, '$.what') as fault
from files
where state = 'held'
order by id
"""


def held(db: Database) -> list[Held]:
    """The files that wait for a person's word."""
    return [Held(**dict(row)) for row in db.rows(_HELD)]


_ANSWER = "update files set state = :state where digest = :digest and state = 'held'"


def answer(db: Database, digest: str, state: str) -> None:
    """Let a held file go on (`approved`), or put it aside (`rejected`)."""
    db.run(_ANSWER, {"digest": digest, "state": state})
