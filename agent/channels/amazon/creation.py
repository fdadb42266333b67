"""New listings, hidden at first: a few are put one by one, many travel in one feed.

What is there already under one of the skus is never written over: it is taken as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.channels import parts, trouble
from agent.channels.amazon import documents, errors, feeds, jobs, listings, themes, variants
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.mapping import Seen
from agent.channels.amazon.operations import CREATE_FEED, PUT_LISTING
from agent.channels.amazon.submissions import Submission, refused_for
from agent.errors import Lossy, Refused, Throttled
from agent.model.change import Change, CreateListing, Receipt
from agent.model.family import Family

NO_TYPE = "Amazon wants a product type for every new listing"
SET_TYPE = "set `product_type`, or `product_types` by the ERP's category, for this channel"
NO_BRAND = "Amazon wants a brand for every new listing"
SET_BRAND = "state it in the ERP, or set `brand` for this channel in tally.yaml"
THERE = "it is there already; it is taken as it is"


@dataclass(frozen=True)
class _Work:
    """What a batch of new listings takes: parents to make first, and each listing's document."""

    parents: Mapping[str, Mapping[str, Any]]
    bodies: Mapping[str, Mapping[str, Any]]


def push(c: Connection, changes: Sequence[CreateListing]) -> list[Receipt]:
    """One receipt per new listing."""
    pages = {_page(change) for change in changes} - {""}
    skus = [change.sku for change in changes]
    there = {seen.listing.sku: seen for seen in listings.read(c, [*skus, *sorted(pages)])}
    settled: dict[int, Receipt] = {}
    parents: dict[str, dict[str, Any]] = {}
    bodies: dict[str, dict[str, Any]] = {}
    for change in changes:
        wrong = _wrong(c, change, there)
        if wrong is None:
            try:
                body = _body(c, change, there, parents)
            except (Lossy, Refused) as reason:
                wrong = parts.refused(change, reason.what, reason.next)
            else:
                bodies[change.sku] = body
        if wrong is not None:
            settled[id(change)] = wrong
    made = [change for change in changes if id(change) not in settled]
    work = _Work(parents, bodies)
    receipts = _sent(c, made, work)
    settled |= {id(receipt.change): receipt for receipt in receipts}
    return [settled[id(change)] for change in changes]


def _sent(c: Connection, made: Sequence[CreateListing], work: _Work) -> list[Receipt]:
    if not made:
        return []
    count = len(made) + len(work.parents)
    if count <= PUT_LISTING.burst:
        c.client.have_room(PUT_LISTING, count)
        alone = [[change] for change in made]
        put = set[str]()
        return parts.send_all(made, alone, lambda part: _put(c, part, work, put))
    wait = feeds.wait_s(c)
    if wait > 0:
        what = "Amazon takes no other feed just now"
        where = c.client.where(CREATE_FEED)
        raise Throttled(what, where, trouble.RETRIES, retry_after_s=min(wait, feeds.PAUSE_S))
    return parts.send_all(made, [made], lambda part: _by_feed(c, part, work))


# -- what is sent ---------------------------------------------------------------------------------


def _put(c: Connection, part: Sequence[Change], work: _Work, put: set[str]) -> parts.Receipts:
    change = part[0]
    assert isinstance(change, CreateListing)  # each travels by itself
    parent = _page(change)
    if parent in work.parents and parent not in put:
        told = c.client.call(
            PUT_LISTING,
            {**c.seller, "sku": parent},
            query=c.marketplace,
            body=work.parents[parent],
        )
        wrong = refused_for(told, c.client.where(PUT_LISTING))
        if wrong is not None:
            words = f"its page {parent} cannot be made: {errors.told(wrong)}"
            return {id(change): parts.refused(change, words, errors.advice(wrong))}
        put.add(parent)
    now = c.ports.clock.now()
    path = {**c.seller, "sku": change.sku}
    told = c.client.call(PUT_LISTING, path, query=c.marketplace, body=work.bodies[change.sku])
    wrong = refused_for(told, c.client.where(PUT_LISTING))
    if wrong is not None:
        return {id(change): parts.refused(change, errors.told(wrong), errors.advice(wrong))}
    number = told.request_id
    return {id(change): parts.working(change, Submission(number, now, {}).text(), "", number)}


