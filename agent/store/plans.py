"""The history of plans, and what people have answered to what was held."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from agent.model.plan import Decision, Plan, Waiting
from agent.ports.database import Database
from agent.store.moments import to_text

LATEST = """
select id, digest, held_digest, state
from plans
where channel = :channel
order by id desc
limit 1
"""

PAST = """
update plans
set state = 'past', settled_at = :at
where channel = :channel and state in ('open', 'held')
"""

ADD = """
insert into plans (channel, digest, held_digest, made_at, counts, holds, held, state)
values (:channel, :digest, :held_digest, :at, :counts, :holds, :held, :state)
"""


def record(db: Database, plan: Plan, held: Iterable[Waiting], at: datetime) -> bool:
    """Keep this plan as the channel's newest; False when it already was, or plans nothing.

    An answer whose changes are no longer all that is held has had its time: it lapses.
    """
    channel = {"channel": plan.channel}
    state = "held" if plan.waiting else "open"
    newest = db.row(LATEST, channel)
    with db.atomic():
        if not plan.answer:
            lapse(db, plan.channel, at)
        if not plan.changes:
            db.run(PAST, {**channel, "at": to_text(at)})
            return False
        if newest is not None and newest["digest"] == plan.digest and newest["state"] == state:
            return False
        db.run(PAST, {**channel, "at": to_text(at)})
        row = {
            **channel,
            "digest": plan.digest,
            "held_digest": plan.held_digest,
            "at": to_text(at),
            "counts": _compact(plan.counts),
            "holds": _compact([asdict(hold) for hold in plan.holds]),
            "held": _compact(sorted(held)) if plan.waiting else "[]",
            "state": state,
        }
        db.run(ADD, row)
        return True


LAPSE = """
update plans
set state = 'past', settled_at = :at
where channel = :channel and state in ('approved', 'rejected')
"""


def lapse(db: Database, channel: str, at: datetime) -> None:
    """No earlier answer stands any more."""
    db.run(LAPSE, {"channel": channel, "at": to_text(at)})


ANSWER = """
insert into plans (channel, digest, held_digest, made_at, counts, holds, held, state, settled_at)
values (:channel, :digest, :held_digest, :at, :counts, :holds, :held, :state, :at)
"""


def answer(
    db: Database,
    plan: Plan,
    held: Iterable[Waiting],
    word: Literal["approved", "rejected"],
    at: datetime,
) -> None:
    """Keep a person's answer to just these held changes; an earlier answer no longer stands."""
    row = {
        "channel": plan.channel,
        "digest": plan.digest,
        "held_digest": plan.held_digest,
        "at": to_text(at),
        "counts": _compact(plan.counts),
        "holds": _compact([asdict(hold) for hold in plan.holds]),
        "held": _compact(sorted(held)),
        "state": word,
    }
    with db.atomic():
        lapse(db, plan.channel, at)
        db.run(PAST, {"channel": plan.channel, "at": to_text(at)})
        db.run(ANSWER, row)


STANDING = """
select state, held_digest, held
from plans
where channel = :channel and state in ('approved', 'rejected')
order by id desc
limit 1
"""


def standing(db: Database, channel: str) -> Decision | None:
    """What a person last answered, as long as it has not lapsed."""
    row = db.row(STANDING, {"channel": channel})
    if row is None:
        return None
    held = frozenset((sku, kind, digest) for sku, kind, digest in json.loads(row["held"]))
    return Decision(row["state"], row["held_digest"], held)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
