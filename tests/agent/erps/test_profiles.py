"""The shipped profiles read an export folder of their ERP to the last file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agent import config
from agent.erps import profiles
from agent.erps.feeds import Feed
from agent.errors import ConfigError
from tests.agent.files_site import FilesSite

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "erps"


def loaded(folder: Path, erp: str) -> FilesSite:
    site = FilesSite(folder, profiles.load(erp)["feeds"])
    for file in sorted((FIXTURES / erp / "export").glob("*.csv")):
        shutil.copy2(file, site.exports)
    site.work()
    states = [tuple(row) for row in site.db.rows("select name, state, rejected, fault from files")]
    assert [row for row in states if row[1:] != ("applied", 0, None)] == []
    assert len(states) == len(list(site.exports.iterdir()))
    return site


@pytest.mark.parametrize("erp", profiles.names())
def test_every_feed_of_a_profile_is_one_that_can_be_used(erp: str) -> None:
    feeds = {name: Feed.model_validate(feed) for name, feed in profiles.load(erp)["feeds"].items()}
    assert {feed.kind for feed in feeds.values()} >= {"items", "orders", "shipments"}


def test_an_unleashed_folder_lands_in_every_table(tmp_path: Path) -> None:
    site = loaded(tmp_path, "unleashed")
    items = "items where feed = 'products'"
    assert site.table("sku, title, gtin, price, cost, weight_g, category, status", items) == [
        ("LAMP-01", "Lamp with a linen shade", None, None, 1800, None, "Lamps", "discontinued"),
        ("OAK-SHELF-80", "Oak shelf 80 cm, oiled", None, 20244, None, 6400, "Shelves", "active"),
        ("RETRO-CLOCK", "Retro clock", "4006381333931", 3984, 2150, 1250, "Clocks", "active"),
    ]
    stock = "items where feed = 'stock'"
    assert site.table("sku, location, on_hand, allocated, incoming", stock) == [
        ("OAK-SHELF-80", "MAIN", 0, 2000, 10000),
        ("RETRO-CLOCK", "MAIN", 12000, 5000, 0),
        ("RETRO-CLOCK", "NORTH", 3000, 0, 20000),
    ]
    assert site.table("code, name", "customers") == [("WEB", "Web orders")]
    assert site.table("reference, erp_number, status, words", "erp_orders") == [
        ("SHOPIFY-1001", "SHOPIFY-1001", "received", "Parked"),
        ("SHOPIFY-1002", "SHOPIFY-1002", "allocated", "Placed"),
        ("WOOCOMMERCE-57", "WOOCOMMERCE-57", "shipped", "Completed"),
    ]
    moved = "kind, number, reference, sku, quantity, carrier, tracking"
    assert site.table(moved, "erp_movements") == [
        ("return", "CR-0001", "WOOCOMMERCE-57", "RETRO-CLOCK", 1000, "", ""),
        ("shipment", "SS-00001", "WOOCOMMERCE-57", "RETRO-CLOCK", 2000, "DPD", "13490000001"),
    ]
    site.db.close()


def test_a_tryton_folder_lands_in_every_table(tmp_path: Path) -> None:
    site = loaded(tmp_path, "tryton")
    assert site.table("sku, gtin, status", "items where feed = 'items'") == [
        ("OAK-SHELF-80", None, "discontinued"),
        ("RETRO-CLOCK", "4006381333931", "active"),
    ]
    assert site.table("sku, price", "items where feed = 'prices'")[1] == ("RETRO-CLOCK", 3984)
    assert site.table("sku, location, on_hand, available", "items where feed = 'stock'") == [
        ("OAK-SHELF-80", "MAIN", 0, -2000),
        ("RETRO-CLOCK", "MAIN", 12000, 7000),
    ]
    assert site.table("reference, erp_number, status", "erp_orders") == [
        ("SHOPIFY-1001", "S7", "allocated"),
        ("SHOPIFY-1002", "", "received"),
    ]
    assert site.table("number, reference, sku, quantity", "erp_movements") == [
        ("SH1", "SHOPIFY-1001", "OAK-SHELF-80", 1000),
        ("SH1", "SHOPIFY-1001", "RETRO-CLOCK", 1000),
        ("SR1", "R-SHOPIFY-1001", "RETRO-CLOCK", 1000),
    ]
    site.db.close()


SETTINGS = """
data: data
erp: unleashed
currency: EUR
exports: export
imports: import
channels: {{}}
feeds:
{feeds}
"""


def settings(feeds: str) -> config.Settings:
    return config.load(Path("/shop/tally.yaml"), SETTINGS.format(feeds=feeds))


def test_a_site_overrides_a_profile_key_by_key_and_null_takes_away() -> None:
    feeds = settings(
        "  stock: {files: 'SOH*.csv', columns: {on_hand: SOH, incoming: null}}\n  returns: null"
    ).feeds
    assert feeds["stock"].files == "SOH*.csv"
    assert (feeds["stock"].columns["on_hand"].column, "incoming" in feeds["stock"].columns) == (
        "SOH",
        False,
    )
    assert feeds["stock"].columns["location"].column == "Warehouse Code"
    assert "returns" not in feeds


@pytest.mark.parametrize(
    ("feed", "words"),
    [
        ("{files: a, columns: {sku: 1, prise: 2}}", 'no field "prise"; did you mean "price"?'),
        ("{files: a, columns: {title: 1}}", "items need sku"),
        ("{files: a, columns: {sku: 1}, layout: {encoding: cp9}}", 'no encoding "cp9"'),
        ("{files: a, columns: {sku: 1}, ordered_by: 'name:x'}", "needs exactly one group"),
        ("{files: a, columns: {sku: 1}, layout: {decimal: ',', group: ','}}", "another one than"),
        ("{files: a, columns: {sku: 1}, layot: {}}", 'unknown key "layot"'),
    ],
)
def test_a_feed_that_cannot_be_used_is_named_with_its_line(feed: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(f"  mine: {feed}")
    [fault] = caught.value.faults
    assert words in f"{fault.what}; {fault.next}"
    assert fault.where.startswith("tally.yaml:9:")
