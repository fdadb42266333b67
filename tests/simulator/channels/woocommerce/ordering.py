"""A WooCommerce shop to order from, and the hand that holds its administrator's keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx

from simulator.channels.woocommerce.dialect import WooCommerce
from simulator.world import World

HOME = "https://woocommerce.test"
BUYER = {"first_name": "Ola", "last_name": "Maj", "country": "PL", "email": "ola@example.org"}
TRACKING = "woocommerce-shipment-tracking/woocommerce-shipment-tracking.php"


class Receiver(httpx.BaseTransport):
    """Where webhooks go: answers with `status` and keeps what came."""

    def __init__(self) -> None:
        self.status, self.got = 200, list[httpx.Request]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.got.append(request)
        return httpx.Response(self.status)

    def take(self) -> list[tuple[str, Any]]:
        """[(topic, body)] of the deliveries since the last time; pings have no topic."""
        got, self.got = self.got, []
        return [
            (r.headers["X-WC-Webhook-Topic"], json.loads(r.content))
            for r in got
            if "X-WC-Webhook-Topic" in r.headers
        ]


class Desk:
    """One shop on a clock that stands still, and calls to it."""

    def __init__(self) -> None:
        self.world = World(channel_names=["woocommerce"], settings={"taxes": {}})
        found = self.world.dialects["woocommerce"]
        assert isinstance(found, WooCommerce)
        self.shop = found
        self.receiver = self.world.outside = Receiver()
        keys = self.shop.credentials()
        pair = base64.b64encode(f"{keys['key']}:{keys['secret']}".encode()).decode()
        self.headers = {"Authorization": f"Basic {pair}"}
        self.status = 0

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON; its status is in `status`. Paths are under wc/v3."""
        where = f"/wp-json{path}" if path.startswith("/wc-") else f"/wp-json/wc/v3{path}"
        client = self.shop.app.test_client()
        answer = client.open(where, method=method, json=body, headers=self.headers, base_url=HOME)
        self.status = answer.status_code
        return answer.json

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, **body: Any) -> Any:
        return self.call("POST", path, body)

    def put(self, path: str, **body: Any) -> Any:
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Any:
        return self.call("DELETE", path)

    def pass_time(self, **step: float) -> None:
        self.world.clock.advance(timedelta(**step))

    # -- the shop's language ----------------------------------------------------------------

    def product(self, sku: str, price: str = "123", stock: int = 10, **more: Any) -> int:
        """A product with counted stock; gives its id."""
        fields = {"name": sku.title(), "sku": sku, "regular_price": price}
        made = self.post("/products", **fields, manage_stock=True, stock_quantity=stock, **more)
        return int(made["id"])

    def stock(self, product: int) -> int:
        return int(self.get(f"/products/{product}")["stock_quantity"])

    def order(self, **pieces: int) -> Any:
        """A paid order, p20=3 meaning three of product 20."""
        return self.post("/orders", set_paid=True, billing=BUYER, line_items=lines(**pieces))

    def vat(self) -> int:
        """Polish VAT on everything; gives the rate's id."""
        made = self.post("/taxes", country="PL", rate="23.0000", name="VAT", shipping=True)
        return int(made["id"])

    def notes(self, order: int) -> list[str]:
        return [n["note"] for n in self.get(f"/orders/{order}/notes")]


def lines(**pieces: int) -> list[dict[str, int]]:
    return [{"product_id": int(p[1:]), "quantity": n} for p, n in pieces.items()]


def signature(secret: str, body: bytes) -> str:
    """base64(HMAC-SHA256), as the vendor documents it."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
