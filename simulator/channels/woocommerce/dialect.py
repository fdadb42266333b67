"""The simulated shop as the staging world knows it: its state, its operator, its clockwork.

Modules of this folder join in by what they define: `ROUTES`; `set_up(dialect)` puts into an
empty shop what every shop has; `listen(dialect)` subscribes to topics once; `run_due(dialect)`
does the module's delayed work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulator.chance import Chance
from simulator.channels import Goods
from simulator.channels.woocommerce import NAME, hooks, options, routes
from simulator.channels.woocommerce.auth import Key
from simulator.channels.woocommerce.shelf import Shelf
from simulator.channels.woocommerce.storefront import Storefront
from simulator.commerce.transactions import together
from simulator.world import World

CUSTOMER = 2
KEYS = {  # name: (user, permission)
    "main": (1, "read_write"),
    "read": (1, "read"),
    "write": (1, "write"),
    "customer": (CUSTOMER, "read_write"),
}
BY_ITSELF = "actions_run_by_themselves"  # set up as an option ("yes", "no"); the operator's since
QUEUE = timedelta(
    minutes=1
)  # how far the shop's own queue of delayed sales lags behind (unconfirmed)
Listener = Callable[[str, int], None]


class WooCommerce:
    """One simulated WooCommerce shop. Hold the world's lock while using its state."""

    name = NAME
    hosts = ("shop.example",)
    title = "shop.example"
    offers_plain_http = True  # signed requests may come without TLS

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.shop(NAME)
        self.listeners: list[Listener] = []
        self.shelf = Shelf(self)
        self.webhooks = hooks.queue(self)
        self.app = routes.create_app(self)
        self.storefront = Storefront(self)
        self._keys: dict[str, Key] = {}
        self._zone = ZoneInfo("UTC")
        for module in routes.modules():
            if hasattr(module, "listen"):
                module.listen(self)

    # -- what the world asks ----------------------------------------------------------------

    def credentials(self) -> dict[str, Any]:
        """Key pairs: the main one as `key` and `secret`, the others as "key:secret"."""
        pairs = self.shop.setting("keys")
        others = {n: f"{p['key']}:{p['secret']}" for n, p in pairs.items() if n != "main"}
        return {"key": pairs["main"]["key"], "secret": pairs["main"]["secret"], **others}

    def set_up(self, settings: Mapping[str, Any]) -> None:
        """An empty shop: its options, keys, the administrator (1) and one customer (2)."""
        self.shop.set_setting("set up", dict(settings))
        self.shop.set_setting("keys", self._new_keys())
        by_itself = (settings.get("options") or {}).get(BY_ITSELF, "yes") != "no"
        self.shop.set_setting(BY_ITSELF, by_itself)
        self.empty()

    def empty(self) -> None:
        """Back to the state just after set-up; keys and who runs delayed work stay."""
        with self.at_work():
            settings = self.shop.setting("set up", {})
            self.shop.clear()
            self.shelf.lookup.forget()
            self.shop.set_setting("options", options.from_settings(settings))
            self._read_settings()
            for module in routes.modules():
                if hasattr(module, "set_up"):
                    module.set_up(self)

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put goods on the shelf: published simple products with counted stock."""
        with self.at_work():
            for good in goods:
                self.shelf.put_up(good)

    def tick(self) -> None:
        """Delayed work that is due, unless the operator runs it by hand."""
        if self.shop.setting(BY_ITSELF, True):
            self.run_due(QUEUE)

    # -- the operator -----------------------------------------------------------------------

    def operator(self, action: str, args: Mapping[str, Any]) -> None:
        """What the shop's operator does: `run_due_actions`, `set_option` {name, value}, `empty`,
        `run_actions_by_hand` {on}. LookupError for anything else."""
        if action == "run_due_actions":
            self.run_due()
        elif action == "set_option":
            self.set_option(str(args["name"]), args["value"])
        elif action == "empty":
            self.empty()
        elif action == "run_actions_by_hand":
            self.shop.set_setting(BY_ITSELF, not args.get("on", True))
        else:
            raise LookupError(f"the operator of {self.name} knows no action {action!r}")

    def run_due(self, waited: timedelta = timedelta(0)) -> None:
        """Do all delayed work whose time has come: sales start and end, webhooks go out.

        `waited`: only sales whose moment lies so far back.
        """
        with self.at_work():
            for module in routes.modules():
                if hasattr(module, "run_due"):
                    module.run_due(self, waited)

    # -- what the modules ask ---------------------------------------------------------------

    @property
    def home(self) -> str:
        """The shop's own address, without a slash at the end."""
        return self.world.base_urls.get(self.name, f"https://{self.name}.test").rstrip("/")

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return self._zone

    def keys(self) -> Mapping[str, Key]:
        """The key pairs, by consumer key."""
        return self._keys

    def tax_classes(self) -> list[tuple[str, str]]:
        """(slug, name) of the tax classes, the standard one first."""
        return [(slug, name) for slug, name in self.shop.setting("tax classes", [])]

    def option(self, name: str, default: Any = None) -> Any:
        """An option's value, mostly text ("yes", "no", numbers as text)."""
        return self._options.get(name, default)

    def set_option(self, name: str, value: Any) -> None:
        """Change an option."""
        self._options[name] = value
        self.shop.set_setting("options", self._options)

    def announce(self, topic: str, id: int) -> None:
        """Tell whoever listens (webhooks) that something happened: "product.updated", its id."""
        for listener in self.listeners:
            listener(topic, id)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The world's lock and one database transaction; what was written stays, come what may."""
        with self.world.lock, together(self.shop.db):
            yield

    def _new_keys(self) -> dict[str, dict[str, Any]]:
        stream = Chance(self.world.chance.seed).stream(f"{self.name} keys")  # the same each time
        return {
            name: {
                "key": f"ck_{stream.getrandbits(160):040x}",
                "secret": f"cs_{stream.getrandbits(160):040x}",
                "user_id": user,
                "permission": permission,
            }
            for name, (user, permission) in KEYS.items()
        }

    def _read_settings(self) -> None:
        self._options: dict[str, Any] = self.shop.setting("options", {})
        self._zone = ZoneInfo(self.shop.setting("set up", {}).get("zone", "UTC"))
        pairs = self.shop.setting("keys", {}).values()
        self._keys = {p["key"]: Key(**p) for p in pairs}
