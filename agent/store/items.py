"""What each feed says of each sku (at each location), applied as whole files."""

# ruff: noqa: S608  the only text put into these statements is the names of our own columns

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agent.model.item import ITEM_FIELDS, REST_FIELDS, STOCK_FIELDS
from agent.ports.database import Collision, Database

FACTS = (*ITEM_FIELDS, "choices", *REST_FIELDS, *STOCK_FIELDS)
_COLUMNS = ", ".join(("sku", "location", "file_id", "line", *FACTS))
_FACTS = ", ".join(FACTS)
_NEW = ", ".join(f"i.{name}" for name in FACTS)
_OLD = ", ".join(f"t.{name}" for name in FACTS)
_PLACES = ", ".join("?" * (4 + len(FACTS)))


@dataclass(frozen=True, slots=True)
class Double:
    """Two rows of one file that name the same sku differently."""

    line: int
    sku: str
    reason: str


_KNOWN = "select 1 from feeds where feed = :feed limit 1"


def is_new(db: Database, feed: str) -> bool:
    """Whether nothing of this feed was ever applied."""
    return db.row(_KNOWN, {"feed": feed}) is None


_INSERT = f"insert into items (feed, {_COLUMNS}) values (?, {_PLACES})"
_TOUCH_ALL = "insert or ignore into touched (sku) select sku from items where feed = :feed"


def insert_all(db: Database, feed: str, rows: Iterable[tuple[Any, ...]]) -> bool:
    """Fill a feed that is new: (feed, sku, location, file id, line, *facts). False when two collide."""
    try:
        db.run_many(_INSERT, rows)
    except Collision:
        return False
    return True


def touch_feed(db: Database, feed: str) -> None:
    """Every sku of a feed must be decided anew."""
    db.run(_TOUCH_ALL, {"feed": feed})


_STAGE = (
    f"create temp table if not exists incoming (feed, {_COLUMNS})",
    "create temp table if not exists vanished (sku, location, primary key (sku, location))",
    "create temp table if not exists spoilt (sku primary key)",
    "drop index if exists temp.incoming_keys",
    "delete from incoming",
    "delete from vanished",
    "delete from spoilt",
)
_ADD = f"insert into incoming (feed, {_COLUMNS}) values (?, {_PLACES})"
_ADD_VANISHED = "insert or ignore into vanished (sku, location) values (?, ?)"
_ADD_SPOILT = "insert or ignore into spoilt (sku) values (?)"


def stage_begin(db: Database) -> None:
    """Empty the tables in which a file's rows are gathered before they are applied."""
    for statement in _STAGE:
        db.run(statement)


def stage(db: Database, rows: Iterable[tuple[Any, ...]]) -> None:
    """Gather rows: (feed, sku, location, file id, line, *facts)."""
    db.run_many(_ADD, rows)


def stage_vanished(db: Database, keys: Iterable[tuple[str, str]]) -> None:
    """Gather (sku, location) of rows that the file before had and this one has not, or not so."""
    db.run_many(_ADD_VANISHED, keys)


def stage_spoilt(db: Database, skus: Iterable[str]) -> None:
    """Gather skus whose row is there but cannot be used: they are not missing."""
    db.run_many(_ADD_SPOILT, ((sku,) for sku in skus))


_INDEX = "create index temp.incoming_keys on incoming (sku, location)"
_ANY_TWICE = """
select 1
from incoming
group by sku, location
having count(*) > 1
limit 1
"""
_SAME_TWICE = f"""
delete from incoming
where rowid not in (
  select min(rowid) from incoming group by sku, location, {_FACTS}
)
"""
_TWICE = """
select i.line, i.sku, 'is named twice with different values' as reason
from incoming i
join (select sku, location from incoming group by sku, location having count(*) > 1) d
  on d.sku = i.sku and d.location = i.location
order by i.line
"""
_TWINS = """
select i.line, i.sku, 'differs only in its case from another sku' as reason
from incoming i
join (select lower(sku) as low from incoming group by lower(sku) having count(distinct sku) > 1) d
  on d.low = lower(i.sku)
order by i.line
"""
_DROP = "delete from incoming where line = :line"


def doubles(db: Database) -> list[Double]:
    """Take rows out that contradict each other, and give them; equal ones are kept once."""
    db.run(_INDEX)
    found = {}
    if db.row(_ANY_TWICE) is not None:
        db.run(_SAME_TWICE)
        found = {row[0]: Double(*row) for row in db.rows(_TWICE)}
    found = {row[0]: Double(*row) for row in db.rows(_TWINS)} | found
    db.run_many(_DROP, [{"line": line} for line in found])
    stage_spoilt(db, {double.sku for double in found.values()})
    return [found[line] for line in sorted(found)]


