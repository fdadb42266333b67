"""The stage: Tryton, its folders, the real agent and both staging shops, over one clock.

The clock begins at the real present, because Tryton stamps real dates, and is then moved by hand.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from agent.flow import people
from agent.flow.engine import Engine
from agent.flow.opening import open_site, settings_at
from agent.flow.order_queue import OrderView, list_orders
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator.channels import Storefront
from simulator.clock import Clock
from simulator.scenario.fate import (
    Doom,
    Fate,
    Killed,
    MortalChance,
    MortalClock,
    MortalConnection,
    MortalFiles,
)
from simulator.scenario.settings import secrets_for, settings_text
from simulator.scenario.stage import Ear, Wire
from simulator.shoppers import Purchase, Shoppers
from simulator.world import World
from tests.tryton.clerk import Clerk

ZONE = "Europe/Berlin"
SHOPS = ("shopify", "woocommerce")
WORLD = {
    "currency": "EUR",
    "zone": ZONE,
    "country": "DE",
    "prices_include_tax": True,
    "taxes": {"DE": "19"},
    "woocommerce": {"options": {"woocommerce_feature_fulfillments_enabled": "yes"}},
}
SETTINGS: dict[str, Any] = {
    "erp": "tryton",
    "currency": "EUR",
    "prices": "net",
    "exports": "erp/drop/out",
    "imports": "erp/drop/in",
    "import_files": {
        "customer": "W-{buyer.key}",
        "taxes": {"19": "VAT 19%"},
        "settings": {"web_shop": "shop.example", "payment_term": "30 days", "warehouse": "HH"},
    },
    "channels": {name: {"tax_rate": 19, "locations": ["HH"]} for name in SHOPS},
}
STEP = timedelta(minutes=1)  # how finely the vendors' own affairs are played while time passes


class NamedFiles(MortalFiles):
    """The file system. The agent may be made to die right after a file came to lie under its name."""

    kill_after = ""  # how such a file's name begins

    def publish(self, path: Path, data: bytes) -> None:
        if self.kill_after and path.name.startswith(self.kill_after):
            self._fate.lay(Doom("file", "after"))
        super().publish(path, data)


class Stage:
    """Everything that the play acts on. The clerk's company lies in `folder / "erp"`."""

    def __init__(self, clerk: Clerk, folder: Path) -> None:
        self.clerk = clerk
        self.world = World(clock=Clock(datetime.now(UTC)), seed=4711, settings=WORLD)
        self.shoppers = Shoppers(self.world, country="DE")
        hosts = {urlsplit(url).hostname or "": name for name, url in self.world.base_urls.items()}
        self.wire = Wire(self.world.transport(), hosts)
        self.world.outside = Ear(self)
        self.files = NamedFiles(self.wire.fate)
        self.settings = folder / "tally.yaml"
        text = settings_text(self.world, SHOPS, ZONE, SETTINGS)
        self.settings.write_text(text, encoding="utf-8")
        self.engine: Engine | None = None
        self._open: contextlib.ExitStack | None = None

    # -- the agent ------------------------------------------------------------------------------

    def start_agent(self) -> None:
        """Start the agent on whatever lies in its folder."""
        fate = self.wire.fate = Fate()
        self.files = NamedFiles(fate)
        ports = Ports(
            clock=MortalClock(self.world, fate),
            chance=MortalChance(self.world, fate),
            files=self.files,
            http=Http(self.wire),
            environment=Environment(secrets_for(self.world)),
        )
        opened = contextlib.ExitStack()
        site = opened.enter_context(open_site(settings_at(self.settings), ports))
        site.db.raw = cast(sqlite3.Connection, MortalConnection(site.db.raw, fate))
        self._open, self.engine = opened, Engine(site)

    def kill_agent(self) -> None:
        """End the agent between two steps; what it has committed is on the disk, and nothing else."""
        if self._open is not None:
            opened, self._open, self.engine = self._open, None, None
            opened.close()

    def restart_agent(self) -> None:
        """End it between two steps, and start it again."""
        self.kill_agent()
        self.start_agent()

    def troubles(self) -> list[OrderView]:
        """The orders that a person must see to."""
        return [order for order in self.orders() if order.faults]

    def orders(self) -> list[OrderView]:
        """The orders as `tally orders` shows them."""
        assert self.engine is not None
        return list_orders(self.engine.site)

    def activate(self, *skus: str) -> None:
        """`tally activate SKU…`."""
        assert self.engine is not None
        people.activate(self.engine.site, skus)
        self.engine.hint(["offer"])

    # -- time -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let the agent do what is due now; it may be killed by what was laid on the wire."""
        if self.engine is not None:
            try:
                self.engine.settle()
            except Killed:
                self.kill_agent()

    def pass_time(self, length: timedelta) -> None:
        """Let time pass for agent and shops, stopping wherever somebody has something to do."""
        end = self.world.clock.now() + length
        self.settle()
        while (now := self.world.clock.now()) < end:
            due = self.engine.next_due() if self.engine else end
            self.world.advance(max(min(due, end, now + STEP) - now, timedelta(milliseconds=1)))
            self.settle()

    def deliver(self) -> None:
        """Let agent and Tryton hand over files until there are no more. A refusal fails the test."""
        self.pass_time(timedelta(minutes=2))
        while taken := self.clerk.take():
            assert not any(taken.values()), taken
            self.pass_time(timedelta(minutes=1))

    def erp_exports(self) -> None:
        """Tryton's exports on schedule, and time enough for everybody to see them."""
        self.clerk.dump(self.world.clock.now())
        self.pass_time(timedelta(minutes=2))

    # -- the shops ------------------------------------------------------------------------------

    def storefront(self, shop: str) -> Storefront:
        """What shoppers see and do on one channel."""
        return self.world.dialects[shop].storefront

    def buy(self, shop: str, basket: Mapping[str, int]) -> Purchase:
        """Somebody new buys."""
        with self.world.lock:
            return self.shoppers.buy(shop, basket)

    def order_by_api(self, basket: Mapping[str, int], shipping: str) -> str:
        """An order with paid shipping (net), as a phone salesperson's tool enters it at WooCommerce."""
        with self.client("woocommerce") as client:
            rows = client.get("/wp-json/wc/v3/products", params={"per_page": 100}).json()
            ids = {row["sku"]: row["id"] for row in rows}
            address = {
                "first_name": "Wiebke",
                "last_name": "Petersen",
                "address_1": "Deichstraße 3",
                "city": "Husum",
                "postcode": "25813",
                "country": "DE",
            }
            body = {
                "payment_method": "card",
                "set_paid": True,
                "billing": {**address, "email": "wiebke@example.com"},
                "shipping": address,
                "line_items": [
                    {"product_id": ids[sku], "quantity": pieces} for sku, pieces in basket.items()
                ],
                "shipping_lines": [
                    {"method_id": "flat_rate", "method_title": "Paket", "total": shipping}
                ],
            }
            answer = client.post("/wp-json/wc/v3/orders", json=body)
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

    def returned(self, purchase: Purchase) -> dict[str, int]:
        """The pieces of a purchase that its shop's own API calls sent back, by sku."""
        with self.client(purchase.channel) as client:
            if purchase.channel == "shopify":
                return _returned_at_shopify(client, purchase.number)
            path = f"/wp-json/wc/v3/orders/{purchase.number}"
            skus = {row["id"]: row["sku"] for row in client.get(path).json()["line_items"]}
            found: Counter[str] = Counter()
            for refund in client.get(f"{path}/refunds").json():
                for row in refund["line_items"]:
                    meta = {m["key"]: m["value"] for m in row["meta_data"]}
                    found[skus[int(meta["_refunded_item_id"])]] += -row["quantity"]
            return dict(found)

    def client(self, shop: str) -> httpx.Client:
        """A client of a shop's API with the keys that its operator would hand out."""
        keys = self.world.dialects[shop].credentials()
        client = httpx.Client(transport=self.world.transport(), base_url=self.world.base_urls[shop])
        if shop == "shopify":
            client.headers["X-Shopify-Access-Token"] = keys["token"]
        else:
            client.auth = httpx.BasicAuth(keys["key"], keys["secret"])
        return client

    def close(self) -> None:
        """End everything but Tryton."""
        self.kill_agent()
        self.world.close()


RETURNED = """
query Returned($name: String!) {
  orders(first: 1, query: $name) {
    nodes {
      name
      refunds { refundLineItems(first: 50) { nodes { quantity lineItem { sku } } } }
    }
  }
}
"""


def _returned_at_shopify(client: httpx.Client, number: str) -> dict[str, int]:
    body = {"query": RETURNED, "variables": {"name": f"name:{number}"}}
    (order,) = client.post("/admin/api/2026-07/graphql.json", json=body).json()["data"]["orders"][
        "nodes"
    ]
    assert order["name"] == number
    found: Counter[str] = Counter()
    for refund in order["refunds"]:
        for row in refund["refundLineItems"]["nodes"]:
            found[row["lineItem"]["sku"]] += row["quantity"]
    return dict(found)
