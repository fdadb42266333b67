"""Returns and refunds: goods back, money back; neither has an API, only feeds and reports."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from simulator.channels.amazon import moments, orders
from simulator.channels.amazon.errors import bad
from simulator.commerce.orders import refundable
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

RETURN, REFUND = "return", "refund"


def line_of(order: Document, sku: str) -> orders.Body:
    """An order's line of a sku. LookupError when it has none."""
    for line in order.body["lines"]:
        if line["sku"] == sku:
            found: orders.Body = line
            return found
    raise LookupError(f"order {order.sku} has no {sku}")


def come_back(dialect: Amazon, order: Document, sku: str, quantity: int, reason: str) -> None:
    """A buyer sends shipped goods back. ValueError for more than was shipped."""
    line = line_of(order, sku)
    known = dialect.shop.all(RETURN, parent_id=order.id)
    before = sum(r.body["quantity"] for r in known if r.body["line"] == line["id"])
    if quantity < 1 or quantity + before > line["shipped"]:
        raise ValueError(f"order {order.sku}: {quantity} × {sku} cannot come back")
    body = {
        "order": order.sku,
        "ordered": moments.iso(order.created_at),
        "line": line["id"],
        "sku": sku,
        "asin": line["asin"],
        "title": line["title"],
        "quantity": quantity,
        "reason": reason,
        "fba": order.body["fba"],
    }
    dialect.shop.add(RETURN, body, parent_id=order.id, quiet=True)


def give_back(
    dialect: Amazon, order: Document, line_id: str, amounts: Mapping[str, str], reason: str
) -> None:
    """Pay a buyer back on one line, {"item-price": "5.00", "item-tax": …}. Refused past its total."""
    line = next((row for row in order.body["lines"] if row["id"] == line_id), None)
    if line is None:
        raise bad(f"Order item {line_id} does not belong to order {order.sku}.")
    if not line["shipped"]:
        raise bad(f"Order item {line_id} has not been shipped and cannot be refunded.")
    amount = sum((Decimal(text) for text in amounts.values()), Decimal(0))
    total = orders.line_total(line, order.body["gross"])
    room = refundable(total, [Decimal(line["refunded"])])
    if amount <= 0 or amount > room:
        raise bad(f"The refund of {amount:.2f} is not between 0 and the {room:.2f} left.")

    def act(body: orders.Body) -> None:
        for row in body["lines"]:
            if row["id"] == line_id:
                row["refunded"] = f"{Decimal(row['refunded']) + amount:.2f}"

    changed = dialect.orders.change(order, act, "Refund issued")
    facts = {"order": order.sku, "line": line_id, "amounts": dict(amounts), "reason": reason}
    dialect.shop.add(REFUND, facts, parent_id=changed.id, quiet=True)
