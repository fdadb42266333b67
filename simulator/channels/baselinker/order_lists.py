"""Reading orders: lists by date, number, status and buyer; statuses, sources and fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.channels.baselinker import orders
from simulator.channels.baselinker.calls import Call
from simulator.commerce.shop import Document

MOST = 100


def _candidates(call: Call) -> Iterator[Document]:
    """The orders that may match, in the order in which they are given."""
    given, store = call.params, call.store
    if given.has("order_id"):
        found = store.read("order", given.whole("order_id"))
        return iter([found] if found else [])
    if given.has("id_from"):
        return store.onward("order", given.whole("id_from"))
    if given.has("filter_external_order_id") and not store.shop.lag:
        return store.shop.all("order", sku=given.text("filter_external_order_id"))
    if given.has("date_confirmed_from") and not given.flag("get_unconfirmed_orders", default=False):
        return store.since("order", given.whole("date_confirmed_from"))
    if given.has("date_from"):
        return iter(sorted(store.visible("order"), key=lambda d: (d.body["date_add"], d.id)))
    if given.flag("get_unconfirmed_orders", default=False):
        return iter(sorted(store.visible("order"), key=lambda d: (_moment(d), d.id)))
    return store.since("order", 0)


def _moment(order: Document) -> int:
    """When an order was confirmed, or else made."""
    return int(order.body["date_confirmed"] or order.body["date_add"])


def _matches(call: Call, order: Document) -> bool:
    given, body = call.params, order.body
    if given.has("order_id"):
        return True
    if not body["confirmed"] and not given.flag("get_unconfirmed_orders", default=False):
        return False
    least = (
        ("date_confirmed_from", _moment(order)),
        ("date_from", body["date_add"]),
        ("id_from", order.id),
    )
    if any(given.has(name) and value < given.whole(name) for name, value in least):
        return False
    same = (
        ("status_id", body["order_status_id"]),
        ("filter_email", body["email"]),
        ("filter_order_source", body["order_source"]),
        ("filter_order_source_id", body["order_source_id"]),
        ("filter_shop_order_id", body["shop_order_id"]),
        ("filter_external_order_id", body["external_order_id"]),
    )
    return all(not given.has(name) or str(given[name]) == str(value) for name, value in same)


def get_orders(call: Call) -> dict[str, Any]:
    """Up to a hundred orders; confirmed ones only unless asked otherwise."""
    given = call.params
    rows: list[dict[str, Any]] = []
    for order in _candidates(call):
        if len(rows) == MOST:
            break
        if not _matches(call, order) or call.dialect.omits("orders"):
            continue
        row = orders.view(call.dialect, order)
        if given.flag("include_custom_extra_fields", default=False):
            row["custom_extra_fields"] = order.body["custom_extra_fields"]
        if given.flag("include_commissions", default=False):
            row["commissions"] = []
        if given.flag("with_commission", default=False):  # as it was before
            row["commission"] = {"net": 0.0, "gross": 0.0, "currency": order.body["currency"]}
        if given.flag("include_connect_data", default=False):
            row["connect_data"] = {"connect_integration_id": 0, "connect_contractor_id": 0}
        if given.flag("include_discounts_data", default=False):
            row["discounts"] = []
        rows.append(row)
    return {"orders": rows}


def _short(order: Document) -> dict[str, Any]:
    names = ("order_status_id", "date_in_status", "date_add")
    return {"order_id": order.id, **{n: order.body[n] for n in names}}


def get_orders_by_email(call: Call) -> dict[str, Any]:
    """Short rows of a buyer's orders."""
    email = call.params.text("email").lower()
    found = [d for d in call.store.visible("order") if d.body["email"].lower() == email]
    return {"orders": [_short(d) for d in found]}


def get_orders_by_phone(call: Call) -> dict[str, Any]:
    """Short rows of a buyer's orders, by the digits of a telephone number."""
    phone = _digits(call.params.text("phone"))
    found = [d for d in call.store.visible("order") if _digits(d.body["phone"]) == phone]
    names = ("delivery_fullname", "delivery_company")
    return {"orders": [{**_short(d), **{n: d.body[n] for n in names}} for d in found]}


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def get_order_sources(call: Call) -> dict[str, Any]:
    """Where orders come from: by type, by number, the name of the account or shop there."""
    found: dict[str, dict[str, str]] = {"personal": {"0": "Personal/Phone"}}
    for source in call.dialect.hub.sources():
        if source.is_connected:
            found.setdefault(source.type, {})[str(source.id)] = source.title
    found["order_return"] = {"0": "Order return"}
    return {"sources": found}


def get_order_status_list(call: Call) -> dict[str, Any]:
    """The statuses that this account has made for itself."""
    return {"statuses": [{"id": d.id, **d.body} for d in call.store.shop.all("status")]}


def get_order_extra_fields(call: Call) -> dict[str, Any]:
    """The extra fields of orders; this account has none."""
    return {"extra_fields": []}


def get_order_transaction_data(call: Call) -> dict[str, Any]:
    """What a marketplace said besides; nothing that this simulation knows."""
    call.need("order", "order_id")
    dates = ("ship_date_from", "ship_date_to", "delivery_date_from", "delivery_date_to")
    return {"fulfillment_shipments": [], **dict.fromkeys(dates, 0)}


def get_order_payments_history(call: Call) -> dict[str, Any]:
    """An order's payments from a gateway, or all, with what was paid before and after each."""
    order = call.need("order", "order_id")
    wants_all = call.params.flag("show_full_history", default=False)
    amounts = ("paid_before", "paid_after", "total_price")
    return {
        "payments": [
            {**d.body, **{n: float(d.body[n]) for n in amounts}}
            for d in call.store.under("payment", order.id)
            if wants_all or d.body["external_payment_id"]
        ]
    }


METHODS = {
    "getOrders": get_orders,
    "getOrdersByEmail": get_orders_by_email,
    "getOrdersByPhone": get_orders_by_phone,
    "getOrderSources": get_order_sources,
    "getOrderStatusList": get_order_status_list,
    "getOrderExtraFields": get_order_extra_fields,
    "getOrderTransactionData": get_order_transaction_data,
    "getOrderTransactionDetails": get_order_transaction_data,  # what older clients call it
    "getOrderPaymentsHistory": get_order_payments_history,
}
