"""Listing changes → commands and edits as large as Allegro takes them, and its answers → receipts.

What one request carries is one kind of work: offers that end, new prices and stock, offers that are
listed again. An offer is in one kind of work at a time: ended before anything else is said of it, and
listed only after its stock has been raised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.channels import parts
from agent.channels.allegro import creation, edits, jobs
from agent.channels.allegro.connection import Connection
from agent.channels.allegro.pace import Costs
from agent.model.change import (
    CreateListing,
    ListingChange,
    Receipt,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Listing

ENDED_FIRST = "not sent: the offer is ended first"
STOCK_FIRST = "not sent: its price and stock are set first, then it is listed again"

Kind = Literal["end", "zero", "bulk", "edit", "activate", "title", "create"]
ORDER: tuple[Kind, ...] = ("end", "zero", "edit", "bulk", "activate", "title", "create")


@dataclass
class Work:
    """What is to be sent, by kind, as the changes of one offer each; and what waits meanwhile."""

    groups: dict[Kind, list[list[ListingChange]]] = field(default_factory=dict)
    waiting: dict[int, Receipt] = field(default_factory=dict)  # by id() of the change
    kinds: dict[int, Kind] = field(default_factory=dict)

    def add(self, kind: Kind, changes: Sequence[ListingChange]) -> None:
        """One offer's changes of one kind."""
        if changes:
            self.groups.setdefault(kind, []).append(list(changes))
            self.kinds |= {id(change): kind for change in changes}

    def wait(self, changes: Sequence[ListingChange], words: str) -> None:
        """Changes that are decided anew once the others have happened."""
        self.waiting |= {id(change): parts.moved(change, words) for change in changes}


def push(c: Connection, changes: Sequence[ListingChange]) -> list[Receipt]:
    """One receipt per change; commands are only taken on, and have a job."""
    work = _sorted(c, changes)
    c.client.room(_costs(work))
    there = creation.already_there(c, [x for x in changes if isinstance(x, CreateListing)])

    def send(part: parts.Part) -> parts.Receipts:
        asked = [change for change in part if isinstance(change, ListingChange)]
        return _send(c, work.kinds[id(part[0])], asked, there)

    sent = [change for change in changes if id(change) not in work.waiting]
    told = parts.send_all(sent, _parts(c, work), send) if sent else []
    found = work.waiting | {id(change): r for change, r in zip(sent, told, strict=True)}
    return [found[id(change)] for change in changes]


def _sorted(c: Connection, changes: Sequence[ListingChange]) -> Work:
    work = Work()
    by_sku: dict[str, list[ListingChange]] = {}
    for change in changes:
        if isinstance(change, CreateListing):
            work.add("create", [change])
        elif isinstance(change, SetTitle):
            work.add("title", [change])
        else:
            by_sku.setdefault(change.sku, []).append(change)
    for group in by_sku.values():
        _sort(c, work, group)
    return work


def _sort(c: Connection, work: Work, group: Sequence[ListingChange]) -> None:
    """One offer's stock, price and state."""
    states = [change for change in group if isinstance(change, SetState)]
    figures = [change for change in group if isinstance(change, SetStock | SetPrice)]
    zero = [x for x in figures if isinstance(x, SetStock) and x.quantity <= 0]
    is_live = _listing(group[0]).shown.state == "live"
    if any(change.state != "live" for change in states) or (zero and is_live):
        ends: list[ListingChange] = [*states, *zero]
        work.add("end" if states else "zero", ends)
        work.wait([change for change in figures if change not in ends], ENDED_FIRST)
        return
    if zero or c.settings.bulk == "off":
        work.add("edit", figures)
    else:
        work.add("bulk", figures)
    if figures:
        work.wait(states, STOCK_FIRST)
    else:
        work.add("activate", states)


def _listing(change: ListingChange) -> Listing:
    assert not isinstance(change, CreateListing)
    return change.listing


def _parts(c: Connection, work: Work) -> list[parts.Part]:
    found: list[parts.Part] = []
    for kind in ORDER:
        groups = work.groups.get(kind, [])
        if kind in ("end", "zero", "activate"):
            size = len(groups)
        elif kind == "bulk":
            size = jobs.UNITS if edits.combined(c) else jobs.UNITS // 2
        else:
            size = 1
        for start in range(0, len(groups), size or 1):
            found.append([x for group in groups[start : start + size] for x in group])
    return found


def _costs(work: Work) -> Costs:
    """What all of it takes of what Allegro grants."""
    count = {kind: float(len(groups)) for kind, groups in work.groups.items()}
    found = {
        "offers priced": count.get("bulk", 0.0),
        "offers commanded": sum(count.get(k, 0.0) for k in ("end", "zero", "activate")),
        "offer writes": sum(count.get(k, 0.0) for k in ("edit", "title", "create")),
    }
    return {name: cost for name, cost in found.items() if cost}


def _send(
    c: Connection,
    kind: Kind,
    changes: Sequence[ListingChange],
    there: Mapping[str, Listing],
) -> parts.Receipts:
    if kind in ("end", "zero", "activate"):
        return jobs.publish(c, kind, changes)
    if kind == "bulk":
        return jobs.bulk(c, changes)
    if kind == "create":
        return {
            id(x): creation.create(c, x, there) for x in changes if isinstance(x, CreateListing)
        }
    return edits.send(c, changes)
