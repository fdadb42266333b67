"""What tally.yaml says of an Allegro seller."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from agent.channels import Address, ChannelSettings

Bulk = Literal["combined", "split", "off"]
Handling = Literal[
    "PT0S", "PT24H", "P2D", "P3D", "P4D", "P5D", "P7D", "P10D", "P14D", "P21D", "P30D", "P60D"
]  # fmt: skip
Number = Annotated[str, BeforeValidator(lambda value: str(value))]  # YAML reads ids as numbers
SANDBOX = "allegrosandbox"


class Settings(ChannelSettings):
    """Where the API and the login are, who calls, and what Allegro wants to know that no ERP states.

    What has a name on Allegro (shipping rates, policies) is named here by it, or by its id; it may be
    left out as long as the account has only one of its kind.
    """

    address: Address = "https://api.allegro.pl"
    login: Address = "https://allegro.pl"  # where tokens are given
    client_id: str
    secret_client: str  # name of the application's client secret
    secret_tokens: str  # name under which the consent's tokens are kept
    # How new prices and stock are told: both in one row of a command, in rows of their own, or offer
    # by offer where the command (a beta version) does not serve.
    bulk: Bulk = "combined"
    category: Number | None = None  # Allegro's number, for new offers
    categories: Mapping[str, Number] = Field(default_factory=dict)  # the same by the ERP's category
    parameters: Mapping[str, Number] = Field(default_factory=dict)  # every new offer's: Stan: Nowy
    axes: Mapping[str, str] = Field(default_factory=dict)  # a choice's name: Allegro's parameter
    shipping_rates: str | None = None
    handling_time: Handling | None = None
    return_policy: str | None = None
    implied_warranty: str | None = None
    warranty: str | None = None
    producer: str | None = None  # the responsible producer as named on Allegro
    safety: str | None = Field(None, max_length=5000)  # safety information as text
    invoice: Literal["VAT", "VAT_MARGIN", "WITHOUT_VAT", "NO_INVOICE"] = "VAT"
    vat_rate: Decimal | None = Field(None, ge=0, lt=100)  # of new offers, and of lines without one
    country: str = Field("PL", pattern="^[A-Z]{2}$")  # whose tax rate that is
    image: str = ""  # the picture of new offers that have none
    carriers: Mapping[str, str] = Field(default_factory=dict)  # the ERP's carrier: Allegro's
    mark_sent: bool = True  # whether an order is set to SENT once its last piece has left
    ca_file: Path | None = None  # a certificate authority of your own, PEM

    @model_validator(mode="after")
    def _one_world(self) -> Settings:
        if (SANDBOX in self.address) != (SANDBOX in self.login):
            raise ValueError(
                "`address` and `login` must both be of the sandbox, or both of the real Allegro"
            )
        return self
