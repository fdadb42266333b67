"""Station: sends what the plan lets go, in requests as large as the channel takes, zero stock first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.channels import Limits
from agent.decide.batching import batched, halves
from agent.decide.diff import changes_for
from agent.decide.digest import change_digest
from agent.decide.retry import ask_again_s
from agent.errors import ChannelError, OutcomeUnknown, Refused, Throttled
from agent.flow import trouble
from agent.flow.difference import keep, pairs_of, planned
from agent.flow.site import Did, Site
from agent.flow.terms import limits_of, unready
from agent.flow.unsent import Unsent
from agent.model.change import CreateListing, ListingChange, Receipt, SetStock
from agent.model.plan import Parked
from agent.store import doubts, jobs, listings, parked, receipts, touched
from agent.store.moments import to_text
from agent.store.receipts import Told

REQUESTS = 10  # planned anew after so many, so that what became urgent meanwhile goes first;
SHARE = 20  # or after a twentieth of a plan that is very large, since planning it takes its time
LOOK_AGAIN_S = 1.0
MOVES = 20  # so many receipts tell for how long something has been moving
HOPELESS = 20  # refusals without one success: it is the channel that refuses, not the items


@dataclass(frozen=True)
class _Stopped:
    """Why no more is sent now. `is_pause`: the channel only wants to be given time."""

    did: Did
    is_pause: bool = False


def push(site: Site, shop: str, unsent: Unsent | None = None) -> Did:
    """Send some of the plan; `more` until nothing is left that may be sent.

    `unsent` keeps what is left when the channel asks for a pause, for the next call to go on with.

    Before each request the skus in it are put in doubt, and with its receipts they are taken out
    again: whatever kills us in between leaves a doubt, which is settled by looking. A request that
    is refused as a whole is halved until the bad change stands alone, and that one is parked.
    """
    pause = jobs.pause(site.db, shop)
    quiet = max(trouble.quiet_for(site, shop), _left_s(site, pause.until))
    if quiet > 0 or unready(site, shop):
        return Did(again_s=quiet or LOOK_AGAIN_S)
    unsent = unsent or Unsent()
    limits, tally = limits_of(site, shop), Counter[str]()
    requests, held = unsent.take(site.ports.clock.now()), 0
    if not requests:
        requests, held = _requests(site, shop, limits, pause.failed)
    for number, request in enumerate(requests):
        stopped = _send(site, shop, request, limits.repeatable, tally)
        if stopped is not None:
            if stopped.is_pause:
                unsent.keep(requests[number:], site.ports.clock.now())
            return Did({**tally, **stopped.did.counts}, again_s=stopped.did.again_s)
    counts = {**tally} | ({"held": held} if held else {})
    moved = tally["moved"] > 0
    return Did(
        counts if tally else {},
        more=bool(tally) and not moved,
        again_s=LOOK_AGAIN_S if moved else None,
    )


def _requests(
    site: Site, shop: str, limits: Limits, failed: int
) -> tuple[list[list[ListingChange]], int]:
    """The first requests of a new plan, smaller after jobs that failed; and how much is held."""
    plan = planned(site, shop)
    keep(site, plan)
    sizes = [replace(b, size=max(1, b.size >> min(failed, 20))) for b in limits.batches]
    pages = {p.change.sku: p.page for p in plan.sendable if p.page}
    requests = batched([p.change for p in plan.sendable], sizes, pages)
    return requests[: max(REQUESTS, len(requests) // SHARE)], len(plan.waiting)


def _left_s(site: Site, until: datetime | None) -> float:
    return 0.0 if until is None else (until - site.ports.clock.now()).total_seconds()


def _send(
    site: Site,
    shop: str,
    request: Sequence[ListingChange],
    repeatable: frozenset[type],
    tally: Counter[str],
) -> _Stopped | None:
    """Send one request, in parts where it is refused whole; when this shop must pause, how it does."""
    waiting_parts = [list(request)]
    while waiting_parts:
        part = _intended(site, shop, waiting_parts.pop(0))
        if part is None:
            return _Stopped(Did(again_s=LOOK_AGAIN_S))
        if not part:
            continue
        if any(type(change) not in repeatable for change in part):
            site.db.barrier()
        tally["requests"] += 1
        try:
            answers: Sequence[Receipt] = site.channels[shop].push(part)
        except Refused as error:
            parts = halves(part)
            if parts:
                doubts.remove(site.db, shop, _skus(part))
                waiting_parts = parts + waiting_parts
                continue
            answers = [Receipt(part[0], "refused", error.what, error.next)]
            if tally["refused"] >= HOPELESS and not tally["done"]:
                _settle(site, shop, answers, tally)
                return _Stopped(trouble.record(site, shop, error))
        except OutcomeUnknown as error:
            words = error.what
            _settle(site, shop, [Receipt(c, "in_doubt", words) for c in part], tally)
            return _Stopped(trouble.record(site, shop, error))
        except ChannelError as error:  # nothing was done
            doubts.remove(site.db, shop, _skus(part))
            return _Stopped(trouble.record(site, shop, error), isinstance(error, Throttled))
        else:
            trouble.cleared(site, shop)
        _settle(site, shop, answers, tally)
        left = [_listing_change(r) for r in answers if r.outcome == "unsent"]
        if 0 < len(left) < len(part):  # asked at once, the channel says for how long to pause
            waiting_parts.insert(0, left)
    return None


def _intended(site: Site, shop: str, part: Sequence[ListingChange]) -> list[ListingChange] | None:
    """Record the intent to send these, as far as they are still wanted just so.

    None when offers are being decided anew: they may call for something else.
    """
    now = site.ports.clock.now()
    meant = {change_digest(change) for change in part}
    skus = _skus(part)
    with site.db.atomic():
        if touched.waiting(site.db, to_text(now)):
            return None
        wanted = [
            change
            for offer, listing in pairs_of(site, shop, skus)
            for change in changes_for(offer, listing)
        ]
        still = {d: c for c in wanted if (d := change_digest(c)) in meant}
        fresh = [still[d] for c in part if (d := change_digest(c)) in still]
        doubts.put(site.db, shop, _skus(fresh), now, "sent")
    return fresh


def _settle(site: Site, shop: str, answers: Sequence[Receipt], tally: Counter[str]) -> None:
    """Keep the receipts, and what they tell, in one transaction."""
    now = site.ports.clock.now()
    with site.db.atomic():
        doubts.remove(site.db, shop, _skus([_listing_change(r) for r in answers]))
        told = []
        for receipt in answers:
            if receipt.outcome == "unsent":
                continue
            change = _listing_change(receipt)
            tally[_apply(site, shop, receipt, change)] += 1
            kind = type(change).__name__
            told.append(Told(kind, change.sku, receipt.outcome, receipt.words, receipt.request_id))
        receipts.add(site.db, shop, told, now)


def _apply(site: Site, shop: str, receipt: Receipt, change: ListingChange) -> str:
    """What one receipt means for the tables; gives the word it is counted under."""
    now = site.ports.clock.now()
    kind = type(change).__name__
    if receipt.outcome == "working" and receipt.job:
        _begin(site, shop, receipt, change)
        return "working"
    unseen = isinstance(change, CreateListing) and receipt.listing is None
    if receipt.outcome in ("in_doubt", "working") or (receipt.outcome == "done" and unseen):
        doubts.put(site.db, shop, [change.sku], now, "unknown")
        return "in_doubt"
    if receipt.outcome == "refused" and receipt.again:
        doubts.put(site.db, shop, [change.sku], now + _patience(site, shop, change), "moved")
        return "moved"
    if receipt.outcome == "refused":
        words = Parked(change.sku, kind, change_digest(change), receipt.words, receipt.next)
        parked.park(site.db, shop, words, now)
        return "refused"
    if receipt.listing is not None:
        listings.put(site.db, shop, [receipt.listing], now, told_at=now)
    if not isinstance(change, CreateListing):
        listings.tell(site.db, shop, change, now)
    if isinstance(change, SetStock):
        jobs.overtake(site.db, shop, change.sku, change.quantity)
    parked.lift(site.db, shop, change.sku, kind)
    return "done"


def _patience(site: Site, shop: str, change: ListingChange) -> timedelta:
    """How long to leave alone what moved: not at all at first, then longer with each time in a row."""
    before = 0
    for told, _ in receipts.latest(site.db, shop, change.sku, limit=MOVES):
        if told.kind == type(change).__name__:
            if told.outcome != "refused":
                break
            before += 1
    return timedelta(seconds=ask_again_s(before) if before else 0.0)


def _begin(site: Site, shop: str, receipt: Receipt, change: ListingChange) -> None:
    """The channel has taken it on: from now on it is asked how that ends."""
    now = site.ports.clock.now()
    soon = now + timedelta(seconds=ask_again_s(0))
    jobs.begin(
        site.db,
        shop,
        receipt.job,
        change,
        digest=change_digest(change),
        since=now,
        next_at=soon,
    )
    if isinstance(change, SetStock):
        jobs.overtake(site.db, shop, change.sku, change.quantity, job=receipt.job)


def _listing_change(receipt: Receipt) -> ListingChange:
    change = receipt.change
    if not isinstance(change, ListingChange):
        raise TypeError(f"a receipt for {type(change).__name__} among those for listings")
    return change


def _skus(changes: Sequence[ListingChange]) -> list[str]:
    return list(dict.fromkeys(change.sku for change in changes))
