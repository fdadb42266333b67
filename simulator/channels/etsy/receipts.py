"""Receipts (orders): what changes in one, and how one is shown with its transactions.

A receipt ships as a whole: the vendor knows no quantities per parcel. Money is in minor units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import inventory, ledger
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

ADDRESS = ("first_line", "second_line", "city", "state", "zip", "country_iso")
FEE_PART, FEE_FIXED = 0.04, 0.30  # the payment fee: a share and a fixed amount (unconfirmed)
Json = dict[str, Any]


# -- changes --------------------------------------------------------------------------------------


def ship(store: Store, receipt: Document, code: str | None, carrier: str | None) -> Document:
    """Mark the whole receipt shipped; with a code a parcel more is told to the buyer."""
    body, now = receipt.body, store.second()
    if code:
        parcel = {
            "id": store.new_id("shipment"),
            "carrier": (carrier or "other").strip().lower(),
            "code": code,
            "at": now,
        }
        body["parcels"].append(parcel)
    first = not body["is_shipped"]
    body["is_shipped"], body["shipped_at"] = True, body["shipped_at"] or now
    if body["status"] == "paid":
        body["status"] = "completed"
    stored = store.shop.put(receipt)
    if first:
        store.dialect.hooks.announce("order.shipped", stored)
    return stored


def mark_shipped(store: Store, receipt: Document) -> Document:
    """Mark the whole receipt shipped, telling of no parcel."""
    return ship(store, receipt, None, None)


def unship(store: Store, receipt: Document) -> Document:
    """Take the mark back; parcels stay."""
    body = receipt.body
    body["is_shipped"], body["shipped_at"] = False, None
    if body["status"] == "completed":
        body["status"] = "paid"
    return store.shop.put(receipt)


def pay(store: Store, receipt: Document) -> Document:
    """The money has come: a processing order becomes a paid one."""
    body = receipt.body
    if body["is_paid"]:
        return receipt
    body["is_paid"], body["paid_at"], body["status"] = True, store.second(), "paid"
    total = body["total"]
    ledger.enter(store, total - fee(store, total), "PAYMENT_GROSS", "receipt", receipt.id)
    stored = store.shop.put(receipt)
    store.dialect.hooks.announce("order.paid", stored)
    return stored


def deliver(store: Store, receipt: Document) -> Document:
    """A carrier says that the parcel has arrived."""
    receipt.body["delivered_at"] = store.second()
    stored = store.shop.put(receipt)
    store.dialect.hooks.announce("order.delivered", stored)
    return stored


def cancel(store: Store, receipt: Document, reason: str) -> Document:
    """Cancel the whole order and give its money back. Stock stays as it is."""
    body = receipt.body
    if body["status"] == "canceled":
        return receipt
    left = body["total"] - refunded(body)
    if body["is_paid"] and left:
        _give_back(store, receipt, left, reason, "")
    body["status"] = "canceled"
    stored = store.shop.put(receipt)
    store.dialect.hooks.announce("order.canceled", stored)
    return stored


def refund(store: Store, receipt: Document, amount: int, reason: str, note: str) -> Document:
    """Give money back, wholly or in part. ValueError for more than is left."""
    body = receipt.body
    if not 0 < amount <= body["total"] - refunded(body):
        raise ValueError("a refund is above zero and not above what is left")
    _give_back(store, receipt, amount, reason, note)
    whole = refunded(body) >= body["total"]
    if body["status"] != "canceled":
        body["status"] = "fully refunded" if whole else "partially refunded"
    return store.shop.put(receipt)


def _give_back(store: Store, receipt: Document, amount: int, reason: str, note: str) -> None:
    row = {
        "id": store.new_id("adjustment"),
        "amount": amount,
        "at": store.second(),
        "reason": reason,
        "note": note,
    }
    receipt.body["refunds"].append(row)
    ledger.enter(store, -amount, "REFUND_GROSS", "receipt", receipt.id)


def refunded(body: Json) -> int:
    """What was given back so far."""
    return sum(row["amount"] for row in body["refunds"])


def fee(store: Store, amount: int) -> int:
    """What Etsy keeps of a payment."""
    return round(amount * FEE_PART) + store.minor(FEE_FIXED) if amount else 0


# -- showing --------------------------------------------------------------------------------------


def view(store: Store, receipt: Document) -> Json:
    """A ShopReceipt."""
    body = receipt.body
    created, updated = int(receipt.created_at.timestamp()), int(receipt.modified_at.timestamp())
    address = shown_address(store, body)
    return {
        "receipt_id": receipt.id,
        "receipt_type": 0,
        "seller_user_id": store.given("user_id"),
        "seller_email": store.given("email"),
        "buyer_user_id": body["buyer_id"],
        "buyer_email": body["email"] if store.given("grants_email") else None,
        "name": body["name"],
        **{name: address.get(name) for name in ADDRESS},
        "status": body["status"],
        "formatted_address": address.get("formatted_address"),
        "payment_method": body["method"],
        "payment_email": None,
        "message_from_seller": None,
        "message_from_buyer": body["message"] or None,
        "message_from_payment": None,
        "is_paid": body["is_paid"],
        "is_shipped": body["is_shipped"],
        "create_timestamp": created,
        "created_timestamp": created,
        "update_timestamp": updated,
        "updated_timestamp": updated,
        "is_gift": body["is_gift"],
        "gift_message": body["gift_message"],
        "gift_sender": "",
        **amounts(store, body),
        "shipments": [_parcel(p) for p in body["parcels"]],
        "transactions": transactions(store, receipt),
        "refunds": [_refund(store, row) for row in body["refunds"]],
    }


def amounts(store: Store, body: Json) -> Json:
    """The sums of a receipt; VAT is contained in prices, other tax comes on top."""
    return {
        "grandtotal": store.money(body["total"]),
        "subtotal": store.money(body["goods"] - body["discount"]),
        "total_price": store.money(body["goods"]),
        "total_shipping_cost": store.money(body["shipping"]),
        "total_tax_cost": store.money(body["tax"]),
        "total_vat_cost": store.money(body["vat"]),
        "discount_amt": store.money(body["discount"]),
        "gift_wrap_price": store.money(0),
    }


def shown_address(store: Store, body: Json) -> Json:
    """The address, or nothing where the app's key is not cleared for its country."""
    if body["address"]["country_iso"] in store.given("restricted_countries"):
        return {}
    address: Json = body["address"]
    city = f"{address['zip']} {address['city']}".strip()
    rows = (body["name"], address["first_line"], address["second_line"], city)
    written = "\n".join(str(row) for row in (*rows, address["country_iso"]) if row)
    return {**address, "formatted_address": written}


