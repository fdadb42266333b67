"""Which orders a list shows: a window of time, filters, and pages through them. For both APIs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import orders, paging
from simulator.channels.amazon.errors import bad
from simulator.commerce.shop import Document, document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

SETTLES = timedelta(minutes=2)  # what is younger is in no list yet


@dataclass(frozen=True)
class Window:
    """The orders that a list may show: `by` created_at or modified_at, both ends inclusive."""

    by: str
    after: datetime
    before: datetime
    statuses: tuple[str, ...] = ()
    fulfilled_by: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    buyer: str | None = None  # the address that the marketplace has given the buyer

    def holds(self, body: dict[str, Any], number: str | None) -> bool:
        """Whether the filters let an order through."""
        keeper = "AMAZON" if body["fba"] else "MERCHANT"
        return (
            (not self.statuses or orders.status(body) in self.statuses)
            and (not self.fulfilled_by or keeper in self.fulfilled_by)
            and (not self.numbers or number in self.numbers)
            and self.buyer in (None, body["buyer"]["email"])
        )


def window(
    created: tuple[datetime | None, datetime | None],
    updated: tuple[datetime | None, datetime | None],
    now: datetime,
) -> tuple[str, datetime, datetime]:
    """The window from (after, before) by creation or by update. Refused unless it is exactly one."""
    if (created[0] is None) == (updated[0] is None):
        raise bad("Exactly one of createdAfter and lastUpdatedAfter must be given.")
    by, (after, before) = ("created_at", created) if created[0] else ("modified_at", updated)
    other = updated if created[0] else created
    if other[1] is not None:
        raise bad("A Before parameter needs the After parameter of the same kind.")
    latest = now - SETTLES
    if before is not None and before > latest:
        raise bad("The end of the window must lie at least two minutes in the past.")
    assert after is not None
    if after > (before or now):
        raise bad("The window ends before it begins.")
    return by, after, before or latest


def page(
    dialect: Amazon, wanted: Window, size: int, token: Any, what: str, now: datetime
) -> tuple[list[Document], str | None]:
    """A page of orders, oldest first, and the token for the next one."""
    found: list[Document] = []
    last: list[Any] | None = token
    for order in _rows(dialect, wanted, last):
        if not wanted.holds(order.body, order.sku):
            continue
        if len(found) == size:
            return _told(dialect, found), _next(wanted, found[-1], what, now)
        found.append(order)
    return _told(dialect, found), None


def _told(dialect: Amazon, found: Iterable[Document]) -> list[Document]:
    return [d for d in found if not dialect.world.faults.omits(dialect.name, "orders")]


def _next(wanted: Window, last: Document, what: str, now: datetime) -> str:
    where = {
        "by": wanted.by,
        "after": wanted.after.isoformat(),
        "before": wanted.before.isoformat(),
        "statuses": wanted.statuses,
        "fulfilled_by": wanted.fulfilled_by,
        "numbers": wanted.numbers,
        "buyer": wanted.buyer,
        "last": [_text(getattr(last, wanted.by)), last.id],
    }
    return paging.token(what, where, now)


def resumed(token: str, what: str, now: datetime) -> tuple[Window, list[Any]]:
    """The window that a token goes on with, and after which order."""
    where = paging.read(token, what, now)
    return Window(
        where["by"],
        datetime.fromisoformat(where["after"]),
        datetime.fromisoformat(where["before"]),
        tuple(where["statuses"]),
        tuple(where["fulfilled_by"]),
        tuple(where["numbers"]),
        where["buyer"],
    ), where["last"]


def _rows(dialect: Amazon, wanted: Window, last: list[Any] | None) -> Iterator[Document]:
    if dialect.shop.lag:
        yield from _late_rows(dialect, wanted, last)
        return
    moment, id = last or ["", 0]
    rows = dialect.shop.db.execute(
        "select kind, id, parent_id, sku, body, created_at, modified_at from documents"  # noqa: S608
        f" where shop = ? and kind = ? and {wanted.by} >= ? and {wanted.by} <= ?"
        f" and ({wanted.by}, id) > (?, ?) order by {wanted.by}, id",
        (
            *(dialect.shop.name, orders.KIND, _text(wanted.after), _text(wanted.before)),
            *(moment, id),
        ),
    )
    for row in rows:
        yield document(row)


def _late_rows(dialect: Amazon, wanted: Window, last: list[Any] | None) -> Iterator[Document]:
    moment, id = last or ["", 0]
    shown = [(getattr(d, wanted.by), d) for d in dialect.shop.seen(orders.KIND)]
    for stamp, order in sorted(shown, key=lambda pair: (pair[0], pair[1].id)):
        if wanted.after <= stamp <= wanted.before and (_text(stamp), order.id) > (moment, id):
            yield order


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
