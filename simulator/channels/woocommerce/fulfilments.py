"""Order Fulfillments: what was sent of an order, by which carrier, under which number.

A part of the shop that its keeper switches on (`woocommerce_feature_fulfillments_enabled`). Neither
the row ids nor the quantities of a shipment are checked against the order: the vendor does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import order_flow, properties, rules
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    UPDATE,
    Call,
    Endpoint,
    Reply,
    Route,
)
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.order_schema import ANY, FLAG, INT, TEXT, rows
from simulator.commerce.orders import added, remaining_to_ship
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

KIND = "fulfilment"
STATUSES = ("fulfilled", "unfulfilled")


def on(dialect: WooCommerce) -> bool:
    """Whether the shop has the feature switched on."""
    return bool(dialect.option("woocommerce_feature_fulfillments_enabled") == "yes")


def _refused(message: str, code: int = 0) -> WooError:
    """A refusal as these routes word it: a number for a code."""
    return WooError(code, message, 400)


def _allow(call: Call) -> None:
    """The order is looked for before the caller is."""
    if order_flow.load(call.dialect, call.number("order_id")) is None:
        error = WooError("woocommerce_rest_order_invalid_id", "Invalid order ID.", 404)
        error.data = {"status": "404"}  # as text: the vendor's own
        raise error
    call.refuse({"GET": "view", "POST": "create", "DELETE": "delete"}.get(call.method, "edit"))


# -- what an order's fulfilments come to --------------------------------------------------------


def pieces(fulfilment: Document) -> dict[int, int]:
    """{order row: pieces} of one fulfilment."""
    rows = fulfilment.body["meta_data"]
    items: list[dict[str, Any]] = next((m["value"] for m in rows if m["key"] == "_items"), [])
    return added({rules.whole(i.get("item_id")): rules.whole(i.get("qty"))} for i in items)


def of_order(dialect: WooCommerce, order: int) -> list[Document]:
    """An order's fulfilments that were not deleted, in the order they were made."""
    found = dialect.shop.all(KIND, parent_id=order)
    return [f for f in found if f.body["date_deleted"] is None]


def _mark_order(dialect: WooCommerce, id: int) -> None:
    """Write into the order how far it has been sent."""
    order = order_flow.load(dialect, id)
    if order is None:
        return
    made = of_order(dialect, id)
    ordered = {row["id"]: row["quantity"] for row in order.body["line_items"]}
    left = remaining_to_ship(ordered, [pieces(f) for f in made])
    sent = [f.body["is_fulfilled"] for f in made]
    status = "partially_fulfilled" if any(sent) else "unfulfilled"
    if all(sent) and not any(left.values()):
        status = "fulfilled"
    order_flow.put_meta(dialect, order.body, "_fulfillment_status", status if made else None)
    order_flow.save(dialect, order)


# -- showing --------------------------------------------------------------------------------------


def view(fulfilment: Document, *, as_sent: bool = False) -> dict[str, Any]:
    """A fulfilment as the API shows it; `is_fulfilled` is text unless just sent."""
    body = fulfilment.body
    done: bool | str = body["is_fulfilled"] if as_sent else "1" if body["is_fulfilled"] else "0"
    return {
        "id": fulfilment.id,
        "entity_type": "WC_Order",
        "entity_id": str(fulfilment.parent_id),
        "status": body["status"],
        "is_fulfilled": done,
        "date_updated": body["date_updated"],
        "date_deleted": body["date_deleted"],
        "meta_data": body["meta_data"],
    }


def _existing(call: Call) -> Document:
    """The fulfilment meant, also one that was deleted: only reading it tells."""
    fulfilment = call.shop.get(KIND, call.number("fulfillment_id"))
    if fulfilment is None:
        raise _refused("Fulfillment not found.")
    if fulfilment.parent_id != call.number("order_id"):
        raise _refused("Invalid fulfillment ID.")
    return fulfilment


def _list(call: Call) -> Reply:
    return Reply([view(f) for f in of_order(call.dialect, call.number("order_id"))])


def _get(call: Call) -> Reply:
    fulfilment = _existing(call)
    if fulfilment.body["date_deleted"] is not None:
        raise _refused("Fulfillment not found.", 404)
    return Reply(view(fulfilment))


# -- writing --------------------------------------------------------------------------------------


def _create(call: Call) -> Reply:
    body: dict[str, Any] = {"is_fulfilled": False, "date_deleted": None, "meta_data": []}
    _set(call, body, call.body, new=True)
    order = call.number("order_id")
    fulfilment = call.shop.add(KIND, body, parent_id=order)
    _mark_order(call.dialect, order)
    return Reply(view(fulfilment, as_sent=True), 201)


def _update(call: Call) -> Reply:
    fulfilment = _existing(call)
    if fulfilment.body["date_deleted"] is not None:
        return Reply(view(fulfilment))  # nothing of it changes any more
    _set(call, fulfilment.body, call.body, new=False)
    fulfilment = call.shop.put(fulfilment)
    _mark_order(call.dialect, call.number("order_id"))
    return Reply(view(fulfilment, as_sent="is_fulfilled" in call.body))


def _delete(call: Call) -> Reply:
    fulfilment = _existing(call)
    gone = {**fulfilment.body, "date_deleted": fulfilment.body["date_deleted"] or _now(call)}
    call.shop.put(replace(fulfilment, body=gone))
    _mark_order(call.dialect, call.number("order_id"))
    return Reply({"message": "Fulfillment deleted successfully."})


