"""One listing over HTTP: made as a draft, read, changed, deleted."""

from __future__ import annotations

from typing import Any

from simulator.channels.etsy import images, inventory, listing_fields, listing_view, listings
from simulator.channels.etsy.calls import Call, Reply, Route
from simulator.channels.etsy.errors import bad, conflict, missing, not_found
from simulator.channels.etsy.fields import Fields
from simulator.commerce.shop import Document

REQUIRED = (*("quantity", "title", "description", "price", "who_made", "when_made", "taxonomy_id"),)
WRITABLE_STATES = ("active", "inactive")


def owned(call: Call) -> Document:
    """The listing of the path as it is now; in a shop's path it is that shop's."""
    return call.store.need("listing", call.number("listing_id"))


def find_public(call: Call) -> Document:
    """A listing that anyone may see, or with a token any of the seller's own."""
    listing = call.store.seen("listing", call.number("listing_id"))
    if listing.body["state"] not in ("active", "sold_out") and not call.token:
        raise not_found()
    return listing


def create(call: Call) -> Reply:
    """createDraftListing: not idempotent, each call makes one."""
    given, store = call.body, call.store
    given.need(REQUIRED)
    fields = listing_fields.read(store, given)
    fields.pop("featured_rank", None)
    fields["type"] = fields.get("type") or "physical"
    if fields["type"] != "download":
        absent = [n for n in ("shipping_profile_id", "readiness_state_id") if not fields.get(n)]
        if absent:
            raise missing(absent)
    price = inventory.price(store, given.number("price"))
    pieces = given.whole("quantity", 0, 1, inventory.MOST_PIECES)
    only = listings.product(store, "", price, pieces, readiness=fields.get("readiness_state_id"))
    body = listings.body(store, fields, [only])
    body["images"] = images.taken(store, None, given.integers("image_ids"))
    made = store.add_listing(body)
    return Reply(listing_view.view(store, made, call.base), 201)


def read(call: Call) -> Reply:
    """getListing."""
    listing = find_public(call)
    wanted = listing_view.includes(call.query.texts("includes"))
    return Reply(listing_view.whole(call.store, listing, call.base, wanted))


def update(call: Call) -> Reply:
    """updateListing: knows no price and no quantity, those stay as they are (issue 582)."""
    store, given, listing = call.store, call.body, owned(call)
    body = listing.body
    fields = listing_fields.read(store, given)
    fields = {k: v for k, v in fields.items() if not (k == "type" and v is None)}
    readiness = fields.get("readiness_state_id")
    body.update(fields)
    if readiness:
        for row in body["inventory"]["products"]:
            row["offering"]["readiness"] = readiness
    if "image_ids" in given:
        body["images"] = images.taken(store, listing, given.integers("image_ids"))
    _change_state(call, listing, given)
    stored = store.put_listing(listing)
    return Reply(listing_view.view(store, stored, call.base))


def delete(call: Call) -> Reply:
    """deleteListing."""
    listings.delete(call.store, owned(call))
    return Reply(None, 204)


def _change_state(call: Call, listing: Document, given: Fields) -> None:
    wanted: Any = given.text("state")
    if wanted is None:
        return
    if wanted not in WRITABLE_STATES:
        raise bad(f"Invalid value for state: {wanted}")
    if listing.body.get("frozen"):
        raise conflict("The listing is frozen and cannot be changed")
    listings.set_state(call.store, listing, wanted)


ONE, OURS = "/listings/{listing_id}", "/shops/{shop_id}/listings/{listing_id}"
ROUTES = (
    Route("POST", "/shops/{shop_id}/listings", create, ("listings_w",)),
    Route("GET", ONE, read),
    Route("PATCH", OURS, update, ("listings_w",)),
    Route("DELETE", ONE, delete, ("listings_d",)),
)
