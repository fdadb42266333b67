"""What each channel was last seen or told to show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from agent.model.change import ListingChange, SetPrice, SetState, SetStock, SetTitle
from agent.model.listing import Listing
from agent.ports.database import Database, Row
from agent.store.faces import face_of, face_values, moment_value
from agent.store.moments import from_text, to_text

GET = """
select sku, external_id, handles, state, price, compare_at, sale_price, sale_from, sale_until,
  quantity, backorders, title
from listings
where channel = :channel
  and sku in (select value from json_each(:skus))
order by sku
"""


def get(db: Database, channel: str, skus: Sequence[str]) -> list[Listing]:
    """These listings as last seen or told; those that are not known are left out."""
    rows = db.rows(GET, {"channel": channel, "skus": json.dumps(list(skus))})
    return [_listing(row) for row in rows]


def _listing(row: Row) -> Listing:
    return Listing(row["sku"], row["external_id"], face_of(row), json.loads(row["handles"]))


# Pieces that went without our doing: fewer are seen than were there, and than we wanted there.
GONE = """max(0, min(listings.quantity, coalesce(
    (select o.quantity from offers as o
     where o.channel = listings.channel and o.sku = listings.sku), listings.quantity))
    - excluded.quantity)"""
FALL = f"""
  fell = case
    when excluded.quantity > listings.quantity then 0
    else fell + coalesce({GONE}, 0)
  end,
  fell_at = case
    when excluded.quantity > listings.quantity then null
    when {GONE} > 0 then excluded.seen_at
    else fell_at
  end"""

# It was live, and left the shelf when there was nothing of it: it comes back with its pieces.
RESTED = """
  rested = case
    when excluded.state = 'live' then 0
    when listings.state = 'live' and (excluded.quantity = 0 or listings.quantity = 0 or 0 = (
      select o.quantity from offers as o
      where o.channel = listings.channel and o.sku = listings.sku)) then 1
    else rested
  end"""

PUT = (
    """
insert into listings (channel, sku, external_id, handles, state, price, compare_at, sale_price,
  sale_from, sale_until, quantity, backorders, title, seen_at, told_at)
values (:channel, :sku, :external_id, :handles, :state, :price, :compare_at, :sale_price,
  :sale_from, :sale_until, :quantity, :backorders, :title, :seen_at, :told_at)
on conflict (channel, sku) do update set
  external_id = excluded.external_id, handles = excluded.handles, state = excluded.state,
  price = excluded.price, compare_at = excluded.compare_at, sale_price = excluded.sale_price,
  sale_from = excluded.sale_from, sale_until = excluded.sale_until,
  quantity = excluded.quantity, backorders = excluded.backorders, title = excluded.title,
  seen_at = excluded.seen_at, told_at = coalesce(excluded.told_at, told_at),"""
    + RESTED
)
PUT_AND_COUNT = PUT + "," + FALL


def put(
    db: Database,
    channel: str,
    listings: Iterable[Listing],
    at: datetime,
    told_at: datetime | None = None,
    *,
    falls: bool = False,
) -> None:
    """These listings show just this: seen at a moment, or told by a receipt.

    `falls`: pieces that are missing are kept in mind, as those of a sale that is still to be told of.
    """
    stamps = {"channel": channel, "seen_at": to_text(at), "told_at": moment_value(told_at)}
    db.run_many(
        PUT_AND_COUNT if falls else PUT,
        ({**stamps, **_values(listing)} for listing in listings),
    )


def _values(listing: Listing) -> dict[str, Any]:
    handles = json.dumps(dict(listing.handles), separators=(",", ":"), sort_keys=True)
    return {
        "sku": listing.sku,
        "external_id": listing.external_id,
        "handles": handles,
        **face_values(listing.shown),
    }


TELL_PRICE = """
update listings
set price = :price, compare_at = :compare_at, sale_price = :sale_price, sale_from = :sale_from,
  sale_until = :sale_until, told_at = :at
where channel = :channel and sku = :sku
"""

TELL_STOCK = """
update listings
set quantity = :quantity, backorders = :backorders, told_at = :at
where channel = :channel and sku = :sku
"""

TELL_STATE = """
update listings
set state = :state, told_at = :at
where channel = :channel and sku = :sku
"""

TELL_TITLE = """
update listings
set title = :title, told_at = :at
where channel = :channel and sku = :sku
"""


TELL = {
    SetPrice.__name__: TELL_PRICE,
    SetStock.__name__: TELL_STOCK,
    SetState.__name__: TELL_STATE,
    SetTitle.__name__: TELL_TITLE,
}


def tell(db: Database, channel: str, change: ListingChange, at: datetime) -> None:
    """The channel has accepted this change; its listing shows it now."""
    tell_values(db, channel, change.sku, type(change).__name__, values_told(change), at)


def tell_values(
    db: Database, channel: str, sku: str, kind: str, values: Mapping[str, Any], at: datetime
) -> None:
    """The same of a change that is known by its kind and the columns that it sets."""
    if kind not in TELL:
        raise ValueError(f"the receipt for a new listing of {sku} names no listing")
    db.run(TELL[kind], {"channel": channel, "sku": sku, "at": to_text(at), **values})


def values_told(change: ListingChange) -> dict[str, Any]:
    """The columns that a change sets; none for a creation."""
    match change:
        case SetPrice(shown=shown):
            return _only_prices(face_values(shown))
        case SetStock(quantity=quantity, backorders=backorders):
            return {"quantity": quantity, "backorders": int(backorders)}
        case SetState(state=state):
            return {"state": state}
        case SetTitle(title=title):
            return {"title": title}
        case _:
            return {}


def _only_prices(face: dict[str, Any]) -> dict[str, Any]:
    keys = ("price", "compare_at", "sale_price", "sale_from", "sale_until")
    return {key: face[key] for key in keys}


SEEN = """
select sku, seen_at
from listings
where channel = :channel
  and sku in (select value from json_each(:skus))
"""


def seen(db: Database, channel: str, skus: Sequence[str]) -> dict[str, datetime]:
    """When these were last read from the channel, or told whole by a receipt."""
    rows = db.rows(SEEN, {"channel": channel, "skus": json.dumps(list(skus))})
    return {sku: from_text(at) for sku, at in rows}


REMOVE = """
delete from listings
where channel = :channel
  and sku in (select value from json_each(:skus))
"""


def remove(db: Database, channel: str, skus: Sequence[str]) -> None:
    """The channel shows these no more, or shows them so that we must keep away."""
    db.run(REMOVE, {"channel": channel, "skus": json.dumps(list(skus))})


OURS = """
select count(*)
from offers
join listings using (channel, sku)
where channel = :channel and offers.state is not null
"""


def ours(db: Database, channel: str) -> int:
    """How many listings on this channel show items of the ERP."""
    return int(db.value(OURS, {"channel": channel}))


FORGET = """
update listings
set fell = 0, fell_at = null
where channel = :channel and fell_at <= :until
"""


def forget_falls(db: Database, channel: str, until: datetime) -> None:
    """What went so long ago was no sale that is still to be told of."""
    db.run(FORGET, {"channel": channel, "until": to_text(until)})


EXPLAIN = """
update listings
set fell = max(0, fell - :pieces), fell_at = iif(fell > :pieces, fell_at, null)
where channel = :channel and sku = :sku and fell > 0
"""


def explain_falls(db: Database, channel: str, pieces: Mapping[str, int]) -> None:
    """An order has come that took so many pieces: {sku: pieces}."""
    rows = ({"channel": channel, "sku": sku, "pieces": n} for sku, n in pieces.items())
    db.run_many(EXPLAIN, rows)
