"""The two journals that clients poll: order events and offer events. Numbered like a clock.

What the staging world's faults make of an entry (lost, twice, out of order) happens here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from simulator.channels.allegro.call import Answer, Call
from simulator.channels.allegro.errors import invalid
from simulator.channels.allegro.moments import micros
from simulator.channels.allegro.store import NAME, Store

ORDERS, OFFERS = "order_event", "offer_event"
KEPT = {ORDERS: timedelta(days=60), OFFERS: timedelta(hours=24)}
PATIENCE = timedelta(seconds=60)  # an entry out of order comes by itself after this long
ORDER_TYPES = (
    "BOUGHT",
    "FILLED_IN",
    "READY_FOR_PROCESSING",
    "BUYER_CANCELLED",
    "FULFILLMENT_STATUS_CHANGED",
    "BUYER_MODIFIED",
    "AUTO_CANCELLED",
)
OFFER_TYPES = (
    "OFFER_ACTIVATED",
    "OFFER_CHANGED",
    "OFFER_ENDED",
    "OFFER_STOCK_CHANGED",
    "OFFER_PRICE_CHANGED",
    "OFFER_ARCHIVED",
    "OFFER_BID_PLACED",
    "OFFER_BID_CANCELED",
    "OFFER_TRANSLATION_UPDATED",
    "OFFER_VISIBILITY_CHANGED",
    "OFFER_DELIVERY_COUNTRIES_BLOCKED",
)


def write(store: Store, journal: str, type_: str, body: dict[str, Any]) -> None:
    """Enter something that has just happened."""
    entry = {"type": type_, "occurredAt": store.stamp(), **body}
    fault = store.world.faults.event(NAME, type_)
    if fault == "event lost":
        return
    if fault == "event out of order":
        store.shop.add(f"{journal}_held", entry, quiet=True)
        return
    _append(store, journal, entry)
    if fault == "event twice":
        _append(store, journal, entry)
    release(store, journal, patience=timedelta(0))


def release(store: Store, journal: str, patience: timedelta = PATIENCE) -> None:
    """Enter what was held back for longer than `patience`."""
    for held in list(store.shop.all(f"{journal}_held")):
        if store.now() - held.created_at >= patience:
            _append(store, journal, held.body)
            store.shop.drop(held.kind, held.id, quiet=True)


def _append(store: Store, journal: str, entry: dict[str, Any]) -> None:
    last = store.rows("kind = ? order by id desc limit 1", (journal,))
    number = max(micros(store.now()), last[0].id + 1 if last else 0)
    store.shop.add(journal, {"id": str(number), **entry}, id=number, quiet=True)


def entries(call: Call, journal: str, types: tuple[str, ...], status: int) -> list[Any]:
    """The entries after `from`, oldest first; Refused with `status` for a query that makes no sense."""
    store = call.store
    limit = call.whole("limit", 100, 1, 1000, status)
    wanted = call.one_of("type", types, status)
    after = call.text("from") or "0"
    if not after.isdecimal():
        raise invalid("must be the id of an event", "from", status)
    oldest = micros(store.now() - KEPT[journal])
    claims, values = "kind = ? and id > ?", [journal, max(int(after), oldest)]
    if wanted:
        marks = ", ".join("?" * len(wanted))
        claims += f" and json_extract(body, '$.type') in ({marks})"
        values += wanted
    if store.shop.lag:
        claims += " and created_at <= ?"
        values.append(store.horizon().isoformat(timespec="microseconds"))
    found = store.rows(f"{claims} order by id limit ?", (*values, limit))
    return [entry.body for entry in found]


def order_events(call: Call) -> Answer:
    """GET /order/events"""
    return Answer(body={"events": entries(call, ORDERS, ORDER_TYPES, 422)})


def offer_events(call: Call) -> Answer:
    """GET /sale/offer-events"""
    return Answer(body={"offerEvents": entries(call, OFFERS, OFFER_TYPES, 400)})


def order_stats(call: Call) -> Answer:
    """GET /order/event-stats: the newest entry; null while there is none."""
    horizon = call.store.horizon().isoformat(timespec="microseconds")
    claims = "kind = ? and created_at <= ? order by id desc limit 1"
    found = call.store.rows(claims, (ORDERS, horizon))
    latest = [{name: entry.body[name] for name in ("id", "occurredAt")} for entry in found]
    return Answer(body={"latestEvent": latest[0] if latest else None})
