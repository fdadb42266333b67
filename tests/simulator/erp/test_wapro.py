"""A Wapro Mag site: its reports are read by the shipped profile, and its EDI import takes our documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.erps import profiles
from simulator.erp.books import Books
from simulator.erp.site import ErpSite
from simulator.erp.wapro import ean_of
from simulator.world import World
from tests.agent.erps.golden_imports import an_order, imports_of
from tests.agent.files_site import FilesSite

ROW = "sku, title, gtin, price, category, status"


@pytest.fixture
def world() -> World:
    return World(channel_names=[])


@pytest.fixture
def site(world: World, tmp_path: Path) -> ErpSite:
    books = Books(world.shop("erp"))
    books.add_item("ZEGAR-RETRO", "Zegar ścienny „Retro”", Decimal("104.88"), 14, category="Zegary")
    books.add_item("PÓŁKA-80", "Półka dębowa, 80 cm", Decimal("202.44"), 6, barcode="5901234123457")
    return ErpSite(books, tmp_path / "erp", manner="wapro")


def document(site: ErpSite, *lines: tuple[str, int], number: str = "29738e61-7f6a") -> bytes:
    """An order as the agent writes it, with these articles."""
    from agent.decide.order_booking import booked
    from agent.erps.import_bytes import file_bytes, sheet
    from tests.build import order, order_line

    sold = [
        order_line(sku, n, net=10488 * n, tax=2412 * n, tax_rate=Decimal(23)) for sku, n in lines
    ]
    base = an_order()
    sale = order(number, *sold, shipping=base.shipping, billing=base.billing)
    imports = imports_of("wapro")
    gtins = {item["sku"]: ean_of(item) for item in site.books.items()}
    one = sheet(
        sale, number, booked(sale, imports.rules("EUR"))[0], imports, "Europe/Warsaw", gtins
    )
    assert imports.orders is not None
    return file_bytes(imports.orders, [one])


def test_the_profile_reads_every_report(site: ErpSite, tmp_path: Path) -> None:
    agent = FilesSite(tmp_path / "agent", profiles.load("wapro")["feeds"])
    for path in site.export("Artykuly", "Zamowienia", "Wydania", "Zwroty", "Stany"):
        path.rename(agent.exports / path.name)
    agent.work()
    states = [tuple(r) for r in agent.db.rows("select name, state, rejected, fault from files")]
    assert [row for row in states if row[1:] != ("applied", 0, None)] == []
    assert agent.table(ROW, "items where feed = 'articles' and price is not null") == [
        ("PÓŁKA-80", "Półka dębowa, 80 cm", "5901234123457", 24900, None, "active"),
        (
            "ZEGAR-RETRO",
            "Zegar ścienny „Retro”",
            ean_of({"sku": "ZEGAR-RETRO"}),
            12900,
            "Zegary",
            "active",
        ),
    ]
    assert agent.table("sku, location, on_hand, available", "items where feed = 'stock'") == [
        ("PÓŁKA-80", "MAIN", 6000, 6000),
        ("ZEGAR-RETRO", "MAIN", 14000, 14000),
    ]


def test_takes_an_order_by_ean_and_tells_its_number(site: ErpSite) -> None:
    (site.imports / "ZO_1.xml").write_bytes(document(site, ("PÓŁKA-80", 2), ("ZEGAR-RETRO", 1)))
    assert site.take_imports() == ["ZO 0001/26"]
    body = site.books.order("ZO 0001/26").body
    assert body["header"]["reference"] == "29738e61-7f6a"
    assert [(n["sku"], n["quantity"], n["price"]) for n in body["lines"]] == [
        ("PÓŁKA-80", 2, "104.8800"),
        ("ZEGAR-RETRO", 1, "104.8800"),
    ]
    assert [path.name for path in site.done.iterdir()] == ["ZO_1.xml"]


def test_an_order_is_booked_again_once_nobody_looks_so_far_back(
    site: ErpSite, world: World
) -> None:
    for days, taken in ((0, 1), (13, 0), (2, 1)):
        world.advance(timedelta(days=days))
        (site.imports / f"ZO_{days}.xml").write_bytes(document(site, ("PÓŁKA-80", 1)))
        assert len(site.take_imports()) == taken
    assert "already exists" in (site.failed / "ZO_13.xml.err").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(lambda d: d[:200], "not an XML document", id="cut"),
        pytest.param(
            lambda d: d.replace(b"Document-Order", b"Document-Invoice"), "expected", id="another"
        ),
        pytest.param(
            lambda d: d.replace(b"5901234123457", b"4006381333931"), "no article", id="ean"
        ),
        pytest.param(
            lambda d: d.replace(b">2.000<", b">2.500<"), "OrderedQuantity", id="half a piece"
        ),
        pytest.param(
            lambda d: d.replace(b">1</TotalLines", b">3</TotalLines"), "TotalLines", id="lines"
        ),
        pytest.param(
            lambda d: d.replace(b"<OrderNumber>29738e61-7f6a", b"<OrderNumber>"),
            "missing",
            id="no number",
        ),
        pytest.param(
            lambda d: d.replace(
                b"<Document-Order>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><Document-Order>"
            ),
            "declares a type",
            id="entities",
        ),
    ],
)
def test_a_document_that_is_not_as_it_must_be_is_refused_whole(
    site: ErpSite, spoil: Callable[[bytes], bytes], words: str
) -> None:
    (site.imports / "ZO_1.xml").write_bytes(spoil(document(site, ("PÓŁKA-80", 2))))
    assert site.take_imports() == []
    assert words in (site.failed / "ZO_1.xml.err").read_text(encoding="utf-8")
    assert site.books.orders() == []
