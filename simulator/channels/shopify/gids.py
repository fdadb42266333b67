"""Global ids: `gid://shopify/Product/7800000001` and back; one id range per kind of thing.

The ranges differ on purpose, so that an id used for the wrong kind of thing is never found.
"""

from __future__ import annotations

import re

GID = re.compile(r"^gid://shopify/(?P<type>[A-Za-z]+)/(?P<number>\d{1,18})(?:\?.*)?$")

FORM = re.compile(r"^gid://[\w-]+/\w+/[^\s/]+$")  # of any global id

TYPES = {  # our document kinds (and things inside documents) by the vendor's type
    "adjustment_group": "InventoryAdjustmentGroup",
    "bulk_operation": "BulkOperation",
    "calculated_order": "CalculatedOrder",
    "collection": "Collection",
    "customer": "Customer",
    "fulfillment": "Fulfillment",
    "fulfillment_order": "FulfillmentOrder",
    "inventory_item": "InventoryItem",
    "inventory_level": "InventoryLevel",
    "job": "Job",
    "location": "Location",
    "order": "Order",
    "product": "Product",
    "product_delete_operation": "ProductDeleteOperation",
    "product_set_operation": "ProductSetOperation",
    "publication": "Publication",
    "refund": "Refund",
    "return": "Return",
    "transaction": "OrderTransaction",
    "variant": "ProductVariant",
    "webhook_subscription": "WebhookSubscription",
}
INSIDE = {  # numbered, but kept inside another document
    "address": "MailingAddress",
    "event": "FulfillmentEvent",
    "fulfillment_line": "FulfillmentLineItem",
    "fulfillment_order_line": "FulfillmentOrderLineItem",
    "line": "LineItem",
    "media": "MediaImage",
    "metafield": "Metafield",
    "option": "ProductOption",
    "option_value": "ProductOptionValue",
    "refund_line": "RefundLineItem",
    "return_line": "ReturnLineItem",
    "reverse_line": "ReverseFulfillmentOrderLineItem",
    "reverse_order": "ReverseFulfillmentOrder",
    "disposition": "ReverseFulfillmentDisposition",
    "shipping_line": "ShippingLine",
}
KINDS = {type: kind for kind, type in TYPES.items()}
FIRST = {
    kind: (position + 11) * 1_000_000_000 + 1
    for position, kind in enumerate(sorted([*TYPES, *INSIDE]))
}


def gid(type: str, number: int) -> str:
    """The global id of thing `number` of a vendor type."""
    return f"gid://shopify/{type}/{number}"


def number(id: str | None, type: str) -> int | None:
    """The number in a global id of that type; None when it is of another type or not an id."""
    found = GID.match(id or "")
    return int(found["number"]) if found and found["type"] == type else None


def kind_and_number(id: str) -> tuple[str, int] | None:
    """Our document kind and the number behind a global id; None when we keep no such kind."""
    found = GID.match(id)
    if found is None or found["type"] not in KINDS:
        return None
    return KINDS[found["type"]], int(found["number"])
