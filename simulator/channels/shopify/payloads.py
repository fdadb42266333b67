"""Webhook bodies: REST-shaped JSON, snake_case, numeric ids, tags in one text, money as text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.channels.shopify import gids, money
from simulator.channels.shopify.moments import iso
from simulator.channels.shopify.rules import orders, products, stock
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

Json = dict[str, Any]
FINANCIAL = {"PARTIALLY_PAID": "partially_paid", "PARTIALLY_REFUNDED": "partially_refunded"}
FULFILLED = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial", "UNFULFILLED": None}
SNAKE_ADDRESS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "zip": "zip",
    "phone": "phone",
    "provinceCode": "province_code",
    "countryCode": "country_code",
}


def payload(store: Store, topic: str, document: Document) -> Json:
    """The body of an event. A deleted thing is only named."""
    if topic == "INVENTORY_LEVELS_DISCONNECT":
        item, location = document.parent_id, document.body["locationId"]
        return {"inventory_item_id": item, "location_id": location}
    if topic.endswith("_DELETE"):
        return {"id": document.id}
    makers = {
        "product": product,
        "order": order,
        "refund": refund,
        "fulfillment": fulfillment,
        "return": return_,
        "inventory_item": inventory_item,
        "inventory_level": inventory_level,
        "customer": customer,
        "bulk_operation": bulk_operation,
    }
    return makers[document.kind](store, document)


def _head(document: Document, type: str) -> Json:
    return {
        "id": document.id,
        "admin_graphql_api_id": gids.gid(type, document.id),
        "created_at": iso(document.created_at),
        "updated_at": iso(document.modified_at),
    }


def bulk_operation(store: Store, document: Document) -> Json:
    """Long work that has ended."""
    body = document.body
    return {
        "admin_graphql_api_id": gids.gid("BulkOperation", document.id),
        "completed_at": body["completedAt"],
        "created_at": iso(document.created_at),
        "error_code": body["errorCode"] and body["errorCode"].lower(),
        "status": body["status"].lower(),
        "type": body["type"].lower(),
    }


def product(store: Store, document: Document) -> Json:
    """products/create and products/update."""
    body = document.body
    return {
        **_head(document, "Product"),
        "title": body["title"],
        "body_html": body["descriptionHtml"],
        "vendor": body["vendor"],
        "product_type": body["productType"],
        "handle": body["handle"],
        "published_at": body["publishedAt"],
        "template_suffix": body["templateSuffix"],
        "published_scope": "web",
        "tags": ", ".join(body["tags"]),
        "status": body["status"].lower(),
        "variants": [_variant(store, v) for v in products.variants_of(store, document)],
        "options": [
            {
                "id": option["id"],
                "product_id": document.id,
                "name": option["name"],
                "position": position,
                "values": [v["name"] for v in option["values"]],
            }
            for position, option in enumerate(body["options"], 1)
        ],
        "images": [{"id": m["id"], "src": m["url"], "alt": m["alt"]} for m in body["media"]],
    }


def _variant(store: Store, document: Document) -> Json:
    body = document.body
    chosen = [*body["values"], None, None][:3]
    return {
        **_head(document, "ProductVariant"),
        "product_id": document.parent_id,
        "title": body["title"],
        "price": body["price"],
        "compare_at_price": body["compareAtPrice"],
        "position": body["position"],
        "inventory_policy": body["inventoryPolicy"].lower(),
        "option1": chosen[0],
        "option2": chosen[1],
        "option3": chosen[2],
        "taxable": body["taxable"],
        "barcode": body["barcode"],
        "sku": document.sku,
        "inventory_item_id": body["inventoryItemId"],
        "inventory_quantity": stock.total_available(store, body["inventoryItemId"]),
    }


def inventory_item(store: Store, document: Document) -> Json:
    """inventory_items/create and update."""
    body = document.body
    return {
        **_head(document, "InventoryItem"),
        "sku": document.sku,
        "cost": body["cost"],
        "tracked": body["tracked"],
        "requires_shipping": body["requiresShipping"],
        "country_code_of_origin": body["countryCodeOfOrigin"],
        "harmonized_system_code": body["harmonizedSystemCode"],
    }


def inventory_level(store: Store, document: Document) -> Json:
    """inventory_levels/connect and update."""
    item = document.parent_id
    id = f"{gids.gid('InventoryLevel', document.id)}?inventory_item_id={item}"
    return {
        "inventory_item_id": item,
        "location_id": document.body["locationId"],
        "available": stock.quantity(document, "available"),
        "updated_at": iso(document.modified_at),
        "admin_graphql_api_id": id,
    }


def customer(store: Store, document: Document) -> Json:
    """customers/create and update."""
    body = document.body
    return {
        **_head(document, "Customer"),
        "email": body["email"],
        "first_name": body["firstName"],
        "last_name": body["lastName"],
        "phone": body["phone"],
        "note": body["note"],
        "tags": ", ".join(body["tags"]),
        "state": body["state"].lower(),
        "addresses": [_address(a) for a in body["addresses"]],
    }


# -- orders ---------------------------------------------------------------------------------------


def order(store: Store, document: Document) -> Json:
    """All orders/… topics."""
    body, currency = document.body, document.body["currency"]
    first, now = orders.totals(document), orders.totals(document, now=True)
    status = orders.financial_status(document, orders.transactions_of(store, document))
    buyer = store.get("customer", body["customerId"])
    shown = {
        "total_price": first.total,
        "current_total_price": now.total,
        "subtotal_price": first.subtotal,
        "current_subtotal_price": now.subtotal,
        "total_tax": first.tax,
        "current_total_tax": now.tax,
        "total_discounts": first.discounts,
    }
    return {
        **_head(document, "Order"),
        "name": body["name"],
        "number": body["number"] - 1000,
        "order_number": body["number"],
        "processed_at": body["processedAt"],
        "cancelled_at": body["cancelledAt"],
        "cancel_reason": (body["cancelReason"] or "").lower() or None,
        "closed_at": body["closedAt"],
        "email": body["email"],
        "contact_email": body["email"],
        "phone": body["phone"],
        "note": body["note"],
        "note_attributes": [
            {"name": a["key"], "value": a["value"]} for a in body["customAttributes"]
        ],
        "tags": ", ".join(body["tags"]),
        "po_number": body["poNumber"],
        "source_name": body["sourceName"],
        "source_identifier": body["sourceIdentifier"],
        "test": body["test"],
        "currency": currency,
        "presentment_currency": currency,
        "taxes_included": body["taxesIncluded"],
        "financial_status": FINANCIAL.get(status, status.lower()),
        "fulfillment_status": FULFILLED[orders.fulfillment_status(document)],
        **{name: money.text(amount, currency) for name, amount in shown.items()},
        **{f"{name}_set": _set(amount, currency) for name, amount in shown.items()},
        "total_shipping_price_set": _set(first.shipping, currency),
        "discount_codes": [
            {"code": a["code"], "amount": money.text(first.discounts), "type": "fixed_amount"}
            for a in body["discountApplications"]
            if a.get("code")
        ],
        "line_items": [_line(line, currency) for line in body["lines"]],
        "shipping_lines": [
            {
                "id": row["id"],
                "title": row["title"],
                "code": row.get("code"),
                "price": row["price"],
                "price_set": _set(row["price"], currency),
                "tax_lines": _taxes(row["taxLines"], currency),
            }
            for row in body["shippingLines"]
        ],
        "shipping_address": _address(body["shippingAddress"]),
        "billing_address": _address(body["billingAddress"]),
        "customer": customer(store, buyer) if buyer else None,
        "fulfillments": [fulfillment(store, f) for f in store.children("fulfillment", document)],
        "refunds": [refund(store, r) for r in store.children("refund", document)],
    }


def _line(line: Json, currency: str) -> Json:
    left = orders.unfulfilled(line)
    status = "fulfilled" if line["fulfilled"] and not left else None
    return {
        "id": line["id"],
        "admin_graphql_api_id": gids.gid("LineItem", line["id"]),
        "variant_id": line["variantId"],
        "product_id": line["productId"],
        "sku": line["sku"],
        "title": line["title"],
        "variant_title": line["variantTitle"],
        "name": " - ".join(p for p in (line["title"], line["variantTitle"]) if p),
        "vendor": line["vendor"],
        "quantity": line["quantity"],
        "current_quantity": orders.current(line),
        "fulfillable_quantity": left,
        "fulfillment_status": "partial" if line["fulfilled"] and left else status,
        "price": line["price"],
        "price_set": _set(line["price"], currency),
        "total_discount": money.text(orders.discount_of(line), currency),
        "taxable": line["taxable"],
        "requires_shipping": line["requiresShipping"],
        "tax_lines": _taxes(line["taxLines"], currency),
        "discount_allocations": [
            {"amount": d["amount"], "discount_application_index": d["index"]}
            for d in line["discounts"]
        ],
    }


def _taxes(rows: list[Json], currency: str) -> list[Json]:
    return [
        {
            "title": row["title"],
            "rate": float(row["rate"]),
            "price": row["price"],
            "price_set": _set(row["price"], currency),
        }
        for row in rows
    ]


def _set(amount: Decimal | str, currency: str) -> Json:
    value = {"amount": money.text(amount, currency), "currency_code": currency}
    return {"shop_money": value, "presentment_money": value}


def _address(given: Json | None) -> Json | None:
    if given is None:
        return None
    shown = {name: given.get(ours) for ours, name in SNAKE_ADDRESS.items()}
    names = (given.get("firstName"), given.get("lastName"))
    return {
        **shown,
        "name": " ".join(n for n in names if n),
        "country": given.get("countryCode"),
        "province": given.get("provinceCode"),
    }


def fulfillment(store: Store, document: Document) -> Json:
    """fulfillments/create and update."""
    body, parent = document.body, store.need("order", document.parent_id)
    currency = parent.body["currency"]
    lines = {line["id"]: line for line in parent.body["lines"]}
    numbers = [row["number"] for row in body["tracking"] if row["number"]]
    urls = [row["url"] for row in body["tracking"] if row["url"]]
    return {
        **_head(document, "Fulfillment"),
        "order_id": document.parent_id,
        "name": body["name"],
        "status": body["status"].lower(),
        "shipment_status": None,
        "location_id": body["locationId"],
        "tracking_company": next((row["company"] for row in body["tracking"]), None),
        "tracking_number": next(iter(numbers), None),
        "tracking_numbers": numbers,
        "tracking_url": next(iter(urls), None),
        "tracking_urls": urls,
        "line_items": [
            {**_line(lines[row["lineId"]], currency), "quantity": row["quantity"]}
            for row in body["lines"]
        ],
    }


def refund(store: Store, document: Document) -> Json:
    """refunds/create."""
    body, parent = document.body, store.need("order", document.parent_id)
    lines = {line["id"]: line for line in parent.body["lines"]}
    moved = [store.need("transaction", n) for n in body["transactionIds"]]
    head = _head(document, "Refund")
    head.pop("updated_at")
    return {
        **head,
        "order_id": document.parent_id,
        "note": body["note"],
        "processed_at": body["processedAt"],
        "refund_line_items": [
            {
                "id": row["id"],
                "line_item_id": row["lineId"],
                "quantity": row["quantity"],
                "restock_type": row["restockType"].lower(),
                "location_id": row["locationId"],
                "subtotal": row["subtotal"],
                "total_tax": row["tax"],
                "line_item": _line(lines[row["lineId"]], parent.body["currency"]),
            }
            for row in body["lines"]
        ],
        "transactions": [
            {
                "id": t.id,
                "order_id": t.parent_id,
                "kind": t.body["kind"].lower(),
                "status": t.body["status"].lower(),
                "gateway": t.body["gateway"],
                "amount": t.body["amount"],
                "parent_id": t.body["parentId"],
            }
            for t in moved
        ],
    }


def return_(store: Store, document: Document) -> Json:
    """returns/… topics."""
    body = document.body
    return {
        **_head(document, "Return"),
        "name": body["name"],
        "status": body["status"].lower(),
        "order": {"id": document.parent_id},
        "total_return_line_items": sum(row["quantity"] for row in body["lines"]),
        "return_line_items": [
            {
                "id": row["id"],
                "quantity": row["quantity"],
                "return_reason": row["reason"].lower(),
                "return_reason_note": row["note"],
                "fulfillment_line_item": {"id": row["fulfillmentLineId"]},
            }
            for row in body["lines"]
        ],
    }
