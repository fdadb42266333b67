"""Wherever the agent is killed in a working day, the evening is the same as if it had not been."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from simulator.scenario.fate import Act, Doom, When
from tests.crash.day import Ending, live_through, spread

pytestmark = pytest.mark.slow
SAMPLES = 3  # of each kind of step, spread over the day; one of them, if there is little time
HALVES = {"file"}  # what can be half done
KINDS = [
    (act, when)
    for act in get_args(Act)
    for when in get_args(When)
    if when != "half" or act in HALVES
]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Ending:
    """The day on which nothing happens to the agent."""
    return live_through(tmp_path_factory.mktemp("calm"))


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[object], Path]:
    """A folder for each day."""

    def make(name: object) -> Path:
        folder = tmp_path / str(name)
        folder.mkdir()
        return folder

    return make


def test_the_day_is_worth_the_name(calm: Ending) -> None:
    assert len(calm.books) == 6
    assert calm.refused == []
    assert sorted(count for _, _, count in calm.parcels) == [0, 1, 1, 1, 1, 2]
    assert {status for _, status, _ in calm.books} == {"Completed", "Deleted"}
    assert all(calm.taken[act] > 20 for act in get_args(Act))
    assert {sku: shown[0] for sku, shown in calm.shelves["shopify"].items()} == {
        "LAMP-ARC": "in stock",
        "MUG-STONE": "in stock",
        "WOOL-THROW": "in stock",
        "MUG-BLUE": "gone",
    }
    assert calm.shelves["shopify"] == calm.shelves["woocommerce"]


@pytest.mark.parametrize(("act", "when"), KINDS, ids=[f"{when}-{act}" for act, when in KINDS])
def test_killed_there_the_day_ends_the_same(
    calm: Ending, fresh: Callable[[object], Path], act: Act, when: When, thorough: bool
) -> None:
    moments = spread(calm.taken[act], SAMPLES)
    for nth in moments if thorough else [moments[KINDS.index((act, when)) % len(moments)]]:
        ending = live_through(fresh(nth), Doom(act, when, nth))
        assert ending.lives == 2
        assert ending == calm, f"killed {when} {act} number {nth}"


def test_killed_again_and_again_the_day_ends_the_same(
    calm: Ending, fresh: Callable[[object], Path]
) -> None:
    dooms = [
        Doom("commit", "after", 40),
        Doom("commit", "before", 3),
        Doom("send", "after", 2),
        Doom("file", "half", 2),
        Doom("commit", "after", 30),
        Doom("send", "before", 3),
        Doom("file", "after", 5),
        Doom("send", "after", 1),
        Doom("commit", "before", 60),
    ]
    ending = live_through(fresh("hard"), *dooms)
    assert ending.lives == len(dooms) + 1
    assert ending == calm
