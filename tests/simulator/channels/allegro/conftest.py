"""A simulated Allegro account on a standing clock, and who calls it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.world import GOODS, World
from tests.simulator.channels.allegro.seller import Seller


@pytest.fixture
def world() -> Iterator[World]:
    made = World(channel_names=["allegro"], goods=GOODS)
    yield made
    made.close()


@pytest.fixture
def seller(world: World) -> Iterator[Seller]:
    made = Seller(world)
    with made.http:
        yield made
