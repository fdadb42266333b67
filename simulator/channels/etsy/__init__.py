"""The simulated Etsy: Open API v3 of one shop, its consent page and its developer portal's webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels import Entry, Look

if TYPE_CHECKING:
    from simulator.channels.etsy.dialect import Etsy
    from simulator.world import World

NAME = "etsy"
ENTRY = Entry(
    secrets={
        "secret_key": "keystring",
        "secret_shared": "shared_secret",
        "secret_tokens": "refresh_token",
    },
    settings={"shop_id": "shop_id", "login": "base_url"},
)
LOOK = Look("Etsy", "#f1641e", "#f7a072")


def build(world: World) -> Etsy:
    """The shop of this world, to be set up before use."""
    from simulator.channels.etsy.dialect import Etsy

    return Etsy(world)
