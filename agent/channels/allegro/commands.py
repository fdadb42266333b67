"""What happens once: parcels and cancellations. A waybill that is put twice makes two parcels: look first."""

from __future__ import annotations

from collections.abc import Mapping

from agent.channels import parts, strict, trouble
from agent.channels.allegro import mapping_orders, orders
from agent.channels.allegro.client import Row, in_path
from agent.channels.allegro.connection import Connection
from agent.channels.allegro.errors import VendorRefused
from agent.errors import Refused
from agent.model.change import CancelOrder, Command, ConfirmShipment, Receipt

SENT = "lineItemsSent"
LEFT = ("SENT", "PICKED_UP", "RETURNED")  # of a seller's own state
OTHER, OTHER_NAME = "OTHER", "Kurier"
LONGEST_WAYBILL, LONGEST_CARRIER = 64, 30
COSTS = {"parcels": 1.0}
MONEY = "cancelled; what the buyer paid is for a person to refund"


def push(c: Connection, command: Command) -> Receipt:
    """Do it, unless it has been done."""
    row = _order(c, command)
    if row is None:
        words = "Allegro has no such order (any more)"
        return parts.refused(command, words, "look for it in Allegro's panel")
    try:
        return _settled(c, command, row) or _do(c, command, row)
    except VendorRefused as refusal:
        if refusal.status == 409 and "WAYBILL" not in refusal.what.upper():
            return parts.moved(command, refusal.what)  # the order has changed since we looked
        return parts.refused(command, refusal.what, refusal.next)
    except Refused as refusal:
        return parts.refused(command, refusal.what, refusal.next)


def settle(c: Connection, command: Command) -> Receipt | None:
    """The receipt of a command that has wholly happened; None when (some of) it has not."""
    row = _order(c, command)
    return None if row is None else _settled(c, command, row)


def _order(c: Connection, command: Command) -> Row | None:
    """The form; an error where it lacks what is done by."""
    row = orders.raw(c, command.remote_id)
    if row is not None:
        try:
            _ = mapping_orders.state(row), _status(row), mapping_orders.pieces(row)
            strict.text(strict.part(strict.part(row, "fulfillment"), "shipmentSummary"), SENT)
            strict.text(row, "revision")
        except ValueError as error:
            where = c.client.where(f"order {command.remote_id}")
            raise trouble.misshapen(str(error), where) from error
    return row


def _settled(c: Connection, command: Command, row: Row) -> Receipt | None:
    happened = False
    if isinstance(command, CancelOrder):
        happened = _is_whole(command, row) and mapping_orders.state(row) == "cancelled"
    elif isinstance(command, ConfirmShipment):
        told = _is_told(c, command) if command.parcel.tracking else _is_last(command, row)
        happened = told and (not _wants_sent(c, command, row) or _status(row) in LEFT)
    return parts.done(command, words="found on Allegro") if happened else None


def _do(c: Connection, command: Command, row: Row) -> Receipt:
    if isinstance(command, ConfirmShipment):
        return _ship(c, command, row)
    if isinstance(command, CancelOrder):
        return _cancel(c, command, row)
    return parts.refused(command, "Allegro cannot be told this", "do it in Allegro's panel")


def _status(row: Row) -> str:
    """How far the seller says the order is."""
    return strict.text(strict.part(row, "fulfillment"), "status")


def _set_status(c: Connection, command: Command, row: Row, status: str) -> None:
    path = f"{orders.FORMS}/{in_path(command.remote_id)}/fulfillment"
    if revision := strict.text(row, "revision"):
        path += f"?checkoutForm.revision={in_path(revision)}"
    c.client.write("PUT", path, {"status": status}, costs={})


# -- parcels --------------------------------------------------------------------------------------


def _ship(c: Connection, command: ConfirmShipment, row: Row) -> Receipt:
    _check(c, command, row)
    words = f"waybill {command.parcel.tracking}" if command.parcel.tracking else "sent"
    if command.parcel.tracking and not _is_told(c, command):
        path = f"{orders.FORMS}/{in_path(command.remote_id)}/shipments"
        c.client.write("POST", path, _parcel(c, command), costs=COSTS)
    if _wants_sent(c, command, row) and _status(row) not in LEFT:
        fresh = orders.raw(c, command.remote_id) or row
        _set_status(c, command, fresh, "SENT")
    return parts.done(command, words=words)


