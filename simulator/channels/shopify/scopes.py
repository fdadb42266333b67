"""Which access scopes a field needs (any of those named), from the vendor's published table."""

from __future__ import annotations

ALL = (
    *("read_products", "write_products", "read_inventory", "write_inventory", "read_locations"),
    *("write_locations", "read_orders", "write_orders", "read_order_edits", "write_order_edits"),
    *("read_returns", "write_returns", "read_customers", "write_customers", "read_publications"),
    *("write_publications", "read_merchant_managed_fulfillment_orders"),
    *("write_merchant_managed_fulfillment_orders", "read_fulfillments", "write_fulfillments"),
)
FULFILLMENT = tuple(
    f"{{}}_{who}_fulfillment_orders" for who in ("assigned", "merchant_managed", "third_party")
)


def _fulfillment(act: str) -> tuple[str, ...]:
    return tuple(scope.format(act) for scope in FULFILLMENT)


FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "QueryRoot": {
        **dict.fromkeys(
            (
                *("product", "products", "productsCount", "productByIdentifier"),
                *("productVariant", "productVariants", "productVariantsCount"),
                *("productVariantByIdentifier", "productOperation", "collection", "collections"),
            ),
            ("read_products",),
        ),
        **dict.fromkeys(("publication", "publications"), ("read_publications",)),
        **dict.fromkeys(("inventoryItem", "inventoryItems"), ("read_inventory", "read_products")),
        **dict.fromkeys(("inventoryLevel", "inventoryProperties"), ("read_inventory",)),
        **dict.fromkeys(("location", "locations"), ("read_locations", "read_inventory")),
        "locationByIdentifier": ("read_locations",),
        **dict.fromkeys(
            ("order", "orders", "ordersCount", "orderByIdentifier", "refund"), ("read_orders",)
        ),
        "fulfillment": ("read_orders", *_fulfillment("read")),
        **dict.fromkeys(("fulfillmentOrder", "fulfillmentOrders"), _fulfillment("read")),
        **dict.fromkeys(
            ("return", "returnReasonDefinitions", "reverseFulfillmentOrder"), ("read_returns",)
        ),
        **dict.fromkeys(("customer", "customers", "customerByIdentifier"), ("read_customers",)),
    },
    "Mutation": {
        **dict.fromkeys(
            (
                *("productCreate", "productUpdate", "productSet", "productDelete"),
                *("productVariantsBulkCreate", "productVariantsBulkUpdate"),
                *("productVariantsBulkDelete", "productCreateMedia", "productUpdateMedia"),
                *("productDeleteMedia", "productReorderMedia", "productVariantAppendMedia"),
                *("productVariantDetachMedia", "productOptionsCreate", "productOptionUpdate"),
                *("productOptionsDelete", "productOptionsReorder"),
            ),
            ("write_products",),
        ),
        **dict.fromkeys(("publishablePublish", "publishableUnpublish"), ("write_publications",)),
        **dict.fromkeys(
            (
                *("inventorySetQuantities", "inventoryAdjustQuantities"),
                *("inventorySetOnHandQuantities", "inventoryActivate", "inventoryDeactivate"),
                *("inventoryItemUpdate", "inventoryMoveQuantities"),
                "inventoryBulkToggleActivation",
            ),
            ("write_inventory",),
        ),
        "locationAdd": ("write_locations",),
        **dict.fromkeys(
            (
                *("orderCreate", "orderCancel", "orderUpdate", "orderClose", "orderOpen"),
                *("orderMarkAsPaid", "orderCapture", "transactionVoid", "refundCreate"),
            ),
            ("write_orders",),
        ),
        **dict.fromkeys(("tagsAdd", "tagsRemove"), ("write_orders", "write_products")),
        **dict.fromkeys(
            (
                *("orderEditBegin", "orderEditSetQuantity", "orderEditAddVariant"),
                "orderEditCommit",
            ),
            ("write_order_edits",),
        ),
        **dict.fromkeys(
            (*("fulfillmentCreate", "fulfillmentTrackingInfoUpdate", "fulfillmentCancel"),),
            _fulfillment("write"),
        ),
        "fulfillmentEventCreate": ("write_fulfillments",),
        **dict.fromkeys(
            (
                *("returnCreate", "returnProcess", "returnClose", "returnCancel", "returnRequest"),
                *("returnApproveRequest", "returnDeclineRequest"),
            ),
            ("write_returns",),
        ),
        **dict.fromkeys(
            ("customerSet", "customerCreate", "customerUpdate", "customerDelete"),
            ("write_customers",),
        ),
    },
    "Order": {
        "customer": ("read_customers",),
        "fulfillmentOrders": _fulfillment("read"),
        "returns": ("read_returns",),
    },
    "ProductVariant": {"inventoryItem": ("read_inventory", "read_products")},
    "InventoryItem": dict.fromkeys(
        ("inventoryLevel", "inventoryLevels", "duplicateSkuCount", "locationsCount"),
        ("read_inventory",),
    ),
    "Product": dict.fromkeys(
        ("resourcePublicationsV2", "resourcePublicationsCount", "availablePublicationsCount"),
        ("read_publications",),
    ),
}


def needed(type: str, field: str) -> tuple[str, ...]:
    """The scopes of which one must be granted; empty when none is needed."""
    return FIELDS.get(type, {}).get(field, ())
