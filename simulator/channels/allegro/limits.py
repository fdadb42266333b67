"""How many calls and offers the vendor grants, per client and seller, in buckets that drip full again."""

from __future__ import annotations

from simulator.channels.allegro.errors import too_many
from simulator.channels.allegro.store import NAME, Store
from simulator.wire.throttle import CostBucket

MINUTE, HOUR = 60.0, 3600.0
LIMITS: dict[str, tuple[tuple[float, float], ...]] = {  # ((so many, in seconds), …)
    "client": ((9000, MINUTE),),
    "offer reads": ((3500, MINUTE),),
    "offer writes": ((2490, MINUTE), (74_700, HOUR)),
    "priced offers": ((9000, MINUTE), (150_000, HOUR)),  # price and bulk commands, by offers
    "commanded offers": ((9000, MINUTE), (250_000, HOUR)),  # the other commands, by offers
    "reported offers": ((270_000, MINUTE),),
    "shipments": ((50, 1.0),),
    "carriers": ((50, 1.0),),
    "customer returns": ((25, 1.0),),
}


class Limits:
    """The buckets of one client and seller."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._buckets: dict[str, list[CostBucket]] = {}
        self._allowance = 1.0

    def take(self, name: str, points: float = 1) -> None:
        """Count a call or offers; Refused with 429 when there are too many."""
        buckets = self._of(name)
        asked = [min(points, bucket.size) for bucket in buckets]
        if any(cost > bucket.available for cost, bucket in zip(asked, buckets, strict=True)):
            raise too_many()
        for cost, bucket in zip(asked, buckets, strict=True):
            bucket.take(cost)

    def clear(self) -> None:
        """Begin again with everything granted."""
        self._buckets.clear()

    def _of(self, name: str) -> list[CostBucket]:
        allowance = self.store.world.dials[NAME].allowance
        if allowance != self._allowance:
            self._allowance = allowance
            self.clear()
        clock = self.store.world.clock  # limits are right even where the vendor's clock is wrong
        if name not in self._buckets:
            self._buckets[name] = [
                CostBucket(max(1.0, size * allowance), size * allowance / seconds, clock.now)
                for size, seconds in LIMITS[name]
            ]
        return self._buckets[name]
