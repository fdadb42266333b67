"""What a shopper of the simulated WooCommerce sees and may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.channels import Buyer, OrderView, ShelfItem
from simulator.channels.woocommerce import checkout

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce


class Storefront:
    """The shop's pages as facts. Buying is in the orders modules."""

    def __init__(self, dialect: WooCommerce) -> None:
        self.dialect = dialect

    def shelf(self) -> list[ShelfItem]:
        """What the shop lists now, by sku."""
        return []

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Place and pay an order, {sku: pieces}; gives its number. SoldOut when refused."""
        with self.dialect.at_work():
            return checkout.buy(self.dialect, basket, buyer)

    def cancel(self, number: str) -> None:
        """The buyer takes an unshipped order back."""
        with self.dialect.at_work():
            checkout.cancel(self.dialect, number)

    def order(self, number: str) -> OrderView:
        """An order as its buyer sees it. LookupError when there is none."""
        with self.dialect.at_work():
            return checkout.order(self.dialect, number)