def transactions(store: Store, receipt: Document) -> list[Json]:
    """The ShopReceiptTransactions of a receipt."""
    return [transaction(store, receipt, line) for line in receipt.body["lines"]]


def transaction(store: Store, receipt: Document, line: Json) -> Json:
    """A ShopReceiptTransaction: one line."""
    body, created = receipt.body, int(receipt.created_at.timestamp())
    values = [inventory.value_view(v) for v in line["values"]]
    return {
        "transaction_id": line["id"],
        "title": line["title"],
        "description": line["description"],
        "seller_user_id": store.given("user_id"),
        "buyer_user_id": body["buyer_id"],
        "create_timestamp": created,
        "created_timestamp": created,
        "paid_timestamp": body["paid_at"],
        "shipped_timestamp": body["shipped_at"],
        "quantity": line["quantity"],
        "listing_image_id": line["image_id"],
        "receipt_id": receipt.id,
        "is_digital": False,
        "file_data": "",
        "listing_id": line["listing_id"],
        "transaction_type": "listing",
        "product_id": line["product_id"],
        "sku": line["sku"] or None,
        "price": store.money(line["price"]),
        "shipping_cost": store.money(line["shipping"]),
        "variations": [
            {
                "property_id": v["property_id"],
                "value_id": v["value_ids"][0] if v["value_ids"] else None,
                "formatted_name": v["property_name"],
                "formatted_value": ", ".join(v["values"]),
                "question_id": None,
            }
            for v in values
        ],
        "product_data": values,
        "shipping_profile_id": line["shipping_profile_id"],
        "min_processing_days": line["min_days"],
        "max_processing_days": line["max_days"],
        "shipping_method": None,
        "shipping_upgrade": None,
        "expected_ship_date": line["ship_by"],
        "buyer_coupon": 0.0,
        "shop_coupon": float(store.major(line["discount"])),
    }


def _parcel(parcel: Json) -> Json:
    return {
        "receipt_shipping_id": parcel["id"],
        "shipment_notification_timestamp": parcel["at"],
        "carrier_name": parcel["carrier"],
        "tracking_code": parcel["code"],
    }


def _refund(store: Store, row: Json) -> Json:
    return {
        "amount": store.money(row["amount"]),
        "created_timestamp": row["at"],
        "reason": row["reason"],
        "note_from_issuer": row["note"],
        "status": "refunded",
    }
