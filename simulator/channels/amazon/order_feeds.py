"""Order feeds, as XML and as flat files: acknowledgement (and cancellation), shipping, refunds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from simulator.channels.amazon import feed_reports, moments, money_back, orders, shipments
from simulator.channels.amazon.errors import Refused, bad
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

REASONS = (
    *("NoInventory", "ShippingAddressUndeliverable", "CustomerExchange", "BuyerCanceled"),
    *("GeneralAdjustment", "CarrierCreditDecision", "RiskAssessmentInformationNotValid"),
    *("CarrierCoverageFailure", "CustomerReturn", "MerchandiseNotReceived"),
)
Row = Mapping[str, str]
XML = (
    "POST_ORDER_ACKNOWLEDGEMENT_DATA",
    "POST_ORDER_FULFILLMENT_DATA",
    "POST_PAYMENT_ADJUSTMENT_DATA",
)
FLAT = (
    "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA",
    "POST_FLAT_FILE_FULFILLMENT_DATA",
    "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA",
)
TYPES = (*XML, *FLAT)
MONEY = (
    *("item-price-adj", "item-tax-adj", "shipping-price-adj", "shipping-tax-adj"),
    *("gift-wrap-price-adj", "gift-wrap-tax-adj"),
)


@dataclass(frozen=True)
class Act:
    """One message or row: what it wants done to which order, in the columns of the flat files."""

    number: int
    order: str
    rows: list[Row] = field(default_factory=list)


def processed(
    dialect: Amazon, content: bytes, kind: str, feed_id: str
) -> tuple[bytes, str, bool] | None:
    """Do what a feed's document says; gives the report. None when the document is unusable."""
    try:
        acts = list(_xml_acts(content, kind) if kind in XML else _flat_acts(content))
    except (ValueError, ET.ParseError, csv.Error):
        return None
    if not acts:
        return None
    faults: dict[int, str] = {}
    for act in acts:
        try:
            _done(dialect, kind, act)
        except Refused as refused:
            faults[act.number] = refused.message
    write = feed_reports.xml if kind in XML else feed_reports.flat
    return write(acts_of(acts), faults, feed_id)


def acts_of(acts: list[Act]) -> list[tuple[int, str]]:
    """The numbers and orders of the messages, for the report."""
    return [(act.number, act.order) for act in acts]


def _done(dialect: Amazon, kind: str, act: Act) -> None:
    order = dialect.orders.find(act.order)
    if order is None:
        raise bad(f"The order {act.order} does not exist.")
    deed = {"ACKNOWLEDGEMENT": _acknowledge, "FULFILLMENT": _ship, "ADJUSTMENT": _adjust}
    next(do for word, do in deed.items() if word in kind)(dialect, order, act)


# -- what they do ---------------------------------------------------------------------------------


def _acknowledge(dialect: Amazon, order: Document, act: Act) -> None:
    cancelled: dict[str, int] = {}
    reason = ""
    for row in act.rows:
        if row.get("status", "Failure") == "Success":
            continue
        reason = row.get("cancellation-reason-code", "") or "NoInventory"
        if reason not in REASONS:
            raise bad(f"The cancellation reason {reason} is not valid.")
        line = row.get("amazon-order-item-code", "")
        for known in _lines(order, line):
            cancelled[known["id"]] = orders.left(known)
    if not reason:
        return
    if order.body["fba"] or not any(cancelled.values()):
        raise bad(f"Nothing of the order {order.sku} can be cancelled.")
    dialect.orders.cancel(order, "MERCHANT", reason, cancelled)


def _lines(order: Document, id: str) -> list[orders.Body]:
    found = [line for line in order.body["lines"] if id in ("", line["id"])]
    if not found:
        raise bad(f"Order item {id} does not belong to order {order.sku}.")
    return found


def _ship(dialect: Amazon, order: Document, act: Act) -> None:
    row = act.rows[0]
    shipped = moments.read(row.get("ship-date", ""))
    if shipped is None:
        raise bad(f"The ship date {row.get('ship-date', '')!r} is not valid.")
    items: dict[str, int] = {}
    for one in act.rows:
        for line in _lines(order, one.get("order-item-id", "")):
            text = one.get("quantity", "")
            items[line["id"]] = _whole(text) if text else orders.left(line)
    used = [int(p["reference"]) for p in order.body["packages"]]
    now = dialect.shop.clock.now()
    if len(row.get("ship-date", "")) == len("2026-03-02"):  # a day without an hour
        shipped = max(shipped, min(order.created_at, now))
    package = {
        "reference": str(max(used, default=0) + 1),
        "carrier": row.get("carrier-name") or row.get("carrier-code"),
        "method": row.get("ship-method") or None,
        "tracking": row.get("tracking-number", ""),
        "shipped": moments.iso(shipped),
        "created": moments.iso(now),
        "items": {line: pieces for line, pieces in items.items() if pieces},
    }
    if not package["items"]:
        raise bad(shipments.NO_PACKAGE)
    shipments.ship(dialect, order, package)


