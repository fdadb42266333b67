"""A simulated Etsy shop on a standing clock, and a seller's program that may call it often."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from simulator.channels.etsy.dialect import Etsy
from simulator.world import World
from tests.simulator.channels.etsy.seller import BASE, GOODS, Checked, Seller


@pytest.fixture
def world() -> Iterator[World]:
    made = World(channel_names=["etsy"], goods=GOODS, settings={"etsy": {"per_second": 1000}})
    yield made
    made.close()


@pytest.fixture
def etsy(world: World) -> Etsy:
    dialect = world.dialects["etsy"]
    assert isinstance(dialect, Etsy)
    return dialect


@pytest.fixture
def seller(world: World, etsy: Etsy) -> Iterator[Seller]:
    keys = etsy.credentials()
    headers = {"x-api-key": keys["api_key"], "Authorization": f"Bearer {keys['access_token']}"}
    transport = Checked(world.transport())
    with httpx.Client(transport=transport, base_url=BASE, headers=headers) as http:
        yield Seller(world, etsy, http)
