"""The scan is the truth: what is complete is taken once, what is not is waited for, originals stay."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.flow.engine import Engine
from agent.flow.examination import examine
from agent.flow.watch import Memory, claimed_twice, scan, watched_folders
from tests.agent.files_site import FilesSite

DATA = "sku,title,price,qty\nRETRO-CLOCK,Clock,49.00,3\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[FilesSite]:
    opened = FilesSite(tmp_path)
    yield opened
    opened.db.close()


def with_ready(folder: Path, **ready: object) -> FilesSite:
    return FilesSite(folder, {"items": FilesSite.feed(ready=ready)})


def taken(site: FilesSite) -> int:
    return scan(site.site, site.memory).counts.get("taken", 0)


def test_a_file_is_taken_when_two_looks_a_settle_time_apart_agree(site: FilesSite) -> None:
    site.drop("items.csv", DATA)
    did = scan(site.site, site.memory)
    assert (did.counts, did.again_s) == ({}, 2.0)
    site.wait(1)
    assert taken(site) == 0
    site.wait(1)
    assert taken(site) == 1
    assert taken(site) == 0


def test_a_file_that_grows_settles_anew(site: FilesSite) -> None:
    path = site.drop("items.csv", DATA[:20])
    scan(site.site, site.memory)
    site.wait(2)
    path.write_text(DATA, encoding="utf-8")
    assert taken(site) == 0
    site.wait(2)
    assert taken(site) == 1


def test_the_original_stays_as_it_was_and_its_bytes_lie_in_the_vault(site: FilesSite) -> None:
    path = site.drop("items.csv", DATA)
    before = path.stat()
    site.work()
    assert (path.read_text(encoding="utf-8"), path.stat().st_mtime_ns) == (DATA, before.st_mtime_ns)
    digest = str(site.db.value("select digest from files"))
    assert (site.site.settings.vault / digest[:2] / digest).read_text(encoding="utf-8") == DATA


def test_what_was_dropped_while_the_agent_was_down_is_taken_and_nothing_twice(
    site: FilesSite,
) -> None:
    site.take("items_1.csv", DATA)
    site.drop("items_2.csv", DATA.replace("3", "4"))
    site.memory = Memory()  # a restart
    site.work()
    names = [row[0] for row in site.db.rows("select name from files order by id")]
    assert names == ["items_1.csv", "items_2.csv"]


def test_new_bytes_of_the_same_size_and_time_are_noticed(site: FilesSite) -> None:
    path = site.drop("items.csv", DATA)
    site.work()
    status = path.stat()
    path.write_text(DATA.replace("3", "4"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    site.work()
    assert site.table("on_hand") == [(4000,)]


@pytest.mark.parametrize("marker", ["items.csv.done", "items.done"])
def test_a_marker_makes_its_file_complete_at_once(tmp_path: Path, marker: str) -> None:
    site = with_ready(tmp_path, marker=".done")
    site.drop("items.csv", DATA)
    assert (taken(site), scan(site.site, site.memory).again_s) == (0, None)
    site.wait(3600)
    assert taken(site) == 0
    site.drop(marker, "")
    assert taken(site) == 1
    site.db.close()


def test_a_marker_older_than_its_file_belongs_to_the_file_before(tmp_path: Path) -> None:
    site = with_ready(tmp_path, marker=".done")
    site.drop("items.csv", DATA)
    site.drop("items.csv.done", "")
    assert taken(site) == 1
    site.drop("items.csv", DATA[:20])
    assert taken(site) == 0
    site.db.close()


def test_a_file_that_is_renamed_into_place_is_complete_at_once(tmp_path: Path) -> None:
    site = with_ready(tmp_path, renamed=True)
    half = site.drop("items.csv.tmp", DATA)
    assert taken(site) == 0
    half.replace(half.with_suffix(""))
    assert taken(site) == 1
    site.db.close()


@pytest.mark.parametrize("name", ["~items.csv", ".items.csv", "items.csv.part", "stock.csv"])
def test_unfinished_and_foreign_names_are_passed_over(site: FilesSite, name: str) -> None:
    site.drop(name, DATA)
    site.work()
    assert site.db.value("select count(*) from files") == 0


def test_names_are_matched_whatever_their_case(site: FilesSite) -> None:
    assert site.take("ITEMS_0302.CSV", DATA) == "applied"


def test_a_folder_or_link_under_a_file_s_name_is_told_once_and_passed_over(
    site: FilesSite, caplog: pytest.LogCaptureFixture
) -> None:
    (site.exports / "items_1.csv").mkdir()
    if sys.platform != "win32":
        (site.exports / "items_2.csv").symlink_to(site.folder / "elsewhere.csv")
        os.mkfifo(site.exports / "items_3.csv")
    expected = len(list(site.exports.iterdir()))
    with caplog.at_level(logging.WARNING):
        site.work()
        site.work()
    assert len([r for r in caplog.records if "no regular file" in r.message]) == expected
    assert site.db.value("select count(*) from files") == 0


def test_an_empty_file_is_refused_and_not_forgotten(site: FilesSite) -> None:
    assert site.take("items.csv", "") == "refused"


def test_a_share_that_is_away_is_a_state_and_its_files_come_later_in_order(
    site: FilesSite, caplog: pytest.LogCaptureFixture
) -> None:
    away = site.exports.with_name("away")
    site.exports.rename(away)
    with caplog.at_level(logging.INFO):
        site.work()
        site.work()
        away.rename(site.exports)
        site.drop("items_b.csv", DATA)
        site.drop("items_a.csv", DATA.replace("3", "4"))
        site.work()
    told = [r.message for r in caplog.records if "folder=" in r.message]
    assert len(told) == 2
    assert told[1].endswith("is back")
    assert site.table("on_hand") == [(4000,)]


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs a file that it may not read"
)
def test_an_unreadable_file_is_tried_again_and_told_once(
    site: FilesSite, caplog: pytest.LogCaptureFixture
) -> None:
    path = site.drop("items.csv", DATA)
    path.chmod(0)
    with caplog.at_level(logging.WARNING):
        site.work()
        site.wait(60)
        site.work()
    assert len([r for r in caplog.records if "cannot be read yet" in r.message]) == 1
    path.chmod(0o600)
    site.wait(600)
    site.work()
    assert site.state() == "applied"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses to open a locked file at all")
def test_a_locked_file_is_waited_for(site: FilesSite) -> None:
    path = site.drop("items.csv", DATA)
    held = site.site.ports.files.lock(path)
    assert held is not None
    site.work()
    assert site.db.value("select count(*) from files") == 0
    held.close()
    site.wait(60)
    site.work()
    assert site.state() == "applied"


@pytest.mark.parametrize("every_s", [1.0, 2.0, 10.0], ids=lambda s: f"looked for every {s:.0f} s")
def test_a_round_waits_until_files_are_settled(site: FilesSite, every_s: float) -> None:
    settings = site.site.settings
    every = settings.every.model_copy(update={"scan": every_s})
    site.site = replace(site.site, settings=settings.model_copy(update={"every": every}))
    site.drop("items.csv", DATA)
    began = site.clock.time
    Engine(site.site).round_and_settle()
    assert site.state() == "applied"
    assert (site.clock.time - began).total_seconds() <= 3


def test_a_file_that_two_feeds_mean_is_taken_by_none_and_named(tmp_path: Path) -> None:
    feeds = {"items": FilesSite.feed("items*.csv"), "all": FilesSite.feed("*.csv")}
    site = FilesSite(tmp_path, feeds)
    site.drop("items.csv", DATA)
    site.work()
    assert site.db.value("select count(*) from files") == 0
    [fault] = claimed_twice(site.site.settings, site.site.ports)
    assert fault.what == 'the feeds items and all both mean the file "items.csv"'
    assert fault.where == str(site.exports)
    folders_only = site.site.settings.model_copy(update={"channels": {}})
    told = [finding.fault for finding in examine(folders_only, site.site.ports)]
    assert fault.what in [found.what for found in told if found is not None]
    site.db.close()


def test_native_events_are_asked_for_unless_the_feed_is_scan_only(tmp_path: Path) -> None:
    site = FilesSite(tmp_path)
    assert watched_folders(site.site) == [site.exports]
    site.change(scan="only")
    assert watched_folders(site.site) == []
    site.change(scan="events")
    assert watched_folders(site.site) == [site.exports]
    site.db.close()
