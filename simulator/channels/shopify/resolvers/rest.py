"""What connectors also ask for: older names of what there is, and what there is none of here.

A field that may be null and stands in no table is null.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.channels.shopify import gids, lists, money
from simulator.channels.shopify.call import Resolver
from simulator.channels.shopify.resolvers import customers, orders, products, returns
from simulator.channels.shopify.resolvers.nodes import WITH_METAFIELDS, context, counted
from simulator.channels.shopify.resolvers.product_lists import COLLECTIONS
from simulator.channels.shopify.rules import orders as order_rules
from simulator.channels.shopify.rules import products as rules
from simulator.channels.shopify.search import Clause
from simulator.commerce.shop import Document

Json = dict[str, Any]
GRAMS = {"GRAMS": 1, "KILOGRAMS": 1000, "OUNCES": 28.349523125, "POUNDS": 453.59237}
OLDER = {  # amounts without a currency, by the field that tells them with one
    "Order": {
        "totalPrice": "totalPriceSet",
        "subtotalPrice": "subtotalPriceSet",
        "totalTax": "totalTaxSet",
        "totalDiscounts": "totalDiscountsSet",
        "totalShippingPrice": "totalShippingPriceSet",
        "totalRefunded": "totalRefundedSet",
        "totalReceived": "totalReceivedSet",
        "totalCapturable": "totalCapturableSet",
        "netPayment": "netPaymentSet",
    },
    "LineItem": {
        "originalTotal": "originalTotalSet",
        "originalUnitPrice": "originalUnitPriceSet",
        "discountedTotal": "discountedTotalSet",
        "discountedUnitPrice": "discountedUnitPriceSet",
        "totalDiscount": "totalDiscountSet",
    },
    "OrderTransaction": {"amount": "amountSet"},
}
TABLES = {**orders.FIELDS, **returns.FIELDS}


def _always(value: Any) -> Resolver:
    return lambda source, info, **args: value


def _nothing(source: Any, info: Any, **args: Any) -> Any:
    return lists.connection([], (False, False))


def _shop_money(type: str, name: str) -> Resolver:
    resolve = TABLES[type][name]
    return lambda source, info: resolve(source, info)["shopMoney"]


def _amount(type: str, name: str) -> Resolver:
    resolve = _shop_money(type, name)

    def amount(source: Any, info: Any) -> str:
        told = resolve(source, info)
        return money.text(told["amount"], told["currencyCode"])

    return amount


def _no_money(source: Any, info: Any, **args: Any) -> Json:
    return money.bag("0", context(info).store.currency)


# -- orders ---------------------------------------------------------------------------------------


def _weight(source: Json, info: Any) -> Json:
    """What one piece of a line weighs."""
    item = context(info).store.get("inventory_item", source["itemId"])
    return dict(item.body["weight"]) if item else {"value": 0.0, "unit": "KILOGRAMS"}


def _grams(pieces: Any) -> Resolver:
    def resolve(source: Document, info: Any) -> int:
        total = 0.0
        for line in source.body["lines"]:
            weight = _weight(line, info)
            total += weight["value"] * GRAMS[weight["unit"]] * pieces(line)
        return round(total)

    return resolve


def _line_image(source: Json, info: Any) -> Json | None:
    """The picture of a line's variant, else of its product."""
    store = context(info).store
    product, variant = (
        store.get("product", source["productId"]),
        store.get("variant", source["variantId"]),
    )
    if product is None:
        return None
    mine = variant.body["media"] if variant else []
    return _image(product, lambda picture: picture["id"] in mine) or _image(product)


def _image(product: Document, wanted: Any = lambda picture: True) -> Json | None:
    found = next(filter(wanted, product.body["media"]), None)
    return products.image(found, None) if found else None


def _line_status(source: Json, info: Any) -> str:
    if not order_rules.unfulfilled(source):
        return "fulfilled"
    return "partial" if source["fulfilled"] else "unfulfilled"


def _risk(source: Document, info: Any) -> Json:
    return {"assessments": [], "recommendation": "NONE"}


def _not_fulfillable(source: Document, info: Any, **args: Any) -> lists.Connection:
    lines = [line for line in source.body["lines"] if not order_rules.unfulfilled(line)]
    return lists.sliced([orders.line_with(source, line) for line in lines], args)


