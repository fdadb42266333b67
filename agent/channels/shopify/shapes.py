"""What the answers to our documents look like, as far as we read them; see `agent.channels.shape`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PAGE = {"hasNextPage": bool, "endCursor?": str}
MONEY = {"shopMoney": {"amount": str}}
FACE = {
    "id": str,
    "sku?": str,
    "price?": str,
    "compareAtPrice?": str,
    "inventoryPolicy?": str,
    "product": {
        "id": str,
        "title": str,
        "status": str,
        "hasOnlyDefaultVariant": bool,
        "publishedOnPublication": bool,
    },
    "inventoryItem": {
        "id": str,
        "tracked": bool,
        "inventoryLevel?": {"quantities": [{"quantity?": int, "updatedAt?": str}]},
    },
}
FACES = {"productVariants": {"nodes": [FACE], "pageInfo": PAGE}}
PLACE = {
    f"{name}?": str
    for name in (
        *("firstName", "lastName", "company", "address1", "address2"),
        *("city", "provinceCode", "zip", "countryCodeV2", "phone"),
    )
}
LINE = {
    "id": str,
    "sku?": str,
    "title": str,
    "variantTitle?": str,
    "quantity": int,
    "currentQuantity": int,
    "originalUnitPriceSet": MONEY,
    "discountAllocations": [{"allocatedAmountSet": MONEY}],
    "taxLines": [{"rate?": float, "priceSet": MONEY}],
}
LINES = {"nodes": [LINE], "pageInfo": PAGE}
ORDER = {
    "id": str,
    "legacyResourceId?": str,
    "name": str,
    "createdAt": str,
    "processedAt?": str,
    "updatedAt": str,
    "cancelledAt?": str,
    "test?": bool,
    "email?": str,
    "note?": str,
    "poNumber?": str,
    "sourceIdentifier?": str,
    "currencyCode": str,
    "taxesIncluded": bool,
    "displayFinancialStatus?": str,
    "customAttributes?": [{"key": str, "value?": str}],
    "totalPriceSet": MONEY,
    "billingAddress?": PLACE,
    "shippingAddress?": PLACE,
    "shippingLines": {
        "nodes": [
            {"title": str, "discountedPriceSet": MONEY, "taxLines": [{"priceSet": MONEY}]},
        ]
    },
    "transactions?": [{"id": str}],
    "lineItems": LINES,
}
NAMED = {"nodes": [{"id": str, "name": str}]}
PIECES = {"nodes": [{"quantity": int, "restockType?": str, "lineItem": {"id": str}}]}
ANSWERS: Mapping[str, Any] = {
    "Shop": {
        "shop": {"name": str, "currencyCode": str, "ianaTimezone": str, "taxesIncluded": bool},
        "currentAppInstallation": {"accessScopes": [{"handle": str}]},
        "location?": {"id": str},
    },
    "Locations": {"locations": NAMED},
    "Publications": {"publications": NAMED},
    "Listings": FACES,
    "Find": FACES,
    "Look": {"nodes": [(FACE,)]},
    "CountVariants": {"nodes": [({"id": str, "variantsCount?": {"count": int}},)]},
    "Orders": {"orders": {"nodes": [{"id": str}], "pageInfo": PAGE}},  # each by itself: ORDER
    "Order": {"order?": {"id": str}},
    "Lines": {"order": {"lineItems": LINES}},
    "Refunds": {
        "order?": {
            "cancelledAt?": str,
            "refunds?": [{"note?": str, "refundLineItems?": PIECES}],
        }
    },
    "Fulfilments": {
        "order?": {
            "fulfillments?": [
                {
                    "status": str,
                    "trackingInfo?": [{"number?": str}],
                    "fulfillmentLineItems": PIECES,
                }
            ]
        }
    },
    "FulfilmentOrders": {
        "order?": {
            "fulfillmentOrders": {
                "nodes": [
                    {
                        "id": str,
                        "status": str,
                        "assignedLocation?": {"location?": {"id": str}},
                        "lineItems": {
                            "nodes": [
                                {"id": str, "remainingQuantity": int, "lineItem": {"id": str}}
                            ]
                        },
                    }
                ]
            }
        }
    },
    "Subscriptions": {"webhookSubscriptions": {"nodes": [{"id": str, "topic": str, "uri?": str}]}},
}
# What a mutation of any kind may answer.
FAULTS = [{"code?": str, "field?": [str], "message?": str}]
ACT = {
    "userErrors?": FAULTS,
    "orderCancelUserErrors?": FAULTS,
    "product?": {"variants?": {"nodes": [FACE]}},
    "productVariants?": [{"id": str, "price?": str, "compareAtPrice?": str}],
    "inventoryAdjustmentGroup?": {"id": str},
    "job?": {"id": str, "done?": bool},
}
ADDED = {**ACT, "productVariants?": [FACE]}
ERRORS = [{"message?": str, "path?": list, "extensions?": {"code?": str}}]
FIGURES = {"maximumAvailable?": float, "restoreRate?": float, "currentlyAvailable?": float}
COST = {"cost?": {"requestedQueryCost?": float, "throttleStatus?": FIGURES}}


def of(name: str) -> Any:
    """The shape of the answer to the document of this name."""
    return ANSWERS.get(name)


def of_act(name: str) -> Any:
    """The shape of what one mutation in the document of this name answers."""
    return ADDED if name == "CreateListings" else ACT
