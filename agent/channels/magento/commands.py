"""What happens once: parcels and cancellations; each looks first whether it has happened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from agent.channels import parts, trouble
from agent.channels.magento import errors, orders, stock, values
from agent.channels.magento.connection import Connection
from agent.channels.magento.mapping_orders import counted, shippable, tag
from agent.channels.magento.values import Row
from agent.errors import ChannelError, Refused
from agent.model.change import CancelOrder, Command, ConfirmShipment, Receipt

CARRIERS = ("dhl", "fedex", "ups", "usps")  # those that the vendor has links for; "custom" has none
LONGEST_NUMBER = 100
REFUND = "refund it with a credit memo in the shop's admin, which moves the money and takes the goods off"
STOPPED = {"canceled", "closed", "holded", "payment_review"}


def push(c: Connection, command: Command) -> Receipt:
    """Do it, unless it has been done."""
    row = _order(c, command)
    if row is None:
        return parts.refused(command, "the shop has no such order", "look for it in the shop")
    try:
        return _settled(c, command, row) or _do(c, command, row)
    except Refused as refusal:
        return parts.refused(command, refusal.what, refusal.next)


def settle(c: Connection, command: Command) -> Receipt | None:
    """The receipt of a command that has wholly happened; None when it has not."""
    row = _order(c, command)
    return None if row is None else _settled(c, command, row)


def _order(c: Connection, command: Command) -> Row | None:
    """The order; an error where it lacks what is done by."""

    def read(row: Row) -> list[object]:
        return [
            (values.text(one, "item_id"), values.text(one, "sku"), shippable(one), pieces)
            for one in counted(row)
            for pieces in (values.pieces(one, "qty_shipped"), values.pieces(one, "qty_invoiced"))
        ]

    row = orders.raw(c, command.remote_id)
    if row is not None:
        errors.understood(partial(read, row), c.client.where("GET", f"order {command.remote_id}"))
    return row


def _settled(c: Connection, command: Command, row: Row) -> Receipt | None:
    if isinstance(command, ConfirmShipment):
        happened = any(_is_ours(one, command) for one in _shipments(c, command.remote_id))
    else:
        is_whole = isinstance(command, CancelOrder) and not command.lines
        happened = is_whole and row.get("state") == "canceled"
    return parts.done(command, words="found in the shop") if happened else None


def _do(c: Connection, command: Command, row: Row) -> Receipt:
    if isinstance(command, ConfirmShipment):
        return _ship(c, command, row)
    if isinstance(command, CancelOrder):
        return _cancel(c, command, row)
    words = "a credit memo would move money"
    return parts.refused(command, words, "record what came back in the shop's admin")


# -- Parcels ----------------------------------------------------------------------------------------


def _shipments(c: Connection, remote_id: str) -> list[Row]:
    filters: list[tuple[str, str, str | int]] = [("order_id", "eq", int(remote_id))]
    found, where = c.client.found("/shipments", filters), c.client.where("GET", "/shipments")

    def read(row: Row) -> None:
        _pieces(row)
        for name in ("comments", "tracks"):
            values.rows(row, name)

    for row in found:
        errors.understood(partial(read, row), where)
    return found


def _is_ours(shipment: Row, command: ConfirmShipment) -> bool:
    """Whether a shipment carries our mark, or is this very parcel, told by people."""
    mark = tag(command.key)
    texts = [str(one.get("comment")) for one in values.rows(shipment, "comments")]
    if any(mark in text for text in texts):
        return True
    numbers = {str(one.get("track_number")) for one in values.rows(shipment, "tracks")}
    same = _pieces(shipment) == {k: v for k, v in command.parcel.lines.items() if v}
    return bool(command.parcel.tracking) and command.parcel.tracking in numbers and same


def _pieces(shipment: Row) -> dict[str, int]:
    """Pieces by the order's line."""
    found: dict[str, int] = {}
    for one in values.rows(shipment, "items"):
        line = values.text(one, "order_item_id")
        found[line] = found.get(line, 0) + values.pieces(one, "qty")
    return {line: count for line, count in found.items() if count}


def _ship(c: Connection, command: ConfirmShipment, row: Row) -> Receipt:
    """Tell the parcel. The vendor cuts what is too much and drops lines that it does not know, so we check."""
    wrong = _wrong(command, row)
    if wrong:
        return parts.refused(command, wrong, "compare the order in the shop with the ERP")
    if c.has_sources:
        _hold(c, command, row)
    path = f"/order/{int(command.remote_id)}/ship"
    answer = c.client.write("POST", path, _body(c, command))
    number = str(answer)
    if not number.isdigit():
        raise trouble.misshapen(f'"{number[:60]}"', c.client.where("POST", path), wrote=True)
    try:
        shown = c.client.read(f"/shipment/{number}")
        told = _pieces(shown) if isinstance(shown, Mapping) else {}
    except (ChannelError, ValueError) as error:  # it was sent; what came of it is looked for
        return parts.in_doubt(command, str(error), request_id=number)
    if told != {k: v for k, v in command.parcel.lines.items() if v}:
        words = f"the shop recorded other pieces than it was told: shipment {number}"
        return parts.refused(command, words, "correct the shipment in the shop")
    return parts.done(command, words=f"shipment {number}", request_id=number)


