"""Orders as wholes: copied, split, merged, deleted; and the statuses that an account makes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.channels.baselinker import journal, order_rows, orders
from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import Params, rows_of, whole
from simulator.commerce.shop import Document

MOST = 1000
MODES = ("technical_merge", "into_main_order")


def add_order_duplicate(call: Call) -> dict[str, Any]:
    """A copy of an order, unpaid and unsent, from nowhere but here."""
    order = call.need("order", "order_id")
    rows = [_copy(call, row) for row in order.body["products"]]
    made = orders.place(call.dialect, {**_as_copy(call, order), "products": rows}, is_copy=True)
    call.dialect.journal.order(order.id, journal.COPIED, made.id)
    return {"order_id": made.id}


def _as_copy(call: Call, order: Document) -> dict[str, Any]:
    """What an order that is made of another has of it, beside rows."""
    now = call.store.now()
    return {
        **{k: v for k, v in order.body.items() if not k.startswith("_")},
        "shop_order_id": 0,
        "external_order_id": "",
        "order_source": "personal",
        "order_source_id": 0,
        "order_source_info": "-",
        "payment_done": "0.00",
        "delivery_package_module": "",
        "delivery_package_nr": "",
        "date_add": now,
        "date_confirmed": now if order.body["confirmed"] else 0,
        "date_in_status": now,
    }


def _copy(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    plain = {k: v for k, v in row.items() if not k.startswith("_")}
    return {**plain, "order_product_id": order_rows.blank(call.store)["order_product_id"]}


def add_order_by_split(call: Call) -> dict[str, Any]:
    """A new order with some pieces of an old one; it keeps the foreign references."""
    order = call.need("order", "order_id")
    items = [rows_of(item, "items_to_split") for item in call.params.rows("items_to_split")]
    wanted = _wanted(order, items)
    left = sum(int(row["quantity"]) for row in order.body["products"]) - sum(wanted.values())
    if left < 1:
        raise wrong("items_to_split", "At least one product must stay in the order")
    delivery = call.params.money("delivery_cost_to_split", Decimal(0))
    if not 0 <= delivery <= Decimal(order.body["delivery_price"]):
        raise wrong("delivery_cost_to_split", "Invalid delivery cost")
    paid = orders.is_paid(order.body)
    parts = _part(call, order, wanted)
    body = {**order.body, "products": parts, "delivery_price": str(delivery)}
    body |= {"delivery_package_module": "", "delivery_package_nr": ""}
    body.pop("_sold", None)
    owed = Decimal(order.body["delivery_price"])
    order.body["delivery_price"] = str(owed - delivery)
    body["payment_done"] = str(orders.total(body)) if paid else "0.00"
    if paid:
        rest = Decimal(order.body["payment_done"]) - Decimal(body["payment_done"])
        order.body["payment_done"] = str(rest)
    orders.save(call.dialect, order)
    made = orders.place(call.dialect, body)
    call.store.add("split", {}, id=made.id, parent_id=order.id)
    watch = call.store.shop.get("watch", order.id)
    if watch is not None:  # a cancellation at the source is one of both
        call.store.shop.add("watch", watch.body, id=made.id, quiet=True)
    call.dialect.journal.order(order.id, journal.SPLIT, made.id)
    return {"new_order_id": made.id}


def _wanted(order: Document, items: list[Params]) -> dict[int, int]:
    have = {row["order_product_id"]: int(row["quantity"]) for row in order.body["products"]}
    wanted: dict[int, int] = {}
    for item in items:
        id, pieces = item.whole("order_product_id"), item.whole("quantity")
        if id not in have:
            raise wrong("order_product_id", f"Invalid order product ID: {id}")
        if not 0 < pieces <= have[id] - wanted.get(id, 0):
            raise wrong("quantity", f"Invalid quantity for order product {id}")
        wanted[id] = wanted.get(id, 0) + pieces
    if not wanted:
        raise wrong("items_to_split", "No products to split")
    return wanted


def _part(call: Call, order: Document, wanted: dict[int, int]) -> list[dict[str, Any]]:
    """Take pieces out of an order's rows; gives them as rows of their own, not yet taken."""
    is_cancelled = orders.is_cancelled(call.store, order.body)
    parts, kept = [], []
    for row in order.body["products"]:
        pieces = wanted.get(row["order_product_id"], 0)
        if not pieces:
            kept.append(row)
            continue
        order_rows.give_back(call.store, row)
        parts.append({**_copy(call, row), "quantity": pieces})
        row["quantity"] = int(row["quantity"]) - pieces
        if row["quantity"]:
            if not is_cancelled:
                order_rows.take(call.store, row)
            kept.append(row)
    order.body["products"] = kept
    return parts


