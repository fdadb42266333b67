"""`tally staging replay` and `tally staging list`, as people and programs call them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.cli import main
from simulator.scenario import shipped

WRONG = """\
title: A clock that is not there
channels: [shopify, woocommerce]
given:
  items:
    - {sku: RETRO-CLOCK, on_hand: 3, price: 129.00}
then:
  - every channel offers of RETRO-CLOCK: 4
  - shopify shows RETRO-CLOCK at: 129.00
"""


@dataclass(frozen=True)
class Done:
    exit_code: int
    stdout: str
    stderr: str


Tally = Callable[..., Done]


@pytest.fixture
def tally(capsys: pytest.CaptureFixture[str]) -> Tally:
    """`tally staging …` in this process."""

    def call(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as stopped:
            main(["staging", *map(str, arguments)])
        said = capsys.readouterr()
        return Done(int(stopped.value.code or 0), said.out, said.err)

    return call


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_tells_what_was_seen_instead_and_where_that_stands(tally: Tally, wrong: Path) -> None:
    done = tally("replay", wrong)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "A clock that is not there"
    assert lines[2].endswith(
        "every channel offers of RETRO-CLOCK: 4  → seen instead: 3  (wrong.yaml:7:5)"
    )
    assert lines[3].endswith("✓      shopify shows RETRO-CLOCK at: 129.0")
    assert lines[4] == "failed  wrong: 1 not as it must be, 1 as it must be (seed 1)"


def test_what_cannot_happen_ends_the_story(tally: Tally, tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(
        "title: No such thing\nchannels: [shopify]\nwhen:\n  - till sells RETRO-CLOCK\n  - time passes: 1h\n",
        encoding="utf-8",
    )
    done = tally("replay", path, "--json")
    assert done.exit_code == 1
    last = json.loads(done.stdout)["timeline"][-1]
    assert last["text"] == "till sells RETRO-CLOCK"
    assert last["told"] == "cannot happen: Product RETRO-CLOCK does not exist"


@pytest.mark.parametrize(
    ("dial", "told"),
    [("lag_s: 30", ""), ("patience: 1", "cannot happen: unknown dial 'patience'")],
)
def test_a_shops_dials_are_turned(tally: Tally, tmp_path: Path, dial: str, told: str) -> None:
    path = tmp_path / "dial.yaml"
    steps = f"when:\n  - shopify has dial {dial}\n  - time passes: 1m\n"
    path.write_text(WRONG.partition("then:")[0] + steps, encoding="utf-8")
    done = tally("replay", path, "--json")
    assert done.exit_code == (1 if told else 0)
    timeline = json.loads(done.stdout)["timeline"]
    (step,) = [step for step in timeline if step["text"] == f"shopify has dial {dial}"]
    assert (step["told"] or "").startswith(told)


def test_gives_one_document_a_line(tally: Tally, wrong: Path) -> None:
    done = tally("replay", wrong, "last-unit", "--json")
    assert done.exit_code == 1
    stories = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(story["scenario"], story["passed"]) for story in stories] == [
        ("wrong", False),
        ("last-unit", True),
    ]


def test_a_fault_in_the_file_is_placed_and_nothing_is_played(tally: Tally, tmp_path: Path) -> None:
    path = tmp_path / "typo.yaml"
    path.write_text(WRONG.replace("every channel", "each channel"), encoding="utf-8")
    done = tally("replay", path)
    assert done.exit_code == 6
    assert done.stdout == ""
    assert "at     typo.yaml:7:5" in done.stderr


@pytest.mark.parametrize("arguments", [["replay"], ["replay", "no-such-story"]])
def test_without_a_scenario_it_says_where_they_are(tally: Tally, arguments: list[str]) -> None:
    done = tally(*arguments)
    assert done.exit_code == 2
    assert "zero-stock" in done.stderr or "tally staging list" in done.stderr


def test_the_page_needs_nothing_else_and_shows_both_storefronts(
    tally: Tally, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    done = tally("replay", "last-unit", "--html", page)
    assert done.exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert {"shopify", "woocommerce"} <= set(re.findall(r"<figcaption>(\w+)", html))
    assert "Retro wall clock" in html
    assert "Sold out" in html
    assert not re.findall(r'(?:src|href|action)=["\']?(?!#)(?:https?:)?//', html)
    assert not re.findall(r"<(?:script|link|img|base)\b", html)
    assert "url(" not in html
    assert "@import" not in html


def test_the_page_shows_the_storefronts_whenever_they_changed(tally: Tally, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    tally("replay", "stale-export", "--html", page)
    assert page.read_text(encoding="utf-8").count("<details") == 2  # 14 clocks, then 3


def test_the_page_leads_to_what_was_not_as_it_must_be(
    tally: Tally, wrong: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    assert tally("replay", wrong, "--html", page).exit_code == 1
    html = page.read_text(encoding="utf-8")
    assert '<a href="#step-2">step 2</a>' in html
    assert '<li id="step-2" class="missed">' in html


def test_a_page_that_cannot_be_written_is_said(tally: Tally, tmp_path: Path) -> None:
    done = tally("replay", "last-unit", "--html", tmp_path / "missing" / "page.html")
    assert done.exit_code == 6
    assert "the report cannot be written" in done.stderr


def test_a_page_is_for_one_scenario(tally: Tally, tmp_path: Path) -> None:
    done = tally("replay", "stale-export", "last-unit", "--html", tmp_path / "page.html")
    assert done.exit_code == 2


def test_lists_names_and_titles(tally: Tally) -> None:
    listed = json.loads(tally("list", "--json").stdout)
    assert [entry["name"] for entry in listed] == shipped.names()
    assert {"name": "zero-stock", "title": "What happens at zero stock?"} in listed
    assert "zero-stock" in tally("list").stdout
