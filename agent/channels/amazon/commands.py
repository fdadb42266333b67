"""What happens once: parcels and cancellations; each looks first whether it has happened."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from agent.channels import parts, strict, trouble
from agent.channels.amazon import feeds, jobs, mapping_orders, orders, shapes
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.mapping_orders import CANCELLED, PENDING, SHIPPED
from agent.channels.amazon.operations import CONFIRM_SHIPMENT, GET_ORDER
from agent.channels.amazon.settings import Settings
from agent.channels.strict import Row
from agent.errors import Refused
from agent.model.change import CancelOrder, Command, ConfirmShipment, Receipt, RecordReturn

ACKNOWLEDGEMENT = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
OTHER = "Other"
# Codes that Amazon knows everywhere, by what ERPs call those carriers; others go by their name.
CODES = {
    name.casefold(): name
    for name in (
        *("UPS", "USPS", "FedEx", "DHL", "DPD", "GLS", "Royal Mail", "Parcelforce", "Hermes"),
        *("Deutsche Post", "La Poste", "Colissimo", "Chronopost", "TNT", "Correos", "SEUR"),
        *("Poste Italiane", "PostNL", "bpost", "InPost", "Poczta Polska", "PostNord", "Evri"),
    )
}
COMPARE = "compare the shipment in the ERP with the order"
BY_HAND = "do it in Seller Central > Orders"


def push(c: Connection, command: Command) -> Receipt:
    """Do it, unless it has been done."""
    if isinstance(command, RecordReturn):
        return parts.refused(command, "Amazon takes no returns by its API", BY_HAND)
    row = orders.raw(c, command.remote_id)
    if row is None:
        return parts.refused(command, "Amazon has no such order", "look for it in Seller Central")
    try:
        return _settled(command, row) or _do(c, command, row)
    except ValueError as error:
        where = f"{c.client.where(GET_ORDER)} {command.remote_id}"
        raise trouble.misshapen(str(error), where) from error


def settle(c: Connection, command: Command) -> Receipt | None:
    """The receipt of a command that has happened; None when it has not."""
    row = orders.raw(c, command.remote_id)
    try:
        return None if row is None else _settled(command, row)
    except ValueError as error:
        where = f"{c.client.where(GET_ORDER)} {command.remote_id}"
        raise trouble.misshapen(str(error), where) from error


def reference(key: str) -> str:
    """The number by which Amazon tells our parcels apart: the same for the same parcel."""
    return str(int(hashlib.sha256(key.encode()).hexdigest()[:12], 16) % 10**9 + 1)


def _settled(command: Command, row: Row) -> Receipt | None:
    match command:
        case ConfirmShipment():
            known = {strict.text(p, "packageReferenceId") for p in strict.rows(row, "packages")}
            if reference(command.key) in known:
                return parts.done(command, words=f"parcel {reference(command.key)}")
            if mapping_orders.status_of(row) == SHIPPED and _covers(command, row):
                return parts.done(command, words="the order is marked as shipped at Amazon")
        case CancelOrder():
            left = mapping_orders.unshipped(row)
            wanted = command.lines or dict.fromkeys(left, 0)
            is_off = mapping_orders.status_of(row) == CANCELLED
            if is_off or (command.lines and _are_off(row, wanted)):
                return parts.done(command, words="cancelled")
        case _:
            pass
    return None


def _covers(command: ConfirmShipment, row: Row) -> bool:
    """Whether the whole order could hold this parcel and those before it."""
    ordered = mapping_orders.pieces(row)
    before = command.shipped_before
    return all(before.get(k, 0) + n <= ordered.get(k, 0) for k, n in command.parcel.lines.items())


def _are_off(row: Row, lines: Mapping[str, int]) -> bool:
    """Whether nothing is left of these lines, though nothing of them was shipped."""
    left = mapping_orders.pieces(row)
    return all(left.get(line, 1) == 0 for line in lines)


def _do(c: Connection, command: Command, row: Row) -> Receipt:
    if isinstance(command, ConfirmShipment):
        return _ship(c, command, row)
    if isinstance(command, CancelOrder):
        return _cancel(c, command, row)
    raise TypeError(f"Amazon is never told {type(command).__name__}")


# -- parcels --------------------------------------------------------------------------------------


def _ship(c: Connection, command: ConfirmShipment, row: Row) -> Receipt:
    wrong = _why_not(command, row)
    if wrong is not None:
        return wrong
    carrier = _carrier(command.parcel.carrier, c.settings)
    if not command.parcel.tracking:
        words = "Amazon wants a tracking number with every parcel"
        return parts.refused(command, words, "enter it in the ERP, or confirm it in Seller Central")
    if carrier is None:
        words = "Amazon wants to know who carries the parcel"
        return parts.refused(command, words, "state it in the ERP, or set `carrier` in tally.yaml")
    placed = strict.needed_moment(row, "createdTime")
    body = {
        "marketplaceId": c.place.id,
        "packageDetail": {
            "packageReferenceId": reference(command.key),
            **carrier,
            "trackingNumber": command.parcel.tracking,
            "shipDate": shapes.iso(max(c.ports.clock.now(), placed)),
            "orderItems": [
                {"orderItemId": line, "quantity": pieces}
                for line, pieces in sorted(command.parcel.lines.items())
            ],
        },
    }
    try:
        told = c.client.call(CONFIRM_SHIPMENT, {"id": command.remote_id}, body=body)
    except Refused as refusal:
        now = orders.raw(c, command.remote_id)  # someone may have been faster
        settled = None if now is None else _settled(command, now)
        return settled or parts.refused(command, refusal.what, refusal.next)
    words = f"parcel {reference(command.key)}"
    return parts.done(command, words=words, request_id=told.request_id)


def _why_not(command: ConfirmShipment, row: Row) -> Receipt | None:
    status, ordered = mapping_orders.status_of(row), mapping_orders.pieces(row)
    if not mapping_orders.is_ours(row):
        return parts.refused(command, "Amazon sends this order itself", "stop the parcel")
    if status in PENDING or status == CANCELLED:
        words = f"the order is {status.lower().replace('_', ' ')} at Amazon"
        return parts.refused(command, words, "stop the parcel, or look at it in Seller Central")
    for line, pieces in command.parcel.lines.items():
        before = command.shipped_before.get(line, 0)
        if before + pieces > ordered.get(line, 0):
            words = (
                f"{before} + {pieces} pieces of line {line} shipped, {ordered.get(line, 0)} to ship"
            )
            return parts.refused(command, words, COMPARE)
    return None


def _carrier(name: str, settings: Settings) -> dict[str, Any] | None:
    """Who carries it, as Amazon wants it said; None when nobody says."""
    said = name.strip() or settings.carrier.strip()
    named = {ours.strip().casefold(): code for ours, code in settings.carriers.items()}
    code = named.get(said.casefold()) or CODES.get(said.casefold())
    if code:
        return {"carrierCode": code}
    return {"carrierCode": OTHER, "carrierName": said} if said else None


# -- cancellations --------------------------------------------------------------------------------


def _cancel(c: Connection, command: CancelOrder, row: Row) -> Receipt:
    """Whole lines, or all that is left; a piece of a line takes a refund, which is for people."""
    left, status = mapping_orders.unshipped(row), mapping_orders.status_of(row)
    if status in PENDING:
        words = "the order is still pending at Amazon, which lets nobody cancel it before"
        return parts.refused(command, words, "try again when it is paid: `tally orders --again`")
    lines = {line: pieces for line, pieces in left.items() if pieces}
    shipped = {k for k, ordered in mapping_orders.pieces(row).items() if ordered != left.get(k, 0)}
    if command.lines:
        lines = {line: left.get(line, 0) for line in command.lines}
        if any(lines[line] != pieces for line, pieces in command.lines.items()):
            words = "Amazon cancels whole lines only"
            return parts.refused(command, words, f"{BY_HAND}: cancel or refund the pieces there")
    if not lines or shipped & lines.keys():
        words = "pieces of it have been shipped already"
        return parts.refused(command, words, "take the goods back and refund in Seller Central")
    content = _acknowledgement(c.settings, command.remote_id, list(lines))
    number = feeds.send(c, ACKNOWLEDGEMENT, content, feeds.XML)
    return parts.working(
        command, f"{jobs.FEED}{number}", "Amazon works the cancellation off", number
    )


def _acknowledgement(settings: Settings, order: str, lines: list[str]) -> bytes:
    items = "".join(
        f"<Item><AmazonOrderItemCode>{escape(line)}</AmazonOrderItemCode>"
        f"<CancelReason>{escape(settings.cancel_reason)}</CancelReason></Item>"
        for line in sorted(lines)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<AmazonEnvelope><Header>'
        "<DocumentVersion>1.01</DocumentVersion>"
        f"<MerchantIdentifier>{escape(settings.seller_id)}</MerchantIdentifier></Header>"
        "<MessageType>OrderAcknowledgement</MessageType><Message><MessageID>1</MessageID>"
        f"<OrderAcknowledgement><AmazonOrderID>{escape(order)}</AmazonOrderID>"
        f"<StatusCode>Failure</StatusCode>{items}</OrderAcknowledgement></Message></AmazonEnvelope>"
    )
    return text.encode()