def _by_feed(c: Connection, part: Sequence[Change], work: _Work) -> parts.Receipts:
    """Parents come first: Amazon works a feed off in its order."""
    news = [change for change in part if isinstance(change, CreateListing)]
    pages = dict.fromkeys(page for x in news if (page := _page(x)) in work.parents)
    messages = [
        *({"sku": page, "operationType": "UPDATE", **work.parents[page]} for page in pages),
        *({"sku": x.sku, "operationType": "UPDATE", **work.bodies[x.sku]} for x in news),
    ]
    number = feeds.send_listings(c, messages)
    return {id(x): parts.working(x, f"{jobs.FEED}{number}", "", number) for x in news}


# -- what it says ---------------------------------------------------------------------------------


def _wrong(c: Connection, change: CreateListing, there: Mapping[str, Seen]) -> Receipt | None:
    """Why it is not made; None when it may be."""
    if change.sku in there:
        return parts.moved(change, THERE, _unless_parent(there[change.sku]))
    if not _type(c, change):
        return parts.refused(change, NO_TYPE, SET_TYPE)
    if not documents.brand(change, c.settings):
        return parts.refused(change, NO_BRAND, SET_BRAND)
    return None


def _unless_parent(seen: Seen) -> Any:
    return None if seen.is_parent else seen.listing


def _type(c: Connection, change: CreateListing) -> str:
    return c.settings.product_types.get(change.details.category) or c.settings.product_type or ""


def _page(change: CreateListing) -> str:
    """The sku of its parent, there or to be; "" when it has none."""
    if change.siblings:
        return next((s.handles["parent"] for s in change.siblings if "parent" in s.handles), "")
    return "" if change.family is None else variants.parent_sku(change.family)


def _body(
    c: Connection,
    change: CreateListing,
    there: Mapping[str, Seen],
    parents: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    """Its document; its parent's is put among `parents` where it has to be made."""
    kind, own = _type(c, change), dict[str, Any]()
    if change.family is not None:
        page = _page(change)
        theme = _theme(c, change, change.family, kind, there.get(page))
        if page not in there and page not in parents:
            parents[page] = documents.parent(change, change.family, theme, kind, c.settings)
        own = variants.child(change.family, change.sku, theme, page, c.settings.themes)
    return documents.listing(change, own, kind, c.settings)


def _theme(
    c: Connection, change: CreateListing, family: Family, kind: str, page: Seen | None
) -> str:
    """The theme in the spelling of the page that is there, or of the product type."""
    theme = variants.theme_of(family, c.settings.themes)
    where = f"family {family.code}"
    pages = {sibling.handles.get("parent", "") for sibling in change.siblings}
    if pages and (len(pages) > 1 or "" in pages):
        skus = ", ".join(sibling.sku for sibling in change.siblings)
        what = f"its family is not on one page at Amazon ({skus})"
        raise Refused(what, where, "put them under one parent in Seller Central")
    if page is not None:
        if not page.is_parent:
            what = f"the code of its family, {page.listing.sku}, is the sku of a listing there"
            raise Refused(what, where, "give the family another code in the ERP")
        if not variants.same(page.theme, theme):
            what = f'its page {page.listing.sku} is about "{page.theme}", not "{theme}"'
            raise Refused(what, where, "state the same choices in the ERP, or delete the page")
        return page.theme
    known = themes.allowed(c, kind)
    spelled = variants.spelled(theme, known) if known else theme
    if spelled is None:
        told = ", ".join(known[:12])
        what = f"the product type {kind} has no variation theme {theme} (it has {told})"
        raise Refused(what, where, "set another `product_type`, or `themes`, in tally.yaml")
    return spelled
