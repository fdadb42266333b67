"""Invoices and receipts: numbered in series, made of an order as it is at that moment."""

from __future__ import annotations

import base64
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from simulator.channels.baselinker import journal, orders
from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import Params, rows_of
from simulator.commerce.shop import Document

FIRST = {"invoice": 153_845, "receipt": 153_001}
SERIES = (
    (101, "INVOICE", "Invoices", "FV %N/%M/%Y"),
    (102, "CORRECTION", "Corrections", "FK %N/%M/%Y"),
    (103, "RECEIPT", "Receipts", "PAR %N/%M/%Y"),
)
CENT = Decimal("0.01")
MOST = 100
RETURNED = "5"  # the reason of a correction: the goods came back
EXCHANGE = dict.fromkeys(  # no invoice is in a foreign currency
    ("exchange_currency", "exchange_rate", "exchange_date", "exchange_info"), ""
)
BUYER = tuple(n for n in orders.WIDTHS if n.startswith("invoice_") and n != "invoice_state")


def _series(call: Call, type: str, default: int) -> tuple[int, str, str, str]:
    wanted = call.params.whole("series_id", default)
    for series in SERIES:
        if series[0] == wanted and series[1] == type:
            return series
    raise wrong("series_id", f"Invalid series ID: {wanted}")


def _numbered(call: Call, series: tuple[int, str, str, str]) -> dict[str, Any]:
    now = datetime.fromtimestamp(call.store.now(), ZoneInfo(call.store.setting("zone")))
    sub = call.store.shop.next_number(f"series {series[0]} {now:%Y-%m}")
    number = series[3].replace("%N", str(sub)).replace("%M", f"{now:%m}")
    number = number.replace("%Y", f"{now:%Y}")
    return {
        "series_id": series[0],
        "sub_id": sub,
        "month": now.month,
        "year": now.year,
        "number": number,
        "date_add": call.store.now(),
    }


def _net(gross: Decimal, rate: Decimal) -> Decimal:
    return (gross / (1 + max(rate, Decimal(0)) / 100)).quantize(CENT, ROUND_HALF_UP)


def _items(order: Document) -> list[dict[str, Any]]:
    body = order.body
    delivery = Decimal(body["delivery_price"])
    rate = body["products"][0]["tax_rate"] if body["products"] else "0"
    rows = [(r, False) for r in body["products"]]
    if delivery:
        row = {"name": body["delivery_method"], "sku": "", "ean": "", "order_product_id": 0}
        row |= {"price_brutto": str(delivery), "tax_rate": rate, "quantity": 1}
        rows.append((row, True))
    return [
        {
            "name": row["name"],
            "sku": row["sku"],
            "ean": row["ean"],
            "price_brutto": row["price_brutto"],
            "price_netto": str(_net(Decimal(row["price_brutto"]), Decimal(row["tax_rate"]))),
            "tax_rate": row["tax_rate"],
            "quantity": int(row["quantity"]),
            "is_shipment": int(is_shipment),
            "order_product_id": row["order_product_id"],
        }
        for row, is_shipment in rows
    ]


def _total(items: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(i[name]) * i["quantity"] for i in items), Decimal(0))


def add_invoice(call: Call) -> dict[str, Any]:
    """An invoice of an order. A second one of the same order is another invoice."""
    order = call.need("order", "order_id")
    body = _numbered(call, _series(call, "INVOICE", 0))
    body |= {
        "order_id": order.id,
        "type": "normal",
        "currency": order.body["currency"],
        "payment": order.body["payment_method"],
        "items": _items(order),
        "correcting_to_invoice_id": 0,
        "correcting_reason": "",
        "correcting_items": False,
        "correcting_data": False,
        "issuer": "",
        "external_invoice_number": "",
        "_file": "",
        **{n: order.body[n] for n in BUYER},
    }
    id = call.store.shop.next_number("invoice", FIRST["invoice"])
    made = call.store.add("invoice", body, id=id, parent_id=order.id)
    call.dialect.journal.order(order.id, journal.INVOICED, made.id)
    return {"invoice_id": made.id}


