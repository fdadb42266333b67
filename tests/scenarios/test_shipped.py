"""Every scenario that comes with tallyman holds, and the same seed tells the same story to the byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.scenario import report, shipped
from simulator.scenario.runner import Story, play

ROOT = Path(__file__).resolve().parents[2]
ISSUED = (  # the questions that tallyman must always be able to answer
    "agent-killed",
    "channel-down",
    "duplicate-webhook",
    "last-unit",
    "new-product",
    "partial-shipment",
    "sale-over-clock-change",
    "stale-export",
    "truncated-export",
    "unknown-sku",
    "zero-stock",
)
# Among these: both shops, a kill half-way through a request, shoppers with made-up names, faults.
TELLING = ("agent-killed", "unknown-sku", "zero-stock")


def told(story: Story) -> str:
    """The story as a program and as a person gets it."""
    lines = [report.line(moment) for moment in story.moments]
    return "\n".join([json.dumps(story.to_json()), *lines, report.verdict(story)])


def misses(story: Story) -> list[str]:
    return [report.line(moment) for moment in story.moments if moment.kind == "missed"]


@pytest.mark.parametrize("name", shipped.names())
def test_holds(name: str) -> None:
    story = play(shipped.find(name))
    assert misses(story) == []
    assert any(moment.kind == "seen" for moment in story.moments)


@pytest.mark.parametrize("name", ISSUED)
def test_is_shipped(name: str) -> None:
    assert name in shipped.names()


@pytest.mark.parametrize("name", shipped.names())
def test_says_what_it_is_about(name: str) -> None:
    script = shipped.find(name).script
    assert script.title
    assert script.about


@pytest.mark.parametrize("name", TELLING)
def test_holds_with_another_seed(name: str) -> None:
    assert misses(play(shipped.find(name), seed=4711)) == []


@pytest.mark.parametrize("name", TELLING)
def test_same_seed_twice_tells_the_same_story_to_the_byte(name: str) -> None:
    assert told(play(shipped.find(name))) == told(play(shipped.find(name)))


def test_same_seed_tells_the_same_story_in_every_process(tmp_path: Path) -> None:
    stories = []
    for salt in ("1", "2"):
        out = tmp_path / f"{salt}.txt"
        for style in ([], ["--json"]):
            command = [sys.executable, "-m", "agent", "staging", "replay", *TELLING[1:], *style]
            with out.open("ab") as sink, (tmp_path / f"{salt}.err").open("ab") as errors:
                done = subprocess.run(
                    command,
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=errors,
                    timeout=120,
                    check=False,
                    env={**os.environ, "PYTHONHASHSEED": salt, "PYTHONIOENCODING": "utf-8"},
                )
            assert done.returncode == 0
        stories.append(out.read_bytes())
    assert stories[0] == stories[1]
