"""The journal of orders and that of returns: numbered entries, the last three days of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.store import Store
from simulator.faults import Faults

KEPT_S = 3 * 24 * 3600
HELD_S = 60  # an entry that another was to overtake appears after this anyway

CREATED, CONFIRMED, PAID, REMOVED, MERGED, SPLIT = 1, 2, 3, 4, 5, 6
INVOICED, RECEIPT, PACKED, UNPACKED, ADDRESS = 7, 8, 9, 10, 11
ROW_ADDED, ROW_EDITED, ROW_REMOVED, EDITED, COPIED, STATUS = 12, 13, 14, 16, 17, 18
INVOICE_REMOVED, RECEIPT_REMOVED, INVOICE_EDITED = 19, 20, 21

RETURN_CREATED, RETURN_ACCEPTED, RETURN_COMPLETED, RETURN_CANCELLED, RETURN_REFUNDED = range(1, 6)
RETURN_ADDRESS, RETURN_ROW_ADDED, RETURN_ROW_EDITED, RETURN_EDITED = range(6, 10)
RETURN_STATUS, RETURN_ROW_STATUS = 10, 11

FIRST = {"log": 456_001, "return_log": 61_001}


class Journal:
    """Writes entries, as far as the faults in force let them appear."""

    def __init__(self, store: Store, name: str, faults: Callable[[], Faults]) -> None:
        self.store, self.name, self.faults = store, name, faults

    def order(self, order_id: int, type: int, object_id: int = 0) -> None:
        """Something happened to an order."""
        self._write("log", {"order_id": order_id, "log_type": type, "object_id": object_id})

    def returned(self, return_id: int, type: int, object_id: int = 0) -> None:
        """Something happened to an order return."""
        about = {"return_id": return_id, "log_type": type, "object_id": object_id or return_id}
        self._write("return_log", about)

    def settle(self) -> None:
        """Let entries appear that were held back and that nothing has overtaken."""
        for kind in FIRST:
            held = self.store.shop.setting(f"held {kind}")
            if held and held["date"] + HELD_S <= self.store.now():
                self.store.shop.set_setting(f"held {kind}", None)
                self._add(kind, held)

    def _write(self, kind: str, entry: dict[str, Any]) -> None:
        entry = {**entry, "date": self.store.now()}
        fault = self.faults().event(self.name, f"{kind}/{entry['log_type']}")
        if fault == "event lost":
            return
        held = self.store.shop.setting(f"held {kind}")
        if fault == "event out of order" and held is None:
            self.store.shop.set_setting(f"held {kind}", entry)
            return
        for _ in range(2 if fault == "event twice" else 1):
            self._add(kind, entry)
        if held:
            self.store.shop.set_setting(f"held {kind}", None)
            self._add(kind, held)

    def _add(self, kind: str, entry: dict[str, Any]) -> None:
        number = self.store.shop.next_number(kind, FIRST[kind])
        self.store.shop.add(kind, entry, id=number, quiet=True)


def _entries(call: Call, kind: str, whose: str) -> list[dict[str, Any]]:
    """Entries above `last_log_id`, by number; nothing where the account does not keep the journal."""
    if not call.store.setting("journal"):
        return []
    oldest = call.store.now() - KEPT_S
    newest = call.store.now() - call.store.shop.lag.total_seconds()
    wanted = {str(t) for t in call.params.rows("logs_types", [])}
    only = call.params.whole(whose, 0)
    found = call.store.onward(kind, call.params.whole("last_log_id", 0) + 1)
    return [  # answers that were seen number them as `log_id`, the vendor's table of fields as `id`
        {"log_id": d.id, "id": d.id, **d.body}
        for d in found
        if oldest <= d.body["date"] <= newest
        and (not wanted or str(d.body["log_type"]) in wanted)
        and (not only or d.body[whose] == only)
    ]


def get_journal_list(call: Call) -> dict[str, Any]:
    """What happened to orders."""
    return {"logs": _entries(call, "log", "order_id")}


def get_order_return_journal_list(call: Call) -> dict[str, Any]:
    """What happened to order returns."""
    found = _entries(call, "return_log", "return_id")
    return {"logs": [{**entry, "type": entry["log_type"]} for entry in found]}


METHODS = {
    "getJournalList": get_journal_list,
    "getOrderReturnJournalList": get_order_return_journal_list,
}