def add_invoice_correction(call: Call) -> dict[str, Any]:
    """A correction of an invoice as it should have been, or by what came back in a return."""
    given = call.params
    back = call.need("return", "return_order_id") if given.has("return_order_id") else None
    original = _original(call, back)
    body = {**original.body, **_numbered(call, _series(call, "CORRECTION", SERIES[1][0]))}
    body |= {"type": "correcting", "correcting_to_invoice_id": original.id, "_file": ""}
    if back is not None:
        body |= {"correcting_reason": RETURNED, "correcting_items": True}
        for row in back.body["products"]:
            _take_back(body["items"], row)
    else:
        _correct(body, given)
    id = call.store.shop.next_number("invoice", FIRST["invoice"])
    made = call.store.add("invoice", body, id=id, parent_id=original.parent_id)
    call.dialect.journal.order(original.parent_id or 0, journal.INVOICED, made.id)
    return {"invoice_id": made.id}


def _original(call: Call, back: Document | None) -> Document:
    """The invoice to correct: the one that is named, or the last of the order that came back."""
    if back is None:
        return call.need("invoice", "original_invoice_id")
    found = list(call.store.shop.all("invoice", parent_id=back.body["order_id"]))
    if not found:
        raise wrong("return_order_id", f"No invoice of order {back.body['order_id']}")
    return found[-1]


def _take_back(items: list[dict[str, Any]], row: dict[str, Any]) -> None:
    for item in items:
        if item["order_product_id"] == row["_order_product_id"]:
            item["quantity"] = max(0, item["quantity"] - int(row["quantity"]))


def _correct(body: dict[str, Any], given: Params) -> None:
    body["correcting_reason"] = str(given.whole("correcting_reason", 0))
    for name in ("correcting_items", "correcting_data"):
        body[name] = given.flag(name, default=False)
    copied = {**dict.fromkeys(BUYER), "payment": "fv_payment", "issuer": "fv_person"}
    for name, word in copied.items():
        if given.has(word or name):
            body[name] = given.text(word or name, most=orders.WIDTHS.get(name, 100))
    for item in (rows_of(item, "items") for item in given.rows("items", [])):
        _correct_item(body["items"], item)


def _correct_item(items: list[dict[str, Any]], given: Params) -> None:
    """Change the item of an order's row; what names none is one more."""
    wanted = given.whole("order_product_id", 0)
    item = next((i for i in items if wanted and i["order_product_id"] == wanted), None)
    if item is None:
        item = {"name": "", "sku": "", "ean": "", "price_brutto": "0.00", "tax_rate": "0"}
        item |= {"quantity": 1, "is_shipment": 0, "order_product_id": 0}
        items.append(item)
    for name in ("name", "sku", "ean"):
        item[name] = given.text(f"item_{name}", item[name])
    for name in ("price_brutto", "tax_rate"):
        item[name] = str(given.money(f"item_{name}", Decimal(item[name])))
    item["quantity"] = given.whole("item_quantity", item["quantity"])
    item["price_netto"] = str(_net(Decimal(item["price_brutto"]), Decimal(item["tax_rate"])))


def get_invoices(call: Call) -> dict[str, Any]:
    """Up to a hundred invoices, by number."""
    given = call.params
    start = given.whole("invoice_id" if given.has("invoice_id") else "id_from", 0)
    rows: list[dict[str, Any]] = []
    for found in call.store.onward("invoice", start):
        if len(rows) == MOST:
            break
        body = found.body
        same = (
            ("invoice_id", found.id),
            ("order_id", body["order_id"]),
            ("series_id", body["series_id"]),
        )
        if any(given.has(n) and given.whole(n) != value for n, value in same):
            continue
        if given.has("date_from") and body["date_add"] < given.whole("date_from"):
            continue
        if body["_file"] and not given.flag("get_external_invoices", default=True):
            continue
        rows.append(_invoice(found))
    return {"invoices": rows}


def _invoice(found: Document) -> dict[str, Any]:
    body = {k: v for k, v in found.body.items() if not k.startswith("_")}
    prices = ("price_brutto", "price_netto", "tax_rate")
    items = [{**item, **{n: float(item[n]) for n in prices}} for item in body["items"]]
    return {
        "invoice_id": found.id,
        **body,
        "postfix": "",
        "date_sell": body["date_add"],
        "date_pay_to": 0,
        "invoice_country": orders.country(body["invoice_country_code"]),
        "external_id": "",
        **EXCHANGE,
        "seller": "",
        "additional_info": "",
        "total_price_brutto": float(_total(body["items"], "price_brutto")),
        "total_price_netto": float(_total(body["items"], "price_netto")),
        "items": items,
    }


def add_order_invoice_file(call: Call) -> dict[str, Any]:
    """Another file, and another number, for an invoice."""
    found = call.need("invoice", "invoice_id")
    found.body["_file"] = _file(call)
    found.body["external_invoice_number"] = call.params.text("external_invoice_number", "", most=30)
    call.store.save(found)
    call.dialect.journal.order(found.parent_id or 0, journal.INVOICE_EDITED)
    return {}


