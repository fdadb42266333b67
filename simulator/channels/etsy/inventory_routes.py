"""The inventory of a listing over HTTP: read whole or by product, replaced whole."""

from __future__ import annotations

from typing import Any

from simulator.channels.etsy import inventory, listing_view
from simulator.channels.etsy.calls import Call, Reply, Route
from simulator.channels.etsy.errors import bad, not_found
from simulator.commerce.shop import Document


def read(call: Call) -> Reply:
    """getListingInventory; a listing that was never edited with the inventory tools has none."""
    listing = _with_record(call)
    answer = inventory.view(call.store, listing.body)
    wanted = "Listing" in call.query.texts("includes")
    answer["listing"] = listing_view.view(call.store, listing, call.base) if wanted else None
    return Reply(answer)


def write(call: Call) -> Reply:
    """updateListingInventory: the whole document, or nothing."""
    store = call.store
    listing = store.need("listing", call.number("listing_id"))
    wanted = call.query.choice("max_variations_supported", ("2", "3"))
    most = int(wanted) if wanted else inventory.PROPERTIES
    new = inventory.read(store, call.body.values, listing.body["inventory"], most)
    if listing.body.get("broken_image"):
        raise bad("There was a problem with /images : an image could not be processed")
    listing.body["inventory"], listing.body["record"] = new, True
    stored = store.put_listing(listing)
    return Reply(inventory.view(store, stored.body))


def product(call: Call) -> Reply:
    """getListingProduct."""
    return Reply(inventory.product_view(call.store, _product(call)))


def offering(call: Call) -> Reply:
    """getListingOffering."""
    found = _product(call)["offering"]
    if found["id"] != call.number("offering_id"):
        raise not_found()
    return Reply(inventory.offering_view(call.store, found))


def _with_record(call: Call) -> Document:
    listing = call.store.seen("listing", call.number("listing_id"))
    if not listing.body["record"]:
        raise not_found()
    return listing


def _product(call: Call) -> dict[str, Any]:
    wanted = call.number("product_id")
    for row in _with_record(call).body["inventory"]["products"]:
        if row["id"] == wanted:
            found: dict[str, Any] = row
            return found
    raise not_found()


ONE = "/listings/{listing_id}"
ROUTES = (
    Route("GET", f"{ONE}/inventory", read, ("listings_r",)),
    Route("PUT", f"{ONE}/inventory", write, ("listings_w",)),
    Route("GET", f"{ONE}/inventory/products/{{product_id}}", product, ("listings_r",)),
    Route("GET", f"{ONE}/products/{{product_id}}/offerings/{{offering_id}}", offering),
)
