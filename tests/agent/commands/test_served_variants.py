"""Variants from a clerk's small file to what shoppers see, on shops behind real ports."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.serve import Served, Wish, served
from tests.agent.desk import Desk

SHOPS = ("shopify", "woocommerce")
PRODUCTS = """\
Product Code,Product Description,Default Sell Price
OAK-60-N,Oak shelf natural 60 cm,100.00
OAK-60-S,Oak shelf smoked 60 cm,110.00
OAK-80-N,Oak shelf natural 80 cm,120.00
OAK-80-S,Oak shelf smoked 80 cm,130.00
"""
STOCK = """\
Product Code,Warehouse Code,Qty On Hand,Allocated Qty
OAK-60-N,MAIN,12,0
OAK-60-S,MAIN,3,0
OAK-80-N,MAIN,4,0
OAK-80-S,MAIN,0,0
"""
VARIANTS = """\
Code,Page,Colour,Size
OAK-60-N,OAK-SHELF,Natural,60 cm
OAK-60-S,OAK-SHELF,Smoked,60 cm
OAK-80-N,OAK-SHELF,Natural,80 cm
OAK-80-S,OAK-SHELF,Smoked,80 cm
"""
FEEDS = """\
feeds:
  products: {ready: {settle: 0s}}
  stock: {ready: {settle: 0s}}
  variants:
    files: "variants*.csv"
    full: false
    ready: {settle: 0s}
    columns: {sku: Code, family: Page, axis.Colour: Colour, axis.Size: Size}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two shops without goods, on their ports."""
    wish = Wish(is_empty=True, folder=tmp_path_factory.mktemp("staging"), channels=SHOPS)
    with served(wish) as found:
        yield found


@pytest.fixture
def desk(world: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An ERP without variants, and the file that a clerk keeps beside it."""
    found = Desk.bare(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(world.announcement()) + "\n"))
    assert found.tally("init", str(tmp_path), "--staging", "-").code == 0
    found.write(found.settings + FEEDS)
    found.drop("Products_20260302_080000.csv", PRODUCTS, "erp/export")
    found.drop("StockOnHand_20260302_080000.csv", STOCK, "erp/export")
    found.drop("variants1.csv", VARIANTS, "erp/export")
    return found


def test_one_page_on_each_shop_with_a_choice_that_is_sold_out(world: Served, desk: Desk) -> None:
    assert desk.tally("sync").code == 0
    assert desk.tally("activate", "--all").code == 0
    assert desk.tally("sync").code == 0
    for shop in SHOPS:
        front = world.world.dialects[shop].storefront
        shown = {item.sku: (item.availability, item.price) for item in front.shelf()}
        assert shown == {
            "OAK-60-N": ("in stock", "123.00"),
            "OAK-60-S": ("in stock", "135.30"),
            "OAK-80-N": ("in stock", "147.60"),
            "OAK-80-S": ("sold out", "159.90"),
        }, shop
    plans = desk.tally("plan", "--json").json["plans"]
    assert [plan["changes"] for plan in plans] == [[], []]
    drop = VARIANTS + "OAK-99-N,OAK-SHELF,Natural,99 cm\n"
    desk.drop("variants2.csv", drop, "erp/export")
    more = PRODUCTS + "OAK-99-N,Oak shelf natural 99 cm,140.00\n"
    desk.drop("Products_20260302_090000.csv", more, "erp/export")
    desk.drop("StockOnHand_20260302_090000.csv", STOCK + "OAK-99-N,MAIN,2,0\n", "erp/export")
    assert desk.tally("sync").code == 0
    [waits] = [p for p in desk.tally("plan", "--json").json["plans"] if p["channel"] == "shopify"]
    assert [unmade["sku"] for unmade in waits["not_made"]] == ["OAK-99-N"]
    assert desk.tally("activate", "OAK-99-N").code == 0
    assert desk.tally("sync").code == 0
    for shop in SHOPS:
        front = world.world.dialects[shop].storefront
        assert front.item("OAK-99-N").availability == "in stock", shop
        assert len(list(front.shelf())) == 5
