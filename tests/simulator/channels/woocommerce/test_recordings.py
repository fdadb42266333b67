"""The simulated shop answers as a real one did: every recorded case, by shape and by values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.channels.woocommerce.dialect import WooCommerce
from tests.shared import ROOT, shared
from tests.simulator.channels.woocommerce import replaying

FOLDER = ROOT / "recordings" / "woocommerce"
CASES = sorted(p.stem for p in FOLDER.glob("*.json"))


@pytest.fixture(scope="module")
def replay() -> Any:
    """The recordings' own replayer."""
    return replaying.replayer(shared("recordings"))


@pytest.fixture(scope="module")
def hooks(replay: Any) -> Iterator[Any]:
    """A receiver of webhooks."""
    with replaying.receiver(replay) as server:
        yield server


@pytest.fixture(scope="module")
def shop() -> Iterator[WooCommerce]:
    """A simulated shop, emptied before each case."""
    dialect = replaying.simulated()
    yield dialect
    dialect.world.close()


@pytest.mark.skipif(not CASES, reason="needs ../shared/recordings/woocommerce")
@pytest.mark.parametrize("how", ["shape", "values"])
@pytest.mark.parametrize("case", CASES)
def test_answers_as_recorded(
    case: str, how: str, replay: Any, shop: WooCommerce, hooks: Any
) -> None:
    file = FOLDER / f"{case}.json"
    assert replaying.play(replay, shop, file, hooks, shape=how == "shape") is None
