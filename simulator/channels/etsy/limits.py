"""How often an app may call: so many in a second, so many in the 24 hours before now."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from simulator.channels.etsy.errors import EtsyError

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class Limits:
    """The sliding windows of one app. `allowed` gives calls per second and per day."""

    def __init__(self, now: Callable[[], datetime], allowed: Callable[[], tuple[int, int]]) -> None:
        self.now, self.allowed = now, allowed
        self._recent: deque[datetime] = deque()
        self._minutes: deque[tuple[datetime, int]] = deque()  # (its first moment, calls)
        self._today = 0

    def clear(self) -> None:
        """Forget every call."""
        self._recent.clear()
        self._minutes.clear()
        self._today = 0

    def take(self) -> None:
        """Count a call; EtsyError 429 when it is one too many."""
        now = self.now()
        self._settle(now)
        per_second, per_day = self.allowed()
        if len(self._recent) >= per_second:
            wait = (self._recent[0] + SECOND - now).total_seconds()
            raise self._refused("Exceeded per second rate limit", wait)
        if self._today >= per_day:
            wait = (self._minutes[0][0] + DAY - now).total_seconds()
            raise self._refused("Exceeded per day rate limit", wait)
        self._recent.append(now)
        if self._minutes and now - self._minutes[-1][0] < MINUTE:
            self._minutes[-1] = (self._minutes[-1][0], self._minutes[-1][1] + 1)
        else:
            self._minutes.append((now, 1))
        self._today += 1

    def headers(self) -> dict[str, str]:
        """What is left, as every answer tells it."""
        self._settle(self.now())
        per_second, per_day = self.allowed()
        return {
            "x-limit-per-second": str(per_second),
            "x-remaining-this-second": str(max(0, per_second - len(self._recent))),
            "x-limit-per-day": str(per_day),
            "x-remaining-today": str(max(0, per_day - self._today)),
        }

    def _settle(self, now: datetime) -> None:
        while self._recent and not now - SECOND < self._recent[0] <= now:
            self._recent.popleft()
        while self._minutes and not now - DAY < self._minutes[0][0] <= now:
            self._today -= self._minutes.popleft()[1]

    @staticmethod
    def _refused(text: str, wait_s: float) -> EtsyError:
        return EtsyError(429, text, None, {"retry-after": str(max(1, math.ceil(wait_s)))})
