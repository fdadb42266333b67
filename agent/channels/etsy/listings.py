"""What the shop shows: every listing with its inventory, some of them afresh, or by sku."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from agent.channels import strict, trouble
from agent.channels.etsy import errors, mapping
from agent.channels.etsy.connection import Connection
from agent.channels.etsy.mapping import Page
from agent.channels.etsy.pace import Use
from agent.channels.resume import Pages, resumed
from agent.channels.strict import Row
from agent.model.listing import Listing, Shown

Some = TypeVar("Some")
PATIENCE = 2  # so often a page is read again that leaves rows out
REMEMBERED_S = 300.0  # so long it is known that a sku was nowhere
MOST = 100  # rows of one answer, and numbers in one question
# One state is asked for at a time. What sells out while we read moves on, from active to sold out.
STATES = ("active", "inactive", "sold_out", "expired", "draft")
NEWEST = ("draft", "active", "inactive", "sold_out", "expired")  # where a lost creation is


@dataclass(frozen=True)
class Place:
    """Where reading goes on: the state, the offset in it, its rows in all, and those already met.

    `short` counts how often the same page has had fewer rows than it should.
    """

    state: int = 0
    offset: int = 0
    count: int = -1
    short: int = 0
    seen: set[int] = field(default_factory=set)


def listings(c: Connection) -> Iterator[Listing]:
    """Everything with a sku, in any state."""
    now = c.ports.clock.now()
    yield from resumed(c.unfinished, now, lambda place: _every(c, STATES, place))


def look(c: Connection, listings: Sequence[Listing], use: Use = Use.LISTINGS) -> list[Listing]:
    """These listings as they are now; those that are gone are left out."""
    pages = read_pages(c, [mapping.page_id(one) for one in listings], use)
    found = []
    for one in listings:
        page = pages.get(mapping.page_id(one))
        now = mapping.listing(page, one.sku) if page is not None else None
        if now is not None:
            found.append(now)
    return found


def find(c: Connection, skus: Sequence[str]) -> list[Listing]:
    """The listings with exactly these skus. The vendor has no search by sku: all are read.

    A search that was interrupted goes on where it was, as long as it is for the same skus. What was
    nowhere a while ago can since have come about as a draft only, by a creation that nobody heard of.
    """
    wanted, now = frozenset(skus), c.ports.clock.now()
    was_nowhere = wanted <= c.searched and c.ports.clock.mono() - c.searched_at < REMEMBERED_S
    states = NEWEST[:1] if was_nowhere else NEWEST
    if was_nowhere or c.searched != wanted:
        c.searching.clear()
    if not was_nowhere:
        c.searched, c.searched_at = wanted, float("-inf")
    found: list[Listing] = []
    for one in resumed(c.searching, now, lambda place: _every(c, states, place)):
        if one.sku in wanted:
            found.append(one)
            if {x.sku for x in found} == wanted:
                break
    c.searching.clear()
    if not was_nowhere:
        c.searched = wanted - {x.sku for x in found}
        c.searched_at = c.ports.clock.mono()
    return found


def read_pages(c: Connection, ids: Iterable[int], use: Use = Use.LISTINGS) -> dict[int, Page]:
    """Pages with their inventories by number; those that are gone are left out."""
    wanted = sorted({id for id in ids if id > 0})
    found: dict[int, Page] = {}
    for some in chunks(wanted, MOST):
        found |= _read(c, some, use)
    return found


def chunks(values: Sequence[Some], size: int) -> Iterator[Sequence[Some]]:
    """The values in portions of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def rows(c: Connection, answer: Row, path: str) -> Sequence[Row]:
    """The rows of a list's answer. Unavailable when there is no such list."""
    if not isinstance(answer.get("results"), list):
        raise trouble.misshapen(
            "it has no list of results", c.client.where("GET", path), wrote=False
        )
    return _shaped(c, path, partial(strict.rows, answer, "results"))


