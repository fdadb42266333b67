"""Opaque tokens for the next page: where it begins, and until when the token is good."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from simulator.channels.amazon.errors import bad

LIFE = timedelta(hours=24)


def token(what: str, where: Any, at: datetime, life: timedelta = LIFE) -> str:
    """A token for a list of this name that goes on at `where` (any JSON value)."""
    text = json.dumps([what, where, (at + life).isoformat()])
    raw = _sum(text.encode()) + text.encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _sum(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()[:6]


def read(given: str, what: str, at: datetime) -> Any:
    """Where a token goes on. Refused when it is none of this list's, or too old."""
    try:
        raw = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
        if raw[:6] != _sum(raw[6:]):
            raise ValueError("not a token of ours")
        name, where, until = json.loads(raw[6:])
        good = name == what and at < datetime.fromisoformat(until)
    except ValueError:
        good, where = False, None
    if not good:
        raise bad("Invalid input", "The page token is invalid or has expired.")
    return where


def start(given: str | None, what: str, at: datetime) -> int:
    """The offset that a token names; 0 without one."""
    return 0 if given is None else int(read(given, what, at))
