"""Writing orders: made by a client, changed field by field, row by row, status by status."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.baselinker import journal, order_rows, orders
from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import Params, rows_of, whole
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.baselinker.dialect import BaseLinker

FLAGS = ("payment_method_cod", "want_invoice")
NUMBERS = ("pick_state", "pack_state", "star")
REQUIRED = (
    "currency",
    "payment_method",
    "email",
    "phone",
    "delivery_method",
    "delivery_fullname",
    "delivery_address",
    "delivery_postcode",
    "delivery_city",
    "delivery_country_code",
)


def status(call: Call) -> int:
    """The status named by `status_id` or `order_status_id`."""
    name = "order_status_id" if "order_status_id" in call.params else "status_id"
    return call.need("status", name).id


def add_order(call: Call) -> dict[str, Any]:
    """A new order, confirmed at once. Nothing tells a repeated call from a new one."""
    given, store = call.params, call.store
    for name in REQUIRED:
        if name not in given:
            raise wrong(name, f"Parameter {name} is required")
    body = orders.blank(store)
    body["order_status_id"] = status(call)
    body["date_add"] = given.whole("date_add")
    body["currency"] = given.text("currency", most=3).upper()
    body["order_source_id"] = given.whole("custom_source_id", 0)
    fill(body, given)
    rows = [rows_of(row, "products") for row in given.rows("products")]
    body["products"] = [_new_row(call, row) for row in rows]
    if given.flag("paid", default=False):
        body["payment_done"] = str(orders.total(body))
    return {"order_id": orders.place(call.dialect, body).id}


def fill(body: dict[str, Any], given: Params) -> list[str]:
    """Put the fields of an order that were sent into it; gives the names of those."""
    sent = [name for name in orders.WIDTHS if name in given]
    for name in sent:
        value = "" if given[name] is None else str(given[name])
        body[name] = value[: orders.WIDTHS[name]]
    for name in FLAGS:
        if name in given:
            body[name] = given.flag(name, default=False)
            sent.append(name)
    for name in NUMBERS:
        if name in given:
            body[name] = given.whole(name, 0)
            sent.append(name)
    if given.has("delivery_price"):
        body["delivery_price"] = str(given.money("delivery_price"))
        sent.append("delivery_price")
    if "custom_extra_fields" in given:
        for key, value in given.mapping("custom_extra_fields", {}).items():
            body["custom_extra_fields"].pop(key, None)
            if value not in ("", None):
                body["custom_extra_fields"][key] = value
        sent.append("custom_extra_fields")
    return sent


def _new_row(call: Call, given: Params) -> dict[str, Any]:
    row = order_rows.blank(call.store)
    order_rows.fill(row, given)
    if int(row["quantity"]) < 1:
        raise wrong("quantity", "Invalid quantity")
    product = order_rows.linked(call.store, row)
    if product is not None:
        sku, name = product.body["sku"], product.body["text_fields"].get("name", "")
        order_rows.link(call.store, row, product)
        row["sku"], row["name"] = row["sku"] or sku, row["name"] or str(name)[:130]
    return row


def set_order_fields(call: Call) -> dict[str, Any]:
    """Change the fields that are sent; the others stay."""
    change(call.dialect, call.need("order", "order_id"), call.params)
    return {}


def change(dialect: BaseLinker, order: Document, given: Params) -> None:
    """Change an order's fields and journal it: addresses apart from the rest."""
    sent = fill(order.body, given)
    orders.save(dialect, order)
    addresses = [name for name in sent if name.startswith(("delivery_", "invoice_"))]
    if addresses:
        dialect.journal.order(order.id, journal.ADDRESS)
    if len(addresses) < len(sent):
        dialect.journal.order(order.id, journal.EDITED)


def set_order_status(call: Call) -> dict[str, Any]:
    """Move one order to another status."""
    order = call.need("order", "order_id")
    orders.move_to(call.dialect, order, status(call))
    return {}


def set_order_statuses(call: Call) -> dict[str, Any]:
    """Move several orders to another status; those that are not there are passed over."""
    target = status(call)
    for id in call.params.rows("order_ids"):
        found = call.store.shop.get("order", whole(id) or 0)
        if found is not None:
            orders.move_to(call.dialect, found, target)
    return {}


def set_order_payment(call: Call) -> dict[str, Any]:
    """Let the paid total be another one: it replaces the old, it is not added."""
    order, given = call.need("order", "order_id"), call.params
    orders.pay(
        call.dialect,
        order,
        given.money("payment_done"),
        date=given.whole("payment_date"),
        comment=given.text("payment_comment", "", most=30),
        external_payment_id=given.text("external_payment_id", "", most=100),
    )
    return {}


def _row(call: Call, order: Document) -> dict[str, Any]:
    wanted = call.params.whole("order_product_id")
    for row in order.body["products"]:
        if row["order_product_id"] == wanted:
            found: dict[str, Any] = row
            return found
    raise wrong("order_product_id", f"Invalid order product ID: {wanted}")


def add_order_product(call: Call) -> dict[str, Any]:
    """One more row."""
    order = call.need("order", "order_id")
    row = _new_row(call, call.params)
    if not orders.is_cancelled(call.store, order.body):
        order_rows.take(call.store, row)
    order.body["products"].append(row)
    orders.save(call.dialect, order)
    call.dialect.journal.order(order.id, journal.ROW_ADDED)
    return {"order_product_id": row["order_product_id"]}


def set_order_product_fields(call: Call) -> dict[str, Any]:
    """Change a row's fields that are sent."""
    order = call.need("order", "order_id")
    row = _row(call, order)
    order_rows.give_back(call.store, row)
    order_rows.fill(row, call.params)
    if int(row["quantity"]) < 0 or Decimal(row["price_brutto"]) < 0:
        raise wrong("quantity", "Invalid quantity")
    if not orders.is_cancelled(call.store, order.body):
        order_rows.take(call.store, row)
    orders.save(call.dialect, order)
    call.dialect.journal.order(order.id, journal.ROW_EDITED)
    return {}


def delete_order_product(call: Call) -> dict[str, Any]:
    """Take a row out."""
    order = call.need("order", "order_id")
    row = _row(call, order)
    order_rows.give_back(call.store, row)
    order.body["products"].remove(row)
    orders.save(call.dialect, order)
    call.dialect.journal.order(order.id, journal.ROW_REMOVED, row["order_product_id"])
    return {}


METHODS = {
    "addOrder": add_order,
    "setOrderFields": set_order_fields,
    "setOrderStatus": set_order_status,
    "setOrderStatuses": set_order_statuses,
    "setOrderPayment": set_order_payment,
    "addOrderProduct": add_order_product,
    "setOrderProductFields": set_order_product_fields,
    "deleteOrderProduct": delete_order_product,
}