def _left_price(source: Json, info: Any) -> Json:
    """The current price of a line without its taxes."""
    order = source["order"].body
    price = order_rules.line_total(source, order_rules.current(source))
    if order["taxesIncluded"]:
        taxes = sum((Decimal(t["price"]) for t in source["taxLines"]), Decimal(0))
        price -= order_rules.share(taxes, order_rules.current(source), source["quantity"])
    return money.bag(price, order["currency"])


def _returned_price(source: Json, info: Any) -> Json:
    """What was paid for the pieces of a return's line."""
    shipped = source["fulfillmentLineItem"]
    if shipped is None:
        return _no_money(source, info)
    price = order_rules.line_total(shipped["lineItem"], source["quantity"])
    return money.bag(price, context(info).store.currency)


def _returned_weight(source: Json, info: Any) -> Json | None:
    shipped = source["fulfillmentLineItem"]
    if shipped is None:
        return None
    one = _weight(shipped["lineItem"], info)
    return {**one, "value": one["value"] * source["quantity"]}


# -- products -------------------------------------------------------------------------------------


def _on_sale_now(source: Document, info: Any) -> bool:
    store = context(info).store
    return rules.is_published(store, source, rules.online_store(store).id)


def _variant_image(source: Document, info: Any) -> Json | None:
    product = context(info).store.need("product", source.parent_id)
    return _image(product, lambda picture: picture["id"] in source.body["media"])


def _in_collection(source: Document, info: Any, id: str) -> bool:
    return gids.number(id, "Collection") in source.body["collections"]


def _has_product(source: Document, info: Any, id: str) -> bool:
    product = context(info).store.by_gid("product", id)
    return product is not None and source.id in product.body["collections"]


def _by_handle(source: Any, info: Any, handle: str) -> Document | None:
    return rules.product_by_handle(context(info).store, handle)


def _collection_by_handle(source: Any, info: Any, handle: str) -> Document | None:
    within = Clause("json_extract(body, '$.handle') = ?", (handle,))
    return COLLECTIONS.first(context(info), within)


# -- the shop -------------------------------------------------------------------------------------


def _address(source: Json, info: Any) -> Json:
    country = context(info).store.setting("country")
    told = {"country": country, "countryCodeV2": country, "formatted": [country]}
    return {"id": 12_000_000_000, **told}


def _formats(source: Json, info: Any) -> Json:
    code = context(info).store.currency
    plain, named = "{{amount}}", f"{{{{amount}}}} {code}"
    return {
        "moneyFormat": plain,
        "moneyInEmailsFormat": plain,
        "moneyWithCurrencyFormat": named,
        "moneyWithCurrencyInEmailsFormat": named,
    }


def _is_first(source: Document, info: Any) -> bool:
    return context(info).store.locations()[0].id == source.id


