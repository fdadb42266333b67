"""The shop and its owner: who the token belongs to, what the shop says of itself, and the ping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import auth, listings
from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.channels.etsy.errors import forbidden, not_found

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

TEXTS = ("title", "announcement", "sale_message", "digital_sale_message", "policy_additional")
Json = dict[str, Any]


def view(store: Store, base: str) -> Json:
    """A Shop."""
    opened, now = store.given("opened"), store.given("changed")
    active, _ = store.page_of_listings("active", "created", True, 1, 0)
    says = store.given("texts")
    country = store.given("country")
    return {
        "shop_id": store.given("shop_id"),
        "user_id": store.given("user_id"),
        "shop_name": store.given("shop_name"),
        "create_date": opened,
        "created_timestamp": opened,
        "currency_code": store.currency,
        "is_vacation": store.given("vacation"),
        "vacation_message": None,
        "update_date": now,
        "updated_timestamp": now,
        "listing_active_count": active,
        "digital_listing_count": 0,
        "login_name": store.given("login_name"),
        "accepts_custom_requests": True,
        "policy_welcome": None,
        "policy_payment": None,
        "policy_shipping": None,
        "policy_refunds": None,
        "policy_seller_info": None,
        "policy_update_date": opened,
        "policy_has_private_receipt_info": False,
        "has_unstructured_policies": False,
        "policy_privacy": None,
        "vacation_autoreply": None,
        "url": f"{base}/shop/{store.given('shop_name')}",
        "image_url_760x100": None,
        "num_favorers": 0,
        "languages": [store.given("language")],
        "icon_url_fullxfull": None,
        "is_using_structured_policies": True,
        "has_onboarded_structured_policies": True,
        "include_dispute_form_link": country in listings.EU,
        "is_direct_checkout_onboarded": True,
        "is_etsy_payments_onboarded": True,
        "is_calculated_eligible": False,
        "is_opted_in_to_buyer_promise": False,
        "is_shop_us_based": country == "US",
        "transaction_sold_count": store.shop.setting("etsy sold", 0),
        "shipping_from_country_iso": country,
        "shop_location_country_iso": country,
        "review_count": None,
        "review_average": None,
        **{name: says.get(name) for name in TEXTS},
    }


def user_view(store: Store) -> Json:
    """The shop's owner as a User."""
    return {
        "user_id": store.given("user_id"),
        "primary_email": store.given("email"),
        "first_name": store.given("login_name"),
        "last_name": None,
        "image_url_75x75": None,
    }


def ping(call: Call) -> Reply:
    """ping: the key alone is enough."""
    return Reply({"application_id": call.store.given("application_id")})


def me(call: Call) -> Reply:
    """getMe."""
    store = call.store
    return Reply({"user_id": store.given("user_id"), "shop_id": store.given("shop_id")})


def user(call: Call) -> Reply:
    """getUser: the token's own user only."""
    if call.number("user_id") != call.store.given("user_id"):
        raise forbidden("You do not have permission for this user.")
    return Reply(user_view(call.store))


def shop(call: Call) -> Reply:
    """getShop."""
    return Reply(view(call.store, call.base))


def by_owner(call: Call) -> Reply:
    """getShopByOwnerUserId."""
    if call.number("user_id") != call.store.given("user_id"):
        raise not_found()
    return Reply(view(call.store, call.base))


def find(call: Call) -> Reply:
    """findShops, by a part of the name."""
    call.query.need(["shop_name"])
    wanted = (call.query.text("shop_name") or "").lower()
    is_it = wanted in str(call.store.given("shop_name")).lower()
    return Reply(listed([view(call.store, call.base)] if is_it else []))


def update(call: Call) -> Reply:
    """updateShop: what the shop says."""
    store, given = call.store, call.body
    said = {name: given.text(name) for name in TEXTS if name in given}
    store.change(texts={**store.given("texts"), **said}, changed=store.second())
    return Reply(view(store, call.base))


def partners(call: Call) -> Reply:
    """getShopProductionPartners: this shop has none."""
    return Reply(listed([]))


def scopes(call: Call) -> Reply:
    """tokenScopes: what a token allows."""
    call.body.need(["token"])
    return Reply({"scopes": auth.scopes_of(call.store, call.body.text("token") or "")})


ROUTES = (
    Route("GET", "/openapi-ping", ping),
    Route("POST", "/scopes", scopes),
    Route("GET", "/users/me", me, ("shops_r",)),
    Route("GET", "/users/{user_id}", user, ("email_r",)),
    Route("GET", "/users/{user_id}/shops", by_owner),
    Route("GET", "/shops", find),
    Route("GET", "/shops/{shop_id}", shop),
    Route("PUT", "/shops/{shop_id}", update, ("shops_r", "shops_w")),
    Route("GET", "/shops/{shop_id}/production-partners", partners, ("shops_r",)),
)
