"""How feeds and reports come along: IN_QUEUE, IN_PROGRESS, then DONE, FATAL or CANCELLED."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import paging
from simulator.channels.amazon.calls import Call, Json, Reply
from simulator.channels.amazon.errors import bad
from simulator.channels.amazon.moments import iso
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

STATES = ("CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE")
QUEUED = timedelta(seconds=15)  # the longest time in the queue
LISTED = timedelta(days=90)


def state(dialect: Amazon, kind: str, work: Document) -> tuple[str, datetime]:
    """How far it has come, and when it was or will be begun."""
    begins = work.created_at + QUEUED
    job = dialect.jobs.of(kind, work.id)
    if job is not None and job.due_at is not None:
        begins = min(begins, work.created_at + (job.due_at - job.began_at) / 3)
    ended = work.body.get("state")
    if ended:
        return str(ended), min(begins, work.modified_at)
    return ("IN_PROGRESS" if dialect.shop.clock.now() >= begins else "IN_QUEUE"), begins


def times(work: Document, found: str, begins: datetime) -> Json:
    """When it was created, begun and ended, as far as it has come."""
    shown = {"createdTime": iso(work.created_at)}
    if found in ("IN_PROGRESS", "DONE", "FATAL"):
        shown["processingStartTime"] = iso(begins)
    if found in ("DONE", "FATAL", "CANCELLED"):
        shown["processingEndTime"] = iso(work.modified_at)
    return shown


def listed(
    dialect: Amazon,
    call: Call,
    kind: str,
    view: Callable[[Document], Json],
    types: str,
) -> Reply:
    """A page of feeds or reports, the newest first."""
    token = call.value("nextToken")
    wanted = paging.read(token, kind, call.at) if token else _wanted(dialect, call, types)
    found = [view(d) for d in reversed(list(dialect.shop.all(kind))) if _is_wanted(d, wanted)]
    found = [one for one in found if one["processingStatus"] in (wanted["states"] or STATES)]
    start, end = wanted["start"], wanted["start"] + wanted["size"]
    reply: Json = {f"{kind}s": found[start:end]}
    if end < len(found):
        reply["nextToken"] = paging.token(kind, {**wanted, "start": end}, call.at)
    return 200, reply


def _wanted(dialect: Amazon, call: Call, types: str) -> dict[str, Any]:
    kinds = call.values(types, most=10)
    if not kinds:
        raise bad(f"Either {types} or nextToken is required.")
    if call.value("marketplaceIds"):
        dialect.check_marketplaces(call, most=10)
    since, until = call.moment("createdSince"), call.moment("createdUntil")
    return {
        "types": kinds,
        "states": call.values("processingStatuses", STATES),
        "since": (since or call.at - LISTED).isoformat(),
        "until": (until or call.at).isoformat(),
        "size": call.whole("pageSize", 10, 1, 100),
        "start": 0,
    }


def _is_wanted(work: Document, wanted: dict[str, Any]) -> bool:
    since, until = (datetime.fromisoformat(wanted[n]) for n in ("since", "until"))
    return work.body["type"] in wanted["types"] and since <= work.created_at <= until
