"""Variants at the command line: what is read, what is planned, and what is refused with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agent.desk import GUARDS, SHOP, SITE, Desk

FEEDS = """\
feeds:
  items:
    files: "items*.csv"
    ready: {settle: 0s}
    columns: {sku: Code, title: Name, price: Price}
  variants:
    files: "variants*.csv"
    ready: {settle: 0s}
    columns:
      sku: Code
      family: Page
      family_title: {column: Called, optional: true}
      axis.Colour: Colour
      axis.Size: Size
"""
ITEMS = """\
Code,Name,Price
OAK-60-N,Oak shelf natural 60,120
OAK-60-S,Oak shelf smoked 60,125
OAK-80-N,Oak shelf natural 80,140
"""
VARIANTS = """\
Code,Page,Called,Colour,Size
OAK-60-N,OAK-SHELF,The oak shelf,Natural,60 cm
OAK-60-S,OAK-SHELF,The oak shelf,Smoked,60 cm
OAK-80-N,OAK-SHELF,The oak shelf,Natural,
"""
LACKS = 'has no Size, as others of its family "OAK-SHELF" have'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A shop that cannot be reached; three shelves, of which one has no size."""
    opened = Desk(tmp_path, SITE + GUARDS + FEEDS + SHOP)
    opened.drop("items1.csv", ITEMS)
    opened.drop("variants1.csv", VARIANTS)
    opened.take_in()
    return opened


def test_what_is_not_made_is_told_wherever_one_looks(desk: Desk) -> None:
    said = [{"reason": LACKS, "sku": "OAK-80-N", "count": 1}]
    assert desk.tally("plan", "--json").json["plans"][0]["not_made"] == said
    assert desk.tally("status", "--json").json["channels"]["shop"]["not_made"] == said
    assert desk.tally("channels", "--json").json["channels"]["shop"]["not_made"] == said
    found = desk.tally("explain", "OAK-80-N", "--json").json["channels"]["shop"]
    assert found["not_made"] == LACKS
    for verb in (["plan"], ["status"], ["channels"]):
        assert f"OAK-80-N: {LACKS}" in desk.tally(*verb).out
    assert f"unmade  {LACKS}" in desk.tally("explain", "OAK-80-N").out


def test_a_plan_names_the_page_and_the_choices(desk: Desk) -> None:
    [plan] = desk.tally("plan", "--json").json["plans"]
    made = {change["sku"]: change["what"] for change in plan["changes"]}
    assert made == {
        "OAK-60-N": "new draft at 120.00, 0 pieces, Natural / 60 cm of The oak shelf",
        "OAK-60-S": "new draft at 125.00, 0 pieces, Smoked / 60 cm of The oak shelf",
    }
    assert plan["changes"][0]["after"]["family"]["variants"] == {
        "OAK-60-N": {"Colour": "Natural", "Size": "60 cm"},
        "OAK-60-S": {"Colour": "Smoked", "Size": "60 cm"},
    }


def test_each_choice_is_explained_back_to_its_line(desk: Desk) -> None:
    found = desk.tally("explain", "OAK-60-S", "--json").json["figures"]
    said = {f["field"]: (f["value"], f["file"], f["line"]) for f in found}
    assert said["axis.Colour"] == ("Smoked", "variants1.csv", 3)
    assert said["family"] == ("OAK-SHELF", "variants1.csv", 3)
    assert "axis.Size" in desk.tally("explain", "OAK-80-N").out


def test_a_corrected_file_lets_it_be_made(desk: Desk) -> None:
    desk.drop("variants2.csv", VARIANTS.replace("Natural,\n", "Natural,80 cm\n"))
    desk.take_in()
    [plan] = desk.tally("plan", "--json").json["plans"]
    assert plan["not_made"] == []
    assert len(plan["changes"]) == 3


def test_what_is_lacking_after_a_sale_is_told(desk: Desk) -> None:
    facts = desk.tally("channels", "--json").json["channels"]["shop"]
    assert facts["by_hand"] == []
    assert facts["axes"] is None
    assert "variants  on one page, any number of choices" in desk.tally("channels").out


def test_an_axis_is_spelled_in_one_way_in_all_feeds(tmp_path: Path) -> None:
    more = "  more:\n    files: 'more*.csv'\n    columns: {sku: Code, axis.colour: Shade}\n"
    desk = Desk(tmp_path, SITE + GUARDS + FEEDS + more + SHOP)
    told = desk.tally("status")
    assert told.code == 6
    assert 'error  "axis.colour" and "axis.Colour" differ only in their case' in told.err
    assert "next   spell the axis in one way, as shoppers are to read it" in told.err
