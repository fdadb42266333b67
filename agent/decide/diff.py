"""The changes that turn what a listing shows into what it should show."""

from __future__ import annotations

from dataclasses import replace

from agent.decide.digest import prices
from agent.model.change import (
    CreateListing,
    ListingChange,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Listing, Offer, Shown


def changes_for(offer: Offer, listing: Listing | None) -> list[ListingChange]:
    """Every change that this listing needs, or its creation; none when it shows what it should.

    What the ERP does not state (None in the offer) is left as it is on the channel. A listing that
    would be archived at once is not created.
    """
    if offer.shown is None:
        return []
    if listing is None:
        return _creation(offer, offer.shown)
    found: list[ListingChange] = []
    found += _stock(offer.shown, listing)
    found += _state(offer, offer.shown, listing)
    found += _price(offer.shown, listing)
    found += _title(offer.shown, listing)
    return found


def _creation(offer: Offer, shown: Shown) -> list[ListingChange]:
    if offer.details is None or offer.refused or shown.state == "archived":
        return []
    draft = replace(shown, state="draft")
    return [CreateListing(offer.sku, draft, offer.details, offer.family, offer.siblings)]


def _stock(shown: Shown, listing: Listing) -> list[ListingChange]:
    now = listing.shown
    if shown.quantity is None:
        return []
    if shown.backorders == now.backorders and _same_stock(shown, now):
        return []
    return [SetStock(listing.sku, listing, shown.quantity, shown.backorders)]


def _same_stock(one: Shown, other: Shown) -> bool:
    """Whether both offer as much. With backorders the shop itself counts on below zero: that is none."""
    if one.quantity is None or other.quantity is None or not one.backorders:
        return one.quantity == other.quantity
    return max(one.quantity, 0) == max(other.quantity, 0)


def _state(offer: Offer, shown: Shown, listing: Listing) -> list[ListingChange]:
    if not offer.state_is_ours or shown.state == listing.shown.state:
        return []
    return [SetState(listing.sku, listing, shown.state)]


def _price(shown: Shown, listing: Listing) -> list[ListingChange]:
    if shown.price is None or prices(shown) == prices(listing.shown):
        return []
    return [SetPrice(listing.sku, listing, shown)]


def _title(shown: Shown, listing: Listing) -> list[ListingChange]:
    if shown.title is None or shown.title == listing.shown.title:
        return []
    return [SetTitle(listing.sku, listing, shown.title)]


def goes_dark(change: ListingChange) -> bool:
    """Whether shoppers can buy the item before this change and cannot after it."""
    return goes_to_zero(change) or is_unpublished(change)


def goes_to_zero(change: ListingChange) -> bool:
    """Whether there was something to sell and there is nothing after."""
    if not isinstance(change, SetStock) or change.quantity > 0 or change.backorders:
        return False
    before = change.listing.shown
    return before.quantity is None or before.quantity > 0 or before.backorders


def is_unpublished(change: ListingChange) -> bool:
    """Whether the listing is live and will not be."""
    return (
        isinstance(change, SetState)
        and change.listing.shown.state == "live"
        and change.state != "live"
    )
