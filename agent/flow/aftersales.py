"""After-sales: shipments and returns in the ERP's files become commands for the channels, each once.

What cannot be told (more than was ordered, goods of no order) is held whole and shown; what comes
before its order waits for it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from agent.decide import shipping
from agent.flow.purchases import Told, told_at
from agent.flow.site import Did, Site
from agent.model.booking import Fault
from agent.model.change import Command, ConfirmShipment, RecordReturn
from agent.model.order import Parcel
from agent.store import erp_answers, marks, order_concerns, order_lines, orders, outbox
from agent.store.erp_answers import Movement
from agent.store.orders import Stored

MARK = "aftersales"


def aftersales(site: Site) -> Did:
    """Queue what is new; nothing is read again while neither files nor orders have moved."""
    revision = f"{marks.applied(site.db)} {marks.last_event(site.db)}"
    if marks.get(site.db, MARK) == revision:
        return Did()
    counts: Counter[str] = Counter()
    wake: set[str] = set()
    for movement in erp_answers.movements(site.db):
        stored = _order(site, movement)
        if stored is None or stored.state == "linked":
            counts["early"] += 1
            continue
        with site.db.atomic():
            outcome, channel = _take(site, orders.by_id(site.db, stored.id), movement)
        counts[outcome] += 1
        wake |= {channel} - {""}
    marks.put(site.db, MARK, revision)
    return Did({k: n for k, n in sorted(counts.items()) if k and n}, wake=frozenset(wake))


def _order(site: Site, movement: Movement) -> Stored | None:
    if movement.order_id is not None:
        return orders.by_id(site.db, movement.order_id)
    pattern = site.settings.import_files.return_reference
    if movement.kind == "return" and pattern:
        found = re.fullmatch(pattern, movement.reference)
        return orders.by_reference(site.db, found[1]) if found else None
    return None


def _take(site: Site, stored: Stored, movement: Movement) -> tuple[str, str]:
    """Queue one movement's command, or hold it where a person can see why; and the channel that is told."""
    now = site.ports.clock.now()
    concern = f"{movement.kind} {movement.number}"
    pieces = _pieces(site, stored, movement)
    if isinstance(pieces, Fault):
        fault = replace(pieces, where=movement.place)
        if order_concerns.put(site.db, stored.id, concern, fault, now):
            orders.add_event(site.db, stored.id, now, fault.what)
        return "held", ""
    order_concerns.drop(site.db, stored.id, concern)
    erp_answers.set_told(site.db, movement)
    if not pieces:
        return "", ""
    is_return = movement.kind == "return"
    moved = {
        line.remote_id: line.returned if is_return else line.shipped
        for line in order_lines.lines(site.db, stored.id)
    }
    told = told_at(site, stored, pieces, {line: n for line, n in moved.items() if n})
    outbox.queue(site.db, told.channel, stored.id, _command(told, movement), now)
    _advance(site, stored, movement, pieces)
    return f"{movement.kind}s", told.channel


def _pieces(site: Site, stored: Stored, movement: Movement) -> dict[str, int] | Fault:
    """The pieces by line that this movement adds, or why it must be held."""
    name = f"{movement.kind} {movement.number}"
    if any(milli < 0 for milli in movement.moved.values()):
        what = f"{name} now moves less than the channel was told"
        return Fault(what, next="correct it on the channel by hand: a parcel cannot be called back")
    if movement.kind == "shipment" and stored.state == "cancelled":
        what = f"{name} sends goods of a cancelled order"
        return Fault(what, next="stop the parcel, or expect it back")
    services = site.settings.import_files.for_shop(stored.channel).services.values()
    spread = shipping.shipped if movement.kind == "shipment" else shipping.returned
    lines = order_lines.lines(site.db, stored.id)
    return spread(lines, movement.moved, frozenset(services), movement.number)


def _command(told: Told, movement: Movement) -> Command:
    act = "ship" if movement.kind == "shipment" else "return"
    key = f"{told.channel}|{told.remote_id}|{act}|{movement.number}"
    if movement.told_before:  # the ERP has put more into one that the channel knows
        key += f"|after {sum(told.before.values())}"
    if movement.kind == "return":
        return RecordReturn(key, told.remote_id, told.pieces)
    parcel = Parcel(told.pieces, movement.carrier, movement.tracking)
    return ConfirmShipment(key, told.remote_id, parcel, told.before)


def _advance(site: Site, stored: Stored, movement: Movement, pieces: dict[str, int]) -> None:
    """Note what moved; an order whose every piece has left is shipped."""
    db, now = site.db, site.ports.clock.now()
    add = order_lines.add_shipped if movement.kind == "shipment" else order_lines.add_returned
    add(db, stored.id, pieces)
    what = f"{movement.kind} {movement.number}: {sum(pieces.values())} pieces ({movement.place})"
    if movement.kind == "return":
        orders.add_event(db, stored.id, now, what)
        orders.set_examined(db, stored.id, "")
        return
    if not stored.erp_words:  # its goods left: the ERP has it, whoever entered it
        orders.set_answer(db, stored.id, stored.erp_number, "received: its goods have left", None)
    orders.set_examined(db, stored.id, "")  # what a person must do about it may have changed
    whole = shipping.is_complete(order_lines.lines(db, stored.id))
    orders.set_state(db, stored.id, "shipped" if whole else "acknowledged", None, now, what)
