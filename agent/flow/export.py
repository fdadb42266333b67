"""Export: orders that are due into the ERP's import folder, whole or not at all, and each only once.

What will be written is recorded first, bytes and all, and made to last; then the file appears under its
final name in one step; then the order counts as written. After a crash in between, the file is looked
for where the ERP may have put it before anything is written again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from agent.decide.order_booking import booked
from agent.decide.order_check import as_one
from agent.erps.import_bytes import Sheet, file_bytes, file_name, is_per_buyer, sheet
from agent.erps.import_values import Unwritable
from agent.erps.imports import ImportFile, Imports, OrderFile
from agent.flow.import_folder import folder_of, keeps_what_it_took, place, put_marker, where_is
from agent.flow.site import Did, Site
from agent.model.booking import Fault
from agent.store import erp_answers, import_files, items, order_concerns, orders
from agent.store.import_files import Entry, Purpose
from agent.store.orders import Stored

MOST = 50  # files in one piece of work
LOOK_AGAIN_S = 5.0  # while a customer's file waits to be taken


@dataclass(frozen=True, slots=True)
class _Ready:
    """An order with everything that its file is filled from."""

    stored: Stored
    imports: Imports
    sheet: Sheet


def export(site: Site) -> Did:
    """Finish what was begun, then cancellations, then the orders that are due."""
    counts: Counter[str] = Counter()
    for entry in import_files.in_state(site.db, "intended"):
        counts[_resume(site, entry)] += 1
    for order_id in import_files.to_cancel(site.db):
        counts[_cancel(site, order_id)] += 1
    orders_file = site.settings.import_files.orders
    if orders_file is not None:
        _write_due(site, orders_file, counts)
    wake = frozenset({"files"}) if counts["written"] or counts["exceptions"] else frozenset[str]()
    waits = counts.pop("waiting", 0)
    more = counts["written"] + counts["customers"] >= MOST
    again = LOOK_AGAIN_S if waits else None
    return Did({k: n for k, n in sorted(counts.items()) if n and k}, more, again, wake)


def _write_due(site: Site, file: OrderFile, counts: Counter[str]) -> None:
    batch: list[_Ready] = []
    for order_id in import_files.due(site.db):
        if counts["written"] + counts["customers"] + len(batch) >= MOST:
            break
        ready = _prepared(site, order_id, file, counts)
        if ready is None or not _customer_is_known(site, ready, counts):
            continue
        batch.append(ready)
        if len(batch) == file.orders:
            _write(site, file, batch, counts)
            batch = []
    if batch:
        _write(site, file, batch, counts)


def _prepared(site: Site, order_id: int, file: OrderFile, counts: Counter[str]) -> _Ready | None:
    """The order ready to be written; None when it cannot be, or need not."""
    stored = orders.by_id(site.db, order_id)
    if stored.state != "due" or erp_answers.is_listed(site.db, stored.reference):
        return None  # the ERP has it already: acknowledge takes note
    try:
        ready = _ready(site, stored)
        file_bytes(file, [ready.sheet])
    except Unwritable as refusal:
        _make_exception(site, stored, Fault(refusal.what, refusal.where, refusal.next))
        counts["exceptions"] += 1
        return None
    return ready


def _ready(site: Site, stored: Stored) -> _Ready:
    imports = site.settings.import_files.for_shop(stored.channel)
    lines, faults = booked(stored.order, imports.rules(site.settings.currency))
    if faults:
        one = as_one(stored.order, faults)
        raise Unwritable(one.what, one.where, one.next)
    zone, gtins = site.settings.zone, items.gtins(site.db, [line.sku for line in lines])
    filled = sheet(stored.order, stored.reference, lines, imports, zone, gtins)
    return _Ready(stored, imports, filled)


def _make_exception(site: Site, stored: Stored, fault: Fault) -> None:
    now = site.ports.clock.now()
    with site.db.atomic():
        orders.set_state(site.db, stored.id, "exception", fault, now, f"exception: {fault.what}")


def _customer_is_known(site: Site, ready: _Ready, counts: Counter[str]) -> bool:
    """Whether the order's customer is known to the ERP; the first time, its file is written."""
    file = ready.imports.customers
    code = str(ready.sheet.values["customer"])
    if file is None or not is_per_buyer(ready.imports) or import_files.is_customer(site.db, code):
        return True
    folder = str(folder_of(site, file))
    entry = import_files.named(site.db, folder, file_name(file, ready.sheet.values))
    if entry is None:
        if not _begin(site, "customer", file, [ready]):
            return False
        counts["customers"] += 1
        entry = import_files.named(site.db, folder, file_name(file, ready.sheet.values))
    if entry is None or entry.state in ("intended", "doubt"):
        return False
    import_files.share_customer(site.db, entry.id, ready.stored.id)
    if entry.state == "refused":
        what = f"the ERP refused the customer's file {entry.name}: {entry.words}"
        advice = f"add customer {code} in the ERP, or correct the order"
        _make_exception(site, ready.stored, Fault(what, entry.folder, advice))
        counts["exceptions"] += 1
        return False
    known = file.wait == "no" or (file.wait == "taken" and entry.state == "taken")
    counts["waiting"] += not known
    return known


