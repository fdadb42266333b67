"""The legacy ERP: its stock arithmetic, its files, and what it refuses to import."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from simulator.chance import Chance
from simulator.clock import Clock
from simulator.commerce.shop import Shop, connect
from simulator.erp.books import Books, BooksRefuse
from simulator.erp.site import ErpSite

HEADER = (
    "*Order Number,*Customer Code,Customer Reference,Order Date (DD/MM/YYYY),"
    "Line Number,*Product Code,*Quantity,*Unit Price\r\n"
)


@pytest.fixture
def site(tmp_path: Path) -> ErpSite:
    db = connect()
    books = Books(Shop(db, "erp", Clock(), Chance(1)))
    books.add_item("RETRO-CLOCK", "Retro clock", Decimal("39.90"), on_hand=5)
    books.add_item("OAK-SHELF-80", "Oak shelf 80 cm", Decimal("49"), on_hand=2, category="Shelves")
    return ErpSite(books, tmp_path)


def drop(site: ErpSite, rows: str, name: str = "order.csv") -> None:
    (site.imports / name).write_text(HEADER + rows, encoding="utf-8", newline="")


def test_an_order_is_parked_then_allocates_then_leaves(site: ErpSite) -> None:
    drop(
        site, "WEB-1001,WEB,1001,02/03/2026,1,RETRO-CLOCK,2,39.90\r\n,,,,2,OAK-SHELF-80,1,49.00\r\n"
    )
    assert site.take_imports() == ["WEB-1001"]
    assert site.books.stock("RETRO-CLOCK") == {"on_hand": 5, "allocated": 0, "incoming": 0}
    site.books.place("WEB-1001")
    assert site.books.stock("RETRO-CLOCK")["allocated"] == 2
    site.books.ship("WEB-1001", {"RETRO-CLOCK": 1})
    assert site.books.stock("RETRO-CLOCK") == {"on_hand": 4, "allocated": 1, "incoming": 0}
    assert site.books.order("WEB-1001").body["status"] == "Placed"
    site.books.ship("WEB-1001")
    assert site.books.order("WEB-1001").body["status"] == "Completed"
    assert site.books.stock("OAK-SHELF-80") == {"on_hand": 1, "allocated": 0, "incoming": 0}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("WEB-1,web,1,02/03/2026,1,RETRO-CLOCK,1,1\r\n", "Customer Code web does not exist"),
        ("WEB-1,WEB,1,02/03/2026,1,NOPE,1,1\r\n", "Product NOPE does not exist"),
        ("WEB-1,WEB,1,2026-03-02,1,RETRO-CLOCK,1,1\r\n", "Order Date is not DD/MM/YYYY"),
        ("WEB-1,WEB,1,02/03/2026,1,RETRO-CLOCK,1,\"39,90\"\r\n", "Unit Price is not a number"),
        ("WEB-1,WEB,1,02/03/2026,,RETRO-CLOCK,1,1\r\n", "Line Number is mandatory"),
        ("WEB-1,WEB,1,02/03/2026,1,RETRO-CLOCK,0,1\r\n", "whole number above zero"),
        ("WEB-1,WEB,1,02/03/2026,1,RETRO-CLOCK,1\r\n", "7 columns, 8 expected"),
    ],
    ids=lambda value: value if " " in value and "," not in value else "",
)  # fmt: skip
def test_a_bad_row_refuses_the_whole_file_with_the_reason_beside_it(
    site: ErpSite, rows: str, words: str
) -> None:
    drop(site, "WEB-0,WEB,0,02/03/2026,1,RETRO-CLOCK,1,1\r\n" + rows)
    assert site.take_imports() == []
    assert words in (site.failed / "order.csv.err").read_text(encoding="utf-8")
    assert site.books.orders() == []


def test_a_known_order_number_is_refused(site: ErpSite) -> None:
    row = "WEB-1001,WEB,1001,02/03/2026,1,RETRO-CLOCK,1,39.90\r\n"
    drop(site, row)
    drop(site, row, "order_again.csv")
    assert site.take_imports() == ["WEB-1001"]
    assert "already exists" in (site.failed / "order_again.csv.err").read_text(encoding="utf-8")


def test_exports_carry_codes_as_text_and_two_dumps_in_a_second_get_two_names(site: ErpSite) -> None:
    site.books.add_item("00012345", "Green tea", Decimal("8.4"), on_hand=20)
    first, second = site.export("StockOnHand")[0], site.export("StockOnHand")[0]
    assert first.name == "StockOnHand_20260302_090000.csv" and first != second
    assert "00012345,Green tea,MAIN,20,0,20,0" in first.read_text(encoding="utf-8-sig")


def test_nothing_leaves_twice_and_what_never_left_cannot_come_back(site: ErpSite) -> None:
    drop(site, "WEB-1001,WEB,1001,02/03/2026,1,RETRO-CLOCK,2,39.90\r\n")
    site.take_imports()
    site.books.ship("WEB-1001")
    with pytest.raises(BooksRefuse):
        site.books.ship("WEB-1001")
    with pytest.raises(BooksRefuse):
        site.books.take_back("WEB-1001", {"RETRO-CLOCK": 3})
    site.books.take_back("WEB-1001", {"RETRO-CLOCK": 1})
    assert site.books.stock("RETRO-CLOCK")["on_hand"] == 4
