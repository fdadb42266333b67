"""The simulated account as the staging world knows it: settings, keys, clockwork, the seller's panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulator.channels import Goods
from simulator.channels.allegro import NAME, jobs, journals, offers, panel, routes, sessions, works
from simulator.channels.allegro.errors import Unauthorised
from simulator.channels.allegro.limits import Limits
from simulator.channels.allegro.store import Store
from simulator.channels.allegro.storefront import Storefront
from simulator.commerce.transactions import whole

if TYPE_CHECKING:
    from simulator.world import World

CATEGORY = "257687"
PICTURE = "https://pictures.example/none-yet.jpg"


class Allegro:
    """One seller's account. Hold the world's lock while using its state."""

    name = NAME
    hosts = (
        "allegro.pl",
        "api.allegro.pl",
        "upload.allegro.pl",
        "allegro.pl.allegrosandbox.pl",
        "api.allegro.pl.allegrosandbox.pl",
        "upload.allegro.pl.allegrosandbox.pl",
    )

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.shop(NAME)
        self.store = Store(world, self.shop)
        self.limits = Limits(self.store)
        self.app = routes.create_app(self)
        self.storefront = Storefront(self)

    # -- what the world asks ------------------------------------------------------------------

    def credentials(self) -> dict[str, Any]:
        """The application's id and secret, and the newest pair of tokens: the older ones are dead.

        Beside them what a seller decides for new offers: a category, a tax rate, a picture for want
        of one.
        """
        given = self.store.settings
        names = ("client_id", "client_secret", "seller_id", "login")
        rate = given["taxes"].get(given["country"], "23")
        terms = {"category": CATEGORY, "vat_rate": rate, "picture": PICTURE}
        return {name: given[name] for name in names} | terms | sessions.newest(self.store)

    def set_up(self, settings: Mapping[str, Any]) -> None:
        """An empty account with these settings, fresh keys, and a consent already given.

        Beside those of every shop: `login`, `app_name`, `redirect_uris`, `delivery_cost` (gross,
        by order), `refresh_grace_s` (how long a used refresh token is good once more).
        """
        options = {**settings, **(settings.get("options") or {})}
        kept = {
            "currency": options["currency"],
            "country": options.get("country", "PL"),
            "taxes": {k: str(v) for k, v in (options.get("taxes") or {}).items()},
            "login": options.get("login", "staging_shop"),
            "app_name": options.get("app_name", "Staging agent"),
            "redirect_uris": list(options.get("redirect_uris") or ()),
            "delivery_cost": str(options.get("delivery_cost", "0.00")),
            "refresh_grace_s": float(options.get("refresh_grace_s", 0)),
            "seller_id": str(60_000_000 + self.store.bits("keys", 24)),
            "client_id": self.store.hex("keys", 32),
            "client_secret": self.store.hex("keys", 64),
            "defaults": self._defaults(options),
        }
        self.store.settings = kept
        self.empty()
        sessions.pair(self.store)

    def _defaults(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What the seller has set in the panel for every new offer."""
        names = ("impliedWarranty", "returnPolicy", "warranty")
        return {
            "handlingTime": options.get("handling_time", "PT24H"),
            "shippingRates": self.store.uuid("settings"),
            "afterSalesServices": {name: {"id": self.store.uuid("settings")} for name in names},
            "location": {
                "city": "Poznań",
                "countryCode": options.get("country", "PL"),
                "postCode": "60-166",
                "province": "WIELKOPOLSKIE",
            },
            "language": "pl-PL",
        }

    def empty(self) -> None:
        """Take everything out of the account; settings, keys and tokens stay."""
        self.shop.clear()
        self.limits.clear()

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put goods on sale; what there is none of stands ended, as its last piece left it."""
        with self.at_work():
            for one in goods:
                self._offer(one)

    def _offer(self, one: Goods) -> None:
        given = self.store.settings
        body = offers.blank(self.store)
        price = {"amount": f"{one.price:.2f}", "currency": given["currency"]}
        body |= {
            "name": one.title[:75],
            "category": {"id": CATEGORY},
            "external": {"id": one.sku},
            "stock": {"available": one.quantity, "unit": "UNIT"},
        }
        body["sellingMode"]["price"] = price
        if rate := given["taxes"].get(given["country"]):
            rates = [{"rate": f"{float(rate):.2f}", "countryCode": given["country"]}]
            body["taxSettings"] = {"rates": rates, "subject": "GOODS"}
        address = self.world.base_urls.get(NAME, f"https://{NAME}.test")
        body["images"] = [f"{address}/original/{self.store.hex('pictures', 38)}"]
        offers.publish(self.store, body)
        if one.quantity < 1:
            offers.end(self.store, body, "EMPTY_STOCK")
        offers.add(self.store, body, quiet=True)

    def tick(self) -> None:
        """Do what has become due: edits, commands, starts and ends of offers, refunds."""
        with self.world.lock, self.at_work():
            for journal in (journals.ORDERS, journals.OFFERS):
                journals.release(self.store, journal)

    def operator(self, action: str, args: Mapping[str, Any]) -> Any:
        """What people do in the seller's panel or as buyers: see `panel`. LookupError for others."""
        with self.world.lock:
            if action == "empty":
                self.empty()
                return None
            with self.at_work():
                return panel.act(self.store, action, args)

    # -- what the routes ask ------------------------------------------------------------------

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """One transaction over the account, with all done that is due: kept when all went well."""
        db = self.shop.db
        if db.in_transaction:
            yield
            return
        with whole(db):
            jobs.settle(self.store, works.WORKS)
        with whole(db, Unauthorised):  # a refused login may use something up
            yield
