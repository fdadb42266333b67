"""A simulated Magento shop on a standing clock, and a connector of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.channels.magento.dialect import Magento
from simulator.wire.transport import InProcess
from simulator.world import World
from tests.simulator.channels.magento.connector import Checked, Rest


@pytest.fixture
def world() -> Iterator[World]:
    made = World(channel_names=["magento"], settings={"taxes": {}})
    yield made
    made.close()


@pytest.fixture
def shop(world: World) -> Magento:
    dialect = world.dialects["magento"]
    assert isinstance(dialect, Magento)
    return dialect


@pytest.fixture
def rest(shop: Magento) -> Iterator[Rest]:
    """The shop's API; at the end no answer may have contradicted the schema."""
    checked = Checked(InProcess({"magento.test": shop.app}))
    yield Rest(shop, checked)
    assert sorted(set(checked.faults)) == []
