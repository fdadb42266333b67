"""What Amazon shows of the seller's listings: some of them afresh, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from agent.channels import strict, trouble
from agent.channels.amazon import mapping, reports
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.errors import VendorRefused
from agent.channels.amazon.mapping import Seen
from agent.channels.amazon.operations import GET_LISTING, SEARCH_LISTINGS, Operation
from agent.channels.resume import Pages, resumed
from agent.channels.strict import Row
from agent.errors import Preparing, Throttled
from agent.model.listing import Listing

PAGE = 20  # the vendor's maximum, of listings on a page and of skus in a search
REACH = 1000  # what a search can page through
GLANCE = timedelta(minutes=5)  # what an interrupted look has read is good for so long


class _TooMany(Exception):
    """A search would not reach every listing of this shop."""


def listings(c: Connection) -> Iterator[Listing]:
    """Everything that is for sale, or could be: heads of families aside.

    A small shop is paged through. A large one is read by report, and only what the report leaves
    open is looked up. Preparing while the report is made, or when the pace has to be kept.
    """
    try:
        if not c.survey.is_large:
            try:
                yield from resumed(c.unfinished, c.ports.clock.now(), lambda at: _pages(c, at))
            except _TooMany:
                c.survey.is_large = True
        if c.survey.is_large:
            yield from reports.everything(c, read)
    except Throttled as error:
        raise Preparing(
            error.what, error.where, error.next, retry_after_s=error.retry_after_s
        ) from error


def look(c: Connection, listings: Sequence[Listing]) -> list[Listing]:
    """These listings as they are now; those that are gone are left out."""
    return find(c, [listing.sku for listing in listings])


def find(c: Connection, skus: Sequence[str]) -> list[Listing]:
    """The listings with exactly these skus."""
    return [found.listing for found in read(c, skus) if not found.is_parent]


def read(c: Connection, skus: Sequence[str]) -> list[Seen]:
    """What Amazon has under these skus, heads of families too; after a pause it goes on."""
    now = c.ports.clock.now()
    if c.glanced_at is None or not timedelta(0) <= now - c.glanced_at <= GLANCE:
        c.glances.clear()
        c.glanced_at = now
    missing = [sku for sku in dict.fromkeys(skus) if sku not in c.glances]
    for some in _portions(missing):
        c.glances |= glance(c, some)
    found = [c.glances[sku] for sku in dict.fromkeys(skus)]
    forget(c)
    return [one for one in found if one is not None]


def glance(c: Connection, skus: Sequence[str]) -> dict[str, Seen | None]:
    """The same of as many as one request takes."""
    if len(skus) == 1 and "," in skus[0]:
        return {skus[0]: _one(c, skus[0])}
    query: dict[str, str | int] = {
        **c.marketplace,
        "identifiers": ",".join(skus),
        "identifiersType": "SKU",
        "includedData": mapping.PARTS,
        "pageSize": PAGE,
    }
    told = c.client.call(SEARCH_LISTINGS, c.seller, query=query)
    found: dict[str, Seen | None] = dict.fromkeys(skus)
    found |= {
        one.listing.sku: one
        for one in _seen(c, _items(c, told.json), SEARCH_LISTINGS)
        if one.listing.sku in found
    }
    return found


def forget(c: Connection) -> None:
    """What an interrupted look has read counts no more."""
    c.glances.clear()
    c.glanced_at = None


def _one(c: Connection, sku: str) -> Seen | None:
    """A sku with a comma, which a list of skus would take apart."""
    query = {**c.marketplace, "includedData": mapping.PARTS}
    try:
        told = c.client.call(GET_LISTING, {**c.seller, "sku": sku}, query=query)
    except VendorRefused as refusal:
        if refusal.missing:
            return None
        raise
    return _seen(c, [told.json], GET_LISTING)[0]


def _pages(c: Connection, token: str | None) -> Pages:
    """Page by page, oldest listing first: what is listed meanwhile comes last."""
    while True:
        query: dict[str, str | int] = {
            **c.marketplace,
            "includedData": mapping.PARTS,
            "pageSize": PAGE,
            "sortBy": "createdDate",
            "sortOrder": "ASC",
            **({"pageToken": token} if token else {}),
        }
        told = c.client.call(SEARCH_LISTINGS, c.seller, query=query)
        found = _seen(c, _items(c, told.json), SEARCH_LISTINGS)
        where = c.client.where(SEARCH_LISTINGS)
        try:
            if not token and (strict.whole(told.json, "numberOfResults") or 0) > REACH:
                raise _TooMany
            following = strict.text(strict.part(told.json, "pagination"), "nextToken")
        except ValueError as error:
            raise trouble.misshapen(str(error), where) from error
        if following and following == token:
            raise trouble.misshapen("its next page is the same page", where)
        token = following
        yield [one.listing for one in found if not one.is_parent], token
        if not token:
            return


def _items(c: Connection, told: Row) -> list[Row]:
    try:
        if "items" not in told:
            raise ValueError("items is missing")
        return strict.rows(told, "items")
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where(SEARCH_LISTINGS)) from error


def _seen(c: Connection, items: Iterable[Row], operation: Operation) -> list[Seen]:
    found = []
    for item in items:
        try:
            found.append(mapping.seen(item, c.place))
        except ValueError as error:
            where = f"{c.client.where(operation)} {item.get('sku', '')}"
            raise trouble.misshapen(str(error), where) from error
    return found


def _portions(skus: Sequence[str]) -> Iterator[Sequence[str]]:
    plain = [sku for sku in skus if "," not in sku]
    for start in range(0, len(plain), PAGE):
        yield plain[start : start + PAGE]
    for sku in skus:
        if "," in sku:
            yield [sku]
