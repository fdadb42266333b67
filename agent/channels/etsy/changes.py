"""Listing changes → writes of whole pages, and their answers → receipts.

A page's inventory is written whole, so it is read first: many pages in one request, and no longer
before their writes than it takes to make those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.channels import parts, strict, trouble
from agent.channels.etsy import creation, errors, inventory, listings, mapping
from agent.channels.etsy.client import Body
from agent.channels.etsy.connection import Connection
from agent.channels.etsy.inventory import Existing, Put, Step
from agent.channels.etsy.mapping import Page
from agent.channels.etsy.pace import Use
from agent.errors import ChannelError, OutcomeUnknown, Refused
from agent.model.change import CreateListing, ListingChange, Receipt, SetState, SetStock, SetTitle

EMPTY = "Etsy does not show for sale what has no pieces"
SHARED = "it belongs to a page of several variants: change it in Shop Manager"
LATER = "not sent yet: Etsy's limit of calls is used up for now"


def push(c: Connection, changes: Sequence[ListingChange]) -> list[Receipt]:
    """New listings, or everything about the pages that are there."""
    news = [change for change in changes if isinstance(change, CreateListing)]
    if news:
        return creation.push(c, news)
    return _update_all(c, [x for x in changes if not isinstance(x, CreateListing)])


def _update_all(c: Connection, changes: Sequence[Existing]) -> list[Receipt]:
    """One receipt per change; what the limits leave no room for is not sent.

    ChannelError when the very first request fails: then nothing has happened.
    """
    by_page: dict[int, list[Existing]] = {}
    for change in changes:
        by_page.setdefault(mapping.page_id(change.listing), []).append(change)
    c.forget_pages()
    all_of_it = 1 + 2 * len(by_page)
    fits = all_of_it <= c.client.limits[0]  # then it is not begun before it can be done whole
    c.client.need(all_of_it if fits else 2, _use(changes))
    found: dict[int, Receipt] = {}
    left = list(by_page.items())
    while left:
        page_id, asked = left[0]
        try:
            page = _current(c, page_id, left, _use(asked))
            found |= _moved(asked) if page is None else update(c, page, asked)
        except ChannelError as error:
            if not found:
                raise
            found |= _failed(asked, error)
            if isinstance(error, OutcomeUnknown):
                left.pop(0)
            break
        left.pop(0)
    unsent = [change for _, rest in left for change in rest if id(change) not in found]
    found |= {id(change): parts.unsent(change, LATER) for change in unsent}
    return [found[id(change)] for change in changes]


def update(c: Connection, page: Page, changes: Sequence[Existing]) -> dict[int, Receipt]:
    """Bring one page to what is asked. ChannelError when its very first request fails."""
    found, asked = _hopeless(page, changes)
    now, failed = page, None
    begun = False
    try:
        steps = inventory.steps(page, asked)
        c.client.need(len(steps), _use(asked))  # nothing is left half done for want of a call
        for step in steps:
            now = _do(c, now, step, _use(asked))
            begun = True
    except errors.NotThere:
        return found | _moved(asked)
    except Refused as error:
        failed = error
    except ChannelError as error:
        if begun or isinstance(error, OutcomeUnknown):
            c.read.pop(page.id, None)  # it is no longer as it was read
        if not begun:
            raise
        return found | {id(x): _after(now, x, error) for x in asked}
    c.keep(now)
    open_ones = [x for x in asked if not inventory.is_as_told(now, x)]
    if failed is not None and len(open_ones) > 1:  # one of them is bad: find it
        found = {**found, **{id(x): _told(now, x, None) for x in asked if x not in open_ones}}
        for half in (open_ones[: len(open_ones) // 2], open_ones[len(open_ones) // 2 :]):
            current = c.fresh(page.id)
            assert current is not None  # kept just now
            found = {**found, **update(c, current, half)}
        return found
    return found | {id(x): _told(now, x, failed) for x in asked}


def _current(
    c: Connection, page_id: int, left: Sequence[tuple[int, Sequence[Existing]]], use: Use
) -> Page | None:
    """A page as it is now; with it, those are read that come after it. None when it is gone."""
    found = c.fresh(page_id)
    if found is None:
        unread = [id for id, _ in left if c.fresh(id) is None]
        pages = listings.read_pages(c, unread[: listings.MOST], use)
        for page in pages.values():
            c.keep(page)
        found = pages.get(page_id)
    return found


def _do(c: Connection, page: Page, step: Step, use: Use) -> Page:
    """Have one step done; the page as the answer shows it."""
    if isinstance(step, Put):
        return put(c, step.page, page, use)
    path = f"{c.root}/listings/{page.id}"
    answer = c.client.write("PATCH", path, Body(form=step.fields), use)
    try:
        return mapping.restated(page, answer)
    except strict.Misshapen as error:
        where = c.client.where("PATCH", path)
        raise trouble.misshapen(str(error), where, wrote=True) from error


def put(c: Connection, wanted: Page, before: Page, use: Use = Use.LISTINGS) -> Page:
    """Write a page's whole inventory; the page as the answer shows it."""
    path = f"/listings/{wanted.id}/inventory"
    if len(wanted.products[0].values) > 2:
        path = f"{path}?max_variations_supported=3"
    answer = c.client.write("PUT", path, Body(json=mapping.document(wanted)), use)
    try:
        return mapping.stocked(before, answer)
    except strict.Misshapen as error:
        where = c.client.where("PUT", path)
        raise trouble.misshapen(str(error), where, wrote=True) from error


