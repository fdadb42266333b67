"""Files in the manner of a Wapro Mag site: reports out as its author wrote them, EDI orders in.

The vendor fixes no export of articles and stock (see DIFFERENCES.md): this site's reports are in
windows-1250, with semicolons and decimal commas. Orders come in as `Document-Order` documents whose lines
name articles by EAN.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NoReturn
from xml.etree import ElementTree
from xml.parsers import expat

from simulator.erp.books import Books, BooksRefuse, Line

TAKES = "*.xml"
VAT = Decimal("1.23")
LOOKS_BACK = timedelta(days=14)  # so far it looks for an order with the same customer's number
STATUSES = {
    "Parked": "Nowe",
    "Placed": "Zarezerwowane",
    "Completed": "Zrealizowane",
    "Deleted": "Anulowane",
}
CUSTOMER = "WEB"


def articles(books: Books, zone: str) -> bytes:
    """One row per article."""
    captions = [
        "INDEKS KATALOGOWY", "NAZWA", "EAN", "JM", "VAT", "KATEGORIA", "CENA_NETTO", "CENA_BRUTTO",
        "CENA_ZAKUPU", "AKTYWNY",
    ]  # fmt: skip
    rows = (
        (
            body["sku"],
            body["title"],
            ean_of(body),
            "szt.",
            "23",
            body.get("category", ""),
            _comma(Decimal(body["price"])) if body.get("price") else "",
            _comma(Decimal(body["price"]) * VAT) if body.get("price") else "",
            _comma(Decimal(body["cost"])) if body.get("cost") else "",
            "0" if body.get("obsolete") else "1",
        )
        for body in (document.body for document in books.store.all("item"))
    )
    return _csv(captions, rows)


def stock(books: Books, zone: str) -> bytes:
    """One row per article and warehouse."""
    rows = (
        (item["sku"], warehouse, n["on_hand"], n["on_hand"] - n["allocated"])
        for item in books.items()
        for warehouse, n in sorted(item["stock"].items())
    )
    return _csv(["INDEKS KATALOGOWY", "MAGAZYN", "STAN", "DOSTEPNE"], rows)


def orders(books: Books, zone: str) -> bytes:
    """One row per order, with the number that the customer knows."""
    rows = (
        (order["number"], order["header"]["reference"], STATUSES[order["status"]])
        for order in books.orders()
    )
    return _csv(["NUMER", "NR_ZAMOWIENIA_KLIENTA", "STATUS"], rows)


def shipments(books: Books, zone: str) -> bytes:
    """Stock issues, one row per line."""
    captions = [
        "NUMER", "NR_ZAMOWIENIA_KLIENTA", "INDEKS KATALOGOWY", "ILOSC", "PRZEWOZNIK", "NR_LISTU",
    ]  # fmt: skip
    rows = (
        (
            sent["number"],
            _reference(books, sent["order"]),
            line["sku"],
            line["quantity"],
            sent["carrier"],
            sent["tracking"],
        )
        for sent in books.shipments()
        for line in sent["lines"]
    )
    return _csv(captions, rows)


def returns(books: Books, zone: str) -> bytes:
    """Corrections with goods, one row per line."""
    rows = (
        (back["number"], _reference(books, back["order"]), line["sku"], line["quantity"])
        for back in books.returns()
        for line in back["lines"]
    )
    return _csv(["NUMER", "NR_ZAMOWIENIA_KLIENTA", "INDEKS KATALOGOWY", "ILOSC"], rows)


def promotions(books: Books, zone: str) -> bytes:
    """The site's own report of dated sales: gross prices, local times."""
    rows = (
        (
            item["sku"],
            _comma(Decimal(item["sale"]["price"]) * VAT),
            item["sale"]["from"],
            item["sale"]["until"],
        )
        for item in books.items()
        if "sale" in item
    )
    return _csv(["INDEKS KATALOGOWY", "CENA_PROMOCJI", "OD", "DO"], rows)


# Stock comes last: figures that are written after the order list are known to reflect it.
EXPORTS = {
    "Artykuly": articles,
    "Zamowienia": orders,
    "Wydania": shipments,
    "Zwroty": returns,
    "Promocje": promotions,
    "Stany": stock,
}
FILES = {  # the trade's word -> the file's
    "products": "Artykuly",
    "orders": "Zamowienia",
    "shipments": "Wydania",
    "returns": "Zwroty",
    "promotions": "Promocje",
    "stock": "Stany",
}


