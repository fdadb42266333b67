"""Webhooks: one live subscription, and whether a message is truly from the shop."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from agent.channels.woocommerce import listings
from agent.channels.woocommerce.connection import API, Connection

TOPIC = "order.updated"  # sent for a new paid order too (recorded 2026-11-22)
NAME = "tallyman"


def subscribe(c: Connection, address: str) -> None:
    """Exactly one active webhook of ours, to this address, signed with our secret."""
    query: dict[str, str | int] = {"status": "all"}
    ours = [row for row in listings.every(c, f"{API}/webhooks", query) if _is_ours(row, address)]
    wanted = {"delivery_url": address, "topic": TOPIC, "status": "active"}
    body = {"name": NAME, "secret": c.hint_secret, **wanted}
    if not ours:
        c.client.write("POST", f"{API}/webhooks", body)
        return
    first, *doubles = sorted(ours, key=lambda row: row.get("delivery_url") != address)
    if any(first.get(key) != value for key, value in wanted.items()):
        # Seven failures in a row switch a webhook off for good; only this brings it back.
        c.client.write("PUT", f"{API}/webhooks/{first['id']}", body)
    for row in doubles:
        c.client.write("DELETE", f"{API}/webhooks/{row['id']}?force=true", None)


def is_genuine(c: Connection, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the signature is the one that our secret makes."""
    found = {name.lower(): value for name, value in headers.items()}
    given = found.get("x-wc-webhook-signature", "")
    digest = hmac.new(c.hint_secret.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(given.encode(), base64.b64encode(digest))


def secret_of(consumer_secret: str) -> str:
    """The secret that webhooks are signed with: follows from the key, so nobody need keep another."""
    return hmac.new(consumer_secret.encode(), b"tallyman hints", hashlib.sha256).hexdigest()


def _is_ours(row: Mapping[str, Any], address: str) -> bool:
    return row.get("name") == NAME or (
        row.get("delivery_url") == address and row.get("topic") == TOPIC
    )
