"""Return policies and shop sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import profiles
from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.channels.etsy.errors import bad, conflict
from simulator.channels.etsy.store import STATES
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

DEADLINES = (7, 14, 21, 30, 45, 60, 90)
POLICIES = "/shops/{shop_id}/policies/return"
SECTIONS = "/shops/{shop_id}/sections"
MOST_TITLE = 24
Json = dict[str, Any]


def view(store: Store, policy: Document) -> Json:
    """A ShopReturnPolicy."""
    return {
        "return_policy_id": policy.id,
        "shop_id": store.given("shop_id"),
        "accepts_returns": policy.body["returns"],
        "accepts_exchanges": policy.body["exchanges"],
        "return_deadline": policy.body["days"],
    }


def create(call: Call) -> Reply:
    """createShopReturnPolicy; an equal one is given back."""
    wanted = _read(call)
    for policy in call.store.shop.all("policy"):
        if policy.body == wanted:
            return Reply(view(call.store, policy))
    return Reply(view(call.store, call.store.add("policy", wanted)))


def read_all(call: Call) -> Reply:
    """getShopReturnPolicies."""
    return Reply(listed([view(call.store, p) for p in call.store.shop.all("policy")]))


def read(call: Call) -> Reply:
    """getShopReturnPolicy."""
    return Reply(view(call.store, _one(call)))


def update(call: Call) -> Reply:
    """updateShopReturnPolicy; 409 when another one says the same."""
    policy, wanted = _one(call), _read(call)
    if any(p.body == wanted and p.id != policy.id for p in call.store.shop.all("policy")):
        raise conflict("A return policy with these values already exists")
    policy.body.update(wanted)
    return Reply(view(call.store, call.store.shop.put(policy)))


def delete(call: Call) -> Reply:
    """deleteShopReturnPolicy: not while a listing has it."""
    policy = _one(call)
    if profiles.is_used(call.store, "return_policy_id", policy.id):
        raise bad("The return policy has associated listings")
    call.store.shop.drop("policy", policy.id)
    return Reply(None, 204)


def consolidate(call: Call) -> Reply:
    """consolidateShopReturnPolicies: the listings of one go to another, and it is gone."""
    store, given = call.store, call.body
    names = ("source_return_policy_id", "destination_return_policy_id")
    given.need(names)
    source, target = (store.need("policy", given.integer(name) or 0) for name in names)
    for listing in [d for state in STATES for d in store.listings_in(state)]:
        if listing.body.get("return_policy_id") == source.id:
            listing.body["return_policy_id"] = target.id
            store.put_listing(listing)
    if source.id != target.id:
        store.shop.drop("policy", source.id)
    return Reply(view(store, target))


def _one(call: Call) -> Document:
    return call.store.need("policy", call.number("policy_id"))


def _read(call: Call) -> Json:
    call.body.need(["accepts_returns", "accepts_exchanges"])
    returns, exchanges = call.body.flag("accepts_returns"), call.body.flag("accepts_exchanges")
    days = call.body.integer("return_deadline")
    if (returns or exchanges) and days is None:
        raise bad("A return_deadline is required when returns or exchanges are accepted")
    if days is not None and days not in DEADLINES:
        raise bad(f"return_deadline must be one of {', '.join(map(str, DEADLINES))}")
    return {"returns": returns, "exchanges": exchanges, "days": days}


# -- sections -------------------------------------------------------------------------------------


def section_view(store: Store, section: Document) -> Json:
    """A ShopSection."""
    active = store.listings_in("active")
    return {
        "shop_section_id": section.id,
        "title": section.body["title"],
        "rank": section.body["rank"],
        "user_id": store.given("user_id"),
        "active_listing_count": sum(d.body.get("shop_section_id") == section.id for d in active),
    }


def create_section(call: Call) -> Reply:
    """createShopSection."""
    rank = len(list(call.store.shop.all("section"))) + 1
    made = call.store.add("section", {"title": _title(call), "rank": rank})
    return Reply(section_view(call.store, made))


def sections(call: Call) -> Reply:
    """getShopSections."""
    return Reply(listed([section_view(call.store, s) for s in call.store.shop.all("section")]))


def section(call: Call) -> Reply:
    """getShopSection."""
    return Reply(section_view(call.store, _section(call)))


def update_section(call: Call) -> Reply:
    """updateShopSection."""
    found = _section(call)
    found.body["title"] = _title(call)
    return Reply(section_view(call.store, call.store.shop.put(found)))


def delete_section(call: Call) -> Reply:
    """deleteShopSection: its listings have none afterwards."""
    found = _section(call)
    for listing in [d for state in STATES for d in call.store.listings_in(state)]:
        if listing.body.get("shop_section_id") == found.id:
            listing.body["shop_section_id"] = None
            call.store.put_listing(listing)
    call.store.shop.drop("section", found.id)
    return Reply(None, 204)


def _section(call: Call) -> Document:
    return call.store.need("section", call.number("section_id"))


def _title(call: Call) -> str:
    call.body.need(["title"])
    title = call.body.text("title") or ""
    if len(title) > MOST_TITLE:
        raise bad(f"A section's title can have {MOST_TITLE} characters")
    return title


ROUTES = (
    Route("POST", f"{POLICIES}/consolidate", consolidate, ("shops_w",)),
    Route("POST", POLICIES, create, ("shops_w",)),
    Route("GET", POLICIES, read_all),
    Route("GET", f"{POLICIES}/{{policy_id}}", read),
    Route("PUT", f"{POLICIES}/{{policy_id}}", update, ("shops_w",)),
    Route("DELETE", f"{POLICIES}/{{policy_id}}", delete, ("shops_w",)),
    Route("POST", SECTIONS, create_section, ("shops_w",)),
    Route("GET", SECTIONS, sections),
    Route("GET", f"{SECTIONS}/{{section_id}}", section),
    Route("PUT", f"{SECTIONS}/{{section_id}}", update_section, ("shops_w",)),
    Route("DELETE", f"{SECTIONS}/{{section_id}}", delete_section, ("shops_w",)),
)