def _endpoint(source: Document, info: Any) -> Json:
    return {"__typename": "WebhookHttpEndpoint", "callbackUrl": source.body["uri"]}


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "productByHandle": _by_handle,
        "customersCount": counted(customers.CUSTOMERS),
        "collectionByHandle": _collection_by_handle,
    },
    "Order": {
        "totalTipReceived": lambda source, info: _no_money(source, info)["shopMoney"],
        "totalTipReceivedSet": _no_money,
        "cartDiscountAmountSet": orders.FIELDS["Order"]["totalDiscountsSet"],
        "currentCartDiscountAmountSet": orders.FIELDS["Order"]["currentTotalDiscountsSet"],
        "refundDiscrepancySet": _no_money,
        "totalCashRoundingAdjustment": lambda source, info: {
            "paymentSet": _no_money(source, info),
            "refundSet": _no_money(source, info),
        },
        "totalWeight": _grams(lambda line: line["quantity"]),
        "currentTotalWeight": _grams(order_rules.current),
        "risk": _risk,
        "riskLevel": _always("LOW"),
        "displayAddress": lambda source, info: (
            source.body["shippingAddress"] or source.body["billingAddress"]
        ),
        "customerAcceptsMarketing": _always(False),
        "canNotifyCustomer": lambda source, info: bool(source.body["email"]),
        "estimatedTaxes": _always(False),
        "dutiesIncluded": _always(False),
        "hasTimelineComment": _always(False),
        "nonFulfillableLineItems": _not_fulfillable,
    },
    "LineItem": {
        "fulfillableQuantity": lambda source, info: order_rules.unfulfilled(source),
        "fulfillmentStatus": _line_status,
        "image": lambda source, info, **args: _line_image(source, info),
        "duties": _always([]),
        "canRestock": lambda source, info: source["itemId"] is not None,
        "priceAfterAllDiscountsBeforeTaxesSet": _left_price,
        "weight": _weight,
    },
    "Product": {
        "bodyHtml": lambda source, info: source.body["descriptionHtml"],
        "descriptionPlainSummary": products.description,
        "images": lambda source, info, **args: lists.sliced(
            [products.image(picture, None) for picture in source.body["media"]], args
        ),
        "featuredImage": lambda source, info: _image(source),
        "publishedOnCurrentPublication": _on_sale_now,
        "publishedOnCurrentChannel": _on_sale_now,
        "publicationCount": lambda source, info, **args: len(source.body["publications"]),
        "totalVariants": lambda source, info: products.variants_count(source, info)["count"],
        "requiresSellingPlan": _always(False),
        "hasVariantsThatRequiresComponents": _always(False),
        "inCollection": _in_collection,
    },
    "ProductVariant": {
        "image": lambda source, info, **args: _variant_image(source, info),
        "requiresComponents": _always(False),
        "showUnitPrice": _always(False),
    },
    "InventoryItem": {
        "inventoryHistoryUrl": lambda source, info: (
            f"https://{context(info).domain}/admin/products/inventory/{source.id}"
        ),
        "countryHarmonizedSystemCodes": _nothing,
    },
    "Location": {
        **WITH_METAFIELDS,
        "isPrimary": _is_first,
        "deletable": _always(False),
        "addressVerified": _always(True),
    },
    "FulfillmentOrder": {
        "fulfillmentHolds": _always([]),
        "deliveryMethod": lambda source, info: {"id": source.id, "methodType": "SHIPPING"},
    },
    "Customer": {
        "addresses": lambda source, info, first=None: source.body["addresses"][:first],
        "emailMarketingConsent": _always({"marketingState": "NOT_SUBSCRIBED"}),
        "canDelete": lambda source, info: (
            customers.FIELDS["Customer"]["numberOfOrders"](source, info) == 0
        ),
        "dataSaleOptOut": _always(False),
        "validEmailAddress": lambda source, info: bool(source.body["email"]),
    },
    "CustomerEmailAddress": {"marketingState": _always("NOT_SUBSCRIBED")},
    "Return": {"exchangeLineItems": _nothing},
    "ReturnLineItem": {
        "withCodeDiscountedTotalPriceSet": _returned_price,
        "totalWeight": _returned_weight,
    },
    "Refund": {
        "orderAdjustments": _nothing,
        "totalRefunded": _shop_money("Refund", "totalRefundedSet"),
    },
    "OrderTransaction": {"amountV2": _shop_money("OrderTransaction", "amountSet")},
    "WebhookSubscription": {"endpoint": _endpoint},
    "Shop": {
        "shopAddress": _address,
        "billingAddress": _address,
        "currencyFormats": _formats,
        "shipsToCountries": lambda source, info: [context(info).store.setting("country")],
        "fulfillmentServices": _always([]),
    },
    "MailingAddress": {
        "countryCode": lambda source, info: source.get("countryCode"),
        "coordinatesValidated": _always(False),
    },
    "Image": {
        "src": lambda source, info: source["url"],
        "originalSrc": lambda source, info: source["url"],
        "transformedSrc": lambda source, info, **args: source["url"],
        "url": lambda source, info, **args: source["url"],
    },
    "MediaImage": {
        "mediaWarnings": _always([]),
        "fileStatus": _always("READY"),
        "fileErrors": _always([]),
        "originalSource": lambda source, info: {"url": source["url"]},
    },
    "ShippingLine": {
        "price": lambda source, info: money.text(source["price"]),
        "originalPrice": lambda source, info: source["originalPriceSet"]["shopMoney"],
        "discountedPrice": lambda source, info: source["discountedPriceSet"]["shopMoney"],
    },
    "Collection": {
        **WITH_METAFIELDS,
        "seo": _always({"title": None, "description": None}),
        "sortOrder": _always("BEST_SELLING"),
        "hasProduct": _has_product,
    },
}
for _type, _names in OLDER.items():
    FIELDS[_type] |= {older: _amount(_type, name) for older, name in _names.items()}
