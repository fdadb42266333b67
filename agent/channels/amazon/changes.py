"""Listing changes → one request for each of a few skus, or one feed for many; answers → receipts.

Either way Amazon only takes them on: how it ended is told by `jobs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.channels import parts, strict, trouble
from agent.channels.amazon import creation, errors, feeds, jobs, listings, mapping
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.mapping import Seen
from agent.channels.amazon.operations import CREATE_FEED, PATCH_LISTING
from agent.channels.amazon.submissions import Submission, refused_for
from agent.errors import Throttled
from agent.model.change import (
    Change,
    CreateListing,
    ListingChange,
    Receipt,
    SetState,
    SetStock,
)

IN_AMAZONS_HANDS = "its pieces lie in Amazon's own warehouse, and Amazon counts them"
TAKE_BACK = "switch it to merchant fulfilment in Seller Central, or leave it out of this channel"
GONE = "Amazon has no such listing any more"
FEEDS_ARE_SPENT = "not sent: Amazon takes only so many feeds, and this was not urgent"

BySku = Mapping[str, list[ListingChange]]


def push(c: Connection, changes: Sequence[ListingChange]) -> list[Receipt]:
    """One receipt per change."""
    news = [change for change in changes if isinstance(change, CreateListing)]
    if news:
        return creation.push(c, news)
    settled = {id(x): _not_ours(x) for x in changes if _is_amazons(x)}
    asked: dict[str, list[ListingChange]] = {}
    for change in changes:
        if id(change) not in settled:
            asked.setdefault(change.sku, []).append(change)
    alone = _alone(c, asked)
    seen = _before(c, alone)
    for sku in alone:
        if sku not in seen or seen[sku].is_parent:
            settled |= {id(x): parts.moved(x, GONE) for x in asked.pop(sku)}
    many = [change for sku, some in asked.items() if sku not in alone for change in some]
    if many and feeds.wait_s(c) > 0:
        settled |= {id(x): parts.unsent(x, FEEDS_ARE_SPENT) for x in many}
        many = []
    work = [asked[sku] for sku in alone if sku in asked] + ([many] if many else [])
    flat = [change for part in work for change in part]
    receipts = parts.send_all(flat, work, lambda part: _send(c, part, seen))
    settled |= {id(receipt.change): receipt for receipt in receipts}
    return [settled[id(change)] for change in changes]


def _is_amazons(change: ListingChange) -> bool:
    return isinstance(change, SetStock) and change.listing.handles.get("stock") == "amazon"


def _not_ours(change: ListingChange) -> Receipt:
    return parts.refused(change, IN_AMAZONS_HANDS, TAKE_BACK)


def _alone(c: Connection, asked: BySku) -> list[str]:
    """The skus that are told one by one: all, if they are few; of many, a few that sell out.

    When no feed may be sent now, those that offer less than is shown; Throttled when there are none.
    """
    room = c.client.room(PATCH_LISTING)
    if len(asked) <= PATCH_LISTING.burst:
        if asked:
            c.client.have_room(PATCH_LISTING, len(asked))
        return list(asked)
    dark = [sku for sku, some in asked.items() if any(_goes_dark(x) for x in some)]
    wait = feeds.wait_s(c)
    if wait <= 0:
        return dark if len(dark) <= room else []
    less = [sku for sku, some in asked.items() if any(_is_less(x) for x in some)]
    urgent = list(dict.fromkeys([*dark, *less]))[:room]
    if urgent:
        return urgent
    where = c.client.where(CREATE_FEED)
    what = "Amazon takes no other feed just now"
    raise Throttled(what, where, trouble.RETRIES, retry_after_s=min(wait, feeds.PAUSE_S))


def _is_less(change: ListingChange) -> bool:
    seen = change.listing.shown.quantity if isinstance(change, SetStock) else None
    return isinstance(change, SetStock) and seen is not None and change.quantity < seen


def _goes_dark(change: ListingChange) -> bool:
    match change:
        case SetStock(quantity=quantity):
            return quantity <= 0
        case SetState(state=state):
            return state != "live"
        case _:
            return False


def _before(c: Connection, skus: Sequence[str]) -> dict[str, Seen]:
    """Those that are told by themselves, as they are.

    A change of a sku that Amazon does not know would make a listing of nothing but that change.
    """
    return {seen.listing.sku: seen for seen in listings.read(c, skus)} if skus else {}


def _send(c: Connection, part: Sequence[Change], seen: Mapping[str, Seen]) -> parts.Receipts:
    asked: dict[str, list[ListingChange]] = {}
    for change in part:
        if isinstance(change, ListingChange):
            asked.setdefault(change.sku, []).append(change)
    if any(sku not in seen for sku in asked):
        return _by_feed(c, asked)
    return {
        key: receipt
        for sku, some in asked.items()
        for key, receipt in _by_itself(c, some, seen[sku]).items()
    }


# -- many -----------------------------------------------------------------------------------------


def _by_feed(c: Connection, asked: BySku) -> parts.Receipts:
    offers = _offers(c, asked)
    messages = [
        {
            "sku": sku,
            "operationType": "PATCH",
            "productType": mapping.product_type(some),
            "patches": mapping.patches(some, c.place, offers.get(sku)),
        }
        for sku, some in asked.items()
    ]
    number = feeds.send_listings(c, messages)
    return {
        id(change): parts.working(change, f"{jobs.FEED}{number}", request_id=number)
        for some in asked.values()
        for change in some
    }


def _offers(c: Connection, asked: BySku) -> dict[str, strict.Row]:
    """The whole offers of those from which something has to be taken out, read just now."""
    skus = [sku for sku, some in asked.items() if any(map(mapping.needs_offer, some))]
    return {seen.listing.sku: seen.offer for seen in listings.read(c, skus)} if skus else {}


# -- a few ----------------------------------------------------------------------------------------


def _by_itself(c: Connection, some: Sequence[ListingChange], seen: Seen) -> parts.Receipts:
    """One listing's changes in one request; those that it is refused for are left out of the next."""
    body = {
        "productType": mapping.product_type(some),
        "patches": mapping.patches(some, c.place, seen.offer),
    }
    path, now = {**c.seller, "sku": some[0].sku}, c.ports.clock.now()
    told = c.client.call(PATCH_LISTING, path, query=c.marketplace, body=body)
    wrong = refused_for(told, c.client.where(PATCH_LISTING))
    if wrong is None:
        submission = Submission(told.request_id, now, mapping.promise(some))
        job = submission.text()
        return {id(x): parts.working(x, job, request_id=told.request_id) for x in some}
    named = {name for one in wrong for name in one.attributes}
    blamed = [x for x in some if mapping.ATTRIBUTES[type(x)] in named] or list(some)
    words, advice = errors.told(wrong), errors.advice(wrong)
    found = {id(x): parts.refused(x, words, advice, seen.listing) for x in blamed}
    others = [x for x in some if id(x) not in found]
    return {**found, **(_by_itself(c, others, seen) if others else {})}
