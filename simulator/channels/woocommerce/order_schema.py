"""The fields of an order as its schema describes them, and the parameters of order lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.lists import IDS, PAGES, SEARCH, TIMES, ordered

STATUSES = (
    "pending",
    "processing",
    "on-hold",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "checkout-draft",
)
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTC BTN"
    " BWP BYR BYN BZD CAD CDF CHF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR"
    " FJD FKP GBP GEL GGP GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS IMP INR IQD IRR IRT"
    " ISK JEP JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA"
    " MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR"
    " PLN PRB PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLL SOS SRD SSP STN SYP SZL THB"
    " TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VEF VES VND VUV WST XAF XCD XOF XPF YER"
    " ZAR ZMW"
)
CURRENCIES = _CODES.split()
ADDRESS = (
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "state",
    "postcode",
    "country",
)
TEXT: Schema = {"type": "string"}
INT: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
ANY: Schema = {"type": "mixed"}
TIME: Schema = {"type": ["null", "string"], "readonly": True}


def times(*names: str) -> dict[str, Schema]:
    """Read-only times, each in the shop's zone and in UTC."""
    return {f"{name}{zone}": TIME for name in names for zone in ("", "_gmt")}


def shown(**fields: Schema) -> dict[str, Schema]:
    """Fields that only answers have."""
    return {name: {**schema, "readonly": True} for name, schema in fields.items()}


def rows(properties: Mapping[str, Schema], **more: Any) -> Schema:
    """A list of objects."""
    return {"type": "array", "items": {"type": "object", "properties": dict(properties)}, **more}


META = rows({"id": INT, "key": TEXT, "value": ANY})
BILLING: Schema = {
    "type": "object",
    "properties": {
        **dict.fromkeys(ADDRESS, TEXT),
        "email": {"type": ["string", "null"], "format": "email"},
        "phone": TEXT,
    },
}
SHIPPING: Schema = {
    "type": "object",
    "properties": {**dict.fromkeys(ADDRESS, TEXT), "phone": TEXT},
}
_TAXES = rows({"id": INT, "total": TEXT, "subtotal": TEXT}, readonly=True)
_LINE = {
    "id": INT,
    "name": ANY,
    "parent_name": TEXT,
    "product_id": ANY,
    "variation_id": INT,
    "quantity": INT,
    "tax_class": TEXT,
    "subtotal": TEXT,
    "subtotal_tax": TEXT,
    "total": TEXT,
    "total_tax": TEXT,
    "taxes": _TAXES,
    "meta_data": META,
    "sku": TEXT,
    "price": NUMBER,
    "image": {"type": "object", "properties": {"id": INT, "src": TEXT}},
}
_SHIPPING = {
    "id": INT,
    "method_title": ANY,
    "method_id": ANY,
    "instance_id": TEXT,
    "total": TEXT,
    "total_tax": TEXT,
    "taxes": _TAXES,
    "tax_status": TEXT,
    "meta_data": META,
}
_FEE = {
    "id": INT,
    "name": ANY,
    "tax_class": TEXT,
    "tax_status": {"type": "string", "enum": ["taxable", "none"]},
    "total": TEXT,
    "total_tax": TEXT,
    "taxes": _TAXES,
    "meta_data": META,
}
_COUPON = {
    "id": INT,
    "code": ANY,
    "discount": TEXT,
    "discount_tax": TEXT,
    "discount_type": TEXT,
    "nominal_amount": NUMBER,
    "free_shipping": FLAG,
    "meta_data": META,
}
WRITABLE: dict[str, Schema] = {
    "parent_id": INT,
    "created_via": TEXT,
    "status": {"type": "string", "enum": ["auto-draft", *STATUSES]},
    "currency": {"type": "string", "enum": CURRENCIES},
    "customer_id": INT,
    "customer_note": TEXT,
    "billing": BILLING,
    "shipping": SHIPPING,
    "payment_method": TEXT,
    "payment_method_title": TEXT,
    "transaction_id": TEXT,
    "meta_data": META,
    "line_items": rows(_LINE),
    "shipping_lines": rows(_SHIPPING),
    "fee_lines": rows(_FEE),
    "coupon_lines": rows(_COUPON),
    "set_paid": {"type": "boolean", "default": False},
    "manual_update": {"type": "boolean", "default": False},
}
_TEXTS_SHOWN = (
    "number",
    "order_key",
    "version",
    "discount_total",
    "discount_tax",
    "shipping_total",
    "shipping_tax",
    "cart_tax",
    "total",
    "total_tax",
    "customer_ip_address",
    "customer_user_agent",
    "cart_hash",
    "payment_url",
    "currency_symbol",
)
_FLAGS_SHOWN = ("prices_include_tax", "is_editable", "needs_payment", "needs_processing")
_READ_ONLY: dict[str, Schema] = {
    "id": {**INT, "readonly": True},
    **{name: {**TEXT, "readonly": True} for name in _TEXTS_SHOWN},
    **{name: {**FLAG, "readonly": True} for name in _FLAGS_SHOWN},
    **times("date_created", "date_modified", "date_paid", "date_completed"),
    "tax_lines": rows({"id": INT, "rate_code": TEXT, "rate_id": INT}, readonly=True),
    "refunds": rows({"id": INT, "reason": TEXT, "total": TEXT}, readonly=True),
}
RESOURCE: Schema = {"title": "shop_order", "properties": {**_READ_ONLY, **WRITABLE}}
_TEXTS: Schema = {"type": "array", "items": TEXT}
LIST: dict[str, Schema] = {
    **PAGES,
    "search": SEARCH,
    **TIMES,
    "exclude": IDS,
    "include": IDS,
    **ordered(["date", "id", "include", "title", "slug", "modified"]),
    "parent": IDS,
    "parent_exclude": IDS,
    "status": {
        "type": "array",
        "items": {"type": "string", "enum": ["any", "trash", "auto-draft", *STATUSES]},
        "default": ["any"],
    },
    "customer": INT,
    "product": INT,
    "dp": {"type": "integer", "default": 2},
    "order_item_display_meta": {"type": "boolean", "default": False},
    "include_meta": {**_TEXTS, "default": []},
    "exclude_meta": {**_TEXTS, "default": []},
    "created_via": _TEXTS,
}
