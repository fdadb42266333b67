"""The simulated WooCommerce: REST API wc/v3 of a shop 11.0.1 on WordPress 7.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce
    from simulator.world import World

NAME = "woocommerce"


def build(world: World) -> WooCommerce:
    """The shop of this world, to be set up before use."""
    from simulator.channels.woocommerce.dialect import WooCommerce

    return WooCommerce(world)
