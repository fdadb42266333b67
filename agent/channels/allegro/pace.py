"""How fast Allegro may be called: calls by client, and offers by seller, in buckets that drip full."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

MINUTE, HOUR = 60.0, 3600.0
# ((so many, in so many seconds), …) as the vendor's people tell it; commands count their offers.
GRANTED: Mapping[str, tuple[tuple[float, float], ...]] = {
    "calls": ((9000, MINUTE),),
    "offers priced": ((9000, MINUTE), (150_000, HOUR)),  # price and bulk commands
    "offers commanded": ((9000, MINUTE), (250_000, HOUR)),  # all other commands
    "offer reads": ((3500, MINUTE),),
    "offer writes": ((2490, MINUTE), (74_700, HOUR)),
    "parcels": ((50, 1.0),),
}
TINY = 1e-6

Costs = Mapping[str, float]


@dataclass
class Bucket:
    """What is left of one allowance. Times are on the monotonic clock."""

    size: float
    rate: float
    left: float
    at: float = 0.0

    def wait_s(self, cost: float, now: float) -> float:
        """Seconds until so much can be taken; what is more than it ever holds counts as all of it."""
        lacking = min(cost, self.size) - self._there(now)
        return 0.0 if lacking <= TINY else lacking / self.rate

    def take(self, cost: float, now: float) -> None:
        """Take so much, whether it is there or not."""
        self.left, self.at = max(0.0, self._there(now) - cost), now

    def _there(self, now: float) -> float:
        return min(self.size, self.left + max(0.0, now - self.at) * self.rate)


def _full() -> dict[str, list[Bucket]]:
    return {
        name: [Bucket(size, size / seconds, size) for size, seconds in granted]
        for name, granted in GRANTED.items()
    }


@dataclass
class Pace:
    """All buckets of one client and seller."""

    buckets: dict[str, list[Bucket]] = field(default_factory=_full)

    def wait_s(self, costs: Costs, now: float) -> float:
        """Seconds until all of this is granted; 0.0 when it is now."""
        waits = [
            bucket.wait_s(cost, now)
            for name, cost in costs.items()
            for bucket in self.buckets[name]
        ]
        return math.ceil(max(waits, default=0.0) * 1000) / 1000

    def spend(self, costs: Costs, now: float) -> None:
        """It goes out."""
        for name, cost in costs.items():
            for bucket in self.buckets[name]:
                bucket.take(cost, now)
