"""What a shopper of the simulated WooCommerce sees and may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels import ShelfItem

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce


class Storefront:
    """The shop's pages as facts. Buying is in the orders modules."""

    def __init__(self, dialect: WooCommerce) -> None:
        self.dialect = dialect

    def shelf(self) -> list[ShelfItem]:
        """What the shop lists now, by sku."""
        return []
