"""What tally.yaml says of an Amazon seller."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from agent.channels import Address, ChannelSettings
from agent.channels.amazon import places


class Settings(ChannelSettings):
    """Where the API is, who calls it, and what Amazon wants to know that no ERP states."""

    address: Address  # https://sellingpartnerapi-eu.amazon.com, -na or -fe
    login: Address = "https://api.amazon.com"  # where Login with Amazon gives tokens
    client_id: str  # the application's, under Develop Apps > View
    secret_client: str  # name of the application's client secret
    secret_refresh: str  # name of the refresh token that "Authorize app" shows
    seller_id: str  # the merchant token, under Account Info
    marketplace: str  # the marketplace's id; A1PA6795UKMFR9 is Germany
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")  # of a marketplace we do not know
    language: str | None = Field(None, pattern="^[a-z]{2}_[A-Z]{2}$")  # of its titles
    product_type: str | None = None  # Amazon's word for new listings, like HOME
    product_types: Mapping[str, str] = Field(default_factory=dict)  # the same by the ERP's category
    brand: str = ""  # of goods whose brand the ERP does not state
    condition: str = "new_new"
    handling_days: int | None = Field(None, ge=0, le=60)  # of new listings
    # Whatever else Amazon asks for with new listings: {country_of_origin: PL}
    attributes: Mapping[str, Any] = Field(default_factory=dict)
    themes: Mapping[str, str] = Field(default_factory=dict)  # our axis: Amazon's word (COLOR)
    carriers: Mapping[str, str] = Field(default_factory=dict)  # the ERP's carrier: Amazon's code
    carrier: str = ""  # who carries parcels for which the ERP names nobody
    cancel_reason: str = "NoInventory"  # what a cancelled order's buyer is told
    orders_days: int = Field(30, ge=1, le=700)  # how far back the first pull goes
    ca_file: Path | None = None  # a certificate authority of your own, PEM

    @property
    def place(self) -> places.Place:
        """The marketplace."""
        return places.place(self.marketplace, self.currency, self.language)

    @field_validator("address", "login")
    @classmethod
    def _as_typed(cls, address: str) -> str:
        if not (address.isascii() and address.isprintable()):
            raise ValueError("there is an invisible or foreign character in it: type it anew")
        return address
