"""How often Etsy may be called: so many calls in a second, so many in the 24 hours before now.

Counted by ourselves before the vendor has to refuse, and corrected by what its answers tell. A part
of the day's calls is left for what cannot wait: orders, parcels, and goods that are sold out.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from enum import Enum

DAY_S, MINUTE_S = 86_400.0, 60.0
PER_SECOND, PER_DAY = 10, 10_000  # long documented; answers tell the app's own
RESERVE, MOST_RESERVED = 0.15, 1500  # of a day's calls, for what cannot wait
SOONEST_S, LONGEST_S = 1.0, 600.0  # a day's wait is cut up: orders wait with everything else
COMMAND_S = 5.0  # so long the way is left free for what was made to wait; it asks again before
TINY = 0.01  # milliseconds: what fractions leave over is no wait


class Use(Enum):
    """What a call is for, by how much of the reserve it may use."""

    LISTINGS = 1.0
    SOLD_OUT = 0.3
    ORDERS = 0.0


class Pace:
    """The calls of one app. Times are on the monotonic clock."""

    def __init__(self) -> None:
        self.per_second, self.per_day = PER_SECOND, PER_DAY
        self._recent: deque[float] = deque()
        self._full_until = float("-inf")
        self._minutes: deque[tuple[float, int]] = deque()  # (its first moment, calls)
        self._ours = 0
        self._left: int | None = None  # of today, as last told, counted on since
        self._told_at = float("-inf")
        self._urgent_at = float("-inf")  # since when orders or parcels wait

    def wait_s(self, now: float, calls: int, use: Use) -> float:
        """Seconds until so many calls may follow one another; 0.0 when they may now."""
        self._settle(now)
        if use is not Use.ORDERS and now - self._urgent_at < COMMAND_S:
            return max(0.2, self._second_s(now, calls))
        wait = max(self._second_s(now, calls), self._day_s(now, calls, use))
        if use is Use.ORDERS:
            self._urgent_at = now if wait > 0 else float("-inf")
        return math.ceil(wait * 1000 - TINY) / 1000

    def spend(self, now: float) -> None:
        """A call is made."""
        self._recent.append(now)
        self._ours += 1
        if self._left is not None:
            self._left -= 1
        if self._minutes and now - self._minutes[-1][0] < MINUTE_S:
            self._minutes[-1] = (self._minutes[-1][0], self._minutes[-1][1] + 1)
        else:
            self._minutes.append((now, 1))

    def heard(self, headers: Mapping[str, str], now: float) -> None:
        """Take the vendor's own figures from an answer."""
        self.per_second = _number(headers, "x-limit-per-second") or self.per_second
        self.per_day = _number(headers, "x-limit-per-day") or self.per_day
        if _number(headers, "x-remaining-this-second") == 0 and self._recent:
            self._full_until = self._recent[0] + 1.0
        left = _number(headers, "x-remaining-today")
        if left is not None:
            self._left, self._told_at = left, now

    def room(self, now: float, use: Use) -> int:
        """How many calls may follow one another now."""
        self._settle(now)
        if self.wait_s(now, 1, use) > 0:
            return 0
        free = self.per_second - len(self._recent)
        return free if self._left is None else min(free, self._left - self._kept(use))

    def _second_s(self, now: float, calls: int) -> float:
        over = len(self._recent) + min(calls, self.per_second) - self.per_second
        wait = self._recent[over - 1] + 1.0 - now if over > 0 else 0.0
        return max(wait, self._full_until - now, 0.0)

    def _day_s(self, now: float, calls: int, use: Use) -> float:
        if self._left is None or self._left - self._kept(use) >= calls:
            return 0.0
        foreign = self.per_day - self._left - self._ours
        if foreign > self.per_day // 100:  # others use the app, or we did before a restart
            since = now - self._told_at
            return 0.0 if since >= LONGEST_S else LONGEST_S - since
        first = self._minutes[0][0] + DAY_S - now if self._minutes else LONGEST_S
        return min(max(first, SOONEST_S), LONGEST_S)

    def _kept(self, use: Use) -> int:
        return int(min(self.per_day * RESERVE, MOST_RESERVED) * use.value)

    def _settle(self, now: float) -> None:
        while self._recent and self._recent[0] + 1.0 <= now + TINY / 1000:
            self._recent.popleft()
        while self._minutes and self._minutes[0][0] + DAY_S <= now:
            _, calls = self._minutes.popleft()
            self._ours -= calls
            if self._left is not None:
                self._left += calls


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else None
