"""What happens once: parcels and cancellations; each looks first whether it has happened.

An order is shipped or cancelled as a whole, with one tracking number. A parcel that leaves pieces
behind is kept, and the parcel that completes the order tells for all.
"""

from __future__ import annotations

from agent.channels import parts
from agent.channels.houzz import mapping_orders, orders
from agent.channels.houzz.connection import Connection
from agent.channels.houzz.mapping import Row
from agent.channels.houzz.mapping_orders import CANCELLED, SHIPPABLE, SHIPPED
from agent.channels.houzz.settings import Settings
from agent.errors import Refused
from agent.model.change import CancelOrder, Command, ConfirmShipment, Receipt, RecordReturn

CALLS = 3  # to look, to act, and to look again after a refusal
KEPT = (
    "kept: Houzz takes one parcel for a whole order, so it is told with the parcel that completes"
    " it; should the rest never leave, mark the order shipped in Seller Central"
)
COMPARE = "compare the shipment in the ERP with the order"
METHODS = {
    name.casefold(): name
    for name in (
        *("USPS First Class", "USPS Parcel Post", "USPS Priority Mail", "USPS Express Mail"),
        *("UPS Ground", "UPS 3 Day Select", "UPS 2nd Day Air", "UPS Next Day Air Saver"),
        *("UPS Next Day Air", "UPS Next Day Early A.M.", "FedEx Ground", "FedEx Home Delivery"),
        *("FedEx Express Saver", "FedEx 2Day", "FedEx Standard Overnight"),
        *("FedEx Priority Overnight", "FedEx First Overnight", "FedEx SameDay"),
        *("FedEx SmartPost", "OnTrac Ground", "OnTrac Sunrise", "OnTrac Sunrise Gold"),
        *("OnTrac Saturday Delivery", "DHL Express", "Standard Shipping", "Expedited Shipping"),
        *("ABF Trucking", "Yellow Freight", "Old Dominion", "Plycon Van", "Home Direct"),
        *("Estes Express", "Sun Delivery", "R+L Carriers"),
    )
}


def push(c: Connection, command: Command) -> Receipt:
    """Do it, unless it has been done."""
    if isinstance(command, RecordReturn):
        return parts.refused(command, "Houzz takes no returns by its API", "do it there by hand")
    c.client.room(CALLS, is_command=True)
    row = orders.raw(c, command.remote_id)
    if row is None:
        advice = "look for it in Seller Central: it may have been split, or not be released yet"
        return parts.refused(command, "Houzz has no such order", advice)
    try:
        return _settled(c, command, row) or _do(c, command, row)
    except Refused as refusal:
        now = orders.raw(c, command.remote_id)  # someone may have been faster
        settled = None if now is None else _settled(c, command, now)
        return settled or parts.refused(command, refusal.what, refusal.next)


def settle(c: Connection, command: Command) -> Receipt | None:
    """The receipt of a command that has happened; None when it has not."""
    row = orders.raw(c, command.remote_id)
    return None if row is None else _settled(c, command, row)


def method(carrier: str, settings: Settings) -> str:
    """What Houzz calls this carrier: as tally.yaml says, else by its own name, else the usual one."""
    by_name = {name.casefold(): told for name, told in settings.carriers.items()}
    key = carrier.strip().casefold()
    return by_name.get(key) or METHODS.get(key) or settings.carrier


def _settled(c: Connection, command: Command, row: Row) -> Receipt | None:
    status = mapping_orders.status_of(row)
    if isinstance(command, CancelOrder):
        is_whole = _is_whole(command, row)
        return parts.done(command, words="cancelled") if is_whole and status == CANCELLED else None
    if status == SHIPPED:
        return parts.done(command, words="the order is marked as shipped at Houzz")
    return parts.done(command, words=KEPT) if command.key in c.kept else None


def _do(c: Connection, command: Command, row: Row) -> Receipt:
    if isinstance(command, ConfirmShipment):
        return _ship(c, command, row)
    if isinstance(command, CancelOrder):
        return _cancel(c, command, row)
    raise TypeError(f"Houzz is never told {type(command).__name__}")


def _ship(c: Connection, command: ConfirmShipment, row: Row) -> Receipt:
    status, ordered = mapping_orders.status_of(row), mapping_orders.pieces(row)
    if status not in SHIPPABLE:
        advice = "stop the parcel, or see in Seller Central to the payment"
        return parts.refused(command, f'the order is "{status}" at Houzz', advice)
    gone = {line: command.shipped_before.get(line, 0) for line in ordered}
    for line, count in command.parcel.lines.items():
        if line not in ordered or gone[line] + count > ordered[line]:
            before, have = gone.get(line, 0), ordered.get(line, 0)
            words = f"{before} + {count} pieces of line {line} shipped, {have} ordered"
            return parts.refused(command, words, COMPARE)
        gone[line] += count
    if gone != ordered:
        c.kept.add(command.key)
        return parts.done(command, words=KEPT)
    if not command.parcel.tracking:
        words = "Houzz wants a tracking number for every order"
        return parts.refused(command, words, "enter it in the ERP, or mark it shipped at Houzz")
    carrier = command.parcel.carrier
    told = method(carrier, c.settings)
    document = [
        ("OrderId", command.remote_id),
        ("Action", "Ship"),
        ("ShippingMethod", told),
        ("TrackingNumber", command.parcel.tracking),
    ]
    c.client.write("updateOrder", document)
    named = f'as "{told}", because Houzz has no "{carrier}"' if _is_other(carrier, told) else told
    before = sum(command.shipped_before.values())
    rest = f"; the {before} pieces before it under the same number" if before else ""
    return parts.done(command, words=f"shipped {named}{rest}")


def _is_other(carrier: str, told: str) -> bool:
    return bool(carrier) and carrier.strip().casefold() != told.casefold()


def _cancel(c: Connection, command: CancelOrder, row: Row) -> Receipt:
    if not _is_whole(command, row):
        words = "Houzz cancels whole orders only"
        return parts.refused(command, words, "split the order in Seller Central, or refund there")
    if mapping_orders.status_of(row) == SHIPPED:
        words = "the order is shipped already"
        return parts.refused(command, words, "take the goods back and refund in Seller Central")
    document = [
        ("OrderId", command.remote_id),
        ("Action", "Cancel"),
        ("CancelCode", c.settings.cancel_code),
        ("Comments", command.reason.strip() or "Cancelled by the seller"),
    ]
    c.client.write("updateOrder", document)
    return parts.done(command, words=f"cancelled with code {c.settings.cancel_code}")


def _is_whole(command: CancelOrder, row: Row) -> bool:
    return not command.lines or dict(command.lines) == mapping_orders.pieces(row)
