"""A cost-based leaky bucket on the virtual clock: points are taken at once and drip back in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class CostBucket:
    """Points that calls cost. `restore_rate` points come back every second, up to `size`."""

    size: float
    restore_rate: float
    now: Callable[[], datetime]
    _left: float = field(init=False)
    _at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self.size, self.now()

    @property
    def available(self) -> float:
        """Points that may be spent now."""
        moment = self.now()
        dripped = (moment - self._at).total_seconds() * self.restore_rate
        self._left, self._at = min(self.size, self._left + dripped), moment
        return self._left

    def take(self, points: float) -> bool:
        """Spend points; False, and nothing spent, when there are not enough."""
        if points > self.available:
            return False
        self._left -= points
        return True

    def give_back(self, points: float) -> None:
        """Return points that turned out not to be needed."""
        self._left = min(self.size, self.available + points)

    def dial(self, *, size: float | None = None, restore_rate: float | None = None) -> None:
        """Change the bucket from now on; a new size starts full."""
        if restore_rate is not None:
            _ = self.available  # settle what dripped in at the old rate
            self.restore_rate = restore_rate
        if size is not None:
            self.size, self._left, self._at = size, size, self.now()
