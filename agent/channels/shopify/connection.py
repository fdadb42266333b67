"""What the functions of this folder share: the client, the settings, and facts asked for once."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from agent.channels.resume import Unfinished
from agent.channels.shopify import documents
from agent.channels.shopify.client import Client
from agent.channels.shopify.settings import Settings
from agent.errors import ConfigError
from agent.ports import Ports


@dataclass
class Connection:
    """One connected store. `hint_secret` is what it signs its messages with ("" if not told)."""

    shop: str
    settings: Settings
    client: Client
    ports: Ports
    hint_secret: str = field(repr=False)
    # Keys whose success we have heard: the very same step again is a new one, not a repetition.
    finished: deque[str] = field(default_factory=lambda: deque(maxlen=1000))
    unfinished: Unfinished = field(default_factory=Unfinished)
    pages: dict[str, int] = field(default_factory=dict)  # page sizes that the vendor lets us have

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The store's name, currency, zone, our scopes and the primary location."""
        return self.client.ask("Shop", documents.SHOP, {}).data

    @property
    def currency(self) -> str:
        """The store's currency, ISO 4217."""
        return str(self.facts["shop"]["currencyCode"])

    @cached_property
    def location(self) -> str:
        """The gid of the location whose stock is set."""
        wanted = self.settings.location
        if wanted:
            found = self.client.ask("Locations", documents.LOCATIONS, {}).data
            return self._named(found["locations"]["nodes"], wanted, "location")
        primary = self.facts.get("location")
        if primary is None:
            raise self._unknown("primary", "location", [])
        return str(primary["id"])

    @cached_property
    def publication(self) -> str:
        """The gid of the sales channel that "live" means."""
        found = self.client.ask("Publications", documents.PUBLICATIONS, {}).data
        nodes = found["publications"]["nodes"]
        return self._named(nodes, self.settings.publication, "publication")

    @property
    def place(self) -> dict[str, str]:
        """The variables that every document about listings takes."""
        return {"location": self.location, "publication": self.publication}

    def _named(self, nodes: list[Mapping[str, Any]], wanted: str, what: str) -> str:
        for node in nodes:
            if wanted in (node["id"], node["name"]):
                return str(node["id"])
        raise self._unknown(wanted, what, [str(node["name"]) for node in nodes])

    def _unknown(self, wanted: str, what: str, names: list[str]) -> ConfigError:
        there = ", ".join(names) or "none that our token may see"
        return ConfigError(
            f'the store has no {what} "{wanted}"',
            f"{self.shop} {what}s",
            f"set `{what}` in tally.yaml to one of: {there}",
        )
