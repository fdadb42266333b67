"""Lists of listings: by state, by number, those that shoppers see, those of a section or receipt."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.channels.etsy import NAME, inventory, listing_view
from simulator.channels.etsy.calls import MOST_ROWS, Call, Reply, Route, listed
from simulator.channels.etsy.errors import bad, missing, not_found
from simulator.channels.etsy.store import STATES
from simulator.commerce.shop import Document

SORTS = ("created", "price", "updated", "score")
UP, DOWN = ("asc", "ascending", "up"), ("desc", "descending", "down")


def by_shop(call: Call) -> Reply:
    """getListingsByShop: one state at a time, "active" unless told."""
    state = call.query.choice("state", STATES) or "active"
    wanted = listing_view.includes(call.query.texts("includes"))
    return _page(call, state, wanted)


def active(call: Call) -> Reply:
    """findAllActiveListingsByShop and findAllListingsActive: what shoppers see."""
    return _page(call, "active", None)


def featured(call: Call) -> Reply:
    """getFeaturedListingsByShop: those with a rank, in its order."""
    found = [d for d in call.store.listings_in("active") if d.body.get("featured_rank", -1) > 0]
    found.sort(key=lambda d: d.body["featured_rank"])
    return _slice(call, found)


def batch(call: Call) -> Reply:
    """getListingsByListingIds: those that there are, in the order asked for."""
    wanted = listing_view.includes(call.query.texts("includes"))
    found = [d for d in (_seen(call, id) for id in _ids(call)) if d is not None]
    rows = [
        listing_view.whole(call.store, d, call.base, wanted, with_readiness=False) for d in found
    ]
    return Reply(listed(rows))


def batch_inventory(call: Call) -> Reply:
    """getListingsInventoryByListingIds: one unknown number refuses them all."""
    rows = []
    for id in _ids(call):
        listing = _seen(call, id)
        if listing is None:
            raise not_found()
        row = listing_view.whole(call.store, listing, call.base, with_readiness=False)
        record = inventory.view(call.store, listing.body) if listing.body["record"] else None
        rows.append({**row, "inventory": record})
    return Reply(listed(rows))


def batch_shipping(call: Call) -> Reply:
    """getListingsShippingByListingIds."""
    found = [d for d in (_seen(call, id) for id in _ids(call)) if d is not None]
    return Reply(
        listed([listing_view.whole(call.store, d, call.base, ["Shipping"]) for d in found])
    )


def by_section(call: Call) -> Reply:
    """getListingsByShopSectionId."""
    call.query.need(["shop_section_ids"])
    wanted = set(call.query.integers("shop_section_ids"))
    found = [d for d in call.store.listings_in("active") if d.body.get("shop_section_id") in wanted]
    return _slice(call, found)


def by_policy(call: Call) -> Reply:
    """getListingsByShopReturnPolicy."""
    policy = call.store.need("policy", call.number("return_policy_id")).id
    found = [
        d
        for state in STATES
        for d in call.store.listings_in(state)
        if d.body.get("return_policy_id") == policy
    ]
    rows = [listing_view.view(call.store, d, call.base) for d in found]
    return Reply(listed(rows))


def by_receipt(call: Call) -> Reply:
    """getListingsByShopReceipt: those that are still there."""
    receipt = call.store.need("receipt", call.number("receipt_id"))
    ids = dict.fromkeys(line["listing_id"] for line in receipt.body["lines"])
    found = [d for d in (_seen(call, id) for id in ids) if d is not None]
    return _slice(call, found)


def direction(call: Call) -> bool:
    """Whether the newest or highest comes first."""
    order = call.query.choice("sort_order", (*UP, *DOWN)) or "desc"
    return order in DOWN


def _page(call: Call, state: str, includes: list[str] | None) -> Reply:
    limit, offset = call.page()
    sort_on = call.query.choice("sort_on", SORTS) or "created"
    count, found = call.store.page_of_listings(state, sort_on, direction(call), limit, offset)
    kept = _present(call, found)
    rows = [
        listing_view.view(call.store, d, call.base)
        if includes is None
        else listing_view.whole(call.store, d, call.base, includes)
        for d in kept
    ]
    return Reply(listed(rows, count))


def _slice(call: Call, found: list[Document]) -> Reply:
    limit, offset = call.page()
    rows = [listing_view.view(call.store, d, call.base) for d in found[offset : offset + limit]]
    return Reply(listed(rows, len(found)))


def _present(call: Call, found: Iterable[Document]) -> list[Document]:
    faults = call.store.world.faults
    return [d for d in found if not faults.omits(NAME, "products")]


def _ids(call: Call) -> list[int]:
    ids = call.query.integers("listing_ids")
    if not ids:
        raise missing(["listing_ids"])
    if len(ids) > MOST_ROWS:
        raise bad(f"listing_ids cannot have more than {MOST_ROWS} entries")
    return list(dict.fromkeys(ids))


def _seen(call: Call, id: int) -> Document | None:
    if call.store.shop.get("listing", id) is None and not call.store.shop.lag:
        return None
    return call.store.seen("listing", id)


OF_SHOP = "/shops/{shop_id}/listings"
ROUTES = (
    Route("GET", OF_SHOP, by_shop, ("listings_r",)),
    Route("GET", f"{OF_SHOP}/active", active),
    Route("GET", f"{OF_SHOP}/featured", featured),
    Route("GET", "/listings/active", active),
    Route("GET", "/listings/batch", batch),
    Route("GET", "/listings/batch/inventory", batch_inventory, ("listings_r",)),
    Route("GET", "/listings/batch/shipping", batch_shipping, ("shops_r",)),
    Route("GET", "/shops/{shop_id}/shop-sections/listings", by_section),
    Route(
        "GET",
        "/shops/{shop_id}/policies/return/{return_policy_id}/listings",
        by_policy,
        ("listings_r",),
    ),
    Route(
        "GET",
        "/shops/{shop_id}/receipts/{receipt_id}/listings",
        by_receipt,
        ("transactions_r",),
    ),
)
