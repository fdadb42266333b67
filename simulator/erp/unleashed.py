"""Files in the manner of Unleashed: what its exports look like, and what its sales order import takes.

Captions follow the vendor's help pages (see DIFFERENCES.md for what those leave open): mandatory
columns carry a star, date captions their format in brackets, prices are tax exclusive.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from simulator.erp.books import Books, BooksRefuse, Line

TAKES = "*.csv"
DATE = "%d/%m/%Y"


def products(books: Books, zone: str) -> bytes:
    """The product export: one row per article."""
    captions = [
        "*Product Code",
        "*Product Description",
        "Notes",
        "Barcode",
        "Units",
        "Default Purchase Price",
        "Default Sell Price",
        "Sell Price Tier 1",
        "Weight (kg)",
        "Product Group",
        "Never Diminishing",
        "Obsolete",
    ]
    rows = (
        (
            item["sku"],
            item["title"],
            item.get("notes", ""),
            item.get("barcode", ""),
            "EA",
            item.get("cost", ""),
            item.get("price", ""),
            item.get("tier_1", ""),
            item.get("weight_kg", ""),
            item.get("category", ""),
            "No",
            "Yes" if item.get("obsolete") else "No",
        )
        for item in books.items()
    )
    return _csv(captions, rows)


def stock(books: Books, zone: str) -> bytes:
    """The stock on hand enquiry: one row per article and warehouse."""
    captions = [
        "Product Code",
        "Product Description",
        "Warehouse Code",
        "Qty On Hand",
        "Allocated Qty",
        "Available Qty",
        "On Purchase",
    ]
    rows = (
        (
            item["sku"],
            item["title"],
            warehouse,
            counted["on_hand"],
            counted["allocated"],
            counted["on_hand"] - counted["allocated"],
            counted["incoming"],
        )
        for item in books.items()
        for warehouse, counted in sorted(item["stock"].items())
    )
    return _csv(captions, rows)


def customers(books: Books, zone: str) -> bytes:
    """The customer export."""
    rows = ((d.body["code"], d.body["name"]) for d in books.store.all("customer"))
    return _csv(["*Customer Code", "*Customer Name"], rows)


def orders(books: Books, zone: str) -> bytes:
    """The sales order list: one row per order, with the reference that came in."""
    captions = [
        "Order Number",
        "Order Date (DD/MM/YYYY)",
        "Customer Code",
        "Customer Reference",
        "Status",
    ]
    rows = (
        (
            order["number"],
            _day(order["at"], zone),
            order["header"].get("customer", ""),
            order["header"].get("reference", ""),
            order["status"],
        )
        for order in books.orders()
    )
    return _csv(captions, rows)


def shipments(books: Books, zone: str) -> bytes:
    """Sales shipments: one row per shipped line."""
    captions = [
        "Shipment Number",
        "Order Number",
        "Dispatch Date (DD/MM/YYYY)",
        "Product Code",
        "Shipped Quantity",
        "Courier",
        "Tracking Number",
    ]
    rows = (
        (
            shipment["number"],
            shipment["order"],
            _day(shipment["at"], zone),
            line["sku"],
            line["quantity"],
            shipment["carrier"],
            shipment["tracking"],
        )
        for shipment in books.shipments()
        for line in shipment["lines"]
    )
    return _csv(captions, rows)


def returns(books: Books, zone: str) -> bytes:
    """Credit notes with goods: one row per line that came back."""
    captions = [
        "Credit Number",
        "Order Number",
        "Credit Date (DD/MM/YYYY)",
        "Product Code",
        "Quantity",
    ]
    rows = (
        (back["number"], back["order"], _day(back["at"], zone), line["sku"], line["quantity"])
        for back in books.returns()
        for line in back["lines"]
    )
    return _csv(captions, rows)


def promotions(books: Books, zone: str) -> bytes:
    """The site's own report of dated sales, which Unleashed itself does not know: local times."""
    rows = (
        (item["sku"], item["sale"]["price"], item["sale"]["from"], item["sale"]["until"])
        for item in books.items()
        if "sale" in item
    )
    return _csv(["Code", "Sale Price", "From", "Until"], rows)


