"""A simulated Amazon seller on a standing clock, and a client whose every exchange is checked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.channels.amazon.dialect import Amazon
from simulator.world import World
from tests.simulator.channels.amazon.seller import GOODS, Seller


@pytest.fixture
def world() -> Iterator[World]:
    made = World(channel_names=["amazon"], goods=GOODS)
    yield made
    made.close()


@pytest.fixture
def shop(world: World) -> Amazon:
    dialect = world.dialects["amazon"]
    assert isinstance(dialect, Amazon)
    return dialect


@pytest.fixture
def api(world: World, shop: Amazon) -> Iterator[Seller]:
    """The seller's client; what the vendor's models say against an exchange fails the test."""
    client = Seller(world, shop)
    yield client
    client.close()
    assert client.faults == []
