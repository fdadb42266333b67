"""Where a station left off, and by what facts orders are judged."""

from __future__ import annotations

from agent.ports.database import Database

GET = "select value from marks where name = :name"


def get(db: Database, name: str) -> str:
    """What was noted under this name; "" when nothing was."""
    return db.value(GET, {"name": name}) or ""


SET = """
insert into marks (name, value)
values (:name, :value)
on conflict (name) do update set value = :value
"""


def put(db: Database, name: str, value: str) -> None:
    """Note where a station left off."""
    db.run(SET, {"name": name, "value": value})


APPLIED = """
select coalesce(group_concat(feed || '=' || file_id, ' '), '')
from (select feed, file_id from feeds order by feed, file_id)
"""
LAST_EVENT = "select coalesce(max(id), 0) from order_events"


def applied(db: Database) -> str:
    """The newest applied file of each feed, as one text; unchanged means that the ERP says the same."""
    return str(db.value(APPLIED))


def last_event(db: Database) -> int:
    """The newest entry in the history of any order."""
    return int(db.value(LAST_EVENT))


CURSOR = "select cursor from channels where channel = :channel"


def cursor(db: Database, channel: str) -> str:
    """Where the next pull of this channel's orders begins; "" at the beginning."""
    return db.value(CURSOR, {"channel": channel}) or ""


SET_CURSOR = """
insert into channels (channel, cursor, pulled_at)
values (:channel, :cursor, :at)
on conflict (channel) do update set cursor = :cursor, pulled_at = :at
"""


def set_cursor(db: Database, channel: str, text: str, at: str) -> None:
    """Note where the next pull begins."""
    db.run(SET_CURSOR, {"channel": channel, "cursor": text, "at": at})


KNOWN_SKUS = """
select distinct sku
from items
where sku in (select value from json_each(:skus))
"""


def known_skus(db: Database, skus: str) -> frozenset[str]:
    """Which of these skus (a JSON list) the ERP's files name."""
    return frozenset(row["sku"] for row in db.rows(KNOWN_SKUS, {"skus": skus}))
