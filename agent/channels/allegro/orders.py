"""Orders by their journal, by their changes, and by a sweep: what one of them leaves out another has.

A round reads what is new in the journal, then every form changed since some minutes before the newest
change known, then the forms that the journal named and the list did not show, and once an hour all
that was bought in the last days. Lists are asked for by time, not by page number: a form that changes
meanwhile would shift the pages. All times are Allegro's own, so that our clock may be wrong.

Forms that are not paid yet are given too, because their pieces are sold. Two of them that are paid
together become a new form, and the old ones vanish: they are remembered with their lines until then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from agent.channels import strict, trouble
from agent.channels.allegro import mapping_orders
from agent.channels.allegro.client import Query, Row, in_path
from agent.channels.allegro.connection import Connection
from agent.channels.allegro.errors import VendorRefused
from agent.channels.unreadable import unreadable
from agent.errors import Unavailable
from agent.model.order import Order, OrderPage

FORMS, EVENTS, STATS = "/order/checkout-forms", "/order/events", "/order/event-stats"
PAGE, EVENT_PAGE = 100, 1000
MOST_OFFSET = 10_000  # with the page
OVERLAP = timedelta(minutes=10)
SWEPT_EVERY = timedelta(hours=1)
REACH = timedelta(days=3)  # of a sweep, before the newest change known
SINGLES = 50  # forms asked for one by one in one call
REMEMBERED = 2000  # forms that nobody has paid
FAR = "9999-12-31T00:00:00.000Z"


@dataclass(frozen=True)
class Cursor:
    """Where a round stands. `after` and `offset` are of the list that is being read."""

    step: str = "journal"  # then "list", "named", "sweep"
    event: str = ""  # the last one read
    more_events: bool = False
    after: str = ""  # forms from this moment on; in a sweep, up to it
    offset: int = 0
    seen: str = ""  # the newest change met
    swept: str = ""  # the newest change known when the last sweep began
    swept_at: str = ""  # by our clock
    # {form of the journal: its revision there, and in the list}
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unpaid: Mapping[str, Sequence[str]] = field(default_factory=dict)  # {form: its lines}

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of a text that we wrote; "" is the beginning."""
        return cls(**json.loads(text)) if text else cls()

    def text(self) -> str:
        """The cursor as the store keeps it."""
        return json.dumps(self.__dict__, separators=(",", ":"))


@dataclass(frozen=True)
class Met:
    """The orders of some forms, and the cursor that knows of them."""

    orders: tuple[Order, ...]
    cursor: Cursor


def orders(c: Connection, since: str) -> OrderPage:
    """The next page of a round that has orders, or the end of the round."""
    cursor = Cursor.read(since)
    while True:
        step = {"journal": _journal, "list": _list, "named": _named, "sweep": _sweep}[cursor.step]
        met = step(c, cursor)
        more = met.cursor.step != "journal" or met.cursor.more_events
        if met.orders or not more:
            return OrderPage(met.orders, met.cursor.text(), more=more)
        cursor = met.cursor


def order(c: Connection, remote_id: str) -> OrderPage:
    """One order afresh; an empty page when there is none (any more)."""
    row = raw(c, remote_id)
    return OrderPage((_order(c, row, alone=True),) if row else (), "", more=False)


def raw(c: Connection, remote_id: str) -> Row | None:
    """One form as Allegro gives it; None when there is none."""
    path = f"{FORMS}/{in_path(remote_id)}"
    try:
        row = c.client.read(path)
    except VendorRefused as refusal:
        if refusal.status in (404, 422):  # 422: no UUID
            return None
        raise
    if row.get("id") != remote_id:
        raise trouble.misshapen("it is another order, or none", c.client.where(f"GET {path}"))
    return row


# -- the steps of a round -------------------------------------------------------------------------


def _journal(c: Connection, cursor: Cursor) -> Met:
    """What is new in the journal, as forms to look out for; at the very first only where it ends."""
    start = _start(cursor)
    if not cursor.event:
        return Met((), replace(start, event=_newest_event(c), more_events=False))
    rows = _events(c, cursor.event)
    named = dict(cursor.named)
    for row in rows:
        form = _part(c, EVENTS, _part(c, EVENTS, row, "order"), "checkoutForm")
        if form.get("id"):
            named[str(form["id"])] = [str(form.get("revision") or ""), ""]
    event = str(rows[-1].get("id") or cursor.event) if rows else cursor.event
    more = len(rows) >= EVENT_PAGE and event != cursor.event
    return Met((), replace(start, event=event, named=named, more_events=more))


def _start(cursor: Cursor) -> Cursor:
    after = _text(_at(cursor.seen) - OVERLAP) if cursor.seen else ""
    return replace(cursor, step="list", after=after, offset=0)


def _list(c: Connection, cursor: Cursor) -> Met:
    """Forms by their change, oldest first."""
    query: list[tuple[str, str | int]] = [("sort", "updatedAt"), ("limit", PAGE)]
    query += [("updatedAt.gte", cursor.after)] if cursor.after else []
    rows, total = _forms(c, [*query, ("offset", cursor.offset)])
    met = _met(c, rows, cursor)
    times = [_text(at) for row in rows if (at := _changed(row)) is not None]
    if any(at < cursor.after for at in times):
        raise _repeats(c)
    if cursor.offset + PAGE >= total:
        ahead = replace(met.cursor, step="named", offset=0)
        return Met(met.orders, ahead if ahead.named else _sweep_or_end(c, ahead))
    last = max(times, default=cursor.after)
    return Met(met.orders, _ahead(c, met.cursor, last, moved=last > cursor.after))


