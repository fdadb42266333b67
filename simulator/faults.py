"""What goes wrong in the staging world: by script, by window of time, and by chance from the seed.

A fault is a rule. Each request (webhook delivery, export) that a rule matches is counted; the rule
lets `after` of them pass, then fires on each one, or by chance, until its `count` or window is used
up. Chance is `hash(seed, site, n) < p`, so one rule's luck never depends on another's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal, TypeVar

from simulator.clock import Clock

PAGE_TWICE = "page twice"
REQUEST_KINDS = {
    "refused": "the connection is refused",
    "dropped": "the connection is closed without an answer",
    "timeout before": "no answer comes, and nothing was done",
    "timeout after": "no answer comes, though it was done",
    "429": "too many requests",
    "500": "internal server error",
    "502": "bad gateway",
    "503": "service unavailable",
    "truncated": "the answer stops in the middle of its JSON",
    "html": "a page in HTML with status 200 instead of the answer",
    "slow": "the answer trickles in",
    PAGE_TWICE: "a page of a list comes again in place of the next",
}
WEBHOOK_KINDS = {
    "webhook lost": "the delivery never leaves",
    "webhook late": "the delivery leaves late",
    "webhook twice": "the delivery leaves twice",
    "webhook out of order": "later deliveries overtake it",
}
EXPORT_KINDS = {
    "export half-written": "the ERP stops in the middle of the file",
    "export twice": "the ERP delivers the same file again",
    "export stale": "the ERP delivers an older file again",
}
EVENT_KINDS = {
    "event lost": "an entry never appears in the vendor's journal",
    "event twice": "an entry appears in the journal twice",
    "event out of order": "the entry after it appears before it",
}
LIST_KINDS = {"omitted": "a list leaves an entry out"}
JOB_KINDS = {
    "job stuck": "work that the vendor has taken on never ends",
    "job slow": "work that the vendor has taken on ends late",
    "job failed": "work that the vendor has taken on fails as a whole",
}
KINDS = REQUEST_KINDS | WEBHOOK_KINDS | EXPORT_KINDS | EVENT_KINDS | LIST_KINDS | JOB_KINDS
SECONDS = {
    "429": 2.0,
    "503": 2.0,
    "slow": 5.0,
    "webhook late": 3600.0,
    "webhook out of order": 60.0,
    "job slow": 3600.0,
}

RetryAfter = Literal["seconds", "date", "garbage", "missing"]
Delivery = TypeVar("Delivery")


@dataclass(frozen=True)
class Fault:
    """A rule for something that goes wrong. ValueError for an unknown kind or senseless number."""

    kind: str
    channel: str | None = None  # None: on every channel (for exports: every feed)
    method: str | None = None
    path: str | None = None  # with * for anything; without the query; a topic, event or kind of job
    after: int = 0  # let this many pass first
    count: int | None = None  # then happen this often; None: until cleared or out of its window
    chance: float | None = None  # happen with this probability; None: each time
    since: datetime | None = None  # window on the virtual clock, aware UTC
    until: datetime | None = None
    seconds: float | None = None  # Retry-After, slowness, lateness; None: by kind
    retry_after: RetryAfter = "seconds"
    effect: bool = False  # the request is carried out although the answer says otherwise

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known: {', '.join(KINDS)}")
        if self.after < 0 or (self.count is not None and self.count < 1):
            raise ValueError("a fault's after is at least 0 and its count at least 1")
        if self.chance is not None and not 0 <= self.chance <= 1:
            raise ValueError("a fault's chance lies between 0 and 1")
        if self.seconds is not None and self.seconds < 0:
            raise ValueError("a fault's seconds are at least 0")

    @property
    def lasting(self) -> float:
        """Its seconds, or what is usual for its kind."""
        return SECONDS.get(self.kind, 0.0) if self.seconds is None else self.seconds

    def matches(self, channel: str, method: str, path: str, now: datetime) -> bool:
        """Whether it speaks of such a request at this moment."""
        return (
            self.channel in (None, channel)
            and self.method in (None, method)
            and (self.path is None or fnmatchcase(path, self.path))
            and (self.since is None or now >= self.since)
            and (self.until is None or now < self.until)
        )

    def __str__(self) -> str:
        parts = [self.kind, f"on {self.channel or 'every channel'}"]
        if self.method or self.path:
            parts.append(" ".join(filter(None, ["for", self.method, self.path])))
        parts += [f"after {self.after} more"] if self.after else []
        parts += [f"{self.count} times"] if self.count else []
        parts += [f"with chance {self.chance:g}"] if self.chance is not None else []
        parts += [f"until {self.until:%Y-%m-%d %H:%M:%S} UTC"] if self.until else []
        return " ".join(parts)


@dataclass
class Standing:
    """A rule in force and how often it was asked (by site) and happened."""

    number: int
    fault: Fault
    asked: dict[str, int] = field(default_factory=dict)
    happened: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether it has happened as often as it may."""
        return self.fault.count is not None and self.happened >= self.fault.count


