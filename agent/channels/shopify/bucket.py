"""The vendor's cost bucket as far as its answers tell: whether a request can be paid for now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TINY = 0.01  # milliseconds: what fractions leave over is no wait


@dataclass
class Bucket:
    """Points left, refilled by the second. Times are on the monotonic clock.

    Until the vendor has told its figures, everything is thought to be payable.
    """

    limit: float = 0.0
    rate: float = 0.0
    left: float = 0.0
    at: float = 0.0
    costs: dict[str, float] = field(default_factory=dict)  # by document: points per unit asked

    def wait_s(self, document: str, units: int, now: float) -> float:
        """Seconds until this can be paid: (its price − what is there) ÷ what comes in a second."""
        return self.wait_for_s(self.price(document, units), now)

    def wait_for_s(self, points: float, now: float) -> float:
        """Seconds until so many points are there, or as many as there can be."""
        price = min(points, self.limit)
        if self.rate <= 0:
            return 0.0
        wait = max(0.0, (price - self.available(now)) / self.rate)
        return math.ceil(wait * 1000 - TINY) / 1000  # whole milliseconds, so that it is enough

    def available(self, now: float) -> float:
        """Points there at a moment."""
        return min(self.limit, self.left + (now - self.at) * self.rate)

    def price(self, document: str, units: int) -> float:
        """What the vendor took for this document when it last saw it; 0 when it never did."""
        return self.costs.get(document, 0.0) * units

    def spend(self, document: str, units: int, now: float) -> None:
        """Count a request as paid before its answer is there: it may never come."""
        self.left, self.at = self.available(now) - self.price(document, units), now

    def heard(self, document: str, units: int, cost: Mapping[str, Any], now: float) -> None:
        """Take the vendor's own figures from `extensions.cost`."""
        asked, status = cost.get("requestedQueryCost"), cost.get("throttleStatus")
        if isinstance(asked, int | float) and units:
            self.costs[document] = asked / units
        if not isinstance(status, Mapping):
            return
        figures = [status.get(k) for k in ("maximumAvailable", "restoreRate", "currentlyAvailable")]
        if all(isinstance(figure, int | float) for figure in figures):
            self.limit, self.rate, self.left = (float(str(figure)) for figure in figures)
            self.at = now
