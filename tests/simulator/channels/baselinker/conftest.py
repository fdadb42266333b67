"""A simulated BaseLinker account on a standing clock, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.world import GOODS, World
from tests.simulator.channels.baselinker.account import Account


@pytest.fixture
def world() -> Iterator[World]:
    made = World(channel_names=["baselinker"], goods=GOODS)
    yield made
    made.close()


@pytest.fixture
def account(world: World) -> Account:
    return Account(world)
