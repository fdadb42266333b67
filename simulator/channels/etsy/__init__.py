"""The simulated Etsy: Open API v3 of one shop, its consent page and its developer portal's webhooks."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from simulator.channels import Entry, Least, Look

if TYPE_CHECKING:
    from simulator.channels.etsy.dialect import Etsy
    from simulator.world import World

NAME = "etsy"
ENTRY = Entry(
    secrets={
        "secret_key": "keystring",
        "secret_shared": "shared_secret",
        "secret_tokens": "refresh_token",
        "secret_webhook": "webhook_secret",
    },
    settings={
        "shop_id": "shop_id",
        "login": "base_url",
        "taxonomy": "taxonomy_id",
        "picture": "picture",
    },
    logins=r"/oauth/token\n",
)
PER_SECOND, PER_DAY, DAY_S = 10, 10_000, 86_400.0


def _requests(items: int) -> int:
    """A write for each listing, and a read of many listings before them."""
    return items + ceil(items / 100)


def _seconds(items: int) -> float:
    """Ten calls a second; what the first day has no room for waits until its calls are a day old."""
    days, rest = divmod(_requests(items), PER_DAY)
    return days * DAY_S + rest / PER_SECOND if rest else days * DAY_S


LEAST = Least(requests=_requests, seconds=_seconds)
LOOK = Look("Etsy", "#c24e0f", "#f7a072")


def build(world: World) -> Etsy:
    """The shop of this world, to be set up before use."""
    from simulator.channels.etsy.dialect import Etsy

    return Etsy(world)
