"""Webhooks: whether a message is truly from Etsy. They are set up by a person (see NOTES.md)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from agent.channels.etsy.connection import Connection

SKEW_S = 300  # an older message may have been recorded by somebody
PREFIX = "whsec_"


def subscribe(c: Connection, address: str) -> None:
    """Nothing: a person sets webhooks up in the developer portal; `check` says how."""


def is_genuine(c: Connection, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a signature is the one that the app's signing secret makes; False without a secret."""
    if not c.hint_secret:
        return False
    found = {name.lower(): value for name, value in headers.items()}
    number, at = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    if not _is_recent(c, at):
        return False
    key = _key(c.hint_secret)
    made = hmac.new(key, f"{number}.{at}.".encode() + body, hashlib.sha256).digest()
    wanted = base64.b64encode(made)
    # One or several signatures, each perhaps with the version of its scheme in front.
    given = [word.rpartition(",")[2] for word in found.get("webhook-signature", "").split()]
    return bool(key) and any(hmac.compare_digest(one.encode(), wanted) for one in given)


def _is_recent(c: Connection, text: str) -> bool:
    if not (text.isascii() and text.isdigit()):
        return False
    return abs(c.ports.clock.now().timestamp() - int(text[:12])) <= SKEW_S


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
