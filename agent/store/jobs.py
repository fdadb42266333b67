"""What channels have taken on and not finished: jobs, the changes in them, and pauses after failed ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from agent.model.change import ListingChange
from agent.ports.database import Database, Row
from agent.store.faces import moment_of
from agent.store.listings import values_told
from agent.store.moments import from_text, to_text


@dataclass(frozen=True, slots=True)
class Sent:
    """One change in a job. `overtaken`: lower stock was told meanwhile, so nobody knows what holds."""

    sku: str
    kind: str
    digest: str
    values: Mapping[str, Any]  # the columns of the listing that it sets
    overtaken: bool


@dataclass(frozen=True, slots=True)
class Job:
    """Something that a channel does for us and has not finished, as far as we know."""

    job: str
    state: Literal["running", "stuck"]
    since: datetime
    asked: int
    changes: tuple[Sent, ...] = ()

    @property
    def skus(self) -> list[str]:
        """Whose listings it changes."""
        return list(dict.fromkeys(sent.sku for sent in self.changes))


ADD = """
insert or ignore into jobs (channel, job, state, since, next_at)
values (:channel, :job, 'running', :since, :next_at)
"""

ADD_CHANGE = """
insert or replace into job_changes (channel, sku, job, kind, digest, sent)
values (:channel, :sku, :job, :kind, :digest, :sent)
"""


def begin(
    db: Database,
    channel: str,
    job: str,
    change: ListingChange,
    *,
    digest: str,
    since: datetime,
    next_at: datetime,
) -> None:
    """The channel has taken this change on, alone or with others under the same number."""
    values = {"channel": channel, "job": job}
    db.run(ADD, {**values, "since": to_text(since), "next_at": to_text(next_at)})
    sent = json.dumps(values_told(change), separators=(",", ":"), sort_keys=True)
    own = {"sku": change.sku, "kind": type(change).__name__, "digest": digest}
    db.run(ADD_CHANGE, {**values, **own, "sent": sent})


DUE = """
select job, state, since, asked
from jobs
where channel = :channel and next_at <= :now
order by next_at, job
limit :most
"""

CHANGES = """
select job, sku, kind, digest, sent, overtaken
from job_changes
where channel = :channel
  and job in (select value from json_each(:jobs))
order by job, sku, kind
"""


def due(db: Database, channel: str, now: datetime, most: int) -> list[Job]:
    """The jobs that are to be asked for now, with their changes, those that waited longest first."""
    values = {"channel": channel, "now": to_text(now), "most": most}
    found = [_job(row) for row in db.rows(DUE, values)]
    names = json.dumps([job.job for job in found])
    changes: dict[str, list[Sent]] = {}
    for row in db.rows(CHANGES, {"channel": channel, "jobs": names}):
        changes.setdefault(row["job"], []).append(_sent(row))
    return [Job(x.job, x.state, x.since, x.asked, tuple(changes.get(x.job, ()))) for x in found]


def _job(row: Row) -> Job:
    return Job(row["job"], row["state"], from_text(row["since"]), row["asked"])


def _sent(row: Row) -> Sent:
    overtaken = row["overtaken"] is not None
    return Sent(row["sku"], row["kind"], row["digest"], json.loads(row["sent"]), overtaken)


LATER = """
update jobs
set asked = asked + 1, next_at = :next_at, state = :state
where channel = :channel and job = :job
"""


def later(
    db: Database, channel: str, job: str, next_at: datetime, state: Literal["running", "stuck"]
) -> None:
    """It was asked for and has not ended."""
    values = {"channel": channel, "job": job, "state": state}
    db.run(LATER, {**values, "next_at": to_text(next_at)})


END_CHANGES = """
delete from job_changes
where channel = :channel and job = :job
"""

END = """
delete from jobs
where channel = :channel and job = :job
"""


def end(db: Database, channel: str, job: str) -> None:
    """It has ended, and what came of it is kept elsewhere."""
    db.run(END_CHANGES, {"channel": channel, "job": job})
    db.run(END, {"channel": channel, "job": job})


NEXT_AT = """
select min(next_at)
from jobs
where channel = :channel
"""


def next_at(db: Database, channel: str) -> datetime | None:
    """When the next job is to be asked for; None when there is none."""
    return moment_of(db.value(NEXT_AT, {"channel": channel}))


OVERTAKE = """
update job_changes
set overtaken = :quantity
where channel = :channel and sku = :sku and job <> :job
"""


def overtake(db: Database, channel: str, sku: str, quantity: int, job: str = "") -> None:
    """This stock was told (by another job, where one is named) while these jobs run for the sku."""
    db.run(OVERTAKE, {"channel": channel, "sku": sku, "quantity": quantity, "job": job})


STANDING = """
select job, state, since, asked
from jobs
where channel = :channel
order by since, job
"""


def standing(db: Database, channel: str) -> list[Job]:
    """Every job that has not ended, oldest first, without its changes."""
    return [_job(row) for row in db.rows(STANDING, {"channel": channel})]


COUNT = """
select count(distinct sku)
from job_changes
where channel = :channel
"""


def skus_in(db: Database, channel: str) -> int:
    """How many listings jobs are at."""
    return int(db.value(COUNT, {"channel": channel}))


OF_SKU = """
select j.job, j.state, j.since, j.asked
from jobs as j
where j.channel = :channel
  and exists (
    select 1 from job_changes as c where c.channel = j.channel and c.job = j.job and c.sku = :sku
  )
order by j.since, j.job
"""


def of_sku(db: Database, channel: str, sku: str) -> list[Job]:
    """The jobs that a sku is in."""
    return [_job(row) for row in db.rows(OF_SKU, {"channel": channel, "sku": sku})]


@dataclass(frozen=True, slots=True)
class Pause:
    """How many jobs failed as a whole in a row, and until when no other is begun."""

    failed: int = 0
    until: datetime | None = None


PAUSE = """
select jobs_failed, jobs_wait_until
from channels
where channel = :channel
"""


def pause(db: Database, channel: str) -> Pause:
    """The pause after failed jobs."""
    row = db.row(PAUSE, {"channel": channel})
    return Pause() if row is None else Pause(row[0], moment_of(row[1]))


SET_PAUSE = """
insert into channels (channel, jobs_failed, jobs_wait_until)
values (:channel, :failed, :until)
on conflict (channel) do update set jobs_failed = :failed, jobs_wait_until = :until
"""


def set_pause(db: Database, channel: str, pause: Pause) -> None:
    """One more has failed, or one has not."""
    until = None if pause.until is None else to_text(pause.until)
    db.run(SET_PAUSE, {"channel": channel, "failed": pause.failed, "until": until})


def stuck(db: Database, channel: str) -> Sequence[Job]:
    """Those that take longer than the vendor's patience."""
    return [job for job in standing(db, channel) if job.state == "stuck"]
