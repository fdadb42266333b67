"""The simulated WooCommerce: REST API wc/v3 of a shop 11.0.1 on WordPress 7.1."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from simulator.channels import Entry, Least, Look

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce
    from simulator.world import World

NAME = "woocommerce"
ENTRY = Entry(
    secrets={"secret_key": "key", "secret_secret": "secret"},
    set_up={"options": {"woocommerce_feature_fulfillments_enabled": "yes"}},  # parcels in parts
)
LOOK = Look("WooCommerce", "#7f54b3", "#b797e0")
LEAST = Least(requests=lambda items: ceil(items / 100), seconds=lambda items: 0.0)


def build(world: World) -> WooCommerce:
    """The shop of this world, to be set up before use."""
    from simulator.channels.woocommerce.dialect import WooCommerce

    return WooCommerce(world)
