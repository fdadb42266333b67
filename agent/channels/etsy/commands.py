"""What happens once: parcels. Cancelling and refunding are for people in Shop Manager.

A parcel is told for the whole receipt: the first one marks all of it as shipped, each is mailed to
the buyer. Telling one twice would mail twice, so the receipt's parcels are looked at first.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.channels import parts, strict, trouble
from agent.channels.etsy import errors, orders
from agent.channels.etsy.client import Body
from agent.channels.etsy.connection import Connection, bare
from agent.channels.etsy.pace import Use
from agent.channels.strict import Row
from agent.errors import Refused
from agent.model.change import Command, ConfirmShipment, Receipt

CALLS = 2  # the receipt, and the parcel
OTHER = "other"  # for a carrier that Etsy does not list
BY_HAND = "do it in Shop Manager"
MARKED = "the order was marked as shipped before, and the parcel has no number to be told"


def push(c: Connection, command: Command) -> Receipt:
    """Do it, unless it has been done."""
    if not isinstance(command, ConfirmShipment):
        return parts.refused(command, "Etsy cannot be told this by its API", BY_HAND)
    c.client.need(CALLS, Use.ORDERS)
    row = orders.raw(c, command.remote_id)
    if row is None:
        return parts.refused(command, "the shop has no such order", "look for it in Shop Manager")
    if _is_told(c, command, row):
        return parts.done(command, words="found in the shop")
    wrong = _wrong(c, command, row)
    if wrong:
        return parts.refused(command, wrong, "compare the shipment in the ERP with the order")
    if not command.parcel.tracking and _flag(c, row, "is_shipped"):
        return parts.done(command, words=MARKED)
    return _tell(c, command)


def settle(c: Connection, command: Command) -> Receipt | None:
    """The receipt of a command that has happened; None when it has not."""
    row = orders.raw(c, command.remote_id)
    if row is None or not isinstance(command, ConfirmShipment):
        return None
    return parts.done(command, words="found in the shop") if _is_told(c, command, row) else None


def carrier(c: Connection, name: str) -> str:
    """Etsy's name for a carrier of the ERP: as tally.yaml says, as Etsy lists it, or "other"."""
    named = {bare(ours): theirs for ours, theirs in c.settings.carriers.items()}
    known: Mapping[str, str] = {**{bare(x): x for x in KNOWN}, **c.carriers, **named}
    wanted = bare(name)
    if wanted in known:
        return known[wanted]
    first = bare(name.split()[0]) if name.split() else ""
    return known.get(first, OTHER)


# Carriers that ship in many countries; the list that the vendor tells is of one country.
KNOWN = ("dhl", "dpd", "fedex", "gls", "tnt", "ups", "usps", "royal-mail", "hermes", "postnl")


def _is_told(c: Connection, command: ConfirmShipment, row: Row) -> bool:
    """Whether the receipt has this parcel; of one without a number, whether it is marked as shipped.

    Of several parcels without numbers only the first can be told, and it marks the whole order.
    """
    number = command.parcel.tracking
    if number:
        return bare(number) in {bare(code) for code in _codes(c, row)}
    return _flag(c, row, "is_shipped") and not any(command.shipped_before.values())


def _wrong(c: Connection, command: ConfirmShipment, row: Row) -> str:
    """What is wrong with the parcel; the vendor is told no lines and pieces, so we check them."""
    try:
        status = strict.text(row, "status")
        ordered = {
            str(strict.needed_whole(line, "transaction_id")): strict.needed_whole(line, "quantity")
            for line in strict.rows(row, "transactions")
        }
    except strict.Misshapen as error:
        raise _odd(c, row, error) from error
    if status == "canceled":
        return 'the order is "canceled"'
    for line, pieces in command.parcel.lines.items():
        before = command.shipped_before.get(line, 0)
        if before + pieces > ordered.get(line, 0):
            there = ordered.get(line, 0)
            return f"{before} + {pieces} pieces of line {line} shipped, {there} ordered"
    return ""


def _tell(c: Connection, command: ConfirmShipment) -> Receipt:
    parcel = command.parcel
    body = {"send_bcc": False}
    told = {"tracking_code": parcel.tracking, "carrier_name": carrier(c, parcel.carrier)}
    path = f"{c.root}/receipts/{int(command.remote_id)}/tracking"
    try:
        # As JSON: under a form's content type the number is lost, and the order marked as shipped.
        content = Body(json={**body, **(told if parcel.tracking else {})})
        answer = c.client.write("POST", path, content, Use.ORDERS)
    except errors.Forbidden as error:
        next = "mark it as shipped in Shop Manager: Etsy keeps this app from orders of that country"
        return parts.refused(command, error.what, next)
    except Refused as refusal:
        return parts.refused(command, refusal.what, refusal.next)
    if not _flag(c, answer, "is_shipped"):
        return parts.in_doubt(command, "the answer does not show the order as shipped")
    if parcel.tracking and bare(parcel.tracking) not in {bare(x) for x in _codes(c, answer)}:
        return parts.in_doubt(command, "the answer does not show the tracking number")
    return parts.done(command, words=f"told as {told['carrier_name']}" if parcel.tracking else "")


def _codes(c: Connection, row: Row) -> list[str]:
    try:
        return [strict.text(parcel, "tracking_code") for parcel in strict.rows(row, "shipments")]
    except strict.Misshapen as error:
        raise _odd(c, row, error) from error


def _flag(c: Connection, row: Row, name: str) -> bool:
    try:
        return strict.flag(row, name)
    except strict.Misshapen as error:
        raise _odd(c, row, error) from error


def _odd(c: Connection, row: Row, error: strict.Misshapen) -> Exception:
    where = f"{c.shop} order {row.get('receipt_id')}"
    return trouble.misshapen(str(error), where, wrote=False)
