"""One call of a method: what it was asked with and what it works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import Params
from simulator.channels.baselinker.store import Store, goods
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.baselinker.dialect import BaseLinker


@dataclass(frozen=True)
class Call:
    """A call that was let in."""

    dialect: BaseLinker
    params: Params

    @property
    def store(self) -> Store:
        """The account's documents."""
        return self.dialect.store

    def inventory(self) -> Document:
        """The catalogue named by `inventory_id`."""
        id = self.params.whole("inventory_id")
        found = self.store.shop.get("inventory", id)
        if found is None:
            raise wrong("inventory_id", f"Invalid catalog ID: {id}")
        return found

    def product(self) -> Document:
        """The product or variant named by `product_id`, in whichever catalogue it is."""
        id = self.params.whole("product_id")
        found = self.store.product(id)
        if found is None:
            raise wrong("product_id", f"Invalid product ID: {id}")
        return found

    def goods(self) -> str:
        """The kind of the goods in the catalogue named by `inventory_id`."""
        return goods(self.inventory().id)

    def need(self, kind: str, parameter: str) -> Document:
        """The document named by a parameter; refused when there is none."""
        id = self.params.whole(parameter)
        found = self.store.shop.get(kind, id)
        if found is None:
            raise wrong(parameter, f"Invalid {parameter}: {id}")
        return found


Method = Callable[[Call], dict[str, Any]]
