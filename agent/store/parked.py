"""Changes that are not tried again until something moves: another offer, or a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from agent.model.plan import Parked
from agent.ports.database import Database
from agent.store.moments import to_text

WHOLE = "*"  # the kind that parks everything about a sku

PARK = """
insert or replace into parked (channel, sku, kind, offer, words, next, at)
values (:channel, :sku, :kind, :offer, :words, :next, :at)
"""


def park(db: Database, channel: str, parked: Parked, at: datetime) -> None:
    """Do not try this again as it is."""
    values = {
        "channel": channel,
        "sku": parked.sku,
        "kind": parked.kind,
        "offer": parked.offer,
        "words": parked.words,
        "next": parked.next,
        "at": to_text(at),
    }
    db.run(PARK, values)


ALL = """
select sku, kind, offer, words, next
from parked
where channel = :channel
order by sku, kind
"""


def all_of(db: Database, channel: str) -> list[Parked]:
    """Everything that is parked on this channel."""
    return [Parked(*row) for row in db.rows(ALL, {"channel": channel})]


LIFT = """
delete from parked
where channel = :channel and sku = :sku and kind = :kind
"""


def lift(db: Database, channel: str, sku: str, kind: str) -> None:
    """The channel has accepted such a change, or a person wants it tried again."""
    db.run(LIFT, {"channel": channel, "sku": sku, "kind": kind})


LIFT_MENDED = """
delete from parked
where channel = :channel
  and kind = '*'
  and sku not in (select value from json_each(:skus))
"""


def keep_whole(db: Database, channel: str, skus: Sequence[str]) -> None:
    """Of the skus parked as a whole, only these still are."""
    db.run(LIFT_MENDED, {"channel": channel, "skus": json.dumps(list(skus))})


LIFT_ALL = """
delete from parked
where channel = :channel
"""


def lift_all(db: Database, channel: str) -> int:
    """Try everything on this channel again, because a person says so; gives how many."""
    return db.run(LIFT_ALL, {"channel": channel})
