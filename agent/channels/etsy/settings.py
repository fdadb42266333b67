"""What tally.yaml says of an Etsy shop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from agent.channels import Address, ChannelSettings

WhoMade = Literal["i_did", "someone_else", "collective"]
WhenMade = Literal["made_to_order", "2020_2026", "2010_2019", "2007_2009", "before_2007"]


class Settings(ChannelSettings):
    """The shop, the names of the app's secrets, and what a new listing says beside the ERP's facts."""

    address: Address = "https://openapi.etsy.com"
    login: Address = "https://api.etsy.com"  # where tokens are given
    shop_id: int = Field(gt=0)
    secret_key: str  # name of the app's keystring
    secret_shared: str  # name of the app's shared secret
    secret_tokens: str  # name under which the tokens of `tally connect` are kept
    secret_webhook: str = ""  # name of the webhook's signing secret (whsec_…)
    taxonomy: int | None = Field(default=None, gt=0)  # Etsy's category of new listings
    categories: Mapping[str, int] = Field(default_factory=dict)  # {the ERP's category: Etsy's}
    shipping_profile: int | None = Field(default=None, gt=0)  # None: the shop's only one
    processing_profile: int | None = Field(default=None, gt=0)  # None: the shop's only one
    return_policy: int | None = Field(default=None, gt=0)  # None: the shop's only one, if any
    picture: str = ""  # https address of a picture for items that have none of their own
    who_made: WhoMade = "i_did"
    when_made: WhenMade = "made_to_order"
    carriers: Mapping[str, str] = Field(default_factory=dict)  # {the ERP's carrier: Etsy's}
    ca_file: Path | None = None  # a certificate authority of your own, PEM

    @field_validator("picture")
    @classmethod
    def _is_web_address(cls, address: str) -> str:
        if address and not address.lower().startswith("https://"):
            raise ValueError("the picture's address must begin with https://")
        return address
