"""Orders by the time of their last change, with an overlap, and by a sweep over the last days.

A page is asked for by the time of the last change met, never by its number: an order that is changed
while we page moves to the end and would shift the pages under us, and older versions give the last
page again for ever. A second that holds more than a page is read by the orders' numbers. Not
everything that happens to an order moves its time, so now and then the orders of the last days are
read again by their numbers, whatever their times say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from agent.channels import trouble
from agent.channels.magento import mapping_orders, values
from agent.channels.magento.client import Filter, Row
from agent.channels.magento.connection import Connection
from agent.channels.magento.reserved import by_all
from agent.errors import Refused
from agent.model.order import Order, OrderPage

PATH = "/orders"
PAGE = 100
OVERLAP = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
AHEAD = timedelta(minutes=10)  # how far the shop's clock may run before ours
SWEEP_EVERY, SWEEP = timedelta(hours=1), timedelta(days=3)
LONG_EVERY, LONG = timedelta(days=1), timedelta(days=14)


@dataclass(frozen=True)
class Cursor:
    """Where reading goes on: orders changed from `after` on (None: ever).

    `seen` is the newest change met; the next round begins OVERLAP before it. With `number`, only those
    of the second `after` with a greater one. While sweeping, orders made from `sweep` on are read by
    their numbers, after `number`. `swept` and `long`: when a sweep over the last days, and over the last
    weeks, was begun, by our clock.
    """

    after: datetime | None = None
    seen: datetime | None = None
    sweep: datetime | None = None
    number: int = 0
    swept: datetime | None = None
    long: datetime | None = None

    def text(self) -> str:
        """The cursor as the store keeps it."""
        kept = {n: v.isoformat() if isinstance(v, datetime) else v for n, v in vars(self).items()}
        return json.dumps(kept, sort_keys=True)

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of a text that we wrote; "" is the beginning."""
        found: dict[str, Any] = json.loads(text) if text else {}
        kept: dict[str, Any] = {
            n: datetime.fromisoformat(v) if isinstance(v, str) else v for n, v in found.items()
        }
        return cls(**kept)


def orders(c: Connection, since: str) -> OrderPage:
    """The next page of changed orders."""
    cursor, now = Cursor.read(since), c.ports.clock.now()
    if not c.ledger.complete:
        _meet(c, since)
    if cursor.swept is None:  # at the very beginning every order is read anyway
        cursor = replace(cursor, swept=now, long=now)
    if cursor.sweep is not None:
        return _swept(c, cursor)
    rows = _changed(c, cursor)
    cursor, more = _following(cursor, rows, now)
    if not more:
        cursor = _due(cursor, now)
    return OrderPage(_orders(c, rows), cursor.text(), more or cursor.sweep is not None)


def order(c: Connection, remote_id: str) -> OrderPage:
    """One order afresh; an empty page when the shop has no such order."""
    row = raw(c, remote_id)
    return OrderPage(() if row is None else _orders(c, [row]), "", more=False)


def raw(c: Connection, remote_id: str) -> Row | None:
    """One order as the vendor gives it, or None."""
    path = f"{PATH}/{int(remote_id)}"
    try:
        row = c.client.read(path)
    except Refused as refusal:
        if getattr(refusal, "missing", False):
            return None
        raise
    if not isinstance(row, dict) or not {"entity_id", "state", "items"} <= row.keys():
        raise trouble.misshapen("it is no order", c.client.where("GET", path))
    return row


def _meet(c: Connection, since: str) -> None:
    """From here on every order passes by; what passed before we were started is read at once."""
    if since and c.has_sources:
        by_all(c, learn=True)
    c.ledger.complete = True


def _changed(c: Connection, cursor: Cursor) -> list[Row]:
    filters, sort = _ours(c), ["updated_at", "entity_id"]
    if cursor.after is not None:
        filters.append(("updated_at", "gteq", values.stamp(cursor.after)))
        if cursor.number:
            filters.append(("updated_at", "lteq", values.stamp(cursor.after)))
            filters.append(("entity_id", "gt", cursor.number))
            sort = ["entity_id"]
    return c.client.found(PATH, filters, sort=sort, size=PAGE)


def _ours(c: Connection) -> list[Filter]:
    return [("store_id", "in", c.store_ids)] if c.store_ids else []


def _swept(c: Connection, cursor: Cursor) -> OrderPage:
    assert cursor.sweep is not None
    filters = [*_ours(c), ("created_at", "gteq", values.stamp(cursor.sweep))]
    filters.append(("entity_id", "gt", cursor.number))
    rows = c.client.found(PATH, filters, sort=["entity_id"], size=PAGE)
    last = max((_number(row) for row in rows), default=0)
    more = len(rows) == PAGE and last > cursor.number
    ahead = replace(cursor, number=last) if more else replace(cursor, sweep=None, number=0)
    return OrderPage(_orders(c, rows), ahead.text(), more)


def _due(cursor: Cursor, now: datetime) -> Cursor:
    """The cursor at the end of a round, with a sweep where one is due, as after a clock was set back."""
    if cursor.seen is None:
        return cursor
    newest = min(cursor.seen, now)
    if not _lately(cursor.long, now, LONG_EVERY):
        return replace(cursor, sweep=newest - LONG, swept=now, long=now)
    if not _lately(cursor.swept, now, SWEEP_EVERY):
        return replace(cursor, sweep=newest - SWEEP, swept=now)
    return cursor


def _lately(at: datetime | None, now: datetime, within: timedelta) -> bool:
    return at is not None and timedelta(0) <= now - at < within


def _following(cursor: Cursor, rows: Sequence[Row], now: datetime) -> tuple[Cursor, bool]:
    """Where the next page begins, and whether there is one now."""
    times = [at for row in rows if (at := _time(row)) is not None]
    # An order from the future, by a clock that was wrong, must not hide those of the present.
    met = [min(at, now + AHEAD) for at in times]
    seen = max([*met, *([cursor.seen] if cursor.seen else [])], default=None)
    full, last = len(rows) == PAGE, max(times, default=None)
    if cursor.after is not None and cursor.number:
        if full:
            return replace(cursor, number=max(map(_number, rows)), seen=seen), True
        return replace(cursor, after=cursor.after + SECOND, number=0, seen=seen), True
    if not full or last is None:
        return replace(cursor, after=seen - OVERLAP if seen else None, seen=seen), False
    if cursor.after is None or last > cursor.after:
        return replace(cursor, after=last, seen=seen), True  # that second may go on
    return replace(cursor, number=max(map(_number, rows)), seen=seen), True


def _orders(c: Connection, rows: Sequence[Row]) -> tuple[Order, ...]:
    """The rows as orders; what they reserve is noted. One bad row spoils no other."""
    found = []
    for row in rows:
        try:
            found.append(mapping_orders.order(c.shop, row, c.settings.released))
            c.ledger.note(row)
        except ValueError as error:
            found.append(mapping_orders.unreadable(c.shop, row, str(error)))
    return tuple(found)


def _time(row: Row) -> datetime | None:
    try:
        return values.moment(row, "updated_at")
    except ValueError:
        return None


def _number(row: Row) -> int:
    found = row.get("entity_id")
    return found if isinstance(found, int) else 0
