"""Webhook deliveries: which subscriptions hear of an event, and how a call is signed and headed.

Bodies are made when the event happens (retries send the original); events of one request and one
thing are told once. Eight retries over four hours, then a subscription that never answered well is
deleted (vendor page apps/build/webhooks, and changelog updates-to-webhook-retry-mechanism).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx

from simulator.channels.shopify.moments import iso
from simulator.commerce.shop import Document, Event, Shop
from simulator.wire.webhooks import Call, Delivery, Policy, WebhookQueue

POLICY = Policy(
    timeout_s=5,
    retry_after=tuple(timedelta(minutes=m) for m in (1, 4, 10, 20, 30, 45, 60, 70)),
    failures_in_a_row=9,  # the first try and its eight retries
)
TOPICS = {  # topic of a change by kind and what happened
    ("product", "created"): "PRODUCTS_CREATE",
    ("product", "updated"): "PRODUCTS_UPDATE",
    ("product", "deleted"): "PRODUCTS_DELETE",
    ("order", "created"): "ORDERS_CREATE",
    ("order", "updated"): "ORDERS_UPDATED",
    ("order", "deleted"): "ORDERS_DELETE",
    ("refund", "created"): "REFUNDS_CREATE",
    ("fulfillment", "created"): "FULFILLMENTS_CREATE",
    ("fulfillment", "updated"): "FULFILLMENTS_UPDATE",
    ("return", "updated"): "RETURNS_UPDATE",
    ("inventory_item", "created"): "INVENTORY_ITEMS_CREATE",
    ("inventory_item", "updated"): "INVENTORY_ITEMS_UPDATE",
    ("inventory_item", "deleted"): "INVENTORY_ITEMS_DELETE",
    ("inventory_level", "created"): "INVENTORY_LEVELS_CONNECT",
    ("inventory_level", "updated"): "INVENTORY_LEVELS_UPDATE",
    ("inventory_level", "deleted"): "INVENTORY_LEVELS_DISCONNECT",
    ("customer", "created"): "CUSTOMERS_CREATE",
    ("customer", "updated"): "CUSTOMERS_UPDATE",
}
Key = tuple[str, str, int]  # topic, kind, number
Payload = Callable[[str, Document], dict[str, Any]]


class Webhooks:
    """What is still to be told, and the queue of what is on its way."""

    def __init__(self, shop: Shop, outside: Callable[[], httpx.BaseTransport | None]) -> None:
        self.shop = shop
        self.payload: Payload | None = None  # makes the body; given once the dialect is whole
        self.domain, self.version, self.secret = "", "", ""
        self.queue = WebhookQueue(
            shop.db, shop.name, POLICY, self._call, outside=outside, exhausted=self._give_up
        )
        self.pending: dict[Key, Document] = {}
        shop.listeners.append(self._heard)

    def _heard(self, event: Event) -> None:
        topic = TOPICS.get((event.document.kind, event.what))
        if topic is not None:
            self.announce(topic, event.document)

    def announce(self, topic: str, document: Document) -> None:
        """Remember that something happened; `flush` tells it."""
        self.pending[topic, document.kind, document.id] = document

    def flush(self) -> None:
        """Queue what happened since the last time, for every subscription that wants it."""
        happened, self.pending = self.pending, {}
        if not happened:
            return
        hooks = list(self.shop.all("webhook_subscription"))
        for (topic, _, number), document in happened.items():
            wanting = [h for h in hooks if h.body["topic"] == topic]
            if wanting and self.payload is not None:
                newest = self.shop.get(document.kind, number) or document
                self._queue(topic, wanting, newest)

    def _queue(self, topic: str, hooks: list[Document], document: Document) -> None:
        assert self.payload is not None
        body, now = self.payload(topic, document), self.shop.clock.now()
        event = self._id("event")
        for hook in hooks:
            wanted = hook.body["includeFields"]
            shown = {k: v for k, v in body.items() if k in wanted} if wanted else body
            packed = {"event": event, "id": self._id("webhook"), "body": shown}
            text = json.dumps(packed, separators=(",", ":"), ensure_ascii=False)
            self.queue.add(hook.id, topic, f"{document.kind}/{document.id}", now, payload=text)

    def _call(self, delivery: Delivery) -> Call | None:
        hook = self.shop.get("webhook_subscription", delivery.hook)
        if hook is None:
            return None
        packed = json.loads(delivery.payload or "{}")
        body = json.dumps(packed["body"], separators=(",", ":"), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": shown_topic(delivery.topic),
            "X-Shopify-Hmac-Sha256": signature(self.secret, body),
            "X-Shopify-Shop-Domain": self.domain,
            "X-Shopify-API-Version": self.version,
            "X-Shopify-Webhook-Id": packed["id"],
            "X-Shopify-Event-Id": packed["event"],
            "X-Shopify-Triggered-At": iso(delivery.happened_at),
        }
        if hook.body.get("name"):
            headers["X-Shopify-Name"] = hook.body["name"]
        return Call(hook.body["uri"], body, headers)

    def _give_up(self, hook: int) -> None:
        self.shop.drop("webhook_subscription", hook, quiet=True)
        self.queue.forget(hook)

    def _id(self, stream: str) -> str:
        return f"{self.shop.chance.stream(f'shopify:{stream}').getrandbits(128):032x}"


def shown_topic(topic: str) -> str:
    """ "ORDERS_PARTIALLY_FULFILLED" as the header says it: "orders/partially_fulfilled"."""
    for group in ("INVENTORY_LEVELS", "INVENTORY_ITEMS", "BULK_OPERATIONS"):
        if topic.startswith(group):
            return f"{group.lower()}/{topic[len(group) + 1 :].lower()}"
    group, _, what = topic.partition("_")
    return f"{group.lower()}/{what.lower()}"


def signature(secret: str, body: bytes) -> str:
    """base64(HMAC-SHA256(app secret, raw body))."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
