"""Acknowledge: the ERP's answers to what we wrote, from its order list and its folders."""

from __future__ import annotations

from collections import Counter

from agent.decide.order_state import answered, is_off
from agent.erps.imports import Failed
from agent.flow.import_folder import keeps_what_it_took, where_is
from agent.flow.patterns import any_of
from agent.flow.purchases import told_at
from agent.flow.site import Did, Site
from agent.model.booking import Fault
from agent.model.change import CancelOrder
from agent.store import (
    erp_answers,
    import_files,
    order_concerns,
    order_lines,
    orders,
    outbox,
)
from agent.store.erp_answers import Answer
from agent.store.import_files import Entry
from agent.store.orders import Stored

UNFILED = ("waiting", "due", "exception")


def acknowledge(site: Site) -> Did:
    """Take note of what the ERP took, refused, numbered, allocated and cancelled."""
    counts: Counter[str] = Counter()
    wake: set[str] = set()
    for entry in import_files.under_way(site.db):
        counts[_settle_file(site, entry)] += 1
    if counts["taken"]:
        wake.add("export")  # an order may wait for its customer's file
    for answer in {answer.order_id: answer for answer in erp_answers.news(site.db)}.values():
        with site.db.atomic():
            stored = orders.by_id(site.db, answer.order_id)
            if _is_known(stored, answer):
                continue
            counts[answer.status] += 1
            wake |= {_note(site, stored, answer)} - {""}
    return Did({k: n for k, n in sorted(counts.items()) if k and n}, wake=frozenset(wake))


def _settle_file(site: Site, entry: Entry) -> str:
    """What became of a file, as far as the ERP's folders tell."""
    found = where_is(site, entry.folder, entry.name, entry.digest)
    if found.place == "refused":
        return _refused(site, entry, found.words)
    gone = found.place == "nowhere" and entry.state == "published" and entry.what != "order"
    if found.place == "taken" or (gone and not keeps_what_it_took(site, entry.folder)):
        return _taken(site, entry)
    return ""


def _taken(site: Site, entry: Entry) -> str:
    now = site.ports.clock.now()
    with site.db.atomic():
        import_files.settle(site.db, entry.id, "taken")
        for order_id in import_files.orders_of(site.db, entry.id):
            order_concerns.drop(site.db, order_id, "file")
            orders.add_event(site.db, order_id, now, f"the ERP took {entry.name}")
            if entry.what == "order" and orders.by_id(site.db, order_id).state in UNFILED:
                orders.set_written(site.db, order_id, now)
                orders.set_state(site.db, order_id, "written", None, now, "written")
    return "taken"


def _refused(site: Site, entry: Entry, words: str) -> str:
    failed = site.settings.import_files.failed
    if isinstance(failed, Failed) and any_of(failed.already, words):
        return _taken(site, entry)  # it has this one: a second file changed nothing
    now = site.ports.clock.now()
    said = words or "no reason given"
    with site.db.atomic():
        import_files.settle(site.db, entry.id, "refused", said)
        for order_id in import_files.orders_of(site.db, entry.id):
            stored = orders.by_id(site.db, order_id)
            advice = "correct the cause in the ERP, then `tally orders --again` by its reference"
            why = Fault(f"the ERP refused {entry.name}: {said}", entry.folder, advice)
            if entry.what == "order" and stored.state in (*UNFILED, "written"):
                orders.set_state(site.db, order_id, "refused", why, now, why.what)
            elif entry.what == "cancellation":
                order_concerns.put(site.db, order_id, "file", why, now)
    return "refused"


def _is_known(stored: Stored, answer: Answer) -> bool:
    return (
        stored.erp_words == _words(answer)
        and stored.erp_number == answer.erp_number
        and stored.state not in UNFILED
    )


def _words(answer: Answer) -> str:
    return f"{answer.status}: {answer.words}"


def _note(site: Site, stored: Stored, answer: Answer) -> str:
    """Keep one answer; gives the channel that must be told something, "" when none must."""
    db, now = site.db, site.ports.clock.now()
    knows = {"allocated", "shipped"} | {site.settings.import_files.stock_knows}
    known_at = answer.at if answer.status in knows else None
    orders.set_answer(db, stored.id, answer.erp_number, _words(answer), known_at)
    entry = import_files.of_order(db, stored.id, "order")
    if entry is not None and entry.state in ("published", "doubt"):
        import_files.settle(db, entry.id, "taken")
    order_concerns.drop(db, stored.id, "file")
    by_hand = " (entered by hand)" if stored.state in UNFILED and not stored.filed else ""
    counts = any(feed.kind == "shipments" for feed in site.settings.feeds.values())
    state = answered(stored.state, answer.status, counts_shipments=counts)
    told = _cancel(site, stored) if state == "cancelled" else ""
    if state == "cancelled" and any(line.shipped for line in order_lines.lines(db, stored.id)):
        state = "shipped"  # what was left of it is off; what left stays sold
    reason = None
    if state == "refused":
        advice = "correct it in the ERP; its next order list settles this"
        reason = Fault(f"the ERP says: {answer.words}", f"{answer.file}:{answer.line}", advice)
    number = f" {answer.erp_number}" if answer.erp_number else ""
    what_happened = f"ERP{number}: {answer.status} ({answer.words}){by_hand}"
    orders.set_state(db, stored.id, state, reason, now, what_happened)
    orders.set_examined(db, stored.id, "")  # a crossing change or cancellation is judged anew
    return told


def _cancel(site: Site, stored: Stored) -> str:
    """Tell the channel that the ERP cancelled, unless the channel was first; gives the channel."""
    order_concerns.drop(site.db, stored.id, "cancel")
    if is_off(stored.order):
        return ""
    lines = order_lines.lines(site.db, stored.id)
    rest = {line.remote_id: line.to_ship for line in lines if line.to_ship > 0}
    left = {line.remote_id: line.shipped for line in lines if line.shipped}
    told = told_at(site, stored, rest, left)
    command = CancelOrder(
        key=f"{told.channel}|{told.remote_id}|cancel|erp",
        remote_id=told.remote_id,
        lines=told.pieces if left else {},
        reason="cancelled by the shop",
    )
    is_news = outbox.queue(site.db, told.channel, stored.id, command, site.ports.clock.now())
    return told.channel if is_news else ""
