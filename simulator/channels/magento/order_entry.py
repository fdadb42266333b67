"""Orders written as they are sent: a partial save of an order that exists, or a whole new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.magento import order_view, orders, search, sources, stores
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Refusal
from simulator.channels.magento.kinds import words
from simulator.channels.magento.order_view import ALWAYS_TOLD, ITEM_TWINS, TWINS
from simulator.commerce.shop import Document

PARTS = ("items", "billing_address", "payment", "status_histories", "extension_attributes")
ITEM_PARTS = ("parent_item", "extension_attributes")
ITEM_NOUGHTS = words(
    "amount_refunded discount_amount discount_invoiced discount_percent free_shipping"
    " discount_tax_compensation_amount is_qty_decimal no_discount qty_canceled qty_invoiced"
    " qty_refunded qty_shipped row_invoiced tax_amount tax_invoiced tax_percent is_virtual"
)


def save(call: Call) -> dict[str, Any]:
    """Change the named fields of an order; without a known id, a new order with its payment."""
    given = call["entity"]
    found = call.dialect.shop.get("order", given.get("entity_id") or 0)
    if found is None:
        if not given.get("payment") or given.get("entity_id"):
            raise Refusal("Please provide payment for the order.")
        return create(call)
    head = {k: v for k, v in given.items() if k not in (*PARTS, "entity_id") and v is not None}
    found.body["head"] |= _without_twins(head, TWINS)
    saved = orders.save(call.dialect, found)
    return _told(head, saved)


def create(call: Call) -> dict[str, Any]:
    """A new order from nearly anything. It has no state but what was sent."""
    given, dialect = call["entity"], call.dialect
    shop = dialect.shop
    order_id, now = shop.next_number("order"), search.now(dialect)
    head = _without_twins({k: v for k, v in given.items() if k not in PARTS}, TWINS)
    head["increment_id"] = head.get("increment_id") or f"{shop.next_number('increment'):09d}"
    head.setdefault("state", None)
    head.setdefault("status", None)
    for name in ("shipping_amount", "grand_total", "subtotal", "tax_amount", "discount_amount"):
        head.setdefault(name, None)
    items = []
    for row in given.get("items") or ():
        sent = _without_twins(
            {k: v for k, v in row.items() if v is not None and k not in ITEM_PARTS},
            ITEM_TWINS,
        )
        item = {
            **dict.fromkeys(ITEM_NOUGHTS, 0),
            "qty_ordered": 0,
            "row_total": 0,
            "price": 0,
            "product_id": None,
            "sku": "",
            **sent,
        }
        item |= {"item_id": shop.next_number("order item"), "order_id": order_id}
        items.append(item | {"created_at": now, "updated_at": now, "name": sent.get("name", "")})
    payment = dict(given.get("payment") or {})
    payment |= {"entity_id": order_id, "parent_id": order_id}
    payment.setdefault("additional_information", [])
    assignments = (given.get("extension_attributes") or {}).get("shipping_assignments") or [{}]
    shipping = (assignments[0].get("shipping") or {}) if isinstance(assignments, list) else {}
    body = {
        "head": head,
        "items": items,
        "billing": _address(call, given.get("billing_address"), "billing", order_id),
        "shipping": _address(call, shipping.get("address"), "shipping", order_id),
        "method": shipping.get("method") or "",
        "payment": _without_twins(payment, frozenset(k for k in payment)),
        "histories": [],
        "stock_id": sources.DEFAULT_STOCK,
        "tax_percent": 0,
        "tax_code": "",
    }
    found = shop.add("order", body, id=order_id, sku=str(head["increment_id"]))
    for item in items:
        shop.add("order_item", {}, id=item["item_id"], parent_id=order_id, quiet=True)
    own = {"increment_id": head["increment_id"], "store_name": stores.STORE_NAME}
    return _told({k: v for k, v in given.items() if k not in PARTS} | own, found)


def _told(sent: Mapping[str, Any], found: Document) -> dict[str, Any]:
    """The answer to a save: what was sent, with the parts; nothing is read back."""
    body = found.body
    told: dict[str, Any] = dict.fromkeys(ALWAYS_TOLD) | {
        k: v for k, v in sent.items() if v is not None
    }
    due = max((sent.get("grand_total") or 0) - (sent.get("total_paid") or 0), 0)
    told |= {"entity_id": found.id, "total_due": due, "base_total_due": due}
    told["items"] = [order_view.plain_item(row) for row in body["items"]]
    if body["billing"]:
        told["billing_address"] = order_view.address(body["billing"])
    told["payment"] = order_view.payment(body["payment"])
    told["status_histories"] = [order_view.history(row) for row in body["histories"]]
    return told


def _without_twins(row: Mapping[str, Any], twins: frozenset[str]) -> dict[str, Any]:
    """Base amounts stand for the plain ones where only they were sent."""
    kept = dict(row)
    for key, value in row.items():
        plain = key.removeprefix("base_")
        if key != plain and plain in twins:
            kept.pop(key)
            kept.setdefault(plain, value)
    return kept


def _address(call: Call, given: Any, kind: str, order_id: int) -> dict[str, Any] | None:
    if not isinstance(given, Mapping) or not given:
        return None
    id = call.dialect.shop.next_number("order address")
    own = {"address_type": kind, "entity_id": id, "parent_id": order_id}
    return {**{k: v for k, v in given.items() if k != "extension_attributes"}, **own}


_RIGHT, _ENTITY = "Magento_Sales::create", (param("entity", "Order"),)
_SERVICE = "Magento\\Sales\\Api\\OrderRepositoryInterface::save"
ROUTES = (
    Route("POST", "/V1/orders", save, _RIGHT, _ENTITY, _SERVICE),
    Route("PUT", "/V1/orders/create", create, _RIGHT, _ENTITY, _SERVICE),
)
