"""What tally.yaml says of a Magento shop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from agent.channels import Address, ChannelSettings

Stock = Literal["auto", "sources", "items"]


class Settings(ChannelSettings):
    """The address of the shop, its keys, and what Magento wants to know that no ERP states.

    Where the shop takes the access token alone (`Bearer`), `secret_token` is enough; else the other
    three sign every call.
    """

    address: Address
    secret_token: str  # name of the access token
    secret_token_secret: str | None = None  # name of the access token secret
    secret_consumer_key: str | None = None
    secret_consumer_secret: str | None = None
    website: str = ""  # code; may be left out where the shop has one website
    source: str = "default"  # code of the one inventory source whose quantity is ours
    stock: Stock = "auto"  # "items" for shops without sources; "auto" finds out
    rows: int = Field(500, ge=1, le=500)  # in one call; 20 where the shop limits input
    attribute_set: int = 4  # of new products; 4 is "Default" as Magento is installed
    axes: Mapping[str, str] = Field(default_factory=dict)  # {axis of the ERP: code of an attribute}
    make_attributes: bool = (
        False  # whether attributes for variants may be made where there are none
    )
    gtin_attribute: str = ""  # code of the attribute that keeps GTINs; "" keeps none
    brand_attribute: str = ""  # code of a text or dropdown attribute
    # Payment methods whose orders are shipped before anybody has paid.
    released: tuple[str, ...] = ("cashondelivery", "purchaseorder")
    tell_buyers: bool = True  # whether the shop may e-mail about parcels
    ca_file: Path | None = None  # a certificate authority of your own, PEM

    @field_validator("address")
    @classmethod
    def _of_the_shop(cls, address: str) -> str:
        return address.removesuffix("/rest")

    @model_validator(mode="after")
    def _keys_together(self) -> Settings:
        signing = (self.secret_token_secret, self.secret_consumer_key, self.secret_consumer_secret)
        if any(signing) and not all(signing):
            raise ValueError(
                "signed calls need all of secret_consumer_key, secret_consumer_secret,"
                " secret_token and secret_token_secret"
            )
        return self
