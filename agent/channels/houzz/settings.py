"""What tally.yaml says of a Houzz seller."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from agent.channels import Address, ChannelSettings


class Settings(ChannelSettings):
    """Where the API is, who calls it, and what Houzz wants to know that no ERP states."""

    address: Address = "https://api.houzz.com"
    user: str  # the user name under Settings > API
    app: str  # the app's name there
    secret_token: str  # name of the token
    category: int | None = Field(None, gt=0)  # Houzz's number for new listings
    categories: Mapping[str, int] = Field(default_factory=dict)  # the same by the ERP's category
    lead_days: tuple[int, int] | None = None  # least and most days from order to dispatch
    weight_unit: Literal["kg", "g", "lb", "lbs", "oz"] | None = None  # as your manual spells it
    sells_in: str = Field("USD", pattern="^[A-Z]{3}$")  # Houzz tells no currency with an order
    carriers: Mapping[str, str] = Field(default_factory=dict)  # the ERP's carrier: Houzz's method
    carrier: str = "Standard Shipping"  # Houzz's method for all others
    cancel_code: Literal[1, 2, 3, 4] = 1  # 1: out of stock; the others are the buyer's reasons
    calls_a_second: float = Field(5.0, gt=0, le=100)  # Houzz publishes no limit
    ca_file: Path | None = None  # a certificate authority of your own, PEM

    @field_validator("address")
    @classmethod
    def _as_typed(cls, address: str) -> str:
        if not (address.isascii() and address.isprintable()):
            raise ValueError("there is an invisible or foreign character in it: type it anew")
        return address.removesuffix("/api")

    @model_validator(mode="after")
    def _lead_days_in_order(self) -> Settings:
        if self.lead_days is not None and not 0 <= self.lead_days[0] <= self.lead_days[1]:
            raise ValueError("`lead_days` are the least and the most days, like [2, 5]")
        return self