def _wants_sent(c: Connection, command: ConfirmShipment, row: Row) -> bool:
    """Whether the order is to be set to SENT: without a number that is all there is to tell."""
    is_wanted = c.settings.mark_sent or not command.parcel.tracking
    return is_wanted and _is_last(command, row)


def _check(c: Connection, command: ConfirmShipment, row: Row) -> None:
    """Allegro knows no pieces of a line and checks none, so we do."""
    where = c.client.where(f"order {command.remote_id}")
    if mapping_orders.state(row) == "cancelled":
        raise Refused("the order is cancelled", where, "expect the goods back, or stop the parcel")
    ordered = mapping_orders.pieces(row)
    for line, pieces in command.parcel.lines.items():
        before = command.shipped_before.get(line, 0)
        if before + pieces > ordered.get(line, 0):
            what = (
                f"{before} + {pieces} pieces of line {line} shipped, {ordered.get(line, 0)} ordered"
            )
            raise Refused(what, where, "compare the shipment in the ERP with the order")
    if not command.parcel.tracking and not _is_last(command, row):
        what = "Allegro knows a parcel by its waybill only, and this one has none"
        raise Refused(what, where, "enter its tracking number in the ERP, or add it on Allegro")
    if len(command.parcel.tracking) > LONGEST_WAYBILL:
        what = f"a waybill has {LONGEST_WAYBILL} characters at most: {command.parcel.tracking}"
        raise Refused(what, where, "correct the tracking number in the ERP")


def _parcel(c: Connection, command: ConfirmShipment) -> dict[str, object]:
    """The parcel by its lines: pieces of a line cannot be told."""
    asked = command.parcel.carrier
    wanted = c.settings.carriers.get(asked, asked)
    carrier = c.carriers.get(wanted.casefold(), OTHER)
    found: dict[str, object] = {
        "carrierId": carrier,
        "waybill": command.parcel.tracking,
        "lineItems": [{"id": line} for line in sorted(command.parcel.lines)],
    }
    if carrier == OTHER:
        found["carrierName"] = (wanted if wanted.casefold() != "other" else "") or OTHER_NAME
        found["carrierName"] = str(found["carrierName"])[:LONGEST_CARRIER]
    return found


def _is_told(c: Connection, command: ConfirmShipment) -> bool:
    """Whether the order has a parcel of this number with these lines, whoever added it."""
    path = f"{orders.FORMS}/{in_path(command.remote_id)}/shipments"
    try:
        rows = strict.needed_rows(c.client.read(path, costs=COSTS), "shipments")
        told = [
            {strict.text(line, "id") for line in strict.needed_rows(row, "lineItems")}
            for row in rows
            if _number(strict.text(row, "waybill")) == _number(command.parcel.tracking)
        ]
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where(f"GET {path}")) from error
    lines = {line for line, pieces in command.parcel.lines.items() if pieces}
    return any(not its or lines <= its for its in told)  # without lines it is the whole order


def _number(waybill: str) -> str:
    return "".join(waybill.split()).casefold()


def _is_last(command: ConfirmShipment, row: Row) -> bool:
    """Whether nothing of the order is left to ship after this parcel."""
    sent: Mapping[str, int] = command.parcel.lines
    return all(
        command.shipped_before.get(line, 0) + sent.get(line, 0) >= pieces
        for line, pieces in mapping_orders.pieces(row).items()
    )


# -- cancellations --------------------------------------------------------------------------------


def _cancel(c: Connection, command: CancelOrder, row: Row) -> Receipt:
    if not _is_whole(command, row):
        words = "Allegro cancels whole orders only"
        advice = "refund these pieces in Allegro's panel, and ship the rest"
        return parts.refused(command, words, advice)
    summary = strict.part(strict.part(row, "fulfillment"), "shipmentSummary")
    if _status(row) in LEFT or strict.text(summary, SENT) in ("SOME", "ALL"):
        words = "parcels of the order have left"
        return parts.refused(command, words, "record a return in the ERP instead")
    _set_status(c, command, row, "CANCELLED")
    return parts.done(command, words=MONEY)


def _is_whole(command: CancelOrder, row: Row) -> bool:
    return not command.lines or dict(command.lines) == dict(mapping_orders.pieces(row))