_CLASH = """
select 1
from incoming i
join items t on t.sku = i.sku and t.feed = i.feed and t.location = i.location
where t.missing = 0
  and not exists (select 1 from vanished v where v.sku = i.sku and v.location = i.location)
limit 1
"""
_NEW_SKUS = """
select distinct i.sku
from incoming i
where not exists (select 1 from items t where t.sku = i.sku and t.feed = i.feed)
"""
_TWIN = """
select 1
from items
where feed = :feed and lower(sku) in (select lower(value) from json_each(:skus))
limit 1
"""


def clashes(db: Database, feed: str) -> bool:
    """Whether a changed row names a sku that an unchanged row of the same file still names."""
    if db.row(_CLASH) is not None:
        return True
    new = [row[0] for row in db.rows(_NEW_SKUS)]
    return bool(new) and db.row(_TWIN, {"feed": feed, "skus": json.dumps(new)}) is not None


_TOUCH = f"""
insert or ignore into touched (sku)
select i.sku
from incoming i
left join items t on t.sku = i.sku and t.feed = i.feed and t.location = i.location
where t.sku is null or t.missing > 0 or ({_NEW}) is not ({_OLD})
"""
_MERGE = f"""
insert into items (feed, {_COLUMNS})
select feed, {_COLUMNS} from incoming where true
on conflict (sku, feed, location) do update
set (file_id, line, missing, {_FACTS}) = (
  excluded.file_id, excluded.line, 0, {", ".join(f"excluded.{name}" for name in FACTS)}
)
where missing > 0
  or ({_FACTS}) is not ({", ".join(f"excluded.{name}" for name in FACTS)})
"""


def merge(db: Database) -> None:
    """Apply what was gathered; a row that says what was known keeps the place that said it first."""
    db.run(_TOUCH)
    db.run(_MERGE)


_NAMED = """
  feed = :feed
  and (:part = '' or location = :part)
  and missing < :gone_after
  and not exists (select 1 from incoming i where i.sku = items.sku and i.location = items.location)
  and not exists (select 1 from spoilt s where s.sku = items.sku)
"""
_ONLY_VANISHED = """
  and (sku, feed, location) in (
    select sku, :feed, location from vanished
    union
    select sku, feed, location from items where feed = :feed and missing > 0
  )
"""
_GONE = (
    "insert or ignore into touched (sku) select sku from items where missing = :gone_after - 1 and"
)
_COUNT = "update items set missing = missing + 1 where"


def count_missing(
    db: Database, feed: str, part: str, gone_after: int, *, only_vanished: bool
) -> None:
    """Count one more full file without these rows; with `only_vanished`, of those gathered as such.

    What is gone after so many files is counted no further.
    """
    condition = _NAMED + (_ONLY_VANISHED if only_vanished else "")
    values = {"feed": feed, "part": part, "gone_after": gone_after}
    db.run(f"{_GONE} {condition}", values)
    db.run(f"{_COUNT} {condition}", values)


_PLACE = """
select i.feed, i.location, i.line, f.name, f.digest
from items i
join files f on f.id = i.file_id
where i.sku = :sku
order by i.feed, i.location
"""


def places(db: Database, sku: str) -> list[dict[str, Any]]:
    """Where each feed said it: feed, location, line, and the file's name and digest."""
    return [dict(row) for row in db.rows(_PLACE, {"sku": sku})]


_SKUS = "select distinct sku from items order by sku"


def skus(db: Database) -> list[str]:
    """Every sku that the ERP ever named."""
    return [row[0] for row in db.rows(_SKUS)]


_ALL_KNOWN = """
select value from json_each(:skus) where value not in (select sku from items)
"""


def strangers(db: Database, wanted: Sequence[str]) -> list[str]:
    """Which of these the ERP never named."""
    return [row[0] for row in db.rows(_ALL_KNOWN, {"skus": json.dumps(list(wanted))})]


GTINS = """
select sku, max(gtin)
from items
where gtin is not null and gtin <> ''
  and sku in (select value from json_each(:skus))
group by sku
"""


def gtins(db: Database, skus: Sequence[str]) -> dict[str, str]:
    """The barcodes that the ERP's files have for these skus."""
    return {sku: gtin for sku, gtin in db.rows(GTINS, {"skus": json.dumps(list(skus))})}  # noqa: C416
