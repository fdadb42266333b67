"""Skus whose offers must be decided anew: whoever changes what an offer depends on touches them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from agent.ports.database import Database

TOUCH = """
insert or ignore into touched (sku)
select value from json_each(:skus)
"""


def touch(db: Database, skus: Iterable[str]) -> None:
    """These skus' offers must be decided anew; call it in the transaction that changed them."""
    db.run(TOUCH, {"skus": json.dumps(list(skus))})


TOUCH_ALL = """
insert or ignore into touched (sku)
select distinct sku from items
union
select distinct sku from offers
"""


def touch_all(db: Database) -> None:
    """Every offer must be decided anew."""
    db.run(TOUCH_ALL)


TOUCH_SOLD = """
insert or ignore into touched (sku)
select distinct sku from offers where sold > 0
"""


def touch_sold(db: Database) -> None:
    """Offers that withhold sales must be decided anew: newer figures may know of them."""
    db.run(TOUCH_SOLD)


TOUCH_DUE = """
insert or ignore into touched (sku)
select distinct sku from offers where next_at <= :now
"""


def touch_due(db: Database, now: str) -> None:
    """Offers that time alone has changed must be decided anew."""
    db.run(TOUCH_DUE, {"now": now})


FIRST = """
select sku
from touched
order by sku
limit :limit
"""


def first(db: Database, limit: int) -> list[str]:
    """Some touched skus."""
    return [sku for (sku,) in db.rows(FIRST, {"limit": limit})]


SETTLE = """
delete from touched
where sku in (select value from json_each(:skus))
"""


def settle(db: Database, skus: Iterable[str]) -> None:
    """These skus are decided; call it in the transaction that read them."""
    db.run(SETTLE, {"skus": json.dumps(list(skus))})


ANY = """
select exists (select 1 from touched)
  or exists (select 1 from touched_families)
  or exists (select 1 from offers where next_at <= :now)
"""


def waiting(db: Database, now: str) -> bool:
    """Whether some offer is not what it should be at this moment."""
    return bool(db.value(ANY, {"now": now}))
