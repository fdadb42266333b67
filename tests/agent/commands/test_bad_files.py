"""What the ERP can get wrong with a file, as `tally sync` and `tally rejects` tell it; nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.flow.opening import settings_at
from agent.flow.unread import unread
from agent.ports import Ports
from agent.ports.files import Files
from tests.agent.desk import FEEDS, GUARDS, SITE, Desk

GOOD = "Code,Name,Price\nRETRO-CLOCK,Retro clock,49.00\nOAK-SHELF-80,Oak shelf 80 cm,120.00\n"
BAD: Mapping[str, tuple[str | bytes, int, str, str, str]] = {
    # a file: (its bytes, the exit code, what, where, next)
    "wrong encoding": (
        "Code,Name,Price\nRETRO-CLOCK,Zegar wiszący,49.00\n".encode("cp1250"),
        3,
        "byte b9 at offset 38 is not utf-8",
        "items2.csv:2",
        "set the feed's layout.encoding; it would be readable as cp1250, cp1252, cp852",
    ),
    "wrong delimiter": (
        GOOD.replace(",", ";"),
        3,
        'the column "Code" (sku) is missing',
        "items2.csv:1",
        'the whole line is one column: is "," the right delimiter?',
    ),
    "a required column missing": (
        GOOD.replace("Price", "Prices"),
        3,
        'the column "Price" (price) is missing',
        "items2.csv:1",
        'nearest: "Prices"; correct columns.price of the feed, or the export',
    ),
    "an empty file": (
        "",
        3,
        "the file is empty",
        "items2.csv",
        "let the ERP export it again; nothing was changed",
    ),
    "a header alone": (
        "Code,Name,Price\n",
        4,
        "the file has a header and no rows",
        "items2.csv",
        "if the catalogue is really empty: `tally approve ",
    ),
    "a workbook": (
        b"PK\x03\x04rest of it",
        3,
        "this is no delimited file: it begins with b'PK\\x03\\x04rest'",
        "items2.csv",
        "let the ERP export text, or give the feed another format",
    ),
    "an open quote": (
        'Code,Name,Price\nRETRO-CLOCK,"Retro clock,49.00\n',
        3,
        "a quote is opened and never closed",
        "items2.csv:2",
        "let the ERP export it again; if it always does this, see the feed's `quote`",
    ),
    "a file that broke off": (
        GOOD.removesuffix(",120.00\n"),
        3,
        "the file ends in the middle of a row",
        "items2.csv:3",
        "the export broke off: let the ERP export it again; nothing was changed",
    ),
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk without channels: how a command ends depends on the files alone."""
    found = Desk(tmp_path, SITE + GUARDS + FEEDS)
    found.drop("items1.csv", GOOD)
    assert found.tally("sync").code == 0
    return found


def figures(desk: Desk, sku: str = "RETRO-CLOCK") -> Any:
    return desk.tally("explain", sku, "--json").json["figures"]


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_told_and_changes_nothing(desk: Desk, case: str) -> None:
    content, code, what, where, advice = BAD[case]
    before = figures(desk)
    path = desk.drop("items2.csv", content)
    assert desk.tally("sync").code == code
    [told] = desk.tally("rejects", "--json").json["files"]
    assert (told["feed"], told["file"]) == ("items", "items2.csv")
    assert (told["error"], told["at"]) == (what, where)
    assert told["next"].startswith(advice)
    assert told["state"] == ("held" if code == 4 else "refused")
    assert figures(desk) == before
    assert path.exists()
    text = desk.tally("rejects").out
    assert f"error  {told['state']}: {what}\nat     {where}\nnext   {advice}" in text


def test_a_good_file_afterwards_ends_the_matter(desk: Desk) -> None:
    desk.drop("items2.csv", "")
    assert desk.tally("sync").code == 3
    desk.drop("items3.csv", GOOD.replace("49.00", "51.00"))
    assert desk.tally("sync").code == 0
    assert desk.tally("rejects", "--json").json["files"] == []
    assert desk.tally("rejects").out == "nothing is rejected\n"