def _hopeless(page: Page, changes: Sequence[Existing]) -> tuple[dict[int, Receipt], list[Existing]]:
    """What cannot be asked of this page as it is, and what can."""
    found: dict[int, Receipt] = {}
    wanted = inventory.told(page, changes)
    for change in changes:
        then = mapping.listing(wanted, change.sku)
        now = mapping.listing(page, change.sku)
        if then is None:
            found[id(change)] = parts.moved(change, "the listing does not have this sku any more")
        elif isinstance(change, SetTitle) and not page.is_alone:
            words = "the title is that of a page with several variants"
            found[id(change)] = parts.refused(change, words, SHARED, now)
        elif isinstance(change, SetState) and change.state == "live" and not then.shown.quantity:
            seen = change.listing.shown.quantity
            has_moved = now is not None and seen != now.shown.quantity
            next = "give it a stock figure: it goes live with its first piece"
            found[id(change)] = (
                parts.moved(change, EMPTY, now) if has_moved else parts.refused(change, EMPTY, next)
            )
    return found, [change for change in changes if id(change) not in found]


def _told(page: Page, change: Existing, failed: Refused | None) -> Receipt:
    """What one change has come to, by what the page shows after all requests."""
    now = mapping.listing(page, change.sku)
    if inventory.is_as_told(page, change):
        return parts.done(change, now)
    if failed is not None:
        return parts.refused(change, failed.what, failed.next, now)
    return parts.refused(change, inventory.in_words(page, change), errors.MEND, now)


def _after(page: Page, change: Existing, error: ChannelError) -> Receipt:
    """What one change has come to when a later request of its page failed."""
    if inventory.is_as_told(page, change):
        return parts.done(change, mapping.listing(page, change.sku))
    if isinstance(error, OutcomeUnknown):
        return parts.in_doubt(change, error.what)
    return parts.unsent(change, error.what)


def _failed(changes: Iterable[Existing], error: ChannelError) -> parts.Receipts:
    """What a page's failed request means when pages before it were written."""
    if isinstance(error, OutcomeUnknown):
        return {id(x): parts.in_doubt(x, error.what) for x in changes}
    return {id(x): parts.unsent(x, error.what) for x in changes}


def _moved(changes: Iterable[Existing]) -> dict[int, Receipt]:
    return {id(x): parts.moved(x, "the listing is not there any more") for x in changes}


def _use(changes: Iterable[Existing]) -> Use:
    """What sells out goes on when most calls of the day are used up."""
    dark = any(
        (isinstance(x, SetStock) and x.quantity <= 0)
        or (isinstance(x, SetState) and x.state != "live")
        for x in changes
    )
    return Use.SOLD_OUT if dark else Use.LISTINGS
