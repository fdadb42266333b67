"""What `tally init` writes down holds for a world that is opened later."""

from __future__ import annotations

from datetime import timedelta

from simulator.clock import START, Clock
from simulator.connections import entries
from simulator.world import GOODS, World


def test_keys_and_settings_are_the_same_whenever_a_world_opens() -> None:
    told = []
    for late in (Clock(), Clock(START + timedelta(days=200, hours=5))):
        world = World(seed=1, clock=late, goods=GOODS)
        shops = {name: dialect.credentials() for name, dialect in world.dialects.items()}
        told.append(
            {n: entries(n, {"base_url": "https://shop.test", **s}) for n, s in shops.items()}
        )
        world.close()
    assert told[0] == told[1]
