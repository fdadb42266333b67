"""What tally.yaml says of a WooCommerce shop."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import field_validator

from agent.channels import ChannelSettings

Shipments = Literal["auto", "fulfillments", "tracking_plugin", "note"]


class Settings(ChannelSettings):
    """The address of the shop (with its subfolder, if any) and the names of its key pair."""

    address: str
    secret_key: str  # name of the consumer key (ck_…)
    secret_secret: str  # name of the consumer secret (cs_…)
    shipments: Shipments = "auto"  # how parcels are told; "auto" finds out what the shop has
    tell_buyers: bool = True  # whether the shop may e-mail about parcels
    ca_file: Path | None = None  # a certificate authority of your own, PEM

    @field_validator("address")
    @classmethod
    def _over_tls(cls, address: str) -> str:
        if not address.lower().startswith("https://"):
            raise ValueError(
                "the address must begin with https:// "
                "(WooCommerce ignores keys over plain http, and others could read them)"
            )
        return address.rstrip("/")
