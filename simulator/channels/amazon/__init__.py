"""The simulated Amazon: Selling Partner API of one seller on one marketplace, with Login with Amazon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels import Entry, Look

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon
    from simulator.world import World

NAME = "amazon"
ENTRY = Entry(
    secrets={"secret_client": "client_secret", "secret_refresh": "refresh_token"},
    settings={
        "login": "base_url",
        "client_id": "client_id",
        "seller_id": "seller_id",
        "marketplace": "marketplace_id",
    },
)
LOOK = Look("Amazon", "#b45f06", "#ffb55a")


def build(world: World) -> Amazon:
    """A simulated Amazon seller in this world, not set up yet."""
    from simulator.channels.amazon.dialect import Amazon

    return Amazon(world)
