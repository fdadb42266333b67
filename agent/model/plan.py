"""A plan: every intended change to one channel's listings, with counts, reasons, holds and digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent.model.change import ListingChange

Waiting = tuple[str, str, str]  # sku, kind and digest of one change that a guard holds


@dataclass(frozen=True, slots=True)
class Hold:
    """What one guard found, and how many changes wait for it."""

    guard: str  # the setting's name: to_zero, unpublished, price_move, …
    reason: str
    changes: int


@dataclass(frozen=True, slots=True)
class Planned:
    """One change, why it is wanted, and the guards that hold it (none: it may go)."""

    change: ListingChange
    because: tuple[str, ...]
    digest: str
    held_by: tuple[str, ...] = ()
    page: str = ""  # of a variant: the code of its family


@dataclass(frozen=True, slots=True)
class Parked:
    """A change that is not tried again until something moves; kind `*` parks the whole sku."""

    sku: str
    kind: str
    offer: str  # digest of what was asked
    words: str
    next: str


@dataclass(frozen=True, slots=True)
class Unmade:
    """New listings that are left out for one reason, though they have all that a listing needs."""

    reason: str
    sku: str  # the first of them
    count: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person last said about a channel's held changes."""

    answer: Literal["approved", "rejected"]
    digest: str
    held: frozenset[Waiting]


@dataclass(frozen=True, slots=True)
class Plan:
    """The full difference between what one channel should show and what it shows."""

    channel: str
    changes: tuple[Planned, ...]  # zero stock first
    digest: str
    held_digest: str  # "" when nothing is held; what `tally approve` names
    holds: tuple[Hold, ...]  # every guard that spoke, approved or not
    answer: Literal["approved", "rejected", ""]  # the standing answer to what is held
    parked: int  # changes left out because the channel refused just these
    unsupported: Mapping[
        str, int
    ]  # changes left out because the channel has no such thing, by kind
    unmade: tuple[Unmade, ...] = ()  # variants that the channel cannot be given

    @property
    def held(self) -> tuple[Planned, ...]:
        """The changes that some guard holds."""
        return tuple(p for p in self.changes if p.held_by)

    @property
    def waiting(self) -> tuple[Planned, ...]:
        """The held changes that nobody has answered for."""
        return () if self.answer else self.held

    @property
    def sendable(self) -> tuple[Planned, ...]:
        """The changes that may be sent now."""
        if self.answer == "approved":
            return self.changes
        return tuple(p for p in self.changes if not p.held_by)

    @property
    def counts(self) -> dict[str, int]:
        """Changes by kind."""
        counts: dict[str, int] = {}
        for planned in self.changes:
            kind = type(planned.change).__name__
            counts[kind] = counts.get(kind, 0) + 1
        return dict(sorted(counts.items()))
