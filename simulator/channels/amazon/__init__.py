"""The simulated Amazon: Selling Partner API of one seller on one marketplace, with Login with Amazon."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from simulator.channels import Entry, Least, Look

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
        "product_type": "product_type",
        "brand": "brand",
    },
    logins=r"/(auth/o2/token|restrictedDataToken)\n",
)
LOOK = Look("Amazon", "#b45f06", "#ffb55a")

# A feed of 25,000 messages: its document, the upload, the feed; then the report's address and the report.
LEAST = Least(
    requests=lambda items: 5 * ceil(items / 25_000),
    seconds=lambda items: 60.0 * max(0, ceil(items / 25_000) - 5),  # five feeds in five minutes
    job_s=120.0,
    polls=r"^/feeds/2021-06-30/feeds/\d+$",
)


def build(world: World) -> Amazon:
    """A simulated Amazon seller in this world, not set up yet."""
    from simulator.channels.amazon.dialect import Amazon

    return Amazon(world)
