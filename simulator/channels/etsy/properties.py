"""Attributes of a listing (colour, material): values of the category's properties."""

from __future__ import annotations

from typing import Any

from simulator.channels.etsy import inventory, taxonomy
from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.channels.etsy.errors import EtsyError, bad, not_found


def read_all(call: Call) -> Reply:
    """getListingProperties."""
    listing = call.store.seen("listing", call.number("listing_id"))
    rows = listing.body.get("properties", {}).values()
    return Reply(listed([inventory.value_view(row) for row in rows]))


def read(call: Call) -> Reply:
    """getListingProperty: documented, never opened (answers 501)."""
    call.store.need("listing", call.number("listing_id"))
    raise EtsyError(501, "Not implemented")


def write(call: Call) -> Reply:
    """updateListingProperty."""
    store, given = call.store, call.body
    listing = store.need("listing", call.number("listing_id"))
    given.need(["value_ids", "values"])
    id = call.number("property_id")
    if id not in taxonomy.PROPERTIES:
        raise bad(f"Invalid property_id: {id}")
    row: dict[str, Any] = {
        "property_id": id,
        "property_name": taxonomy.property_name(id),
        "scale_id": given.integer("scale_id", 1),
        "value_ids": given.integers("value_ids"),
        "values": given.texts("values"),
    }
    listing.body["properties"] = {**listing.body.get("properties", {}), str(id): row}
    store.put_listing(listing)
    return Reply(inventory.value_view(row))


def delete(call: Call) -> Reply:
    """deleteListingProperty."""
    listing = call.store.need("listing", call.number("listing_id"))
    if listing.body.get("properties", {}).pop(call.path["property_id"], None) is None:
        raise not_found()
    call.store.put_listing(listing)
    return Reply(None, 204)


OURS = "/shops/{shop_id}/listings/{listing_id}/properties"
ROUTES = (
    Route("GET", OURS, read_all),
    Route("GET", "/listings/{listing_id}/properties/{property_id}", read),
    Route("PUT", f"{OURS}/{{property_id}}", write, ("listings_w",)),
    Route("DELETE", f"{OURS}/{{property_id}}", delete, ("listings_w",)),
)
