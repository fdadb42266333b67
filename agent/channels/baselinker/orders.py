"""Orders by the journal of events, by the time of confirmation, and by a sweep over the last days.

Each of the three alone leaves orders out. The journal tells changes, but remembers three days and is
off in many accounts; the list by confirmation tells new orders only; the sweep reads the last days
again, whatever anybody said. A round begins some minutes before the newest order that was met, by
the vendor's own clock.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from agent.channels.baselinker import errors, mapping_orders, values
from agent.channels.baselinker.connection import Connection
from agent.channels.baselinker.values import Row
from agent.model.order import Order, OrderPage

ORDERS, JOURNAL = "getOrders", "getJournalList"
PAGE = 100  # orders that the vendor gives at once
OVERLAP_S = 600
DAY_S = 86_400
SWEEP_EVERY_S, SWEEP_S = 3_600, 3 * DAY_S
LONG_EVERY_S, LONG_S = DAY_S, 14 * DAY_S  # and after a pause longer than the journal remembers
AWAY_S = 2 * DAY_S
# Made, confirmed, paid, removed, merged, split, edited, copied, moved: what an order says may be new.
EVENTS = [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 16, 17, 18]


@dataclass(frozen=True)
class Cursor:
    """Where reading goes on. Times in the vendor's unix seconds, `swept` and `long` in ours.

    `log`: the last journal entry that was read (-1: none yet). `since`: orders confirmed from then
    on are asked for; `id`: by number from this one, in a second that holds more than a page.
    """

    log: int = -1
    since: int = 0
    id: int = 0
    seen: int = 0  # the newest confirmation met so far
    is_open: bool = False  # in the middle of a round
    swept: int = 0
    long: int = 0

    def text(self) -> str:
        """The cursor as the store keeps it."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of a text that we wrote; "" is the beginning."""
        return cls(**json.loads(text)) if text else cls()


def orders(c: Connection, since: str) -> OrderPage:
    """The next page of new and changed orders."""
    cursor = Cursor.read(since)
    now = int(c.ports.clock.now().timestamp())
    if not cursor.is_open:
        cursor = _begun(cursor, now)
    changed, log, is_long = _events(c, cursor.log)
    rows, following = _confirmed(c, replace(cursor, log=log))
    there = {_figure(row, "order_id") for row in rows}
    rows = [*rows, *_read(c, [number for number in changed if number not in there])]
    more = following.is_open or is_long
    return OrderPage(_orders(c, rows), replace(following, is_open=more).text(), more)


def order(c: Connection, remote_id: str) -> OrderPage:
    """One order afresh; an empty page when the account has no such order."""
    row = raw(c, remote_id)
    return OrderPage(() if row is None else _orders(c, [row], unconfirmed=True), "", more=False)


def raw(c: Connection, remote_id: str) -> Row | None:
    """One order as the vendor gives it, or None."""
    number = int(remote_id)
    rows = _ask(c, {"order_id": number})
    return next((row for row in rows if _figure(row, "order_id") == number), None)


def _begun(cursor: Cursor, now: int) -> Cursor:
    """A new round: now and then it begins days back. A clock that was set back sweeps once more."""
    if cursor.log < 0:
        return replace(cursor, swept=now, long=now)
    idle, lately = now - cursor.swept, now - cursor.long
    if not 0 <= lately < LONG_EVERY_S or idle > AWAY_S:
        return replace(cursor, since=max(0, cursor.seen - LONG_S), swept=now, long=now)
    if not 0 <= idle < SWEEP_EVERY_S:
        return replace(cursor, since=max(0, cursor.seen - SWEEP_S), swept=now)
    return cursor


