"""What the functions of this folder share: the client, the settings, and facts asked for once."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from agent.channels.resume import Unfinished
from agent.channels.woocommerce.client import Client, Query
from agent.channels.woocommerce.settings import Settings, Shipments
from agent.ports import Ports

API = "/wc/v3"


@dataclass
class Connection:
    """One connected shop. `hint_secret` signs what the shop sends us."""

    shop: str
    settings: Settings
    client: Client
    ports: Ports
    hint_secret: str = field(repr=False)
    unfinished: Unfinished = field(default_factory=Unfinished)
    shipments: Shipments | None = None  # what "auto" found

    @cached_property
    def currency(self) -> str:
        """The shop's currency, ISO 4217."""
        found = self.client.read(f"{API}/data/currencies/current")
        return str(found.get("code", ""))

    @cached_property
    def weight_unit(self) -> str:
        """What the shop weighs in: g, kg, lbs or oz."""
        found = self.client.read(f"{API}/settings/products/woocommerce_weight_unit")
        return str(found.get("value") or "kg")

    @cached_property
    def categories(self) -> dict[str, int]:
        """The shop's product categories, {name in lower case: id}; kept up as we make more."""
        found: dict[str, int] = {}
        page, pages = 1, 1
        while page <= pages:
            query: Query = {"per_page": 100, "page": page, "_fields": "id,name"}
            answer = self.client.page(f"{API}/products/categories", query)
            found |= {_plain(row): int(row["id"]) for row in answer.rows}
            page, pages = page + 1, answer.pages
        return found

    def category(self, name: str) -> int:
        """The id of the category of this name, made when there is none."""
        known = self.categories.get(name.lower())
        if known is None:
            made = self.client.write("POST", f"{API}/products/categories", {"name": name})
            known = self.categories[name.lower()] = int(made["id"])
        return known


def _plain(row: dict[str, Any]) -> str:
    return html.unescape(str(row.get("name", ""))).lower()
