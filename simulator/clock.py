"""The one clock of the staging world: shops, ERP, shoppers and, in a scenario, the agent read it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, some weeks before Europe's clocks change


class Clock:
    """Virtual time, UTC. Stands still until moved; ``following()`` also lets it run with real time."""

    def __init__(self, start: datetime = START, real: Callable[[], float] = time.monotonic) -> None:
        self._now = start
        self._real = real
        self._since: float | None = None

    @classmethod
    def following(cls, start: datetime | None = None) -> Clock:
        """A clock that runs with real time from `start` (default: the real present)."""
        clock = cls(start or datetime.now(UTC))
        clock._since = clock._real()
        return clock

    def now(self) -> datetime:
        """The present moment of the staging world, aware, UTC."""
        if self._since is None:
            return self._now
        return self._now + timedelta(seconds=self._real() - self._since)

    def advance(self, step: timedelta) -> datetime:
        """Move forward by `step` (never backward: ValueError) and give the new present."""
        if step < timedelta(0):
            raise ValueError("the clock of the staging world only moves forward")
        self._now += step
        return self.now()
