"""Orders as REST shows them. Keys without a value are absent; most amounts stand there twice, also
in the base currency, which is the shop's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import search
from simulator.channels.magento.calls import Call
from simulator.channels.magento.kinds import MONEY, ORDER_ITEM_MONEY, words
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

NO_TWIN = frozenset({"total_qty_ordered", "adjustment_negative", "adjustment_positive"})
TWINS = frozenset(MONEY.split()) - NO_TWIN
ITEM_TWINS = frozenset(ORDER_ITEM_MONEY.split())
SHIPPING_TOTALS = words(
    "shipping_amount shipping_canceled shipping_discount_amount shipping_incl_tax"
    " shipping_invoiced shipping_refunded shipping_tax_amount shipping_tax_refunded"
)
ALWAYS_TOLD = ("base_grand_total", "grand_total", "customer_email")  # null where there is none
COMPENSATION = "shipping_discount_tax_compensation_amount"
Body = Mapping[str, Any]


def order(call: Call, found: Document) -> dict[str, Any]:
    """A whole order."""
    dialect, body = call.dialect, found.body
    told = {k: v for k, v in body["head"].items() if v is not None}
    head = dict.fromkeys(ALWAYS_TOLD) | with_twins(told)
    head |= {
        "entity_id": found.id,
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
        "items": [item(body, row) for row in body["items"]],
    }
    if body["billing"]:
        head["billing_address"] = address(body["billing"])
    head["payment"] = payment(body["payment"])
    head["status_histories"] = [history(row) for row in body["histories"]]
    head["extension_attributes"] = _extension(dialect, body)
    return head


def _extension(dialect: Magento, body: Body) -> dict[str, Any]:
    shipping: dict[str, Any] = {"total": _shipping_total(body["head"])}
    if body["shipping"]:  # what is not sent has neither address nor method
        shipping |= {"address": address(body["shipping"]), "method": body["method"]}
    rows = [item(body, row) for row in body["items"]]
    extension: dict[str, Any] = {"shipping_assignments": [{"shipping": shipping, "items": rows}]}
    title = (body["payment"].get("additional_information") or [""])[0]
    extension |= {
        "payment_additional_info": [{"key": "method_title", "value": title}] if title else [],
        "applied_taxes": _applied_taxes(body),
        "item_applied_taxes": _item_taxes(body),
        "converting_from_quote": bool(body.get("from_quote", True) and _applied_taxes(body)),
        "taxes": [],
        "additional_itemized_taxes": [],
    }
    return extension


def item(body: Body, row: Body) -> dict[str, Any]:
    """A row of an order, in the order; the row of a variant brings its parent's along."""
    shown = plain_item(row) | {"extension_attributes": {"itemized_taxes": []}}
    parents = (r for r in body["items"] if r["item_id"] == row.get("parent_item_id"))
    return with_parent(shown, next(map(plain_item, parents), None))


def with_parent(shown: Body, parent: Body | None) -> dict[str, Any]:
    """A row of an order with the row that it belongs to, if there is one."""
    return {**shown, "parent_item": parent} if parent else dict(shown)


def plain_item(row: Body) -> dict[str, Any]:
    """A row of an order by itself."""
    shown = {}
    for key, value in row.items():
        if value is None or key.startswith("_"):
            continue
        shown[key] = value
        if key in ITEM_TWINS and not (key == "original_price" and "parent_item_id" in row):
            shown[f"base_{key}"] = value
    return shown


def with_twins(amounts: Body) -> dict[str, Any]:
    """Amounts, each also in the base currency."""
    shown = dict(amounts)
    for key, value in amounts.items():
        if key in TWINS:
            shown[f"base_{key}"] = value
    if COMPENSATION in amounts:
        shown["base_shipping_discount_tax_compensation_amnt"] = amounts[COMPENSATION]
    return shown


def _shipping_total(head: Body) -> dict[str, Any]:
    names = (*SHIPPING_TOTALS, COMPENSATION)
    return with_twins({k: head[k] for k in names if head.get(k) is not None})


def address(body: Body) -> dict[str, Any]:
    """An address of an order."""
    always = (
        "address_type",
        "city",
        "country_id",
        "firstname",
        "lastname",
        "postcode",
        "telephone",
    )
    return dict.fromkeys(always) | {key: value for key, value in body.items() if value is not None}


def payment(body: Body) -> dict[str, Any]:
    """How an order is paid."""
    shown: dict[str, Any] = {"account_status": None, "cc_last4": None, "method": None}
    for key, value in body.items():
        if value is None:
            continue
        shown[key] = value
        if key.startswith(("amount_", "shipping_")):
            shown[f"base_{key}"] = value
    return shown


def history(row: Body) -> dict[str, Any]:
    """A comment on an order."""
    told = dict.fromkeys(("comment", "is_customer_notified", "is_visible_on_front", "parent_id"))
    return told | {key: value for key, value in row.items() if value is not None}


def _applied_taxes(body: Body) -> list[dict[str, Any]]:
    percent = body.get("tax_percent")
    if not percent:
        return []
    amount = body["head"]["tax_amount"]
    rate = {"code": body["tax_code"], "title": body["tax_code"], "percent": percent}
    extension = {"rates": [{**rate}]}
    return [{**rate, "amount": amount, "base_amount": amount, "extension_attributes": extension}]


def _item_taxes(body: Body) -> list[dict[str, Any]]:
    percent = body.get("tax_percent")
    if not percent:
        return []
    shown = []
    for row in body["items"]:
        if row.get("parent_item_id"):
            continue
        amount = row["tax_amount"]
        tax = {
            "code": body["tax_code"],
            "title": body["tax_code"],
            "percent": percent,
            "amount": amount,
            "base_amount": amount,
        }
        shown.append({"type": "product", "item_id": row["item_id"], "applied_taxes": [tax]})
    if body["head"]["shipping_tax_amount"]:
        amount = body["head"]["shipping_tax_amount"]
        tax = {"code": body["tax_code"], "title": body["tax_code"], "percent": percent}
        tax |= {"amount": amount, "base_amount": amount}
        shown.append({"type": "shipping", "applied_taxes": [tax]})
    return shown
