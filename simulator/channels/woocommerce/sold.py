"""What was sold here, as a hub that is connected to the shop learns of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import Buyer, SoldLine, SoldOrder
from simulator.channels.woocommerce import order_flow, order_goods
from simulator.commerce.shop import Document
from simulator.commerce.tax import rounded

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

UNSEEN = ("trash", "auto-draft", "checkout-draft")


def sold(dialect: WooCommerce, after: int) -> list[SoldOrder]:
    """The orders whose id lies above `after`, oldest first; none from the bin."""
    found = dialect.shop.all(order_flow.KIND, after=after)
    return [_order(dialect, order) for order in found if order.body["status"] not in UNSEEN]


def _order(dialect: WooCommerce, found: Document) -> SoldOrder:
    body = found.body
    rates = {row["rate_id"]: Decimal(str(row["rate_percent"])) for row in body["tax_lines"]}
    return SoldOrder(
        seq=found.id,
        number=str(found.id),
        foreign_id=str(found.id),
        placed_at=found.created_at,
        currency=body["currency"],
        buyer=_buyer(body),
        lines=[_line(dialect, row, rates) for row in body["line_items"]],
        shipping=sum((_gross(row) for row in body["shipping_lines"]), Decimal(0)),
        is_paid=body["date_paid"] is not None,
    )


def _line(dialect: WooCommerce, row: dict[str, Any], rates: Mapping[int, Decimal]) -> SoldLine:
    good = order_goods.of_row(dialect, row)
    charged = (int(rate) for rate in row["taxes"]["total"])
    return SoldLine(
        sku=good.sku if good is not None else "",
        title=row["name"],
        quantity=row["quantity"],
        price=rounded(_gross(row) / (row["quantity"] or 1)),
        tax_rate=sum((rates.get(rate, Decimal(0)) for rate in charged), Decimal(0)),
        foreign_id=str(row["variation_id"] or row["product_id"]),
    )


def _gross(row: Mapping[str, Any]) -> Decimal:
    taxes = (Decimal(tax or 0) for tax in row["taxes"]["total"].values())
    return rounded(Decimal(row["total"] or 0) + sum(taxes, Decimal(0)))


def _buyer(body: Mapping[str, Any]) -> Buyer:
    def said(key: str) -> str:
        return str(body["shipping"].get(key) or body["billing"].get(key) or "")

    return Buyer(
        first_name=said("first_name"),
        last_name=said("last_name"),
        email=body["billing"].get("email") or "",
        phone=said("phone"),
        street=" ".join(filter(None, [said("address_1"), said("address_2")])),
        city=said("city"),
        postcode=said("postcode"),
        country=said("country"),
    )
