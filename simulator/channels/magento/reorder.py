"""Editing an order as the panel does it: the old one is cancelled, a new one names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import orders, placing, products
from simulator.channels.magento.errors import Refusal
from simulator.channels.magento.placing import Line, Placing
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento


def replace(dialect: Magento, old: Document, items: Mapping[str, Any]) -> str:
    """Cancel an order and place one with these pieces in its stead; gives the new number."""
    if old.body["head"]["state"] != orders.NEW:
        raise Refusal("This order can't be edited.")
    head = old.body["head"]
    lines = [Line(products.need(dialect, sku), float(pieces)) for sku, pieces in items.items()]
    first = head.get("original_increment_id") or head["increment_id"]
    edits = (head.get("edit_increment") or 0) + 1
    more = {
        "original_increment_id": first,
        "edit_increment": edits,
        "relation_parent_id": str(old.id),
        "relation_parent_real_id": head["increment_id"],
        "increment_id": f"{first}-{edits}",
    }
    orders.cancel_order(dialect, old)
    made = placing.place(
        dialect,
        Placing(
            lines=lines,
            billing=old.body["billing"],
            shipping=old.body["shipping"],
            email=head["customer_email"],
            method=old.body["method"],
            method_title=head.get("shipping_description") or "",
            shipping_amount=head["shipping_amount"],
            payment=old.body["payment"]["method"],
            payment_title=(old.body["payment"]["additional_information"] or [""])[0],
            more=more,
        ),
    )
    number = str(made.body["head"]["increment_id"])
    old = orders.need(dialect, old.id)
    old.body["head"] |= {"relation_child_id": str(made.id), "relation_child_real_id": number}
    orders.save(dialect, old)
    return number
