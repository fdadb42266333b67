"""The simulated Shopify: Admin GraphQL API, version 2026-07."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from simulator.channels import Entry, Least, Look

if TYPE_CHECKING:
    from simulator.channels.shopify.dialect import Shopify
    from simulator.world import World

NAME = "shopify"
ENTRY = Entry(
    secrets={"secret_token": "token", "secret_client": "webhook_secret"},
    reads=r'/graphql\.json\n.*"query":\s*"(\\n|\s)*(query\b|\{)',
    logins=r"/oauth/access_token\n",
)
LOOK = Look("Shopify", "#3f7d20", "#9cc96b")
LEAST = Least(
    requests=lambda items: ceil(items / 250) + ceil(items / 100),
    # Ten points for each product's prices and for each call about stock; 2000 at once, then 100 a second.
    seconds=lambda items: max(0.0, 10 * (items + ceil(items / 250)) - 2000) / 100,
)


def build(world: World) -> Shopify:
    """A simulated Shopify shop in this world, not set up yet."""
    from simulator.channels.shopify.dialect import Shopify

    return Shopify(world)
