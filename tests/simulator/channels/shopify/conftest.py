"""A simulated Shopify shop on a standing clock, and a connector that speaks GraphQL to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.channels.shopify.dialect import Shopify
from simulator.world import World
from tests.simulator.channels.shopify.connector import GOODS, Client


@pytest.fixture
def world() -> Iterator[World]:
    made = World(channel_names=["shopify"], goods=GOODS)
    yield made
    made.close()


@pytest.fixture
def shop(world: World) -> Shopify:
    dialect = world.dialects["shopify"]
    assert isinstance(dialect, Shopify)
    return dialect


@pytest.fixture
def gql(shop: Shopify) -> Client:
    token = shop.credentials()["token"]
    return Client(shop, shop.app.test_client(), {"X-Shopify-Access-Token": token})
