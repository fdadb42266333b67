"""New orders: from rows that somebody chose to an order with its totals and reservations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import pricing, salable, search, sources, stock_items, stores
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

FIRST_NUMBER = 1


@dataclass(frozen=True)
class Line:
    """One chosen row: a product, and for a configurable one the chosen variant."""

    product: Document
    quantity: float
    variant: Document | None = None
    chosen: Sequence[Mapping[str, Any]] = ()  # configurable_item_options
    quote_item_id: int = 0

    @property
    def goods(self) -> Document:
        """What leaves the shelf."""
        return self.variant or self.product


@dataclass(frozen=True)
class Placing:
    """Everything an order is made of."""

    lines: Sequence[Line]
    billing: Mapping[str, Any]
    shipping: Mapping[str, Any] | None
    email: str
    method: str  # of shipping
    method_title: str
    shipping_amount: float
    payment: str
    payment_title: str
    customer: Document | None = None
    quote_id: int = 0
    store: int = 1
    more: Mapping[str, Any] = field(default_factory=dict)


def place(dialect: Magento, asked: Placing) -> Document:
    """Store the order and reserve its goods."""
    shop = dialect.shop
    order_id = shop.next_number("order")
    now = search.now(dialect)
    stock = sources.stock_of_website(dialect, sources.BASE)
    stock_id = stock.id if stock else sources.DEFAULT_STOCK
    country = str((asked.shipping or asked.billing).get("country_id") or "")
    items: list[dict[str, Any]] = []
    for line in asked.lines:
        items += _rows(dialect, line, order_id, stock_id, now, country)
    money = [row for row in items if not row.get("parent_item_id")]
    billing, shipping = _addresses(dialect, asked, order_id)
    head = _head(dialect, asked, order_id, money)
    head["billing_address_id"] = billing["entity_id"] if billing else None
    if head.get("increment_id") is None:
        head["increment_id"] = f"{shop.next_number('increment', FIRST_NUMBER):09d}"
    percent = max((row["tax_percent"] for row in money), default=0)
    body = {
        "head": head,
        "items": items,
        "billing": billing,
        "shipping": shipping,
        "method": asked.method,
        "payment": {
            "additional_information": [asked.payment_title],
            "amount_ordered": head["grand_total"],
            "entity_id": order_id,
            "method": asked.payment,
            "parent_id": order_id,
            "shipping_amount": head["shipping_amount"],
        },
        "histories": [],
        "stock_id": stock_id,
        "tax_percent": percent,
        "tax_code": f"{country}-VAT",
    }
    found = shop.add("order", body, id=order_id, sku=head["increment_id"])
    for row in items:
        shop.add("order_item", {}, id=row["item_id"], parent_id=order_id, quiet=True)
    for line in asked.lines:
        salable.reserve(dialect, stock_id, line.goods.body["sku"], -line.quantity)
    return found


def _rows(
    dialect: Magento, line: Line, order_id: int, stock_id: int, now: str, country: str
) -> list[dict[str, Any]]:
    product, goods = line.product, line.goods
    price = pricing.final_price(dialect, goods, 1, line.quantity)
    money = pricing.taxed(dialect, price, line.quantity, country)
    original = pricing.taxed(dialect, pricing.list_price(goods, 1), 1, country)
    weight = goods.body["attrs"].get("weight")
    row = _row(dialect, order_id, now, line.quantity)
    row |= {
        "name": product.body["attrs"]["name"],
        "original_price": original.price_incl if money.percent else original.price,
        "price": money.price,
        "price_incl_tax": money.price_incl,
        "product_id": product.id,
        "product_type": product.body["type"],
        "quote_item_id": line.quote_item_id or row["item_id"],
        "row_total": money.total,
        "row_total_incl_tax": money.total_incl,
        "row_weight": (weight or 0) * line.quantity,
        "sku": goods.body["sku"],
        "tax_amount": money.tax,
        "tax_percent": money.percent,
        "weight": weight,
        "is_virtual": int(product.body["type"] == "virtual"),
    }
    short = _backordered(dialect, goods, stock_id, line.quantity)
    if short:
        row["qty_backordered"] = short
    if line.variant is None:
        return [row]
    row["product_option"] = {
        "extension_attributes": {"configurable_item_options": list(line.chosen)}
    }
    child = _row(dialect, order_id, now, line.quantity)
    child |= {
        "name": goods.body["attrs"]["name"],
        "original_price": 0,
        "parent_item_id": row["item_id"],
        "price": 0,
        "product_id": goods.id,
        "product_type": goods.body["type"],
        "quote_item_id": row["quote_item_id"] + 1,
        "row_total": 0,
        "row_weight": 0,
        "sku": goods.body["sku"],
        "tax_amount": 0,
        "tax_percent": 0,
        "weight": weight,
        "is_virtual": 0,
    }
    child.pop("discount_tax_compensation_amount")
    return [row, child]


def _row(dialect: Magento, order_id: int, now: str, quantity: float) -> dict[str, Any]:
    noughts = words(
        "amount_refunded discount_amount discount_invoiced discount_percent free_shipping"
        " discount_tax_compensation_amount is_qty_decimal no_discount qty_canceled qty_invoiced"
        " qty_refunded qty_shipped row_invoiced tax_invoiced"
    )
    return {
        **dict.fromkeys(noughts, 0),
        "created_at": now,
        "updated_at": now,
        "item_id": dialect.shop.next_number("order item"),
        "order_id": order_id,
        "qty_ordered": quantity,
        "store_id": 1,
    }


def _backordered(dialect: Magento, goods: Document, stock_id: int, quantity: float) -> float:
    item = stock_items.by_sku(dialect, goods.body["sku"])
    if item is None or not stock_items.value(item.body, "backorders"):
        return 0
    left = salable.quantity(dialect, stock_id, goods.body["sku"])
    left += stock_items.value(item.body, "min_qty")
    return float(max(quantity - max(left, 0), 0))


def _addresses(
    dialect: Magento, asked: Placing, order_id: int
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    shipping = None
    if asked.shipping is not None:
        shipping = _address(dialect, asked.shipping, "shipping", order_id, asked.email)
    billing = _address(dialect, asked.billing, "billing", order_id, asked.email)
    return billing, shipping


def _address(
    dialect: Magento, given: Mapping[str, Any], kind: str, order_id: int, email: str
) -> dict[str, Any]:
    names = words(
        "city company country_id fax firstname lastname middlename postcode prefix region"
        " region_code region_id street suffix telephone vat_id"
    )
    kept = {name: given[name] for name in names if given.get(name)}
    id = dialect.shop.next_number("order address")
    own = {"address_type": kind, "email": given.get("email") or email, "entity_id": id}
    return {**kept, **own, "parent_id": order_id}


def _head(
    dialect: Magento, asked: Placing, order_id: int, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    currency = dialect.settings()["currency"]
    net = round(sum(row["row_total"] for row in rows), 4)
    gross = round(sum(row["row_total_incl_tax"] for row in rows), 4)
    tax = round(sum(row["tax_amount"] for row in rows), 4)
    shipping = asked.shipping_amount if asked.shipping is not None else 0
    total = round(net + tax + shipping, 4)
    customer = asked.customer
    name = asked.billing if customer is None else customer.body
    person: dict[str, Any] = {
        "customer_email": asked.email,
        "customer_firstname": name.get("firstname"),
        "customer_lastname": name.get("lastname"),
        "customer_group_id": 0 if customer is None else customer.body["group_id"],
        "customer_is_guest": int(customer is None),
        "customer_id": None if customer is None else customer.id,
        "customer_note_notify": 1,
    }
    noughts = words(
        "discount_amount discount_tax_compensation_amount shipping_discount_amount"
        " shipping_discount_tax_compensation_amount shipping_tax_amount store_to_base_rate"
        " store_to_order_rate"
    )
    codes = (
        "base_currency_code",
        "global_currency_code",
        "order_currency_code",
        "store_currency_code",
    )
    is_virtual = asked.shipping is None
    return {
        **dict.fromkeys(noughts, 0),
        **dict.fromkeys(codes, currency),
        **person,
        "base_to_global_rate": 1,
        "base_to_order_rate": 1,
        "grand_total": total,
        "is_virtual": int(is_virtual),
        "protect_code": f"{dialect.world.chance.stream(f'{dialect.name} codes').getrandbits(128):032x}",
        "quote_id": asked.quote_id or order_id,
        "remote_ip": "127.0.0.1",
        "shipping_amount": shipping,
        "shipping_description": None if is_virtual else asked.method_title,
        "shipping_incl_tax": shipping,
        "state": "new",
        "status": "pending",
        "store_id": asked.store,
        "store_name": stores.STORE_NAME,
        "subtotal": net,
        "subtotal_incl_tax": gross,
        "tax_amount": tax,
        "total_due": total,
        "total_item_count": len(rows),
        "total_qty_ordered": sum(row["qty_ordered"] for row in rows),
        "weight": sum(row["row_weight"] or 0 for row in rows),
        **asked.more,
    }
