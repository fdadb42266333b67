"""Receipts and transactions over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from simulator.channels.etsy import NAME, receipts
from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.channels.etsy.errors import bad, not_found
from simulator.channels.etsy.ledger import OLDEST
from simulator.channels.etsy.listing_lists import direction
from simulator.channels.etsy.store import LISTING
from simulator.commerce.shop import Document, document

SORTS = ("created", "updated", "receipt_id")
DEEPEST = 12_000  # the highest offset
FLAGS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "was_paid": lambda body: body["is_paid"],
    "was_shipped": lambda body: body["is_shipped"],
    "was_delivered": lambda body: body["delivered_at"] is not None,
    "was_canceled": lambda body: body["status"] == "canceled",
}


def read_all(call: Call) -> Reply:
    """getShopReceipts: filtered by times and flags, sorted, by page."""
    limit, offset = call.page()
    if offset > DEEPEST:
        raise bad(f"offset cannot be more than {DEEPEST}")
    sort_on = call.query.choice("sort_on", SORTS) or "created"
    wanted = {name: call.query.flag(name) for name in FLAGS}
    found = [
        receipt
        for receipt in _between(call)
        if all(want is None or FLAGS[name](receipt.body) == want for name, want in wanted.items())
    ]
    keys: dict[str, Callable[[Document], Any]] = {
        "created": lambda d: (d.created_at, d.id),
        "updated": lambda d: (d.modified_at, d.id),
        "receipt_id": lambda d: d.id,
    }
    found.sort(key=keys[sort_on], reverse=direction(call))
    faults = call.store.world.faults
    rows = [
        receipts.view(call.store, receipt)
        for receipt in found[offset : offset + limit]
        if not faults.omits(NAME, "orders")
    ]
    return Reply(listed(rows, len(found)))


def _between(call: Call) -> Iterable[Document]:
    """The receipts made and changed between the times that are asked for; whole seconds."""
    bounds = {
        name: call.query.integer(name, OLDEST)
        for name in ("min_created", "max_created", "min_last_modified", "max_last_modified")
    }
    shop = call.store.shop
    if shop.lag:
        return [d for d in shop.seen("receipt") if _lies(d, bounds)]
    columns = {"created": "created_at", "last_modified": "modified_at"}
    where, values = "shop = ? and kind = 'receipt'", [shop.name]
    for name, bound in bounds.items():
        if bound is not None:
            side, _, what = name.partition("_")
            least = side == "min"
            where += f" and {columns[what]} {'>=' if least else '<'} ?"
            values.append(_text(bound if least else bound + 1))
    rows = shop.db.execute(f"{LISTING} where {where}", values).fetchall()
    return [document(row) for row in rows]


def _lies(receipt: Document, bounds: dict[str, int | None]) -> bool:
    at = {
        "created": int(receipt.created_at.timestamp()),
        "last_modified": int(receipt.modified_at.timestamp()),
    }
    for name, bound in bounds.items():
        side, _, what = name.partition("_")
        if bound is not None and (at[what] < bound if side == "min" else at[what] > bound):
            return False
    return True


def _text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat(timespec="microseconds")


def read(call: Call) -> Reply:
    """getShopReceipt."""
    receipt = call.store.seen("receipt", call.number("receipt_id"))
    return Reply(receipts.view(call.store, receipt))


def update(call: Call) -> Reply:
    """updateShopReceipt: turns the two marks, nothing else."""
    store = call.store
    receipt = store.need("receipt", call.number("receipt_id"))
    paid, shipped = call.body.flag("was_paid"), call.body.flag("was_shipped")
    if paid:
        receipt = receipts.pay(store, receipt)
    if shipped is not None and shipped != receipt.body["is_shipped"]:
        turn = receipts.mark_shipped if shipped else receipts.unship
        receipt = turn(store, receipt)
    return Reply(receipts.view(store, receipt))


def of_receipt(call: Call) -> Reply:
    """getShopReceiptTransactionsByReceipt."""
    receipt = call.store.seen("receipt", call.number("receipt_id"))
    return Reply(listed(receipts.transactions(call.store, receipt)))


def of_shop(call: Call) -> Reply:
    """getShopReceiptTransactionsByShop, newest first."""
    return _paged(call, lambda line: True)


def of_listing(call: Call) -> Reply:
    """getShopReceiptTransactionsByListing, newest first."""
    wanted = call.number("listing_id")
    return _paged(call, lambda line: line["listing_id"] == wanted)


def one(call: Call) -> Reply:
    """getShopReceiptTransaction."""
    wanted = call.number("transaction_id")
    for receipt in call.store.shop.seen("receipt"):
        for line in receipt.body["lines"]:
            if line["id"] == wanted:
                return Reply(receipts.transaction(call.store, receipt, line))
    raise not_found()


def _paged(call: Call, matches: Callable[[dict[str, Any]], bool]) -> Reply:
    limit, offset = call.page()
    found = [
        (receipt, line)
        for receipt in reversed(call.store.shop.seen("receipt"))
        for line in receipt.body["lines"]
        if matches(line)
    ]
    page = found[offset : offset + limit]
    return Reply(listed([receipts.transaction(call.store, *pair) for pair in page], len(found)))


OF_SHOP, ONE = "/shops/{shop_id}/receipts", "/shops/{shop_id}/receipts/{receipt_id}"
READ = ("transactions_r",)
ROUTES = (
    Route("GET", OF_SHOP, read_all, READ),
    Route("GET", ONE, read, READ),
    Route("PUT", ONE, update, ("transactions_w",)),
    Route("GET", f"{ONE}/transactions", of_receipt, READ),
    Route("GET", "/shops/{shop_id}/transactions", of_shop, READ),
    Route("GET", "/shops/{shop_id}/transactions/{transaction_id}", one, READ),
    Route("GET", "/shops/{shop_id}/listings/{listing_id}/transactions", of_listing, READ),
)
