"""The simulated vendors. One folder each, found by its name; what the rest of the world asks of one.

A dialect folder's `__init__.py` gives `NAME`, `ENTRY`, `LOOK`, `LEAST` and `build(world) -> Dialect`, and
imports nothing heavy by itself.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol

import httpx
from flask import Flask

from simulator.commerce.shop import Shop

if TYPE_CHECKING:
    from simulator.world import World

BEGINNING = 400  # bytes of a body that tell what is asked


@dataclass(frozen=True)
class Entry:
    """How a shop of this vendor is written into an agent's settings, by its words in `credentials()`.

    The word "base_url" means the shop's address in the staging world.
    """

    secrets: Mapping[str, str]  # {setting that names a secret: the vendor's word}
    settings: Mapping[str, str] = field(default_factory=dict)  # {plain setting: the vendor's word}
    set_up: Mapping[str, Any] = field(default_factory=dict)  # what scenarios set the shop up with
    # How requests look that are posted and change nothing (`spoken`), and those that ask for tokens.
    reads: str = "$^"
    logins: str = "$^"


@dataclass(frozen=True)
class Least:
    """What new price and stock of many items cost a client at best, by the vendor's own documents."""

    requests: Callable[
        [int], int
    ]  # items -> requests that read or change, without asking after jobs
    seconds: Callable[[int], float]  # items -> how long the vendor's rate limits make them take
    job_s: float = 0.0  # what the vendor then takes to work them off
    polls: str = "$^"  # how the paths look by which a client asks after such work


@dataclass(frozen=True)
class Look:
    """How a storefront looks: the vendor's name in words, and a colour for each theme."""

    vendor: str
    accent: str
    accent_dark: str


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


@dataclass(frozen=True)
class SoldLine:
    """One line of a purchase. Prices are gross, per piece, in the order's currency."""

    sku: str
    title: str
    quantity: int
    price: Decimal
    tax_rate: Decimal = Decimal(0)  # per cent
    foreign_id: str = ""  # the vendor's id of the offer or product


@dataclass(frozen=True)
class SoldOrder:
    """A purchase as a hub learns of it. `seq` rises from order to order of one shop."""

    seq: int
    number: str  # what `Storefront.order` takes
    foreign_id: str  # the vendor's own id, as its API gives it
    placed_at: datetime
    currency: str
    buyer: Buyer
    lines: Sequence[SoldLine]
    shipping: Decimal = Decimal(0)  # gross
    is_paid: bool = True


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

    def sold(self, after: int = 0) -> list[SoldOrder]:
        """Orders placed here with a `seq` above `after`, oldest first."""


class Dialect(Protocol):
    """One simulated vendor over one shop."""

    name: str
    hosts: Sequence[str]  # where the real vendor answers, for clients that insist; * for any label
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


def entry(name: str) -> Entry:
    """How a shop of the vendor `name` is written into an agent's settings."""
    found: Entry = importlib.import_module(f"{__name__}.{name}").ENTRY
    return found


def changes(name: str, request: httpx.Request) -> bool:
    """Whether a request is meant to change something at the vendor `name`; a login renews its tokens."""
    if request.method in ("GET", "HEAD"):
        return False
    return re.search(entry(name).reads, spoken(request)) is None


def is_login(name: str, request: httpx.Request) -> bool:
    """Whether a request asks the vendor `name` for tokens."""
    return re.search(entry(name).logins, spoken(request)) is not None


def spoken(request: httpx.Request) -> str:
    """Method and path of a request, and on a line of its own how its body begins."""
    body = request.read()[:BEGINNING].decode("utf-8", errors="replace")
    return f"{request.method} {request.url.path}\n{body}"


def least(name: str) -> Least:
    """What many changes cost at the vendor `name` at best."""
    found: Least = importlib.import_module(f"{__name__}.{name}").LEAST
    return found


def look(name: str) -> Look | None:
    """How the vendor's storefront looks; None for one that gives none, or is no folder here."""
    if name not in names():
        return None
    found: Look | None = getattr(importlib.import_module(f"{__name__}.{name}"), "LOOK", None)
    return found


def build(name: str, world: World) -> Dialect:
    """The simulated vendor `name` in this world."""
    dialect: Dialect = importlib.import_module(f"{__name__}.{name}").build(world)
    return dialect
