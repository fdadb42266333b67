"""Real files, and those a real Tryton wrote, land in the tables by settings alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent.erps import profiles
from tests.agent.files_site import FilesSite
from tests.shared import shared

BLUESEER = {  # an item master without header; the list price is the 18th column
    "files": "blueseer_*.csv",
    "layout": {"header": False},
    "columns": {
        "sku": 1,
        "title": 2,
        "unit": 3,
        "category": 5,
        "status": {"column": 6, "codes": {"ACTIVE": "active", "*": "discontinued"}},
        "price": 18,
    },
}
NDX = {  # captions in Spanish, decimal commas
    "files": "ndx_*.csv",
    "layout": {"decimal": ","},
    "columns": {
        "sku": "Cod. Unidad",
        "title": "Descripción",
        "category": "categoria",
        "price": "P.V.P 1",
        "cost": "Costo",
        "on_hand": "Existencias",
    },
}
ACME = {  # an order file, one row per line; its header has a caption more than its rows have cells
    "files": "ACME_CSV_order*.csv",
    "kind": "orders",
    "layout": {"header": False, "skip": 1},
    "columns": {"reference": 1, "status": {"value": "received"}},
}
INVOICE = {  # an invoice as goods that left, one row per line
    "files": "ACME_CSV_invoice*.csv",
    "kind": "shipments",
    "columns": {
        "number": "invoicenumber",
        "reference": "ponumber",
        "sku": "item",
        "quantity": "qty",
    },
}


def loaded(folder: Path, feeds: dict[str, Any], *files: Path, **said: Any) -> FilesSite:
    site = FilesSite(folder, feeds, **said)
    for file in files:
        site.take(file.name, file.read_bytes())
        assert site.state() == "applied", site.db.value("select fault from files order by id desc")
    return site


def test_the_blueseer_item_master_is_read_by_column_numbers(tmp_path: Path) -> None:
    file = shared("samples", "a_delimited", "blueseer_itemmstr.csv")
    site = loaded(tmp_path, {"items": BLUESEER}, file, currency="USD")
    rows = site.table("sku, title, unit, category, status, price")
    assert rows[0] == ("10-1001", "ballpoint pen black", "EA", "FG", "active", 100)
    assert rows[-1] == ("p0003", "clip", "EA", "RAW", "active", 73)
    assert site.counts() == (6, 6, 0, 0)
    site.db.close()


def test_the_ndx_product_list_is_read_with_decimal_commas(tmp_path: Path) -> None:
    file = shared("samples", "a_delimited", "ndx_productos.csv")
    site = loaded(tmp_path, {"items": NDX}, file, currency="USD")
    rows = site.table("sku, title, category, price, cost, on_hand")
    assert rows[0] == ("CEL01", "CELULAR SAMSUNG J1 4", "CELULARES", 15000, 10000, 1000)
    assert site.counts()[2:] == (0, 0)
    site.db.close()


def test_a_purchase_order_file_is_one_order(tmp_path: Path) -> None:
    file = shared("samples", "a_delimited", "ACME_CSV_order.csv")
    site = loaded(tmp_path, {"orders": ACME}, file)
    assert site.table("reference, status", "erp_orders") == [("mypo", "received")]
    assert site.counts() == (4, 4, 0, 0)
    site.db.close()


def test_an_invoice_file_is_goods_that_left(tmp_path: Path) -> None:
    file = shared("samples", "a_delimited", "ACME_CSV_invoice.csv")
    site = loaded(tmp_path, {"invoices": INVOICE}, file)
    assert site.table("number, reference, sku, quantity", "erp_movements") == [
        ("inv999", "po12345", "itemxxx", 5000),
        ("inv999", "po12345", "itemyyy", 7000),
        ("inv999", "po12345", "itemzzz", 2000),
    ]
    site.db.close()


def tryton(folder: Path, *steps: str) -> FilesSite:
    files = [f for step in steps for f in sorted(shared("samples", "tryton", step).glob("*.csv"))]
    feeds = profiles.load("tryton")["feeds"]
    ours = ("items", "prices", "stock", "orders", "shipments", "returns")
    wanted = [f for f in files if f.name.startswith(ours)]
    return loaded(folder, feeds, *wanted)


def test_tryton_s_items_prices_and_stock_of_each_warehouse(tmp_path: Path) -> None:
    site = tryton(tmp_path, "00-start", "08-first-shipped-fully")
    assert site.table("sku, title, gtin, status", "items where feed = 'items'")[-1] == (
        "TK-12", 'Teekanne 1,2 l "Husum"', "4006381333931", "active",
    )  # fmt: skip
    assert ("00012345", 840) in site.table("sku, price", "items where feed = 'prices'")
    stock = site.table("sku, location, on_hand, available", "items where feed = 'stock'")
    assert ("FT-50-ROT", "HH", 40000, 37000) in stock
    assert ("TK-12", "HL", 5000, 5000) in stock
    assert site.rejects() == []
    site.db.close()


def test_tryton_s_orders_acknowledge_and_only_done_shipments_have_left(tmp_path: Path) -> None:
    site = tryton(tmp_path, "00-start", "08-first-shipped-fully")
    assert site.table("reference, erp_number, status, words", "erp_orders") == [
        ("W-1001", "VK7001", "allocated", "processing"),
        ("W-1002", "VK7002", "allocated", "processing"),
        ("W-1003", "VK7003", "allocated", "processing"),
        ("W-1004", "VK7004", "cancelled", "cancelled"),
    ]
    moved = site.table("number, reference, sku, quantity, tracking", "erp_movements")
    assert moved == [
        ("LS3001", "W-1001", "FT-50-GRÜN", 3000, "00340434161094000001"),
        ("LS3001", "W-1001", "TK-12", 2000, "00340434161094000001"),
        ("LS3002", "W-1002", "00012345", 10000, ""),
        ("LS3002", "W-1002", "TK-12", 2000, ""),
        ("LS3004", "W-1001", "FT-50-GRÜN", 2000, "00340434161094000002"),
    ]
    site.db.close()


def test_tryton_s_draft_has_no_number_and_does_not_take_its_neighbour_s(tmp_path: Path) -> None:
    site = tryton(tmp_path, "01-orders-imported")
    assert {row[1:] for row in site.table("reference, erp_number, status", "erp_orders")} == {
        ("", "received")
    }
    site.db.close()


def test_tryton_s_returns_that_are_done(tmp_path: Path) -> None:
    site = tryton(tmp_path, "16-return-done-and-credited")
    back = site.table("kind, number, reference, sku, quantity", "erp_movements")
    assert back == [
        ("return", "RL801", "R-W-1002", "00012345", 10000),
        ("return", "RL801", "R-W-1002", "TK-12", 1000),
    ]
    site.db.close()


LAYOUTS: dict[str, dict[str, Any]] = {
    "client-default_utf8bom_comma": {},
    "route-default_utf8_comma": {},
    "german_cp1252_semicolon": {"encoding": "cp1252", "delimiter": ";", "decimal": ","},
    "english-locale_cp1252_comma": {"encoding": "cp1252"},
    "utf16_tab": {"delimiter": "\t"},
    "cp850_semicolon": {"encoding": "cp850", "delimiter": ";"},
    "latin1_pipe_noheader": {"encoding": "latin-1", "delimiter": "|", "header": False},
}


@pytest.mark.parametrize("variant", LAYOUTS)
def test_every_way_in_which_tryton_writes_comes_to_the_same(tmp_path: Path, variant: str) -> None:
    layout = LAYOUTS[variant]
    names = ["Code", "Product Template/Name", "Product Template/Code", "Suffix Code",
             "Identifiers/Type", "Identifiers/Code", "Product Template/Type",
             "Default UoM/Symbol", "Salable"]  # fmt: skip
    captions = {
        "items": [*names, "Active", "Category", "Edited at"],
        "prices": ["Code", "List Price", "Sale Price", "Default UoM/Symbol"],
    }
    feeds = profiles.load("tryton")["feeds"]
    for name in ("items", "prices"):
        feeds[name]["layout"] = {**feeds[name].get("layout", {}), **layout}
        if not layout.get("header", True):
            feeds[name]["layout"]["captions"] = captions[name]
    folder = shared("samples", "tryton", "variants", variant)
    site = loaded(tmp_path, feeds, folder / "items.csv", folder / "prices.csv")
    assert site.table("sku, title, gtin", "items where feed = 'items'") == [
        ("00012345", "Grüner Tee", None),
        ("FT-50-BLAU", "Frottiertuch; 50x100", None),
        ("FT-50-GRÜN", "Frottiertuch; 50x100", None),
        ("FT-50-ROT", "Frottiertuch; 50x100", None),
        ("TK-12", 'Teekanne 1,2 l "Husum"', "4006381333931"),
    ]
    assert site.table("sku, price", "items where feed = 'prices'")[1] == ("FT-50-BLAU", 1261)
    assert site.rejects() == []
    site.db.close()
