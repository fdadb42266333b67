"""The simulated Shopify: Admin GraphQL API, version 2026-07."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.channels.shopify.dialect import Shopify
    from simulator.world import World

NAME = "shopify"


def build(world: World) -> Shopify:
    """A simulated Shopify shop in this world, not set up yet."""
    from simulator.channels.shopify.dialect import Shopify

    return Shopify(world)
