"""Commands over many offers, and edits that take a while: begun here, and asked after.

The id of a command comes from what is in it, so that one whose answer was lost is taken up again: the
vendor answers that the id is used. A command that has ended is none of ours any more, and the same
words begin another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.channels import parts, strict, trouble
from agent.channels.allegro import edits, errors, listings, mapping
from agent.channels.allegro.client import BETA, Row, Written, in_path
from agent.channels.allegro.connection import Connection
from agent.channels.allegro.errors import Fault, VendorRefused
from agent.errors import ChannelError, OutcomeUnknown, Refused
from agent.model.change import (
    CreateListing,
    Finished,
    ListingChange,
    Refusal,
    SetPrice,
    SetState,
    SetStock,
)
from agent.model.listing import Listing

BULK = "/sale/offer-bulk-modification-commands"
PUBLICATION = "/sale/offer-publication-commands"
ACTIONS = {"end": "END", "zero": "END", "activate": "ACTIVATE"}
FIELDS = {"prices": SetPrice.__name__, "stock": SetStock.__name__}  # of a task -> the change
UNITS = 25  # rows of one bulk command
TASKS = 1000  # of one page
CHAIN = 5  # ended commands of the very same words that are stepped over

InCommand = SetStock | SetPrice | SetState


def bulk(c: Connection, changes: Sequence[ListingChange]) -> parts.Receipts:
    """New prices and stock of up to 25 offers in one command.

    Where the vendor does not take both in one row they are told in rows of their own from then on.
    """
    if not edits.combined(c):
        whole = len(changes) <= UNITS  # else it was meant for rows of both
        return _in_rows(c, changes, combined=False) if whole else _apart(c, changes)
    try:
        found = _in_rows(c, changes, combined=True)
    except Refused:
        if c.combines is not None or len(_by_offer(changes)) == len(changes):
            raise
        return _apart(c, changes)
    c.combines = c.combines or len(_by_offer(changes)) < len(changes) or None
    return found


def _apart(c: Connection, changes: Sequence[ListingChange]) -> parts.Receipts:
    """Stock, then prices: to find out whether it is both together that is not taken."""
    stock = [change for change in changes if isinstance(change, SetStock)]
    prices = [change for change in changes if isinstance(change, SetPrice)]

    def send(part: parts.Part) -> parts.Receipts:
        asked = [change for change in part if isinstance(change, ListingChange)]
        return _in_rows(c, asked, combined=False)

    found = dict(send(stock))
    try:
        found |= send(prices)
    except ChannelError as error:  # the stock is on its way
        return found | dict(parts.after(prices, error, send))
    c.combines = False
    return found


def _in_rows(c: Connection, changes: Sequence[ListingChange], *, combined: bool) -> dict[int, Any]:
    if not changes:
        return {}
    rows: list[Row] = []
    for group in _by_offer(changes).values():
        listing = _of(group[0])
        marketplace = listing.handles.get("marketplace") or c.marketplace
        currency = edits.currency_of(c, listing)
        rows += mapping.units(group, currency, marketplace, combined=combined)
    offers = float(len(_by_offer(changes)))

    def send(key: str) -> Written:
        body = {"commandId": key, "modifications": rows}
        return c.client.write("POST", BULK, body, version=BETA, costs={"offers priced": offers})

    return _begun(c, "bulk", changes, json.dumps(rows, sort_keys=True), send)


def publish(c: Connection, what: str, changes: Sequence[ListingChange]) -> parts.Receipts:
    """List, or end, up to 1,000 offers in one command."""
    offers = list(_by_offer(changes))
    body = mapping.publication(offers, ACTIONS[what])
    costs = {"offers commanded": float(len(offers))}

    def send(key: str) -> Written:
        return c.client.write("PUT", f"{PUBLICATION}/{key}", body, costs=costs)

    return _begun(c, what, changes, json.dumps(body, sort_keys=True), send)


def _begun(
    c: Connection,
    what: str,
    changes: Sequence[ListingChange],
    content: str,
    send: Callable[[str], Written],
) -> dict[int, Any]:
    """The command is taken on; gives a receipt with its job for each change."""
    seen = sorted(f"{_of(x).external_id} {_of(x).shown}" for x in changes)
    hour = c.ports.clock.now().strftime("%Y-%m-%dT%H")
    content = "\n".join([c.shop, c.settings.client_id, hour, what, content, *seen])
    for _ in range(CHAIN):
        key, number = command_id(content), ""
        try:
            number = send(key).request_id
        except VendorRefused as refusal:
            if refusal.status != 409:
                raise
            if _has_ended(c, what, key):
                content += key
                continue
        job = f"{what} {key}"
        c.remember(job, {_of(change).external_id: change.sku for change in changes})
        return {id(change): parts.working(change, job, "", number) for change in changes}
    where = c.client.where(f"command {what}")
    raise OutcomeUnknown("the same command was sent again and again", where, trouble.LOOKS)


def command_id(content: str) -> str:
    """A UUID that is always the same for the same text."""
    digits = hashlib.sha256(content.encode()).hexdigest()[:32]
    digits = f"{digits[:12]}5{digits[13:16]}a{digits[17:]}"  # version 5, the usual variant
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _has_ended(c: Connection, what: str, key: str) -> bool:
    report = _report(c, what, key)
    return report is not None and _is_complete(c, report, key)


# -- asking after them ----------------------------------------------------------------------------


def finished(c: Connection, job: str, subjects: Sequence[str]) -> Finished | None:
    """How a command or an operation ended; None while the vendor is at it."""
    ended = _ended(c, job, subjects)
    if ended is not None:
        c.taken.pop(job, None)
    return ended


def _ended(c: Connection, job: str, subjects: Sequence[str]) -> Finished | None:
    what, _, key = job.partition(" ")
    if what == "operation":
        return _operation(c, key, subjects)
    report = _report(c, what, key)
    if report is None:
        return Finished()
    if not _is_complete(c, report, key):
        return None
    if strict.part(report, "taskCount").get("failed") == 0:
        now = listings.find(c, subjects) if what == "zero" else []  # an end was not asked for there
        return Finished(frozenset(subjects), listings=tuple(now))
    return _with_failures(c, what, key, subjects)


def _report(c: Connection, what: str, key: str) -> Row | None:
    """A command's summary; None when the vendor knows no such command."""
    try:
        return c.client.read(f"{_path(what)}/{in_path(key)}")
    except VendorRefused as refusal:
        if refusal.status == 404:
            return None
        raise


