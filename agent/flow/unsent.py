"""What is left of a plan when a channel asks for a moment's pause.

A vendor that takes a few items at a time would otherwise have a large plan made anew for every few
of them. What is sent is looked up again in the tables just before, so nothing old is sent by this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent.model.change import ListingChange

LONGEST = timedelta(minutes=2)  # then it is planned anew, whatever is left


@dataclass
class Unsent:
    """Requests that wait for a channel's pause to end; of one lane, and in memory only."""

    requests: Sequence[list[ListingChange]] = ()
    until: datetime | None = None
    is_stale: bool = field(default=False)  # something new came: what is urgent now must go first

    def waits(self, now: datetime) -> bool:
        """Whether there is something left that may be gone on with."""
        in_time = self.until is not None and now <= self.until <= now + LONGEST
        return bool(self.requests) and in_time and not self.is_stale

    def take(self, now: datetime) -> Sequence[list[ListingChange]]:
        """What is left, once; nothing when it must be planned anew."""
        found = self.requests if self.waits(now) else ()
        self.requests, self.is_stale = (), False
        if not found:
            self.until = None
        return found

    def keep(self, requests: Sequence[list[ListingChange]], now: datetime) -> None:
        """These are left, of the plan that was made or gone on with just now."""
        self.requests = requests
        if self.until is None:
            self.until = now + LONGEST
