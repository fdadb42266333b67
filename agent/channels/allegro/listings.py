"""What the seller offers: everything over pages, and some of it afresh by offer or by sku."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from agent.channels import strict, trouble
from agent.channels.allegro import mapping
from agent.channels.allegro.client import Query, Row
from agent.channels.allegro.connection import Connection
from agent.channels.resume import Pages, resumed
from agent.model.listing import Listing

log = logging.getLogger(__name__)

PATH = "/sale/offers"
PAGE = 1000
MOST_NAMED = 100  # offers or skus that one request asks for
LONGEST_QUERY = 6000  # bytes; longer addresses are not taken everywhere
FIXED_PRICE: Query = (("sellingMode.format", "BUY_NOW"),)  # auctions are not ours to touch
ROUNDS = 3  # a list that leaves offers out is read so often before it is given up


@dataclass
class Place:
    """Where paging goes on: the offer that should come first there, and all offers met so far."""

    start: int = 0
    last: str = ""
    round: int = 1
    met: set[str] = field(default_factory=set)


def listings(c: Connection) -> Iterator[Listing]:
    """Every offer at a fixed price, whether it has a sku or not."""
    yield from resumed(c.unfinished, c.ports.clock.now(), lambda place: _pages(c, place))


def look(c: Connection, listings: Sequence[Listing]) -> list[Listing]:
    """These listings as they are now; those that are gone, or have another sku now, are left out."""
    asked = {listing.external_id: listing.sku for listing in listings}
    found: dict[str, Listing] = {}
    for now in _named(c, "offer.id", list(asked)):
        if now.external_id not in asked:
            where = c.client.where(f"GET {PATH}")
            raise trouble.misshapen(f"offer {now.external_id} was not asked for", where)
        if asked[now.external_id] == now.sku:
            found[now.external_id] = now
    return [found[number] for number in asked if number in found]


def find(c: Connection, skus: Sequence[str]) -> list[Listing]:
    """The listings with exactly these skus, several of one sku where there are."""
    wanted = set(skus)
    order = {sku: place for place, sku in enumerate(dict.fromkeys(skus))}
    found = [x for x in _named(c, "external.id", list(order)) if x.sku in wanted]
    return sorted(found, key=lambda listing: order[listing.sku])


def one(c: Connection, offer: str) -> Listing:
    """One offer afresh."""
    return whole(c, c.client.read(f"/sale/product-offers/{offer}", costs={"offer reads": 1}))


def whole(c: Connection, row: Row) -> Listing:
    """The listing of an offer that is told in an answer."""
    try:
        return mapping.listing(row)
    except ValueError as error:
        where = c.client.where(f"offer {row.get('id')}")
        raise trouble.misshapen(str(error), where) from error


def _named(c: Connection, name: str, values: Sequence[str]) -> Iterator[Listing]:
    for part in _parts(name, values):
        start = 0
        while True:
            query = [*FIXED_PRICE, *((name, value) for value in part)]
            rows, total = _page(c, [*query, ("limit", PAGE), ("offset", start)])
            yield from (whole(c, row) for row in rows)
            start += PAGE
            if start >= total:
                break


def _parts(name: str, values: Iterable[str]) -> Iterator[list[str]]:
    part: list[str] = []
    length = 0
    for value in values:
        size = len(name) + len(quote(value)) + 2
        if part and (len(part) == MOST_NAMED or length + size > LONGEST_QUERY):
            yield part
            part, length = [], 0
        part.append(value)
        length += size
    if part:
        yield part


def _pages(c: Connection, place: Place | None) -> Pages:
    """Pages that overlap by one row, so that rows which moved meanwhile are noticed.

    The end is a page without news. Fewer offers than the list counts means that it left some out:
    then it is read again, a few times. (What is thought to be gone is searched for by its sku before
    it is made anew.)
    """
    at = place or Place()
    while True:
        rows, total = _page(c, [*FIXED_PRICE, ("limit", PAGE), ("offset", at.start)])
        found = [whole(c, row) for row in rows]
        ids = [listing.external_id for listing in found]
        if at.last and ids[:1] != [at.last]:
            at = Place(max(0, at.start - PAGE // 2), "", at.round, at.met)
            continue
        fresh = [listing for listing in found if listing.external_id not in at.met]
        at.met.update(ids)
        is_end = at.start + PAGE >= total and not fresh
        at = _next(at, ids, total)
        yield fresh, at
        if is_end and (len(at.met) >= total or at.round == ROUNDS):
            if len(at.met) < total:
                log.warning("channel=%s lists %d of %d offers", c.shop, len(at.met), total)
            return
        if is_end:
            at = Place(round=at.round + 1, met=at.met)


def _next(at: Place, ids: Sequence[str], total: int) -> Place:
    if at.start + PAGE < total and len(ids) < PAGE:  # some are left out: no row to hold on to
        return Place(at.start + PAGE - 1, "", at.round, at.met)
    last = ids[-1] if ids else ""
    return Place(at.start + max(0, len(ids) - 1), last, at.round, at.met)


def _page(c: Connection, query: Query) -> tuple[list[Row], int]:
    """The rows of a page, and how many the whole list has."""
    answer = c.client.read(PATH, query)
    try:
        rows = strict.needed_rows(answer, "offers")
        total = strict.whole(answer, "totalCount")
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where(f"GET {PATH}")) from error
    return rows, len(rows) if total is None else total
