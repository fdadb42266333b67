"""Order notes: what the shop, its keepers and its buyers wrote about an order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import order_views
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    Call,
    Endpoint,
    Reply,
    Route,
    item_links,
    may,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError, no_trash
from simulator.channels.woocommerce.lists import CONTEXT, FORCE
from simulator.channels.woocommerce.order_schema import INT, TEXT, shown, times
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

SHOP, ADMIN = "WooCommerce", "admin"  # who writes what happens by itself, and what people write
_ALLOWED = "a|abbr|acronym|b|blockquote|br|cite|code|del|em|i|p|q|s|strike|strong"


def add(
    dialect: WooCommerce, order: int, words: str, *, author: str = SHOP, to_buyer: bool = False
) -> Document:
    """Write a note on an order. The order's own modification time does not move."""
    body = {"note": words, "author": author, "customer_note": to_buyer}
    return dialect.shop.add("note", body, parent_id=order)


def cleaned(words: str) -> str:
    """A posted note without tags that comments may not have; bare ampersands are escaped."""
    words = re.sub(rf"<(?!/?(?:{_ALLOWED})\b)[^>]*>", "", words)
    return re.sub(r"&(?!#?\w+;)", "&amp;", words)


def view(call: Call, note: Document) -> dict[str, Any]:
    """A note as the API shows it."""
    return {
        "id": note.id,
        "author": note.body["author"],
        **order_views.both("date_created", note.created_at, call.dialect.zone),
        "note": note.body["note"],
        "customer_note": note.body["customer_note"],
    }


def _links(call: Call, note: Document) -> dict[str, Any]:
    order = f"/orders/{note.parent_id}"
    links = item_links(call, f"{order}/notes/{note.id}", f"{order}/notes")
    links["self"][0]["targetHints"] = {"allow": ["GET", "DELETE"]}
    return {**links, "up": [{"href": call.link(order)}]}


def _order(call: Call, code: str = "woocommerce_rest_order_invalid_id") -> Document:
    order = call.shop.get("order", call.number("order_id"))
    if order is None:
        raise WooError(code, "Invalid order ID.", 404)
    return order


def _note(call: Call) -> Document:
    order, note = _order(call), call.shop.get("note", call.number())
    if note is None or note.parent_id != order.id:
        raise WooError("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
    return note


def _list(call: Call) -> Reply:
    order = _order(call, "woocommerce_rest_shop_order_invalid_id")
    wanted = {"customer": True, "internal": False}.get(call.params.get("type", "any"))
    found = [
        n
        for n in call.shop.all("note", parent_id=order.id)
        if wanted is None or n.body["customer_note"] == wanted
    ]
    found.sort(key=lambda n: (n.created_at.replace(microsecond=0), n.id), reverse=True)
    return Reply([Reply(view(call, n), links=_links(call, n)).whole() for n in found])


def _create(call: Call) -> Reply:
    order = _order(call)
    words = cleaned(str(call.params["note"]))
    author = ADMIN if call.flag("added_by_user") else SHOP
    note = add(call.dialect, order.id, words, author=author, to_buyer=call.flag("customer_note"))
    if note.body["customer_note"] and order.body["billing"]["email"]:
        add(call.dialect, order.id, 'Email "Customer note" sent.')
    location = {"Location": call.link(f"/orders/{order.id}/notes/{note.id}")}
    return Reply(view(call, note), 201, location, _links(call, note))


def _get(call: Call) -> Reply:
    note = _note(call)
    return Reply(view(call, note), links=_links(call, note))


def _delete(call: Call) -> Reply:
    note = _note(call)
    if not call.flag("force"):
        raise no_trash("Webhooks do not support trashing.")  # the vendor's own slip
    call.shop.drop("note", note.id)
    return Reply(view(call, note), links=_links(call, note))


_TYPE = {"type": "string", "enum": ["any", "customer", "internal"], "default": "any"}
_ORDER = {"order_id": INT}
_ONE = {**_ORDER, "id": INT}
_FIELDS = {
    "note": {"type": "string", "required": True},
    "customer_note": {"type": "boolean", "default": False},
    "added_by_user": {"type": "boolean", "default": False},
}
RESOURCE: Schema = {
    "title": "order_note",
    "properties": {**shown(id=INT, author=TEXT), **times("date_created"), **_FIELDS},
}
_NOTES = r"/orders/(?P<order_id>[\d]+)/notes"
ROUTES = (
    Route(
        _NOTES,
        (
            Endpoint(GET, may("list"), _list, {**_ORDER, "context": CONTEXT, "type": _TYPE}),
            Endpoint(CREATE, may("create"), _create, {**_ORDER, **_FIELDS}),
        ),
        RESOURCE,
    ),
    Route(
        _NOTES + r"/(?P<id>[\d]+)",
        (
            Endpoint(GET, may("view"), _get, {**_ONE, "context": CONTEXT}),
            Endpoint(DELETE, may("delete"), _delete, {**_ONE, **FORCE}),
        ),
        RESOURCE,
    ),
)
