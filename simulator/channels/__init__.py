"""The simulated vendors. One folder each, found by its name; what the rest of the world asks of one.

A dialect folder's `__init__.py` gives `NAME` and `build(world) -> Dialect`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol

from flask import Flask

from simulator.commerce.shop import Shop

if TYPE_CHECKING:
    from simulator.world import World

Availability = Literal["in stock", "sold out", "on backorder", "gone"]


@dataclass(frozen=True)
class ShelfItem:
    """One choice as a shopper sees it on one channel. Prices are text in the shop's currency."""

    sku: str
    title: str
    price: str | None  # what is paid now, gross where the shop shows gross
    was: str | None  # struck through beside it
    currency: str
    availability: Availability
    note: str = ""  # "Only 2 left", "Ships by 14 May"
    quantity: int | None = None  # None when stock is not counted
    listed: bool = True  # False: not in the shop's lists (draft, hidden, archived)


@dataclass(frozen=True)
class Goods:
    """Something to put on a shop's shelf at set-up, live at once."""

    sku: str
    title: str
    price: Decimal
    quantity: int


@dataclass(frozen=True)
class Buyer:
    """A shopper's name and address, made by Faker."""

    first_name: str
    last_name: str
    email: str
    phone: str
    street: str
    city: str
    postcode: str
    country: str = "PL"  # ISO 3166-1 alpha-2


@dataclass(frozen=True)
class OrderView:
    """An order as its buyer sees it. `shipped` and `cancelled` count pieces by sku."""

    number: str
    status: str  # the vendor's own word
    lines: Mapping[str, int]
    shipped: Mapping[str, int] = field(default_factory=dict)
    cancelled: Mapping[str, int] = field(default_factory=dict)
    parcels: Sequence[str] = ()  # tracking numbers, in the order they were sent
    is_cancelled: bool = False


class SoldOut(Exception):
    """The shop does not let this basket be bought now; the text says which sku and why."""


class Storefront(Protocol):
    """What a shopper sees and may do on one channel."""

    def shelf(self) -> list[ShelfItem]:
        """What the shop lists now, by sku."""

    def item(self, sku: str) -> ShelfItem:
        """One choice; availability "gone" when the shop does not show it (or never had it)."""

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Place and pay an order, {sku: pieces}; gives its number. SoldOut when refused."""

    def cancel(self, number: str) -> None:
        """The buyer takes an unshipped order back."""

    def order(self, number: str) -> OrderView:
        """An order as its buyer sees it. LookupError when there is none."""


class Dialect(Protocol):
    """One simulated vendor over one shop."""

    name: str
    shop: Shop
    app: Flask  # the vendor's API, rooted at "/"
    storefront: Storefront

    def credentials(self) -> dict[str, Any]:
        """What a client needs besides the base URL, in the vendor's words."""

    def set_up(self, settings: Mapping[str, Any]) -> None:
        """Make an empty shop with these settings (currency, zone, taxes, keys): see `world`."""

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put goods on the shelf, live at once."""

    def tick(self) -> None:
        """Do what the vendor does by itself as time passes: sales start, webhooks go out."""

    def empty(self) -> None:
        """Take everything out of the shop; settings and keys stay."""

    def operator(self, action: str, args: Mapping[str, Any]) -> Any:
        """Do what the shop's operator does by hand. LookupError for an unknown action."""


def names() -> list[str]:
    """The simulated vendors, by name: every folder here."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg)


def build(name: str, world: World) -> Dialect:
    """The simulated vendor `name` in this world."""
    dialect: Dialect = importlib.import_module(f"{__name__}.{name}").build(world)
    return dialect
