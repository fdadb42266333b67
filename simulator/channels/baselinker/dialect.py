"""The simulated account as the staging world knows it: settings, token, operator, clockwork."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from simulator.chance import Chance
from simulator.channels import Goods
from simulator.channels.baselinker import NAME, catalogue, operating, products, returns, routes
from simulator.channels.baselinker.errors import Refused
from simulator.channels.baselinker.hub import Hub
from simulator.channels.baselinker.journal import Journal
from simulator.channels.baselinker.store import Store
from simulator.channels.baselinker.storefront import Storefront
from simulator.channels.baselinker.throttle import Throttle
from simulator.commerce.transactions import whole

if TYPE_CHECKING:
    from simulator.world import World

PER_MINUTE = 100
STATUSES = (  # an account's own; the key is only this simulation's
    ("new", "New orders", "Accepted", "#0082c3"),
    ("ready", "Ready to ship", "In preparation", "#f0a30a"),
    ("shipped", "Shipped", "Shipped", "#3fa34d"),
    ("cancelled", "Cancelled", "Cancelled", "#c0392b"),
)
FIRST_STATUS = 6_624


class BaseLinker:
    """One simulated account. Hold the world's lock while using its state."""

    name = NAME
    hosts = ("api.baselinker.com", "api.base.com")

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.shop(NAME)
        self.store = Store(self.shop)
        self.journal = Journal(self.store, NAME, lambda: self.world.faults)
        self.hub = Hub(self)
        self.throttle = Throttle(self.shop.clock.now)
        self.app = routes.create_app(self)
        self.storefront = Storefront(self)

    # -- what the world asks ------------------------------------------------------------------

    def credentials(self) -> dict[str, Any]:
        """The token, the catalogue and its parts, and the statuses by what they mean.

        `return_status` is that of a new order return.
        """
        inventory = self.store.default_inventory()
        return {
            "token": self.shop.setting("token"),
            "inventory_id": inventory.id,
            "price_group_id": inventory.body["default_price_group"],
            "warehouse_id": inventory.body["default_warehouse"],
            **{f"status_{k}": self.store.setting(f"status_{k}") for k, *_ in STATUSES},
            "return_status": returns.STATUSES[0][0],
        }

    def set_up(self, settings: Mapping[str, Any]) -> None:
        """An empty account with these settings and a fresh token.

        Beside those of every shop, `options`: `sources` (the vendors whose orders come in;
        default: Allegro and the shops of the world), `import_every_s`, `follow_cancellations`,
        `journal`, `reservations`, `warehouses` (names), `external_warehouses` (names),
        `per_minute` and `block_s` (the rate limit), `numbers_as_text` (as older accounts answer).
        """
        given = {**settings, **(settings.get("options") or {})}
        taxes = given.get("taxes") or {}
        sources = given.get("sources")
        kept = {
            "currency": given["currency"],
            "zone": given["zone"],
            "tax_rate": str(taxes.get(given.get("country", "PL"), "0")),
            "sources": None if sources is None else [str(s) for s in sources],
            "import_every_s": int(given.get("import_every_s", 300)),
            "follow_cancellations": bool(given.get("follow_cancellations", True)),
            "journal": bool(given.get("journal", True)),
            "reservations": bool(given.get("reservations", False)),
            "numbers_as_text": bool(given.get("numbers_as_text", False)),
            "blocked": False,
            "warehouses": list(given.get("warehouses") or ["Default"]),
            "external_warehouses": list(given.get("external_warehouses") or []),
            "per_minute": int(given.get("per_minute", PER_MINUTE)),
            "block_s": int(given.get("block_s", 60)),
            **{f"status_{k}": FIRST_STATUS + i for i, (k, *_) in enumerate(STATUSES)},
        }
        self.shop.set_setting("account", kept)
        self.shop.set_setting("tokens made", 0)
        self.new_token()
        self.empty()

    def empty(self) -> None:
        """Take everything out but settings, token, one catalogue and what it is made of."""
        with self.at_work():
            self.shop.clear()
            self.throttle.clear()
            self.shop.lag = timedelta(0)
            for kind in ("log", "return_log"):
                self.shop.set_setting(f"held {kind}", None)
            self.hub.forget()
            self._begin()

    def _begin(self) -> None:
        store, currency = self.store, self.store.setting("currency")
        for i, (_, name, for_customer, color) in enumerate(STATUSES):
            body = {"name": name, "name_for_customer": for_customer, "color": color}
            store.add("status", body, id=FIRST_STATUS + i)
        for id, name, fate in returns.STATUSES:
            body = {"name": name, "name_for_customer": name, "color": "#888888"}
            store.add("return_status", {**body, "_fulfillment": fate}, id=id)
        group = {"name": "Default", "description": "", "currency": currency, "is_default": True}
        group_id = catalogue.add(store, "price_group", group).id
        keys: list[str] = []
        for type, names in (
            ("bl", store.setting("warehouses")),
            ("warehouse", store.setting("external_warehouses")),
        ):
            for name in names:
                place = {
                    "warehouse_type": type,
                    "name": str(name),
                    "description": "",
                    "stock_edition": type == "bl",
                    "is_default": not keys,
                }
                made = catalogue.add(store, "warehouse", place)
                keys.append(catalogue.warehouse_key(made))
        inventory = {
            "name": "Default",
            "description": "",
            "languages": ["en"],
            "default_language": "en",
            "price_groups": [group_id],
            "default_price_group": group_id,
            "warehouses": keys,
            "default_warehouse": keys[0],
            "reservations": store.setting("reservations"),
            "is_default": True,
        }
        catalogue.add(store, "inventory", inventory)

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put goods into the default catalogue, priced and counted."""
        with self.at_work():
            inventory = self.store.default_inventory()
            group = str(inventory.body["default_price_group"])
            for one in goods:
                body = products.blank(self.store, inventory.id, 0)
                body["sku"] = one.sku
                body["text_fields"] = {"name": one.title}
                body["prices"] = {group: str(one.price.quantize(products.CENT))}
                body["stock"] = {inventory.body["default_warehouse"]: one.quantity}
                products.make(self.store, body)

    def tick(self) -> None:
        """Take over the orders of the other shops that are due."""
        self.run_due()

    def operator(self, action: str, args: Mapping[str, Any]) -> Any:
        """What the account's people do in its panel: see `operating`. LookupError otherwise."""
        with self.at_work():
            return operating.act(self, action, args)

    # -- what the rest asks -------------------------------------------------------------------

    @property
    def home(self) -> str:
        """The account's own address, without a slash at the end."""
        return self.world.base_urls.get(self.name, f"https://{self.name}.test").rstrip("/")

    def let_in(self, token: str) -> None:
        """Check a caller's token and count the call. Refused otherwise."""
        if not token:
            raise Refused("ERROR_EMPTY_TOKEN", "No user token provided.")
        if token != self.shop.setting("token"):
            raise Refused("ERROR_AUTH_TOKEN", "Invalid user token")
        if self.store.setting("blocked"):
            raise Refused("ERROR_USER_ACCOUNT_BLOCKED", "User account is blocked")
        self.throttle.take(
            token,
            self.store.setting("per_minute") * self.shop.dials.allowance,
            timedelta(seconds=self.store.setting("block_s")),
            ZoneInfo(self.store.setting("zone")),
        )

    def new_token(self) -> None:
        """Let the account have another token; the old one is void."""
        made = self.shop.setting("tokens made", 0) + 1
        self.shop.set_setting("tokens made", made)
        stream = Chance(self.world.chance.seed).stream(f"{NAME} token {made}")
        letters = string.ascii_uppercase + string.digits
        secret = "".join(stream.choice(letters) for _ in range(64))
        user, number = (
            stream.randrange(1_000_000, 4_000_000),
            stream.randrange(3_000_000, 5_000_000),
        )
        self.shop.set_setting("token", f"{user}-{number}-{secret}")

    def omits(self, what: str) -> bool:
        """Whether a list leaves this entry out: a fault in force says so."""
        return self.world.faults.omits(NAME, what)

    def run_due(self) -> None:
        """Do what time has made due."""
        with self.at_work():
            self.journal.settle()
            self.hub.run_due()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The world's lock and one transaction: kept when all went well, undone when it did not."""
        with self.world.lock, whole(self.shop.db):
            yield
