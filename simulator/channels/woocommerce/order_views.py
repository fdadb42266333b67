"""An order as the API shows it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from simulator.channels.woocommerce import currencies, order_goods, properties
from simulator.channels.woocommerce.calls import Call, item_links
from simulator.channels.woocommerce.order_money import Body, Row, fixed, ratio, row_tax
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

VERSION = "11.0.1"
AMOUNTS = (
    "discount_total",
    "discount_tax",
    "shipping_total",
    "shipping_tax",
    "cart_tax",
    "total",
    "total_tax",
)
EXTRA = (  # a `_fields` that names only parts of these gets nothing of them
    "meta_data",
    "line_items",
    "tax_lines",
    "shipping_lines",
    "fee_lines",
    "coupon_lines",
    "refunds",
)
EDITABLE = ("pending", "on-hold", "auto-draft")
PAYABLE = ("pending", "failed")


def both(name: str, moment: datetime | None, zone: ZoneInfo) -> dict[str, str | None]:
    """A time twice: in the shop's zone under `name`, in UTC under `name_gmt`."""
    there = None if moment is None else moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")
    return {name: there, f"{name}_gmt": properties.stamp(moment)}


def needs_payment(body: Body) -> bool:
    """Whether money is still owed."""
    return body["status"] in PAYABLE and float(body["total"] or 0) > 0


def needs_processing(dialect: WooCommerce, body: Body) -> bool:
    """Whether anything must be shipped: some row's product is not both virtual and downloadable."""
    goods = (order_goods.of_row(dialect, row) for row in body["line_items"])
    return any(good is not None and not good.needs_no_processing for good in goods)


def links(call: Call, document: Document) -> dict[str, Any]:
    """`_links` of an order."""
    path, body = f"/orders/{document.id}", document.body
    others: dict[str, Any] = {}
    if body["customer_id"]:
        others["customer"] = [{"href": call.link(f"/customers/{body['customer_id']}")}]
    if body["parent_id"]:
        others["up"] = [{"href": call.link(f"/orders/{body['parent_id']}")}]
    href = call.link(f"{path}/actions/email_templates")
    others["email_templates"] = [{"embeddable": True, "href": href}]
    return item_links(call, path, "/orders", **others)


def view(call: Call, document: Document) -> dict[str, Any]:
    """The fields of an order; amounts with `dp` decimals."""
    dialect, body, dp = call.dialect, document.body, decimals(call)
    shown: dict[str, Any] = {
        "id": document.id,
        "parent_id": body["parent_id"],
        "number": str(document.id),
        "version": VERSION,
        **{name: body[name] for name in _PLAIN},
        **{name: fixed(body[name], dp) for name in AMOUNTS},
        **both("date_created", document.created_at, dialect.zone),
        **both("date_modified", document.modified_at, dialect.zone),
        **both("date_paid", properties.moment(body["date_paid"]), dialect.zone),
        **both("date_completed", properties.moment(body["date_completed"]), dialect.zone),
        "meta_data": _chosen_meta(call, body["meta_data"]),
        "line_items": [line_view(dialect, row, body, dp) for row in body["line_items"]],
        "tax_lines": [tax_view(row, dp) for row in body["tax_lines"]],
        "shipping_lines": [shipping_view(row, body, dp) for row in body["shipping_lines"]],
        "fee_lines": [fee_view(row, body, dp) for row in body["fee_lines"]],
        "coupon_lines": [_coupon_view(row) for row in body["coupon_lines"]],
        "refunds": [_refund_view(r, dp) for r in refunds_of(dialect, document.id)],
        "payment_url": f"{dialect.home}/checkout/order-pay/{document.id}/"
        f"?pay_for_order=true&key={body['order_key']}",
        "is_editable": body["status"] in EDITABLE,
        "needs_payment": needs_payment(body),
        "needs_processing": needs_processing(dialect, body),
        "currency_symbol": html.unescape(currencies.symbol(body["currency"])),
    }
    return _whole_fields(call, shown)


_PLAIN = (
    "status",
    "currency",
    "prices_include_tax",
    "customer_id",
    "order_key",
    "billing",
    "shipping",
    "payment_method",
    "payment_method_title",
    "transaction_id",
    "customer_ip_address",
    "customer_user_agent",
    "created_via",
    "customer_note",
    "cart_hash",
)


def decimals(call: Call) -> int:
    """How many decimals amounts have in this answer."""
    dp = call.params.get("dp", call.query.get("dp"))
    if dp is not None and str(dp).lstrip("-").isdigit():
        return abs(int(dp))
    return int(call.dialect.option("woocommerce_price_num_decimals", "2"))


