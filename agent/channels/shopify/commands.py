"""What happens once: parcels, cancellations, returns; each looks first whether it has happened."""

from __future__ import annotations

from typing import Any

from agent.channels import parts
from agent.channels.shopify import documents, errors, mapping, orders, shipments
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.mapping_orders import CANCELLED, RETURNED, tag
from agent.errors import Refused
from agent.model.change import CancelOrder, Command, ConfirmShipment, Receipt, RecordReturn

LONGEST_NOTE = 255


def push(c: Connection, command: Command) -> Receipt:
    """Do it, unless it has been done."""
    try:
        return settle(c, command) or _do(c, command)
    except Refused as refusal:
        return parts.refused(command, refusal.what, refusal.next)


def settle(c: Connection, command: Command) -> Receipt | None:
    """The receipt of a command that has happened; None when it has not."""
    match command:
        case ConfirmShipment():
            happened = shipments.is_told(c, command)
        case _:
            happened = _is_recorded(c, command)
    return parts.done(command, words="found in the store") if happened else None


def _do(c: Connection, command: Command) -> Receipt:
    match command:
        case ConfirmShipment():
            return shipments.tell(c, command)
        case CancelOrder(lines=lines) if not lines:
            return _cancel(c, command)
        case CancelOrder():
            return _refund(c, command, CANCELLED, "CANCEL", command.reason)
        case RecordReturn():
            kind = "RETURN" if command.restock else "NO_RESTOCK"
            return _refund(c, command, RETURNED, kind, "")


def _cancel(c: Connection, command: CancelOrder) -> Receipt:
    """The whole order, without moving money; the vendor does it a moment later, as a job."""
    note = f"{CANCELLED}: {command.reason or 'in the ERP'} {tag(command.key)}"
    variables = {
        "id": command.remote_id,
        "notify": c.settings.tell_buyers,
        "note": note[-LONGEST_NOTE:],
    }
    told = c.client.tell("Cancel", documents.CANCEL, variables)
    payload = told.payload("orderCancel")
    if payload is None:
        return _unanswered(command, told.errors, "orderCancel")
    faults = errors.faults(payload, "orderCancelUserErrors")
    if faults:
        words = "; ".join(fault.words for fault in faults)
        return parts.refused(command, words, "cancel it in the store's admin")
    job = (payload.get("job") or {}).get("id", "")
    words = f"accepted as {job}; what the buyer paid is for a person to refund"
    return parts.done(command, words=words, request_id=told.request_id)


def _refund(
    c: Connection, command: CancelOrder | RecordReturn, act: str, kind: str, reason: str
) -> Receipt:
    """Pieces without transactions: no money moves, and people can still refund what they decide."""
    told_why = f"{act}: {reason}" if reason else act
    rows: list[dict[str, Any]] = [
        {"lineItemId": line, "quantity": pieces, "restockType": kind}
        for line, pieces in sorted(command.lines.items())
    ]
    if kind != "NO_RESTOCK":
        rows = [{**row, "locationId": c.location} for row in rows]
    data = {
        "input": {
            "orderId": command.remote_id,
            "note": f"{told_why} {tag(command.key)}",
            "notify": False,
            "refundLineItems": rows,
        },
        "key": mapping.key(c.shop, "refund", command.key),
    }
    told = c.client.tell("Refund", documents.REFUND, data)
    payload = told.payload("refundCreate")
    if payload is None:
        return _unanswered(command, told.errors, "refundCreate")
    faults = errors.faults(payload)
    if faults:
        words = "; ".join(fault.words for fault in faults)
        return parts.refused(command, words, "record it in the store's admin")
    made = (payload.get("refund") or {}).get("id", "")
    return parts.done(command, words=f"{made} without money", request_id=told.request_id)


def _is_recorded(c: Connection, command: CancelOrder | RecordReturn) -> bool:
    found, cancelled = orders.refunds(c, command.remote_id)
    if cancelled and isinstance(command, CancelOrder):
        return True
    return any(tag(command.key) in str(refund.get("note") or "") for refund in found)


def _unanswered(command: Command, errors_on_top: Any, name: str) -> Receipt:
    fault = errors.of_act(None, errors_on_top, name)
    words = fault.words if fault else ""
    doubtful = fault is None or fault.doubtful
    return parts.in_doubt(command, words) if doubtful else parts.refused(command, words)
