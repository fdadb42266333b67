"""Listings that must be looked at before anything is sent for them; written before every call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agent.ports.database import Database
from agent.store.moments import from_text, to_text

Why = Literal["sent", "unknown", "moved"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One sku whose listing may not be what we believe."""

    sku: str
    since: datetime  # to come, where something moves so often that it is left alone for a while
    why: Why


PUT = """
insert or replace into doubts (channel, sku, since, why)
select :channel, value, :since, :why
from json_each(:skus)
"""


def put(db: Database, channel: str, skus: Sequence[str], since: datetime, why: Why) -> None:
    """These are in doubt from now on."""
    values = {"channel": channel, "since": to_text(since), "why": why, "skus": json.dumps(skus)}
    db.run(PUT, values)


REMOVE = """
delete from doubts
where channel = :channel
  and sku in (select value from json_each(:skus))
"""


def remove(db: Database, channel: str, skus: Sequence[str]) -> None:
    """These are known again."""
    db.run(REMOVE, {"channel": channel, "skus": json.dumps(skus)})


ALL = """
select sku, since, why
from doubts
where channel = :channel
order by since, sku
"""


def all_of(db: Database, channel: str) -> list[Doubt]:
    """Everything in doubt on this channel, oldest first."""
    rows = db.rows(ALL, {"channel": channel})
    return [Doubt(sku, from_text(since), why) for sku, since, why in rows]
