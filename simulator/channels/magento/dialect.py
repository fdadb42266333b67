"""The simulated shop as the staging world knows it: settings, keys, operator, clockwork."""

from __future__ import annotations

import string
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from simulator.chance import Chance
from simulator.channels import Goods
from simulator.channels.magento import (
    NAME,
    auth,
    background,
    categories,
    panel,
    products,
    routes,
    salable,
    sources,
    stores,
)
from simulator.channels.magento.errors import CANNOT_PROCESS, Refusal
from simulator.channels.magento.storefront import Storefront
from simulator.commerce.transactions import whole

if TYPE_CHECKING:
    from simulator.world import World

LETTERS = string.ascii_lowercase + string.digits
MASK_LETTERS = string.ascii_letters + string.digits
EXPIRED_FOR = timedelta(hours=6)
OTP = "123456"
STATES = ("bulks open", salable.WAITING)  # settings that an empty shop begins with


class Magento:
    """One simulated Magento Open Source shop. Hold the world's lock while using its state."""

    name = NAME
    hosts = ("magento.example", "*.magento.example")
    default_store = 1

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.shop(NAME)
        self.app = routes.create_app(self)
        self.storefront = Storefront(self)
        self._settings: dict[str, Any] | None = None

    # -- what the world asks --------------------------------------------------------------------

    def credentials(self) -> dict[str, Any]:
        """The main integration's bearer token with its keys for signing, an admin user, an
        integration that may touch the catalogue only, and an admin's token that has run out."""
        main = self.integrations()["main"]
        keys = self.shop.setting("keys")
        return {
            "token": main["access_token"],
            "consumer_key": main["consumer_key"],
            "consumer_secret": main["consumer_secret"],
            "access_token": main["access_token"],
            "access_token_secret": main["access_token_secret"],
            "admin_username": keys["admin_username"],
            "admin_password": keys["admin_password"],
            "limited_token": self.integrations()["limited"]["access_token"],
            "expired_token": keys["expired_token"],
        }

    def set_up(self, settings: Mapping[str, Any]) -> None:
        """An empty shop with these settings and fresh keys.

        Beside those of every shop: `two_factor`, admins need a one-time code besides the password.
        """
        self._settings = None
        self.shop.set_setting("set up", dict(settings))
        self.shop.set_setting("two_factor", bool(settings.get("two_factor")))
        stream = Chance(self.world.chance.seed).stream(f"{self.name} keys")  # the same each time

        def key() -> str:
            return "".join(stream.choices(LETTERS, k=32))

        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        integrations = {
            name: {"id": id, **{part: key() for part in names}}
            for id, name in enumerate(("main", "limited"), 1)
        }
        self.shop.set_setting("integrations", integrations)
        self.shop.set_setting("token key", key())
        self.shop.set_setting("tokens from", 0)
        password = "Tally-" + "".join(stream.choices(LETTERS, k=12)) + "-1"
        expired = auth.issue(self, 1, auth.ADMIN, ago=EXPIRED_FOR)
        self.shop.set_setting(
            "keys",
            {"admin_username": "tally", "admin_password": password, "expired_token": expired},
        )
        self.empty()

    def empty(self) -> None:
        """Take everything out of the shop; settings and keys stay."""
        with self.at_work():
            self.shop.clear()
            for name in STATES:
                self.shop.set_setting(name, 0 if name == "bulks open" else [])
            categories.set_up(self)
            sources.set_up(self)

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put goods on the shelf: enabled simple products with counted stock."""
        with self.at_work():
            for good in goods:
                item = {"qty": float(good.quantity), "is_in_stock": good.quantity > 0}
                given = {
                    "sku": good.sku,
                    "name": good.title,
                    "attribute_set_id": 4,
                    "price": float(good.price),
                    "weight": 1.0,
                    "custom_attributes": {"url_key": products.url_key(good.sku)},
                    "extension_attributes": {"stock_item": item},
                }
                products.save(self, given, 0)

    def tick(self) -> None:
        """Run the queue's consumers when their time has come."""
        if self.shop.setting("bulks open", 0) or self.shop.setting(salable.WAITING, []):
            with self.at_work():
                background.run_due(self)
                salable.run_due(self)

    def operator(self, action: str, args: Mapping[str, Any]) -> Any:
        """What the shop's people do in its panel and on its server; see `panel.act`."""
        if action == "empty":
            self.empty()
            return None
        with self.at_work():
            return panel.act(self, action, args)

    # -- what the modules ask -----------------------------------------------------------------

    def settings(self) -> dict[str, Any]:
        """What the shop was set up with."""
        if self._settings is None:
            self._settings = dict(self.shop.setting("set up", {}))
        return self._settings

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.settings().get("zone", "UTC"))

    @property
    def queue_s(self) -> float:
        """How long work in the queue waits for its consumer."""
        wait = self.shop.dials.job_s
        return background.USUAL_S if wait is None else wait

    def integrations(self) -> dict[str, dict[str, Any]]:
        """The integrations by name, with their keys."""
        found: dict[str, dict[str, Any]] = self.shop.setting("integrations", {})
        return found

    def otp(self) -> str:
        """The one-time code that the admin's device shows."""
        return OTP

    def store_id(self, code: str) -> int:
        """The store view of a code in an address; 0 for "all". Refusal for an unknown one."""
        known = {view: id for id, view, _ in stores.VIEWS if id} | {"all": 0}
        if code not in known:
            raise Refusal(CANNOT_PROCESS)
        return known[code]

    def store_ids(self) -> frozenset[int]:
        """The numbers of all store views, the global level among them."""
        return frozenset(id for id, _, _ in stores.VIEWS)

    def stores_of(self, websites: Sequence[int]) -> list[int]:
        """The store views of websites."""
        return [1, 2] if 1 in websites else []

    def stores_beside(self, store: int) -> list[int]:
        """The store views of the website that a view belongs to."""
        return self.stores_of([1])

    def mask(self) -> str:
        """The name of a new guest's cart."""
        return "".join(self._stream("carts").choices(MASK_LETTERS, k=32))

    def uuid(self) -> str:
        """The name of new bulk work."""
        return str(uuid.UUID(int=self._stream("bulks").getrandbits(128), version=4))

    def report(self) -> str:
        """What an error says that only the shop's log tells more about."""
        number = self._stream("reports").getrandbits(52)
        text = "Internal Error. Details are available in Magento log file. Report ID: webapi-"
        return f"{text}{number:013x}"

    def money(self, amount: float) -> str:
        """An amount as the shop's texts write it."""
        return f"{self.settings()['currency']}{amount:.2f}"

    def _stream(self, what: str) -> Any:
        return self.world.chance.stream(f"{self.name} {what}")

    # -- transactions -------------------------------------------------------------------------

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The world's lock and one transaction: kept when all went well, undone when it did not."""
        with self.world.lock, whole(self.shop.db):
            yield
