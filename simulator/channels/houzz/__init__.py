"""The simulated Houzz: the seller API at /api, as far as it is publicly known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels import Entry, Look

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz
    from simulator.world import World

NAME = "houzz"
ENTRY = Entry(secrets={"secret_token": "token"}, settings={"user": "user_name", "app": "app_name"})
LOOK = Look("Houzz", "#3c7a2b", "#8fc97b")


def build(world: World) -> Houzz:
    """A simulated Houzz seller in this world, not set up yet."""
    from simulator.channels.houzz.dialect import Houzz

    return Houzz(world)
