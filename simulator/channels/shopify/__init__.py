"""The simulated Shopify: Admin GraphQL API, version 2026-07."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels import Entry, Look

if TYPE_CHECKING:
    from simulator.channels.shopify.dialect import Shopify
    from simulator.world import World

NAME = "shopify"
ENTRY = Entry(secrets={"secret_token": "token", "secret_client": "webhook_secret"})
LOOK = Look("Shopify", "#3f7d20", "#9cc96b")


def build(world: World) -> Shopify:
    """A simulated Shopify shop in this world, not set up yet."""
    from simulator.channels.shopify.dialect import Shopify

    return Shopify(world)