def set_orders_merge(call: Call) -> dict[str, Any]:
    """Bring other orders' rows into a main one, which deletes them, or copies of all into a new one."""
    given = call.params
    main = call.need("order", "main_order_id")
    mode = given.text("merge_mode")
    if mode not in MODES:
        raise wrong("merge_mode", f"Invalid merge mode: {mode}")
    found = [_other(call, main, id) for id in given.rows("order_ids_to_merge")]
    others = list({other.id: other for other in found}.values())
    into = main if mode == "into_main_order" else _technical(call, main, others)
    sums = given.flag("sum_delivery_costs", default=False)
    for name in ("payment_done", *(["delivery_price"] if sums else [])):
        amounts = [Decimal(order.body[name]) for order in (main, *others)]
        into.body[name] = str(sum(amounts, Decimal(0)))
    for other in others:
        if into is main:
            main.body["products"] += other.body["products"]
            call.store.drop(other)  # what it took is the main order's now
        call.dialect.journal.order(into.id, journal.MERGED, other.id)
    orders.save(call.dialect, into)
    return {"merged_order_id": into.id}


def _technical(call: Call, main: Document, others: list[Document]) -> Document:
    """A new order with copies of all rows; those that were there hold the goods."""
    made = orders.place(call.dialect, {**_as_copy(call, main), "products": []})
    made.body["products"] = [_copy(call, r) for o in (main, *others) for r in o.body["products"]]
    return made


def _other(call: Call, main: Document, id: Any) -> Document:
    found = call.store.shop.get("order", whole(id) or 0)
    if found is None or found.id == main.id:
        raise wrong("order_ids_to_merge", f"Invalid order ID: {id}")
    return found


def delete_orders(call: Call) -> dict[str, Any]:
    """Delete up to a thousand orders; those that are not there are passed over."""
    ids = call.params.rows("order_ids")
    if len(ids) > MOST:
        raise wrong("order_ids", f"Maximum {MOST} orders at a time")
    deleted = []
    for id in ids:
        found = call.store.shop.get("order", whole(id) or 0)
        if found is not None:
            orders.remove(call.dialect, found)
            deleted.append(found.id)
    return {"deleted_order_ids": deleted}


def add_order_status(call: Call) -> dict[str, Any]:
    """A new status, or a changed one."""
    given = call.params
    body = {
        "name": given.text("name", most=100),
        "name_for_customer": given.text("name_for_customer", "", most=100),
        "color": given.text("color", "#999999", most=7),
    }
    if given.has("status_id"):
        found = call.need("status", "status_id")
        found.body.update(body)
        return {"status_id": call.store.save(found).id}
    last = max(d.id for d in call.store.shop.all("status"))
    return {"status_id": call.store.add("status", body, id=last + 1).id}


def delete_order_status(call: Call) -> dict[str, Any]:
    """Delete a status; the orders in it move to another one."""
    found = call.need("status", "status_id")
    target = call.need("status", "target_status_id")
    own = {call.store.setting(n) for n in ("status_new", "status_cancelled")}
    if found.id in own or found.id == target.id:
        raise wrong("status_id", "This status cannot be deleted")
    for order in list(call.store.shop.all("order")):
        if order.body["order_status_id"] == found.id:
            orders.move_to(call.dialect, order, target.id)
    call.store.drop(found)
    return {}


METHODS = {
    "addOrderDuplicate": add_order_duplicate,
    "addOrderBySplit": add_order_by_split,
    "setOrdersMerge": set_orders_merge,
    "deleteOrders": delete_orders,
    "addOrderStatus": add_order_status,
    "deleteOrderStatus": delete_order_status,
}
