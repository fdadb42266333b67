"""Applying export files: whole or not at all, in order, and with every refused row accounted for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.flow.ingest import approve_file, reject_file
from tests.agent.files_site import FilesSite

HEAD = "sku,title,price,qty\n"
CLOCK = "RETRO-CLOCK,Retro clock,49.00,3\n"
SHELF = "OAK-SHELF-80,Oak shelf 80 cm,129.90,0\n"
LAMP = "LAMP-01,Lamp,,\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[FilesSite]:
    opened = FilesSite(tmp_path)
    yield opened
    opened.db.close()


def fault(site: FilesSite, part: str = "what") -> str:
    told = site.db.value("select fault from files order by id desc limit 1")
    return str(json.loads(told)[part])


def missing(site: FilesSite) -> dict[str, int]:
    return dict(tuple(row) for row in site.db.rows("select sku, missing from items"))  # type: ignore[misc]


def test_a_file_lands_as_items_and_touches_their_skus(site: FilesSite) -> None:
    assert site.take("items.csv", HEAD + CLOCK + SHELF + LAMP) == "applied"
    assert site.table() == [
        ("LAMP-01", "Lamp", None, None),
        ("OAK-SHELF-80", "Oak shelf 80 cm", 12990, 0),
        ("RETRO-CLOCK", "Retro clock", 4900, 3000),
    ]
    assert site.counts() == (3, 3, 0, 0)
    assert site.touched() == ["LAMP-01", "OAK-SHELF-80", "RETRO-CLOCK"]


def test_same_file_twice_changes_nothing(site: FilesSite) -> None:
    site.take("items.csv", HEAD + CLOCK)
    site.touched()
    assert site.take("items_again.csv", HEAD + CLOCK) == "same"
    assert site.touched() == []
    assert site.counts() == (1, 1, 0, 0)


def test_only_what_changed_is_touched_and_gets_a_new_place(site: FilesSite) -> None:
    site.take("items.csv", HEAD + CLOCK + SHELF)
    site.touched()
    site.take("items.csv", HEAD + "LAMP-01,Lamp,1.00,1\n" + CLOCK + SHELF.replace(",0", ",7"))
    assert site.touched() == ["LAMP-01", "OAK-SHELF-80"]
    assert site.table("sku, file_id, line") == [
        ("LAMP-01", 2, 2),
        ("OAK-SHELF-80", 2, 4),
        ("RETRO-CLOCK", 1, 2),
    ]


def test_a_file_older_than_what_was_applied_is_stale(site: FilesSite) -> None:
    site.take("items.csv", HEAD + CLOCK)
    path = site.drop("items_old.csv", HEAD + CLOCK.replace("3", "9"))
    site.date(path, datetime(2026, 3, 2, 11, 0, tzinfo=UTC))
    site.work()
    assert site.state() == "stale"
    assert site.table() == [("RETRO-CLOCK", "Retro clock", 4900, 3000)]


def test_an_item_is_gone_only_after_two_full_files_without_it(site: FilesSite) -> None:
    site.take("items.csv", HEAD + CLOCK + SHELF)
    site.touched()
    site.take("items.csv", HEAD + CLOCK)
    assert (missing(site)["OAK-SHELF-80"], site.touched()) == (1, [])
    site.take("items.csv", HEAD + CLOCK.replace("3", "4"))
    assert (missing(site)["OAK-SHELF-80"], "OAK-SHELF-80" in site.touched()) == (2, True)
    site.take("items.csv", HEAD + CLOCK)
    assert missing(site)["OAK-SHELF-80"] == 2
    site.take("items.csv", HEAD + CLOCK + SHELF)
    assert (missing(site)["OAK-SHELF-80"], site.touched()) == (0, ["OAK-SHELF-80", "RETRO-CLOCK"])


def test_the_same_bytes_exported_anew_say_again_what_is_missing(site: FilesSite) -> None:
    site.take("items.csv", HEAD + CLOCK + SHELF)
    site.take("items.csv", HEAD + CLOCK)
    assert site.take("items.csv", HEAD + CLOCK) == "same"
    assert missing(site) == {"OAK-SHELF-80": 2, "RETRO-CLOCK": 0}


def test_what_a_delta_does_not_name_is_unchanged(tmp_path: Path) -> None:
    site = FilesSite(tmp_path, {"items": FilesSite.feed(full=False)})
    site.take("items.csv", HEAD + CLOCK + SHELF)
    site.take("items.csv", HEAD + CLOCK.replace("3", "4"))
    assert missing(site) == {"OAK-SHELF-80": 0, "RETRO-CLOCK": 0}
    site.db.close()


def test_absent_empty_and_zero_are_three_things(tmp_path: Path) -> None:
    columns = {"sku": "sku", "price": {"column": "price", "optional": True}, "on_hand": "qty"}
    site = FilesSite(tmp_path, {"items": {"files": "items*.csv", "columns": columns}})
    site.take("items.csv", "sku,qty\nRETRO-CLOCK,\nLAMP-01,0\n")
    assert site.table("sku, price, on_hand") == [
        ("LAMP-01", None, 0),
        ("RETRO-CLOCK", None, None),
    ]
    assert site.db.value("select fields from feeds") == '["on_hand"]'
    site.db.close()


def test_bad_rows_are_rejects_and_good_rows_go_on(site: FilesSite) -> None:
    site.take("items.csv", HEAD + CLOCK)
    bad = 'OAK-SHELF-80,"Shelf, oak","12,5O",0\nLAMP-01,Lamp,1.00\n,No code,1.00,1\nRETRO-CLOCK,Clock,-1,3\n'
    site.take("items.csv", HEAD + bad + "MUG-7,Mug,5.00,1\n,,,\n")
    assert site.counts() == (6, 1, 4, 1)
    assert site.rejects() == [
        (2, "price", 'price is not a number: "12,5O"'),
        (3, "", "the row has 3 columns, 4 are expected"),
        (4, "sku", 'sku is blank: ""'),
        (5, "price", 'price is below zero: "-1"'),
    ]
    assert site.table("sku, price, missing") == [("MUG-7", 500, 0), ("RETRO-CLOCK", 4900, 0)]


def test_the_clerk_gets_the_rejects_as_a_sheet_that_runs_nothing(site: FilesSite) -> None:
    site.take("items.csv", HEAD + "=1+1,Formula,x,1\n" + CLOCK)
    data = (site.folder / "data" / "rejects" / "items.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["file", "line", "column", "field", "value", "reason", "next", "raw"]
    assert rows[1][:5] == ["items.csv", "2", "3", "price", "x"]
    assert rows[1][7] == "'=1+1,Formula,x,1"
    site.take("items.csv", HEAD + CLOCK)
    assert (
        len((site.folder / "data" / "rejects" / "items.csv").read_text("utf-8").splitlines()) == 1
    )


def test_two_rows_of_one_sku_count_once_when_they_agree_and_never_when_they_do_not(
    site: FilesSite,
) -> None:
    site.take("items.csv", HEAD + CLOCK + CLOCK + SHELF + SHELF.replace(",0", ",5"))
    assert site.table("sku") == [("RETRO-CLOCK",)]
    assert site.counts() == (4, 2, 2, 0)
    assert [reason for _, _, reason in site.rejects()] == [
        'sku "OAK-SHELF-80" is named twice with different values'
    ] * 2


def test_skus_that_differ_only_in_case_are_both_refused(site: FilesSite) -> None:
    site.take("items.csv", HEAD + CLOCK + CLOCK.replace("RETRO", "Retro") + SHELF)
    assert site.table("sku") == [("OAK-SHELF-80",)]
    assert site.counts() == (3, 1, 2, 0)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "the file is empty"),
        (b"%PDF-1.4 text", "this is no delimited file: it begins with b'%PDF-1.4'"),
        ("sku;title;price;qty\nA;B;1;1\n", 'the column "sku" (sku) is missing'),
        ("sku,title,prise,qty\nA,B,1,1\n", 'the column "price" (price) is missing'),
        ("sku,title,price,price,qty\nA,B,1,1,1\n", 'two columns are called "price"'),
        (HEAD + 'A,"B,1,1\n', "a quote is opened and never closed"),
        (HEAD.encode() + b"A,\xf3,1,1\n", "byte f3 at offset 22 is not utf-8"),
        (HEAD + CLOCK + "OAK-SHELF-80,Oak sh", "the file ends in the middle of a row"),
    ],
    ids=["empty", "pdf", "delimiter", "caption", "doubled", "quote", "encoding", "cut"],
)
def test_a_file_that_cannot_be_read_as_its_feed_says_is_refused_whole(
    site: FilesSite, content: str | bytes, what: str
) -> None:
    site.take("items.csv", HEAD + SHELF)
    assert site.take("items.csv", content) == "refused"
    assert fault(site) == what
    assert fault(site, "where").startswith("items.csv")
    assert fault(site, "next")
    assert site.table("sku, missing") == [("OAK-SHELF-80", 0)]


def test_a_wrong_caption_names_the_nearest_one(site: FilesSite) -> None:
    site.take("items.csv", "sku,title,prise,qty\nA,B,1,1\n")
    assert fault(site, "next").startswith('nearest: "prise"')


def test_a_file_that_shrank_too_far_waits_for_a_person(tmp_path: Path) -> None:
    site = FilesSite(tmp_path, file_shrunk=20.0)
    site.take("items.csv", HEAD + CLOCK + SHELF + LAMP)
    assert site.take("items.csv", HEAD + CLOCK) == "held"
    assert "1 rows, the one before had 3: 67 % fewer, and 20" in fault(site)
    assert missing(site)["OAK-SHELF-80"] == 0
    approve_file(site.site, str(site.db.value("select digest from files where state = 'held'")))
    site.work()
    assert site.state() == "applied"
    assert missing(site)["OAK-SHELF-80"] == 1
    site.db.close()


def test_a_file_that_a_person_refused_stays_refused_when_it_comes_again(tmp_path: Path) -> None:
    site = FilesSite(tmp_path, file_shrunk=20.0)
    site.take("items.csv", HEAD + CLOCK + SHELF + LAMP)
    site.take("items.csv", HEAD + CLOCK)
    reject_file(site.site, str(site.db.value("select digest from files where state = 'held'")))
    assert site.take("items.csv", HEAD + CLOCK) == "rejected"
    site.db.close()


def test_a_newer_file_takes_the_place_of_one_that_waits(tmp_path: Path) -> None:
    site = FilesSite(tmp_path, file_shrunk=20.0)
    site.take("items.csv", HEAD + CLOCK + SHELF + LAMP)
    site.take("items.csv", HEAD + CLOCK)
    assert site.take("items.csv", HEAD + CLOCK + SHELF + LAMP.replace("Lamp", "Light")) == "applied"
    states = [row[0] for row in site.db.rows("select state from files order by id")]
    assert states == ["applied", "stale", "applied"]
    site.db.close()


def test_a_header_without_rows_waits_for_a_person(site: FilesSite) -> None:
    site.take("items.csv", HEAD + CLOCK)
    assert site.take("items.csv", HEAD) == "held"


def test_a_missing_last_line_end_waits_where_there_was_one(site: FilesSite) -> None:
    site.take("items.csv", HEAD + CLOCK)
    assert site.take("items.csv", HEAD + CLOCK + "LAMP-01,Lamp,1.00,1") == "held"


def test_each_location_s_file_speaks_for_its_own_location(tmp_path: Path) -> None:
    feed = {
        "files": "stock_*.csv",
        "location": r"name:^stock_(.+)\.csv$",
        "columns": {"sku": "sku", "on_hand": "qty"},
        "gone_after": 1,
    }
    site = FilesSite(tmp_path, {"stock": feed})
    site.take("stock_HH.csv", "sku,qty\nRETRO-CLOCK,3\nLAMP-01,1\n")
    site.take("stock_HL.csv", "sku,qty\nRETRO-CLOCK,5\n")
    site.take("stock_HL.csv", "sku,qty\nLAMP-01,9\n")
    assert site.table("sku, location, on_hand, missing") == [
        ("LAMP-01", "HH", 1000, 0),
        ("LAMP-01", "HL", 9000, 0),
        ("RETRO-CLOCK", "HH", 3000, 0),
        ("RETRO-CLOCK", "HL", 5000, 1),
    ]
    site.db.close()


def test_a_changed_layout_reads_the_same_bytes_anew(site: FilesSite) -> None:
    site.take("items.csv", HEAD + "RETRO-CLOCK,Clock,490.00,3\n")
    columns = {"sku": "sku", "title": "title", "price": {"column": "price", "factor": "0.1"}}
    site.change(columns=columns)
    assert site.take("items.csv", HEAD + "RETRO-CLOCK,Clock,490.00,3\n") == "applied"
    assert site.table() == [("RETRO-CLOCK", "Clock", 4900, None)]


@pytest.mark.parametrize(
    ("ordered_by", "first", "second", "state"),
    [
        (r"name:_(\d+)\.", "items_9.csv", "items_10.csv", "applied"),
        (r"name:_(\d+)\.", "items_10.csv", "items_9.csv", "stale"),
        (r"name:_(\d+)\.", "items_a_7.csv", "items_b_7.csv", "held"),
        (r"name:_(\d+)\.", "items_7.csv", "items.csv", "refused"),
    ],
    ids=["newer", "older", "same stamp", "no stamp"],
)
def test_a_stamp_in_the_name_orders_files(
    tmp_path: Path, ordered_by: str, first: str, second: str, state: str
) -> None:
    site = FilesSite(tmp_path, {"items": FilesSite.feed(ordered_by=ordered_by)})
    site.take(first, HEAD + CLOCK)
    assert site.take(second, HEAD + CLOCK.replace("3", "4")) == state
    site.db.close()


def test_a_stamp_in_the_rows_orders_files(tmp_path: Path) -> None:
    columns = {"sku": "sku", "on_hand": "qty"}
    layout = {"dates": ["%d.%m.%Y %H:%M"]}
    feed = {"files": "items*.csv", "columns": columns, "ordered_by": "column:at", "layout": layout}
    site = FilesSite(tmp_path, {"items": feed})
    site.take("items.csv", "sku,qty,at\nLAMP-01,1,01.03.2026 08:00\n")
    assert site.take("items.csv", "sku,qty,at\nLAMP-01,2,28.02.2026 08:00\n") == "stale"
    assert site.take("items.csv", "sku,qty,at\nLAMP-01,3,02.03.2026 08:00\n") == "applied"
    assert site.table("sku, on_hand") == [("LAMP-01", 3000)]
    site.db.close()


def test_names_stamped_in_the_hour_that_comes_twice_stay_in_order(tmp_path: Path) -> None:
    feed = FilesSite.feed(ordered_by=r"name:_(\d{8}_\d{6})", moment="%Y%m%d_%H%M%S")
    site = FilesSite(tmp_path, {"items": feed})
    for name, hour, minute in (("20261025_023000", 0, 30), ("20261025_020500", 1, 5)):
        site.clock.time = datetime(2026, 10, 25, hour, minute, tzinfo=UTC)
        path = site.drop(f"items_{name}.csv", HEAD + CLOCK.replace("3", str(minute)))
        site.date(path, datetime(2026, 10, 25, hour, minute, tzinfo=UTC))
        site.work()
        assert site.state() == "applied"
    assert site.table("on_hand") == [(5000,)]
    site.db.close()
