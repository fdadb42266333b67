"""Where what a channel should show differs from what it was last seen or told to show."""

# ruff: noqa: S608  statements are put together from our own constants only

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from agent.model.listing import Listing, Offer
from agent.ports.database import Database, Row
from agent.store import families
from agent.store.faces import face_of
from agent.store.moments import to_text
from agent.store.offers import offer_of_row

# A listing in doubt is looked at before anything else is decided about it.
COLUMNS = """
select o.sku, o.state, o.price, o.compare_at, o.sale_price, o.sale_from, o.sale_until,
  o.quantity, o.backorders, o.title, o.cost, o.because, o.next_at, o.state_is_ours, o.sold,
  case when l.sku is null then o.details end as details, o.variant, o.refused, o.family,
  l.external_id, l.handles, l.state as seen_state, l.price as seen_price,
  l.compare_at as seen_compare_at, l.sale_price as seen_sale_price,
  l.sale_from as seen_sale_from, l.sale_until as seen_sale_until,
  l.quantity as seen_quantity, l.backorders as seen_backorders, l.title as seen_title,
  l.fell, l.fell_at, l.rested"""

DIFFERING = (
    COLUMNS
    + """
from offers as o
left join listings as l on l.channel = o.channel and l.sku = o.sku
where o.channel = :channel
  and o.state is not null
  and (
    (l.sku is null and o.details is not null and o.own_state <> 'archived' and o.refused = '')
    or (l.sku is not null and (
      (o.quantity is not null
        and (not :rests or l.state = 'live' or (o.state_is_ours and o.state = 'live'))
        and (o.backorders is not l.backorders
          or (o.quantity is not l.quantity
            and not (o.backorders and max(o.quantity, 0) is max(l.quantity, 0)))))
      or (o.state_is_ours and o.state is not l.state)
      or (:rests and l.rested and l.state <> 'live' and o.quantity > 0)
      or (o.price is not null
        and (o.price is not l.price or o.compare_at is not l.compare_at
          or o.sale_price is not l.sale_price or o.sale_from is not l.sale_from
          or o.sale_until is not l.sale_until))
      or (o.title is not null and o.title is not l.title)
    ))
  )
  and not exists (select 1 from doubts as d where d.channel = o.channel and d.sku = o.sku)
  and not exists (
    select 1
    from job_changes as c
    join jobs as j on j.channel = c.channel and j.job = c.job
    where c.channel = o.channel and c.sku = o.sku and j.state = 'running'
  )
"""
)

AMONG = DIFFERING + "  and o.sku in (select value from json_each(:skus))\n"


def differing(
    db: Database,
    channel: str,
    skus: Sequence[str] | None = None,
    *,
    rests: bool = False,
    unreleased: datetime | None = None,
) -> list[tuple[Offer, Listing | None]]:
    """Offers with their listings (None: to be created) that differ, of all skus or only of these.

    `rests`: the pieces of a listing that is not live, and is not to be, say nothing (see `Limits`).
    One that people had live comes back with its pieces, whoever else decides about its state.
    Pieces that went since `unreleased` were perhaps sold, in an order that the channel has not given
    out yet: they are not offered again.
    """
    values = {"channel": channel, "rests": rests}
    if skus is None:
        rows = db.rows(DIFFERING, values)
    else:
        rows = db.rows(AMONG, {**values, "skus": json.dumps(list(skus))})
    since = "" if unreleased is None else to_text(unreleased)
    offers = [_not_raised(offer_of_row(row), row, since) for row in rows]
    if rests:
        offers = [_at_rest(offer, row) for offer, row in zip(offers, rows, strict=True)]
    pairs = [(offer, _listing(row)) for offer, row in zip(offers, rows, strict=True)]
    return _on_their_pages(db, channel, pairs)


def _not_raised(offer: Offer, row: Row, since: str) -> Offer:
    """The offer without the pieces, and the return to the shelf, that a sale may be behind."""
    shown = offer.shown
    if not since or shown is None or shown.quantity is None or (row["fell_at"] or "") <= since:
        return offer
    left = max(0, shown.quantity - row["fell"])
    comes_back = shown.state == "live" != row["seen_state"] and not left
    return replace(
        offer,
        shown=replace(shown, quantity=left),
        state_is_ours=offer.state_is_ours and not comes_back,
    )


