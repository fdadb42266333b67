"""Webhooks: one live subscription per topic, and whether a message is truly from the store."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from agent.channels.shopify import documents, variants
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.documents import Act
from agent.errors import Refused

TOPICS = ("ORDERS_CREATE", "ORDERS_UPDATED")


def subscribe(c: Connection, address: str) -> None:
    """Exactly one subscription of our app per topic, to this address.

    The vendor deletes one after eight failures in a row; it is made again here.
    """
    variables = {"topics": list(TOPICS)}
    data = c.client.ask("Subscriptions", documents.SUBSCRIPTIONS, variables).data
    nodes = data["webhookSubscriptions"]["nodes"]
    right = {t: [n for n in nodes if (n["topic"], n["uri"]) == (t, address)] for t in TOPICS}
    kept = {found[0]["id"] for found in right.values() if found}
    acts: list[tuple[Act, Mapping[str, Any]]] = [
        (documents.SUBSCRIBE, {"topic": topic, "input": _input(address)})
        for topic, found in right.items()
        if not found
    ]
    acts += [(documents.UNSUBSCRIBE, {"id": n["id"]}) for n in nodes if n["id"] not in kept]
    if not acts:
        return
    told = c.client.tell_all("Subscribe", acts)
    for number in range(len(acts)):
        fault = variants.wrong(told, number)
        if fault is not None and not fault.gone:
            where = f"{c.shop} webhooks"
            raise Refused(fault.words, where, "the address must be public and begin with https://")


def is_genuine(c: Connection, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the signature is the one that the app's client secret makes; False without one."""
    if not c.hint_secret:
        return False
    found = {name.lower(): value for name, value in headers.items()}
    given = found.get("x-shopify-hmac-sha256", "")
    digest = hmac.new(c.hint_secret.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(given.encode(), base64.b64encode(digest))


def _input(address: str) -> dict[str, Any]:
    # Only ids travel: nothing of a hint is used but that it came, and buyers' data stays at home.
    return {"uri": address, "format": "JSON", "includeFields": ["id", "updated_at"]}