class Faults:
    """The rules in force, in the order they were added. Hold the world's lock while asking."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self.clock, self.seed = clock, seed
        self._standing: list[Standing] = []
        self._last = 0

    def add(self, fault: Fault) -> int:
        """Put a rule in force; gives its number."""
        self._last += 1
        self._standing.append(Standing(self._last, fault))
        return self._last

    def down(self, channel: str, span: timedelta, kind: str = "refused") -> int:
        """From now on and for `span`, every request to `channel` meets `kind`."""
        now = self.clock.now()
        return self.add(Fault(kind, channel, since=now, until=now + span))

    def clear(self, number: int | None = None) -> None:
        """Take one rule back, or all; LookupError when there is no such rule."""
        kept = [s for s in self._standing if number is not None and s.number != number]
        if number is not None and len(kept) == len(self._standing):
            raise LookupError(f"no fault number {number}")
        self._standing = kept

    def standing(self) -> list[Standing]:
        """The rules that may still happen."""
        now = self.clock.now()
        return [
            s
            for s in self._standing
            if not s.is_spent and (s.fault.until is None or now < s.fault.until)
        ]

    def strike(
        self, channel: str, method: str, path: str, spared: Sequence[str] = ()
    ) -> Fault | None:
        """What goes wrong with this request, if anything; counts it, but for `spared` kinds."""
        kinds = {k: text for k, text in REQUEST_KINDS.items() if k not in spared}
        return self._fire(kinds, channel, method, path)

    def refuses(self, channel: str) -> bool:
        """Whether a connection to the channel is refused before anything is asked; counts it.

        Only rules for a whole channel can tell so early; the others strike at the request.
        """
        whole = [s for s in self._standing if not (s.fault.method or s.fault.path)]
        return self._fire({"refused": ""}, channel, "", "", whole) is not None

    def tamper(
        self, channel: str, topic: str, delivery: Delivery
    ) -> list[tuple[Delivery, timedelta, str]]:
        """What becomes of a webhook delivery: (it, its delay, the fault or "") for each that leaves."""
        fault = self._fire(WEBHOOK_KINDS, channel, "POST", topic)
        if fault is None:
            return [(delivery, timedelta(0), "")]
        if fault.kind == "webhook lost":
            return []
        if fault.kind == "webhook twice":
            return [(delivery, timedelta(0), ""), (delivery, timedelta(0), fault.kind)]
        return [(delivery, timedelta(seconds=fault.lasting), fault.kind)]

    def event(self, channel: str, topic: str) -> str:
        """What becomes of an entry of the vendor's journal: an event kind, or ""."""
        fault = self._fire(EVENT_KINDS, channel, "", topic)
        return fault.kind if fault else ""

    def omits(self, channel: str, what: str) -> bool:
        """Whether a list ("orders", "products") leaves this entry out; asked once for each entry."""
        return self._fire(LIST_KINDS, channel, "", what) is not None

    def job(self, channel: str, what: str) -> Fault | None:
        """What goes wrong with work that the vendor has just taken on; `lasting` is its lateness."""
        return self._fire(JOB_KINDS, channel, "", what)

    def awaits(self, kind: str, channel: str) -> bool:
        """Whether such a fault may still happen on the channel; counts nothing."""
        return any(
            s.fault.kind == kind and s.fault.channel in (None, channel) for s in self.standing()
        )

    def export(self, feed: str) -> str | None:
        """What goes wrong with the ERP's next file of this feed: an export kind, or None."""
        fault = self._fire(EXPORT_KINDS, feed, "", "")
        return fault.kind if fault else None

    def _fire(
        self,
        kinds: dict[str, str],
        channel: str,
        method: str,
        path: str,
        among: list[Standing] | None = None,
    ) -> Fault | None:
        now, found = self.clock.now(), None
        for standing in self._standing if among is None else among:
            fault = standing.fault
            if fault.kind not in kinds or not fault.matches(channel, method, path, now):
                continue
            site = f"{channel}:{fault.kind}"
            n = standing.asked[site] = standing.asked.get(site, 0) + 1
            if found or standing.is_spent or n <= fault.after:
                continue
            if fault.chance is None or self.luck(site, n) < fault.chance:
                standing.happened += 1
                found = fault
        return found

    def luck(self, site: str, n: int) -> float:
        """A number from 0 up to 1 that seed, site and count alone decide."""
        digest = hashlib.sha256(f"{self.seed}:{site}:{n}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64