def _events(c: Connection, after: int) -> tuple[list[int], int, bool]:
    """Orders that something happened to, the last entry read, and whether more are waiting.

    At the very beginning only where the journal ends: every order is read then anyway.
    """
    answer = c.client.read(JOURNAL, {"last_log_id": max(after, 0), "logs_types": EVENTS})
    found = errors.understood(lambda: entries(answer), c.client.where(JOURNAL))
    fresh = sorted(entry for entry in found if entry[0] > after)
    if after < 0:
        return [], max((log for log, _ in found), default=0), False
    wanted: dict[int, None] = {}
    last = after
    for log, number in fresh:
        if number not in wanted and len(wanted) == PAGE:
            return sorted(wanted), last, True
        wanted[number], last = None, log
    return sorted(wanted), last, False


def entries(answer: Row) -> list[tuple[int, int]]:
    """The journal: the number of each entry, and an order that it names."""
    found = []
    for row in values.rows(answer, "logs"):
        log = _log_id(row)
        found.append((log, values.whole(row, "order_id")))
        # A split or a copy makes another order, which its entry names as its object.
        if values.whole(row, "log_type") in (6, 17):
            found.append((log, values.whole(row, "object_id")))
    return [(log, number) for log, number in found if number]


def _log_id(row: Row) -> int:
    """An entry's number: `log_id` in answers, `id` in the vendor's table of fields."""
    name = "log_id" if "log_id" in row else "id"
    number = values.whole(row, name)
    if number <= 0:
        raise ValueError(f"an entry of the journal has no {name}")
    return number


def _confirmed(c: Connection, cursor: Cursor) -> tuple[list[Row], Cursor]:
    """A page of orders by confirmation, and where the next one begins.

    A full page ends in the middle of a second, so the next one begins with that second. One second
    may hold more than a page: then orders are read on by their numbers.
    """
    rows = _ask(c, _query(cursor))
    times = [_figure(row, "date_confirmed") for row in rows]
    seen = max([cursor.seen, *times])
    cursor = replace(cursor, seen=seen)
    if len(rows) < PAGE:
        return rows, replace(cursor, since=max(0, seen - OVERLAP_S), id=0, is_open=False)
    if cursor.id:
        last = max(_figure(row, "order_id") for row in rows)
        return rows, replace(cursor, id=last + 1, is_open=True)
    if times == sorted(times) and times[-1] > cursor.since:
        return rows, replace(cursor, since=times[-1], is_open=True)
    return _confirmed(c, replace(cursor, id=1))


def _query(cursor: Cursor) -> dict[str, Any]:
    query = {"date_confirmed_from": cursor.since}
    return query | ({"id_from": cursor.id} if cursor.id else {})


def _read(c: Connection, wanted: Sequence[int]) -> list[Row]:
    """The orders with these numbers, many in one request where they are near each other."""
    left, found = list(wanted), dict[int, Row]()
    while left:
        single = {"order_id": left[0]}
        query = {"id_from": left[0], "get_unconfirmed_orders": True}
        rows = _ask(c, single if len(left) == 1 else query)
        numbers = {_figure(row, "order_id"): row for row in rows}
        found |= {number: numbers[number] for number in left if number in numbers}
        reached = max(numbers, default=0) if len(rows) >= PAGE else left[-1]
        left = [number for number in left[1:] if number > reached]
    return list(found.values())


def _ask(c: Connection, query: Row) -> list[Row]:
    answer = c.client.read(ORDERS, query)
    return errors.understood(lambda: values.rows(answer, "orders"), c.client.where(ORDERS))


def _figure(row: Row, name: str) -> int:
    """A whole number by which rows are sorted; 0 for what is none: such a row is told by itself."""
    found = values.number_of(row.get(name))
    return 0 if found is None else int(found)


def _orders(c: Connection, rows: Sequence[Row], *, unconfirmed: bool = False) -> tuple[Order, ...]:
    """The rows as orders, those that a buyer has not confirmed aside; one bad row spoils no other."""
    cancelled, found = c.cancelled, list[Order]()
    for row in rows:
        try:
            is_placed = "confirmed" not in row or values.flag(row, "confirmed")
            if is_placed or unconfirmed:
                found.append(mapping_orders.order(c.shop, row, cancelled, c.settings.sources))
        except ValueError as error:
            found.append(mapping_orders.unreadable(c.shop, row, str(error)))
    return tuple(found)
