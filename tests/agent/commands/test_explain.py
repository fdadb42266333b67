"""`tally explain`: channel by channel, and each figure back to the file and line that it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.agent.desk import GUARDS, SHOP, SITE, Desk


def figure(desk: Desk, sku: str, field: str, location: str = "") -> dict[str, Any]:
    found: list[dict[str, Any]] = desk.tally("explain", sku, "--json").json["figures"]
    [one] = [f for f in found if (f["field"], f["location"]) == (field, location)]
    return one


def origin(desk: Desk, sku: str, field: str, location: str = "") -> str:
    """`file:line` of the last change, and of the newest file when that one says the same."""
    found = figure(desk, sku, field, location)
    spots = [f"{found['file']}:{found['line']}"]
    if found["newest"]:
        spots.append(
            f"{found['newest']['says']} {found['newest']['file']}:{found['newest']['line']}"
        )
    return ", ".join(spots)


def test_names_the_file_and_line_of_a_price_and_of_each_stock_figure(desk: Desk) -> None:
    desk.drop("items1.csv", "Code,Name,Price\nOAK-SHELF-80,Oak shelf,120\nRETRO-CLOCK,Clock,49\n")
    desk.drop("stock1.csv", "Code,Warehouse,Qty\nRETRO-CLOCK,WAW,5\nRETRO-CLOCK,KRK,2\n")
    desk.take_in()
    assert origin(desk, "RETRO-CLOCK", "price") == "items1.csv:3"
    assert origin(desk, "RETRO-CLOCK", "on_hand", "WAW") == "stock1.csv:2"
    assert origin(desk, "RETRO-CLOCK", "on_hand", "KRK") == "stock1.csv:3"


def test_names_the_newer_file_too_that_says_the_same(desk: Desk) -> None:
    desk.drop("items1.csv", "Code,Name,Price\nOAK-SHELF-80,Oak shelf,120\nRETRO-CLOCK,Clock,49\n")
    desk.drop("stock1.csv", "Code,Warehouse,Qty\nRETRO-CLOCK,WAW,5\nRETRO-CLOCK,KRK,2\n")
    desk.take_in()
    desk.drop("items2.csv", "Code,Name,Price\nRETRO-CLOCK,Clock,49\nOAK-SHELF-80,Oak shelf,125\n")
    desk.drop("stock2.csv", "Code,Warehouse,Qty\nRETRO-CLOCK,KRK,2\nRETRO-CLOCK,WAW,4\n")
    desk.take_in()
    assert origin(desk, "RETRO-CLOCK", "price") == "items1.csv:3, same items2.csv:2"
    assert origin(desk, "OAK-SHELF-80", "price") == "items2.csv:3"
    assert origin(desk, "RETRO-CLOCK", "on_hand", "KRK") == "stock1.csv:3, same stock2.csv:2"
    assert origin(desk, "RETRO-CLOCK", "on_hand", "WAW") == "stock2.csv:3"
    text = desk.tally("explain", "RETRO-CLOCK").out
    row = next(line for line in text.splitlines() if line.startswith("price"))
    assert row.split() == ["price", "49.00", "PLN", "items1.csv:3", "items2.csv:2"]


def test_a_row_that_the_newest_file_spoils_leaves_the_older_value_and_says_so(desk: Desk) -> None:
    desk.drop("items1.csv", "Code,Name,Price\nOAK-SHELF-80,Oak shelf,120\nRETRO-CLOCK,Clock,49\n")
    desk.take_in()
    desk.drop("items2.csv", "Code,Name,Price\nOAK-SHELF-80,Oak shelf,120\nRETRO-CLOCK,Clock,4x\n")
    desk.take_in()
    assert origin(desk, "RETRO-CLOCK", "price") == "items1.csv:3, refused items2.csv:3"
    assert (
        'refused  items2.csv:3: price is not a number: "4x"'
        in desk.tally("explain", "RETRO-CLOCK").out
    )


def test_two_rows_that_contradict_each_other_are_no_confirmation(desk: Desk) -> None:
    head = "Code,Name,Price\nOAK-SHELF-80,Oak shelf,120\n"
    desk.drop("items1.csv", head + "RETRO-CLOCK,Clock,49\nPINE-BOX,Box,9\nBEECH-STOOL,Stool,30\n")
    desk.take_in()
    desk.drop(
        "items2.csv",
        head + "RETRO-CLOCK,Clock,49\nRETRO-CLOCK,Clock,50\nPINE-BOX,Box,9\nBEECH-STOOL,Stool,30\n",
    )
    desk.take_in()
    assert origin(desk, "RETRO-CLOCK", "price") == "items1.csv:3, refused items2.csv:3"


def test_an_item_that_files_stop_naming_is_told_as_missing(desk: Desk) -> None:
    rows = [f"SHELF-{n},Shelf {n},10" for n in range(9)]
    for number, kept in ((1, 9), (2, 8), (3, 8)):
        desk.drop(f"items{number}.csv", "\n".join(["Code,Name,Price", *rows[:kept], ""]))
        desk.take_in()
    found = desk.tally("explain", "SHELF-8", "--json").json
    assert (found["gone"], found["figures"]) == (True, [])
    [chain] = found["files"]
    assert (chain["file"], chain["line"], chain["missing"]) == ("items1.csv", 10, 2)
    text = desk.tally("explain", "SHELF-8").out
    assert "missing  from the items files, 2 in a row" in text


def test_a_newer_file_that_was_turned_away_is_told(desk: Desk) -> None:
    desk.drop("items1.csv", "Code,Name,Price\nRETRO-CLOCK,Clock,49\n")
    desk.take_in()
    desk.drop("items2.csv", "Code;Name;Price\nRETRO-CLOCK;Clock;52\n")
    desk.take_in()
    text = desk.tally("explain", "RETRO-CLOCK").out
    assert (
        'refused  items2.csv of feed items, not applied: the column "Code" (sku) is missing' in text
    )


ODD = {
    # name: (layout and columns of the feed, first file, second file, origin of LAMP-02's price)
    "line breaks in quotes": (
        "columns: {sku: Code, title: Name, price: Price}",
        b'Code,Name,Price\nLAMP-01,"Lamp\nwith\nshade",10\nLAMP-02,"Lamp ""M""",20\n',
        b'Code,Name,Price\nLAMP-02,"Lamp ""M""",20\nLAMP-01,"Lamp\nwith\nshade",11\n',
        "odd1.csv:5, same odd2.csv:2",
    ),
    "no header": (
        "layout: {header: false}\n    columns: {sku: 1, title: 2, price: 3}",
        b"LAMP-01,Lamp,10\nLAMP-02,Lamp,20\n",
        b"LAMP-02,Lamp,20\nLAMP-01,Lamp,11\n",
        "odd1.csv:2, same odd2.csv:1",
    ),
    "semicolons, a comma, a code page and CRLF": (
        'layout: {encoding: cp1250, delimiter: ";", decimal: ","}\n'
        "    columns: {sku: Kod, title: Nazwa, price: Cena}",
        "Kod;Nazwa;Cena\r\nLAMP-01;Żółta;10,50\r\nLAMP-02;Gęś;20,00\r\n".encode("cp1250"),
        "Kod;Nazwa;Cena\r\nLAMP-02;Gęś;20,00\r\nLAMP-01;Żółta;11,50\r\n".encode("cp1250"),
        "odd1.csv:3, same odd2.csv:2",
    ),
    "UTF-16 with a mark": (
        "layout: {encoding: utf-16}\n    columns: {sku: Code, title: Name, price: Price}",
        "Code,Name,Price\nLAMP-01,Lampa,10\nLAMP-02,Gęś,20\n".encode("utf-16"),
        "Code,Name,Price\nLAMP-02,Gęś,20\nLAMP-01,Lampa,11\n".encode("utf-16"),
        "odd1.csv:3, same odd2.csv:2",
    ),
    "lines before the header and a trailer": (
        'layout: {skip: 2, count: "^END"}\n    columns: {sku: Code, title: Name, price: Price}',
        b"Report\nof today\nCode,Name,Price\nLAMP-01,Lamp,10\nLAMP-02,Lamp,20\nEND 2\n",
        b"Report\nof today\nCode,Name,Price\nLAMP-02,Lamp,20\nLAMP-01,Lamp,11\nEND 2\n",
        "odd1.csv:5, same odd2.csv:4",
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_the_line_is_right_however_odd_the_file(tmp_path: Path, case: str) -> None:
    layout, first, second, expected = ODD[case]
    feed = f'feeds:\n  odd:\n    files: "odd*.csv"\n    ready: {{settle: 0s}}\n    {layout}\n'
    desk = Desk(tmp_path, SITE + GUARDS + feed + SHOP)
    for number, content in enumerate((first, second), start=1):
        desk.drop(f"odd{number}.csv", content)
        desk.take_in()
    assert origin(desk, "LAMP-02", "price") == expected


def test_each_location_s_own_file_is_named(tmp_path: Path) -> None:
    feed = """\
feeds:
  stock:
    files: "stock_*.csv"
    ready: {settle: 0s}
    location: "name:stock_([A-Z]+)"
    columns: {sku: Code, on_hand: Qty}
"""
    desk = Desk(tmp_path, SITE + GUARDS + feed + SHOP)
    desk.drop("stock_WAW_1.csv", "Code,Qty\nLAMP-01,1\nRETRO-CLOCK,5\n")
    desk.drop("stock_KRK_1.csv", "Code,Qty\nRETRO-CLOCK,2\nLAMP-01,1\n")
    desk.take_in()
    desk.drop("stock_WAW_2.csv", "Code,Qty\nRETRO-CLOCK,5\nLAMP-01,3\n")
    desk.take_in()
    assert (
        origin(desk, "RETRO-CLOCK", "on_hand", "WAW") == "stock_WAW_1.csv:3, same stock_WAW_2.csv:2"
    )
    assert origin(desk, "RETRO-CLOCK", "on_hand", "KRK") == "stock_KRK_1.csv:2"


def test_an_unknown_sku_is_wrong_usage_and_the_nearest_are_named(desk: Desk) -> None:
    desk.drop("items1.csv", "Code,Name,Price\nRETRO-CLOCK,Clock,49\n")
    desk.take_in()
    told = desk.tally("explain", "RETRO-CLOK")
    assert (told.code, told.out) == (2, "")
    assert told.err == (
        'error  unknown sku "RETRO-CLOK"\n'
        "at     the ERP's export files and all channels\n"
        "next   did you mean RETRO-CLOCK?\n"
    )
    assert desk.tally("activate", "RETRO-CLOK").code == 2


def test_a_sku_whose_only_row_was_refused_is_led_to_that_row(desk: Desk) -> None:
    desk.drop("items1.csv", "Code,Name,Price\nPINE-BOX,Box,9\nOAK,Oak,1\nRETRO-CLOCK,Clock,4x\n")
    desk.take_in()
    told = desk.tally("explain", "RETRO-CLOCK", "--json")
    assert told.code == 2
    assert told.errors[0]["next"] == (
        "the row items1.csv:4 names it and could not be used: see `tally rejects`"
    )


def test_says_why_nothing_has_been_sent(desk: Desk) -> None:
    desk.drop("items1.csv", "Code,Name,Price\nRETRO-CLOCK,Clock,49\n")
    desk.drop("stock1.csv", "Code,Warehouse,Qty\nRETRO-CLOCK,WAW,5\n")
    assert desk.tally("sync").code == 5
    shop = desk.tally("explain", "RETRO-CLOCK", "--json").json["channels"]["shop"]
    assert shop["shows"] is None
    assert (shop["should"]["state"], shop["should"]["quantity"]) == ("live", 5)
    assert shop["should"]["because"][0] == "on_hand 5 (WAW)"
    assert [change["kind"] for change in shop["changes"]] == ["CreateListing"]
    assert shop["trouble"]["error"].startswith("could not be reached")
    text = desk.tally("explain", "RETRO-CLOCK").out
    assert "trouble could not be reached" in text
    assert "waits   the channel has not been looked at yet" in text
