"""The simulated shop answers as a real one did: every recorded case, by shape and by values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.channels.magento.dialect import Magento
from tests.shared import ROOT, shared
from tests.simulator.channels.magento import replaying

FOLDER = ROOT / "recordings" / "magento"
CASES = sorted(p.stem for p in FOLDER.glob("*.json"))
SHAPE_ONLY = {  # see DIFFERENCES.md; at most 1 case in 20
    "categories-life": "a category's id stands inside a text",
    "configurable-build": "two attributes of one place in the set changed places for a while",
}


@pytest.fixture(scope="module")
def replay() -> Any:
    """The recordings' own replayer."""
    return replaying.replayer(shared("recordings"))


@pytest.fixture(scope="module")
def recorded() -> Iterator[Magento]:
    """A simulated shop, emptied before each case."""
    dialect = replaying.simulated()
    yield dialect
    dialect.world.close()


@pytest.mark.skipif(not CASES, reason="needs ../shared/recordings/magento")
@pytest.mark.parametrize("how", ["shape", "values"])
@pytest.mark.parametrize("case", CASES)
def test_answers_as_recorded(case: str, how: str, replay: Any, recorded: Magento) -> None:
    if how == "values" and case in SHAPE_ONLY:
        pytest.skip(SHAPE_ONLY[case])
    try:
        found = replaying.play(replay, recorded, FOLDER / f"{case}.json", shape=how == "shape")
    except replay.Skip as reason:
        pytest.skip(str(reason))
    assert found == []
