"""Rows of an order (products, shipping, fees) as a request sets, changes and removes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import order_goods, properties, rules
from simulator.channels.woocommerce.errors import Fatal, WooError
from simulator.channels.woocommerce.order_goods import Good
from simulator.channels.woocommerce.order_money import (
    Body,
    Row,
    TaxRules,
    amount,
    net_price,
    plain,
    set_total,
)

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

KINDS = ("line_items", "shipping_lines", "fee_lines")
_NULLS = ("product_id", "method_id", "method_title", "name", "code")  # null there removes the row


@dataclass(frozen=True)
class Desk:
    """What setting rows needs to know: the shop, how the order is taxed, where numbers come from."""

    dialect: WooCommerce
    rules: TaxRules
    moves_stock: bool  # the order's stock was taken: changes move stock at once

    def new_id(self) -> int:
        """The next number of an order row."""
        return self.dialect.shop.next_number("order_item")

    def new_meta_id(self) -> int:
        """The next number of a row's meta data."""
        return self.dialect.shop.next_number("order_itemmeta")


def set_rows(body: Body, kind: str, posted: Any, desk: Desk) -> None:
    """Apply posted rows: without an id they are added, with one changed, with null or 0 removed.

    WooError for an id that is not the order's; Fatal for a removal without any id.
    """
    for item in posted if isinstance(posted, list) else []:
        if isinstance(item, dict):
            _set_row(body[kind], kind, item, desk)


def _set_row(rows: list[Row], kind: str, item: Mapping[str, Any], desk: Desk) -> None:
    removed = any(name in item and item[name] is None for name in _NULLS)
    zero = item.get("quantity") == 0 and not isinstance(item.get("quantity"), str)
    if removed or (zero and item.get("quantity") is not None):
        if item.get("id") is None:
            raise Fatal("a row to remove without an id")
        row = _row(rows, item["id"])
        if kind == "line_items":
            adjust_stock(row, 0, desk)
        rows.remove(row)
    elif item.get("id"):
        _PREPARE[kind](_row(rows, item["id"]), item, desk, False)
    else:
        row = {"id": 0, "meta_data": [], "taxes": {}}
        _PREPARE[kind](row, item, desk, True)
        row["id"] = desk.new_id()
        rows.append(row)
        if kind == "line_items" and desk.moves_stock:
            adjust_stock(row, row["quantity"], desk)


def _row(rows: list[Row], id: Any) -> Row:
    for row in rows:
        if row["id"] == rules.whole(id):
            return row
    raise WooError(
        "woocommerce_rest_invalid_item_id", "Order item ID provided is not associated with order."
    )


# -- products -----------------------------------------------------------------------------------


def _product_row(row: Row, item: Mapping[str, Any], desk: Desk, new: bool) -> None:
    if new:
        row |= {
            "name": "",
            "product_id": 0,
            "variation_id": 0,
            "quantity": 1,
            "tax_class": "",
            "tax_status": "taxable",
            "subtotal": "0",
            "total": "0",
        }
    good = _good(item, desk, new)
    if good is not None:
        put_good(row, good, desk)
        if new:
            quantity = rules.whole(item.get("quantity", 1))
            net = net_price(good.price, quantity, good.tax_class, desk.rules)
            if good.tax_status != "taxable":  # no tax was in its price
                net = good.price * max(0, quantity)
            row["total"] = row["subtotal"] = plain(net)
    if item.get("name") is not None:
        row["name"] = rules.text(item["name"])
    if item.get("quantity") is not None:
        row["quantity"] = rules.whole(item["quantity"])
    if item.get("total") is not None:
        set_total(row, amount(item["total"]))
    if item.get("subtotal") is not None:
        row["subtotal"] = plain(amount(item["subtotal"]))
        set_total(row, Decimal(row["total"]))  # it is never above
    _set_tax_class(row, item, desk, "product")
    _set_meta(row, item, desk)
    if not new and desk.moves_stock:
        adjust_stock(row, row["quantity"], desk)


