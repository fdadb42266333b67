"""The outbox: what happens once on a channel, from due to done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.model.change import Command, Receipt
from agent.ports.database import Database, Row
from agent.store.faces import moment_of
from agent.store.moments import to_text
from agent.store.order_json import command_of, command_text


@dataclass(frozen=True, slots=True)
class Queued:
    """One command as it stands. `attempts` counts calls and looks.

    `job` is the channel's own text while it works on the command, since `job_since`.
    """

    id: int
    order_id: int
    command: Command
    attempts: int
    job: str = ""
    job_since: datetime | None = None


QUEUE = """
insert or ignore into commands (channel, key, order_id, kind, payload, state, next_at, at)
values (:channel, :key, :order_id, :kind, :payload, 'due', :now, :now)
"""


def queue(db: Database, channel: str, order_id: int, command: Command, now: datetime) -> bool:
    """Queue a command; False when its key was queued before, whatever became of it."""
    values = {
        "channel": channel,
        "key": command.key,
        "order_id": order_id,
        "kind": type(command).__name__,
        "payload": command_text(command),
        "now": to_text(now),
    }
    return db.run(QUEUE, values) == 1


FIRST_CHANNEL = "select channel from commands where order_id = :order_id order by id limit 1"


def first_channel(db: Database, order_id: int) -> str | None:
    """Which channel was told something of this order first; None when none was."""
    found: str | None = db.value(FIRST_CHANNEL, {"order_id": order_id})
    return found


QUEUED = """
select c.id, c.order_id, c.kind, c.payload, c.attempts, c.job, c.job_since
from commands c"""
IN_DOUBT = f"""
{QUEUED}
where c.channel = :channel and c.state in ('sent', 'in_doubt', 'working')
  and (c.state = 'sent' or c.next_at <= :now)
order by c.id
limit 1
"""


def next_in_doubt(db: Database, channel: str, now: datetime) -> Queued | None:
    """The oldest command of unknown outcome, or at work at the channel, whose look is due."""
    return _queued(db.row(IN_DOUBT, {"channel": channel, "now": to_text(now)}))


DUE = f"""
{QUEUED}
where c.channel = :channel and c.state = 'due' and c.next_at <= :now
  and not exists (
    select 1 from commands e
    where e.order_id = c.order_id and e.id < c.id and e.state in ('due', 'sent', 'in_doubt', 'working')
  )
order by c.id
limit 1
"""  # noqa: S608  constants


def next_due(db: Database, channel: str, now: datetime) -> Queued | None:
    """The oldest command to send; one order's commands go in their order."""
    return _queued(db.row(DUE, {"channel": channel, "now": to_text(now)}))


NEXT_AT = """
select min(next_at)
from commands
where channel = :channel and state in ('due', 'in_doubt', 'working')
"""


def next_at(db: Database, channel: str) -> str | None:
    """When the next command of this channel is due, as text; None when none waits."""
    found: str | None = db.value(NEXT_AT, {"channel": channel})
    return found


SENT = """
update commands
set state = 'sent', attempts = attempts + 1, job = '', job_since = null
where id = :id
"""


def set_sent(db: Database, command_id: int) -> None:
    """Recorded before the call: from here on it may have happened."""
    db.run(SENT, {"id": command_id})


WORKING = """
update commands
set state = 'working', job = :job, job_since = :now, attempts = 0, next_at = :next_at,
  words = :words
where id = :id
"""


def set_working(
    db: Database, command_id: int, job: str, words: str, now: datetime, next_at: datetime
) -> None:
    """The channel has taken it on under this number, and is asked at `next_at`."""
    values = {"id": command_id, "job": job, "words": words}
    db.run(WORKING, {**values, "now": to_text(now), "next_at": to_text(next_at)})


SETTLED = "update commands set state = :state, words = :words where id = :id"


def set_settled(db: Database, command_id: int, state: str, words: str) -> None:
    """`done` or `parked`, in the vendor's words."""
    db.run(SETTLED, {"id": command_id, "state": state, "words": words})


LATER = """
update commands
set state = :state, attempts = attempts + :looked, next_at = :next_at, words = :words,
  job = iif(:state = 'working', job, '')
where id = :id
"""


def set_later(
    db: Database, command_id: int, state: str, next_at: datetime, words: str, *, looked: int = 0
) -> None:
    """`due` again later, or `in_doubt` or `working` with the time of the next look."""
    values = {"id": command_id, "state": state, "looked": looked, "words": words}
    db.run(LATER, {**values, "next_at": to_text(next_at)})


RECEIPT = """
insert into receipts (channel, kind, subject, outcome, words, request_id, at)
values (:channel, :kind, :subject, :outcome, :words, :request_id, :at)
"""


def add_receipt(
    db: Database, channel: str, command: Command, receipt: Receipt, at: datetime
) -> None:
    """Append one outcome of one attempt to the history."""
    values = {
        "channel": channel,
        "kind": type(command).__name__,
        "subject": command.remote_id,
        "outcome": receipt.outcome,
        "words": receipt.words,
        "request_id": receipt.request_id,
        "at": to_text(at),
    }
    db.run(RECEIPT, values)


AGAIN = """
update commands
set state = 'due', next_at = :now, words = ''
where order_id = :order_id and state = 'parked'
"""


def unpark(db: Database, order_id: int, now: datetime) -> int:
    """Send an order's parked commands again; gives how many."""
    return db.run(AGAIN, {"order_id": order_id, "now": to_text(now)})


def _queued(row: Row | None) -> Queued | None:
    if row is None:
        return None
    command = command_of(row["kind"], row["payload"])
    since = moment_of(row["job_since"])
    return Queued(row["id"], row["order_id"], command, row["attempts"], row["job"], since)
