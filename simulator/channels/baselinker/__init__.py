"""The simulated BaseLinker ("Base"): one connector, a catalogue, and the orders of every shop."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from simulator.channels import Entry, Least, Look

if TYPE_CHECKING:
    from simulator.channels.baselinker.dialect import BaseLinker
    from simulator.world import World

NAME = "baselinker"
ENTRY = Entry(
    secrets={"secret_token": "token"},
    settings={
        "inventory": "inventory_id",
        "status_cancelled": "status_cancelled",
        "status_shipped": "status_shipped",
        "status_returned": "return_status",
    },
    reads=r"/connector\.php\n(.*&)?method=get",
)
IN_ONE = 1000  # products whose stock, or whose prices, are told in one request
PER_MINUTE = 100
LEAST = Least(
    requests=lambda items: 2 * ceil(items / IN_ONE),
    # The first hundred go at once; every further hundred waits for a minute more.
    seconds=lambda items: 60.0 * ((max(1, 2 * ceil(items / IN_ONE)) - 1) // PER_MINUTE),
)
LOOK = Look("BaseLinker", "#0f5fd7", "#7fb2ff")


def build(world: World) -> BaseLinker:
    """The account of this world, to be set up before use."""
    from simulator.channels.baselinker.dialect import BaseLinker

    return BaseLinker(world)