def _adjust(dialect: Amazon, order: Document, act: Act) -> None:
    for row in act.rows:
        line = row.get("order-item-id", "")
        if not line:
            raise bad("order-item-id is required.")
        pieces = row.get("quantity-cancelled", "")
        if pieces and _whole(pieces):
            known = _lines(order, line)[0]
            if _whole(pieces) > orders.left(known):
                raise bad(f"{pieces} pieces of order item {line} cannot be cancelled.")
            reason = row.get("adjustment-reason-code", "") or "GeneralAdjustment"
            order = dialect.orders.cancel(order, "MERCHANT", reason, {line: _whole(pieces)})
        amounts = {name: row[name] for name in MONEY if row.get(name)}
        if amounts:
            reason = row.get("adjustment-reason-code", "")
            money_back.give_back(dialect, order, line, amounts, reason)
            order = dialect.orders.find(act.order) or order


def _whole(text: str) -> int:
    if not text.isdigit():
        raise bad(f"{text!r} is not a quantity.")
    return int(text)


# -- how they are written -------------------------------------------------------------------------


def _flat_acts(content: bytes) -> Iterator[Act]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter="\t")
    if "order-id" not in (rows.fieldnames or ()):
        raise ValueError("no column order-id")
    for number, row in enumerate(rows, 1):
        cells = {name: (value or "").strip() for name, value in row.items() if name}
        yield Act(number, cells["order-id"], [cells])


def _xml_acts(content: bytes, kind: str) -> Iterator[Act]:
    root = ET.fromstring(content)
    if root.tag != "AmazonEnvelope":
        raise ValueError("no AmazonEnvelope")
    for message in root.iter("Message"):
        number = int(message.findtext("MessageID") or "0")
        readers: dict[str, Callable[[ET.Element], list[Row]]] = {
            "OrderAcknowledgement": _acknowledgement,
            "OrderAcknowledgment": _acknowledgement,
            "OrderFulfillment": _fulfilment,
            "OrderAdjustment": _adjustment,
        }
        for name, reader in readers.items():
            found = message.find(name)
            if found is not None:
                yield Act(number, _text(found, "AmazonOrderID"), reader(found))


def _text(element: ET.Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _acknowledgement(found: ET.Element) -> list[Row]:
    status = _text(found, "StatusCode")
    rows = [
        {
            "status": status,
            "amazon-order-item-code": _text(item, "AmazonOrderItemCode"),
            "cancellation-reason-code": _text(item, "CancelReason"),
        }
        for item in found.findall("Item")
    ]
    return list(rows) or [{"status": status}]


def _fulfilment(found: ET.Element) -> list[Row]:
    parcel = {
        "ship-date": _text(found, "FulfillmentDate"),
        "carrier-code": _text(found, "FulfillmentData/CarrierCode"),
        "carrier-name": _text(found, "FulfillmentData/CarrierName"),
        "ship-method": _text(found, "FulfillmentData/ShippingMethod"),
        "tracking-number": _text(found, "FulfillmentData/ShipperTrackingNumber"),
    }
    rows = [
        {
            **parcel,
            "order-item-id": _text(item, "AmazonOrderItemCode"),
            "quantity": _text(item, "Quantity"),
        }
        for item in found.findall("Item")
    ]
    return list(rows) or [parcel]


COMPONENTS = {
    "Principal": "item-price-adj",
    "Tax": "item-tax-adj",
    "Shipping": "shipping-price-adj",
    "ShippingTax": "shipping-tax-adj",
    "GiftWrap": "gift-wrap-price-adj",
    "GiftWrapTax": "gift-wrap-tax-adj",
}


def _adjustment(found: ET.Element) -> list[Row]:
    rows = []
    for item in found.findall("AdjustedItem"):
        row = {
            "order-item-id": _text(item, "AmazonOrderItemCode"),
            "adjustment-reason-code": _text(item, "AdjustmentReason"),
            "quantity-cancelled": _text(item, "QuantityCancelled"),
        }
        for part in item.findall("ItemPriceAdjustments/Component"):
            name = COMPONENTS.get(_text(part, "Type"))
            if name:
                row[name] = _text(part, "Amount")
        rows.append(row)
    return list(rows)
