"""Webhooks, as they are set up in the developer portal: one address, the events that it wants.

The body names the receipt and nothing else. Signed over "id.timestamp.body" with the secret after
"whsec_"; tried again after 5 seconds, 5 and 30 minutes, 2, 5, 10 and 10 hours.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from simulator.channels.etsy import NAME
from simulator.commerce.shop import Document
from simulator.wire.webhooks import Call, Delivery, Policy, WebhookQueue

if TYPE_CHECKING:
    from simulator.channels.etsy.dialect import Etsy

EVENTS = ("order.paid", "order.canceled", "order.shipped", "order.delivered")
POLICY = Policy(
    timeout_s=15,
    retry_after=(
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        *(timedelta(hours=h) for h in (2, 5, 10, 10)),
    ),
)
API = "https://openapi.etsy.com"


class Hooks:
    """The addresses that want to hear of orders, and the queue of what is on its way to them."""

    def __init__(self, dialect: Etsy) -> None:
        self.dialect = dialect
        self.shop = dialect.shop
        self.queue = WebhookQueue(
            self.shop.db,
            self.shop.name,
            POLICY,
            self._call,
            outside=lambda: dialect.world.outside,
            exhausted=lambda hook: None,
        )

    def add(self, url: str, events: Sequence[str] = EVENTS) -> None:
        """Set an address up; ValueError for an unknown event."""
        strange = sorted(set(events) - set(EVENTS))
        if strange:
            raise ValueError(f"unknown event: {', '.join(strange)}; known: {', '.join(EVENTS)}")
        self.shop.add("hook", {"url": url, "events": list(events)}, quiet=True)

    def remove(self, url: str) -> None:
        """Take an address out; LookupError when it was not there."""
        found = [hook for hook in self.shop.all("hook") if hook.body["url"] == url]
        if not found:
            raise LookupError(f"no webhook for {url}")
        for hook in found:
            self.shop.drop("hook", hook.id, quiet=True)
            self.queue.forget(hook.id)

    def announce(self, event: str, receipt: Document) -> None:
        """Queue an event for every address that wants it."""
        store, now = self.dialect.store, self.shop.clock.now()
        number = store.given("shop_id")
        path = f"/v3/application/shops/{number}/receipts/{receipt.id}"
        base = self.dialect.world.base_urls.get(NAME, API).rstrip("/")
        body = {"event_type": event, "resource_url": base + path, "shop_id": number}
        for hook in self.shop.all("hook"):
            if event in hook.body["events"]:
                bits = self.shop.chance.stream(f"{NAME} messages").getrandbits(128)
                packed = json.dumps({"id": f"msg_{bits:032x}", "body": body})
                self.queue.add(hook.id, event, str(receipt.id), now, payload=packed)

    def _call(self, delivery: Delivery) -> Call | None:
        hook = self.shop.get("hook", delivery.hook)
        if hook is None:
            return None
        packed = json.loads(delivery.payload or "{}")
        body = json.dumps(packed["body"], separators=(",", ":")).encode()
        stamp = str(self.dialect.store.second())
        secret = self.dialect.store.given("webhook_secret")
        headers = {
            "Content-Type": "application/json",
            "webhook-id": packed["id"],
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{signature(secret, packed['id'], stamp, body)}",
        }
        return Call(hook.body["url"], body, headers)


def signature(secret: str, id: str, timestamp: str, body: bytes) -> str:
    """base64(HMAC-SHA256(secret after "whsec_" decoded, id.timestamp.body))."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
