"""What happens once: parcels, cancellations, returns; each looks first whether it has happened.

Nothing here has idempotency keys, so everything we do carries our mark, and is looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.channels import parts
from agent.channels.woocommerce import orders, shipments
from agent.channels.woocommerce.connection import API, Connection
from agent.channels.woocommerce.mapping_orders import CANCELLED, RETURNED, refunded, tag
from agent.errors import Refused
from agent.model.change import CancelOrder, Command, ConfirmShipment, Receipt, RecordReturn


def push(c: Connection, command: Command) -> Receipt:
    """Do it, unless it has been done."""
    row = orders.raw(c, command.remote_id)
    if row is None:
        return parts.refused(command, "the shop has no such order", "look for it in its trash")
    try:
        return _settled(c, command, row) or _do(c, command, row)
    except Refused as refusal:
        return parts.refused(command, refusal.what, refusal.next)


def settle(c: Connection, command: Command) -> Receipt | None:
    """The receipt of a command that has wholly happened; None when (some of) it has not."""
    row = orders.raw(c, command.remote_id)
    return None if row is None else _settled(c, command, row)


def _settled(c: Connection, command: Command, row: Mapping[str, Any]) -> Receipt | None:
    match command:
        case ConfirmShipment():
            happened = shipments.is_told(c, command, row)
        case CancelOrder(lines=lines) if not lines:
            happened = row["status"] == "cancelled"
        case _:
            happened = _has_refund(c, command)
    return parts.done(command, words="found in the shop") if happened else None


def _do(c: Connection, command: Command, row: Mapping[str, Any]) -> Receipt:
    match command:
        case ConfirmShipment():
            return parts.done(command, words=shipments.tell(c, command, row))
        case CancelOrder():
            return _cancel(c, command, row)
        case RecordReturn():
            restock = command.restock
            return _refund(c, command, row, RETURNED, restock=restock)


def _cancel(c: Connection, command: CancelOrder, row: Mapping[str, Any]) -> Receipt:
    if command.lines and not _is_rest(c, command, row):
        return _refund(c, command, row, CANCELLED, restock=True)
    if row["status"] == "completed":
        words = "the order is completed: its pieces have been shipped"
        return parts.refused(command, words, "record a return instead")
    path = f"{API}/orders/{int(command.remote_id)}"
    answer = c.client.write("PUT", path, {"status": "cancelled"})
    if answer.get("status") != "cancelled":
        words = f'the shop kept the order as "{answer.get("status")}"'
        return parts.refused(command, words, "cancel it in the shop")
    return parts.done(command, words="cancelled; what the buyer paid is for a person to refund")


def _is_rest(c: Connection, command: CancelOrder, row: Mapping[str, Any]) -> bool:
    """Whether these pieces are all that the order has: then it is the order that is cancelled."""
    ordered = {str(line["id"]): int(line["quantity"]) for line in row.get("line_items") or ()}
    return ordered == dict(command.lines) and not row.get("refunds")


def _refund(
    c: Connection,
    command: CancelOrder | RecordReturn,
    row: Mapping[str, Any],
    act: str,
    *,
    restock: bool,
) -> Receipt:
    """Pieces without money: an amount of zero, so that people can still refund what they decide."""
    too_many = _too_many(c, command, row)
    if too_many:
        return parts.refused(command, too_many, "compare it in the ERP with the order")
    reason = command.reason if isinstance(command, CancelOrder) else ""
    told = f"{act}: {reason}" if reason else act
    body = {
        "amount": "0",
        "reason": f"{told} {tag(command.key)}",
        "line_items": [
            {"id": int(line), "quantity": pieces, "refund_total": 0}
            for line, pieces in sorted(command.lines.items())
        ],
        "api_refund": False,  # both default to true, and the first would move money
        "api_restock": restock,
    }
    path = f"{API}/orders/{int(command.remote_id)}/refunds"
    answer = c.client.write("POST", path, body)
    if refunded([answer]) != dict(command.lines):
        words = "the shop recorded other pieces than it was told"
        return parts.refused(command, words, "correct the refund in the shop")
    return parts.done(command, words=f"refund {answer.get('id')} of 0.00")


def _too_many(c: Connection, command: CancelOrder | RecordReturn, row: Mapping[str, Any]) -> str:
    """What is wrong with the pieces; the vendor takes back more than was ordered (2026-11-22)."""
    ordered = {str(line["id"]): int(line["quantity"]) for line in row.get("line_items") or ()}
    gone = refunded(orders.refunds(c, command.remote_id))
    for line, pieces in sorted(command.lines.items()):
        left = ordered.get(line, 0) - gone.get(line, 0)
        if pieces > left:
            return f"{pieces} pieces of line {line}, of which the order has {left} left"
    return ""


def _has_refund(c: Connection, command: CancelOrder | RecordReturn) -> bool:
    mark = tag(command.key)
    if any(mark in str(r.get("reason", "")) for r in orders.refunds(c, command.remote_id)):
        return True
    if not isinstance(command, CancelOrder):
        return False
    row = orders.raw(c, command.remote_id)
    return row is not None and row["status"] == "cancelled"
