"""What happens to a listing: made, published, taken off, renewed, sold out, expired; and its fees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import ledger
from simulator.channels.etsy.errors import bad, conflict, problem
from simulator.channels.etsy.store import move, quantity
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

LIFE_S = 4 * 30 * 86_400  # a listing lasts four months
EU = (
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT"),
    *("LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
)
Json = dict[str, Any]


def product(
    store: Store,
    sku: str,
    price: int,
    pieces: int,
    *,
    values: list[Json] | None = None,
    enabled: bool = True,
    readiness: int | None = None,
) -> Json:
    """A new product of an inventory with its one offering."""
    offering = {
        "id": store.new_id("offering"),
        "price": price,
        "quantity": pieces,
        "enabled": enabled,
        "readiness": readiness,
    }
    return {
        "id": store.new_id("product"),
        "sku": sku,
        "values": values or [],
        "offering": offering,
    }


def body(store: Store, fields: Json, products: list[Json], *, state: str = "draft") -> Json:
    """A listing's body with what every listing has; `fields` win."""
    now = store.second()
    return {
        "title": "",
        "description": "",
        "state": state,
        "created": now,
        "published": None if state == "draft" else now,
        "ending": now + LIFE_S,
        "state_at": now,
        "type": "physical",
        "images": [],
        "inventory": inventory(products),
        "record": True,
        **fields,
    }


def inventory(products: list[Json], **on_property: list[int]) -> Json:
    """An inventory document as it is kept."""
    named: dict[str, list[int]] = {
        "price_on": [],
        "quantity_on": [],
        "sku_on": [],
        "readiness_on": [],
    }
    return {"products": products, **named, **on_property}


# -- states ---------------------------------------------------------------------------------------


def set_state(store: Store, listing: Document, wanted: str) -> None:
    """Bring a listing to "active" or "inactive", as updateListing may; the body is changed in place."""
    body = listing.body
    state = body["state"]
    if wanted == state:
        return
    if wanted == "inactive":
        if state == "draft":
            raise conflict("A draft listing cannot be deactivated")
        _become(store, body, "inactive")
        return
    check_complete(store, body)
    if state == "sold_out":
        _set_quantity_to_one(body)
    if quantity(body) < 1:
        raise problem("quantity", "cannot be empty")
    if state in ("draft", "sold_out", "expired") or store.second() >= body["ending"]:
        renew(store, listing.id, body, "listing" if state == "draft" else "renew")
    _become(store, body, "active")


def check_complete(store: Store, body: Json) -> None:
    """EtsyError unless the listing has all that a published one needs."""
    if not body["images"]:
        raise bad("Listing must have at least one image to be published")
    if body["type"] == "download":
        return
    profile = body.get("shipping_profile_id")
    if profile is None or store.shop.get("shipping_profile", profile) is None:
        raise bad("A shipping profile is required for a physical listing")
    if not list(store.shop.all("destination", parent_id=profile)):
        raise bad("The shipping profile is not complete: it has no destination")
    if store.given("country") not in EU and body.get("return_policy_id") is None:
        raise bad("A return policy is required for a physical listing")


def renew(store: Store, listing: int, body: Json, why: str) -> None:
    """Four more months from now, for a fee."""
    now = store.second()
    body["ending"] = now + LIFE_S
    body["published"] = body["published"] or now
    ledger.charge(store, why, "listing", listing)


def sell(store: Store, listing: Document, product_id: int, pieces: int) -> None:
    """Take sold pieces off an offering; with the last one the listing is sold out."""
    body = listing.body
    move(body, product_id, -pieces)
    if quantity(body) < 1:
        _become(store, body, "sold_out")
    else:
        ledger.charge(store, "renew_sold", "listing", listing.id)
    store.put_listing(listing)


def restock(store: Store, listing: Document, product_id: int, pieces: int) -> None:
    """Put pieces back, as a person does in Shop Manager; a sold-out listing is renewed by that."""
    body = listing.body
    move(body, product_id, pieces)
    if body["state"] == "sold_out" and quantity(body) > 0:
        renew(store, listing.id, body, "renew")
        _become(store, body, "active")
    store.put_listing(listing)


def run_out(store: Store) -> None:
    """Listings whose four months are over expire, or renew themselves where they shall."""
    ending = store.next_ending()
    now = store.second()
    if ending is None or ending > now:
        return
    for listing in list(store.listings_in("active")):
        if listing.body["ending"] <= now:
            expire(store, listing)
    store.forget()


def expire(store: Store, listing: Document) -> None:
    """A listing's time is over."""
    if listing.body.get("should_auto_renew"):
        renew(store, listing.id, listing.body, "auto_renew")
    else:
        listing.body["ending"] = min(listing.body["ending"], store.second())
        _become(store, listing.body, "expired")
    store.put_listing(listing)


def delete(store: Store, listing: Document) -> None:
    """Delete a listing; what was sold of it stays in the receipts."""
    store.drop_listing(listing.id)


def _become(store: Store, body: Json, state: str) -> None:
    body["state"], body["state_at"] = state, store.second()


def _set_quantity_to_one(body: Json) -> None:
    """A renewed sold-out listing has one piece, of its first enabled offering."""
    products = body["inventory"]["products"]
    for row in products:
        row["offering"]["quantity"] = 0
    first = next((row for row in products if row["offering"]["enabled"]), products[0])
    first["offering"]["enabled"] = True
    move(body, first["id"], 1)
