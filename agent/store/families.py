"""Pages of variants as each channel is to have them, and what must be put together anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.model.family import Family, Variant
from agent.model.listing import State
from agent.model.plan import Unmade
from agent.ports.database import Database
from agent.store.offers import variant_of

ANY = """
select exists (select 1 from offers where family is not null)
"""


def are_any(db: Database) -> bool:
    """Whether some item has a place in a family."""
    return bool(db.value(ANY))


@dataclass(frozen=True, slots=True)
class Place:
    """What of one offer a page of variants depends on."""

    sku: str
    variant: Variant
    state: State | None  # as decided for the item alone; None: not offered there
    complete: bool  # has all that a listing needs
    title: str  # the item's own

    @property
    def is_offered(self) -> bool:
        """Whether it is shown there, or to be."""
        return self.state not in (None, "archived")


PLACES = """
select sku, family, variant, own_state,
  details is not null as complete, coalesce(json_extract(details, '$.title'), '') as title
from offers
where channel = :channel
  and family is not null
"""

OF_SKUS = PLACES + "  and sku in (select value from json_each(:skus))\n"  # noqa: S608  constants
OF_CODES = PLACES + "  and family in (select value from json_each(:codes))\norder by sku\n"  # noqa: S608


def of_skus(db: Database, channel: str, skus: Sequence[str]) -> dict[str, Place]:
    """The places of these skus, by sku; of those that are variants."""
    return {place.sku: place for place in _places(db, OF_SKUS, channel, "skus", skus)}


def of_codes(db: Database, channel: str, codes: Sequence[str]) -> dict[str, list[Place]]:
    """Everyone in these families, by code, in the order of their skus."""
    found: dict[str, list[Place]] = {code: [] for code in codes}
    for place in _places(db, OF_CODES, channel, "codes", codes):
        found[place.variant.family].append(place)
    return found


def _places(
    db: Database, sql: str, channel: str, name: str, wanted: Sequence[str]
) -> Iterable[Place]:
    for row in db.rows(sql, {"channel": channel, name: json.dumps(list(wanted))}):
        variant = variant_of(row["family"], row["variant"])
        yield Place(row["sku"], variant, row["own_state"], bool(row["complete"]), row["title"])


TOUCH = """
insert or ignore into touched_families (code)
select value from json_each(:codes)
"""


def touch(db: Database, codes: Iterable[str]) -> None:
    """These pages must be put together anew; call it in the transaction that changed them."""
    db.run(TOUCH, {"codes": json.dumps(sorted(codes))})


FIRST = """
select code
from touched_families
order by code
limit :limit
"""


def first(db: Database, limit: int) -> list[str]:
    """Some touched families."""
    return [code for (code,) in db.rows(FIRST, {"limit": limit})]


SETTLE = """
delete from touched_families
where code in (select value from json_each(:codes))
"""


def settle(db: Database, codes: Sequence[str]) -> None:
    """These are put together; call it in the transaction that read them."""
    db.run(SETTLE, {"codes": json.dumps(list(codes))})


PUT = """
insert into families (channel, code, body)
values (:channel, :code, :body)
on conflict (channel, code) do update set body = excluded.body
"""

DROP = """
delete from families
where channel = :channel and code = :code
"""

REFUSE = """
update offers
set refused = coalesce((select value from json_each(:reasons) where key = offers.sku), '')
where channel = :channel and family = :code
"""


def put(
    db: Database, channel: str, code: str, family: Family | None, reasons: Mapping[str, str]
) -> None:
    """The page as the channel is to have it (None: not at all), and by sku why a member is not made."""
    key = {"channel": channel, "code": code}
    if family is None:
        db.run(DROP, key)
    else:
        db.run(PUT, {**key, "body": _compact(_body(family))})
    db.run(REFUSE, {**key, "reasons": _compact(dict(reasons))})


# What has nothing to sell stays on its page for as long as others of it are to be seen.
STAYS = "its page stays, for others of its family"

SHARE = f"""
update offers
set state = iif(own_state in ('hidden', 'archived') and state_is_ours, 'live', own_state),
  quantity = iif(own_state in ('hidden', 'archived') and state_is_ours, 0, quantity),
  because = iif(own_state in ('hidden', 'archived') and state_is_ours
      and instr(because, '{STAYS}') = 0,
    json_insert(because, '$[#]', '{STAYS}'), because)
where channel = :channel and family = :code
  and exists (
    select 1
    from offers as other
    where other.channel = :channel and other.family = :code
      and other.own_state = 'live' and other.state_is_ours
  )
"""  # noqa: S608  constants

PART = """
update offers
set state = own_state
where channel = :channel and family = :code
  and not exists (
    select 1
    from offers as other
    where other.channel = :channel and other.family = :code
      and other.own_state = 'live' and other.state_is_ours
  )
"""


def share_state(db: Database, channel: str, code: str) -> None:
    """Publication belongs to this page: it is live for all its members while it is for one of them."""
    db.run(SHARE, {"channel": channel, "code": code})
    db.run(PART, {"channel": channel, "code": code})


HALF_ACTIVATED = """
select distinct o.family
from offers as o
join listings as l on l.channel = o.channel and l.sku = o.sku
where o.channel = :channel
  and o.family in (select value from json_each(:codes))
  and o.own_state = 'draft'
  and not o.state_is_ours
  and l.state <> 'live'
"""


def half_activated(db: Database, channel: str, codes: Iterable[str]) -> set[str]:
    """Those of these pages on which a variant is still to be let go live by a person."""
    rows = db.rows(HALF_ACTIVATED, {"channel": channel, "codes": json.dumps(sorted(codes))})
    return {row[0] for row in rows}


GET = """
select code, body
from families
where channel = :channel
  and code in (select value from json_each(:codes))
"""


def get(db: Database, channel: str, codes: Iterable[str]) -> dict[str, Family]:
    """These pages as the channel is to have them, by code."""
    rows = db.rows(GET, {"channel": channel, "codes": json.dumps(sorted(codes))})
    return {code: _family(code, json.loads(body)) for code, body in rows}


def _body(family: Family) -> dict[str, Any]:
    variants = {sku: dict(choices) for sku, choices in family.variants.items()}
    return {"title": family.title, "axes": list(family.axes), "variants": variants}


def _family(code: str, body: Mapping[str, Any]) -> Family:
    axes = tuple(body["axes"])
    variants = {
        sku: {axis: choices[axis] for axis in axes} for sku, choices in body["variants"].items()
    }
    return Family(code, body["title"], axes, variants)


UNMADE = """
select o.refused, min(o.sku), count(*)
from offers as o
where o.channel = :channel
  and o.refused <> ''
  and not exists (select 1 from listings as l where l.channel = o.channel and l.sku = o.sku)
group by o.refused
order by min(o.sku)
"""


def unmade(db: Database, channel: str) -> list[Unmade]:
    """What is not made, by reason; what the channel shows already is another matter."""
    return [Unmade(*row) for row in db.rows(UNMADE, {"channel": channel})]


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
