"""Orders by cursor, oldest change first, and a sweep over the last days now and then.

A page is asked for by the time of the last change seen, not by its offset: an order that is changed
while we read moves to the end and would shift the pages under us. Offsets are used only within a
second that holds more than a page. Every round begins some minutes before the last one ended. All
times are the vendor's own: its clock may be wrong, as long as it goes on. The sweep asks by the time
of the purchase, for what a list by changes may have left out.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from agent.channels import strict, trouble
from agent.channels.etsy import errors, listings, mapping_orders, shape
from agent.channels.etsy.connection import Connection
from agent.channels.etsy.pace import Use
from agent.channels.strict import Row
from agent.channels.unreadable import unreadable
from agent.model.order import Order, OrderPage

log = logging.getLogger(__name__)

PAGE = 100  # the vendor's maximum
OVERLAP_S = 300
SWEEP_EVERY_S = 6 * 3600
SWEPT_S = 3 * 86_400
PATIENCE = 3  # rounds for which what a list leaves out is asked for again
OLDEST = 946_684_800  # the vendor takes no earlier time


@dataclass(frozen=True)
class Cursor:
    """Ask for what was changed at or after `after` (0: ever), from `offset` on.

    `seen` is the newest change met; `short` counts rounds that gave fewer rows than they should;
    `swept` is when the last sweep began, by our clock; `sweep` is where one is, -1 for none.
    """

    after: int = 0
    offset: int = 0
    seen: int = 0
    short: int = 0
    lacks: bool = False
    swept: int = 0
    sweep: int = -1

    def text(self) -> str:
        """The cursor as the store keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str, now: datetime) -> Cursor:
        """The cursor of a text that we wrote; "" is the beginning."""
        if not text:
            return cls(swept=int(now.timestamp()))
        return cls(**json.loads(text))


def orders(c: Connection, since: str) -> OrderPage:
    """The next page of changed orders."""
    now = c.ports.clock.now()
    cursor = Cursor.read(since, now)
    if cursor.sweep >= 0:
        return _swept(c, cursor)
    query: dict[str, str | int] = {
        "sort_on": "updated",
        "sort_order": "asc",
        "offset": cursor.offset,
    }
    if cursor.after:
        query["min_last_modified"] = max(cursor.after, OLDEST)
    found, count = _rows(c, query)
    following, more = _following(cursor, _changed(found), len(found), count)
    if not more and now.timestamp() - cursor.swept >= SWEEP_EVERY_S:
        following, more = replace(following, swept=int(now.timestamp()), sweep=0), True
    return OrderPage(tuple(_order(c, row) for row in found), following.text(), more)


def order(c: Connection, remote_id: str) -> OrderPage:
    """One order afresh; an empty page when the shop has no such order."""
    row = raw(c, remote_id)
    return OrderPage((_order(c, row),) if row else (), "", more=False)


def raw(c: Connection, remote_id: str) -> Row | None:
    """One order as the vendor gives it, or None."""
    path = f"{c.root}/receipts/{int(remote_id)}"
    try:
        return c.client.read(path, use=Use.ORDERS)
    except errors.NotThere:
        return None


def newest(c: Connection) -> Row | None:
    """The newest order as the vendor gives it, or None."""
    found, _ = _rows(c, {"limit": 1})
    return found[0] if found else None


def _swept(c: Connection, cursor: Cursor) -> OrderPage:
    """A page of the sweep: orders placed in the days before the newest change."""
    query: dict[str, str | int] = {
        "sort_on": "created",
        "sort_order": "asc",
        "offset": cursor.sweep,
    }
    query["min_created"] = max(cursor.seen - SWEPT_S, OLDEST)
    found, count = _rows(c, query)
    ahead = cursor.sweep + PAGE
    more = ahead < count
    following = replace(cursor, sweep=ahead if more else -1)
    return OrderPage(tuple(_order(c, row) for row in found), following.text(), more)


def _following(cursor: Cursor, times: Sequence[int], rows: int, count: int) -> tuple[Cursor, bool]:
    """Where it goes on, and whether at once.

    A round that gave fewer rows than there should be begins again where it began, a few times.
    """
    seen = max([*times, cursor.seen])
    lacks = cursor.lacks or rows < min(PAGE, max(0, count - cursor.offset))
    at = replace(cursor, seen=seen, lacks=lacks)
    if cursor.offset + PAGE < count:
        last = max(times, default=cursor.after)
        if last > cursor.after:
            return replace(at, after=last, offset=0), True
        return replace(at, offset=cursor.offset + PAGE), True
    ahead = max(seen - OVERLAP_S, 0)
    if lacks and cursor.short < PATIENCE:
        return replace(
            at, after=min(ahead, cursor.after), offset=0, short=cursor.short + 1, lacks=False
        ), False
    return replace(at, after=ahead, offset=0, short=0, lacks=False), False


def _rows(c: Connection, query: dict[str, str | int]) -> tuple[Sequence[Row], int]:
    path = f"{c.root}/receipts"
    answer = c.client.read(path, {"limit": PAGE, **query}, Use.ORDERS)
    found = listings.rows(c, answer, path)
    try:
        return found, strict.needed_whole(answer, "count")
    except strict.Misshapen as error:
        raise trouble.misshapen(str(error), c.client.where("GET", path), wrote=False) from error


def _changed(found: Sequence[Row]) -> list[int]:
    """When the rows were changed, as far as that can be read."""
    times = []
    for row in found:
        with contextlib.suppress(strict.Misshapen):
            at = shape.moment(row, "updated_timestamp", "update_timestamp")
            times.append(int(at.timestamp()))
    return times


def _order(c: Connection, row: Row) -> Order:
    """The order; one that cannot be read stops no other, and is told for a person to see."""
    try:
        return mapping_orders.order(c.shop, row)
    except strict.Misshapen as error:
        log.warning("channel=%s order=%s %s", c.shop, row.get("receipt_id"), error)
        return unreadable(c.shop, row.get("receipt_id"), "", error)
