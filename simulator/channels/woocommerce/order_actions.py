"""Receipts of orders and e-mails about them."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from simulator.channels.woocommerce import notes, order_flow
from simulator.channels.woocommerce.calls import CREATE, GET, Call, Endpoint, Reply, Route, may
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.order_schema import FLAG, INT, TEXT
from simulator.commerce.shop import Document

MAILS = {  # template: (title, description)
    "customer_completed_order": (
        "Completed order",
        "Order complete emails are sent to customers when their orders are marked completed.",
    ),
    "customer_invoice": (
        "Order details",
        "Order detail emails can be sent to customers containing their order information and"
        " payment links.",
    ),
    "customer_on_hold_order": (
        "Order on-hold",
        "This is an order notification sent to customers containing order details after an order"
        " is placed on-hold from Pending, Cancelled or Failed order status.",
    ),
    "customer_processing_order": (
        "Processing order",
        "This is an order notification sent to customers containing order details after payment.",
    ),
    "customer_refunded_order": (
        "Refunded order",
        "Order refunded emails are sent to customers when their orders are refunded.",
    ),
}
_FOR_STATUS = {
    "completed": ("customer_completed_order",),
    "on-hold": ("customer_on_hold_order",),
    "processing": ("customer_processing_order",),
    "refunded": ("customer_refunded_order",),
}


def _order(call: Call) -> Document:
    order = order_flow.load(call.dialect, call.number())
    if order is None:
        raise WooError("woocommerce_rest_invalid_id", "Invalid order ID.", 404)
    return order


# -- receipts -------------------------------------------------------------------------------------


def _get_receipt(call: Call) -> Reply:
    receipt = _order(call).body.get("receipt")
    if receipt is None or receipt["expiration_date"] < _today(call).isoformat():
        raise WooError("woocommerce_rest_not_found", "Receipt not found", 404)
    return Reply(receipt)


def _make_receipt(call: Call) -> Reply:
    order, today = _order(call), _today(call)
    until = call.params.get("expiration_date")
    if until is None:
        days = call.params.get("expiration_days")
        until = (today + timedelta(days=1 if days is None else int(days))).isoformat()
    elif not _is_date(until) or until < today.isoformat():
        message = "Expiration date is invalid or in the past."
        raise WooError("woocommerce_rest_invalid_expiration_date", message)
    name = hashlib.sha256(f"{order.body['order_key']} {until}".encode()).hexdigest()[:20]
    receipt = {
        "receipt_url": f"{call.dialect.home}/wc/file/transient/{name}",
        "expiration_date": until,
    }
    old = None if call.flag("force_new") else order.body.get("receipt")
    if old is not None and old["expiration_date"] >= today.isoformat():
        return Reply(old)
    order.body["receipt"] = receipt
    call.shop.put(order, touch=False, quiet=True)
    return Reply(receipt)


def _today(call: Call) -> date:
    return call.shop.clock.now().astimezone(call.dialect.zone).date()


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


# -- e-mails --------------------------------------------------------------------------------------


def _templates(order: Document) -> list[str]:
    if not order.body["billing"]["email"]:
        return []
    return sorted(["customer_invoice", *_FOR_STATUS.get(order.body["status"], ())])


def _list_templates(call: Call) -> Reply:
    rows: list[dict[str, Any]] = [
        {"id": name, "title": MAILS[name][0], "description": MAILS[name][1]}
        for name in _templates(_order(call))
    ]
    return Reply(rows)


def _send_details(call: Call) -> Reply:
    return _send(call, _order(call), "customer_invoice")


def _send_email(call: Call) -> Reply:
    order = _order(call)
    template = call.params.get("template_id") or "customer_invoice"
    if call.params.get("email") and not order.body["billing"]["email"]:
        order.body["billing"]["email"] = call.params["email"]
        order = order_flow.save(call.dialect, order)
    if template not in _templates(order) and order.body["billing"]["email"]:
        message = f"{template} is not a valid template for this order."
        raise WooError("woocommerce_rest_invalid_email_template", message)
    return _send(call, order, template)


def _send(call: Call, order: Document, template: str) -> Reply:
    address = order.body["billing"]["email"]
    if not address:
        message = "Order does not have an email address."
        raise WooError("woocommerce_rest_missing_email", message)
    order_flow.mail(call.dialect, order, MAILS[template][0])
    said = f"{MAILS[template][0]} sent to {address}."
    notes.add(call.dialect, order.id, said)
    return Reply({"message": said})


_ID = {"id": INT}
_ORDER = r"/orders/(?P<id>[\d]+)"
_RECEIPT = {
    **_ID,
    "expiration_date": TEXT,
    "expiration_days": INT,
    "force_new": {**FLAG, "default": False},
}
_MAIL = {**_ID, "email": {"type": "string", "format": "email"}, "force_email_update": FLAG}
ROUTES = (
    Route(
        _ORDER + "/receipt",
        (
            Endpoint(CREATE, may("create"), _make_receipt, _RECEIPT),
            Endpoint(GET, may("view"), _get_receipt, _ID),
        ),
    ),
    Route(
        _ORDER + "/actions/email_templates",
        (Endpoint(GET, may("view"), _list_templates, _ID),),
    ),
    Route(
        _ORDER + "/actions/send_email",
        (Endpoint(CREATE, may("edit"), _send_email, {**_MAIL, "template_id": TEXT}),),
    ),
    Route(
        _ORDER + "/actions/send_order_details",
        (Endpoint(CREATE, may("edit"), _send_details, _MAIL),),
    ),
)
