"""Where what a channel should show differs from what it was last seen or told to show."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agent.model.listing import Listing, Offer
from agent.ports.database import Database, Row
from agent.store.faces import face_of
from agent.store.offers import offer_of_row

# A listing in doubt is looked at before anything else is decided about it.
DIFFERING = """
select o.sku, o.state, o.price, o.compare_at, o.sale_price, o.sale_from, o.sale_until,
  o.quantity, o.backorders, o.title, o.cost, o.because, o.next_at, o.state_is_ours, o.sold,
  case when l.sku is null then o.details end as details,
  l.external_id, l.handles, l.state as seen_state, l.price as seen_price,
  l.compare_at as seen_compare_at, l.sale_price as seen_sale_price,
  l.sale_from as seen_sale_from, l.sale_until as seen_sale_until,
  l.quantity as seen_quantity, l.backorders as seen_backorders, l.title as seen_title
from offers as o
left join listings as l on l.channel = o.channel and l.sku = o.sku
where o.channel = :channel
  and o.state is not null
  and (
    (l.sku is null and o.details is not null and o.state <> 'archived')
    or (l.sku is not null and (
      (o.quantity is not null
        and (o.backorders is not l.backorders
          or (o.quantity is not l.quantity
            and not (o.backorders and max(o.quantity, 0) is max(l.quantity, 0)))))
      or (o.state_is_ours and o.state is not l.state)
      or (o.price is not null
        and (o.price is not l.price or o.compare_at is not l.compare_at
          or o.sale_price is not l.sale_price or o.sale_from is not l.sale_from
          or o.sale_until is not l.sale_until))
      or (o.title is not null and o.title is not l.title)
    ))
  )
  and not exists (select 1 from doubts as d where d.channel = o.channel and d.sku = o.sku)
"""

AMONG = DIFFERING + "  and o.sku in (select value from json_each(:skus))\n"  # noqa: S608  constants


def differing(
    db: Database, channel: str, skus: Sequence[str] | None = None
) -> list[tuple[Offer, Listing | None]]:
    """Offers with their listings (None: to be created) that differ, of all skus or only of these."""
    if skus is None:
        rows = db.rows(DIFFERING, {"channel": channel})
    else:
        rows = db.rows(AMONG, {"channel": channel, "skus": json.dumps(list(skus))})
    return [(offer_of_row(row), _listing(row)) for row in rows]


def _listing(row: Row) -> Listing | None:
    if row["external_id"] is None:
        return None
    return Listing(
        row["sku"], row["external_id"], face_of(row, "seen_"), json.loads(row["handles"])
    )
