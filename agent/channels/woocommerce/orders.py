"""Orders by cursor, oldest change first, so that none is left out.

A page is asked for by the time of the last change seen, not by its number: an order that is changed
while we page moves to the end and would shift the pages under us. Numbers are used only within a
second that holds more than a page. Every round begins some minutes before the last one ended; a few
times a day it begins days before, for what a list has left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from agent.channels import shape, trouble
from agent.channels.unreadable import unreadable
from agent.channels.woocommerce import errors, mapping_orders, shapes
from agent.channels.woocommerce.connection import API, Connection
from agent.channels.woocommerce.mapping import gmt, moment
from agent.errors import Refused, Unavailable
from agent.model.order import Order, OrderPage

PAGE = 100  # the vendor's maximum
OVERLAP = timedelta(minutes=5)
SWEPT_EVERY, REACH = timedelta(hours=6), timedelta(days=3)


@dataclass(frozen=True)
class Cursor:
    """Ask for what was changed after `after` (exclusive; None: ever), page `page`.

    `seen` is the newest change met so far; the next round begins OVERLAP before it, or REACH before
    it when the last such sweep began, by our clock `swept`, SWEPT_EVERY ago.
    """

    after: datetime | None
    page: int = 1
    seen: datetime | None = None
    swept: datetime | None = None

    def text(self) -> str:
        """The cursor as the store keeps it."""
        times = {"after": self.after, "seen": self.seen, "swept": self.swept}
        return json.dumps({"page": self.page, **{name: gmt(at) for name, at in times.items()}})

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of a text that we wrote; "" is the beginning."""
        if not text:
            return cls(None)
        found = json.loads(text)
        after, seen, swept = (moment(found.get(name)) for name in ("after", "seen", "swept"))
        return cls(after, int(found["page"]), seen, swept)


def orders(c: Connection, since: str) -> OrderPage:
    """The next page of changed orders."""
    cursor = Cursor.read(since)
    query: dict[str, str | int] = {
        "orderby": "modified",
        "order": "asc",
        "per_page": PAGE,
        "page": cursor.page,
        "status": "any",
    }
    if cursor.after is not None:
        query |= {"modified_after": gmt(cursor.after), "dates_are_gmt": "true"}
    rows = c.client.page(f"{API}/orders", query).rows
    times = [at for row in rows if (at := moment(row.get("date_modified_gmt")))]
    if cursor.after is not None and any(at < cursor.after for at in times):
        what = "the list of orders gives another page than was asked for"
        raise Unavailable(what, f"{c.shop} GET {API}/orders", trouble.RETRIES)
    following, more = _following(cursor, times, c.ports.clock.now(), full=len(rows) == PAGE)
    found = [_order(c, row, alone=False) for row in rows if mapping_orders.is_placed(row)]
    return OrderPage(tuple(found), following.text(), more)


def order(c: Connection, remote_id: str) -> OrderPage:
    """One order afresh; an empty page when the shop has no such order."""
    row = raw(c, remote_id)
    placed = row is not None and mapping_orders.is_placed(row)
    return OrderPage((_order(c, row, alone=True),) if row and placed else (), "", more=False)


def raw(c: Connection, remote_id: str) -> dict[str, Any] | None:
    """One order as the vendor gives it, or None."""
    path = f"{API}/orders/{int(remote_id)}"
    try:
        row = c.client.read(path)
    except Refused as refusal:
        if getattr(refusal, "code", "") == "woocommerce_rest_shop_order_invalid_id":
            return None
        raise
    errors.check(row, shapes.ORDER, f"{c.shop} GET {path}", wrote=False)
    if str(row["id"]) != remote_id:
        raise Unavailable("the answer is another order", f"{c.shop} GET {path}", trouble.RETRIES)
    return row


def refunds(c: Connection, remote_id: str) -> list[dict[str, Any]]:
    """The refunds of an order."""
    path = f"{API}/orders/{int(remote_id)}/refunds"
    return c.client.page(path, {"per_page": PAGE}).rows


def _order(c: Connection, row: dict[str, Any], *, alone: bool) -> Order:
    """The order; in a list, one that is not as documented spoils no other."""
    try:
        shape.check(row, shapes.ORDER)
        found = refunds(c, str(row["id"])) if row.get("refunds") else []
        return mapping_orders.order(c.shop, row, found)
    except ValueError as error:
        if not alone:
            return unreadable(c.shop, row.get("id"), row.get("number"), error)
        where = f"{c.shop} order {row.get('id')}"
        what = f"the order is not what the vendor documents: {error}"
        raise Unavailable(what, where, trouble.RETRIES) from error


def _following(
    cursor: Cursor, times: list[datetime], now: datetime, *, full: bool
) -> tuple[Cursor, bool]:
    seen = max([*times, *([cursor.seen] if cursor.seen else [])], default=None)
    at = replace(cursor, seen=seen, swept=cursor.swept or now)
    if not full:
        is_due = cursor.swept and not timedelta(0) <= now - cursor.swept < SWEPT_EVERY
        if seen and is_due:  # as after our clock was set back
            return replace(at, after=seen - REACH, page=1, swept=now), False
        return replace(at, after=seen - OVERLAP if seen else cursor.after, page=1), False
    last = max(times, default=None)
    step = last - timedelta(seconds=1) if last else None  # the last second may go on
    if step and (cursor.after is None or step > cursor.after):
        return replace(at, after=step, page=1), True
    return replace(at, page=cursor.page + 1), True
