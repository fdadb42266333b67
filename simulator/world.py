"""The staging world: one clock, one seed, one database, and the simulated vendors over them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from simulator import beginning, channels
from simulator.app import Gate
from simulator.chance import Chance
from simulator.channels import Dialect, Goods
from simulator.clock import Clock
from simulator.commerce.shop import Shop, connect
from simulator.commerce.transactions import together
from simulator.control import control
from simulator.dials import Dials
from simulator.faults import Faults
from simulator.ledger import Ledger, secrets_in
from simulator.wire.transport import InProcess
from simulator.wire.webhooks import Delivery, WebhookQueue

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from simulator.shoppers import Shoppers

DEFAULTS: dict[str, Any] = {
    "currency": "PLN",
    "zone": "Europe/Warsaw",  # the shop's time zone
    "country": "PL",
    "prices_include_tax": True,
    "taxes": {"PL": "23"},  # per cent by country; empty: no taxes
}

GOODS = (
    Goods("RETRO-CLOCK", "Retro wall clock", Decimal("129.00"), 14),
    Goods("OAK-SHELF-80", "Oak shelf, 80 cm", Decimal("249.00"), 6),
    Goods("LAMP-ARC", "Arc floor lamp", Decimal("489.00"), 2),
    Goods("WOOL-THROW", "Wool throw, 130 × 170 cm", Decimal("219.00"), 25),
    Goods("MUG-STONE", "Stoneware mug", Decimal("39.90"), 80),
    Goods("LINEN-APRON", "Linen apron", Decimal("89.00"), 0),
)

Witness = Callable[[str, httpx.Request, httpx.Response | None], None]  # the channel first
CONTROL_HOST = "control.test"


class World:
    """Everything that is simulated. `lock` is held while anything in it changes.

    `settings` are those of `DEFAULTS`, for every shop; under a channel's name, for that one alone.
    `goods` stand on every shop's shelf at the start and after a reset. A world that is `kept_in` a
    folder begins at once when it was begun there before.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 1,
        channel_names: Sequence[str] | None = None,
        database: str = ":memory:",
        settings: Mapping[str, Any] | None = None,
        goods: Sequence[Goods] = (),
        base_urls: Mapping[str, str] | None = None,
        plain_urls: Mapping[str, str] | None = None,
        kept_in: Path | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.seed = seed
        self.chance = Chance(seed)
        self.lock = threading.RLock()
        self.db = connect(database)
        beginning.prepare(self.db)
        self.outside: httpx.BaseTransport | None = None  # where webhooks and picture fetches go
        self.base_urls: dict[str, str] = {}  # by channel; what the shop calls itself
        self.plain_urls = dict(plain_urls or {})  # by channel; its address without TLS
        self.faults = Faults(self.clock, seed)
        self.dials: dict[str, Dials] = {}  # by channel
        self.ledger = Ledger(self.db, self._secrets)
        self.witnesses: list[Witness] = []  # shown every exchange
        self.goods = tuple(goods)
        self.dialects: dict[str, Dialect] = {}
        self._old_urls: dict[str, str] = {}  # by channel, when the world was kept
        self._secret_texts: tuple[str, ...] = ()
        self._shoppers: Shoppers | None = None
        names = channels.names() if channel_names is None else channel_names
        for name in names:
            self.base_urls[name] = (base_urls or {}).get(name, f"https://{name}.test")
            self._set_up(channels.build(name, self), settings or {})
        self._begin(names, settings, kept_in)

    def add(self, dialect: Dialect, settings: Mapping[str, Any] | None = None) -> None:
        """Set up one more vendor's shop, with the world's goods on its shelf."""
        self._set_up(dialect, settings or {})
        self._stock(dialect)
        beginning.keep(self.db, dialect.name)

    def _begin(self, names: Sequence[str], settings: Any, kept_in: Path | None) -> None:
        """Fill the shelves, or take the world as it was kept."""
        kept = kept_in and beginning.file_for(kept_in, [names, settings, self.seed, self.goods])
        if kept and (addresses := beginning.load(self.db, kept)) is not None:
            self._old_urls = addresses
            for name in names:
                self._move(name)
            return
        for dialect in self.dialects.values():
            self._stock(dialect)
        if kept:
            beginning.save(self.db, kept, self.base_urls)
            return
        for name in self.dialects:
            beginning.keep(self.db, name)

    def _move(self, name: str) -> None:
        old, new = self._old_urls.get(name), self.base_urls[name]
        if old is not None and old != new:
            beginning.move(self.db, name, old, new)

    def _set_up(self, dialect: Dialect, settings: Mapping[str, Any]) -> None:
        name = dialect.name
        self.base_urls.setdefault(name, f"https://{name}.test")
        self.dialects[name] = dialect
        dialect.set_up(settings_for(name, settings))
        for queue in _queues(dialect):
            queue.tamper = self.tamper(name)
        self._secret_texts = tuple(secrets_in([d.credentials() for d in self.dialects.values()]))

    def _stock(self, dialect: Dialect) -> None:
        if self.goods:
            with together(self.db), dialect.shop.in_bulk():
                dialect.stock(self.goods)

    def shop(self, name: str) -> Shop:
        """A new shop's state on this world's database."""
        dials = self.dials.setdefault(name, Dials())
        return Shop(self.db, name, self.clock, self.chance, dials)

    @property
    def shoppers(self) -> Shoppers:
        """The people who buy here."""
        if self._shoppers is None:
            from simulator.shoppers import Shoppers  # with Faker, which is slow to import

            self._shoppers = Shoppers(self)
        return self._shoppers

    # -- time -------------------------------------------------------------------------------

    def tick(self) -> None:
        """Let every vendor do what time has made due."""
        with self.lock:
            for dialect in self.dialects.values():
                dialect.tick()

    def advance(self, step: timedelta) -> None:
        """Let time pass: the clock moves, then everything due happens."""
        with self.lock:
            self.clock.advance(step)
        self.tick()

    # -- the doors --------------------------------------------------------------------------

    def application(
        self, name: str, pause: Callable[[float], None] | None = None
    ) -> WSGIApplication:
        """A channel's public door. `pause` waits for slow answers; default: the clock moves."""

        def pass_time(seconds: float) -> None:
            self.clock.advance(timedelta(seconds=seconds))

        return Gate(self, name, pause or pass_time)

    def transport(self, more: Mapping[str, WSGIApplication] | None = None) -> httpx.BaseTransport:
        """HTTP to this world without sockets, by host: `<channel>.test`, its own base URL's host,
        its vendor's real hosts, `control.test`, and `more`."""
        doors: dict[str, WSGIApplication] = {CONTROL_HOST: control(self)}
        for name, dialect in self.dialects.items():
            own = (f"{name}.test", urlsplit(self.base_urls[name]).netloc)
            gate = self.application(name)
            doors |= dict.fromkeys((*own, *dialect.hosts), gate)
        return InProcess({**doors, **(more or {})})

    def tamper(self, name: str) -> Callable[[Delivery], list[Delivery]]:
        """What the network does to a channel's webhook deliveries: see `faults`."""

        def tampered(delivery: Delivery) -> list[Delivery]:
            fates = self.faults.tamper(name, delivery.topic, delivery)
            kinds = [kind for _, _, kind in fates if kind] if fates else ["webhook lost"]
            for kind in kinds:
                what = f"{delivery.topic} {delivery.resource}"
                self.ledger.mishap(self.clock.now(), name, kind, what)
            return [replace(sent, due_at=sent.due_at + delay) for sent, delay, _ in fates]

        return tampered

    # -- beginning again --------------------------------------------------------------------

    def empty(self, name: str) -> None:
        """Take everything out of a shop; its settings and keys stay."""
        with self.lock:
            self.dialects[name].empty()

    def reset(self, name: str | None = None) -> None:
        """Put a shop, or the whole world, back to how it was just set up. The clock goes on.

        Of a whole world, the faults and the ledger are forgotten too; LookupError for an unknown
        channel.
        """
        with self.lock:
            for channel in self.dialects if name is None else [name]:
                if channel not in self.dialects:
                    raise LookupError(f"no channel {channel!r} in the staging world")
                self.dialects[channel].empty()
                self.dials[channel].reset()
                beginning.restore(self.db, channel)
                self._move(channel)
            self.ledger.clear(name)
            if name is None:
                self.faults.clear()
                self._shoppers = None

    def close(self) -> None:
        """Give the database back."""
        with self.lock:
            self.db.close()

    def _secrets(self) -> Iterable[str]:
        return self._secret_texts


def settings_for(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of one shop: the defaults, then those for all, then those under its name."""
    shared = {k: v for k, v in settings.items() if k not in {name, *channels.names()}}
    return {**DEFAULTS, **shared, **settings.get(name, {})}


def _queues(dialect: Dialect) -> Iterator[WebhookQueue]:
    """A vendor's webhook queues: its own fields, or the `queue` of one of its parts."""
    for part in vars(dialect).values():
        queue = getattr(part, "queue", part)
        if isinstance(queue, WebhookQueue):
            yield queue