def test_bad_rows_are_told_by_line_and_column_and_the_good_ones_count(desk: Desk) -> None:
    desk.drop("items2.csv", GOOD + "BEECH-STOOL,Beech stool,12x\nPINE-BOX,Pine box,9.00\n")
    done = desk.tally("sync")
    assert done.code == 3
    assert "1 row could not be used: `tally rejects`" in done.out
    found = desk.tally("rejects", "items", "--json").json
    [row] = found["rejects"]
    assert (row["at"], row["field"], row["value"]) == ("items2.csv:4:3", "Price", "12x")
    assert row["error"] == 'price is not a number: "12x"'
    assert row["next"]
    [sheet] = found["reports"]
    assert "12x" in Path(sheet).read_text(encoding="utf-8-sig")
    assert desk.tally("explain", "PINE-BOX").code == 0
    assert desk.tally("rejects", "stock", "--json").json["rejects"] == []


def test_a_folder_under_a_file_s_name_is_told(desk: Desk) -> None:
    (desk.exports / "stock.csv").mkdir()
    done = desk.tally("sync", "--json")
    assert done.code == 3
    assert done.errors == [
        {
            "error": "stock.csv is a folder or a link, and no file",
            "at": str(desk.exports / "stock.csv"),
            "next": "let the ERP write a plain file there, or correct feeds.stock.files",
        }
    ]


def test_a_missing_export_folder_is_told(desk: Desk) -> None:
    desk.exports.rename(desk.folder / "elsewhere")
    done = desk.tally("sync", "--json")
    assert done.code == 6
    assert [fault["error"] for fault in done.errors] == [
        "the export folder cannot be read: No such file or directory"
    ]
    assert desk.tally("doctor").code == 6


class Denied(Files):
    """A file system that refuses to open one file."""

    def open_read(self, path: Path) -> Any:
        if path.name == "stock.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return super().open_read(path)


def test_an_unreadable_file_is_told(desk: Desk) -> None:
    desk.drop("stock.csv", "Code,Warehouse,Qty\nRETRO-CLOCK,WAW,5\n")
    found = list(unread(settings_at(desk.folder / "tally.yaml"), Ports(files=Denied())))
    assert [(fault.what, fault.where, fault.exit_code) for fault in found] == [
        ("the file cannot be read: Permission denied", str(desk.exports / "stock.csv"), 3)
    ]


def test_a_shrunken_file_waits_and_is_applied_once_approved(tmp_path: Path) -> None:
    desk, before = shrunken(tmp_path)
    assert figures(desk) == before
    digest = desk.tally("status", "--json").json["held"][0]["digest"]
    assert desk.tally("approve", digest[:12]).out == "approved the file of items2.csv\n"
    assert desk.tally("sync").code == 5
    assert [f["value"] for f in figures(desk) if f["field"] == "price"] == ["55.00"]


def test_a_shrunken_file_that_is_rejected_stays_out(tmp_path: Path) -> None:
    desk, before = shrunken(tmp_path)
    digest = desk.tally("status", "--json").json["held"][0]["digest"]
    assert desk.tally("reject", digest[:12], "--json").json["answer"] == "reject"
    assert desk.tally("sync").code == 5
    assert figures(desk) == before


def shrunken(folder: Path) -> tuple[Desk, Any]:
    """A desk with a channel, whose guard holds a file that lost half its rows."""
    desk = Desk(folder)
    desk.drop("items1.csv", GOOD)
    desk.take_in()
    before = figures(desk)
    desk.drop("items2.csv", GOOD.splitlines()[0] + "\nRETRO-CLOCK,Retro clock,55.00\n")
    assert desk.tally("sync").code == 4
    return desk, before


def test_a_refused_file_of_one_location_counts_once_until_each_has_a_newer_one(
    tmp_path: Path,
) -> None:
    feed = """\
feeds:
  stock:
    files: "stock_*.csv"
    ready: {settle: 0s}
    location: "name:stock_([A-Z]+)"
    columns: {sku: Code, on_hand: Qty}
"""
    desk = Desk(tmp_path, SITE + GUARDS + feed)
    rows = "Code,Qty\nRETRO-CLOCK,5\n"
    for name, content in (
        ("WAW_1", rows),
        ("KRK_1", rows),
        ("WAW_2", ""),
        ("KRK_2", rows + "A,1\n"),
    ):
        desk.drop(f"stock_{name}.csv", content)
        desk.take_in()
    assert desk.tally("sync").code == 3
    assert [feed["refused"] for feed in desk.tally("status", "--json").json["feeds"]] == [1]
    assert [f["file"] for f in desk.tally("rejects", "--json").json["files"]] == ["stock_WAW_2.csv"]
    desk.drop("stock_WAW_3.csv", rows + "A,2\n")
    assert desk.tally("sync").code == 0
