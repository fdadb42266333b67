"""The payloads of notifications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import orders
from simulator.channels.amazon.moments import exact
from simulator.channels.amazon.orders_v0 import WORDS
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

Json = dict[str, Any]


def account(dialect: Amazon) -> Json:
    """Whose feed or report it is."""
    seller = dialect.keys["seller_id"]
    return {"sellerId": seller, "accountId": f"amzn1.merchant.o.{seller}"}


def _listing(dialect: Amazon, listing: Document) -> Json:
    asin = {"Asin": listing.body["asin"]} if listing.body["asin"] else {}
    return {
        "SellerId": dialect.keys["seller_id"],
        "MarketplaceId": dialect.marketplace.id,
        **asin,
        "Sku": listing.sku,
    }


def status(dialect: Amazon, listing: Document, found: Sequence[str]) -> Json:
    """A listing's status; DELETED is an empty one."""
    created = exact(listing.created_at)
    return {**_listing(dialect, listing), "CreatedDate": created, "Status": list(found)}


def issues(dialect: Amazon, listing: Document) -> Json:
    """How bad a listing's issues are."""
    severities = sorted({issue["severity"] for issue in listing.body["issues"]})
    facts = {**_listing(dialect, listing), "Severities": severities}
    return {**facts, "EnforcementActions": []}


def quantity(dialect: Amazon, listing: Document, channel: str, left: int) -> Json:
    """A listing's stock."""
    return {
        "SellerId": dialect.keys["seller_id"],
        "FulfillmentChannelCode": channel,
        "Sku": listing.sku,
        "Quantity": left,
    }


def order(dialect: Amazon, found: Document, sort: str, why: str) -> Json:
    """An order's summary, without its buyer."""
    body = found.body
    state = WORDS[orders.status(body)]
    summary = {
        "MarketplaceId": dialect.marketplace.id,
        "OrderStatus": state,
        "PurchaseDate": exact(found.created_at),
        "DestinationPostalCode": body["address"]["postcode"],
        "FulfillmentType": "AFN" if body["fba"] else "MFN",
        "OrderType": "StandardOrder",
        "NumberOfItemsShipped": sum(line["shipped"] for line in body["lines"]),
        "NumberOfItemsUnshipped": sum(orders.left(line) for line in body["lines"]),
        "EarliestShipDate": exact(found.created_at),
        "LatestShipDate": body["ship_by"],
        "OrderItems": [_line(line, state) for line in body["lines"]],
    }
    notice = {
        "NotificationLevel": "OrderLevel",
        "SellerId": dialect.keys["seller_id"],
        "AmazonOrderId": found.sku,
        "OrderChangeType": sort,
        "OrderChangeTrigger": {
            "TimeOfOrderChange": exact(found.modified_at),
            "ChangeReason": why,
        },
        "Summary": summary,
    }
    return {"OrderChangeNotification": notice}


def _line(line: Json, state: str) -> Json:
    return {
        "OrderItemId": line["id"],
        "SellerSKU": line["sku"],
        "SupplySourceId": "",
        "OrderItemStatus": state,
        "Quantity": line["quantity"],
        "QuantityShipped": line["shipped"],
        "IsBuyerRequestedCancel": line["request"] is not None,
    }
