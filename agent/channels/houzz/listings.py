"""What the seller shows: every listing over pages, and some of them afresh by sku."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from agent.channels.houzz import errors, mapping
from agent.channels.houzz.connection import Connection
from agent.channels.houzz.errors import VendorRefused
from agent.channels.houzz.mapping import Row
from agent.channels.resume import Pages, resumed
from agent.model.listing import Listing

PAGE = 100  # what clients ask for; the most is not published
CIRCLING = 3  # pages without news; one is the end, another may come of rows that moved
GLANCE = timedelta(minutes=2)  # what an interrupted look has read is good for so long


@dataclass(frozen=True)
class Place:
    """Where paging goes on: the row that should come first there, and all rows met so far."""

    start: int = 0
    last: str = ""
    met: set[str] = field(default_factory=set)
    without_news: int = 0  # pages in a row


def listings(c: Connection) -> Iterator[Listing]:
    """Everything with a sku that is neither deleted nor the parent of variants."""
    yield from resumed(c.unfinished, c.ports.clock.now(), lambda place: _pages(c, place))


def look(c: Connection, listings: Sequence[Listing]) -> list[Listing]:
    """These listings as they are now; those that are gone are left out."""
    return find(c, [listing.sku for listing in listings])


def find(c: Connection, skus: Sequence[str]) -> list[Listing]:
    """The listings with these skus, each asked for by itself; after an interruption it goes on."""
    now = c.ports.clock.now()
    if c.glanced_at is None or not timedelta(0) <= now - c.glanced_at <= GLANCE:
        c.glances.clear()
        c.glanced_at = now
    for sku in skus:
        if sku not in c.glances:
            c.glances[sku] = one(c, sku)
    seen = [c.glances[sku] for sku in dict.fromkeys(skus)]
    c.glances.clear()
    c.glanced_at = None
    return [listing for listing in seen if listing is not None]


def forget(c: Connection, sku: str) -> None:
    """What an interrupted look has read of this sku is no longer so."""
    c.glances.pop(sku, None)


def one(c: Connection, sku: str) -> Listing | None:
    """The listing of this sku; None when there is none, or only a parent of variants."""
    row = raw(c, sku)
    if row is None or mapping.is_page(row):
        return None
    return _listing(c, row)


def raw(c: Connection, sku: str) -> Row | None:
    """The listing of this sku as Houzz gives it, parents too; None when there is none."""
    where = f"{c.client.where('getListing')} {sku}"
    try:
        row = c.client.read("getListing", {"SKU": sku}, "Listing")
    except VendorRefused as refusal:
        if refusal.missing:
            return None
        raise
    if not isinstance(row, dict):
        raise errors.misshapen("the listing is no object", where)
    try:
        same = mapping.text(row, "SKU") == sku
        deleted = mapping.is_deleted(row)
    except ValueError as error:
        raise errors.misshapen(str(error), where) from error
    # A vendor that compares without case would show a neighbour, which is not ours to write to.
    return row if same and not deleted else None


def _pages(c: Connection, place: Place | None) -> Pages:
    """Pages that overlap by one row, so that rows which moved up meanwhile are noticed.

    The end is a page without news: a page that is short may only be one that Houzz cut.
    """
    at = place or Place()
    while True:
        rows = _page(c, at.start)
        names = [_name(row) for row in rows]
        if at.last and names[:1] != [at.last]:
            at = replace(at, start=max(0, at.start - PAGE // 2), last="")
            continue
        fresh = [row for row, name in zip(rows, names, strict=True) if name not in at.met]
        is_end = not rows or bool(at.last and not fresh)
        found = _shown(c, fresh)
        at.met.update(names)
        seen = 0 if fresh else at.without_news + 1
        start, last = at.start + max(0, len(rows) - 1), names[-1] if names else ""
        at = Place(start, last, at.met, seen)
        yield found, at
        if is_end:
            return
        if seen >= CIRCLING:
            where = c.client.where(f"getListings from {at.start}")
            raise errors.misshapen("the same pages come again and again", where)


def _page(c: Connection, start: int) -> list[Row]:
    method = "getListings"
    found = c.client.read(method, {"Start": start, "NumberOfItems": PAGE}, "Listings")
    try:
        rows = mapping.rows(found, "Listings")
        for row in rows:
            mapping.text(row, "SKU")
    except ValueError as error:
        raise errors.misshapen(str(error), c.client.where(method)) from error
    return rows


def _name(row: Row) -> str:
    """By what a row is known again: its sku, or all that it says where it has none."""
    return mapping.text(row, "SKU") or f"no sku: {sorted(row.items())!r}"


def _shown(c: Connection, rows: Sequence[Row]) -> list[Listing]:
    try:
        shown = [row for row in rows if _is_shown(row)]
    except ValueError as error:
        raise errors.misshapen(str(error), c.client.where("getListings")) from error
    return [_listing(c, row) for row in shown]


def _is_shown(row: Row) -> bool:
    return bool(row.get("SKU")) and not mapping.is_page(row) and not mapping.is_deleted(row)


def _listing(c: Connection, row: Row) -> Listing:
    try:
        return mapping.listing(row, c.currency)
    except ValueError as error:
        where = f"{c.shop} listing {row.get('SKU')}"
        raise errors.misshapen(str(error), where) from error
