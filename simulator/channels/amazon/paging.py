"""Opaque tokens for the next page: where it begins, and until when the token is good."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from simulator.channels.amazon.errors import bad

LIFE = timedelta(hours=24)


def token(what: str, where: Any, at: datetime, life: timedelta = LIFE) -> str:
    """A token for a list of this name that goes on at `where` (any JSON value)."""
    text = json.dumps([what, where, (at + life).isoformat()])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(given: str, what: str, at: datetime) -> Any:
    """Where a token goes on. Refused when it is none of this list's, or too old."""
    try:
        raw = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
        name, where, until = json.loads(raw)
        good = name == what and at < datetime.fromisoformat(until)
    except ValueError:
        good, where = False, None
    if not good:
        raise bad("Invalid input", "The page token is invalid or has expired.")
    return where


def start(given: str | None, what: str, at: datetime) -> int:
    """The offset that a token names; 0 without one."""
    return 0 if given is None else int(read(given, what, at))