def _path(what: str) -> str:
    return BULK if what == "bulk" else PUBLICATION


def _is_complete(c: Connection, report: Row, key: str) -> bool:
    """Whether all of it is done: counts are all zero for a while, and a moment of end is not enough."""
    try:
        count = strict.part(report, "taskCount")
        figures = [strict.whole(count, name) or 0 for name in ("success", "failed", "total")]
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where(f"command {key}")) from error
    success, failed, total = figures
    return bool(report.get("completedAt")) and total > 0 and success + failed >= total


def _with_failures(c: Connection, what: str, key: str, subjects: Sequence[str]) -> Finished:
    """A command some tasks of which failed; what they do not say is looked at."""
    tasks = _tasks(c, what, key)
    skus = c.taken.get(f"{what} {key}") or {
        listing.external_id: listing.sku for listing in listings.find(c, subjects)
    }
    faults: dict[str, list[tuple[str, Fault]]] = {}
    done: set[str] = set()
    for offer, kind, fault in tasks:
        sku = skus.get(offer)
        if sku is not None and fault is None:
            done.add(sku)
        elif sku is not None and fault is not None:
            faults.setdefault(sku, []).append((kind, fault))
    if not done and faults and all(f.passing for some in faults.values() for _, f in some):
        words = next(iter(faults.values()))[0][1].words
        return Finished(failed=Refusal(words, request_id=key), again=True)
    if what == "bulk":
        return _sorted_out(done, faults, key)
    return _as_shown(c, what, done, faults, key)