def take_orders(books: Books, data: bytes) -> list[str]:
    """Import one order document; gives the new order's number. BooksRefuse when it is not as it must be."""
    document = _parsed(data)
    if document.tag != "Document-Order":
        raise BooksRefuse(f"Document-Order expected, not {document.tag}")
    reference = _needed(document, "Order-Header/OrderNumber")
    _refuse_twice(books, reference)
    for party in ("Buyer", "Seller", "DeliveryPoint"):
        _iln(document, f"Order-Parties/{party}/ILN")
    by_ean = {ean_of(d.body): d.body["sku"] for d in books.store.all("item")}
    lines = [_line(item, by_ean) for item in document.iterfind("Order-Lines/Line/Line-Item")]
    if not lines:
        raise BooksRefuse("the order has no lines")
    told = document.findtext("Order-Summary/TotalLines")
    if told is not None and told.strip() != str(len(lines)):
        raise BooksRefuse(f"TotalLines says {told}, there are {len(lines)}")
    year = books.now().year % 100
    number = f"ZO {books.store.next_number('wapro order', 1):04d}/{year:02d}"
    header = {
        "customer": CUSTOMER,
        "reference": reference,
        "comments": document.findtext("Order-Header/Remarks") or "",
        "date": _needed(document, "Order-Header/OrderDate"),
        "name": document.findtext("Order-Parties/Buyer/Name") or "",
    }
    books.add_order(number, header, lines)
    return [number]


def ean_of(item: Mapping[str, Any]) -> str:
    """An article's EAN: its own, or one of the range that a house gives out itself."""
    if item.get("barcode"):
        return str(item["barcode"])
    digits = f"20{sum((i + 1) * ord(c) ** 2 for i, c in enumerate(item['sku'])) % 10**10:010d}"
    weighed = sum(int(d) * (1, 3)[place % 2] for place, d in enumerate(digits))
    return f"{digits}{-weighed % 10}"


def _line(item: ElementTree.Element, by_ean: Mapping[str, str]) -> Line:
    ean = _needed(item, "EAN")
    if ean not in by_ean:
        raise BooksRefuse(f"no article with EAN {ean}")
    told = _needed(item, "OrderedQuantity")
    if not re.fullmatch(r"\d+(\.0{1,3})?", told) or int(float(told)) == 0:
        raise BooksRefuse(f"OrderedQuantity is no number of pieces: {told}")
    price = (item.findtext("OrderedUnitNetPrice") or "0").strip()
    if not re.fullmatch(r"\d+(\.\d{1,4})?", price):
        raise BooksRefuse(f"OrderedUnitNetPrice is no price: {price}")
    return Line(by_ean[ean], int(float(told)), price)


def _refuse_twice(books: Books, reference: str) -> None:
    for order in books.orders():
        recent = books.now() - datetime.fromisoformat(order["at"]) <= LOOKS_BACK
        if recent and order["header"]["reference"] == reference:
            raise BooksRefuse(f"customer order {reference} already exists as {order['number']}")


def _iln(document: ElementTree.Element, path: str) -> None:
    if not re.fullmatch(r"\d{13}", _needed(document, path)):
        raise BooksRefuse(f"{path} is not 13 digits")


def _needed(parent: ElementTree.Element, path: str) -> str:
    text = (parent.findtext(path) or "").strip()
    if not text:
        raise BooksRefuse(f"{path} is missing")
    return text


def _parsed(data: bytes) -> ElementTree.Element:
    """The document; one that declares entities of its own is refused before they are read."""

    def refuse(*_: object) -> NoReturn:
        raise BooksRefuse("the document declares a type of its own")

    watch = expat.ParserCreate()
    watch.StartDoctypeDeclHandler = refuse
    try:
        watch.Parse(data, True)
        return ElementTree.fromstring(data)
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise BooksRefuse(f"not an XML document: {error}") from error


def _reference(books: Books, number: str) -> str:
    return str(books.order(number).body["header"]["reference"])


def _comma(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP)}".replace(".", ",")


def _csv(captions: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(captions)
    writer.writerows(rows)
    return text.getvalue().encode("cp1250", "replace")