def _read(c: Connection, ids: Sequence[int], use: Use) -> dict[int, Page]:
    """One unknown number refuses them all: then it is asked which there are."""
    if not ids:
        return {}
    try:
        return _inventories(c, ids, use)
    except errors.NotThere:
        path = "/listings/batch"
        answer = c.client.read(path, {"listing_ids": _joined(ids)}, use)
        there = {_number(c, path, row) for row in rows(c, answer, path)}
        left = [id for id in ids if id in there]
    if len(left) == len(ids):
        where = c.client.where("GET", "/listings/batch/inventory")
        raise trouble.misshapen("listings are there, and are not", where, wrote=False)
    return _inventories(c, left, use) if left else {}


def _inventories(c: Connection, ids: Sequence[int], use: Use) -> dict[int, Page]:
    path = "/listings/batch/inventory"
    answer = c.client.read(path, {"listing_ids": _joined(ids)}, use)
    pages = [_page(c, path, row) for row in rows(c, answer, path)]
    return {page.id: page for page in pages if page is not None}


def _joined(ids: Sequence[int]) -> str:
    return ",".join(map(str, ids))


def _every(c: Connection, states: Sequence[str], place: Place | None) -> Pages:
    """Everything, page by page. Rows that vanish move the later ones up: a page is read again."""
    at = place or Place()
    path = f"{c.root}/listings"
    while at.state < len(states):
        query: dict[str, str | int] = {
            "state": states[at.state],
            "limit": MOST,
            "offset": at.offset,
            "includes": "Inventory",
        }
        answer = c.client.read(path, query)
        found = rows(c, answer, path)
        count = _shaped(c, path, partial(strict.needed_whole, answer, "count"))
        if 0 <= count < at.count and at.offset:
            at = replace(at, offset=max(0, at.offset - MOST), count=count)
            continue
        fresh = [row for row in found if _number(c, path, row) not in at.seen]
        at.seen.update(_number(c, path, row) for row in fresh)
        is_short = len(found) < min(MOST, count - at.offset) or (found and not fresh)
        if is_short and at.short < PATIENCE:  # what is left out, or hidden by a repetition
            at = replace(at, count=count, short=at.short + 1)  # of a page, would seem gone
        elif at.offset + MOST < count:
            at = replace(at, offset=at.offset + MOST, count=count, short=0)
        else:
            at = Place(at.state + 1, seen=at.seen)
        yield _listings(c, path, fresh), at


def _listings(c: Connection, path: str, found: Sequence[Row]) -> list[Listing]:
    """Listings of one answer; an inventory that it should have had and has not is asked for."""
    missing = [row for row in found if row.get("inventory") is None and row.get("skus")]
    more = read_pages(c, [_number(c, path, row) for row in missing])
    shown: list[Listing] = []
    for row in found:
        page = more.get(_number(c, path, row)) or _page(c, path, row)
        shown += mapping.listings(page) if page is not None else [_nameless(c, path, row)]
    c.met |= {one.sku: mapping.page_id(one) for one in shown if one.sku}
    return shown


def _nameless(c: Connection, path: str, row: Row) -> Listing:
    """A listing that was never edited with the inventory tools: it has no sku."""
    return Listing("", str(_number(c, path, row)), Shown("hidden"))


def _page(c: Connection, path: str, row: Row) -> Page | None:
    found = _shaped(c, path, partial(mapping.page, row))
    return found if found is not None and found.products else None


def _number(c: Connection, path: str, row: Row) -> int:
    return _shaped(c, path, partial(strict.needed_whole, row, "listing_id"))


def _shaped(c: Connection, path: str, take: Callable[[], Some]) -> Some:
    """What is taken out of an answer. Unavailable, naming the field, when it is not as documented."""
    try:
        return take()
    except strict.Misshapen as error:
        raise trouble.misshapen(str(error), c.client.where("GET", path), wrote=False) from error
