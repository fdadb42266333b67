"""Station: asks how the work ended that a channel took on, and keeps what came of it."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta

from agent.decide.retry import ask_again_s, wait_s
from agent.errors import Refused
from agent.flow import trouble
from agent.flow.site import Did, Site
from agent.flow.terms import limits_of
from agent.model.change import CreateListing, Finished, Outcome, Refusal
from agent.model.plan import Parked
from agent.store import doubts, jobs, listings, parked, receipts
from agent.store.jobs import Job, Pause, Sent
from agent.store.receipts import Told

log = logging.getLogger(__name__)

MOST = 20  # jobs asked for in one piece of work
LONGEST_PAUSE_S = 60.0  # after a failed job; longer would keep what sells out on the shelf
NOT_SAID = "the job has ended, and its report does not say"


def finish(site: Site, shop: str) -> Did:
    """Ask for the jobs that are due; `more` while others wait.

    What is done is told to the listing, what is refused is parked in the vendor's words, all else is
    looked at. A job that takes longer than the vendor's patience is stuck: its skus are looked at and
    free again, and it is asked for once a minute for as long as it lasts.
    """
    quiet = trouble.quiet_for(site, shop)
    if quiet > 0:
        return Did(again_s=quiet)
    waiting = jobs.due(site.db, shop, site.ports.clock.now(), MOST)
    tally = Counter[str]()
    for job in waiting:
        ended = _asked(site, shop, job)
        with site.db.atomic():
            tally += _not_yet(site, shop, job) if ended is None else _end(site, shop, job, ended)
    if waiting:
        trouble.cleared(site, shop)
    return Did(dict(tally), more=len(waiting) == MOST, again_s=_next_s(site, shop))


def _asked(site: Site, shop: str, job: Job) -> Finished | None:
    try:
        return site.channels[shop].finished(job.job, job.skus)
    except Refused as error:  # the vendor will not tell: then all of it is looked at
        log.warning("channel=%s job=%s %s", shop, job.job, trouble.one_line(error))
        return Finished()


def _next_s(site: Site, shop: str) -> float | None:
    following = jobs.next_at(site.db, shop)
    if following is None:
        return None
    return max(0.0, (following - site.ports.clock.now()).total_seconds())


def _not_yet(site: Site, shop: str, job: Job) -> Counter[str]:
    """It goes on; beyond the vendor's patience its skus are looked at, and nothing waits for it."""
    now = site.ports.clock.now()
    is_late = now >= job.since + timedelta(seconds=limits_of(site, shop).job_s)
    becomes_stuck = is_late and job.state == "running"
    again = now + timedelta(seconds=ask_again_s(job.asked + 1))
    jobs.later(site.db, shop, job.job, again, "stuck" if is_late else job.state)
    if becomes_stuck:
        doubts.put(site.db, shop, job.skus, job.since, "unknown")
        log.warning("channel=%s job=%s stuck since=%s", shop, job.job, job.since.isoformat())
    return Counter({"stuck": 1}) if becomes_stuck else Counter()


def _end(site: Site, shop: str, job: Job, ended: Finished) -> Counter[str]:
    """Keep what came of a job, and forget it; the caller holds the transaction."""
    now = site.ports.clock.now()
    jobs.end(site.db, shop, job.job)
    _pause(site, shop, ended, now)
    seen = listings.seen(site.db, shop, job.skus)
    listings.put(site.db, shop, ended.listings, now, told_at=now)
    told = {listing.sku for listing in ended.listings}
    tally, receipt_rows = Counter[str](), list[Told]()
    for sent in job.changes:
        outcome, refusal = _outcome(job, sent, ended)
        if _nobody_knows(job, sent, seen.get(sent.sku)):
            doubts.put(site.db, shop, [sent.sku], job.since, "unknown")
        elif outcome == "done":
            _tell(site, shop, sent, now, is_told=sent.sku in told)
        if outcome == "refused" and job.state == "running":
            words = Parked(sent.sku, sent.kind, sent.digest, refusal.words, refusal.next)
            parked.park(site.db, shop, words, now)
        elif outcome == "in_doubt":
            doubts.put(site.db, shop, [sent.sku], job.since, "unknown")
        tally[outcome] += 1
        words_told, number = refusal.words, refusal.request_id or job.job
        receipt_rows.append(Told(sent.kind, sent.sku, outcome, words_told, number))
    receipts.add(site.db, shop, receipt_rows, now)
    return tally


def _outcome(job: Job, sent: Sent, ended: Finished) -> tuple[Outcome, Refusal]:
    """What became of one change, and in which words."""
    if ended.failed is not None:
        alone = len(job.skus) == 1 and not ended.again
        return ("refused" if alone else "in_doubt"), ended.failed
    for refusal in ended.refused.get(sent.sku, ()):
        if refusal.kind in ("", sent.kind):
            return "refused", refusal
    if sent.sku in ended.done:
        return "done", Refusal("")
    return "in_doubt", Refusal(NOT_SAID)


def _nobody_knows(job: Job, sent: Sent, seen_at: datetime | None) -> bool:
    """Whether the listing was told or seen otherwise since the job began, so that only a look tells."""
    is_late = seen_at is not None and seen_at > job.since
    return job.state == "stuck" or sent.overtaken or is_late


def _tell(site: Site, shop: str, sent: Sent, now: datetime, *, is_told: bool) -> None:
    if sent.kind != CreateListing.__name__:
        listings.tell_values(site.db, shop, sent.sku, sent.kind, sent.values, now)
    elif not is_told:  # it is there, and found by its sku
        doubts.put(site.db, shop, [sent.sku], now, "unknown")
    parked.lift(site.db, shop, sent.sku, sent.kind)


def _pause(site: Site, shop: str, ended: Finished, now: datetime) -> None:
    """A job that failed as a whole makes the next ones wait, and (unless the vendor is ill) smaller."""
    before = jobs.pause(site.db, shop)
    if ended.failed is None:
        if before != Pause():
            jobs.set_pause(site.db, shop, Pause(max(0, before.failed - 1)))
        return
    failed = before.failed if ended.again else before.failed + 1
    wait = min(LONGEST_PAUSE_S, wait_s(max(1, failed), chance=_chance(site)))
    jobs.set_pause(site.db, shop, Pause(failed, now + timedelta(seconds=wait)))


def _chance(site: Site) -> float:
    return site.ports.chance.between(0.0, 1.0)