def _on_their_pages(
    db: Database, channel: str, pairs: list[tuple[Offer, Listing | None]]
) -> list[tuple[Offer, Listing | None]]:
    """Offers of variants that are to be made get their page, and what the channel has of it."""
    codes = {o.variant.family for o, seen in pairs if seen is None and o.variant is not None}
    if not codes:
        return pairs
    pages, shown = families.get(db, channel, codes), _siblings(db, channel, codes)
    found = []
    for offer, seen in pairs:
        placed = offer
        if seen is None and offer.variant is not None:
            code = offer.variant.family
            placed = replace(offer, family=pages.get(code), siblings=shown.get(code, ()))
        found.append((placed, seen))
    return found


SIBLINGS = """
select o.family, l.sku, l.external_id, l.handles, l.state, l.price, l.compare_at, l.sale_price,
  l.sale_from, l.sale_until, l.quantity, l.backorders, l.title
from offers as o
join listings as l on l.channel = o.channel and l.sku = o.sku
where o.channel = :channel
  and o.family in (select value from json_each(:codes))
order by l.sku
"""


def _siblings(db: Database, channel: str, codes: Iterable[str]) -> dict[str, tuple[Listing, ...]]:
    found: dict[str, list[Listing]] = {}
    for row in db.rows(SIBLINGS, {"channel": channel, "codes": json.dumps(sorted(codes))}):
        handles = json.loads(row["handles"])
        listing = Listing(row["sku"], row["external_id"], face_of(row), handles)
        found.setdefault(row["family"], []).append(listing)
    return {code: tuple(listings) for code, listings in found.items()}


def _at_rest(offer: Offer, row: Row) -> Offer:
    """The offer to a listing that may be off the shelf, where pieces say nothing, for want of pieces."""
    shown = offer.shown
    if shown is None or row["seen_state"] in (None, "live"):
        return offer
    if row["rested"] and shown.quantity:
        return replace(offer, shown=replace(shown, state="live"), state_is_ours=True)
    if offer.state_is_ours and shown.state == "live":
        return offer
    return replace(offer, shown=replace(shown, quantity=None))


# What runs may set the stock itself, or leave it as it is; told meanwhile counts before both. Stock
# without end (backorders, not counted) is 10^15.
OVERTAKING = (
    """
with standing as (
  select c.sku, coalesce(
    min(case when c.kind = 'SetStock' then coalesce(c.overtaken,
      iif(json_extract(c.sent, '$.backorders'), 1000000000000000,
        json_extract(c.sent, '$.quantity'))) end),
    min(coalesce(c.overtaken,
      iif(l.backorders, 1000000000000000, coalesce(l.quantity, 1000000000000000))))) as pieces
  from job_changes as c
  join jobs as j on j.channel = c.channel and j.job = c.job
  join listings as l on l.channel = c.channel and l.sku = c.sku
  where c.channel = :channel and j.state = 'running'
  group by c.sku
)"""
    + COLUMNS
    + """, s.pieces
from standing as s
join offers as o on o.channel = :channel and o.sku = s.sku
join listings as l on l.channel = :channel and l.sku = s.sku
where o.state is not null
  and o.quantity < s.pieces
  and not o.backorders
  and not exists (select 1 from doubts as d where d.channel = o.channel and d.sku = o.sku)
order by o.sku
"""
)
BOUNDLESS = 10**15


def overtaking(db: Database, channel: str) -> list[tuple[Offer, Listing]]:
    """Stock that must go lower than what running jobs leave of it, as offers of nothing but stock.

    The listings show what is expected of the jobs, or what was told since they began.
    """
    return [_only_stock(row) for row in db.rows(OVERTAKING, {"channel": channel})]


def _only_stock(row: Row) -> tuple[Offer, Listing]:
    offer, seen = offer_of_row(row), _listing(row)
    assert offer.shown is not None and seen is not None  # the query asks for both
    endless = row["pieces"] == BOUNDLESS
    expected = replace(
        seen.shown,
        quantity=seen.shown.quantity if endless else row["pieces"],
        backorders=endless and seen.shown.quantity is not None,
    )
    wanted = replace(expected, price=None, title=None)
    wanted = replace(wanted, quantity=offer.shown.quantity, backorders=False)
    only = replace(offer, shown=wanted, state_is_ours=False)
    return only, replace(seen, shown=expected)


def _listing(row: Row) -> Listing | None:
    if row["external_id"] is None:
        return None
    return Listing(
        row["sku"], row["external_id"], face_of(row, "seen_"), json.loads(row["handles"])
    )