def _write(site: Site, file: OrderFile, batch: list[_Ready], counts: Counter[str]) -> None:
    if _begin(site, "order", file, batch):
        counts["written"] += len(batch)


def _cancel(site: Site, order_id: int) -> str:
    """Write the file that cancels an order in the ERP, where its profile has such files."""
    stored = orders.by_id(site.db, order_id)
    file = site.settings.import_files.for_shop(stored.channel).cancellations
    if file is None:
        return ""
    try:
        ready = _ready(site, stored)
        return "cancellations" if _begin(site, "cancellation", file, [ready]) else ""
    except Unwritable as refusal:
        fault = Fault(
            f"no cancellation can be written: {refusal.what}", refusal.where, refusal.next
        )
        _concern(site, order_id, fault)
        return ""


def _begin(site: Site, what: Purpose, file: ImportFile, batch: list[_Ready]) -> bool:
    """Record the file, then write it; False when it could not be, which its orders then show."""
    name = file_name(file, batch[0].sheet.values)
    content = file_bytes(file, [ready.sheet for ready in batch])
    folder = str(folder_of(site, file))
    with site.db.atomic():
        if any(_moved_on(site, ready, what) for ready in batch):
            return False
        taken = import_files.named(site.db, folder, name)
        if taken is not None:
            return False
        now = site.ports.clock.now()
        file_id = import_files.intend(site.db, what, folder, name, content, now)
        import_files.attach(site.db, file_id, what, [ready.stored.id for ready in batch])
        if what == "order":
            for ready in batch:
                orders.set_told(site.db, ready.stored.id)
    entry = import_files.named(site.db, folder, name)
    return entry is not None and _finish(site, entry, resumed=False) == "written"


def _moved_on(site: Site, ready: _Ready, what: Purpose) -> bool:
    """Whether the order has changed since it was read, or has such a file."""
    now = orders.by_id(site.db, ready.stored.id)
    if import_files.of_order(site.db, now.id, what) is not None:
        return what != "customer"
    return now.digest != ready.stored.digest or now.state != ready.stored.state


def _resume(site: Site, entry: Entry) -> str:
    return "resumed" if _finish(site, entry, resumed=True) == "written" else "in_doubt"


def _finish(site: Site, entry: Entry, *, resumed: bool) -> str:
    """Bring an intention to its end: "written", or "doubt" for a person to settle."""
    found = where_is(site, entry.folder, entry.name, entry.digest)
    if not found.same:
        return _doubt(site, entry, f"a file {entry.name} that is not ours lies there already")
    if found.place == "nowhere":
        if resumed and not _may_write_again(site, entry):
            return _doubt(site, entry, f"{entry.name} may have been written and taken, or not")
        site.db.barrier()  # from here on the ERP may read it: the intention must outlast a power cut
        try:
            if not place(site, entry, _marker(site, entry.what)):
                return _doubt(
                    site, entry, f"a file {entry.name} that is not ours lies there already"
                )
        except OSError:
            if site.ports.files.look(Path(entry.folder) / entry.name) is None:
                with site.db.atomic():
                    import_files.forget(site.db, entry.id)
            raise
    elif found.place == "import":
        put_marker(site, entry, _marker(site, entry.what))
    _written(site, entry)
    return "written"


def _may_write_again(site: Site, entry: Entry) -> bool:
    """Whether a second file under this name can do no harm: the ERP keeps or refuses what it has."""
    imports = site.settings.import_files
    return imports.refuses_duplicates or keeps_what_it_took(site, entry.folder)


def _marker(site: Site, what: Purpose) -> str:
    imports = site.settings.import_files
    files = {
        "order": imports.orders,
        "customer": imports.customers,
        "cancellation": imports.cancellations,
    }
    file = files[what]
    return "" if file is None else file.marker


def _written(site: Site, entry: Entry) -> None:
    now = site.ports.clock.now()
    with site.db.atomic():
        import_files.settle(site.db, entry.id, "published")
        for order_id in import_files.orders_of(site.db, entry.id):
            order_concerns.drop(site.db, order_id, "file")
            orders.add_event(site.db, order_id, now, f"{entry.what} file written: {entry.name}")
            stored = orders.by_id(site.db, order_id)
            if entry.what == "order" and stored.state in ("due", "exception"):
                orders.set_written(site.db, order_id, now)
                orders.set_state(site.db, order_id, "written", None, now, "written")


def _doubt(site: Site, entry: Entry, what: str) -> str:
    """A person, or the ERP's own list, says whether the ERP has it; until then nothing is written."""
    with site.db.atomic():
        import_files.settle(site.db, entry.id, "doubt")
        for order_id in import_files.orders_of(site.db, entry.id):
            advice = "look in the ERP: `tally orders --written` if it has the order, else `--again`"
            _concern(site, order_id, Fault(what, entry.folder, advice))
    return "doubt"


def _concern(site: Site, order_id: int, fault: Fault) -> None:
    now = site.ports.clock.now()
    with site.db.atomic():
        if order_concerns.put(site.db, order_id, "file", fault, now):
            orders.add_event(site.db, order_id, now, fault.what)
