"""Receipts of orders and e-mails about them."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from simulator.channels.woocommerce import notes, order_flow, order_views
from simulator.channels.woocommerce.calls import CREATE, GET, Call, Endpoint, Reply, Route, may
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.order_schema import FLAG, INT, TEXT
from simulator.commerce.shop import Document

MAILS = {  # template: (title, description)
    "customer_completed_order": (
        "Completed order",
        "Order complete emails are sent to customers when their orders are marked completed.",
    ),
    "customer_failed_order": (
        "Failed order",
        "Order failed emails are sent to customers when their orders are marked as failed.",
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
    "completed": "customer_completed_order",
    "failed": "customer_failed_order",
    "on-hold": "customer_on_hold_order",
    "processing": "customer_processing_order",
    "refunded": "customer_refunded_order",
}


def _order(call: Call) -> Document:
    order = order_flow.load(call.dialect, call.number())
    if order is None:
        raise WooError("woocommerce_rest_not_found", "Order not found", 404)
    return order


# -- receipts -------------------------------------------------------------------------------------


def _billed(call: Call, verb: str) -> Document:
    """The order of a receipt; of an unknown one nobody has a receipt to see."""
    order = order_flow.load(call.dialect, call.number())
    if order is None:
        raise WooError(
            f"woocommerce_rest_cannot_{verb}", f"Sorry, you cannot {verb} resources.", 403
        )
    return order


def _get_receipt(call: Call) -> Reply:
    receipt = _billed(call, "view").body.get("receipt")
    if receipt is None or receipt["expiration_date"] < _today(call).isoformat():
        raise WooError("woocommerce_rest_not_found", "Receipt not found", 404)
    return Reply(receipt)


def _make_receipt(call: Call) -> Reply:
    order, today = _billed(call, "create"), _today(call)
    old = None if call.flag("force_new") else order.body.get("receipt")
    if old is not None and old["expiration_date"] >= today.isoformat():
        return Reply(old)
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


def _templates(call: Call, order: Document) -> list[str]:
    """The mails that make sense for an order now, by name; none for one without an address."""
    status = order.body["status"]
    if not order.body["billing"]["email"] or status in ("auto-draft", "trash"):
        return []
    names = {"customer_invoice", _FOR_STATUS.get(status, "customer_invoice")}
    refunded = order_views.refunds_of(call.dialect, order.id)
    if refunded and order_flow.left_to_refund(call.dialect, order):
        names.add("customer_refunded_order")
    return sorted(names)


def _list_templates(call: Call) -> Reply:
    rows: list[dict[str, Any]] = [
        {"id": name, "title": MAILS[name][0], "description": MAILS[name][1]}
        for name in _templates(call, _order(call))
    ]
    return Reply(rows)


def _send_details(call: Call) -> Reply:
    order, said = _addressed(call)
    return _send(call, order, "customer_invoice", said)


def _send_email(call: Call) -> Reply:
    order, said = _addressed(call)
    fitting = _templates(call, order)
    wanted = call.params.get("template_id")
    if not wanted:
        usual = _FOR_STATUS.get(order.body["status"], "customer_invoice")
        wanted = usual if usual in fitting else "customer_invoice"
    if not fitting:
        message = "No email template is available for this order."
        raise WooError("woocommerce_rest_no_email_template", message)
    if wanted not in fitting:
        message = f"{wanted} is not a valid template for this order."
        raise WooError("woocommerce_rest_invalid_email_template", message)
    return _send(call, order, wanted, said)


def _addressed(call: Call) -> tuple[Document, list[str]]:
    """The order, its billing e-mail set to the one posted, and what there is to say of that."""
    order, said = _order(call), list[str]()
    billing, email = order.body["billing"], call.params.get("email")
    if email and email != billing["email"]:
        if billing["email"] and call.params.get("force_email_update") is not True:
            message = "Order already has a billing email."
            raise WooError("woocommerce_rest_order_billing_email_exists", message)
        billing["email"] = email
        order = order_flow.save(call.dialect, order)
        said.append(f"Billing email updated to {email}.")
    if not order.body["billing"]["email"]:
        message = "Order does not have an email address."
        raise WooError("woocommerce_rest_missing_email", message)
    return order, said


def _send(call: Call, order: Document, template: str, said: list[str]) -> Reply:
    title, address = MAILS[template][0], order.body["billing"]["email"]
    order_flow.mail(call.dialect, order, title)
    if template == "customer_invoice":
        said = [*said, f"{title} sent to {address}."]
    else:
        said = [*said, f'Email template "{title}" sent to {address}.']
    for words in said:
        notes.add(call.dialect, order.id, words)
    return Reply({"message": " ".join(said)})


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
