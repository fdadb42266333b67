"""What the functions of this folder share: the client, the settings, and what was found out once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from agent.channels.amazon.client import Client
from agent.channels.amazon.mapping import Seen
from agent.channels.amazon.places import Place
from agent.channels.amazon.settings import Settings
from agent.channels.amazon.survey import Survey
from agent.channels.resume import Unfinished
from agent.ports import Ports


@dataclass
class Connection:
    """One connected seller. Nothing here must outlive the process."""

    shop: str
    settings: Settings
    client: Client
    ports: Ports
    place: Place
    unfinished: Unfinished = field(default_factory=Unfinished)
    survey: Survey = field(default_factory=Survey)
    # What an interrupted look at some listings has read since: sku -> what it shows, None when gone.
    glances: dict[str, Seen | None] = field(default_factory=dict)
    glanced_at: datetime | None = None
    # What was told by itself and not seen yet: sku -> from when on it can be looked for.
    awaited: dict[str, datetime] = field(default_factory=dict)
    # What was just read of them, many at once.
    seen_for: dict[str, Seen | None] = field(default_factory=dict)
    seen_for_at: datetime | None = None
    themes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by product type
    orders_at: float = float("-inf")  # when orders were asked for last, monotonic
    nameless: bool = False  # orders came without the address that they go to

    @property
    def seller(self) -> dict[str, str]:
        """What the paths of listings begin with."""
        return {"seller": self.settings.seller_id}

    @property
    def marketplace(self) -> dict[str, str]:
        """What every call about listings names."""
        return {"marketplaceIds": self.place.id}
