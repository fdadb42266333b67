"""Listing changes → one call per sku, and what Houzz says → a receipt per change."""

from __future__ import annotations

from collections.abc import Sequence

from agent.channels import parts
from agent.channels.houzz import creation, listings, mapping
from agent.channels.houzz.connection import Connection
from agent.channels.houzz.errors import VendorRefused
from agent.errors import Refused, Throttled
from agent.model.change import (
    Change,
    CreateListing,
    ListingChange,
    Receipt,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)

AGAIN_CALLS = 3  # to read, write and read back
AWAKE = [("Action", "update"), ("Status", "active")]
REVIEWED = "mend it in Seller Central and hand it in again: Houzz's reviewers turned it down"

InRow = SetStock | SetPrice | SetState


def push(c: Connection, changes: Sequence[ListingChange]) -> list[Receipt]:
    """Everything about one sku's stock, prices and status in one call; the others one by one."""
    by_sku: dict[str, list[ListingChange]] = {}
    for change in changes:
        key = change.sku if isinstance(change, InRow) else f"{type(change).__name__} {change.sku}"
        by_sku.setdefault(key, []).append(change)
    work = list(by_sku.values())
    c.client.room(sum(_calls(c, part) for part in work))
    for change in changes:
        listings.forget(c, change.sku)
    return parts.send_all(changes, work, lambda part: _send(c, part))


def _calls(c: Connection, part: Sequence[ListingChange]) -> int:
    """How many calls a part takes when all goes well."""
    if isinstance(part[0], CreateListing):
        return creation.calls(c, part[0])
    if isinstance(part[0], SetTitle):
        return AGAIN_CALLS
    return 1 + len(_sleeping(c, part))


def _send(c: Connection, part: Sequence[Change]) -> parts.Receipts:
    first = part[0]
    if isinstance(first, CreateListing):
        return {id(change): creation.create(c, change) for change in part if change is first}
    if isinstance(first, SetTitle):
        return {id(first): _retitle(c, first)}
    return _update(c, [change for change in part if isinstance(change, InRow)])


def _update(c: Connection, changes: Sequence[InRow]) -> parts.Receipts:
    """One sku's row. Houzz answers nothing but that it did it, so nothing can be compared.

    A refusal of several changes is the caller's: told one by one, only the bad one is refused.
    """
    sku = changes[0].sku
    _wake(c, changes)
    try:
        c.client.write("updateInventory", mapping.inventory(sku, changes, c.currency))
    except VendorRefused as refusal:
        if refusal.missing:
            return {id(change): parts.moved(change, refusal.what) for change in changes}
        if len(changes) > 1:
            raise
        return {id(changes[0]): _refused(c, changes[0], refusal)}
    return {id(change): parts.done(change) for change in changes}


def _refused(c: Connection, change: InRow, refusal: VendorRefused) -> Receipt:
    """The change is not to be had, or its listing is gone, in words that we do not know."""
    try:
        now = listings.one(c, change.sku)
    except (Throttled, VendorRefused):
        now = None
    if now is None:  # flow looks for it, and what is there comes here again
        return parts.moved(change, refusal.what)
    rejected = now.handles.get("status") == "rejected"
    return parts.refused(change, refusal.what, REVIEWED if rejected else refusal.next, now)


def _sleeping(c: Connection, changes: Sequence[ListingChange]) -> list[str]:
    """Parents that must be active for these variants to be seen, and of which we do not know it."""
    wanted = (
        change.listing.handles.get("parent", "")
        for change in changes
        if isinstance(change, SetState) and change.state == "live"
    )
    return [sku for sku in dict.fromkeys(wanted) if sku and sku not in c.awake]


def _wake(c: Connection, changes: Sequence[InRow]) -> None:
    for parent in _sleeping(c, changes):
        try:
            c.client.write("updateInventory", [("SKU", parent), *AWAKE])
        except Refused:  # then the variant's own answer tells whether it can be seen
            continue
        c.awake.add(parent)


def _retitle(c: Connection, change: SetTitle) -> Receipt:
    """The listing with another title, from a fresh read of all that it says, and read back."""
    before = listings.raw(c, change.sku)
    if before is None:
        return parts.moved(change, "Houzz has no such listing any more")
    try:
        c.client.write("updateListing", mapping.retitled(before, change))
    except Refused as refusal:
        return parts.refused(change, refusal.what, refusal.next)
    now = listings.one(c, change.sku)
    if now is None:
        return parts.in_doubt(change, "changed, but not found again")
    if now.shown.title == change.title.strip():
        return parts.done(change, now)
    if now.shown.title == mapping.text(before, "Title"):
        return parts.in_doubt(change, "accepted, but it shows its old title still")
    words = f'Houzz shows it as "{now.shown.title}"'
    return parts.refused(change, words, "choose another title in the ERP", now)