def _sorted_out(
    done: set[str], faults: Mapping[str, Sequence[tuple[str, Fault]]], key: str
) -> Finished:
    """What a person must see to is refused; what is gone, or may pass, is looked at."""
    refused = {
        sku: tuple(
            Refusal(fault.words, fault.next, key, kind)
            for kind, fault in some
            if not fault.gone and not fault.passing
        )
        for sku, some in faults.items()
    }
    unclear = {sku for sku, some in faults.items() if any(f.gone or f.passing for _, f in some)}
    return Finished(
        frozenset((done | set(faults)) - unclear), {k: v for k, v in refused.items() if v}
    )


def _as_shown(
    c: Connection,
    what: str,
    done: set[str],
    faults: Mapping[str, Sequence[tuple[str, Fault]]],
    key: str,
) -> Finished:
    """Offers that could not be ended or listed may be so already: that is what they show."""
    wanted = "live" if what == "activate" else "hidden"
    asked = sorted(faults) if what != "zero" else sorted({*faults, *done})
    now = listings.find(c, asked)
    right = {listing.sku for listing in now if listing.shown.state == wanted}
    wrong = {listing.sku for listing in now} - right - done
    refused = {
        sku: tuple(Refusal(f.words, f.next, key) for _, f in faults[sku])
        for sku in wrong
        if not any(fault.passing for _, fault in faults[sku])
    }
    return Finished(frozenset(done | right), refused, tuple(now))


def _tasks(c: Connection, what: str, key: str) -> list[tuple[str, str, Fault | None]]:
    """(offer, kind of change, why it failed) of every task of a command."""
    path = f"{_path(what)}/{in_path(key)}/tasks"
    found = []
    for offset in (0, TASKS - 1):  # no more can be asked for
        query = [("limit", TASKS), ("offset", offset)]
        try:
            rows = strict.needed_rows(c.client.read(path, query), "tasks")
            found += [_task(row) for row in rows]
        except ValueError as error:
            raise trouble.misshapen(str(error), c.client.where(f"GET {path}")) from error
        if len(rows) < TASKS:
            break
    return found


def _task(row: Row) -> tuple[str, str, Fault | None]:
    subject = strict.part(row, "subject")
    offer = strict.text(subject, "offerId") or strict.text(strict.part(row, "offer"), "id")
    kind = FIELDS.get(strict.text(subject, "field"), "")
    failed = strict.text(row, "status") == "FAIL"
    return offer, kind, errors.fault_of(row) if failed else None


def _operation(c: Connection, key: str, subjects: Sequence[str]) -> Finished | None:
    """How an edit ended: 202 while it goes on, 303 when it is done, 422 when it failed."""
    offer, _, number = key.partition(" ")
    if not number:
        return Finished()
    path = f"/sale/product-offers/{in_path(offer)}/operations/{in_path(number)}"
    try:
        answer = c.client.get(path)
    except VendorRefused as refusal:
        if refusal.status == 404:
            return Finished()
        why = Refusal(refusal.what, refusal.next, number)
        return Finished(refused=dict.fromkeys(subjects, (why,)))
    if answer.status == 202:
        return None
    now: Listing = listings.one(c, in_path(offer))
    # Who edited it is done; another sku of the same question is none of this operation.
    return Finished(frozenset(subjects) & {now.sku}, listings=(now,))


def _by_offer(changes: Sequence[ListingChange]) -> dict[str, list[ListingChange]]:
    found: dict[str, list[ListingChange]] = {}
    for change in changes:
        found.setdefault(_of(change).external_id, []).append(change)
    return found


def _of(change: ListingChange) -> Listing:
    assert not isinstance(change, CreateListing)
    return change.listing
