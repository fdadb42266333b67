"""A listing as the API shows it, with what a call asks to have included."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import images, inventory, sales, shipping, shops
from simulator.channels.etsy.errors import bad
from simulator.channels.etsy.listing_fields import SIZES, slug
from simulator.channels.etsy.store import lowest, quantity, skus
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

INCLUDES = (
    *("Shipping", "Images", "Shop", "User", "Translations", "Inventory", "Videos"),
    *("Personalization", "BuyerPrice"),
)
Json = dict[str, Any]


def view(store: Store, listing: Document, base: str, *, with_readiness: bool = True) -> Json:
    """A ShopListing. `with_readiness`: whether this address tells the processing profile."""
    body, updated = listing.body, int(listing.modified_at.timestamp())
    shows_readiness = with_readiness and body["state"] == "active" and body["type"] == "physical"
    readiness = body.get("readiness_state_id")
    profile = store.shop.get("readiness", readiness) if readiness else None
    return {
        "listing_id": listing.id,
        "user_id": store.given("user_id"),
        "shop_id": store.given("shop_id"),
        "title": body["title"],
        "description": body["description"],
        "rich_description": None,
        "state": body["state"],
        "creation_timestamp": body["published"] or body["created"],
        "created_timestamp": body["published"] or body["created"],
        "ending_timestamp": body["ending"],
        "original_creation_timestamp": body["created"],
        "last_modified_timestamp": updated,
        "updated_timestamp": updated,
        "state_timestamp": body["state_at"],
        "quantity": quantity(body),
        "shop_section_id": body.get("shop_section_id"),
        "featured_rank": body.get("featured_rank", -1),
        "url": f"{base}/listing/{listing.id}/{slug(body['title'])}",
        "num_favorers": 0,
        "non_taxable": not body.get("is_taxable", True),
        "is_taxable": body.get("is_taxable", True),
        "is_customizable": body.get("is_customizable", True),
        "is_personalizable": False,
        "listing_type": body["type"],
        "tags": body.get("tags", []),
        "materials": body.get("materials", []),
        "shipping_profile_id": body.get("shipping_profile_id"),
        "return_policy_id": body.get("return_policy_id"),
        "processing_min": profile.body["min"] if profile else body.get("processing_min"),
        "processing_max": profile.body["max"] if profile else body.get("processing_max"),
        "who_made": body.get("who_made", "i_did"),
        "when_made": body.get("when_made", "2020_2026"),
        "is_supply": body.get("is_supply", False),
        **{name: body.get(name) for name in SIZES},
        "item_weight_unit": body.get("item_weight_unit"),
        "item_dimensions_unit": body.get("item_dimensions_unit"),
        "is_private": False,
        "style": body.get("styles", []),
        "file_data": "",
        "has_variations": any(p["values"] for p in body["inventory"]["products"]),
        "should_auto_renew": body.get("should_auto_renew", False),
        "language": store.given("language"),
        "price": store.money(lowest(body)),
        "taxonomy_id": body.get("taxonomy_id"),
        "readiness_state_id": readiness if shows_readiness else None,
        "suggested_title": None,
    }


def whole(
    store: Store,
    listing: Document,
    base: str,
    includes: Collection[str] = (),
    *,
    with_readiness: bool = True,
) -> Json:
    """A ShopListingWithAssociations: what is not asked for is null or empty."""
    body = listing.body
    profile = body.get("shipping_profile_id")
    shows = {name: name in includes for name in INCLUDES}
    return {
        **view(store, listing, base, with_readiness=with_readiness),
        "shipping_profile": (
            shipping.view(store, store.need("shipping_profile", profile))
            if shows["Shipping"] and profile
            else None
        ),
        "user": shops.user_view(store) if shows["User"] else None,
        "shop": shops.view(store, base) if shows["Shop"] else None,
        "images": images.views(store, listing, base) if shows["Images"] else [],
        "videos": [],
        "inventory": inventory.view(store, body) if shows["Inventory"] else None,
        "production_partners": [],
        "skus": sorted(skus(body)),
        "translations": None,
        "views": 0,
        "personalization": None,
        "buyer_price": sales.buyer_price(store, listing) if shows["BuyerPrice"] else None,
    }


def includes(wanted: list[str]) -> list[str]:
    """The associations that a call asks for; EtsyError for an unknown one."""
    for name in wanted:
        if name not in INCLUDES:
            raise bad(f"Invalid value for includes: {name}")
    return wanted
