"""Orders: create, read, list, change, trash, delete, batch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.channels.woocommerce import batch, lists, order_edit, order_flow, order_views
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    UPDATE,
    Call,
    Endpoint,
    Reply,
    Route,
    anyone,
    may,
)
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.lists import CONTEXT, FORCE
from simulator.channels.woocommerce.order_lists import found
from simulator.channels.woocommerce.order_schema import LIST, RESOURCE, STATUSES, WRITABLE
from simulator.commerce.shop import Document

_INVALID = "woocommerce_rest_shop_order_invalid_id"


def shown(call: Call, order: Document, status: int = 200, **headers: str) -> Reply:
    """An order as an answer."""
    view, links = order_views.view(call, order), order_views.links(call, order)
    return Reply(view, status, headers, links)


def _existing(call: Call) -> Document:
    order = order_flow.load(call.dialect, call.number())
    if order is None:
        raise WooError(_INVALID, "Invalid ID.", 404)
    return order


def _list(call: Call) -> Reply:
    orders, total = found(call, order_flow.KIND)
    return lists.answer(call, "/orders", [shown(call, o).whole() for o in orders], total)


def _get(call: Call) -> Reply:
    if not call.shop.lag:
        return shown(call, _existing(call))
    seen = [o for o in call.shop.seen(order_flow.KIND) if o.id == call.number()]
    if not seen:
        raise WooError(_INVALID, "Invalid ID.", 404)
    return shown(call, seen[0])


def _create(call: Call) -> Reply:
    if call.params.get("id"):
        raise WooError("woocommerce_rest_shop_order_exists", "Cannot create existing shop_order.")
    order = order_edit.create(call)
    return shown(call, order, 201, Location=call.link(f"/orders/{order.id}"))


def _update(call: Call) -> Reply:
    order = order_flow.load(call.dialect, call.number())
    if order is None:
        raise WooError(_INVALID, "ID is invalid.", 400)
    return shown(call, order_edit.update(call, order))


def _delete(call: Call) -> Reply:
    order = _existing(call)
    reply = shown(call, order)
    if call.flag("force"):
        order_flow.delete(call.dialect, order)
    elif order.body["status"] == "trash":
        message = "The shop_order has already been deleted."
        raise WooError("woocommerce_rest_already_trashed", message, 410)
    else:
        order_flow.trash(call.dialect, replace(order, body={**order.body}))
    return reply


def _statuses(call: Call) -> Reply:
    rows: list[dict[str, Any]] = [{"slug": s, "name": order_flow.NAMES[s]} for s in STATUSES]
    return Reply(rows)


ITEM = r"/orders/(?P<id>[\d]+)"
ROUTES = (
    Route(
        "/orders",
        (
            Endpoint(GET, may("list"), _list, LIST),
            Endpoint(CREATE, may("create"), _create, WRITABLE),
        ),
        RESOURCE,
    ),
    Route(
        ITEM,
        (
            Endpoint(GET, may("view"), _get, {"id": {"type": "integer"}, "context": CONTEXT}),
            Endpoint(UPDATE, may("edit"), _update, {"id": {"type": "integer"}, **WRITABLE}),
            Endpoint(DELETE, may("delete"), _delete, {"id": {"type": "integer"}, **FORCE}),
        ),
        RESOURCE,
    ),
    Route("/orders/batch", (batch.batch(_create, _update, _delete),), RESOURCE),
    Route("/orders/statuses", (Endpoint(GET, anyone, _statuses),)),
)
