"""People who buy: seeded names and addresses, baskets, second thoughts, and the till of the shop.

The same seed over the same shelves gives the same shoppers, who buy the same things.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from faker import Faker

from simulator.channels import Buyer, ShelfItem, SoldOut

if TYPE_CHECKING:
    from simulator.world import World

LOCALES = {  # by the country that a shop sells in
    "AT": "de_AT",
    "CZ": "cs_CZ",
    "DE": "de_DE",
    "ES": "es_ES",
    "FR": "fr_FR",
    "GB": "en_GB",
    "IT": "it_IT",
    "NL": "nl_NL",
    "PL": "pl_PL",
    "SE": "sv_SE",
    "US": "en_US",
}
BUYABLE = ("in stock", "on backorder")
FEW = 60  # items that a visitor looks through each time; of more, what is there is known
NEWS = timedelta(hours=1)  # how long it is known
LOOKS = 4  # items that a visitor then looks at


@dataclass(frozen=True)
class Purchase:
    """What somebody bought: an order of a channel, under its number."""

    channel: str
    number: str
    basket: Mapping[str, int]
    buyer: Buyer


@dataclass(frozen=True)
class Shelf:
    """What a large shop listed at some moment."""

    at: datetime
    skus: list[str]


class Till(Protocol):
    """The till of the shop itself, which the ERP rings up: see the simulated ERP."""

    def sell(self, sku: str, quantity: int) -> None:
        """Hand so many pieces over the counter."""


class Shoppers:
    """The people of one staging world. Hold the world's lock while they act."""

    def __init__(self, world: World, country: str = "PL") -> None:
        self.world, self.country = world, country
        self._chance = world.chance.stream("shoppers")
        self._fake = Faker(LOCALES.get(country, "en_GB"))
        self._fake.seed_instance(zlib.crc32(f"{world.seed}:shoppers".encode()))
        self.purchases: list[Purchase] = []
        self._shelves: dict[str, Shelf] = {}  # of large shops, by channel

    def buyer(self) -> Buyer:
        """Somebody new."""
        first, last = self._fake.first_name(), self._fake.last_name()
        return Buyer(
            first_name=first,
            last_name=last,
            email=self._fake.ascii_safe_email(),
            phone=self._fake.phone_number(),
            street=self._fake.street_address(),
            city=self._fake.city(),
            postcode=self._fake.postcode(),
            country=self.country,
        )

    def buy(self, channel: str, basket: Mapping[str, int], buyer: Buyer | None = None) -> Purchase:
        """Buy a basket, {sku: pieces}. SoldOut when the shop refuses, ValueError for no channel."""
        if channel not in self.world.dialects:
            raise ValueError(f"no channel {channel!r} in the staging world")
        buyer = buyer or self.buyer()
        number = self.world.dialects[channel].storefront.buy(basket, buyer)
        purchase = Purchase(channel, number, dict(basket), buyer)
        self.purchases.append(purchase)
        return purchase

    def stroll(self, visits: int) -> list[Purchase]:
        """So many shop visits, each to a channel by chance; gives the purchases made.

        A visitor who finds nothing to buy, or is told that it is sold out, leaves.
        """
        made = (self._visit() for _ in range(visits))
        return [purchase for purchase in made if purchase is not None]

    def cancel(self, purchase: Purchase) -> None:
        """Take an unshipped order back."""
        self.world.dialects[purchase.channel].storefront.cancel(purchase.number)

    def pay_at(self, till: Till, sku: str, quantity: int = 1) -> None:
        """Buy over the counter."""
        till.sell(sku, quantity)

    def _visit(self) -> Purchase | None:
        channel = self._chance.choice(sorted(self.world.dialects))
        wanted = self._wanted(channel, self._chance.choice((1, 1, 1, 2)))
        if not wanted:
            return None
        basket = {item.sku: self._pieces(item) for item in wanted}
        try:
            return self.buy(channel, basket)
        except SoldOut:
            return None

    def _wanted(self, channel: str, count: int) -> list[ShelfItem]:
        """What takes a visitor's fancy among what can be bought."""
        storefront, now = self.world.dialects[channel].storefront, self.world.clock.now()
        seen = self._shelves.get(channel)
        if seen is not None and now - seen.at < NEWS:
            picked = self._chance.sample(seen.skus, k=min(len(seen.skus), LOOKS))
            found = [item for item in map(storefront.item, picked) if _is_offered(item)]
            return found[:count]
        shelf = storefront.shelf()
        if len(shelf) > FEW:
            self._shelves[channel] = Shelf(now, [item.sku for item in shelf])
        offered = [item for item in shelf if _is_offered(item)]
        return self._chance.sample(offered, k=min(len(offered), count))

    def _pieces(self, item: ShelfItem) -> int:
        pieces = self._chance.choice((1, 1, 1, 2, 3))
        if item.availability == "in stock" and item.quantity is not None:
            return max(1, min(pieces, item.quantity))
        return pieces


def _is_offered(item: ShelfItem) -> bool:
    has_price = item.price is not None and Decimal(item.price) > 0
    return item.availability in BUYABLE and has_price and item.listed
