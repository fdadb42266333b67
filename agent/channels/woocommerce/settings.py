"""What tally.yaml says of a WooCommerce shop."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from agent.channels import Address, ChannelSettings

Shipments = Literal["auto", "fulfillments", "tracking_plugin", "note"]


class Settings(ChannelSettings):
    """The address of the shop (with its subfolder, if any) and the names of its key pair."""

    address: Address
    secret_key: str  # name of the consumer key (ck_…)
    secret_secret: str  # name of the consumer secret (cs_…)
    shipments: Shipments = "auto"  # how parcels are told; "auto" finds out what the shop has
    tell_buyers: bool = True  # whether the shop may e-mail about parcels
    ca_file: Path | None = None  # a certificate authority of your own, PEM
