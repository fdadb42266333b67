"""The history of outcomes: one row for every attempt at every change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from agent.model.change import Outcome
from agent.ports.database import Database
from agent.store.moments import from_text, to_text


@dataclass(frozen=True, slots=True)
class Told:
    """One outcome: of which kind of change, for which sku (or order), in the vendor's words."""

    kind: str
    subject: str
    outcome: Outcome
    words: str = ""
    request_id: str = ""


ADD = """
insert into receipts (channel, kind, subject, outcome, words, request_id, at)
values (:channel, :kind, :subject, :outcome, :words, :request_id, :at)
"""


def add(db: Database, channel: str, told: Iterable[Told], at: datetime) -> None:
    """Append these outcomes."""
    stamps = {"channel": channel, "at": to_text(at)}
    rows = (
        {
            **stamps,
            "kind": t.kind,
            "subject": t.subject,
            "outcome": t.outcome,
            "words": t.words,
            "request_id": t.request_id,
        }
        for t in told
    )
    db.run_many(ADD, rows)


LATEST = """
select kind, subject, outcome, words, request_id, at
from receipts
where channel = :channel and subject = :subject
order by id desc
limit :limit
"""


def latest(db: Database, channel: str, subject: str, limit: int = 5) -> list[tuple[Told, datetime]]:
    """The newest outcomes for one sku or order, newest first, each with its moment."""
    rows = db.rows(LATEST, {"channel": channel, "subject": subject, "limit": limit})
    return [(Told(*row[:5]), from_text(row[5])) for row in rows]
