"""Payments: what a buyer paid, what Etsy keeps of it, and what was given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import ledger, receipts
from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

Json = dict[str, Any]


def view(store: Store, receipt: Document) -> Json:
    """A Payment: posted when shipped, adjusted when refunded."""
    body = receipt.body
    total, back = body["total"], receipts.refunded(body)
    created, updated = int(receipt.created_at.timestamp()), int(receipt.modified_at.timestamp())
    return {
        "payment_id": body["payment_id"],
        "buyer_user_id": body["buyer_id"],
        "shop_id": store.given("shop_id"),
        "receipt_id": receipt.id,
        **_amounts(store, "amount", total),
        **_amounts(store, "posted", total if body["is_shipped"] else None),
        **_amounts(store, "adjusted", total - back if back else None),
        "currency": store.currency,
        "shop_currency": store.currency,
        "buyer_currency": store.currency,
        "shipping_user_id": body["buyer_id"],
        "shipping_address_id": body["payment_id"],
        "billing_address_id": body["payment_id"],
        "status": "settled" if body["is_shipped"] else "authed",
        "shipped_timestamp": body["shipped_at"],
        "create_timestamp": created,
        "created_timestamp": created,
        "update_timestamp": updated,
        "updated_timestamp": updated,
        "payment_adjustments": [adjustment(store, body, row) for row in body["refunds"]],
    }


def _amounts(store: Store, name: str, gross: int | None) -> Json:
    if gross is None:
        return {f"{name}_{part}": None for part in ("gross", "fees", "net")}
    kept = receipts.fee(store, gross)
    return {
        f"{name}_gross": store.money(gross),
        f"{name}_fees": store.money(kept),
        f"{name}_net": store.money(gross - kept),
    }


def adjustment(store: Store, body: Json, row: Json) -> Json:
    """A PaymentAdjustment: one refund."""
    moments = {"created_timestamp": row["at"], "updated_timestamp": row["at"]}
    item = {
        "payment_adjustment_id": row["id"],
        "payment_adjustment_item_id": row["id"],
        "adjustment_type": "REFUND",
        "amount": row["amount"],
        "shop_amount": row["amount"],
        "transaction_id": None,
        "bill_payment_id": None,
        **moments,
    }
    return {
        "payment_adjustment_id": row["id"],
        "payment_id": body["payment_id"],
        "status": "completed",
        "is_success": True,
        "user_id": store.given("user_id"),
        "reason_code": row["reason"],
        "total_adjustment_amount": row["amount"],
        "shop_total_adjustment_amount": row["amount"],
        "buyer_total_adjustment_amount": row["amount"],
        "total_fee_adjustment_amount": 0,
        "create_timestamp": row["at"],
        "update_timestamp": row["at"],
        **moments,
        "payment_adjustment_items": [item],
    }


def of_receipt(call: Call) -> Reply:
    """getShopPaymentByReceiptId: none before the buyer has paid."""
    receipt = call.store.seen("receipt", call.number("receipt_id"))
    return Reply(listed([view(call.store, receipt)] if receipt.body["is_paid"] else []))


def by_number(call: Call) -> Reply:
    """getPayments, by their numbers."""
    call.query.need(["payment_ids"])
    wanted = set(call.query.integers("payment_ids"))
    found = call.store.shop.seen("receipt")
    rows = [view(call.store, r) for r in found if r.body["payment_id"] in wanted]
    return Reply(listed(rows))


def by_entry(call: Call) -> Reply:
    """getPaymentAccountLedgerEntryPayments: of those entries that are about an order."""
    call.query.need(["ledger_entry_ids"])
    entries = [call.store.shop.get("ledger", n) for n in call.query.integers("ledger_entry_ids")]
    wanted = {e.body["reference_id"] for e in entries if e and e.body["reference"] == "receipt"}
    found = call.store.shop.seen("receipt")
    return Reply(listed([view(call.store, r) for r in found if str(r.id) in wanted]))


READ = ("transactions_r",)
ROUTES = (
    Route("GET", "/shops/{shop_id}/receipts/{receipt_id}/payments", of_receipt, READ),
    Route("GET", "/shops/{shop_id}/payments", by_number, READ),
    Route("GET", f"{ledger.ENTRIES}/payments", by_entry, READ),
    *ledger.ROUTES,
)
