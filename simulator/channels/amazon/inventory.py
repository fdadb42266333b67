"""The FBA Inventory API: what lies in Amazon's own warehouses. Read only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from simulator.channels.amazon import catalogue, listing_views, offers, paging
from simulator.channels.amazon.attributes import first
from simulator.channels.amazon.calls import Call, Json, Operation, Reply
from simulator.channels.amazon.errors import Style, bad
from simulator.channels.amazon.moments import iso
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

PAGE = 50
TOKEN_LIFE = timedelta(seconds=30)
NONE_RESERVED = {
    "totalReservedQuantity": 0,
    "pendingCustomerOrderQuantity": 0,
    "pendingTransshipmentQuantity": 0,
    "fcProcessingQuantity": 0,
}


def get_summaries(dialect: Amazon, call: Call) -> Reply:
    """A page of what Amazon holds of the seller's goods."""
    if call.needed("granularityType") != "Marketplace":
        raise bad("granularityType must be Marketplace.")
    place = call.needed("granularityId")
    dialect.check_marketplace(place)
    dialect.check_marketplaces(call, most=1)
    skus = call.values("sellerSkus", most=50)
    since = call.moment("startDateTime")
    token = call.value("nextToken")
    start = paging.start(token, "inventory", call.at)
    found = [
        d
        for d in dialect.shop.seen(catalogue.KIND)
        if offers.stock(d.body["attributes"], d.body["fba"]).is_fba
        and (not skus or d.sku in skus)
        and (since is None or d.modified_at >= since)
    ]
    details = call.value("details") == "true"
    page = found[start : start + PAGE]
    payload = {
        "granularity": {"granularityType": "Marketplace", "granularityId": place},
        "inventorySummaries": [_summary(one, details) for one in page],
    }
    reply: Json = {"payload": payload}
    if start + PAGE < len(found):
        following = paging.token("inventory", start + PAGE, call.at, TOKEN_LIFE)
        reply["pagination"] = {"nextToken": following}
    return 200, reply


def _summary(listing: Document, details: bool) -> Json:
    body = listing.body
    shown: Json = {
        "asin": body["asin"],
        "fnSku": listing_views.fn_sku(listing),
        "sellerSku": listing.sku,
        "condition": "NewItem",
        "lastUpdatedTime": iso(listing.modified_at),
        "productName": first(body["attributes"], "item_name") or "",
        "totalQuantity": body["fba"],
    }
    if details:
        shown["inventoryDetails"] = {
            "fulfillableQuantity": body["fba"],
            "inboundWorkingQuantity": 0,
            "inboundShippedQuantity": 0,
            "inboundReceivingQuantity": 0,
            "reservedQuantity": NONE_RESERVED,
            "unfulfillableQuantity": {"totalUnfulfillableQuantity": 0},
            "researchingQuantity": {"totalResearchingQuantity": 0},
        }
    return shown


OPERATIONS = (
    Operation(
        "getInventorySummaries",
        "GET",
        "/fba/inventory/v1/summaries",
        2,
        2,
        get_summaries,
        Style("InvalidInput", wrapped=True),
    ),
)