# Stock comes last: figures that are written after the order list are known to reflect it.
EXPORTS = {  # file stem: what fills it
    "Products": products,
    "Customers": customers,
    "SalesOrders": orders,
    "SalesShipments": shipments,
    "CreditNotes": returns,
    "Promotions": promotions,
    "StockOnHand": stock,
}
FILES = {  # the trade's word -> the file's
    "products": "Products",
    "customers": "Customers",
    "orders": "SalesOrders",
    "shipments": "SalesShipments",
    "returns": "CreditNotes",
    "promotions": "Promotions",
    "stock": "StockOnHand",
}


def take_orders(books: Books, data: bytes) -> list[str]:
    """Import a sales order file; gives the new order numbers.

    BooksRefuse with row and reason when anything in it is wrong: then nothing of it is booked.
    """
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BooksRefuse(f"The file could not be read: {error}") from error
    if not rows:
        raise BooksRefuse("The file is empty")
    captions = [_caption(cell) for cell in rows[0]]
    for needed in ("order number", "customer code", "product code", "line number"):
        if needed not in captions:
            raise BooksRefuse(f"Mandatory column missing: {needed}")
    found: dict[str, tuple[dict[str, str], list[Line]]] = {}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(captions):
            raise BooksRefuse(f"Row {number}: {len(row)} columns, {len(captions)} expected")
        _collect(found, dict(zip(captions, row, strict=True)), number)
    known = {order["number"] for order in books.orders()}
    for number_of_order, (header, lines) in found.items():
        _refuse_early(books, known, number_of_order, header, lines)
    for number_of_order, (header, lines) in found.items():
        books.add_order(number_of_order, header, lines)
    return list(found)


def _refuse_early(
    books: Books, known: set[str], number: str, header: dict[str, str], lines: list[Line]
) -> None:
    """What would fail is found before anything of the file is booked."""
    if number in known:
        raise BooksRefuse(f"Order Number {number} already exists")
    if not books.has_customer(header["customer"]):
        raise BooksRefuse(f"Customer Code {header['customer']} does not exist")
    for line in lines:
        books.item(line.sku)


def _collect(
    found: dict[str, tuple[dict[str, str], list[Line]]], cells: dict[str, str], row: int
) -> None:
    """Add one row to its order; header cells count on the order's first row."""
    number = cells["order number"] or next(reversed(found), "")
    if not number:
        raise BooksRefuse(f"Row {row}: Order Number is mandatory")
    if number not in found:
        header = {
            "customer": cells["customer code"],
            "reference": cells.get("customer reference", ""),
            "comments": cells.get("comments", ""),
            "date": cells.get("order date", ""),
            "name": cells.get("delivery name", ""),
            "contact": cells.get("delivery contact", ""),
            "street": cells.get("delivery street address", ""),
            "city": cells.get("delivery city", ""),
            "postcode": cells.get("delivery post code", ""),
            "country": cells.get("delivery country", ""),
            "tax code": cells.get("tax code", ""),
        }
        _date(header["date"], row)
        found[number] = (header, [])
    if not cells["line number"].isdigit():
        raise BooksRefuse(f"Row {row}: Line Number is mandatory")
    quantity = _number(cells.get("quantity") or cells.get("order quantity", ""), "Quantity", row)
    if quantity <= 0 or quantity != int(quantity):
        raise BooksRefuse(f"Row {row}: Quantity must be a whole number above zero")
    price = _number(cells.get("unit price", "") or "0", "Unit Price", row)
    found[number][1].append(Line(cells["product code"], int(quantity), str(price)))


def _number(text: str, caption: str, row: int) -> Decimal:
    try:
        if not re.fullmatch(r"-?\d+(\.\d+)?", text):
            raise InvalidOperation
        return Decimal(text)
    except InvalidOperation:
        raise BooksRefuse(f"Row {row}: {caption} is not a number: {text}") from None


def _date(text: str, row: int) -> None:
    if text:
        try:
            datetime.strptime(text, DATE)  # noqa: DTZ007  a calendar date
        except ValueError:
            raise BooksRefuse(f"Row {row}: Order Date is not DD/MM/YYYY: {text}") from None


def _caption(cell: str) -> str:
    """A caption without its star, its bracket part and its case."""
    return re.sub(r"\s*\(.*\)$", "", cell).strip().lstrip("*").strip().lower()


def _day(moment: str, zone: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).strftime(DATE)


def _csv(captions: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(captions)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
