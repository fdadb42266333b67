"""The simulated BaseLinker ("Base"): one connector, a catalogue, and the orders of every shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels import Entry, Look

if TYPE_CHECKING:
    from simulator.channels.baselinker.dialect import BaseLinker
    from simulator.world import World

NAME = "baselinker"
ENTRY = Entry(secrets={"secret_token": "token"}, settings={"inventory": "inventory_id"})
LOOK = Look("BaseLinker", "#0f5fd7", "#7fb2ff")


def build(world: World) -> BaseLinker:
    """The account of this world, to be set up before use."""
    from simulator.channels.baselinker.dialect import BaseLinker

    return BaseLinker(world)
