"""A channel that is a dictionary of listings: it takes what its vendor's limits allow, and fails by script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent import channels
from agent.channels import Limits
from agent.errors import ChannelError, OutcomeUnknown, Refused
from agent.model.change import (
    Change,
    CreateListing,
    Finished,
    ListingChange,
    Receipt,
    Refusal,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Listing, Shown

_VENDORS = str(Path(__file__).with_name("vendors"))
if _VENDORS not in channels.__path__:
    channels.__path__.append(_VENDORS)  # found by their folders, as every vendor is


@dataclass
class PaperChannel:
    """What the shop shows, every request that reached it, and the faults it is told to have.

    `faults` are taken one per call: an error is raised before anything is done, or after it where
    the error is OutcomeUnknown and `effect_first` holds. `poison` names skus (or `SKU SetPrice`)
    that are refused: the whole request with them when `strict`, else only their own changes.
    """

    vendor: str = "paper"
    shown: dict[str, Listing] = field(default_factory=dict)  # by external id
    requests: list[list[ListingChange]] = field(default_factory=list)
    faults: list[ChannelError | None] = field(default_factory=list)
    poison: set[str] = field(default_factory=set)
    strict: bool = True
    effect_first: bool = True
    moved: set[str] = field(default_factory=set)  # skus whose next stock change is stale
    before_push: Callable[[], None] | None = None
    room: int | None = None  # so many changes of a request are done, the rest is handed back
    works_later: set[type] = field(default_factory=set)  # kinds that it takes on as a job
    jobs: dict[str, list[ListingChange]] = field(default_factory=dict)  # not done yet
    ends: dict[str, Finished] = field(default_factory=dict)  # how a job ended that is over
    asked: list[str] = field(default_factory=list)
    job_faults: list[ChannelError] = field(default_factory=list)
    next_id: int = 1

    @property
    def limits(self) -> Limits:
        """What this vendor takes."""
        return channels.limits(self.vendor)

    def has(self, *listings: Listing) -> PaperChannel:
        """Show these."""
        for listing in listings:
            self.shown[listing.external_id] = listing
        return self

    def face(self, sku: str) -> Shown:
        """What a shopper sees for this sku."""
        return next(listing.shown for listing in self.shown.values() if listing.sku == sku)

    def listings(self) -> Iterator[Listing]:
        """Everything."""
        yield from list(self.shown.values())

    def look(self, listings: Sequence[Listing]) -> list[Listing]:
        """These, as they are now."""
        ids = [listing.external_id for listing in listings]
        return [self.shown[i] for i in ids if i in self.shown]

    def find(self, skus: Sequence[str]) -> list[Listing]:
        """Whatever carries one of these skus."""
        return [listing for listing in self.shown.values() if listing.sku in skus]

    def push(self, changes: Sequence[ListingChange]) -> list[Receipt]:
        """Take one request, or fail as told."""
        self._fits(changes)
        self.requests.append(list(changes))
        if self.before_push is not None:
            self.before_push()
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None and not (isinstance(fault, OutcomeUnknown) and self.effect_first):
            raise fault
        bad = [change for change in changes if self._is_bad(change)]
        if bad and self.strict:
            raise Refused(f"bad row {bad[0].sku}", "paper", "mend it")
        later = [change for change in changes if type(change) in self.works_later]
        now = changes if self.room is None else changes[: self.room]
        receipts = self._begin(later) if later else [self._take(change) for change in now]
        receipts += [Receipt(x, "unsent", "later") for x in changes[len(now) :] if not later]
        if fault is not None:
            raise fault
        return receipts

    def finished(self, job: str, skus: Sequence[str]) -> Finished | None:
        """How a job ended, once a test has let it end."""
        self.asked.append(job)
        if self.job_faults:
            raise self.job_faults.pop(0)
        if job in self.jobs:
            return None
        return self.ends.get(job, Finished())

    def end(self, job: str = "J1", *, silent: bool = False) -> None:
        """Do the job's changes; the report says of each what became of it, or nothing at all."""
        receipts = [self._take(change) for change in self.jobs.pop(job)]
        bad = [r.change for r in receipts if r.outcome == "refused"]
        words = {c.sku: (Refusal("bad row", "mend it", "R-7", type(c).__name__),) for c in bad}
        done = frozenset(r.change.sku for r in receipts)
        self.ends[job] = Finished() if silent else Finished(done, words)

    def fail(self, job: str = "J1", *, again: bool = False) -> None:
        """The job comes to nothing."""
        del self.jobs[job]
        self.ends[job] = Finished(failed=Refusal("fatal", "mend the feed"), again=again)

    def _begin(self, changes: Sequence[ListingChange]) -> list[Receipt]:
        job = f"J{len(self.jobs) + len(self.ends) + 1}"
        self.jobs[job] = list(changes)
        return [Receipt(change, "working", job=job) for change in changes]

    def _fits(self, changes: Sequence[ListingChange]) -> None:
        kinds = {type(change) for change in changes}
        skus = {change.sku for change in changes}
        assert any(kinds <= b.kinds and len(skus) <= b.size for b in self.limits.batches), kinds

    def _take(self, change: ListingChange) -> Receipt:
        if self._is_bad(change):
            return Receipt(change, "refused", "bad row", "mend it")
        if isinstance(change, CreateListing):
            listing = Listing(change.sku, f"L{self.next_id}", self._created(change))
            self.next_id += 1
            self.shown[listing.external_id] = listing
            return Receipt(change, "done", listing=listing)
        present = self.shown.get(change.listing.external_id)
        if present is None:
            return Receipt(change, "refused", "no such listing", again=True)
        if isinstance(change, SetStock) and change.sku in self.moved:
            self.moved.discard(change.sku)
            return Receipt(change, "refused", "stale", again=True)
        self.shown[present.external_id] = replace(present, shown=_after(present.shown, change))
        return Receipt(change, "done")

    def _is_bad(self, change: ListingChange) -> bool:
        return bool({change.sku, f"{change.sku} {type(change).__name__}"} & self.poison)

    def _created(self, change: CreateListing) -> Shown:
        return replace(change.shown, title=change.details.title)


def _after(shown: Shown, change: Change) -> Shown:
    match change:
        case SetStock(quantity=quantity, backorders=backorders):
            return replace(shown, quantity=quantity, backorders=backorders)
        case SetState(state=state):
            return replace(shown, state=state)
        case SetTitle(title=title):
            return replace(shown, title=title)
        case SetPrice(shown=wanted):
            return replace(
                shown,
                price=wanted.price,
                compare_at=wanted.compare_at,
                sale_price=wanted.sale_price,
                sale_from=wanted.sale_from,
                sale_until=wanted.sale_until,
            )
    raise AssertionError(change)
