"""What tally.yaml says of a Shopify store."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from agent.channels import Address, ChannelSettings


class Settings(ChannelSettings):
    """The store's address, and the names of its access token, or of an app's client secret.

    An app made since 2026 has a client id and a client secret, and fetches tokens by itself; an
    older one has a token that lasts. The client secret also proves that hints are genuine.
    """

    address: Address  # https://<store>.myshopify.com
    secret_token: str = ""  # name of a lasting access token
    client_id: str = ""  # not a secret
    # Name of the app's client secret.
    secret_client: str = Field("", description="proves that the shop's hints are genuine")
    version: str = Field("2026-07", pattern=r"^\d{4}-(01|04|07|10)$")
    location: str = ""  # name or gid of the location that counts; "" is the primary one
    publication: str = "Online Store"  # name or gid of the sales channel that "live" means
    tell_buyers: bool = True  # whether the store may e-mail about parcels and cancellations
    ca_file: Path | None = None  # a certificate authority of your own, PEM

    @model_validator(mode="after")
    def _has_a_key(self) -> Settings:
        if not self.secret_token and not (self.client_id and self.secret_client):
            raise ValueError("give secret_token, or client_id and secret_client")
        return self
