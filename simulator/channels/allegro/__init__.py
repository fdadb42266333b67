"""The simulated Allegro: REST API of allegro.pl, one seller's account."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from simulator.channels import Entry, Least, Look

if TYPE_CHECKING:
    from simulator.channels.allegro.dialect import Allegro
    from simulator.world import World

NAME = "allegro"
ENTRY = Entry(
    secrets={"secret_client": "client_secret", "secret_tokens": "refresh_token"},
    settings={
        "client_id": "client_id",
        "login": "base_url",
        "category": "category",
        "vat_rate": "vat_rate",
        "image": "picture",
    },
    logins=r"/auth/oauth/(token|device)\n",
)
LOOK = Look("Allegro", "#c94700", "#ff8a4d")

# 25 offers in a bulk command, which counts offers: 9,000 at once, then 150 a second.
LEAST = Least(
    requests=lambda items: ceil(items / 25),
    seconds=lambda items: max(0.0, (items - 9000) / 150),
    job_s=3.0,
    polls=r"-commands/[^/]+(/tasks)?$",
)


def build(world: World) -> Allegro:
    """A simulated seller's account in this world, not set up yet."""
    from simulator.channels.allegro.dialect import Allegro

    return Allegro(world)
