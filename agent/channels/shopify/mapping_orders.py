"""Shopify orders and refunds → orders as everybody means them. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from agent.channels.shopify.mapping import minor
from agent.model.order import Address, Charge, Order, OrderLine, OrderState, Payment

Node = Mapping[str, Any]
CANCELLED, RETURNED = "Cancelled", "Returned"  # how our own refunds' notes begin
LONGEST_REFERENCE = 64
REFERENCE_NAMES = re.compile(
    r"(?i)(^|[ _-])(order|po|ref|reference|external)([ _-]?(id|no|nr|number|key|ref|reference))?$"
)
PAYMENTS: Mapping[str, Payment] = {
    "PAID": "paid",
    "PARTIALLY_REFUNDED": "paid",
    "AUTHORIZED": "authorised",
    "PENDING": "pending",
    "PARTIALLY_PAID": "pending",
    "REFUNDED": "refunded",
    "EXPIRED": "failed",
    "VOIDED": "failed",
}


def order(shop: str, node: Node, refunds: Sequence[Node] = ()) -> Order:
    """An order with all its lines; `refunds` where pieces were taken off. ValueError if it is none."""
    currency = str(node["currencyCode"])
    gross = bool(node["taxesIncluded"])
    returned = refunded(refunds, {"RETURN", "NO_RESTOCK", "LEGACY_RESTOCK"})
    return Order(
        channel=shop,
        remote_id=str(node["id"]),
        number=str(node["name"]),
        state=_state(node),
        payment=PAYMENTS.get(str(node.get("displayFinancialStatus")), "pending"),
        placed_at=moment(node["processedAt"] or node["createdAt"]),
        modified_at=moment(node["updatedAt"]),
        currency=currency,
        lines=tuple(
            _line(line, currency, returned, gross=gross, all_off=bool(node.get("cancelledAt")))
            for line in node["lineItems"]["nodes"]
        ),
        charges=tuple(
            _charge(line, currency, gross=gross) for line in node["shippingLines"]["nodes"]
        ),
        total=_amount(node["totalPriceSet"], currency),
        email=str(node.get("email") or ""),
        billing=_address(node.get("billingAddress")),
        shipping=_address(node.get("shippingAddress") or node.get("billingAddress")),
        note=str(node.get("note") or ""),
        references=tuple(_references(node)),
    )


def needs_refunds(node: Node) -> bool:
    """Whether pieces were taken off, so that only refunds tell cancelled from returned ones."""
    lines = node["lineItems"]["nodes"]
    return any(line["currentQuantity"] < line["quantity"] for line in lines)


def refunded(refunds: Iterable[Node], kinds: Iterable[str]) -> dict[str, int]:
    """Pieces that refunds of these restock types name, by line gid."""
    wanted, pieces = set(kinds), dict[str, int]()
    for refund in refunds:
        for row in (refund.get("refundLineItems") or {}).get("nodes") or ():
            if row.get("restockType") in wanted:
                line = str(row["lineItem"]["id"])
                pieces[line] = pieces.get(line, 0) + int(row["quantity"])
    return pieces


def tag(key: str) -> str:
    """Our mark in a note that people read, by which we find again what we did."""
    return f"[tally {hashlib.sha256(key.encode()).hexdigest()[:12]}]"


def moment(text: str) -> datetime:
    """A DateTime as an aware moment, UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _line(
    line: Node, currency: str, returned: Mapping[str, int], *, gross: bool, all_off: bool
) -> OrderLine:
    quantity = int(line["quantity"])
    off = quantity - int(line["currentQuantity"]) - returned.get(str(line["id"]), 0)
    discount = sum(_amount(d["allocatedAmountSet"], currency) for d in line["discountAllocations"])
    paid = _amount(line["originalUnitPriceSet"], currency) * quantity - discount
    tax = sum(_amount(t["priceSet"], currency) for t in line["taxLines"])
    title = " - ".join(t for t in (line["title"], line.get("variantTitle")) if t)
    return OrderLine(
        remote_id=str(line["id"]),
        sku=str(line.get("sku") or ""),
        title=title,
        quantity=quantity,
        net=paid - tax if gross else paid,
        tax=tax,
        tax_rate=_rate(line["taxLines"]),
        cancelled=quantity if all_off else max(0, off),
    )


def _charge(line: Node, currency: str, *, gross: bool) -> Charge:
    paid = _amount(line["discountedPriceSet"], currency)
    tax = sum(_amount(t["priceSet"], currency) for t in line["taxLines"])
    return Charge("shipping", str(line["title"]), paid - tax if gross else paid, tax)


def _rate(taxes: Sequence[Node]) -> Decimal | None:
    """The line's tax rate in per cent, where it is exactly one."""
    if len(taxes) != 1 or taxes[0].get("rate") is None:
        return None
    return (Decimal(str(taxes[0]["rate"])) * 100).normalize()


def _state(node: Node) -> OrderState:
    if node.get("cancelledAt"):
        return "cancelled"
    return "refunded" if node.get("displayFinancialStatus") == "REFUNDED" else "open"


def _address(node: Node | None) -> Address:
    node = node or {}
    name = " ".join(str(node.get(k) or "").strip() for k in ("firstName", "lastName")).strip()
    return Address(
        name=name,
        company=str(node.get("company") or ""),
        street=str(node.get("address1") or ""),
        street2=str(node.get("address2") or ""),
        city=str(node.get("city") or ""),
        region=str(node.get("provinceCode") or ""),
        postcode=str(node.get("zip") or ""),
        country=str(node.get("countryCodeV2") or ""),
        phone=str(node.get("phone") or ""),
    )


def _references(node: Node) -> Iterable[tuple[str, str]]:
    pairs = {
        "id": node.get("legacyResourceId"),
        "number": node.get("name"),
        "po_number": node.get("poNumber"),
        "source_id": node.get("sourceIdentifier"),
    }
    for kind, value in pairs.items():
        if value:
            yield kind, str(value)
    for transaction in node.get("transactions") or ():
        yield "transaction_id", str(transaction["id"]).rpartition("/")[2]
    for attribute in node.get("customAttributes") or ():
        key, value = str(attribute["key"]), str(attribute.get("value") or "").strip()
        if REFERENCE_NAMES.search(key) and 3 <= len(value) <= LONGEST_REFERENCE:
            yield key, value


def _amount(bag: Node, currency: str) -> int:
    text = bag["shopMoney"]["amount"]
    found = minor(text, currency)
    if found is None:
        raise ValueError(f'not an amount: "{text}"')
    return found
