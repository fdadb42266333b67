"""A staging world in the words of a test: what shoppers do, what goes wrong, what must be seen.

The pytest fixture `staging` gives one; `opened()` does without pytest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import httpx

from simulator.channels import Availability, Dialect, Goods, OrderView, ShelfItem
from simulator.durations import span
from simulator.env import variables
from simulator.faults import Fault
from simulator.ledger import Exchange
from simulator.serve import Wish
from simulator.serve import served as on_ports
from simulator.shoppers import Purchase
from simulator.world import GOODS, World


class Staging:
    """A world, in process or on real ports. `world` has everything that is not said here."""

    def __init__(self, world: World, facts: Mapping[str, Any] | None = None) -> None:
        self.world = world
        self.env: dict[str, str] = {} if facts is None else variables(facts)
        self._facts = facts
        self._transport = world.transport()

    # -- the way in ---------------------------------------------------------------------------

    @property
    def channels(self) -> list[str]:
        """The shops, by name."""
        return list(self.world.dialects)

    def base_url(self, channel: str) -> str:
        """A shop's address; in process it answers only through `http()` or `transport`."""
        self._dialect(channel)
        return self.world.base_urls[channel]

    def credentials(self, channel: str) -> dict[str, Any]:
        """What a client of the shop needs, in its vendor's words."""
        return self._dialect(channel).credentials()

    @property
    def transport(self) -> httpx.BaseTransport:
        """To the shops without sockets, also under their vendors' real hosts."""
        return self._transport

    def http(self, channel: str, **options: Any) -> httpx.Client:
        """A client of a shop, in process; options are httpx's."""
        return httpx.Client(transport=self._transport, base_url=self.base_url(channel), **options)

    # -- what happens ---------------------------------------------------------------------------

    def buy(self, channel: str, sku: str, pieces: int = 1) -> Purchase:
        """Somebody buys; SoldOut when the shop refuses."""
        self._dialect(channel)
        with self.world.lock:
            return self.world.shoppers.buy(channel, {sku: pieces})

    def stroll(self, visits: int) -> list[Purchase]:
        """So many visits to shops by chance; gives what was bought."""
        with self.world.lock:
            return self.world.shoppers.stroll(visits)

    def cancel(self, purchase: Purchase) -> None:
        """The buyer takes an unshipped order back."""
        with self.world.lock:
            self.world.shoppers.cancel(purchase)

    def advance(self, length: str) -> None:
        """Time passes ("90s", "5m", "1h30m", "2d"), and everything due happens."""
        self.world.advance(span(length))

    def fault(self, kind: str, channel: str | None = None, **facts: Any) -> int:
        """Something goes wrong from now on: kind and facts as in `Fault`; gives its number."""
        with self.world.lock:
            return self.world.faults.add(Fault(kind, channel, **facts))

    def turn(self, channel: str, **dials: float | None) -> None:
        """Turn a shop's dials: lag_s, clock_skew_s, job_s, token_life_s, allowance."""
        self._dialect(channel)
        with self.world.lock:
            self.world.dials[channel].turn(dials)

    def operate(self, channel: str, action: str, **args: Any) -> Any:
        """What the shop's people do by hand; see its dialect for the actions."""
        with self.world.lock:
            return self._dialect(channel).operator(action, args)

    # -- what can be seen -------------------------------------------------------------------------

    def item(self, channel: str, sku: str) -> ShelfItem:
        """An item as a shopper sees it."""
        with self.world.lock:
            return self._dialect(channel).storefront.item(sku)

    def order(self, purchase: Purchase) -> OrderView:
        """An order as its buyer sees it."""
        with self.world.lock:
            return self._dialect(purchase.channel).storefront.order(purchase.number)

    def offers(self, channel: str, sku: str) -> int | None:
        """How many pieces can be bought; None where they are not counted."""
        item = self.item(channel, sku)
        return 0 if item.availability in ("sold out", "gone") else item.quantity

    def requests(self, channel: str | None = None) -> list[Exchange]:
        """Every request so far with its answer, secrets masked, oldest first."""
        with self.world.lock:
            return self.world.ledger.requests(channel=channel)

    # -- what must be seen ------------------------------------------------------------------------

    def shows(
        self,
        channel: str,
        sku: str,
        availability: Availability | None = None,
        *,
        price: str | Decimal | None = None,
        was: str | Decimal | None = None,
    ) -> None:
        """A shopper sees the item so; AssertionError says what is seen instead."""
        item = self.item(channel, sku)
        seen = f"{channel} shows {sku} as {item.availability}{_pieces(item)}"
        if availability is not None and item.availability != availability:
            raise AssertionError(f"{seen}, not as {availability}{self._others(item, channel)}")
        for wanted, shown, words in ((price, item.price, "at"), (was, item.was, "reduced from")):
            if wanted is not None and (shown is None or Decimal(shown) != Decimal(wanted)):
                said = f"{shown} {item.currency}" if shown is not None else "no such price"
                raise AssertionError(f"{channel} shows {sku} {words} {said}, not {words} {wanted}")

    def never_oversold(self, stock: Mapping[str, int] | None = None) -> None:
        """Shoppers were sold no more, over all shops, than there was: by default the usual goods.

        `stock` says how much there was: {sku: pieces}. What was cancelled does not count.
        """
        had = {g.sku: g.quantity for g in self.world.goods} if stock is None else stock
        faults = []
        for sku, by_shop in sorted(self._sold().items()):
            sold = sum(by_shop.values())
            if sku in had and sold > had[sku]:
                where = ", ".join(f"{n} on {shop}" for shop, n in sorted(by_shop.items()))
                faults.append(f"{sku} is oversold: {sold} sold, {had[sku]} there ({where})")
        if faults:
            raise AssertionError("\n".join(faults))

    def _sold(self) -> dict[str, dict[str, int]]:
        sold: dict[str, dict[str, int]] = {}
        for purchase in self.world.shoppers.purchases:
            gone = self.order(purchase).cancelled
            for sku, pieces in purchase.basket.items():
                by_shop = sold.setdefault(sku, {})
                kept = pieces - gone.get(sku, 0)
                by_shop[purchase.channel] = by_shop.get(purchase.channel, 0) + kept
        return sold

    def _others(self, item: ShelfItem, channel: str) -> str:
        if item.availability != "gone":
            return ""
        with self.world.lock:
            shelf = [other.sku for other in self._dialect(channel).storefront.shelf()]
        return f"; its shelf has {', '.join(shelf[:12]) or 'nothing'}"

    def _dialect(self, channel: str) -> Dialect:
        if channel not in self.world.dialects:
            known = ", ".join(self.world.dialects)
            raise LookupError(f"no channel {channel!r} in this staging world; it has {known}")
        return self.world.dialects[channel]


def _pieces(item: ShelfItem) -> str:
    if item.availability != "in stock" or item.quantity is None:
        return ""
    return f" ({item.quantity} {'piece' if item.quantity == 1 else 'pieces'})"


@contextmanager
def opened(
    *,
    channels: Sequence[str] | None = None,
    served: bool = False,
    goods: Sequence[Goods] | None = None,
    settings: Mapping[str, Any] | None = None,
    seed: int = 1,
) -> Iterator[Staging]:
    """A fresh world, closed at the end. Its clock stands still in process, and runs when served."""
    shelf = GOODS if goods is None else tuple(goods)
    if served:
        wish = Wish(channels=tuple(channels or ()), seed=seed, goods=shelf, settings=settings or {})
        with on_ports(wish) as open_world:
            yield Staging(open_world.world, open_world.announcement())
        return
    world = World(channel_names=channels, seed=seed, goods=shelf, settings=settings)
    try:
        yield Staging(world)
    finally:
        world.close()
