"""The clock: the only place that asks what time it is, or waits."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime


class Clock:
    """The machine's own time. Staging hands in a virtual one with the same three methods."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)

    def mono(self) -> float:
        """Seconds that only ever grow, for measuring durations."""
        return time.monotonic()

    def wait(self, wake: threading.Event, seconds: float) -> bool:
        """Wait until `wake` is set or `seconds` have passed; True when it was set. Clears it."""
        woken = wake.wait(max(0.0, seconds))
        wake.clear()
        return woken
