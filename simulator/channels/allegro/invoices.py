"""Invoices that the seller puts to an order: first their number, then the file."""

from __future__ import annotations

from typing import Any

from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import Refused, error, invalid, not_found
from simulator.channels.allegro.order_routes import the_form
from simulator.commerce.shop import Document

LARGEST = 3 * 1024 * 1024
MOST = 10
Json = dict[str, Any]


def create(call: Call, id: str) -> Answer:
    """POST /order/checkout-forms/{id}/invoices"""
    form, given, store = the_form(call, id), call.json(), call.store
    name = (given.get("file") or {}).get("name")
    if not isinstance(name, str) or not name:
        raise invalid("is required", "file.name")
    if len(list(store.shop.all("invoice", parent_id=form.id))) >= MOST:
        message = "The order has as many invoices as it may"
        raise Refused(409, error("INVOICE_LIMIT_EXCEEDED", message))
    key = store.uuid("invoices")
    body = {
        "id": key,
        "invoiceNumber": given.get("invoiceNumber") or "",
        "createdAt": store.stamp(),
        "file": {"name": name},
    }
    store.shop.add("invoice", body, parent_id=form.id, sku=key)
    return Answer(201, {"id": key})


def upload(call: Call, id: str, invoice: str) -> Answer:
    """PUT …/invoices/{invoiceId}/file: the PDF, once"""
    form, data = the_form(call, id), call.request.get_data()
    kept = call.store.by_key("invoice", invoice)
    if kept is None or kept.parent_id != form.id:
        raise not_found(call.path)
    if not data:
        raise invalid("The file is empty")
    if len(data) > LARGEST:
        raise Refused(413, error("FILE_TOO_LARGE", "The file is too large"))
    if "uploadedAt" in kept.body["file"]:
        message = "The invoice has its file already"
        raise Refused(409, error("INVOICE_FILE_EXISTS", message))
    kept.body["file"] |= {
        "uploadedAt": call.store.stamp(),
        "securityVerification": {"status": "ACCEPTED", "verifiedAt": call.store.stamp()},
        "verification": {"status": "NOT_APPLICABLE", "details": []},
    }
    call.store.put(kept)
    return Answer(200)


def listed(call: Call, id: str) -> Answer:
    """GET /order/checkout-forms/{id}/invoices"""
    form = the_form(call, id)
    kept: list[Document] = list(call.store.shop.all("invoice", parent_id=form.id))
    body: Json = {"orderMode": "REGULAR", "invoices": [one.body for one in kept], "links": []}
    return Answer(body={**body, "hasExternalInvoices": False})


PDF = ("application/pdf",)
ROUTES = (
    Route("POST", "/order/checkout-forms/<id>/invoices", create),
    Route("GET", "/order/checkout-forms/<id>/invoices", listed),
    Route("PUT", "/order/checkout-forms/<id>/invoices/<invoice>/file", upload, takes=PDF),
)
