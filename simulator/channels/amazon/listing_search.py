"""Searching the seller's listings, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import catalogue, listing_views, paging
from simulator.channels.amazon.calls import Call, Json, Operation, Reply
from simulator.channels.amazon.errors import bad
from simulator.channels.amazon.listings import STYLE, checked
from simulator.commerce.shop import Document, document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

MOST_FOUND = 1000  # what a search can page through
MOST_IDENTIFIERS = 20
TYPES = ("ASIN", "EAN", "FNSKU", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
STATUSES = ("BUYABLE", "DISCOVERABLE")
ORDERS = {"sku": "sku", "createdDate": "created_at", "lastUpdatedDate": "modified_at"}
FILTERS = (
    *("identifiers", "variationParentSku", "createdAfter", "createdBefore", "lastUpdatedAfter"),
    *(
        "lastUpdatedBefore",
        "withIssueSeverity",
        "withStatus",
        "withoutStatus",
        "packageHierarchySku",
    ),
)


def search_items(dialect: Amazon, call: Call) -> Reply:
    """A page of listings; a search pages through a thousand at most."""
    checked(dialect, call)
    size = call.whole("pageSize", 10, 1, 20)
    parts = call.values("includedData", listing_views.PARTS)
    start = paging.start(call.value("pageToken"), "listings", call.at)
    total, page = _page(dialect, call, start, size)
    shown = [
        listing_views.item(dialect, found, parts)
        for found in page
        if not dialect.world.faults.omits(dialect.name, "products")
    ]
    reply: Json = {"numberOfResults": total, "items": shown}
    pages: Json = {}
    if start + size < min(total, MOST_FOUND):
        pages["nextToken"] = paging.token("listings", start + size, call.at)
    if start:
        pages["previousToken"] = paging.token("listings", max(0, start - size), call.at)
    if pages:
        reply["pagination"] = pages
    return 200, reply


def _page(dialect: Amazon, call: Call, start: int, size: int) -> tuple[int, Sequence[Document]]:
    by, ascending = _order(call)
    if not dialect.shop.lag and not any(call.value(name) for name in FILTERS):
        return _straight(dialect, by, ascending, start, size)
    found = [d for d in _candidates(dialect, call) if _fits(dialect, call, d)]
    keys = {"sku": lambda d: d.sku, "created_at": lambda d: (d.created_at, d.id)}
    found.sort(key=keys.get(by, lambda d: (d.modified_at, d.id)), reverse=not ascending)
    return len(found), found[start : start + size]


def _order(call: Call) -> tuple[str, bool]:
    by, order = call.value("sortBy") or "lastUpdatedDate", call.value("sortOrder") or "DESC"
    if by not in ORDERS or order not in ("ASC", "DESC"):
        raise bad("Invalid input", f"sortBy {by}, sortOrder {order}")
    return ORDERS[by], order == "ASC"


def _straight(
    dialect: Amazon, by: str, ascending: bool, start: int, size: int
) -> tuple[int, Sequence[Document]]:
    db, name = dialect.shop.db, dialect.shop.name
    (total,) = db.execute(
        "select count(*) from documents where shop = ? and kind = ?", (name, catalogue.KIND)
    ).fetchone()
    way = "asc" if ascending else "desc"
    rows = db.execute(
        "select kind, id, parent_id, sku, body, created_at, modified_at from documents"  # noqa: S608
        f" where shop = ? and kind = ? order by {by} {way}, id {way} limit ? offset ?",
        (name, catalogue.KIND, size, start),
    ).fetchall()
    return total, [document(row) for row in rows]


def _candidates(dialect: Amazon, call: Call) -> Iterable[Document]:
    names = call.values("identifiers", most=MOST_IDENTIFIERS)
    kind = call.value("identifiersType")
    if names and kind not in TYPES:
        raise bad("Invalid input", "identifiersType is required with identifiers.")
    if names and kind == "SKU":
        shown = (dialect.catalogue.shown(name) for name in names)
        return [found for found in shown if found is not None]
    everything = dialect.shop.seen(catalogue.KIND)
    return [d for d in everything if not names or set(names) & identifiers(d, str(kind))]


def identifiers(listing: Document, kind: str) -> set[Any]:
    """What a listing is known by, of one type."""
    if kind == "SKU":
        return {listing.sku}
    if kind == "ASIN":
        return {listing.body["asin"]}
    if kind == "FNSKU":
        return {listing_views.fn_sku(listing)}
    rows = listing.body["attributes"].get("externally_assigned_product_identifier", ())
    return {row.get("value") for row in rows if str(row.get("type", "")).upper() in (kind, "GTIN")}


def _fits(dialect: Amazon, call: Call, found: Document) -> bool:
    parent = call.value("variationParentSku")
    if parent:
        head = dialect.catalogue.find(parent)
        if head is None or found.parent_id != head.id:
            return False
    if not (
        _within(call, "created", found.created_at)
        and _within(call, "lastUpdated", found.modified_at)
    ):
        return False
    severities = call.values("withIssueSeverity", ("ERROR", "WARNING"))
    if severities and not any(i["severity"] in severities for i in found.body["issues"]):
        return False
    has = set(dialect.catalogue.status(found))
    wanted = set(call.values("withStatus", STATUSES))
    unwanted = set(call.values("withoutStatus", STATUSES))
    return wanted <= has and not unwanted & has


def _within(call: Call, what: str, moment: datetime) -> bool:
    after, before = call.moment(f"{what}After"), call.moment(f"{what}Before")
    return (after is None or moment >= after) and (before is None or moment <= before)


OPERATIONS = (
    Operation(
        "searchListingsItems",
        "GET",
        "/listings/2021-08-01/items/<seller_id>",
        5,
        5,
        search_items,
        STYLE,
    ),
)
