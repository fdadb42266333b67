"""Parcels of an order: waybills for all of it or for some lines; carriers and where a parcel is."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import Refused, error, invalid
from simulator.channels.allegro.order_routes import the_form
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

Json = dict[str, Any]
CARRIERS = {
    "ALLEGRO": "Allegro One",
    "DHL": "DHL",
    "DPD": "DPD",
    "FEDEX": "FedEx",
    "GLS": "GLS",
    "INPOST": "InPost",
    "ORLEN_PACZKA": "ORLEN Paczka",
    "POCZTA_POLSKA": "Poczta Polska",
    "UPS": "UPS",
    "YUN_EXPRESS": "Yun Express",
    "OTHER": "Inny",
}
LONGEST_WAYBILL, LONGEST_NAME, MOST_WAYBILLS = 64, 30, 20
MOST_ORDERS = 10  # that may share a waybill


def add(store: Store, form: Document, given: Json) -> Document:
    """Put a parcel to an order; Refused when the vendor does not take it so."""
    waybill, carrier, name = _checked(given)
    own = [line["id"] for line in form.body["lineItems"]]
    asked = [str(row.get("id")) for row in given.get("lineItems") or ()]
    for number, line in enumerate(asked):
        if line not in own:
            message = f"Line item {line} does not belong to the order"
            raise Refused(422, error("VALIDATION_ERROR", message, f"lineItems[{number}].id"))
    body = {
        "id": f"{carrier}:{store.hex('shipments', 12)}",
        "waybill": waybill,
        "carrierId": carrier,
        "carrierName": name,
        "lineItems": [{"id": line} for line in asked or own],
        "createdAt": store.stamp(),
    }
    elsewhere = {p.parent_id for p in store.shop.all("shipment", sku=waybill)} - {form.id}
    if len(elsewhere) >= MOST_ORDERS:
        message = "Maximum waybill usage exceeded"
        raise Refused(409, error("WAYBILL_USAGE_EXCEEDED", message, "waybill"))
    parcel = store.shop.add("shipment", body, parent_id=form.id, sku=waybill)
    _sum_up(store, form)
    return parcel


def _checked(given: Json) -> tuple[str, str, str | None]:
    waybill, carrier, name = (given.get(k) for k in ("waybill", "carrierId", "carrierName"))
    if not isinstance(waybill, str) or not 0 < len(waybill.strip()) <= LONGEST_WAYBILL:
        message = f"waybill must have between 1 and {LONGEST_WAYBILL} characters"
        raise Refused(
            400, error("WaybillValidationException", message, "waybill")
        )  # seen 2024-12, issue 10424
    if not isinstance(carrier, str) or carrier not in CARRIERS:
        message = "Unrecognized value in the field: carrierId"  # seen 2024-10, issue 10025
        raise Refused(400, error("CarrierIdValidationException", message, "carrierId"))
    if carrier != "OTHER":
        return waybill.strip(), carrier, None
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        message = f"carrierName must have between 1 and {LONGEST_NAME} characters"
        raise invalid(message, "carrierName", 400)
    return waybill.strip(), carrier, name


def _sum_up(store: Store, form: Document) -> None:
    """How much of the order has a waybill: NONE, SOME or ALL lines."""
    sent = sent_lines(store, form)
    every = {line["id"] for line in form.body["lineItems"]}
    state = "ALL" if every <= sent else "SOME" if sent else "NONE"
    form.body["fulfillment"] = copy.deepcopy(form.body["fulfillment"])
    form.body["fulfillment"]["shipmentSummary"] = {"lineItemsSent": state}
    form.body["updatedAt"] = store.stamp()
    store.put(form)


def of(store: Store, form: Document) -> list[Document]:
    """An order's parcels, in the order they were added."""
    return list(store.shop.all("shipment", parent_id=form.id))


def sent_lines(store: Store, form: Document) -> set[str]:
    """The lines of an order that have a waybill."""
    return {line["id"] for parcel in of(store, form) for line in parcel.body["lineItems"]}


# -- HTTP -----------------------------------------------------------------------------------------


def create(call: Call, id: str) -> Answer:
    """POST /order/checkout-forms/{id}/shipments"""
    the_form(call, id)
    form = call.store.by_key("form", id.lower())
    assert form is not None
    return Answer(201, add(call.store, form, call.json()).body)


def listed(call: Call, id: str) -> Answer:
    """GET /order/checkout-forms/{id}/shipments"""
    form = the_form(call, id)
    seen = (call.store.seen(parcel) for parcel in of(call.store, form))
    return Answer(body={"shipments": [parcel.body for parcel in seen if parcel]})


def carriers(call: Call) -> Answer:
    """GET /order/carriers"""
    rows = [{"id": id, "name": name} for id, name in CARRIERS.items()]
    return Answer(body={"carriers": rows})


def tracking(call: Call, carrier: str) -> Answer:
    """GET /order/carriers/{carrierId}/tracking: each known parcel is under way since it was added."""
    waybills = call.texts("waybill")
    if carrier not in CARRIERS or not 1 <= len(waybills) <= MOST_WAYBILLS:
        message = f"a known carrier and 1 to {MOST_WAYBILLS} waybills are needed"
        raise invalid(message, "waybill", 400)
    rows = [_history(call.store, carrier, waybill) for waybill in waybills]
    return Answer(body={"carrierId": carrier, "waybills": rows})


def _history(store: Store, carrier: str, waybill: str) -> Json:
    known: Sequence[Document] = [
        parcel
        for parcel in store.shop.all("shipment", sku=waybill)
        if parcel.body["carrierId"] == carrier
    ]
    if not known:
        return {"waybill": waybill, "trackingDetails": None}
    at = known[0].body["createdAt"]
    status = {"occurredAt": at, "code": "IN_TRANSIT", "description": "Przesyłka w drodze"}
    details = {"statuses": [status], "createdAt": at, "updatedAt": at}
    return {"waybill": waybill, "trackingDetails": details}


ROUTES = (
    Route("POST", "/order/checkout-forms/<id>/shipments", create, limit="shipments"),
    Route("GET", "/order/checkout-forms/<id>/shipments", listed, limit="shipments"),
    Route("GET", "/order/carriers", carriers, is_public=True, limit="carriers"),
    Route("GET", "/order/carriers/<carrier>/tracking", tracking, is_public=True, limit="carriers"),
)
