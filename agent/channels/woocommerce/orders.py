"""Orders by cursor, oldest change first, so that none is left out.

A page is asked for by the time of the last change seen, not by its number: an order that is changed
while we page moves to the end and would shift the pages under us. Numbers are used only within a
second that holds more than a page. Every round begins some minutes before the last one ended.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.channels.woocommerce import errors, mapping_orders
from agent.channels.woocommerce.connection import API, Connection
from agent.channels.woocommerce.mapping import gmt, moment
from agent.errors import Refused, Unavailable
from agent.model.order import Order, OrderPage

PAGE = 100  # the vendor's maximum
OVERLAP = timedelta(minutes=5)


@dataclass(frozen=True)
class Cursor:
    """Ask for what was changed after `after` (exclusive; None: ever), page `page`.

    `seen` is the newest change met so far; the next round begins OVERLAP before it.
    """

    after: datetime | None
    page: int = 1
    seen: datetime | None = None

    def text(self) -> str:
        """The cursor as the store keeps it."""
        return json.dumps({"after": gmt(self.after), "page": self.page, "seen": gmt(self.seen)})

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of a text that we wrote; "" is the beginning."""
        if not text:
            return cls(None)
        found = json.loads(text)
        return cls(moment(found["after"]), int(found["page"]), moment(found["seen"]))


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
    following, more = _following(cursor, times, full=len(rows) == PAGE)
    found = [_order(c, row) for row in rows if mapping_orders.is_placed(row)]
    return OrderPage(tuple(found), following.text(), more)


def order(c: Connection, remote_id: str) -> OrderPage:
    """One order afresh; an empty page when the shop has no such order."""
    row = raw(c, remote_id)
    placed = row is not None and mapping_orders.is_placed(row)
    return OrderPage((_order(c, row),) if row and placed else (), "", more=False)


def raw(c: Connection, remote_id: str) -> dict[str, Any] | None:
    """One order as the vendor gives it, or None."""
    path = f"{API}/orders/{int(remote_id)}"
    try:
        row = c.client.read(path)
    except Refused as refusal:
        if getattr(refusal, "code", "") == "woocommerce_rest_shop_order_invalid_id":
            return None
        raise
    if not {"id", "status"} <= row.keys():
        raise Unavailable("the answer is no order", f"{c.shop} GET {path}", errors.RETRIES)
    return row


def refunds(c: Connection, remote_id: str) -> list[dict[str, Any]]:
    """The refunds of an order."""
    path = f"{API}/orders/{int(remote_id)}/refunds"
    return c.client.page(path, {"per_page": PAGE}).rows


def _order(c: Connection, row: dict[str, Any]) -> Order:
    found = refunds(c, str(row["id"])) if row.get("refunds") else []
    try:
        return mapping_orders.order(c.shop, row, found)
    except (KeyError, TypeError, ValueError) as error:
        where = f"{c.shop} order {row.get('id')}"
        what = f"the order is not what the vendor documents: {error}"
        raise Unavailable(what, where, errors.RETRIES) from error


def _following(cursor: Cursor, times: list[datetime], *, full: bool) -> tuple[Cursor, bool]:
    seen = max([*times, *([cursor.seen] if cursor.seen else [])], default=None)
    if not full:
        start = seen - OVERLAP if seen else None
        ahead = start if cursor.after is None or (start and start > cursor.after) else cursor.after
        return Cursor(ahead, seen=seen), False
    last = max(times, default=None)
    step = last - timedelta(seconds=1) if last else None  # the last second may go on
    if step and (cursor.after is None or step > cursor.after):
        return Cursor(step, seen=seen), True
    return Cursor(cursor.after, cursor.page + 1, seen), True