def _ahead(c: Connection, cursor: Cursor, last: str, *, moved: bool) -> Cursor:
    """The next page: from the last moment on, or further into a moment that fills a page."""
    if moved:
        return replace(cursor, after=last, offset=0)
    if cursor.offset + 2 * PAGE > MOST_OFFSET:
        what = f"more than {MOST_OFFSET:,} orders of one moment"
        raise Unavailable(what, c.client.where(f"GET {FORMS}"), trouble.RETRIES)
    return replace(cursor, offset=cursor.offset + PAGE)


def _named(c: Connection, cursor: Cursor) -> Met:
    """Forms that the journal named and the list did not show as new as that."""
    rows, named = [], dict(cursor.named)
    for number in list(named)[:SINGLES]:
        row = raw(c, number)
        _, listed = named.pop(number)
        if row is not None and (not listed or row.get("revision") != listed):
            rows.append(row)
    met = _met(c, rows, replace(cursor, named=named))
    if named:
        return met
    return Met(met.orders, _sweep_or_end(c, met.cursor))


def _sweep(c: Connection, cursor: Cursor) -> Met:
    """Everything bought in the last days, newest first."""
    since = _text(_at(cursor.swept) - REACH) if cursor.swept else ""
    query: list[tuple[str, str | int]] = [("sort", "-lineItems.boughtAt"), ("limit", PAGE)]
    query += [("lineItems.boughtAt.gte", since)] if since else []
    query += [("lineItems.boughtAt.lte", cursor.after)] if cursor.after else []
    rows, total = _forms(c, [*query, ("offset", cursor.offset)])
    met = _met(c, rows, cursor)
    oldest = min((_text(order.placed_at) for order in met.orders if order.lines), default="")
    if cursor.offset + PAGE >= total:
        return Met(met.orders, _end(met.cursor))
    moved = bool(oldest) and oldest < (cursor.after or FAR)
    return Met(met.orders, _ahead(c, met.cursor, oldest, moved=moved))


def _sweep_or_end(c: Connection, cursor: Cursor) -> Cursor:
    now = c.ports.clock.now()
    is_first = not cursor.swept_at  # the first round has just read everything
    is_due = is_first or not timedelta(0) <= now - _at(cursor.swept_at) < SWEPT_EVERY
    if not is_due or not cursor.seen:
        return _end(cursor)
    begun = replace(cursor, swept=cursor.seen, swept_at=_text(now))
    return _end(begun) if is_first else replace(begun, step="sweep", after="", offset=0)


def _end(cursor: Cursor) -> Cursor:
    return replace(cursor, step="journal", after="", offset=0)


# -- forms ----------------------------------------------------------------------------------------


def _met(c: Connection, rows: Sequence[Row], cursor: Cursor) -> Met:
    """The orders of these forms, with those that vanished into them."""
    found: list[Order] = []
    named, unpaid, seen = dict(cursor.named), dict(cursor.unpaid), cursor.seen
    for row in rows:
        fresh = _order(c, row, alone=False)
        found.append(fresh)
        seen = max(seen, _text(fresh.modified_at))
        if fresh.remote_id in named:
            told, revision = named.pop(fresh.remote_id)[0], str(row.get("revision") or "")
            if told not in ("", revision):
                named[fresh.remote_id] = [told, revision]
        unpaid.pop(fresh.remote_id, None)
        lines = {line.remote_id for line in fresh.lines}
        for old in [form for form, its in unpaid.items() if lines.issuperset(its)]:
            found.append(mapping_orders.replaced(old, unpaid.pop(old), fresh))
        if fresh.lines and mapping_orders.is_unpaid(row) and fresh.state == "open":
            unpaid[fresh.remote_id] = [line.remote_id for line in fresh.lines]
    newest = dict(list(unpaid.items())[-REMEMBERED:])
    return Met(tuple(found), replace(cursor, named=named, unpaid=newest, seen=seen))


def _order(c: Connection, row: Row, *, alone: bool) -> Order:
    """The order; in a list, one that is not as documented spoils no other."""
    try:
        return mapping_orders.order(c.shop, row, c.settings.vat_rate)
    except ValueError as error:
        if not alone:
            return unreadable(c.shop, row.get("id"), "", error)
        where = c.client.where(f"order {row.get('id')}")
        raise trouble.misshapen(str(error), where) from error


def _changed(row: Row) -> datetime | None:
    try:
        return mapping_orders.changed_at(row)
    except ValueError:
        return None  # such a form is told by itself


def _forms(c: Connection, query: Query) -> tuple[list[Row], int]:
    answer = c.client.read(FORMS, query)
    try:
        rows = strict.needed_rows(answer, "checkoutForms")
        total = strict.whole(answer, "totalCount")
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where(f"GET {FORMS}")) from error
    return rows, (MOST_OFFSET if len(rows) >= PAGE else 0) if total is None else total


def _events(c: Connection, after: str) -> list[Row]:
    answer = c.client.read(EVENTS, [("from", after), ("limit", EVENT_PAGE)])
    try:
        return strict.needed_rows(answer, "events")
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where(f"GET {EVENTS}")) from error


def _newest_event(c: Connection) -> str:
    latest = _part(c, STATS, c.client.read(STATS), "latestEvent")
    return str(latest.get("id") or "")


def _part(c: Connection, path: str, row: Row, name: str) -> Row:
    try:
        return strict.part(row, name)
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where(f"GET {path}")) from error


def _repeats(c: Connection) -> Unavailable:
    what = "the list of orders gives another page than was asked for"
    return Unavailable(what, c.client.where(f"GET {FORMS}"), trouble.RETRIES)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(at: datetime) -> str:
    """A moment as Allegro writes it; its text sorts like time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
