"""Credit memos as REST shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.magento import invoices, orders, search
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Refusal, no_entity
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

REFUNDED = 2
ADJUSTMENTS = ("adjustment", "adjustment_negative", "adjustment_positive")


def view(call: Call, found: Document) -> dict[str, Any]:
    """A credit memo as it is shown."""
    body = found.body
    shown = {
        **invoices.money_head(call.dialect, body["head"]),
        **{f"base_{name}": body["head"][name] for name in ADJUSTMENTS},
        "billing_address_id": body["billing_address_id"],
        "created_at": search.stamp(found.created_at),
        "entity_id": found.id,
        "increment_id": body["increment_id"],
        "invoice_id": body["invoice_id"],
        "order_id": found.parent_id,
        "shipping_address_id": body["shipping_address_id"],
        "state": REFUNDED,
        "updated_at": search.stamp(found.modified_at),
        "items": [invoices.with_twins(row) for row in body["items"]],
        "comments": body["comments"],
    }
    return {key: value for key, value in shown.items() if value is not None}


def read(call: Call) -> dict[str, Any]:
    """One credit memo."""
    return view(call, _need(call.dialect, call["id"]))


def list_memos(call: Call) -> dict[str, Any]:
    """Credit memos by criteria."""
    return search.listing(call, ENTITY, view)


def comments(call: Call) -> dict[str, Any]:
    """A credit memo's comments."""
    found = _need(call.dialect, call["id"])
    return orders.comment_list(found.id, found.body["comments"])


def add_comment(call: Call) -> dict[str, Any]:
    """Write a comment on a credit memo."""
    given, found = call["entity"], _need(call.dialect, call["id"])
    notified = given.get("is_customer_notified") or 0
    visible = given.get("is_visible_on_front") or 0
    comment = comment_on(call.dialect, found, given.get("comment") or "", visible, notified)
    return {k: v for k, v in comment.items() if k != "created_at"}


def _need(dialect: Magento, id: int) -> Document:
    if not id:
        raise Refusal("An ID is needed. Set the ID and try again.")
    found = dialect.shop.get("creditmemo", id)
    if found is None:
        raise no_entity()
    return found


ENTITY = search.Entity(
    kind="creditmemo",
    name="creditmemos",
    row=lambda call, found: {
        **found.body["head"],
        "entity_id": found.id,
        "increment_id": found.body["increment_id"],
        "order_id": found.parent_id,
        "state": REFUNDED,
        "store_id": 1,
        "invoice_id": found.body["invoice_id"],
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
    },
    fields=frozenset(
        words(
            "entity_id order_id increment_id state store_id grand_total subtotal tax_amount"
            " shipping_amount adjustment adjustment_positive adjustment_negative invoice_id created_at"
            " updated_at base_grand_total creditmemo_status order_currency_code"
        )
    ),
    parent_field="order_id",
)


def comment_on(
    dialect: Magento, found: Document, text: str, is_visible: int, is_notified: int
) -> dict[str, Any]:
    """Write a comment on a credit memo."""
    comment = {
        "comment": text,
        "created_at": search.now(dialect),
        "entity_id": dialect.shop.next_number("creditmemo comment"),
        "is_customer_notified": is_notified,
        "is_visible_on_front": is_visible,
        "parent_id": found.id,
    }
    found.body["comments"].append(comment)
    dialect.shop.put(found, touch=False)
    return comment


_ID, _READ, _AT = param("id", "int"), "Magento_Sales::sales_creditmemo", "/V1/creditmemo"
ROUTES = (
    Route("GET", "/V1/creditmemos", list_memos, _READ, search.CRITERIA),
    Route("GET", f"{_AT}/:id", read, _READ, (_ID,)),
    Route("GET", f"{_AT}/:id/comments", comments, _READ, (_ID,)),
    Route("POST", f"{_AT}/:id/comments", add_comment, _READ, (_ID, param("entity", "Comment"))),
)
