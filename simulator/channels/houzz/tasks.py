"""What Houzz does by itself later: charges cards, reviews listings, refunds what a seller forgot.

A task is due by the clock and is done when time passes or when anybody asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from simulator.channels.houzz import NAME
from simulator.channels.houzz.values import instant
from simulator.commerce.shop import document

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz


def take_on(dialect: Houzz, what: str, id: int, takes: timedelta) -> None:
    """Begin asynchronous work on a document; the dial and faults say how late and how it ends."""
    fault = dialect.world.faults.job(NAME, what)
    if fault is not None and fault.kind == "job stuck":
        return
    job_s = dialect.shop.dials.job_s
    after = takes if job_s is None else timedelta(seconds=job_s)
    if fault is not None and fault.kind == "job slow":
        after += timedelta(seconds=fault.lasting)
    remind(dialect, what, id, after, fails=fault is not None and fault.kind == "job failed")


def remind(dialect: Houzz, what: str, id: int, after: timedelta, *, fails: bool = False) -> None:
    """Let something happen to a document when so much time has passed."""
    due = instant(dialect.shop.clock.now() + after)  # kept where it is indexed
    dialect.shop.add("task", {"what": what, "fails": fails}, parent_id=id, sku=due, quiet=True)


def due(dialect: Houzz) -> Iterator[tuple[str, int, bool]]:
    """Take what is due off the list, earliest first: (what, the document's id, fails)."""
    shop = dialect.shop
    query = (
        "select kind, id, parent_id, sku, body, created_at, modified_at from documents"
        " indexed by documents_by_sku where shop = ? and kind = 'task' and sku <= ?"
        " order by sku, id"
    )
    rows = shop.db.execute(query, (shop.name, instant(shop.clock.now()))).fetchall()
    for task in map(document, rows):
        shop.drop("task", task.id, quiet=True)
        yield task.body["what"], task.parent_id or 0, task.body["fails"]


def forget(dialect: Houzz, what: str, id: int) -> None:
    """Take back what was going to happen to a document."""
    for task in dialect.shop.all("task", parent_id=id):
        if task.body["what"] == what:
            dialect.shop.drop("task", task.id, quiet=True)
