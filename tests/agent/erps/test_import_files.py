"""Import files as the shipped profiles write them, and what their settings may say."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.erps.import_bytes import Sheet, file_bytes
from agent.erps.import_values import Unwritable
from agent.erps.imports import ImportFile, Imports
from agent.formats.delimited_writer import write
from simulator.chance import Chance
from simulator.clock import Clock
from simulator.commerce.shop import Shop, connect
from simulator.erp import unleashed
from simulator.erp.books import Books, BooksRefuse
from tests.agent.erps.golden_imports import FIXTURES, SITES, an_order, files_of, imports_of
from tests.build import order, order_line
from tests.shared import shared

CELLS = {"name": "{order.reference}.csv", "rows": "order"}


def one_cell(column: dict[str, Any], **values: Any) -> str:
    """What a file of one column, without header, holds for these values."""
    layout = {"header": False, "newline": "\n"} | column.pop("layout", {})
    file = ImportFile.model_validate({**CELLS, "layout": layout, "columns": {"Cell": column}})
    data = file_bytes(
        file, [Sheet({key.replace("__", "."): v for key, v in values.items()}, (), "EUR")]
    )
    return data.decode(layout.get("encoding", "utf-8")).rstrip("\n")


@pytest.mark.parametrize("erp", sorted(SITES))
def test_writes_what_was_reviewed(erp: str) -> None:
    folder = FIXTURES / erp / "imports"
    kept = {path.name: path.read_bytes().decode() for path in folder.iterdir()}
    assert {name: data.decode() for name, data in files_of(erp).items()} == kept


def test_tryton_is_written_in_the_columns_that_its_importer_takes() -> None:
    sample = shared("samples", "tryton", "import", "orders.csv").read_text(encoding="utf-8-sig")
    first = next(csv.reader(io.StringIO(sample)))
    orders = imports_of("tryton").orders
    assert orders is not None
    assert [key.replace("_", " ").replace("lines/", "line ") for key in orders.columns] == first


def test_tryton_refuses_to_leave_a_tax_blank() -> None:
    imports = Imports.model_validate({**imports_of("tryton").model_dump(), "taxes": {}})
    from agent.decide.order_booking import booked
    from agent.erps.import_bytes import sheet

    sale = an_order()
    lines, _ = booked(sale, imports.rules("EUR"))
    assert imports.orders is not None
    with pytest.raises(Unwritable, match="would be blank \\(column lines/taxes\\)"):
        file_bytes(imports.orders, [sheet(sale, "A-1", lines, imports, "UTC")])


def test_unleashed_has_room_for_one_tax_of_an_order() -> None:
    mixed = order("1", order_line(), order_line("OAK-SHELF-80", net=1000, tax=70))
    with pytest.raises(Unwritable, match="lines of several taxes \\(S19, S7\\)"):
        files_of("unleashed", mixed)


def test_the_staging_erp_books_what_the_unleashed_profile_writes() -> None:
    db = connect()
    books = Books(Shop(db, "erp", Clock(), Chance(1)))
    for sku in ("TK-12", "FT-50-GRÜN"):
        books.add_item(sku, sku.title(), Decimal(10), on_hand=9)
    [data] = files_of("unleashed").values()
    assert unleashed.take_orders(books, data) == ["SHOPIFY-1001"]
    [booked] = books.orders()
    assert (booked["header"]["reference"], booked["header"]["street"]) == (
        "gid-5001",
        "Straße des Friedens 12",
    )
    assert [(line["sku"], line["quantity"], line["price"]) for line in booked["lines"]] == [
        ("TK-12", 2, "34.5000"),
        ("FT-50-GRÜN", 3, "12.6067"),
    ]
    with pytest.raises(BooksRefuse, match="already exists"):
        unleashed.take_orders(books, data)
    db.close()


@pytest.mark.parametrize(
    ("column", "values", "cell"),
    [
        ({"value": "A {buyer.name}"}, {"buyer__name": "Öz"}, "A Öz"),
        ({"value": "{order.note}"}, {"order__note": " a\r\n\n b "}, '"a, b"'),
        ({"value": "{order.note}", "lines": "keep"}, {"order__note": "a\r\nb"}, '"a\nb"'),
        ({"value": "{order.note}", "longest": 3, "cut": True}, {"order__note": "abcdef"}, "abc"),
        ({"value": "{shipping.country}", "codes": {"DE": "Germany"}}, {"shipping__country": "DE"}, "Germany"),
        ({"value": "{shipping.country}", "codes": {"*": "Other"}}, {"shipping__country": "AT"}, "Other"),
        ({"value": "{buyer.phone}"}, {"buyer__phone": "+49461"}, "+49461"),
        ({"value": "{order.note}"}, {"order__note": "=1+1"}, "=1+1"),
        ({"value": "{order.note}", "layout": {"delimiter": ";"}}, {"order__note": "a,b"}, "a,b"),
    ],
    ids=["names", "breaks joined", "breaks kept", "cut", "code", "other code", "plus", "formula", "delimiter"],
)  # fmt: skip
def test_cells(column: dict[str, Any], values: dict[str, Any], cell: str) -> None:
    assert one_cell(dict(column), **values) == cell


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ({"value": "{order.note}", "longest": 3}, {"order__note": "abcd"}, '"abcd" is longer than 3'),
        ({"value": "{order.note}", "codes": {"a": "b"}}, {"order__note": "c"}, 'no code for "c"'),
        ({"value": "{order.note}", "needed": True}, {"order__note": " "}, "would be blank"),
        ({"value": "{order.note}"}, {"order__note": "a\x00"}, "a control character (code 0)"),
        ({"value": "{order.note}", "layout": {"encoding": "cp850"}}, {"order__note": "€"}, "exist in cp850"),
        ({"value": "{order.note}"}, {"order__note": "\ud800"}, "does not exist in utf-8"),
    ],
    ids=["too long", "no code", "blank", "control", "encoding", "surrogate"],
)  # fmt: skip
def test_cells_that_cannot_be_written(
    column: dict[str, Any], values: dict[str, Any], what: str
) -> None:
    with pytest.raises(Unwritable) as refused:
        one_cell(dict(column), **values)
    assert what in refused.value.what
    assert "column Cell" in refused.value.what


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=4), min_size=1)
)
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    text = write(rows).decode("utf-8")
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == rows


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_buyer_can_add_a_line_to_the_file(note: str) -> None:
    sale = an_order()
    try:
        files = files_of("unleashed", order("1", *sale.lines, note=note))
    except Unwritable:
        return
    [data] = files.values()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    assert [len(row) for row in rows] == [25, 25, 25]
    assert [row[0] for row in rows[1:]] == ["SHOPIFY-1001", ""]
    assert data.decode("utf-8").count("\n") == 3


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"orders": {"name": "a.csv", "columns": {}}}, "needs {order.reference}"),
        ({"orders": {"name": "{order.reference}", "columns": {"A": "{line.hue}"}}}, "unknown name {line.hue}"),
        ({"customer": "{setting.code}"}, "uses {setting.code}; add code under settings"),
        ({"taxes": {"VAT": "19"}}, '"VAT" is no tax rate; write 19 for 19 %'),
        ({"reference": "{order.number}"}, "unknown name {order.number}"),
        ({"return_reference": "R-.*"}, "return_reference needs exactly one group"),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(said: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Imports.model_validate(said)
    assert what in str(refused.value)


def test_a_shop_can_differ() -> None:
    imports = Imports.model_validate(
        {
            "customer": "WEB",
            "taxes": {19: "S19"},
            "shops": {"stall": {"customer": "STALL", "taxes": {7: "S7"}, "reference": "S{number}"}},
        }
    )
    own = imports.for_shop("stall")
    assert (own.customer, own.reference, own.taxes) == (
        "STALL",
        "S{number}",
        {"19": "S19", "7": "S7"},
    )
    assert imports.for_shop("other") is imports