def _wrong(command: ConfirmShipment, row: Row) -> str:
    """Why the parcel cannot be of this order; "" when it can."""
    state = str(row.get("state"))
    if state in STOPPED:
        return f'the order is "{state}"'
    lines = {values.text(one, "item_id"): one for one in counted(row)}
    for line, pieces in command.parcel.lines.items():
        left = shippable(lines[line]) if line in lines else 0
        if pieces > left:
            return (
                f"{pieces} pieces of line {line} have left, of which the order has {left} to ship"
            )
    return "" if any(command.parcel.lines.values()) else "the parcel is empty"


def _body(c: Connection, command: ConfirmShipment) -> dict[str, Any]:
    parcel, tells = command.parcel, c.settings.tell_buyers
    words = " ".join(filter(None, (parcel.carrier, parcel.tracking, parcel.url)))
    body: dict[str, Any] = {
        "items": [
            {"order_item_id": int(line), "qty": pieces}
            for line, pieces in sorted(parcel.lines.items())
            if pieces
        ],
        "notify": tells,
        "appendComment": False,  # our mark is nothing for buyers
        "comment": {"comment": f"{words} {tag(command.key)}".strip(), "is_visible_on_front": 0},
    }
    if parcel.tracking:
        carrier = parcel.carrier or "Parcel"
        code = carrier.casefold() if carrier.casefold() in CARRIERS else "custom"
        track = {"track_number": parcel.tracking[:LONGEST_NUMBER], "title": carrier}
        body["tracks"] = [{**track, "carrier_code": code}]
    if c.has_sources:
        body["arguments"] = {"extension_attributes": {"source_code": c.settings.source}}
    return body


def _hold(c: Connection, command: ConfirmShipment, row: Row) -> None:
    """See to it that the source holds what has left: else the vendor ships nothing.

    Goods sold below zero lie at no source; that they have left says that they had come.
    """
    wanted: dict[str, int] = {}
    for one in counted(row):
        pieces = command.parcel.lines.get(values.text(one, "item_id"), 0)
        if pieces and one.get("product_type") in ("simple", "configurable"):
            sku = values.text(one, "sku")  # a configurable row names the variant's
            wanted[sku] = wanted.get(sku, 0) + pieces
    held = stock.source_rows(c, list(wanted)) if wanted else {}
    short = []
    for sku, pieces in wanted.items():
        at = held.get(sku.casefold(), {})
        if values.pieces(at, "quantity") < pieces:
            is_in = not at or values.amount(at, "status") == 1
            short.append(stock.source_row(c, sku, pieces, is_in))
    if short:
        c.client.write("POST", stock.PATH, {"sourceItems": short})


# -- Cancellations ----------------------------------------------------------------------------------


def _cancel(c: Connection, command: CancelOrder, row: Row) -> Receipt:
    """Cancel the whole order, as long as nothing of it is paid or has left."""
    wrong = _uncancellable(command, row)
    if wrong is not None:
        return parts.refused(command, *wrong)
    path = f"/orders/{int(command.remote_id)}/cancel"
    if c.client.write("POST", path, None) is not True:
        return parts.refused(command, "the shop did not cancel the order", REFUND)
    return parts.done(command, words="cancelled")


def _uncancellable(command: CancelOrder, row: Row) -> tuple[str, str] | None:
    """Why the shop would not cancel it, and what to do; None when it would."""
    lines = counted(row)
    whole = {values.text(one, "item_id"): shippable(one) for one in lines}
    if command.lines and dict(command.lines) != {k: v for k, v in whole.items() if v}:
        words = "Magento cancels whole orders only"
        return words, "cancel the order in the shop and place it anew with what is left of it"
    if any(values.pieces(one, "qty_shipped") for one in lines):
        return "a part of the order has left", "record a return in the ERP, and refund in the shop"
    if any(values.pieces(one, "qty_invoiced") for one in lines):
        return "the order is invoiced and paid", REFUND
    if row.get("state") == "holded":
        return "the order is on hold", "take it off hold in the shop, or cancel it there"
    if row.get("state") in ("closed", "complete"):
        return f'the order is "{row.get("state")}"', REFUND
    return None
