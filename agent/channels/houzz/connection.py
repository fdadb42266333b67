"""What the functions of this folder share: the client, the settings, and what was found out once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from agent.channels.houzz.client import Client
from agent.channels.houzz.settings import Settings
from agent.channels.resume import Unfinished
from agent.model.listing import Listing
from agent.ports import Ports


@dataclass
class Connection:
    """One connected seller. Nothing here must outlive the process."""

    shop: str
    settings: Settings
    client: Client
    ports: Ports
    unfinished: Unfinished = field(default_factory=Unfinished)
    # What an interrupted look at some listings has read since: sku -> listing, None when gone.
    glances: dict[str, Listing | None] = field(default_factory=dict)
    glanced_at: datetime | None = None
    themes: dict[str, str] = field(
        default_factory=dict
    )  # by sku of a parent: what variants differ in
    awake: set[str] = field(default_factory=set)  # parents that were made active
    kept: set[str] = field(default_factory=set)  # keys of parcels that are told with the last one
    unlisted: set[str] = field(default_factory=set)  # order statuses that Houzz does not list by

    @property
    def currency(self) -> str:
        """What the seller's prices are in, ISO 4217."""
        return self.settings.sells_in
