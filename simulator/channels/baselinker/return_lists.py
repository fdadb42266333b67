"""Reading order returns: the list, its statuses and reasons, what was refunded."""

from __future__ import annotations

from typing import Any

from simulator.channels.baselinker import order_rows, orders, returns
from simulator.channels.baselinker.calls import Call
from simulator.commerce.shop import Document


def get_order_returns(call: Call) -> dict[str, Any]:
    """Up to a hundred returns, by number; `id_from` is the first that is wanted."""
    given = call.params
    start = given.whole("return_id" if given.has("return_id") else "id_from", 0)
    rows: list[dict[str, Any]] = []
    for found in call.store.onward("return", start):
        if len(rows) == returns.MOST:
            break
        if _matches(call, found) and not call.dialect.omits("returns"):
            rows.append(_view(call, found))
    return {"returns": rows}


def _matches(call: Call, found: Document) -> bool:
    given, body = call.params, found.body
    if given.has("date_from") and body["date_add"] < given.whole("date_from"):
        return False
    same = (
        ("return_id", found.id),
        ("order_id", body["order_id"]),
        ("status_id", body["status_id"]),
        ("filter_order_return_source", body["order_return_source"]),
        ("filter_order_return_source_id", body["order_return_source_id"]),
    )
    return all(not given.has(name) or str(given[name]) == str(value) for name, value in same)


def _view(call: Call, found: Document) -> dict[str, Any]:
    body = dict(found.body)
    extra = body.pop("custom_extra_fields")
    if call.params.flag("include_custom_extra_fields", default=False):
        body["custom_extra_fields"] = extra
    return {
        "return_id": found.id,
        **body,
        "delivery_price": float(body["delivery_price"]),
        "delivery_country": orders.country(body["delivery_country_code"]),
        "products": [order_rows.view(row) for row in body["products"]],
    }


def get_order_return_status_list(call: Call) -> dict[str, Any]:
    """The account's statuses of returns."""
    shown = ("name", "name_for_customer", "color")
    found = call.store.shop.all("return_status")
    return {"statuses": [{"id": d.id, **{n: d.body[n] for n in shown}} for d in found]}


def get_order_return_product_statuses(call: Call) -> dict[str, Any]:
    """The statuses of a return's rows."""
    rows = [{"status_id": id, "name": name} for id, name in returns.ROW_STATUSES]
    return {"order_return_product_statuses": rows}


def get_order_return_reasons_list(call: Call) -> dict[str, Any]:
    """Why goods come back."""
    rows = [{"return_reason_id": id, "name": name} for id, name in returns.REASONS]
    return {"return_reasons": rows}


def get_order_return_extra_fields(call: Call) -> dict[str, Any]:
    """The extra fields of returns; this account has none."""
    return {"extra_fields": []}


def get_order_return_payments_history(call: Call) -> dict[str, Any]:
    """What was refunded, with the totals before and after."""
    found = call.need("return", "return_id")
    amounts = ("paid_before", "paid_after", "total_price")
    return {
        "payments": [
            {**d.body, **{n: float(d.body[n]) for n in amounts}}
            for d in call.store.under("return_payment", found.id)
        ]
    }


METHODS = {
    "getOrderReturns": get_order_returns,
    "getOrderReturnStatusList": get_order_return_status_list,
    "getOrderReturnProductStatuses": get_order_return_product_statuses,
    "getOrderReturnReasonsList": get_order_return_reasons_list,
    "getOrderReturnExtraFields": get_order_return_extra_fields,
    "getOrderReturnPaymentsHistory": get_order_return_payments_history,
}
