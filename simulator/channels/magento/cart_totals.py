"""What a cart comes to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import attributes, pricing
from simulator.channels.magento.placing import Line
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

PER_PIECE = 5.0  # the flat rate
METHOD = "flatrate_flatrate"


def price(dialect: Magento, line: Line) -> float:
    """What one piece of a row costs now."""
    return pricing.final_price(dialect, line.goods, 1, line.quantity)


def shipping(dialect: Magento, lines: Sequence[Line]) -> float:
    """The flat rate for all pieces that have to be sent."""
    return PER_PIECE * sum(l.quantity for l in lines if l.product.body["type"] != "virtual")  # noqa: E741


def totals(dialect: Magento, lines: Sequence[Line], cart: Document) -> dict[str, Any]:
    """The sums of a cart, and how they come about."""
    address = cart.body["shipping"] or {}
    country = str(address.get("country_id") or "")
    rows = [_row(dialect, line, country) for line in lines]
    net = sum(row["row_total"] for row in rows)
    tax = sum(row["tax_amount"] for row in rows)
    gross = sum(row["row_total_incl_tax"] for row in rows)
    sending = shipping(dialect, lines) if cart.body["has_method"] else 0
    total = net + tax + sending
    currency = dialect.settings()["currency"]
    amounts = {
        "grand_total": total,
        "subtotal": net,
        "discount_amount": 0,
        "subtotal_with_discount": net,
        "shipping_amount": sending,
        "shipping_discount_amount": 0,
        "tax_amount": tax,
        "shipping_tax_amount": 0,
        "shipping_incl_tax": sending,
    }
    twins = {f"base_{name}": amount for name, amount in amounts.items()}
    if country and tax:
        twins["base_subtotal_incl_tax"] = gross
    return {
        **amounts,
        **twins,
        "weee_tax_applied_amount": None,
        "subtotal_incl_tax": gross,
        "base_currency_code": currency,
        "quote_currency_code": currency,
        "items_qty": sum(line.quantity for line in lines),
        "items": rows,
        "total_segments": _segments(net, sending, tax, total),
    }


def _segments(net: float, sending: float, tax: float, total: float) -> list[dict[str, Any]]:
    details: dict[str, Any] = {"tax_grandtotal_details": []}
    return [
        {"code": "subtotal", "title": "Subtotal", "value": net},
        {"code": "shipping", "title": "Shipping & Handling (Flat Rate - Fixed)", "value": sending},
        {"code": "tax", "title": "Tax", "value": tax, "extension_attributes": details},
        {"code": "grand_total", "title": "Grand Total", "value": total, "area": "footer"},
    ]


def _options(dialect: Magento, line: Line) -> str:
    """What was chosen, in words: text that holds JSON."""
    told = []
    for one in line.chosen:
        attribute = attributes.by_id(dialect, int(one["option_id"]))
        kept = attributes.stored(dialect, attribute.code) if attribute else None
        labels = {o["id"]: o["label"] for o in kept.body["options"]} if kept else {}
        label = attribute.label if attribute else ""
        told.append({"value": labels.get(one["option_value"], ""), "label": label})
    return json.dumps(told, separators=(",", ":"))


def _row(dialect: Magento, line: Line, country: str) -> dict[str, Any]:
    money = pricing.taxed(dialect, price(dialect, line), line.quantity, country)
    amounts = {
        "price": money.price,
        "row_total": money.total,
        "tax_amount": money.tax,
        "discount_amount": 0,
        "price_incl_tax": money.price_incl,
        "row_total_incl_tax": money.total_incl,
    }
    return {
        "item_id": line.quote_item_id,
        **amounts,
        **{f"base_{name}": amount for name, amount in amounts.items()},
        "qty": line.quantity,
        "row_total_with_discount": 0,
        "tax_percent": money.percent,
        "discount_percent": 0,
        "options": _options(dialect, line),
        "weee_tax_applied_amount": None,
        "weee_tax_applied": None,
        "name": line.product.body["attrs"]["name"],
    }
