"""What was sold here, as a hub that is connected to the shop learns of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from simulator.channels import Buyer, SoldLine, SoldOrder
from simulator.channels.shopify.rules import orders
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document
from simulator.commerce.tax import rounded

HUNDRED = Decimal(100)


def sold(store: Store, after: int) -> list[SoldOrder]:
    """The orders whose number (its id) lies above `after`, oldest first."""
    return [_order(store, found) for found in store.shop.all("order", after=after)]


def _order(store: Store, found: Document) -> SoldOrder:
    body = found.body
    money = orders.financial_status(found, store.children("transaction", found))
    return SoldOrder(
        seq=found.id,
        number=body["name"],
        foreign_id=str(found.id),
        placed_at=found.created_at,
        currency=body["currency"],
        buyer=_buyer(body),
        lines=[_line(row, body["taxesIncluded"]) for row in body["lines"]],
        shipping=_shipping(body),
        is_paid=money == "PAID",
    )


def _line(row: Mapping[str, Any], is_gross: bool) -> SoldLine:
    whole = orders.line_total(row) + (0 if is_gross else orders.line_tax(row))
    rates = [Decimal(str(tax["rate"])) for tax in row["taxLines"]]
    return SoldLine(
        sku=row["sku"] or "",
        title=row["title"],
        quantity=row["quantity"],
        price=rounded(whole / row["quantity"]),
        tax_rate=sum(rates, Decimal(0)) * HUNDRED,
        foreign_id=str(row.get("variantId") or ""),
    )


def _shipping(body: Mapping[str, Any]) -> Decimal:
    total = Decimal(0)
    for row in body["shippingLines"]:
        total += Decimal(row["price"])
        if not body["taxesIncluded"]:
            total += sum((Decimal(tax["price"]) for tax in row["taxLines"]), Decimal(0))
    return total


def _buyer(body: Mapping[str, Any]) -> Buyer:
    address = body["shippingAddress"] or body["billingAddress"] or {}

    def said(key: str) -> str:
        return str(address.get(key) or "")

    return Buyer(
        first_name=said("firstName"),
        last_name=said("lastName"),
        email=body["email"] or "",
        phone=said("phone") or body["phone"] or "",
        street=" ".join(filter(None, [said("address1"), said("address2")])),
        city=said("city"),
        postcode=said("zip"),
        country=said("countryCode"),
    )
