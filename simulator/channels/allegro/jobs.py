"""Work that the vendor has taken on and finishes later: due by the clock, done when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulator.channels.allegro.moments import iso, parse
from simulator.channels.allegro.store import NAME, Store
from simulator.commerce.shop import Document

PENDING, DONE = 1, 0
Work = Callable[[Store, Document], None]


@dataclass(frozen=True)
class Fate:
    """When work will be done (None: never) and whether it fails as a whole."""

    due: datetime | None
    fails: bool = False


def fate(store: Store, what: str, usual_s: float) -> Fate:
    """What becomes of work just taken on; `usual_s` is how long the vendor takes when nobody dials."""
    dialled = store.world.dials[NAME].job_s
    due = store.now() + timedelta(seconds=usual_s if dialled is None else dialled)
    fault = store.world.faults.job(NAME, what)
    if fault is None:
        return Fate(due)
    if fault.kind == "job stuck":
        return Fate(None)
    if fault.kind == "job slow":
        return Fate(due + timedelta(seconds=fault.lasting))
    return Fate(due, fails=True)


def is_due(store: Store, expected: Fate) -> bool:
    """Whether work with this fate needs no waiting at all."""
    return expected.due is not None and expected.due <= store.now()


def add(store: Store, what: str, key: str, expected: Fate, body: Mapping[str, Any]) -> Document:
    """Take work on under a key. It is done by `settle`."""
    kept = {
        **body,
        "what": what,
        "due": None if expected.due is None else iso(expected.due),
        "fails": expected.fails,
        "createdAt": store.stamp(),
        "completedAt": None,
    }
    return store.shop.add("job", kept, parent_id=PENDING, sku=key, quiet=True)


def settle(store: Store, works: Mapping[str, Work]) -> None:
    """Do everything that has become due, earliest first."""
    while True:
        due = [job for job in store.shop.all("job", parent_id=PENDING) if _ripe(store, job)]
        if not due:
            return
        for job in sorted(due, key=lambda job: (job.body["due"], job.id)):
            works[job.body["what"]](store, job)
            job.body["completedAt"] = store.stamp()
            store.put(job, parent_id=DONE, quiet=True)


def _ripe(store: Store, job: Document) -> bool:
    due = job.body["due"]
    return due is not None and parse(due) <= store.now()
