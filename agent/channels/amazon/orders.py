"""Orders by the time of their last change, and a sweep over the last days beside it.

Times are Amazon's own: each answer says up to when it is complete, and the next round begins some
minutes before that. An order that changes between two pages leaves that round and is met in the next.
Amazon allows a call in three minutes in the long run; when it is too soon, there is simply no news.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.channels import strict, trouble
from agent.channels.amazon import mapping_orders, shapes
from agent.channels.amazon.client import Query
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.errors import VendorRefused
from agent.channels.amazon.operations import GET_ORDER, SEARCH_ORDERS
from agent.channels.strict import Row
from agent.channels.unreadable import unreadable
from agent.errors import ChannelError, Throttled
from agent.model.order import Order, OrderPage

PAGE = 100  # the vendor's maximum
OVERLAP = timedelta(minutes=10)
SWEPT_EVERY, SWEEP_REACH = timedelta(hours=6), timedelta(days=3)
RESERVE = 4  # calls that are kept for the further pages of a round


@dataclass(frozen=True)
class Cursor:
    """A round over what was changed since `since`, gone on with at `token`.

    `since` and `swept` (the last sweep's beginning) are Amazon's times; "" is not known yet.
    """

    since: str = ""
    token: str = ""
    swept: str = ""
    sweeps: bool = False  # this round goes back by days

    def text(self) -> str:
        """The cursor as the store keeps it."""
        return json.dumps(self.__dict__)

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of a text that we wrote; "" is the beginning."""
        return cls(**json.loads(text)) if text else cls()


def orders(c: Connection, since: str) -> OrderPage:
    """The next page of changed orders; none, and the same cursor, while it is too soon to ask."""
    cursor = Cursor.read(since)
    if _is_too_soon(c, cursor):
        return OrderPage((), cursor.text(), more=False)
    c.orders_at = c.ports.clock.mono()
    try:
        told = _page(c, cursor)
    except Throttled:  # of this operation only: changes and parcels go on
        return OrderPage((), cursor.text(), more=False)
    where = c.client.where(SEARCH_ORDERS)
    try:
        rows = strict.rows(told, "orders")
        token = strict.text(strict.part(told, "pagination"), "nextToken")
        if "orders" not in told:
            raise ValueError("orders is missing")
        if token and token == cursor.token:
            raise ValueError("its next page is the same page")
        found = tuple(order for row in rows for order in _listed(c, row))
        if token:
            return OrderPage(found, replace(cursor, token=token).text(), more=True)
        return OrderPage(found, _next_round(told, cursor).text(), more=False)
    except ValueError as error:
        raise trouble.misshapen(str(error), where) from error


def order(c: Connection, remote_id: str) -> OrderPage:
    """One order afresh; an empty page when Amazon has no such order."""
    row = raw(c, remote_id)
    return OrderPage((_order(c, row),) if row else (), "", more=False)


def newest(c: Connection) -> None:
    """A few orders, only to see what we are let to see of them."""
    asked = {**_query(c, Cursor()), "maxResultsPerPage": 5}
    told = c.client.call(SEARCH_ORDERS, query=asked).json
    where = c.client.where(SEARCH_ORDERS)
    try:
        rows = strict.rows(told, "orders")
        c.nameless = c.nameless or any(mapping_orders.lacks_address(row) for row in rows)
    except ValueError as error:
        raise trouble.misshapen(str(error), where) from error


def raw(c: Connection, remote_id: str) -> Row | None:
    """One order as Amazon gives it; None when there is none."""
    query = {"includedData": mapping_orders.BLOCKS}
    where = f"{c.client.where(GET_ORDER)} {remote_id}"
    try:
        told = c.client.call(GET_ORDER, {"id": remote_id}, query=query).json
        row = strict.part(told, "order")
        if strict.text(row, "orderId") != remote_id:
            raise ValueError("it is another order, or none")
    except VendorRefused as refusal:
        if refusal.missing:
            return None
        raise
    except ValueError as error:
        raise trouble.misshapen(str(error), where) from error
    return row


def _is_too_soon(c: Connection, cursor: Cursor) -> bool:
    """Rounds follow one another as Amazon allows; while there is more, a few calls are kept."""
    room = c.client.room(SEARCH_ORDERS)
    is_late = c.ports.clock.mono() - c.orders_at >= 1 / SEARCH_ORDERS.rate
    return room < (1 if cursor.token or is_late else RESERVE)


def _page(c: Connection, cursor: Cursor) -> Row:
    try:
        return c.client.call(SEARCH_ORDERS, query=_query(c, cursor)).json
    except VendorRefused:
        if not cursor.token:
            raise
        # Tokens live a day; the round begins anew, and orders that come again are no news.
        return c.client.call(SEARCH_ORDERS, query=_query(c, replace(cursor, token=""))).json


def _query(c: Connection, cursor: Cursor) -> Query:
    asked: dict[str, str | int] = {
        "marketplaceIds": c.place.id,
        "maxResultsPerPage": PAGE,
        "includedData": mapping_orders.BLOCKS,
        "fulfilledBy": "MERCHANT",
    }
    asked["lastUpdatedAfter"] = _begins(c, cursor)
    return asked | ({"paginationToken": cursor.token} if cursor.token else {})


def _begins(c: Connection, cursor: Cursor) -> str:
    if not cursor.since:
        days = timedelta(days=c.settings.orders_days)
        return shapes.iso(c.ports.clock.now() - days)
    since = datetime.fromisoformat(cursor.since)
    return shapes.iso(since - (SWEEP_REACH if cursor.sweeps else OVERLAP))


def _next_round(told: Mapping[str, object], done: Cursor) -> Cursor:
    """From where this round was complete up to; a sweep when the last one is hours ago."""
    until = strict.needed_moment(told, "lastUpdatedBefore")
    swept = until.isoformat() if done.sweeps or not done.swept else done.swept
    is_due = until - datetime.fromisoformat(swept) >= SWEPT_EVERY
    return Cursor(until.isoformat(), swept=swept, sweeps=is_due)


def _listed(c: Connection, row: Row) -> list[Order]:
    """The order of a list's row, where it is ours; one that is not as documented spoils no other."""
    try:
        return [_order(c, row)] if mapping_orders.is_ours(row) else []
    except (ValueError, ChannelError) as error:
        return [unreadable(c.shop, row.get("orderId"), "", getattr(error, "what", error))]


def _order(c: Connection, row: Row) -> Order:
    try:
        if mapping_orders.lacks_address(row):
            c.nameless = True
        return mapping_orders.order(c.shop, row, c.place)
    except ValueError as error:
        where = f"{c.client.where(GET_ORDER)} {row.get('orderId')}"
        raise trouble.misshapen(str(error), where) from error
