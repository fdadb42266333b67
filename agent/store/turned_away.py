"""Files that came and were not applied (yet), as long as no newer file of their feed has been."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from agent.ports.database import Database

REFUSED = ("refused", "held")
NOT_APPLIED = (*REFUSED, "rejected", "stale", "vaulted", "approved")


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """One such file: its state, and what is wrong with it ("" where nothing is)."""

    feed: str
    file: str
    state: str
    what: str
    where: str
    next: str
    settled_at: str


# A feed of several parts has several newest files. Which part a refused file speaks of may not be
# known: it is shown until every part has had a newer one.
NEWEST = """
select
  f.feed, f.name, f.state,
  coalesce(json_extract(f.fault, '$.what'), ''),
  coalesce(json_extract(f.fault, '$.where'), ''),
  coalesce(json_extract(f.fault, '$.next'), ''),
  coalesce(f.settled_at, '')
from files f
where (:feed = '' or f.feed = :feed)
  and f.state in (select value from json_each(:states))
  and (f.state = 'held'
    or f.id > coalesce((select min(file_id) from feeds where feed = f.feed), 0))
order by f.id desc
limit :most
"""


def newest(
    db: Database, states: Sequence[str] = REFUSED, feed: str = "", most: int = 50
) -> list[TurnedAway]:
    """The files of one feed or of all in these states, newest first."""
    values = {"feed": feed, "states": json.dumps(list(states)), "most": most}
    return [TurnedAway(*row) for row in db.rows(NEWEST, values)]