def refunds_of(dialect: WooCommerce, order: int) -> list[Document]:
    """An order's refunds, the newest first."""
    found = dialect.shop.all("refund", parent_id=order)
    return sorted(found, key=lambda d: (d.created_at, d.id), reverse=True)


def line_view(dialect: WooCommerce, row: Row, body: Body, dp: int) -> dict[str, Any]:
    """A product row. What the product says (sku, picture) is read from the product now."""
    good, gross = order_goods.of_row(dialect, row), body["prices_include_tax"]
    return {
        "id": row["id"],
        "name": row["name"],
        "product_id": row["product_id"],
        "variation_id": row["variation_id"],
        "quantity": row["quantity"],
        "tax_class": row["tax_class"],
        "subtotal": fixed(row["subtotal"], dp),
        "subtotal_tax": fixed(row_tax(row, "subtotal", gross), dp),
        "total": fixed(row["total"], dp),
        "total_tax": fixed(row_tax(row, "total", gross), dp),
        "taxes": _taxes(row, dp),
        "meta_data": [_meta_view(m) for m in row["meta_data"]],
        "sku": good.sku if good else None,
        "global_unique_id": good.gtin if good else None,
        "price": ratio(row["total"], row["quantity"]),
        "image": good.image if good else {"id": 0, "src": ""},
        "parent_name": good.parent_name if good else None,
    }


def shipping_view(row: Row, body: Body, dp: int) -> dict[str, Any]:
    """A shipping row."""
    return {
        "id": row["id"],
        "method_title": row["method_title"],
        "method_id": row["method_id"],
        "instance_id": row["instance_id"],
        "total": fixed(row["total"], dp),
        "total_tax": fixed(row_tax(row, "total", body["prices_include_tax"]), dp),
        "taxes": _taxes(row, dp),
        "tax_status": "taxable",
        "meta_data": [_meta_view(m) for m in row["meta_data"]],
    }


def fee_view(row: Row, body: Body, dp: int) -> dict[str, Any]:
    """A fee row."""
    return {
        "id": row["id"],
        "name": row["name"],
        "tax_class": row["tax_class"],
        "tax_status": row["tax_status"],
        "amount": "",
        "total": fixed(row["total"], dp),
        "total_tax": fixed(row_tax(row, "total", body["prices_include_tax"]), dp),
        "taxes": _taxes(row, dp),
        "meta_data": [_meta_view(m) for m in row["meta_data"]],
    }


def tax_view(row: Row, dp: int) -> dict[str, Any]:
    """A tax row."""
    return {
        "id": row["id"],
        "rate_code": row["rate_code"],
        "rate_id": row["rate_id"],
        "label": row["label"],
        "compound": row["compound"],
        "tax_total": fixed(row["tax_total"], dp),
        "shipping_tax_total": fixed(row["shipping_tax_total"], dp),
        "rate_percent": ratio(row["rate_percent"], 1),
        "meta_data": [],
    }


def _coupon_view(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "code": row["code"],
        "discount": row["discount"],
        "discount_tax": row["discount_tax"],
        "meta_data": [_meta_view(m) for m in row["meta_data"]],
        "discount_type": row["discount_type"],
        "nominal_amount": ratio(row["nominal_amount"], 1),
        "free_shipping": row["free_shipping"],
    }


def _refund_view(refund: Document, dp: int) -> dict[str, Any]:
    given = refund.body["amount"]
    return {
        "id": refund.id,
        "reason": refund.body["reason"],
        "total": "-" + (fixed(given, dp) if given != "" else ""),
        "total_tax": fixed(refund.body["total_tax"], dp),
    }


def _taxes(row: Row, dp: int) -> list[dict[str, Any]]:
    taxes = row.get("taxes", {})
    before = taxes.get("subtotal", {})
    return [
        {
            "id": int(id),
            "total": fixed(tax, dp),
            "subtotal": fixed(before[id], dp) if id in before else "",
        }
        for id, tax in taxes.get("total", {}).items()
    ]


def _meta_view(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": meta["id"],
        "key": meta["key"],
        "value": meta["value"],
        "display_key": meta.get("display_key", meta["key"]),
        "display_value": meta["value"],
    }


def _chosen_meta(call: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    only, without = call.params.get("include_meta"), call.params.get("exclude_meta") or ()
    return [row for row in rows if (not only or row["key"] in only) and row["key"] not in without]


def _whole_fields(call: Call, shown: dict[str, Any]) -> dict[str, Any]:
    fields = call.params.get("_fields")
    if not fields:
        return shown
    names = {f.strip() for f in (fields if isinstance(fields, list) else str(fields).split(","))}
    return {
        name: value
        for name, value in shown.items()
        if name not in EXTRA or name in names or not any(n.startswith(f"{name}.") for n in names)
    }
