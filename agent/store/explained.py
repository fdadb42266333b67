"""What `explain` asks of the tables beside what stations ask: one sku, its rows, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.ports.database import Database
from agent.store.faces import moment_of


@dataclass(frozen=True, slots=True)
class Said:
    """One row of one feed about a sku: where it was last changed, and for how many files it is missing."""

    feed: str
    location: str
    file: str
    digest: str
    line: int
    missing: int


SAID = """
select i.feed, i.location, f.name, f.digest, i.line, i.missing
from items i
join files f on f.id = i.file_id
where i.sku = :sku
order by i.feed, i.location
"""


def said(db: Database, sku: str) -> list[Said]:
    """Every feed's rows about this sku."""
    return [Said(*row) for row in db.rows(SAID, {"sku": sku})]


@dataclass(frozen=True, slots=True)
class Newest:
    """The file that was last applied of a feed's part."""

    id: int
    name: str
    digest: str


NEWEST = """
select f.id, f.name, f.digest
from feeds l
join files f on f.id = l.file_id
where l.feed = :feed and l.part = :part
"""


def newest(db: Database, feed: str, part: str) -> Newest | None:
    """What was last applied of this part of a feed; None when nothing was."""
    row = db.row(NEWEST, {"feed": feed, "part": part})
    return None if row is None else Newest(*row)


STAMPS = """
select seen_at, told_at
from listings
where channel = :channel and sku = :sku
"""


def stamps(db: Database, channel: str, sku: str) -> tuple[datetime | None, datetime | None]:
    """When the listing was last read from its channel, and last told by a receipt."""
    row = db.row(STAMPS, {"channel": channel, "sku": sku})
    return (None, None) if row is None else (moment_of(row[0]), moment_of(row[1]))


REFUSED = """
select reason
from rejects
where file_id = :file_id and line = :line
order by field
limit 1
"""


def refused(db: Database, file_id: int, line: int) -> str | None:
    """Why this row of a file could not be used; None when it could."""
    reason: str | None = db.value(REFUSED, {"file_id": file_id, "line": line})
    return reason


NAMING = """
select f.name || ':' || r.line
from rejects r
join files f on f.id = r.file_id
where instr(r.raw, :sku) > 0
order by f.id desc, r.line
limit 1
"""


def refused_naming(db: Database, sku: str) -> str | None:
    """`file:line` of a refused row in whose text this stands; None when there is none."""
    place: str | None = db.value(NAMING, {"sku": sku})
    return place


KNOWN = """
select 1 from items where sku = :sku
union all
select 1 from offers where sku = :sku
union all
select 1 from listings where sku = :sku
limit 1
"""


def is_known(db: Database, sku: str) -> bool:
    """Whether the ERP or a channel has ever named it."""
    return db.row(KNOWN, {"sku": sku}) is not None


SKUS = """
select sku from items
union
select sku from listings
order by sku
"""


def skus(db: Database) -> list[str]:
    """Every sku that the ERP or a channel has named."""
    return [sku for (sku,) in db.rows(SKUS)]
