"""Counts that tell how things stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent.ports.database import Database


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """One feed: the newest file that was applied, and how many wait or were turned away since."""

    feed: str
    file: str
    applied_at: str
    rows: int
    rejected: int
    waiting: int
    refused: int


# A feed of several parts (locations) has a newest file of each: shown is the newest of them, and a
# refused file counts until every part has had a newer one.
_FEEDS = """
with newest as (
  select feed, max(file_id) as newest, min(file_id) as oldest
  from feeds
  group by feed
)
select
  f.feed,
  coalesce(n.name, '') as file,
  coalesce(n.settled_at, '') as applied_at,
  coalesce(n.rows, 0) as rows,
  coalesce(n.rejected, 0) as rejected,
  sum(f.state in ('vaulted', 'held')) as waiting,
  sum(f.state = 'refused' and f.id > coalesce(l.oldest, 0)) as refused
from files f
left join newest l on l.feed = f.feed
left join files n on n.id = l.newest
group by f.feed
order by f.feed
"""


def feeds(db: Database) -> list[FeedStanding]:
    """Every feed that has ever sent a file, by name."""
    return [FeedStanding(**dict(row)) for row in db.rows(_FEEDS)]


_REJECTS = "select count(*) from rejects"


def rejects(db: Database) -> int:
    """Rows that could not be used, in the newest files of all feeds."""
    return int(db.value(_REJECTS))


_ORDERS = "select state, count(*) from orders group by state order by state"


def orders(db: Database) -> dict[str, int]:
    """Orders by state."""
    return {row[0]: row[1] for row in db.rows(_ORDERS)}


_LISTINGS = """
select state, count(*)
from listings
where channel = :channel
group by state
order by state
"""


def listings(db: Database, channel: str) -> dict[str, int]:
    """What a channel shows, by state."""
    return {row[0]: row[1] for row in db.rows(_LISTINGS, {"channel": channel})}


_COUNTS = """
select
  (select count(*) from parked where channel = :channel) as parked,
  (select count(*) from doubts where channel = :channel) as doubts,
  (select count(*) from commands
    where channel = :channel and state in ('due', 'sent', 'in_doubt', 'working')) as commands,
  (select count(distinct sku) from job_changes where channel = :channel) as working,
  (select count(*) from commands where channel = :channel and state = 'parked') as parked_commands
"""


def counts(db: Database, channel: str) -> dict[str, int]:
    """What waits on a channel: parked and doubtful listings, open and parked commands."""
    row: Any = db.row(_COUNTS, {"channel": channel})
    return dict(row)
