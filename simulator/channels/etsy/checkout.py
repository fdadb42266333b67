"""Buying: from a basket to a receipt, stock taken down, money in the seller's account."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import Buyer, SoldOut
from simulator.channels.etsy import ledger, listings, receipts, sales, shipping
from simulator.commerce.shop import Document
from simulator.commerce.tax import Rate, rounded, tax_in, tax_on

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

DAY_S = 86_400
Json = dict[str, Any]


def find(store: Store, sku: str) -> tuple[Document, Json] | None:
    """The listing and product that offer a sku to shoppers; of several the oldest active one."""
    shown = ("active", "sold_out")
    offered = (d for d in store.listings_with(sku) if not d.body.get("frozen"))
    found = [d for d in offered if d.body["state"] in shown]
    found.sort(key=lambda d: shown.index(d.body["state"]))
    for listing in found:
        for product in listing.body["inventory"]["products"]:
            if product["sku"] == sku and product["offering"]["enabled"]:
                return listing, product
    return None


def buy(store: Store, basket: Mapping[str, int], buyer: Buyer) -> Document:
    """Place and pay an order; SoldOut when a listing does not have the pieces."""
    if store.given("vacation"):
        raise SoldOut("the shop is taking a short break")
    lines = [_take(store, sku, pieces, buyer.country) for sku, pieces in basket.items()]
    goods = sum(line["price"] * line["quantity"] for line in lines)
    discount = sum(line["discount"] for line in lines)
    sent = sum(line["shipping"] for line in lines)
    vat, tax = _taxes(store, goods - discount, sent, buyer.country)
    total = goods - discount + sent + tax
    is_paid = not store.given("payments_pending")
    now = store.second()
    body = {
        "status": "paid" if is_paid else "payment processing",
        "buyer_id": _buyer(store, buyer.email),
        "email": buyer.email,
        "buyer": {"first": buyer.first_name, "last": buyer.last_name, "phone": buyer.phone},
        "name": f"{buyer.first_name} {buyer.last_name}",
        "address": _address(buyer),
        "method": "cc" if is_paid else "bt",
        "message": "",
        "is_gift": False,
        "gift_message": "",
        "is_paid": is_paid,
        "paid_at": now if is_paid else None,
        "is_shipped": False,
        "shipped_at": None,
        "delivered_at": None,
        "payment_id": store.new_id("payment"),
        "goods": goods,
        "discount": discount,
        "shipping": sent,
        "vat": vat,
        "tax": tax,
        "total": total,
        "lines": lines,
        "parcels": [],
        "refunds": [],
    }
    receipt = store.add("receipt", body)
    store.shop.set_setting("etsy sold", store.shop.setting("etsy sold", 0) + len(lines))
    if is_paid:
        ledger.enter(
            store, total - receipts.fee(store, total), "PAYMENT_GROSS", "receipt", receipt.id
        )
        store.dialect.hooks.announce("order.paid", receipt)
    return receipt


def _take(store: Store, sku: str, pieces: int, country: str) -> Json:
    """The line of one sku, its pieces taken off the listing."""
    found = find(store, sku)
    if found is None:
        raise SoldOut(f"{sku} is not for sale here")
    listing, product = found
    body, offering = listing.body, product["offering"]
    if body["state"] != "active" or offering["quantity"] < pieces:
        raise SoldOut(f"{sku}: only {offering['quantity']} left")
    less = sales.off(store, listing.id, offering["price"])
    readiness = offering["readiness"] or body.get("readiness_state_id")
    profile = store.shop.get("readiness", readiness) if readiness else None
    now = store.second()
    profile_id = body.get("shipping_profile_id")
    line = {
        "id": store.new_id("transaction"),
        "listing_id": listing.id,
        "product_id": product["id"],
        "sku": sku,
        "title": body["title"],
        "description": body["description"],
        "values": product["values"],
        "image_id": body["images"][0]["id"] if body["images"] else None,
        "quantity": pieces,
        "price": offering["price"],
        "discount": less * pieces,
        "shipping": shipping.cost(store, profile_id, country, pieces),
        "shipping_profile_id": profile_id,
        "min_days": profile.body["min"] if profile else body.get("processing_min"),
        "max_days": profile.body["max"] if profile else body.get("processing_max"),
        "ship_by": now + DAY_S * (profile.body["max"] if profile else 3),
    }
    listings.sell(store, listing, product["id"], pieces)
    return line


def _taxes(store: Store, goods: int, sent: int, country: str) -> tuple[int, int]:
    """(VAT that the prices contain, tax that comes on top), in minor units."""
    percent = store.given("taxes").get(country)
    if percent is None:
        return 0, 0
    amount, rate = Decimal(goods + sent), Rate(1, Decimal(percent))
    if store.given("taxes_included"):
        return int(rounded(tax_in(amount, [rate])[1], 0, half_down=True)), 0
    return 0, int(rounded(tax_on(amount, [rate])[1], 0))


def _buyer(store: Store, email: str) -> int:
    """The buyer's user number: the same whenever the same person buys."""
    for known in store.shop.all("buyer", sku=email):
        return known.id
    return store.add("buyer", {}, sku=email, quiet=True).id


def _address(buyer: Buyer) -> Json:
    return {
        "first_line": buyer.street,
        "second_line": None,
        "city": buyer.city,
        "state": None,
        "zip": buyer.postcode,
        "country_iso": buyer.country,
    }
