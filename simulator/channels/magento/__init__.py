"""The simulated Magento 2: REST V1 of a Magento Open Source 2.4.7 shop with its own inventory."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from simulator.channels import Entry, Least, Look

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento
    from simulator.world import World

NAME = "magento"
ENTRY = Entry(
    secrets={"secret_token": "token"},
    reads=r"-information\n",  # prices of many skus
)
# One call for the prices and one for the stock of five hundred skus.
LEAST = Least(requests=lambda items: 2 * ceil(items / 500), seconds=lambda items: 0.0)
LOOK = Look("Magento", "#c2410c", "#fb923c")


def build(world: World) -> Magento:
    """The shop of this world, to be set up before use."""
    from simulator.channels.magento.dialect import Magento

    return Magento(world)