def _file(call: Call) -> str:
    text = call.params.text("file")
    if not text.startswith("data:"):
        raise wrong("file", "The file has no data: prefix")
    return text.removeprefix("data:")


def get_invoice_file(call: Call) -> dict[str, Any]:
    """An invoice's file as base64."""
    found = call.need("invoice", "invoice_id")
    plain = base64.b64encode(f"%PDF-1.4\n% {found.body['number']}\n%%EOF\n".encode()).decode()
    number = found.body["external_invoice_number"] or found.body["number"]
    return {"invoice": f"data:{found.body['_file'] or plain}", "invoice_number": number}


def get_series(call: Call) -> dict[str, Any]:
    """The series of numbers."""
    return {"series": [{"id": i, "type": t, "name": n, "format": f} for i, t, n, f in SERIES]}


def add_receipt(call: Call) -> dict[str, Any]:
    """A receipt that waits for the printer."""
    order = call.need("order", "order_id")
    body = _numbered(call, _series(call, "RECEIPT", SERIES[2][0]))
    body["receipt_full_nr"] = body.pop("number")
    body |= {
        "order_id": order.id,
        "payment_method": order.body["payment_method"],
        "nip": order.body["invoice_nip"],
        "currency": order.body["currency"],
        "items": _items(order),
        "external_receipt_number": "",
        "_is_printed": False,
    }
    id = call.store.shop.next_number("receipt", FIRST["receipt"])
    return {"receipt_id": call.store.add("receipt", body, id=id, parent_id=order.id).id}


def _goods(body: dict[str, Any]) -> list[dict[str, Any]]:
    names = ("name", "sku", "ean", "quantity")
    prices = ("price_brutto", "tax_rate")
    return [{**{n: i[n] for n in names}, **{n: float(i[n]) for n in prices}} for i in body["items"]]


def get_new_receipts(call: Call) -> dict[str, Any]:
    """The receipts that wait for the printer."""
    wanted = call.params.whole("series_id", 0)
    names = ("series_id", "receipt_full_nr", "order_id", "date_add", "payment_method", "nip")
    return {
        "orders": [
            {"receipt_id": d.id, **{n: d.body[n] for n in names}, "products": _goods(d.body)}
            for d in call.store.visible("receipt")
            if not d.body["_is_printed"] and wanted in (0, d.body["series_id"])
        ]
    }


def set_order_receipt(call: Call) -> dict[str, Any]:
    """A receipt was printed, or not."""
    found = call.need("receipt", "receipt_id")
    if not call.params.flag("printer_error", default=False):
        found.body["_is_printed"] = True
        found.body["external_receipt_number"] = call.params.text("receipt_nr", "", most=20)
        call.store.save(found)
        call.dialect.journal.order(found.parent_id or 0, journal.RECEIPT)
    return {}


def get_receipt(call: Call) -> dict[str, Any]:
    """One receipt, by its number or its order's."""
    if call.params.has("receipt_id"):
        found = call.need("receipt", "receipt_id")
    else:
        wanted = call.params.whole("order_id")
        here = list(call.store.under("receipt", wanted))
        if not here:
            raise wrong("order_id", f"No receipt of order {wanted}")
        found = here[0]
    body = {k: v for k, v in found.body.items() if not k.startswith("_")}
    total = float(_total(body["items"], "price_brutto"))
    return {
        "receipt_id": found.id,
        **body,
        "total_price_brutto": total,
        **EXCHANGE,
        "items": _goods(body),
    }


def add_order_receipt_file(call: Call) -> dict[str, Any]:
    """Another file, and another number, for a receipt."""
    found = call.need("receipt", "receipt_id")
    found.body["_file"] = _file(call)
    found.body["external_receipt_number"] = call.params.text("external_receipt_number", "", most=30)
    call.store.save(found)
    return {}


METHODS = {
    "addInvoice": add_invoice,
    "addInvoiceCorrection": add_invoice_correction,
    "getInvoices": get_invoices,
    "addOrderInvoiceFile": add_order_invoice_file,
    "getInvoiceFile": get_invoice_file,
    "getSeries": get_series,
    "addReceipt": add_receipt,
    "getNewReceipts": get_new_receipts,
    "setOrderReceipt": set_order_receipt,
    "getReceipt": get_receipt,
    "addOrderReceiptFile": add_order_receipt_file,
}
