"""Parcels, told in the way that the shop has: fulfilments, the tracking extension, or a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.channels import trouble
from agent.channels.woocommerce import errors, mapping_orders, orders
from agent.channels.woocommerce.connection import API, Connection
from agent.channels.woocommerce.settings import Shipments
from agent.errors import OutcomeUnknown, Refused
from agent.model.change import ConfirmShipment

TRACKING = "/wc-shipment-tracking/v3"
KEY = "_tally_key"
PARCELS = "_tally_parcels"  # meta data of the order in the way "note": our marks, by blanks
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Way:
    """One way of telling a parcel: whether it has been told, and telling it."""

    is_told: Callable[[Connection, ConfirmShipment, Row], bool]
    tell: Callable[[Connection, ConfirmShipment, Row], None]


def is_told(c: Connection, command: ConfirmShipment, row: Row) -> bool:
    """Whether the shop knows this parcel, and that the order is complete if it was the last one."""
    if not WAYS[way(c, command.remote_id)].is_told(c, command, row):
        return False
    return row["status"] == "completed" or not _is_last(c, command, row)


def tell(c: Connection, command: ConfirmShipment, row: Row) -> str:
    """Tell what of the parcel is not known yet; gives how. Refused when pieces are not there."""
    _check(c, command, row)
    name = way(c, command.remote_id)
    if not WAYS[name].is_told(c, command, row):
        WAYS[name].tell(c, command, row)
    if row["status"] != "completed" and _is_last(c, command, row):
        path = f"{API}/orders/{int(command.remote_id)}"
        answer = c.client.write("PUT", path, {"status": "completed"})
        if answer.get("status") != "completed":
            where = f"{c.shop} order {command.remote_id}"
            raise Refused(f'the shop kept the order as "{answer.get("status")}"', where)
    return name.replace("_", " ")


def way(c: Connection, remote_id: str) -> Shipments:
    """How this shop is told: as tally.yaml says, else the best that it has."""
    if c.settings.shipments != "auto":
        return c.settings.shipments
    if c.shipments is None:
        number = int(remote_id)
        if _exists(c, f"{API}/orders/{number}/fulfillments"):
            c.shipments = "fulfillments"
        elif _exists(c, f"{TRACKING}/orders/{number}/shipment-trackings"):
            c.shipments = "tracking_plugin"
        else:
            c.shipments = "note"
    return c.shipments


def _exists(c: Connection, path: str) -> bool:
    try:
        c.client.get(path)
    except Refused as refusal:
        return getattr(refusal, "code", "") != errors.NO_ROUTE
    return True


def _check(c: Connection, command: ConfirmShipment, row: Row) -> None:
    """The vendor checks neither lines nor pieces (recorded 2026-11-22), so we do."""
    where = f"{c.shop} order {command.remote_id}"
    if row["status"] in ("cancelled", "refunded", "failed"):
        raise Refused(f'the order is "{row["status"]}"', where, "record a return in the ERP")
    ordered = {str(line["id"]): int(line["quantity"]) for line in row.get("line_items") or ()}
    for line, pieces in command.parcel.lines.items():
        before = command.shipped_before.get(line, 0)
        if line not in ordered or before + pieces > ordered[line]:
            what = (
                f"{before} + {pieces} pieces of line {line} shipped, {ordered.get(line, 0)} ordered"
            )
            raise Refused(what, where, "compare the shipment in the ERP with the order")


def _is_last(c: Connection, command: ConfirmShipment, row: Row) -> bool:
    """Whether nothing of the order is left to ship after this parcel."""
    off = (
        mapping_orders.refunded(orders.refunds(c, command.remote_id)) if row.get("refunds") else {}
    )
    for line in row.get("line_items") or ():
        number = str(line["id"])
        left = command.shipped_before.get(number, 0) + command.parcel.lines.get(number, 0)
        if left + off.get(number, 0) < int(line["quantity"]):
            return False
    return True


# -- Order Fulfillments -------------------------------------------------------------------------


def _fulfilment_is_told(c: Connection, command: ConfirmShipment, row: Row) -> bool:
    rows = c.client.page(f"{API}/orders/{int(command.remote_id)}/fulfillments", {}).rows
    metas = [{str(m.get("key")): m.get("value") for m in r.get("meta_data") or ()} for r in rows]
    return any(_same(command, meta) for meta in metas)


def _same(command: ConfirmShipment, meta: Mapping[Any, Any]) -> bool:
    if meta.get(KEY) == command.key:
        return True
    told = meta.get("_items")
    rows = [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []
    items = {str(one.get("item_id")): _pieces(one) for one in rows}
    tracking = command.parcel.tracking
    same = bool(tracking) and meta.get("_tracking_number") == tracking
    return same and items == dict(command.parcel.lines)


def _pieces(row: Mapping[Any, Any]) -> int:
    """Pieces of a row; -1, which is never told, for none that can be read."""
    text = str(row.get("qty", 0))
    return int(text) if text.isascii() and text.isdigit() else -1


def _tell_fulfilment(c: Connection, command: ConfirmShipment, row: Row) -> None:
    parcel = command.parcel
    items = [{"item_id": int(line), "qty": pieces} for line, pieces in sorted(parcel.lines.items())]
    metas: list[dict[str, Any]] = [{"key": "_items", "value": items}]
    texts = {
        "_tracking_number": parcel.tracking,
        "_shipment_provider": parcel.carrier,
        "_tracking_url": parcel.url,
        KEY: command.key,
    }
    metas += [{"key": key, "value": text} for key, text in texts.items() if text]
    body = {
        "status": "fulfilled",
        "is_fulfilled": True,
        "meta_data": metas,
        "notify_customer": c.settings.tell_buyers,
    }
    c.client.write("POST", f"{API}/orders/{int(command.remote_id)}/fulfillments", body)


# -- The Shipment Tracking extension ------------------------------------------------------------


def _tracking_is_told(c: Connection, command: ConfirmShipment, row: Row) -> bool:
    if not command.parcel.tracking:
        return _note_is_told(c, command, row)
    path = f"{TRACKING}/orders/{int(command.remote_id)}/shipment-trackings"
    found = c.client.page(path, {}, "tracking_id").rows
    return any(r.get("tracking_number") == command.parcel.tracking for r in found)


def _tell_tracking(c: Connection, command: ConfirmShipment, row: Row) -> None:
    parcel = command.parcel
    if not parcel.tracking:  # the extension has nothing to keep without a number
        _tell_note(c, command, row)
        return
    body = {
        "custom_tracking_provider": parcel.carrier or "Carrier",
        "custom_tracking_link": parcel.url,
        "tracking_number": parcel.tracking,
        "date_shipped": c.ports.clock.now().date().isoformat(),
    }
    path = f"{TRACKING}/orders/{int(command.remote_id)}/shipment-trackings"
    c.client.write("POST", path, body)


# -- A note and meta data -----------------------------------------------------------------------


def _note_is_told(c: Connection, command: ConfirmShipment, row: Row) -> bool:
    metas = {str(m.get("key")): m.get("value") for m in row.get("meta_data") or ()}
    return mapping_orders.tag(command.key) in str(metas.get(PARCELS, ""))


def _tell_note(c: Connection, command: ConfirmShipment, row: Row) -> None:
    """The note first, then our mark: after a crash in between the note is found by its mark."""
    number, mark = int(command.remote_id), mapping_orders.tag(command.key)
    notes = c.client.page(f"{API}/orders/{number}/notes", {}).rows
    if not any(mark in str(note.get("note", "")) for note in notes):
        text = f"{_sentence(command, row)} {mark}"
        note = {"note": text, "customer_note": c.settings.tell_buyers}
        c.client.write("POST", f"{API}/orders/{number}/notes", note)
    metas = {str(m.get("key")): str(m.get("value")) for m in row.get("meta_data") or ()}
    marks = f"{metas.get(PARCELS, '')} {mark}".strip()
    body = {"meta_data": [{"key": PARCELS, "value": marks}]}
    answer = c.client.write("PUT", f"{API}/orders/{number}", body)
    if not _note_is_told(c, command, answer):
        what = "the shop did not keep our mark"
        raise OutcomeUnknown(what, f"{c.shop} order {number}", trouble.LOOKS)


def _sentence(command: ConfirmShipment, row: Row) -> str:
    parcel = command.parcel
    titles = {str(line["id"]): str(line.get("name")) for line in row.get("line_items") or ()}
    goods = ", ".join(f"{n} × {titles.get(line, line)}" for line, n in sorted(parcel.lines.items()))
    by = f" with {parcel.carrier}" if parcel.carrier else ""
    number = f", tracking number {parcel.tracking}" if parcel.tracking else ""
    url = f" ({parcel.url})" if parcel.url else ""
    return f"Shipped{by}: {goods}{number}{url}."


WAYS: Mapping[Shipments, Way] = {
    "fulfillments": Way(_fulfilment_is_told, _tell_fulfilment),
    "tracking_plugin": Way(_tracking_is_told, _tell_tracking),
    "note": Way(_note_is_told, _tell_note),
}
