"""Orders by cursor, oldest change first, so that none is left out.

Every round begins some minutes before the newest change of the last one, because the vendor's search
lags behind its writes; a few times a day it begins days before, for what the search has left out. An
order that changes while we page moves to the end and is met again there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from agent.channels import shape, trouble
from agent.channels.shopify import documents, mapping_orders, shapes
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.listings import page
from agent.channels.shopify.mapping_orders import moment
from agent.channels.unreadable import unreadable
from agent.errors import Refused, Unavailable
from agent.model.order import Order, OrderPage

PAGE = 50
LINES, MORE_LINES = 10, 100  # lines that come with an order, and in each further read
OVERLAP = timedelta(minutes=5)
SWEPT_EVERY, REACH = timedelta(hours=6), timedelta(days=3)


@dataclass(frozen=True)
class Cursor:
    """A round over what was changed since `since` (None: ever), gone on with after `after`.

    `seen` is the newest change met so far; the next round begins OVERLAP before it, or REACH before
    it when the last such sweep began, by our clock `swept`, SWEPT_EVERY ago.
    """

    since: datetime | None
    after: str | None = None
    seen: datetime | None = None
    swept: datetime | None = None

    def text(self) -> str:
        """The cursor as the store keeps it."""
        times = {"since": self.since, "seen": self.seen, "swept": self.swept}
        found = {name: at.isoformat() if at else "" for name, at in times.items()}
        return json.dumps({**found, "after": self.after})

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of a text that we wrote; "" is the beginning."""
        if not text:
            return cls(None)
        found = json.loads(text)
        names = ("since", "seen", "swept")
        since, seen, swept = (moment(found[k]) if found.get(k) else None for k in names)
        return cls(since, found["after"], seen, swept)


def orders(c: Connection, since: str) -> OrderPage:
    """The next page of changed orders."""
    cursor = Cursor.read(since)
    try:
        found = _page(c, cursor)
    except Refused:
        if cursor.after is None:
            raise
        cursor = replace(cursor, after=None)  # the vendor no longer knows that place
        found = _page(c, cursor)
    nodes = found["nodes"]
    times = [at for node in nodes if (at := _changed(node)) is not None]
    seen = max([*times, *([cursor.seen] if cursor.seen else [])], default=None)
    following, more = replace(cursor, seen=seen), bool(found["pageInfo"]["hasNextPage"])
    if more:
        following = replace(following, after=found["pageInfo"]["endCursor"])
    else:
        following = _next_round(following, c.ports.clock.now())
    read = [_order(c, node, alone=False) for node in nodes if not node.get("test")]
    return OrderPage(tuple(read), following.text(), more)


def order(c: Connection, remote_id: str) -> OrderPage:
    """One order afresh; an empty page when the store has no such order."""
    variables = {"id": remote_id, "lines": MORE_LINES}
    node = c.client.ask("Order", documents.ORDER, variables).data.get("order")
    return OrderPage((_order(c, node, alone=True),) if node else (), "", more=False)


def refunds(c: Connection, remote_id: str) -> tuple[list[Mapping[str, Any]], bool]:
    """(The refunds of an order, whether the whole order is cancelled.)"""
    data = c.client.ask("Refunds", documents.REFUNDS, {"id": remote_id}).data
    found = data.get("order") or {}
    return list(found.get("refunds") or ()), bool(found.get("cancelledAt"))


def _page(c: Connection, cursor: Cursor) -> Mapping[str, Any]:
    begins = cursor.since.strftime("%Y-%m-%dT%H:%M:%SZ") if cursor.since else ""
    variables = {
        "after": cursor.after,
        "query": f"updated_at:>='{begins}'" if begins else None,
        "lines": LINES,
    }
    return page(c, "Orders", documents.ORDERS, "orders", PAGE, variables)


def _next_round(done: Cursor, now: datetime) -> Cursor:
    """Where the next round begins; a clock that was set back sweeps once more."""
    begins = replace(done, after=None, swept=done.swept or now)
    if done.seen is None:
        return begins
    if done.swept and not timedelta(0) <= now - done.swept < SWEPT_EVERY:
        return replace(begins, since=done.seen - REACH, swept=now)
    return replace(begins, since=done.seen - OVERLAP)


def _changed(node: Mapping[str, Any]) -> datetime | None:
    try:
        return moment(node["updatedAt"])
    except (KeyError, TypeError, ValueError):
        return None  # such an order is told by itself


def _order(c: Connection, node: Mapping[str, Any], *, alone: bool) -> Order:
    """The order; in a list, one that is not as documented spoils no other."""
    try:
        shape.check(node, shapes.ORDER)
        whole = _with_all_lines(c, node)
        off: list[Mapping[str, Any]] = []
        if mapping_orders.needs_refunds(whole) and not whole.get("cancelledAt"):
            off, _ = refunds(c, str(node["id"]))
        return mapping_orders.order(c.shop, whole, off)
    except ValueError as error:
        if not alone:
            return unreadable(c.shop, node.get("id"), node.get("name"), error)
        where = f"{c.shop} order {node.get('id')}"
        what = f"the order is not what the vendor documents: {error}"
        raise Unavailable(what, where, trouble.RETRIES) from error


def _with_all_lines(c: Connection, node: Mapping[str, Any]) -> Mapping[str, Any]:
    lines = list(node["lineItems"]["nodes"])
    state = node["lineItems"]["pageInfo"]
    while state["hasNextPage"]:
        variables = {"id": node["id"], "after": state["endCursor"], "lines": MORE_LINES}
        found = c.client.ask("Lines", documents.LINES, variables).data["order"]["lineItems"]
        if not found["nodes"]:
            break
        lines += found["nodes"]
        state = found["pageInfo"]
    return {**node, "lineItems": {"nodes": lines}}
