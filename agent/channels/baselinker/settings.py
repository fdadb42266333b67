"""What tally.yaml says of a BaseLinker account."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from agent.channels import Address, ChannelSettings

Text = Annotated[str, BeforeValidator(lambda given: str(given) if type(given) is int else given)]


class Settings(ChannelSettings):
    """The token's name, the catalogue, and which of the account's own statuses mean what.

    Statuses, catalogue, price group and warehouse are written by their number or their name.
    """

    address: Address = "https://api.baselinker.com"
    secret_token: str  # name of the API token
    inventory: Text = ""  # "": the only catalogue of the account
    price_group: Text = ""  # "": the catalogue's default
    warehouse: Text = ""  # such as bl_205; "": the catalogue's default
    status_cancelled: tuple[Text, ...] = ()  # all that mean it; the first is the one that we set
    status_shipped: Text = ""  # "": a shipped order stays in its status
    status_returned: Text = ""  # of order returns, for goods that came back
    # Where orders come from that a channel of this tally.yaml gives too: {shop_2445: woocommerce}
    sources: Mapping[str, str] = Field(default_factory=dict)
    requests_per_minute: int = Field(100, ge=1)  # of the token, less what other programs need
    ca_file: Path | None = None  # a certificate authority of your own, PEM

    @field_validator("status_cancelled", mode="before")
    @classmethod
    def _one_or_many(cls, given: object) -> object:
        return (given,) if isinstance(given, str | int) else given
