"""A simulated Houzz seller on a standing clock, and a client that knows the vendor's shapes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.world import GOODS, World
from tests.simulator.channels.houzz.seller import Seller


@pytest.fixture
def world() -> Iterator[World]:
    made = World(channel_names=["houzz"], goods=GOODS, settings={"taxes": {}, "currency": "USD"})
    yield made
    made.close()


@pytest.fixture
def seller(world: World) -> Seller:
    return Seller(world)
