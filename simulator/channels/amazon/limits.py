"""Token buckets, one for each operation of the seller and application."""

from __future__ import annotations

from simulator.commerce.shop import Shop
from simulator.wire.throttle import CostBucket


class Limits:
    """The buckets of one shop; what they hold is `dials.allowance` times the vendor's usual."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._buckets: dict[str, tuple[float, CostBucket]] = {}

    def take(self, name: str, rate: float, burst: float) -> bool:
        """Take one call of an operation; False when it is one too many."""
        return self._bucket(name, rate, burst).take(1)

    def rate(self, rate: float) -> str:
        """The rate as the header tells it."""
        return str(round(float(rate * self.shop.dials.allowance), 4))

    def clear(self) -> None:
        """Fill every bucket."""
        self._buckets.clear()

    def _bucket(self, name: str, rate: float, burst: float) -> CostBucket:
        share = self.shop.dials.allowance
        known = self._buckets.get(name)
        if known is None or known[0] != share:
            size = max(1.0, burst * share)
            known = (share, CostBucket(size, rate * share, self.shop.clock.now))
            self._buckets[name] = known
        return known[1]
