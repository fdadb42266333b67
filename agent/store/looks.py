"""A full look at a channel: gathered page by page beside the listings, then put in their place at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.model.listing import Listing
from agent.ports.database import Database
from agent.store.faces import face_values
from agent.store.listings import FALL, RESTED
from agent.store.moments import from_text, to_text

SEEN = """
create temp table if not exists seen (
  channel text not null, sku text not null, external_id text not null, handles text not null,
  state text not null, price integer, compare_at integer, sale_price integer, sale_from text,
  sale_until text, quantity integer, backorders integer not null, title text,
  primary key (channel, sku, external_id)
) strict, without rowid
"""

LOOKING = """
create temp table if not exists looking (
  channel text primary key,
  begun text not null
) strict, without rowid
"""

CLEAR = """
delete from temp.seen
where channel = :channel
"""

BEGIN = """
insert or ignore into temp.looking (channel, begun)
values (:channel, :now)
"""

BEGUN = """
select begun
from temp.looking
where channel = :channel
"""


def begin(db: Database, channel: str, now: datetime) -> datetime:
    """Start a look, or go on with one that broke off; gives when it was begun.

    A channel may answer a second call with what it had read at the first. What was gathered here is
    dropped all the same, and gathered again.
    """
    db.run(SEEN)
    db.run(LOOKING)
    db.run(CLEAR, {"channel": channel})
    db.run(BEGIN, {"channel": channel, "now": to_text(now)})
    return from_text(db.value(BEGUN, {"channel": channel}))


ADD = """
insert or replace into temp.seen (channel, sku, external_id, handles, state, price, compare_at,
  sale_price, sale_from, sale_until, quantity, backorders, title)
values (:channel, :sku, :external_id, :handles, :state, :price, :compare_at,
  :sale_price, :sale_from, :sale_until, :quantity, :backorders, :title)
"""


def add(db: Database, channel: str, listings: Sequence[Listing]) -> None:
    """These were seen. Rows that moved between pages and came twice count once."""
    rows = [
        {
            "channel": channel,
            "sku": listing.sku,
            "external_id": listing.external_id,
            "handles": json.dumps(dict(listing.handles), separators=(",", ":"), sort_keys=True),
            **face_values(listing.shown),
        }
        for listing in listings
    ]
    with db.atomic():
        db.run_many(ADD, rows)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a full look came to."""

    listings: int
    gone: int
    twice: dict[str, tuple[str, ...]]  # external ids of the listings that share a sku


TWICE = """
select sku, json_group_array(external_id)
from temp.seen
where channel = :channel
group by sku
having count(*) > 1
order by sku
"""

DROP_TWICE = """
delete from temp.seen
where channel = :channel
  and sku in (select value from json_each(:skus))
"""

REMOVE_GONE = """
delete from listings
where channel = :channel
  and seen_at <= :begun
  and coalesce(told_at, '') < :begun
  and sku not in (select sku from temp.seen where channel = :channel)
"""

REMOVE_TWICE = """
delete from listings
where channel = :channel
  and sku in (select value from json_each(:skus))
"""

REPLACE = (
    """
insert into listings (channel, sku, external_id, handles, state, price, compare_at, sale_price,
  sale_from, sale_until, quantity, backorders, title, seen_at)
select channel, sku, external_id, handles, state, price, compare_at, sale_price,
  sale_from, sale_until, quantity, backorders, title, :begun
from temp.seen
where channel = :channel
on conflict (channel, sku) do update set
  external_id = excluded.external_id, handles = excluded.handles, state = excluded.state,
  price = excluded.price, compare_at = excluded.compare_at, sale_price = excluded.sale_price,
  sale_from = excluded.sale_from, sale_until = excluded.sale_until,
  quantity = excluded.quantity, backorders = excluded.backorders, title = excluded.title,
  seen_at = excluded.seen_at,"""
    + FALL
    + ","
    + RESTED
    + """
where listings.seen_at <= :begun
  and coalesce(listings.told_at, '') < :begun
"""
)


END = """
delete from temp.looking
where channel = :channel
"""


def finish(db: Database, channel: str, begun: datetime) -> Looked:
    """Put what was seen in the place of what was known; the caller holds the transaction.

    What a receipt told since the look began is newer than what was seen, and stays.
    """
    values = {"channel": channel, "begun": to_text(begun)}
    twice = {sku: tuple(sorted(json.loads(ids))) for sku, ids in db.rows(TWICE, values)}
    both = {"channel": channel, "skus": json.dumps(sorted(twice))}
    db.run(DROP_TWICE, both)
    db.run(REMOVE_TWICE, both)
    gone = db.run(REMOVE_GONE, values)
    seen = db.run(REPLACE, values)
    db.run(CLEAR, values)
    db.run(END, values)
    return Looked(seen, gone, twice)