def _set(call: Call, body: dict[str, Any], sent: Mapping[str, Any], *, new: bool) -> None:
    if new and not sent.get("status"):
        raise _refused("Invalid fulfillment status.")
    if sent.get("status"):
        status = str(sent["status"])
        body["status"] = status if status in STATUSES else "unfulfilled"
        body["is_fulfilled"] = body["status"] == "fulfilled"
    if sent.get("is_fulfilled") is not None:
        body["is_fulfilled"] = rules.yes(sent["is_fulfilled"])
    if "meta_data" in sent:
        body["meta_data"] = _meta(call, body["meta_data"], sent["meta_data"])
    _check_items(body["meta_data"])
    if body["is_fulfilled"] and not _has(body["meta_data"], "_date_fulfilled"):
        stamp = {"key": "_date_fulfilled", "value": _now(call)}
        body["meta_data"] = [*body["meta_data"], {**stamp, "id": _meta_id(call)}]
    body["date_updated"] = _now(call)


def _meta(call: Call, kept: list[dict[str, Any]], sent: Any) -> list[dict[str, Any]]:
    """The rows sent; a key that was kept before keeps its number, keys left out are gone."""
    numbers = {row["key"]: row["id"] for row in kept}
    made = []
    for row in sent if isinstance(sent, list) else ():
        key = str(row.get("key"))
        made.append({"key": key, "value": row.get("value"), "id": numbers.get(key)})
    for row in made:
        row["id"] = row["id"] or _meta_id(call)
    return made


def _check_items(meta: list[dict[str, Any]]) -> None:
    items = next((m["value"] for m in meta if m["key"] == "_items"), None)
    if not items:
        raise _refused("The fulfillment should contain at least one item.")
    if not isinstance(items, list):
        raise _refused("The fulfillment items should be an array.")
    if not all(_is_item(item) for item in items):
        raise _refused("Invalid item.")


def _is_item(item: Any) -> bool:
    """A row's whole number and a quantity, both above zero."""
    if not isinstance(item, dict):
        return False
    row, pieces = item.get("item_id", 0), item.get("qty", 0)
    whole = isinstance(row, int) and not isinstance(row, bool)
    counted = isinstance(pieces, int | float) and not isinstance(pieces, bool)
    return whole and counted and row > 0 and pieces > 0


def _has(meta: list[dict[str, Any]], key: str) -> bool:
    return any(row["key"] == key for row in meta)


def _meta_id(call: Call) -> int:
    return call.shop.next_number("fulfilment_meta")


def _now(call: Call) -> str:
    return f"{properties.stamp(call.shop.clock.now())}Z"


# -- meta data and look-up ------------------------------------------------------------------------


def _get_meta(call: Call) -> Reply:
    return Reply(_existing(call).body["meta_data"])


def _put_meta(call: Call) -> Reply:
    fulfilment = _existing(call)
    meta = _meta(call, fulfilment.body["meta_data"], call.params.get("meta_data"))
    _check_items(meta)
    fulfilment.body["meta_data"] = meta
    call.shop.put(fulfilment)
    _mark_order(call.dialect, call.number("order_id"))
    return Reply(meta)


def _delete_meta(call: Call) -> Reply:
    fulfilment = _existing(call)
    gone = rules.text(call.params.get("meta_key"))
    fulfilment.body["meta_data"] = [m for m in fulfilment.body["meta_data"] if m["key"] != gone]
    call.shop.put(fulfilment)
    return Reply(fulfilment.body["meta_data"])


def _lookup(call: Call) -> Reply:
    """No carrier is known to this shop: nothing is ever found."""
    return Reply([])


_ORDER = {"order_id": INT}
_ONE = {**_ORDER, "fulfillment_id": INT}
_META = rows({"id": INT, "key": TEXT, "value": ANY})
_FIELDS = {"status": TEXT, "is_fulfilled": FLAG, "notify_customer": {**FLAG, "default": False}}
_ALL = r"/orders/(?P<order_id>[\d]+)/fulfillments"
_ITEM = _ALL + r"/(?P<fulfillment_id>[\d]+)"
_NEW = {**_ORDER, **_FIELDS, "meta_data": {**_META, "required": True}}
ROUTES = (
    Route(
        _ALL,
        (Endpoint(GET, _allow, _list, _ORDER), Endpoint(CREATE, _allow, _create, _NEW)),
        when=on,
    ),
    Route(
        _ITEM,
        (
            Endpoint(GET, _allow, _get, _ONE),
            Endpoint(UPDATE, _allow, _update, {**_ONE, **_FIELDS, "meta_data": _META}),
            Endpoint(DELETE, _allow, _delete, _ONE),
        ),
        when=on,
    ),
    Route(
        _ITEM + "/metadata",
        (
            Endpoint(GET, _allow, _get_meta, _ONE),
            Endpoint(UPDATE, _allow, _put_meta, {**_ONE, "meta_data": _META}),
            Endpoint(DELETE, _allow, _delete_meta, {**_ONE, "meta_key": TEXT}),
        ),
        when=on,
    ),
    Route(
        _ALL + "/lookup",
        (Endpoint(GET, _allow, _lookup, {**_ORDER, "tracking_number": TEXT}),),
        when=on,
    ),
)
