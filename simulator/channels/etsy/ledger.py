"""The seller's payment account: what Etsy charges and pays, entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.channels.etsy.errors import not_found
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

OLDEST = 946_684_800  # no earlier time may be asked for
Json = dict[str, Any]


def charge(store: Store, what: str, reference: str, id: int) -> None:
    """Take the listing fee from the account."""
    enter(store, -store.minor(store.given("listing_fee")), what, reference, id)


def enter(store: Store, amount: int, what: str, reference: str, id: int) -> None:
    """A new entry; amounts that the seller pays are negative."""
    if not amount:
        return
    balance = int(store.shop.setting("etsy balance", 0)) + amount
    store.shop.set_setting("etsy balance", balance)
    entry = {
        "amount": amount,
        "what": what,
        "balance": balance,
        "at": store.second(),
        "reference": reference,
        "reference_id": str(id),
    }
    store.add("ledger", entry, quiet=True)


def view(store: Store, entry: Document) -> Json:
    """An entry as the API shows it."""
    body = entry.body
    return {
        "entry_id": entry.id,
        "ledger_id": store.given("shop_id"),
        "sequence_number": entry.id - 9_000_000_000,
        "amount": body["amount"],
        "currency": store.currency,
        "description": body["what"],
        "balance": body["balance"],
        "create_date": body["at"],
        "created_timestamp": body["at"],
        "ledger_type": body["what"],
        "reference_type": body["reference"],
        "reference_id": body["reference_id"],
        "parent_entry_id": 0,
        "payment_adjustments": [],
    }


def _entries(call: Call) -> Reply:
    call.query.need(["min_created", "max_created"])
    first = call.query.whole("min_created", OLDEST, OLDEST)
    last = call.query.whole("max_created", OLDEST, OLDEST)
    limit, offset = call.page()
    found = [e for e in call.store.shop.all("ledger") if first <= e.body["at"] <= last]
    found.reverse()
    rows = [view(call.store, e) for e in found[offset : offset + limit]]
    return Reply(listed(rows, len(found)))


def _entry(call: Call) -> Reply:
    entry = call.store.shop.get("ledger", call.number("entry_id"))
    if entry is None:
        raise not_found()
    return Reply(view(call.store, entry))


ENTRIES, READ = "/shops/{shop_id}/payment-account/ledger-entries", ("transactions_r",)
ROUTES = (
    Route("GET", ENTRIES, _entries, READ),
    Route("GET", f"{ENTRIES}/{{entry_id}}", _entry, READ),
)
