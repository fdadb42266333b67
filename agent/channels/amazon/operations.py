"""The vendor's operations that we call, with the pace that it allows for each.

Rates are for a seller and an application together, a token bucket for each operation; an answer may
tell another rate (x-amzn-RateLimit-Limit).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One operation: so many calls a second in the long run, so many at once at most.

    `acts` is False for what changes nothing that a shopper, or we, could see.
    """

    name: str
    method: str
    path: str
    rate: float
    burst: int
    acts: bool = False


_ITEMS = "/listings/2021-08-01/items/{seller}"
_ITEM = _ITEMS + "/{sku}"
_FEEDS, _REPORTS = "/feeds/2021-06-30", "/reports/2021-06-30"
_ORDERS = "/orders/2026-01-01/orders"

SEARCH_LISTINGS = Operation("searchListingsItems", "GET", _ITEMS, 5, 5)
GET_LISTING = Operation("getListingsItem", "GET", _ITEM, 5, 10)
PUT_LISTING = Operation("putListingsItem", "PUT", _ITEM, 5, 10, acts=True)
PATCH_LISTING = Operation("patchListingsItem", "PATCH", _ITEM, 5, 5, acts=True)
CREATE_FEED_DOCUMENT = Operation("createFeedDocument", "POST", f"{_FEEDS}/documents", 0.5, 15)
CREATE_FEED = Operation("createFeed", "POST", f"{_FEEDS}/feeds", 0.0083, 15, acts=True)
GET_FEED = Operation("getFeed", "GET", f"{_FEEDS}/feeds/{{id}}", 2, 15)
GET_FEED_DOCUMENT = Operation("getFeedDocument", "GET", f"{_FEEDS}/documents/{{id}}", 0.0222, 10)
CREATE_REPORT = Operation("createReport", "POST", f"{_REPORTS}/reports", 0.0167, 15)
GET_REPORT = Operation("getReport", "GET", f"{_REPORTS}/reports/{{id}}", 2, 15)
GET_REPORT_DOCUMENT = Operation(
    "getReportDocument", "GET", f"{_REPORTS}/documents/{{id}}", 0.0167, 15
)
SEARCH_ORDERS = Operation("searchOrders", "GET", _ORDERS, 0.0056, 20)
GET_ORDER = Operation("getOrder", "GET", f"{_ORDERS}/{{id}}", 0.5, 30)
CONFIRM_SHIPMENT = Operation(
    "confirmShipment",
    "POST",
    "/orders/v0/orders/{id}/shipmentConfirmation",
    2,
    10,
    acts=True,
)
GET_PRODUCT_TYPE = Operation(
    "getDefinitionsProductType", "GET", "/definitions/2020-09-01/productTypes/{id}", 5, 10
)
# No operation, but a limit of its own: so many feeds of listings in five minutes.
LISTINGS_FEED = Operation("JSON_LISTINGS_FEED", "", "", 5 / 300, 5)
