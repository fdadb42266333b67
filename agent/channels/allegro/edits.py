"""Edits of single offers: titles, drafts without stock, and everything where commands do not serve."""

from __future__ import annotations

from collections.abc import Sequence

from agent.channels import parts
from agent.channels.allegro import listings, mapping, variants
from agent.channels.allegro.client import Written, in_path
from agent.channels.allegro.connection import Connection
from agent.channels.allegro.errors import VendorRefused
from agent.model.change import CreateListing, ListingChange, SetPrice, SetStock, SetTitle
from agent.model.listing import Listing

GONE = "Allegro has no such offer any more"
BUSY = "an earlier edit of the offer is still being worked on"
KEPT = "Allegro kept another value"


def combined(c: Connection) -> bool:
    """Whether price and stock travel in one row."""
    return c.settings.bulk == "combined" and c.combines is not False


def currency_of(c: Connection, listing: Listing) -> str:
    """What the offer's price is in."""
    return listing.handles.get("currency") or c.currency


def send(c: Connection, changes: Sequence[ListingChange]) -> parts.Receipts:
    """One offer's edit in one request; done at once, or an operation."""
    first = changes[0]
    assert not isinstance(first, CreateListing)
    body = mapping.edit(changes, currency_of(c, first.listing))
    if isinstance(first, SetTitle):  # which travels alone
        if not variants.is_title(first.title):
            return {id(first): parts.refused(first, *variants.unfit(first.title))}
        body["name"] = first.title
    path = f"/sale/product-offers/{in_path(first.listing.external_id)}"
    try:
        answer = c.client.write("PATCH", path, body, costs={"offer writes": 1})
    except VendorRefused as refusal:
        if refusal.status not in (404, 409):
            raise
        words = GONE if refusal.status == 404 else BUSY
        return {id(change): parts.moved(change, words) for change in changes}
    number = answer.request_id
    job = operation(answer)
    if job is not None:
        return {id(change): parts.working(change, job, "", number) for change in changes}
    now = listings.whole(c, answer.body)
    found = {}
    for change in changes:
        wrong = difference(change, now)
        told = parts.refused(change, f"{KEPT}: {wrong}", "set it in Allegro's panel", now)
        found[id(change)] = told if wrong else parts.done(change, now, request_id=number)
    return found


def operation(answer: Written) -> str | None:
    """The job under which Allegro goes on with an edit; None when all is done."""
    if answer.status != 202:
        return None
    offer, _, key = answer.location.rpartition("/sale/product-offers/")[2].partition("/operations/")
    # Without an address there is nothing to ask: then the offer itself is looked at.
    return f"operation {offer} {key.partition('?')[0]}" if key else "operation"


def difference(change: ListingChange, now: Listing) -> str:
    """How the offer differs from what was wanted of it; "" when it does not."""
    shown = now.shown
    match change:
        case SetStock(quantity=wanted) if shown.quantity != max(0, wanted):
            return f"quantity {shown.quantity}"
        case SetPrice(shown=wanted) if shown.price != wanted.price:
            return f"price {shown.price} (minor units)"
        case SetTitle(title=wanted) if shown.title != wanted:
            return f'title "{shown.title}"'
        case _:
            return ""
