"""How fast Houzz may be called: so many calls a second, a few of them at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

BURST = 5.0  # calls that may come at once; not published, taken with the five a second
# Who must wait at all waits for so many, so that work comes in larger pieces. One fewer than BURST:
# waits are a little longer than was asked, and a full bucket would lose what drips in meanwhile.
AT_ONCE = 4.0
TINY = 1e-6


@dataclass
class Pace:
    """Calls left, refilled by the second. Times are on the monotonic clock."""

    rate: float
    left: float = field(default=BURST)
    at: float = field(default=float("-inf"))

    def wait_s(self, calls: int, now: float) -> float:
        """Seconds until so many calls may follow one another; 0.0 when they may now."""
        needed = min(float(calls), BURST)
        there = self._there(now)
        if there + TINY >= needed:
            return 0.0
        wait = (max(needed, AT_ONCE) - there) / self.rate
        return math.ceil(wait * 1000) / 1000

    def spend(self, now: float) -> None:
        """One call goes out."""
        self.left, self.at = max(0.0, self._there(now) - 1.0), now

    def _there(self, now: float) -> float:
        if self.at == float("-inf"):
            return BURST
        return min(BURST, self.left + max(0.0, now - self.at) * self.rate)
