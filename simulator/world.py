"""The staging world: one clock, one seed, one database, and the simulated vendors over them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from simulator import channels
from simulator.chance import Chance
from simulator.channels import Dialect
from simulator.clock import Clock
from simulator.commerce.shop import Shop, connect

DEFAULTS: dict[str, Any] = {
    "currency": "PLN",
    "zone": "Europe/Warsaw",  # the shop's time zone
    "country": "PL",
    "prices_include_tax": True,
    "taxes": {"PL": "23"},  # per cent by country; empty: no taxes
}


class World:
    """Everything that is simulated. `lock` is held while anything in it changes."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 1,
        channel_names: Sequence[str] | None = None,
        database: str = ":memory:",
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.chance = Chance(seed)
        self.lock = threading.RLock()
        self.db = connect(database)
        self.outside: httpx.BaseTransport | None = None  # where webhooks and picture fetches go
        self.base_urls: dict[str, str] = {}  # by channel; what the shop calls itself
        self.dialects: dict[str, Dialect] = {}
        for name in channel_names or channels.names():
            self.base_urls[name] = f"https://{name}.test"
            dialect = channels.build(name, self)
            self.dialects[name] = dialect
            dialect.set_up({**DEFAULTS, **(settings or {})})

    def shop(self, name: str) -> Shop:
        """A new shop's state on this world's database."""
        return Shop(self.db, name, self.clock, self.chance)

    def tick(self) -> None:
        """Let every vendor do what time has made due."""
        with self.lock:
            for dialect in self.dialects.values():
                dialect.tick()

    def close(self) -> None:
        """Give the database back."""
        self.db.close()
