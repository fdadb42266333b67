"""Match: judge what was pulled. Unpaid waits, incomplete is an exception, whole is due; doubles are linked.

An exception is judged again when the ERP's files or the settings change, or the order itself does.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime

from agent.decide.matching import OWN_KINDS, alike, foreign_numbers, names_it, possible_numbers
from agent.decide.order_check import faults, is_storable
from agent.decide.order_state import Stage, Verdict, is_dead, verdict
from agent.flow.site import Did, Site
from agent.model.booking import Fault, Progress
from agent.store import import_files, marks, order_concerns, order_lines, orders
from agent.store.orders import Stored

MOST = 200  # orders in one piece of work
OWN_CONCERNS = ("cancel", "changed")


def match(site: Site) -> Did:
    """Judge the orders that are new, changed, or were judged by facts that have changed since."""
    revision = _revision(site)
    now = site.ports.clock.now()
    counts: Counter[str] = Counter()
    with site.db.atomic():
        found = orders.to_examine(site.db, revision, MOST)
        for stored in found:
            counts[_judge(site, stored, revision, now)] += 1
    wake = frozenset({"export"}) if counts["due"] or counts["concern"] else frozenset[str]()
    return Did({k: n for k, n in sorted(counts.items()) if k}, more=len(found) == MOST, wake=wake)


def _revision(site: Site) -> str:
    """What exceptions are judged by beside themselves: the ERP's newest files, and the settings."""
    settings = site.settings.import_files.model_dump_json() + site.settings.currency
    return f"{marks.applied(site.db)} {hashlib.sha256(settings.encode()).hexdigest()[:16]}"


def _judge(site: Site, stored: Stored, revision: str, now: datetime) -> str:
    """Move one order on; gives its new state, "concern", or "" when nothing is new."""
    if stored.state == "linked" and _is_left_alone(site, stored):
        stored = _unlink(site, stored, now)
    double = _double(site, stored)
    if stored.state == "linked":
        outcome = ""
    elif double is not None:
        outcome = _link(site, stored, double, now)
    else:
        outcome = _apply(site, stored, _verdict(site, stored), now)
    orders.set_examined(site.db, stored.id, revision)
    return outcome


def _verdict(site: Site, stored: Stored) -> Verdict:
    imports = site.settings.import_files.for_shop(stored.channel)
    rules = imports.rules(site.settings.currency)
    skus = json.dumps(sorted({line.sku for line in stored.order.lines}))
    known = marks.known_skus(site.db, skus)
    lines = order_lines.lines(site.db, stored.id)
    sent = import_files.of_order(site.db, stored.id, "cancellation")
    stage = Stage(
        state=stored.state,
        filed=stored.filed,
        told=stored.told,
        settled={line.remote_id: line.returned for line in lines if line.returned},
        cancellation_sent=sent is not None,
        returned_whole=_returned_whole(lines),
    )
    return verdict(
        stored.order,
        stage,
        faults(stored.order, known, rules),
        rules,
        cancels_by_file=imports.cancellations is not None,
    )


def _returned_whole(lines: list[Progress]) -> bool:
    return any(line.shipped for line in lines) and all(line.to_return <= 0 for line in lines)


def _apply(site: Site, stored: Stored, found: Verdict, now: datetime) -> str:
    news = order_concerns.replace(site.db, stored.id, OWN_CONCERNS, found.concerns, now)
    if news:
        what = "; ".join(fault.what for fault in found.concerns.values())
        orders.add_event(site.db, stored.id, now, what)
    # A refusal keeps the ERP's own reason.
    reason = stored.reason if stored.filed and found.state == stored.state else found.reason
    if (found.state, reason) == (stored.state, stored.reason):
        return "concern" if news else ""
    if found.state == "cancelled" and not stored.filed:
        orders.examine_linked(site.db, stored.id)
    what = found.state if reason is None else f"{found.state}: {reason.what}"
    orders.set_state(site.db, stored.id, found.state, reason, now, what)
    return found.state


def _double(site: Site, stored: Stored) -> Stored | None:
    """The order that this one is another channel's record of, when that one is to be written instead."""
    if stored.state == "linked" or stored.filed:
        for other in _same(site, stored):
            if stored.filed and not other.filed and other.state != "linked":
                orders.set_examined(site.db, other.id, "")
        return None
    for other in _same(site, stored):
        if other.same_as is not None or _gave_up(other, stored):
            continue
        if other.filed or other.id < stored.id:
            return other
        orders.set_examined(site.db, other.id, "")  # the later one gives way
    return None


def _gave_up(record: Stored, other: Stored) -> bool:
    """Whether a record of a purchase was called off unwritten though the other record of it lives."""
    return not record.filed and is_dead(record.order) and not is_dead(other.order)


def _same(site: Site, stored: Stored) -> list[Stored]:
    """Other channels' records of this purchase: those that a number names for certain, and those that
    share a number and are alike."""
    vendors = {name: shop.kind for name, shop in site.settings.channels.items()}
    order = stored.order
    sure = [orders.id_of(site.db, *named) for named in foreign_numbers(order, vendors)]
    perhaps = [orders.id_of(site.db, *named) for named in possible_numbers(order, vendors)]
    vendor = vendors.get(stored.channel, stored.channel)
    own = [stored.remote_id, *(v for kind, v in order.references if kind == "id")]
    for order_id, kind, value in orders.named_by_others(site.db, stored.channel, own):
        is_named = names_it(kind, value, stored.channel, vendor)
        if is_named or kind.casefold() not in OWN_KINDS:
            (sure if is_named else perhaps).append(order_id)
    found = {
        i: orders.by_id(site.db, i)
        for i in dict.fromkeys([*sure, *perhaps])
        if i is not None and i != stored.id
    }
    return [other for i, other in found.items() if i in sure or alike(order, other.order)]


def _is_left_alone(site: Site, stored: Stored) -> bool:
    """Whether the order that was to be written instead of this one never will be."""
    record = None if stored.same_as is None else orders.by_id(site.db, stored.same_as)
    return record is not None and _gave_up(record, stored)


def _unlink(site: Site, stored: Stored, now: datetime) -> Stored:
    why = "no longer linked: the other record of the purchase was called off"
    orders.unlink(site.db, stored.id, now, why)
    if is_storable(stored.order):
        kept = json.dumps([line.remote_id for line in stored.order.lines])
        order_lines.put(site.db, stored.id, stored.order.lines, kept)
        orders.touch(site.db, stored.id)
    return orders.by_id(site.db, stored.id)


def _link(site: Site, stored: Stored, double: Stored, now: datetime) -> str:
    orders.link(site.db, stored.id, double.id)
    why = Fault(
        f"the same purchase as {double.reference} ({double.channel} {double.order.number})",
        f"{stored.channel} order {stored.order.number}",
        "nothing: it is written once",
    )
    orders.set_state(site.db, stored.id, "linked", why, now, f"linked: {why.what}")
    order_lines.clear(site.db, stored.id)
    return "linked"