def _good(item: Mapping[str, Any], desk: Desk, new: bool) -> Good | None:
    """The product meant; None for an unknown one (accepted as an empty row)."""
    if item.get("sku"):
        return order_goods.by_sku(desk.dialect, rules.text(item["sku"]))
    id = item.get("variation_id") or item.get("product_id")
    if not id:
        if new:
            raise WooError(
                "woocommerce_rest_required_product_reference", "Product ID or SKU is required."
            )
        return None
    return order_goods.find(desk.dialect, rules.whole(id))


def put_good(row: Row, good: Good, desk: Desk) -> None:
    """Make a row be about a product; a variation's choices become its meta data."""
    row.update(
        name=good.name,
        product_id=good.product_id,
        variation_id=good.variation_id,
        tax_class=good.tax_class,
        tax_status=good.tax_status,
    )
    for key, label, value in good.choices:
        if not any(m["key"] == key for m in row["meta_data"]):
            meta = {"id": desk.new_meta_id(), "key": key, "value": value}
            row["meta_data"].append({**meta, "display_key": label})


def adjust_stock(row: Row, quantity: int, desk: Desk) -> None:
    """Move stock by what a row's new quantity differs from what was taken for it (0: all back)."""
    good = order_goods.find(desk.dialect, row["variation_id"] or row["product_id"])
    if good is None or not good.counts_stock:
        return
    taken, back = reduced(row), rules.whole(meta(row, "_restock_refunded_items"))
    difference = -taken if quantity == 0 else quantity - back - taken
    if difference:
        order_goods.move_stock(desk.dialect, good, -difference)
        put_meta(row, "_reduced_stock", str(quantity - back), desk.new_meta_id)


# -- shipping and fees ----------------------------------------------------------------------------


def _shipping_row(row: Row, item: Mapping[str, Any], desk: Desk, new: bool) -> None:
    if new:
        if not item.get("method_id"):
            raise WooError(
                "woocommerce_rest_invalid_shipping_item", "Shipping method ID is required."
            )
        row |= {"method_title": "Shipping", "method_id": "", "instance_id": "", "total": "0"}
    for name in ("method_id", "method_title", "instance_id"):
        if item.get(name) is not None:
            row[name] = rules.line(item[name])
    if item.get("total") is not None:
        row["total"] = plain(amount(item["total"]))
    _set_meta(row, item, desk)


def _fee_row(row: Row, item: Mapping[str, Any], desk: Desk, new: bool) -> None:
    if new:
        if not item.get("name"):
            raise WooError("woocommerce_rest_invalid_fee_item", "Fee name is required.")
        row |= {"name": "", "tax_class": "", "tax_status": "taxable", "total": ""}
    _set_tax_class(row, item, desk, "fee")
    for name in ("name", "tax_status"):
        if item.get(name) is not None:
            row[name] = rules.text(item[name])
    if item.get("total") is not None:
        row["total"] = plain(amount(item["total"]))
    _set_meta(row, item, desk)


_PREPARE: Mapping[str, Callable[[Row, Mapping[str, Any], Desk, bool], None]] = {
    "line_items": _product_row,
    "shipping_lines": _shipping_row,
    "fee_lines": _fee_row,
}


def _set_tax_class(row: Row, item: Mapping[str, Any], desk: Desk, kind: str) -> None:
    wanted = item.get("tax_class")
    if wanted and wanted not in {s for s, _ in desk.dialect.tax_classes() if s != "standard"}:
        raise WooError(f"order_item_{kind}_invalid_tax_class", "Invalid tax class")
    if wanted is not None:
        row["tax_class"] = rules.text(wanted)


# -- meta data of rows ----------------------------------------------------------------------------


def _set_meta(row: Row, item: Mapping[str, Any], desk: Desk) -> None:
    sent = item.get("meta_data")
    if isinstance(sent, list):
        row["meta_data"] = properties.set_meta(row["meta_data"], sent, desk.new_meta_id)


def meta(row: Row, key: str) -> Any:
    """A row's meta value, None when absent."""
    return next((m["value"] for m in row["meta_data"] if m["key"] == key), None)


def put_meta(row: Row, key: str, value: str | None, new_id: Callable[[], int]) -> None:
    """Set a row's meta value; None removes it."""
    row["meta_data"] = properties.set_meta(row["meta_data"], [{"key": key, "value": value}], new_id)


def reduced(row: Row) -> int:
    """Pieces taken from stock for a row."""
    return rules.whole(meta(row, "_reduced_stock"))
