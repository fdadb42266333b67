"""What a shopper of the simulated WooCommerce sees and may do."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from typing import TYPE_CHECKING

from simulator.channels import Availability, Buyer, OrderView, ShelfItem, SoldOrder
from simulator.channels.woocommerce import checkout, rules, sold
from simulator.channels.woocommerce.product_view import View
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

AVAILABILITIES: dict[str, Availability] = {
    "instock": "in stock",
    "outofstock": "sold out",
    "onbackorder": "on backorder",
}


class Storefront:
    """The shop's pages as facts: one item for each product or variation that has its own sku."""

    def __init__(self, dialect: WooCommerce) -> None:
        self.dialect = dialect

    def shelf(self) -> list[ShelfItem]:
        """What the shop lists now, by sku."""
        shelf = self.dialect.shelf
        entries = [e for e in shelf.lookup.entries().values() if e.sku and e.status == "publish"]
        found = (shelf.shop.get(e.kind, e.id) for e in entries if e.type != "variable")
        items = (self._item(d) for d in found if d is not None)
        return sorted((i for i in items if i.listed), key=lambda item: item.sku)

    def item(self, sku: str) -> ShelfItem:
        """One choice; availability "gone" when the shop does not show it (or never had it)."""
        document = self.dialect.shelf.sku_owner(sku, 0)
        if document is None:
            return self._gone(sku, sku)
        return self._item(document)

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Place and pay an order; gives its number. SoldOut when refused."""
        return checkout.buy(self.dialect, basket, buyer)

    def cancel(self, number: str) -> None:
        """The buyer takes an unshipped order back."""
        checkout.cancel(self.dialect, number)

    def order(self, number: str) -> OrderView:
        """An order as its buyer sees it. LookupError when there is none."""
        return checkout.order(self.dialect, number)

    def sold(self, after: int = 0) -> list[SoldOrder]:
        """Orders placed here with a `seq` above `after`, oldest first."""
        with self.dialect.world.lock:
            return sold.sold(self.dialect, after)

    def _item(self, document: Document) -> ShelfItem:
        view = View(self.dialect, document, edit=True)
        page = view.parent or view.props  # what decides whether shoppers find it
        if view.props["status"] != "publish" or page["status"] != "publish":
            return self._gone(view.props["sku"], unescape(view.name()))
        status = view.stock["stock_status"]
        hides = self.dialect.option("woocommerce_hide_out_of_stock_items") == "yes"
        is_found = page["catalog_visibility"] in ("visible", "catalog")
        return ShelfItem(
            sku=view.props["sku"],
            title=unescape(view.name()),
            price=self._price(view.price),
            was=self._price(view.props["regular_price"]) if self._is_struck(view) else None,
            currency=str(self.dialect.option("woocommerce_currency")),
            availability=AVAILABILITIES[status] if view.price != "" else "sold out",
            note=self._note(view),
            quantity=view.stock["stock_quantity"] or 0 if view.manages else None,
            listed=is_found and not (hides and status == "outofstock"),
        )

    @staticmethod
    def _note(view: View) -> str:
        if view.price == "":
            return "Not for sale"
        is_backorder = view.stock["stock_status"] == "onbackorder"
        return "Available on backorder" if is_backorder else ""

    @staticmethod
    def _is_struck(view: View) -> bool:
        regular = view.props["regular_price"]
        return view.on_sale and regular != "" and rules.number(view.price) < rules.number(regular)

    def _price(self, price: str) -> str | None:
        """A price as printed, with the shop's number of decimals."""
        if price == "":
            return None
        decimals = rules.whole(self.dialect.option("woocommerce_price_num_decimals"))
        step = Decimal(1).scaleb(-decimals)
        return str(Decimal(str(rules.number(price))).quantize(step, ROUND_HALF_UP))

    def _gone(self, sku: str, title: str) -> ShelfItem:
        currency = str(self.dialect.option("woocommerce_currency"))
        return ShelfItem(sku, title, None, None, currency, "gone", listed=False)
