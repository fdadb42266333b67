"""Work that a channel has taken on, as a person sees it: going on, and stuck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.model.change import SetStock
from agent.ports.database import Database
from agent.store import jobs
from tests.agent.desk import Desk
from tests.build import listing

SINCE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The shop is at work on one clock."""
    opened = Desk(tmp_path)
    opened.drop("items1.csv", "Code,Name,Price\nRETRO-CLOCK,Clock,49\n")
    opened.take_in()
    db = Database(opened.folder / "data" / "tally.sqlite")
    change = SetStock("RETRO-CLOCK", listing(), 3, backorders=False)
    times = {"since": SINCE, "next_at": SINCE + timedelta(seconds=1)}
    jobs.begin(db, "shop", "feed 77", change, digest="d", **times)
    db.close()
    return opened


def gets_stuck(desk: Desk) -> None:
    db = Database(desk.folder / "data" / "tally.sqlite")
    jobs.later(db, "shop", "feed 77", SINCE, "stuck")
    db.close()


def test_work_that_goes_on_is_shown(desk: Desk) -> None:
    facts = desk.tally("status", "--json").json["channels"]["shop"]
    assert (facts["working"], facts["stuck"]) == (1, [])
    assert "shop is at work on 1 listing:" in desk.tally("status").out
    told = desk.tally("explain", "RETRO-CLOCK").out
    assert "working the channel is at it since 2026-03-02 08:00 UTC (feed 77)" in told


def test_work_that_is_stuck_is_a_warning(desk: Desk) -> None:
    gets_stuck(desk)
    facts = desk.tally("status", "--json").json["channels"]["shop"]
    assert facts["stuck"] == [{"job": "feed 77", "since": "2026-03-02 08:00:00+00:00"}]
    assert (
        "stuck  shop is at work on feed 77 since 2026-03-02 08:00 UTC" in desk.tally("status").out
    )
    findings = desk.tally("doctor", "--json").json["findings"]
    assert {
        "what": "channel shop",
        "found": "is stuck",
        "notes": [],
        "error": "work on feed 77 goes on since 2026-03-02 08:00 UTC",
        "at": "channel shop",
        "next": "its listings are looked at and sent again; ask the vendor if it goes on so",
    } in findings
