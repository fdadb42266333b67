"""The vendor's rate limit: so many requests per minute and token, then a block until a moment."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from simulator.channels.baselinker.errors import Refused

MINUTE = timedelta(minutes=1)


class Throttle:
    """The requests of the last minute, by token."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._taken: dict[str, deque[datetime]] = {}
        self._until: dict[str, datetime] = {}

    def clear(self) -> None:
        """Forget everything."""
        self._taken.clear()
        self._until.clear()

    def take(self, token: str, allowed: float, block: timedelta, zone: ZoneInfo) -> None:
        """Count one request; Refused while the token is blocked, and when this one blocks it."""
        now = self.now()
        taken = self._taken.setdefault(token, deque())
        while taken and taken[0] <= now - MINUTE:
            taken.popleft()
        if now >= self._until.get(token, now):
            self._until.pop(token, None)
            if len(taken) < allowed:
                taken.append(now)
                return
            self._until[token] = now + block
        until = self._until[token].astimezone(zone)
        message = f"Query limit exceeded, token blocked until {until:%Y-%m-%d %H:%M:%S}"
        raise Refused("ERROR_BLOCKED_TOKEN", message)
