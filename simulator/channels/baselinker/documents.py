"""Warehouse documents: drafts of goods in and out, which move stock when they are confirmed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.channels.baselinker import bulk
from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.catalogue import warehouse_key
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import Params, rows_of
from simulator.commerce.shop import Document

FIRST, FIRST_ITEM, FIRST_SERIES = 4_001, 9_001, 15
TYPES = {0: "GR", 1: "IGR", 2: "GI", 3: "IGI", 4: "IT", 5: "OB"}  # goods in 0, 1, 5; out 2, 3
OUT, TRANSFER = (2, 3), 4
DRAFT, CONFIRMED = 0, 1
PAGE = 100


def add_inventory_document(call: Call) -> dict[str, Any]:
    """A draft; a transfer also names the warehouse that the goods go to."""
    given = call.params
    warehouse = call.need("warehouse", "warehouse_id")
    type = given.whole("document_type")
    if type not in TYPES:
        raise wrong("document_type", f"Invalid document type: {type}")
    target = call.need("warehouse", "target_warehouse_id").id if type == TRANSFER else 0
    body: dict[str, Any] = {
        "document_type": type,
        "document_status": DRAFT,
        "direction": 1 if type in OUT else 0,
        "document_series_id": FIRST_SERIES + type,
        "full_number": f"{TYPES[type]}/draft",
        "warehouse_id": warehouse.id,
        "warehouse_id2": target,
        "date_created": given.whole("date_add", call.store.now()),
        "date_confirmed": 0,
        "items": [],
    }
    id = call.store.shop.next_number("document", FIRST)
    return {"document_id": call.store.add("document", body, id=id).id}


def add_inventory_document_items(call: Call) -> dict[str, Any]:
    """Items of a draft."""
    document = call.need("document", "document_id")
    if document.body["document_status"] != DRAFT:
        raise wrong("document_id", "The document is already confirmed")
    made = [_item(call, document, rows_of(i, "items")) for i in call.params.rows("items")]
    document.body["items"] += made
    call.store.save(document)
    return {"items": [{"item_id": i["item_id"], "product_id": i["product_id"]} for i in made]}


def _item(call: Call, document: Document, given: Params) -> dict[str, Any]:
    product = call.store.product(given.whole("product_id"))
    quantity = given.whole("quantity")
    if product is None:
        raise wrong("product_id", f"Invalid product ID: {given['product_id']}")
    if quantity < 1:
        raise wrong("quantity", "Invalid quantity")
    price = given.money("price", Decimal(0))
    return {
        "item_id": call.store.shop.next_number("document_item", FIRST_ITEM),
        "document_id": document.id,
        "position": len(document.body["items"]) + 1,
        "product_id": product.id,
        "product_name": product.body["text_fields"].get("name", ""),
        "product_ean": product.body["ean"],
        "product_sku": product.body["sku"],
        "inventory_id": product.body["inventory_id"],
        "quantity": quantity,
        "price": str(price),
        "total_price": str(price * quantity),
        "location_name": given.text("location_name", ""),
        "expiry_date": given.text("expiry_date", ""),
        "batch": given.text("batch", ""),
        "serial_no": given.text("serial_no", ""),
    }


def set_inventory_document_status_confirmed(call: Call) -> dict[str, Any]:
    """Confirm a draft: its items move the stock."""
    document = call.need("document", "document_id")
    body = document.body
    if body["document_status"] != DRAFT:
        raise wrong("document_id", "The document is already confirmed")
    number = call.store.shop.next_number(f"document {body['document_type']}")
    body |= {
        "document_status": CONFIRMED,
        "date_confirmed": call.store.now(),
        "full_number": f"{TYPES[body['document_type']]}/{number}",
    }
    for item in body["items"]:
        _move(call, body["warehouse_id"], item, -1 if body["document_type"] in (*OUT, 4) else 1)
        if body["document_type"] == TRANSFER:
            _move(call, body["warehouse_id2"], item, 1)
    call.store.save(document)
    return {}


def _move(call: Call, warehouse_id: int, item: dict[str, Any], sign: int) -> None:
    warehouse = call.store.shop.get("warehouse", warehouse_id)
    product = call.store.product(item["product_id"])
    if warehouse is not None and product is not None:
        bulk.move(call.store, product, warehouse_key(warehouse), sign * item["quantity"])


def get_inventory_documents(call: Call) -> dict[str, Any]:
    """The documents, a hundred a page."""
    given = call.params
    same = (
        ("filter_document_id", "id"),
        ("filter_document_type", "document_type"),
        ("filter_document_status", "document_status"),
        ("filter_warehouse_id", "warehouse_id"),
    )
    rows = []
    for found in call.store.visible("document"):
        body = {"id": found.id, **found.body}
        if any(given.has(n) and given.whole(n) != body[field] for n, field in same):
            continue
        since, until = given.whole("filter_date_from", 0), given.whole("filter_date_to", 0)
        if body["date_created"] >= since and (not until or body["date_created"] <= until):
            rows.append(_view(found))
    start = (max(1, given.whole("page", 1)) - 1) * PAGE
    return {"documents": rows[start : start + PAGE]}


def _view(found: Document) -> dict[str, Any]:
    body = {k: v for k, v in found.body.items() if k != "items"}
    items = found.body["items"]
    return {
        "document_id": found.id,
        **body,
        "items_count": len(items),
        "total_quantity": sum(i["quantity"] for i in items),
        "total_price": float(sum((Decimal(i["total_price"]) for i in items), Decimal(0))),
    }


def get_inventory_document_items(call: Call) -> dict[str, Any]:
    """The items of a document."""
    document = call.need("document", "document_id")
    prices = ("price", "total_price")
    return {"items": [{**i, **{n: float(i[n]) for n in prices}} for i in document.body["items"]]}


def get_inventory_document_series(call: Call) -> dict[str, Any]:
    """The series of numbers, one for each type."""
    warehouse = next(iter(call.store.shop.all("warehouse")))
    return {
        "document_series": [
            {
                "document_series_id": FIRST_SERIES + type,
                "document_type": type,
                "name": name,
                "format": f"{name}/%N",
                "warehouse_id": warehouse.id,
            }
            for type, name in TYPES.items()
        ]
    }


METHODS = {
    "addInventoryDocument": add_inventory_document,
    "addInventoryDocumentItems": add_inventory_document_items,
    "setInventoryDocumentStatusConfirmed": set_inventory_document_status_confirmed,
    "getInventoryDocuments": get_inventory_documents,
    "getInventoryDocumentItems": get_inventory_document_items,
    "getInventoryDocumentSeries": get_inventory_document_series,
}
