"""`tally orders`: what each order waits for, and what a person says about one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agent.desk import SETTINGS, Desk
from tests.agent.paper_orders import OrderSite
from tests.build import order, order_line


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk whose database has a paid order, an unpaid one, and one with an unknown sku."""
    site = OrderSite.opened(tmp_path)
    site.stall.has(order("1", order_line("BRASS-BELL")), order("2"), order("3", payment="pending"))
    site.work()
    site.site.db.close()
    data = site.site.settings.data.relative_to(tmp_path).as_posix()
    return Desk(tmp_path, SETTINGS.replace("data: data", f"data: ./{data}"))


def test_those_that_need_a_person_come_first_each_with_what_it_waits_for(desk: Desk) -> None:
    told = desk.tally("orders", "--json")
    assert told.code == 0
    first, *others = told.json["orders"]
    assert (first["number"], first["state"]) == ("1", "exception")
    assert "BRASS-BELL" in first["waits_for"]
    assert first["faults"][0]["next"] == first["next"] != ""
    assert {view["number"]: view["waits_for"] for view in others} == {
        "2": "waits for the ERP's order list",
        "3": "written when it is paid",
    }
    assert {view["currency"] for view in others} == {"EUR"}
    assert told.json["counts"]["exception"] == 1
    text = desk.tally("orders").out
    assert text.splitlines()[0].split()[:3] == ["order", "state", "placed"]
    assert "BRASS-BELL" in text
    assert "\n  next  " in text


def test_one_order_is_shown_with_its_history(desk: Desk) -> None:
    told = desk.tally("orders", "STALL-2", "--json").json
    assert (told["channel"], told["reference"], told["state"]) == ("stall", "STALL-2", "written")
    assert told["history"][0]["what"] == "pulled from stall"
    assert told["lines"][0]["remain"] > 0
    assert "pulled from stall" in desk.tally("orders", "STALL-2").out


def test_an_unknown_order_is_wrong_usage(desk: Desk) -> None:
    told = desk.tally("orders", "STALL-9", "--json")
    assert told.code == 2
    assert told.errors[0]["error"] == 'no order is known as "STALL-9"'
    assert desk.tally("orders", "STALL-2", "--all").code == 2


def test_a_person_s_word_is_kept(desk: Desk) -> None:
    assert desk.tally("orders", "--again", "STALL-2").code == 2  # nothing of it was refused
    told = desk.tally("orders", "--accept", "STALL-2", "--json")
    assert (told.code, told.json["reference"]) == (0, "STALL-2")
    history = desk.tally("orders", "STALL-2", "--json").json["history"]
    assert history[-1]["what"] == "a person accepted it as it is now"
