"""Returns and refunds, which people do in Seller Central alone; no method of the API shows them.

The seller has 48 hours from a return's arrival to refund it; then Houzz does and deducts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.houzz import orders, payments, tasks
from simulator.commerce.orders import added, refundable
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

RETURNABLE = timedelta(days=30)
REFUND_WITHIN = timedelta(hours=48)


def request_return(dialect: Houzz, number: str, lines: Mapping[str, int], reason: str) -> str:
    """The buyer wants to send goods back; gives the return's number. ValueError when too late,
    or for more than was sent."""
    order = _shipped(dialect, number)
    since = datetime.fromisoformat(order.body["shipped_at"])
    if dialect.shop.clock.now() > since + RETURNABLE:
        raise ValueError(f"order {number} was sent more than {RETURNABLE.days} days ago")
    asked = added([lines, *(r.body["lines"] for r in _returns(dialect, order))])
    sent = orders.pieces(order)
    for sku, count in asked.items():
        if count > sent.get(sku, 0) or lines.get(sku, 1) < 1:
            raise ValueError(f"order {number} has {sent.get(sku, 0)} {sku}, {count} to return")
    body = {"state": "requested", "lines": dict(lines), "reason": reason, "order": number}
    return str(dialect.shop.add("return", body, parent_id=order.id).id)


def authorise_return(dialect: Houzz, id: str, rma: str) -> str:
    """The seller gives the buyer an RMA number."""
    found = _return(dialect, id, "requested")
    found.body.update({"state": "authorised", "rma": rma or f"RMA-{id}"})
    dialect.shop.put(found)
    return str(found.body["rma"])


def receive_return(dialect: Houzz, id: str) -> None:
    """The goods are back at the seller's; the time to refund them begins."""
    found = _return(dialect, id, "authorised")
    found.body["state"] = "received"
    dialect.shop.put(found)
    tasks.remind(dialect, "refund", found.id, REFUND_WITHIN)


def refund_return(dialect: Houzz, id: str, by: str = "seller") -> str:
    """Give the buyer the money for what came back; gives the amount."""
    found = _return(dialect, id, "received")
    tasks.forget(dialect, "refund", found.id)
    order = orders.find(dialect, found.body["order"])
    amount = "0.00"  # when all was given back before
    if _left(order):
        amount = refund(dialect, found.body["order"], lines=found.body["lines"])
    found.body.update({"state": "refunded", "refunded_by": by, "amount": amount})
    dialect.shop.put(found)
    return amount


def refund_overdue(dialect: Houzz, id: int) -> None:
    """The seller did not refund a return in time: Houzz does."""
    found = dialect.shop.get("return", id)
    if found is not None and found.body["state"] == "received":
        refund_return(dialect, str(id), by="Houzz")


def refund(
    dialect: Houzz,
    number: str,
    *,
    lines: Mapping[str, int] | None = None,
    amount: str | None = None,
) -> str:
    """Give money back for pieces, or an amount, or all that is left; gives how much.

    Never more than is left of what the buyer paid (ValueError for an amount above it).
    """
    order = _shipped(dialect, number)
    left = _left(order)
    if amount is not None:
        wanted = Decimal(amount)
    elif lines is not None:
        wanted = min(left, _worth(order, lines))
    else:
        wanted = left
    if not 0 < wanted <= left:
        raise ValueError(f"order {number} has {left:.2f} left to refund, not {wanted:.2f}")
    order.body["refunds"] = [*order.body.get("refunds", ()), f"{wanted:.2f}"]
    dialect.shop.put(order)
    payments.given_back(dialect, number, wanted)
    return f"{wanted:.2f}"


def shown(dialect: Houzz, order: Document) -> list[dict[str, Any]]:
    """An order's returns as Seller Central lists them."""
    return [{"return": str(r.id), **r.body} for r in _returns(dialect, order)]


def _shipped(dialect: Houzz, number: str) -> Document:
    order = orders.find(dialect, number)
    if order.body["Status"] != orders.SHIPPED:
        raise ValueError(
            f"order {number} is {order.body['Status']}: nothing was sent, nothing paid"
        )
    return order


def _left(order: Document) -> Decimal:
    """What the buyer paid and did not get back."""
    given = [Decimal(amount) for amount in order.body.get("refunds", ())]
    return refundable(orders.total(order), given)


def _worth(order: Document, lines: Mapping[str, int]) -> Decimal:
    rows = {row["SKU"]: row for row in orders.goods(order)}
    for sku, count in lines.items():
        ordered = rows[sku]["Quantity"] if sku in rows else 0
        if not 0 < count <= ordered:
            raise ValueError(f"order {order.sku} has {ordered} {sku}, {count} to refund")
    return sum((orders.row_total(rows[sku], n) for sku, n in lines.items()), Decimal(0))


def _returns(dialect: Houzz, order: Document) -> list[Document]:
    return list(dialect.shop.all("return", parent_id=order.id))


def _return(dialect: Houzz, id: str, state: str) -> Document:
    found = dialect.shop.get("return", int(id)) if str(id).isdecimal() else None
    if found is None:
        raise LookupError(f"houzz has no return {id}")
    if found.body["state"] != state:
        raise ValueError(f"return {id} is {found.body['state']}, not {state}")
    return found
