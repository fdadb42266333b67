"""The vendor's token buckets as far as its documents and its answers tell; all times monotonic seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from agent.channels.amazon.operations import Operation

TINY = 1e-6


@dataclass
class Bucket:
    """Calls that may be made at once, refilled by the second."""

    rate: float
    burst: float
    level: float
    at: float
    quiet_until: float = float("-inf")  # the vendor said no: not before then

    def now(self, now: float) -> float:
        """Calls that are there at a moment."""
        return min(self.burst, self.level + max(0.0, now - self.at) * self.rate)


@dataclass
class Pace:
    """A bucket for each operation."""

    buckets: dict[str, Bucket] = field(default_factory=dict)

    def wait_s(self, operation: Operation, calls: int, now: float) -> float:
        """Seconds until so many calls may follow one another; more than a burst are asked of nobody."""
        bucket = self._bucket(operation, now)
        missing = min(calls, bucket.burst) - bucket.now(now)
        wait = max(0.0, missing / bucket.rate if missing > TINY else 0.0, bucket.quiet_until - now)
        return math.ceil(wait * 1000 - TINY) / 1000  # whole milliseconds, so that it is enough

    def room(self, operation: Operation, now: float) -> int:
        """How many calls may be made at this moment."""
        bucket = self._bucket(operation, now)
        return 0 if bucket.quiet_until > now else int(bucket.now(now) + TINY)

    def spend(self, operation: Operation, now: float) -> None:
        """One call is made."""
        bucket = self._bucket(operation, now)
        bucket.level, bucket.at = bucket.now(now) - 1, now

    def heard(self, operation: Operation, limit: str, now: float) -> None:
        """Take the vendor's own figure, where it is one."""
        try:
            rate = float(limit)
        except ValueError:
            return
        if 0 < rate < 1000:  # also no NaN
            bucket = self._bucket(operation, now)
            bucket.level, bucket.at, bucket.rate = bucket.now(now), now, rate

    def refused(self, operation: Operation, wait_s: float, now: float) -> None:
        """The vendor wants this operation left alone for so long: its bucket is empty."""
        bucket = self._bucket(operation, now)
        bucket.level, bucket.at = 0.0, now
        bucket.quiet_until = now + wait_s

    def _bucket(self, operation: Operation, now: float) -> Bucket:
        known = self.buckets.get(operation.name)
        if known is None:
            burst = float(operation.burst)
            known = Bucket(operation.rate, burst, burst, now)
            self.buckets[operation.name] = known
        return known
