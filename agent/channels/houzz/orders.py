"""Orders by their status, round after round, because Houzz neither lists changes nor sends messages.

A round asks for every status in turn, as far back as that can still matter; orders come again and
again, and what has not changed is no news to who stores them.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from agent.channels.houzz import errors, mapping, mapping_orders
from agent.channels.houzz.connection import Connection
from agent.channels.houzz.errors import VendorRefused
from agent.channels.houzz.mapping import Row
from agent.channels.unreadable import unreadable
from agent.errors import Throttled
from agent.model.order import Order, OrderPage

log = logging.getLogger(__name__)

PAGE = 100  # as clients ask; up to 1,000 are known to be given
OPEN = ("Charged", "New", "In Production", "Processing", "Failed to Charge")
QUICK = (*OPEN, "Cancelled")
SWEEP = (*QUICK, "Shipped")  # orders that came and left while nobody looked
KNOWN = ("Charged", "New", "In Production")  # other names are not sure to be a filter
SWEPT_EVERY = timedelta(hours=1)
# `From` means the purchase, and dates have no zone: so long before the newest order that we know.
REACH = timedelta(days=30)
FAR_REACH = timedelta(days=60)  # cancellations, once an hour
SHIPPED_REACH = timedelta(days=3)  # before the newest order of the sweep before


@dataclass(frozen=True)
class Cursor:
    """Where a round stands. `start` and `last` are of the page that comes next in its status.

    Times of orders are Houzz's own, so that our clock may be wrong; `swept_at` is ours.
    """

    sweeps: bool = True
    status: int = 0
    start: int = 0
    last: str = ""  # the order that should come first there: pages overlap by one
    mark: str = ""  # the newest purchase known when the round began
    seen: str = ""  # and now
    swept: str = ""  # and when the last sweep was done
    swept_at: str = ""

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of a text that we wrote; "" is the beginning."""
        return cls(**json.loads(text)) if text else cls()

    def text(self) -> str:
        """The cursor as the store keeps it."""
        return json.dumps(self.__dict__)

    @property
    def statuses(self) -> tuple[str, ...]:
        """What this round asks for."""
        return SWEEP if self.sweeps else QUICK

    @property
    def asked(self) -> str:
        """The status whose turn it is."""
        return self.statuses[self.status]


def orders(c: Connection, since: str) -> OrderPage:
    """The next page of a round that has orders, or the end of the round."""
    cursor = _begun(c, Cursor.read(since))
    while True:
        try:
            page, cursor = _step(c, cursor)
        except Throttled:
            if cursor == _begun(c, Cursor.read(since)):
                raise
            return OrderPage((), cursor.text(), more=True)  # what was asked is not asked again
        if page is not None:
            return page


def order(c: Connection, remote_id: str) -> OrderPage:
    """One order afresh; an empty page when Houzz has no such order, or has not released it yet."""
    row = raw(c, remote_id)
    return OrderPage((_order(c, row, alone=True),) if row else (), "", more=False)


def raw(c: Connection, remote_id: str) -> Row | None:
    """One order as Houzz gives it; None when there is none."""
    try:
        row = c.client.read("getOrder", {"OrderId": remote_id}, "Order")
    except VendorRefused as refusal:
        if refusal.missing:
            return None
        raise
    if not isinstance(row, dict) or row.get("OrderId") != remote_id:
        where = f"{c.client.where('getOrder')} {remote_id}"
        raise errors.misshapen("it is another order, or none", where)
    try:  # what is done about an order goes by these
        mapping_orders.status_of(row)
        mapping_orders.pieces(row)
    except ValueError as error:
        where = f"{c.client.where('getOrder')} {remote_id}"
        raise errors.misshapen(str(error), where) from error
    return row


def _step(c: Connection, cursor: Cursor) -> tuple[OrderPage | None, Cursor]:
    """One request: a page to give back, where it has orders or ends the round, and where to go on."""
    found = [_order(c, row, alone=False) for row in _page(c, cursor)]
    if cursor.last and [order.remote_id for order in found[:1]] != [cursor.last]:
        # Orders before this page took another status meanwhile: some moved up past its edge.
        return None, replace(cursor, start=max(0, cursor.start - PAGE // 2), last="")
    fresh = tuple(found[1:] if cursor.last else found)
    newest = max([cursor.seen, *(_text(order.placed_at) for order in found)])
    cursor = replace(cursor, seen=newest)
    if len(found) >= PAGE:
        start = cursor.start + len(found) - 1
        cursor = replace(cursor, start=start, last=found[-1].remote_id)
        return OrderPage(fresh, cursor.text(), more=True), cursor
    if cursor.status + 1 == len(cursor.statuses):
        return OrderPage(fresh, _next_round(c, cursor).text(), more=False), cursor
    cursor = replace(cursor, status=cursor.status + 1, start=0, last="")
    return (OrderPage(fresh, cursor.text(), more=True) if fresh else None), cursor


def _page(c: Connection, cursor: Cursor) -> list[Row]:
    """One page of the status whose turn it is; empty when Houzz does not list by that status."""
    asked = cursor.asked
    if asked in c.unlisted:
        return []
    params: dict[str, str | int] = {
        "Status": asked,
        "Start": cursor.start,
        "NumberOfItems": PAGE,
        **_from(cursor),
    }
    try:
        found = c.client.read("getOrders", params, "Orders", may_lack=True)
    except VendorRefused as refusal:
        if asked in KNOWN:
            raise
        c.unlisted.add(asked)
        log.warning("channel=%s lists no orders by status %r: %s", c.shop, asked, refusal.what)
        return []
    try:
        return mapping.rows(found, "Orders")
    except ValueError as error:
        raise errors.misshapen(str(error), c.client.where("getOrders")) from error


def _from(cursor: Cursor) -> dict[str, str]:
    """How far back this request goes; nothing before there is any order, and in sweeps of open ones."""
    mark, reach = cursor.mark, REACH
    if cursor.sweeps:
        if cursor.asked in OPEN:
            return {}
        mark = cursor.swept
        reach = SHIPPED_REACH if cursor.asked == "Shipped" else FAR_REACH
    if not mark:
        return {}
    return {"From": (datetime.fromisoformat(mark) - reach).date().isoformat()}


def _begun(c: Connection, cursor: Cursor) -> Cursor:
    """A round at its beginning is a sweep when the last one is an hour ago."""
    if (cursor.status, cursor.start) != (0, 0) or not cursor.swept_at:
        return cursor
    since = c.ports.clock.now() - datetime.fromisoformat(cursor.swept_at)
    # A clock that was set back counts as due.
    return replace(cursor, sweeps=not timedelta(0) <= since < SWEPT_EVERY)


def _next_round(c: Connection, done: Cursor) -> Cursor:
    swept, swept_at = done.swept, done.swept_at
    if done.sweeps:
        swept, swept_at = done.seen, _text(c.ports.clock.now())
    return Cursor(mark=done.seen, seen=done.seen, swept=swept, swept_at=swept_at)


def _order(c: Connection, row: Row, *, alone: bool) -> Order:
    """The order; in a list, one that is not as documented spoils no other."""
    try:
        return mapping_orders.order(c.shop, row, c.currency)
    except ValueError as error:
        if not alone:
            return unreadable(c.shop, row.get("OrderId"), "", error)
        where = f"{c.shop} order {row.get('OrderId')}"
        raise errors.misshapen(str(error), where) from error


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
