"""A real WooCommerce shop, left as it was found. Knows nothing of the staging world."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from agent import channels
from agent.channels import Channel
from agent.model.order import Order
from agent.ports import Ports
from agent.ports.environment import Environment
from tests.contract.trial import face

ADDRESS = {
    "first_name": "Anna",
    "last_name": "Kowalska",
    "address_1": "ul. Prosta 1",
    "city": "Warszawa",
    "postcode": "00-001",
    "country": "PL",
}
BILLING = {**ADDRESS, "email": "anna.kowalska@example.org", "phone": "+48 600 100 200"}


class LiveWooCommerce:
    """A real shop. Makes only things of its own, and takes every one away again in `close`."""

    vendor = "woocommerce"
    is_live = True

    def __init__(self, url: str, key: str, secret: str, ca_file: str | None) -> None:
        self._url, self._pair = url.rstrip("/"), {"KEY": key, "SECRET": secret}
        self._ca = Path(ca_file) if ca_file else None
        self._prefix = f"TALLY-{secrets.token_hex(4).upper()}"
        self._orders: list[int] = []
        self._before: dict[str, str] = {}
        verify: Any = ssl.create_default_context(cafile=self._ca) if self._ca else True
        self.api = httpx.Client(
            base_url=f"{self._url}/wp-json/wc/v3/",
            auth=(key, secret),
            verify=verify,
            timeout=120,
            trust_env=False,
        )
        self.categories = set(self._ids("products/categories"))
        self.webhooks = set(self._ids("webhooks"))
        self._set("settings/products/woocommerce_manage_stock", "yes")
        self.channel = self.connect(self._pair)

    def connect(self, pair: Mapping[str, str]) -> Channel:
        """A connection to the shop that tells its buyers nothing."""
        variables = {f"TALLY_SECRET_{name}": value for name, value in pair.items()}
        ports = Ports(environment=Environment(variables))
        settings = face(self.vendor).Settings(
            address=self._url,
            secret_key="KEY",
            secret_secret="SECRET",
            tell_buyers=False,
            ca_file=self._ca,
        )
        return channels.connect(self.vendor, "live", settings, ports)

    def take_back(self, order: Order) -> None:
        """The shop's people cancel."""
        self.api.put(f"orders/{order.remote_id}", json={"status": "cancelled"}).raise_for_status()

    def secrets(self) -> Mapping[str, str]:
        """The key's two halves."""
        return self._pair

    def stranger(self) -> Channel:
        """The same shop, connected with a wrong secret."""
        return self.connect({**self._pair, "SECRET": f"{self._pair['SECRET']}x"})

    def sku(self, name: str) -> str:
        """A sku that no shop has."""
        return f"{self._prefix}-{name}"

    def buy(self, basket: Mapping[str, int]) -> str:
        """A paid order made through the API, for lack of a storefront; its buyer is nobody."""
        found = self.channel.find(list(basket))
        lines = [
            {"product_id": int(listing.external_id), "quantity": basket[listing.sku]}
            for listing in found
        ]
        body = {
            "set_paid": True,
            "billing": BILLING,
            "shipping": ADDRESS,
            "line_items": lines,
        }
        made = self._sent("POST", "orders", json=body)
        self._orders.append(int(made["id"]))
        return str(made["id"])

    def rest(self) -> None:
        """A real shop does at once what is asked here."""

    def now(self) -> datetime:
        """The real present."""
        return datetime.now(UTC)

    def close(self) -> None:
        """Take away what was made and put back what was changed, whatever fails on the way."""
        faults: list[str] = []
        for tidy in (self._drop_orders, self._drop_products, self._drop_rest, self._put_back):
            try:
                tidy()
            except (httpx.HTTPError, AssertionError) as error:
                faults.append(f"{tidy.__name__}: {error}")
        self.channel.close()
        self.api.close()
        assert not faults, f"the shop is not as it was found: {faults}"

    def _drop_orders(self) -> None:
        for number in self._orders:
            for parcel in self._fulfilments(number):
                self._sent("DELETE", f"orders/{number}/fulfillments/{parcel}")
            self._sent("DELETE", f"orders/{number}", params={"force": "true"})

    def _fulfilments(self, number: int) -> Iterator[int]:
        answer = self.api.get(f"orders/{number}/fulfillments")
        if answer.status_code == 200:
            found = answer.json()
            rows = found.get("fulfillments", []) if isinstance(found, dict) else found
            yield from (int(row["id"]) for row in rows)

    def _drop_products(self) -> None:
        for status in ("any", "trash"):
            query = {"search_sku": self._prefix, "status": status, "per_page": 100}
            while rows := self._sent("GET", "products", params={**query, "_fields": "id,sku"}):
                ours = [row["id"] for row in rows if row["sku"].startswith(self._prefix)]
                if not ours:
                    break
                self._sent("POST", "products/batch", json={"delete": ours})

    def _drop_rest(self) -> None:
        for path, before in (
            ("products/categories", self.categories),
            ("webhooks", self.webhooks),
        ):
            for number in set(self._ids(path)) - before:
                self._sent("DELETE", f"{path}/{number}", params={"force": "true"})

    def _put_back(self) -> None:
        for path, value in self._before.items():
            self._sent("PUT", path, json={"value": value})

    def _set(self, path: str, value: str) -> None:
        before = self._sent("GET", path)["value"]
        if before != value:
            self._before[path] = before
            self._sent("PUT", path, json={"value": value})

    def _ids(self, path: str) -> Iterator[int]:
        page = 1
        while rows := self._sent("GET", path, params={"per_page": 100, "page": page}):
            yield from (int(row["id"]) for row in rows)
            page += 1

    def _sent(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self.api.request(method, path, **arguments)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()
