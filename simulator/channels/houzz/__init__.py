"""The simulated Houzz: the seller API at /api, as far as it is publicly known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels import Entry, Least, Look

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz
    from simulator.world import World

NAME = "houzz"
ENTRY = Entry(
    secrets={"secret_token": "token"},
    settings={
        "user": "user_name",
        "app": "app_name",
        "category": "category_id",
        "sells_in": "currency",
    },
    set_up={"options": {"review_s": 0}},  # what a scenario begins with is past its review
)
LOOK = Look("Houzz", "#3c7a2b", "#8fc97b")
# One updateInventory carries price and stock of one sku; five calls come at once, then five a second.
LEAST = Least(requests=lambda items: items, seconds=lambda items: max(0.0, (items - 5) / 5))


def build(world: World) -> Houzz:
    """A simulated Houzz seller in this world, not set up yet."""
    from simulator.channels.houzz.dialect import Houzz

    return Houzz(world)
