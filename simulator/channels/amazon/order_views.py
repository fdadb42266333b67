"""An order as the Orders API of 2026-01-01 shows it: blocks that are asked for, no wrapper."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import orders
from simulator.channels.amazon.listing_views import money
from simulator.channels.amazon.moments import iso
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

BLOCKS = (
    *("BUYER", "RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT"),
    *("PACKAGES", "TAX", "PAYMENT", "FULFILLMENT_ORDERS"),
)
Json = dict[str, Any]


def order(dialect: Amazon, found: Document, blocks: Collection[str]) -> Json:
    """The order with the blocks asked for, as far as the application's roles go."""
    body, place = found.body, dialect.marketplace
    shown: Json = {
        "orderId": found.sku,
        "orderAliases": [{"aliasId": found.sku, "aliasType": "SELLER_ORDER_ID"}],
        "createdTime": iso(found.created_at),
        "lastUpdatedTime": iso(found.modified_at),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": place.id,
            "marketplaceName": place.site,
        },
        "orderItems": [_item(dialect, body, line, blocks) for line in body["lines"]],
    }
    is_open = orders.status(body) != orders.PENDING
    roles = dialect.roles
    if "BUYER" in blocks and is_open and "tax" in roles:
        shown["buyer"] = _buyer(body)
    if "RECIPIENT" in blocks and is_open and "shipping" in roles and not body["fba"]:
        shown["recipient"] = {"deliveryAddress": _address(body["address"])}
    if "PROCEEDS" in blocks and is_open:
        shown["proceeds"] = _proceeds(dialect, body)
    if "PAYMENT" in blocks and is_open:
        paid = money(orders.total(body), place.currency)
        shown["payment"] = {
            "paymentExecutions": [{"paymentMethod": "CreditCard", "paymentAmount": paid}]
        }
    if "FULFILLMENT" in blocks:
        shown["fulfillment"] = _fulfillment(found)
    if "PACKAGES" in blocks and not body["fba"]:
        shown["packages"] = [_package(package) for package in body["packages"]]
    if "FULFILLMENT_ORDERS" in blocks:
        shown["fulfillmentOrders"] = []
    return shown


def _buyer(body: Mapping[str, Any]) -> Json:
    email = {} if body["fba"] else {"buyerEmail": body["buyer"]["email"]}
    return {"buyerName": body["buyer"]["name"], **email}


def _address(address: Mapping[str, str]) -> Json:
    return {
        "name": address["name"],
        "addressLine1": address["line1"],
        "city": address["city"],
        "postalCode": address["postcode"],
        "countryCode": address["country"],
        "phone": address["phone"],
        "addressType": "RESIDENTIAL",
    }


def _proceeds(dialect: Amazon, body: Mapping[str, Any]) -> Json:
    currency = dialect.marketplace.currency
    sums: dict[str, Decimal] = {}
    for line in body["lines"]:
        for kind, amount in _amounts(line, body["gross"]).items():
            sums[kind] = sums.get(kind, Decimal(0)) + amount
    return {
        "grandTotal": money(orders.total(body), currency),
        "breakdowns": [{"type": k, "subtotal": money(v, currency)} for k, v in sums.items()],
    }


def _amounts(line: Mapping[str, Any], gross: bool) -> dict[str, Decimal]:
    tax = orders.item_tax(line, gross) + orders.shipping_tax(line, gross)
    found = {"ITEM": orders.item_price(line)}
    for kind, amount in (
        ("SHIPPING", Decimal(line["shipping"])),
        ("DISCOUNT", Decimal(line["discount"])),
        ("TAX", tax),
    ):
        if amount:
            found[kind] = amount
    return found


def _fulfillment(found: Document) -> Json:
    body = found.body
    return {
        "fulfillmentStatus": orders.status(body),
        "fulfilledBy": "AMAZON" if body["fba"] else "MERCHANT",
        "fulfillmentServiceLevel": "STANDARD",
        "shipByWindow": {
            "earliestDateTime": iso(found.created_at),
            "latestDateTime": body["ship_by"],
        },
        "deliverByWindow": {
            "earliestDateTime": body["ship_by"],
            "latestDateTime": body["deliver_by"],
        },
    }


def _package(package: Mapping[str, Any]) -> Json:
    shown = {
        "packageReferenceId": package["reference"],
        "createdTime": package["created"],
        "packageStatus": {"status": "SHIPPED"},
        "carrier": package["carrier"],
        "shipTime": package["shipped"],
        "shippingService": package["method"],
        "trackingNumber": package["tracking"],
        "packageItems": [
            {"orderItemId": line, "quantity": count} for line, count in package["items"].items()
        ],
    }
    return {name: value for name, value in shown.items() if value is not None}


def _item(
    dialect: Amazon, body: Mapping[str, Any], line: Mapping[str, Any], blocks: Collection[str]
) -> Json:
    currency = dialect.marketplace.currency
    product: Json = {
        "asin": line["asin"],
        "title": line["title"],
        "sellerSku": line["sku"],
        "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
    }
    is_open = orders.status(body) != orders.PENDING
    if is_open:
        product["price"] = {"unitPrice": money(Decimal(line["price"]), currency)}
    shown: Json = {
        "orderItemId": line["id"],
        "quantityOrdered": line["quantity"],
        "product": product,
    }
    if "PROCEEDS" in blocks and is_open:
        shown["proceeds"] = _item_proceeds(line, body["gross"], currency)
    if "PROMOTION" in blocks and Decimal(line["discount"]):
        shown["promotion"] = {"breakdowns": [{"promotionId": "Seller promotion"}]}
    if "CANCELLATION" in blocks and (line["request"] or line["execution"]):
        shown["cancellation"] = _cancellation(line)
    if "FULFILLMENT" in blocks:
        shown["fulfillment"] = {
            "quantityFulfilled": line["shipped"],
            "quantityUnfulfilled": orders.left(line),
        }
    return shown


def _item_proceeds(line: Mapping[str, Any], gross: bool, currency: str) -> Json:
    rows: list[Json] = []
    for kind, amount in _amounts(line, gross).items():
        row: Json = {"type": kind, "subtotal": money(amount, currency)}
        if kind == "TAX":
            parts = (
                ("ITEM", orders.item_tax(line, gross)),
                ("SHIPPING", orders.shipping_tax(line, gross)),
            )
            row["detailedBreakdowns"] = [
                {"subtype": name, "value": money(part, currency)} for name, part in parts if part
            ]
        rows.append(row)
    total = money(orders.line_total(line, gross), currency)
    return {"proceedsTotal": total, "breakdowns": rows}


def _cancellation(line: Mapping[str, Any]) -> Json:
    shown: Json = {}
    if line["request"]:
        request = {"requester": "BUYER", "cancelReason": line["request"]["reason"]}
        shown["cancellationRequest"] = request
    if line["execution"]:
        done = line["execution"]
        shown["cancellationExecution"] = {
            "cancelledBy": done["by"],
            "cancelReason": done["reason"],
        }
    return shown
