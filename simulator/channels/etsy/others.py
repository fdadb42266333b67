"""What a shop may have and this one has not: reviews, videos, files, personalisation, addresses."""

from __future__ import annotations

from simulator.channels.etsy.calls import Call, Reply, Route, listed


def _none(call: Call) -> Reply:
    """An empty list of the shop or the seller."""
    return Reply(listed([]))


def _none_of_listing(call: Call) -> Reply:
    """An empty list of a listing that exists."""
    call.store.seen("listing", call.number("listing_id"))
    return _none(call)


def _personalization(call: Call) -> Reply:
    """getListingPersonalization: no questions are asked of buyers."""
    call.store.seen("listing", call.number("listing_id"))
    return Reply({"personalization_questions": []})


LISTING = "/listings/{listing_id}"
ROUTES = (
    Route("GET", "/shops/{shop_id}/reviews", _none),
    Route("GET", "/user/addresses", _none, ("address_r",)),
    Route("GET", f"{LISTING}/reviews", _none_of_listing),
    Route("GET", f"{LISTING}/videos", _none_of_listing),
    Route("GET", f"/shops/{{shop_id}}{LISTING}/files", _none_of_listing, ("listings_r",)),
    Route("GET", f"{LISTING}/personalization", _personalization),
)
