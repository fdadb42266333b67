"""Commands: what happens once on a channel, sent once. An outcome nobody heard is looked for, not resent."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from agent.decide.retry import ask_again_s, wait_s
from agent.errors import (
    ChannelError,
    OutcomeUnknown,
    Refused,
    TallymanError,
    Throttled,
)
from agent.flow import trouble
from agent.flow.site import Did, Site
from agent.flow.terms import limits_of
from agent.model.booking import Fault
from agent.model.change import ConfirmShipment, Finished, Receipt, Refusal, spoken
from agent.store import order_concerns, orders, outbox
from agent.store.moments import from_text
from agent.store.outbox import Queued

MOST = 20  # calls in one piece of work


def run_commands(site: Site, shop: str) -> Did:
    """Settle what is in doubt, then send what is due. A ChannelError when a call as a whole failed."""
    counts: Counter[str] = Counter()
    for _ in range(MOST):
        now = site.ports.clock.now()
        doubtful = outbox.next_in_doubt(site.db, shop, now)
        due = outbox.next_due(site.db, shop, now) if doubtful is None else None
        if doubtful is not None:
            ask = _finish if doubtful.job else _settle
            counts[ask(site, shop, doubtful)] += 1
        elif due is not None:
            counts[_send(site, shop, due)] += 1
        else:
            # What a channel put back on its shelf is looked at right away, one tick later.
            return Did(dict(counts), more=bool(counts["done"]), again_s=_wait_s(site, shop))
    return Did(dict(counts), more=True)


def _settle(site: Site, shop: str, queued: Queued) -> str:
    """Look whether it happened; only what certainly did not is sent again."""
    try:
        receipt = site.channels[shop].settle(queued.command)
    except ChannelError as error:
        _later(site, queued, "in_doubt", error, looked=1)
        raise
    trouble.cleared(site, shop)
    if receipt is None:
        with site.db.atomic():
            now = site.ports.clock.now()
            outbox.set_later(
                site.db, queued.id, "due", now, "looked: it had not happened", looked=1
            )
        return "not_done"
    return _take(site, shop, queued, receipt)


def _finish(site: Site, shop: str, queued: Queued) -> str:
    """Ask how the channel's work on it ended; what nobody tells is looked for.

    Work that takes longer than the vendor's patience is not waited for any more.
    """
    key = queued.command.key
    try:
        ended = site.channels[shop].finished(queued.job, [key])
    except Refused as error:  # the vendor will not tell
        ended = Finished(failed=Refusal(error.what), again=True)
    except ChannelError as error:
        _later(site, queued, "working", error, looked=1)
        raise
    trouble.cleared(site, shop)
    now = site.ports.clock.now()
    if ended is None:
        patience = timedelta(seconds=limits_of(site, shop).job_s)
        if queued.job_since is None or now < queued.job_since + patience:
            at = now + timedelta(seconds=ask_again_s(queued.attempts + 1))
            with site.db.atomic():
                outbox.set_later(site.db, queued.id, "working", at, "", looked=1)
            return "working"
        ended = Finished()
    refusals = ended.refused.get(key, ())
    if ended.failed is not None and not ended.again:
        refusals = (ended.failed,)
    if refusals:
        why = refusals[0]
        receipt = Receipt(queued.command, "refused", why.words, why.next, why.request_id)
    elif key in ended.done:
        receipt = Receipt(queued.command, "done", "finished", request_id=queued.job)
    else:
        return _settle(site, shop, queued)
    return _take(site, shop, queued, receipt)


def _send(site: Site, shop: str, queued: Queued) -> str:
    """Record it, make that last, send it, and keep the answer."""
    kind = site.settings.channels[shop].kind
    if type(queued.command) not in limits_of(site, shop).accepts:
        words, advice = f"{kind} cannot be told this", f"do it on {shop} by hand"
        return _take(site, shop, queued, Receipt(queued.command, "refused", words, advice))
    with site.db.atomic():
        outbox.set_sent(site.db, queued.id)
    site.db.barrier()
    try:
        receipts = site.channels[shop].push([queued.command])
    except Refused as error:
        return _take(site, shop, queued, Receipt(queued.command, "refused", error.what, error.next))
    except OutcomeUnknown as error:
        _later(site, queued, "in_doubt", error)
        raise
    except ChannelError as error:  # nothing was done
        _later(site, queued, "due", error)
        raise
    trouble.cleared(site, shop)
    missing = Receipt(queued.command, "in_doubt", "the channel gave no receipt")
    return _take(site, shop, queued, receipts[0] if receipts else missing)


def _take(site: Site, shop: str, queued: Queued, receipt: Receipt) -> str:
    """Keep a receipt: done, parked for a person, in doubt, or refused only because it had moved."""
    now = site.ports.clock.now()
    told, key = spoken(type(queued.command).__name__), f"command {queued.command.key}"
    with site.db.atomic():
        outbox.add_receipt(site.db, shop, queued.command, receipt, now)
        if receipt.outcome == "working" and receipt.job:
            soon = now + timedelta(seconds=ask_again_s(0))
            outbox.set_working(site.db, queued.id, receipt.job, receipt.words, now, soon)
            return "working"
        is_unknown = receipt.outcome in ("in_doubt", "working")
        if is_unknown or receipt.again:
            state = "in_doubt" if is_unknown else "due"
            wait = timedelta(seconds=_backoff_s(site, queued, 0.0))
            outbox.set_later(site.db, queued.id, state, now + wait, receipt.words)
            return state
        if receipt.outcome == "done":
            outbox.set_settled(site.db, queued.id, "done", receipt.words)
            order_concerns.drop(site.db, queued.order_id, key)
            if not isinstance(queued.command, ConfirmShipment):
                orders.doubt_listings(site.db, queued.order_id, shop, now)
            orders.add_event(
                site.db, queued.order_id, now, f"{shop} was told to {told}: {receipt.words}"
            )
            return "done"
        outbox.set_settled(site.db, queued.id, "parked", receipt.words)
        what = f"{shop} refused to {told}: {receipt.words}"
        advice = receipt.next or "do it on the channel by hand, or `tally orders --again`"
        order_concerns.put(site.db, queued.order_id, key, Fault(what, shop, advice), now)
        orders.add_event(site.db, queued.order_id, now, what)
        return "parked"


def _later(
    site: Site, queued: Queued, state: str, error: TallymanError, *, looked: int = 0
) -> None:
    asked = error.retry_after_s if isinstance(error, Throttled) else 0.0
    next_at = site.ports.clock.now() + timedelta(seconds=_backoff_s(site, queued, asked))
    with site.db.atomic():
        outbox.set_later(site.db, queued.id, state, next_at, error.what, looked=looked)


def _backoff_s(site: Site, queued: Queued, asked_s: float) -> float:
    chance = site.ports.chance.between(0.0, 1.0)
    return wait_s(queued.attempts + 1, asked_s=asked_s, chance=chance)


def _wait_s(site: Site, shop: str) -> float | None:
    """Seconds until the next command is due; None when none waits."""
    text = outbox.next_at(site.db, shop)
    if text is None:
        return None
    return max(0.0, (from_text(text) - site.ports.clock.now()).total_seconds())
