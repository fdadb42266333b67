"""The simulated seller as the staging world knows it: settings, keys, operator, clockwork."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import Goods
from simulator.channels.houzz import (
    NAME,
    after_sales,
    desk,
    orders,
    payments,
    routes,
    tasks,
)
from simulator.channels.houzz.auth import USER_NAME, Keys
from simulator.channels.houzz.shelf import Shelf
from simulator.channels.houzz.storefront import Storefront
from simulator.commerce.transactions import whole
from simulator.wire.throttle import CostBucket

if TYPE_CHECKING:
    from simulator.world import World

CALLS_A_SECOND = 5  # for each token; unconfirmed
CATEGORY = 14010  # sofas: any number will do here
REVIEW = timedelta(hours=24)  # how long Houzz looks at a new listing; unconfirmed
ACCOUNTS = ("seller", "vendor", "seller before 2021")


class Houzz:
    """One simulated Houzz seller. Hold the world's lock while using its state."""

    name = NAME
    hosts = ("api.houzz.com", "api.houzz2.com")

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.shop(NAME)
        self.keys = Keys(self)
        self.shelf = Shelf(self)
        self.storefront = Storefront(self)
        self.app = routes.create_app(self)
        self._buckets: dict[str, tuple[float, CostBucket]] = {}

    # -- what the world asks ------------------------------------------------------------------

    def credentials(self) -> dict[str, Any]:
        """The three headers' values; two more keys that permit only a part, each with its app.

        And what a seller knows without a call: a category for new listings, and the currency.
        """
        keys = self.keys.all()
        return {
            "token": keys["main"].token,
            "user_name": USER_NAME,
            "app_name": keys["main"].app,
            "inventory_token": keys["inventory"].token,
            "inventory_app_name": keys["inventory"].app,
            "orders_token": keys["orders"].token,
            "orders_app_name": keys["orders"].app,
            "category_id": CATEGORY,
            "currency": self.currency,
        }

    def set_up(self, settings: Mapping[str, Any]) -> None:
        """An empty shop with these settings and fresh keys.

        Beside those of every shop, in `options` or beside them: `account` ("seller", "vendor",
        "seller before 2021"), `unauthorised_status` (200 or 401) and `review_s` (how long a new
        listing is looked at). ValueError for others.
        """
        given = {**settings, **(settings.get("options") or {})}
        account = given.get("account", ACCOUNTS[0])
        status = given.get("unauthorised_status", 200)
        if account not in ACCOUNTS:
            raise ValueError(f"account is one of {', '.join(ACCOUNTS)}, not {account!r}")
        if status not in (200, 401):
            raise ValueError(f"unauthorised_status is 200 or 401, not {status!r}")
        kept = {
            "account": account,
            "unauthorised status": status,
            "review s": float(given.get("review_s", REVIEW.total_seconds())),
            "currency": given["currency"],
            "prices include tax": bool(given.get("prices_include_tax")),
            "taxes": {k: str(v) for k, v in (given.get("taxes") or {}).items()},
        }
        for name, value in kept.items():
            self.shop.set_setting(name, value)
        self.shop.set_setting("keys", {})
        self.shop.set_setting("tokens issued", 0)
        for name in ("main", "inventory", "orders"):
            self.keys.issue(name)
        self.empty()

    def empty(self) -> None:
        """Take everything out of the shop; settings and keys stay."""
        self.shop.clear()
        self._buckets.clear()

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put goods on the shelf: active listings, past their review."""
        with self.at_work():
            for good in goods:
                self.shelf.put_up(good)

    def tick(self) -> None:
        """Do what is due: cards are charged, reviews end, payouts are made."""
        self.run_due()

    def operator(self, action: str, args: Mapping[str, Any]) -> Any:
        """What people do by hand. LookupError for anything else.

        By Houzz's people: `approve` {sku} · `reject` {sku, reason} · `charge` {order, fails} ·
        `add_row` {order, type, title, price}. In Seller Central: `set_listing` {sku, Quantity,
        Price, MSRP, Status} · `ship` {order, method, tracking} · `cancel` {order, code} ·
        `split` {order, lines} gives the new order's id · `in_production` {order} · `delay`
        {order, days} · `edit_address` {order, City, …} · `look` {order} · `refund` {order,
        lines or amount} · `authorise_return` {return, rma} · `receive_return` {return} ·
        `refund_return` {return} · `new_token` {key} · `permit` {key, inventory, orders}. By the
        buyer: `request_return` {order, lines, reason}. By the staging world: `expire_tokens`,
        `empty`.
        """
        if action == "empty":
            return self.empty()
        if action not in desk.ACTIONS:
            raise LookupError(f"the operator of {self.name} knows no action {action!r}")
        self.run_due()
        with self.at_work():
            return desk.act(self, action, args)

    def run_due(self) -> None:
        """Everything whose time has come, in the order of its time."""
        with self.at_work():
            for what, id, fails in tasks.due(self):
                self._do(what, id, fails=fails)
            payments.pay_out(self)

    # -- what the modules ask -----------------------------------------------------------------

    @property
    def account(self) -> str:
        """What kind of seller this is, which decides when it sees an order."""
        return str(self.shop.setting("account"))

    @property
    def review(self) -> timedelta:
        """How long a new listing is looked at before shoppers see it."""
        return timedelta(seconds=self.shop.setting("review s"))

    @property
    def currency(self) -> str:
        """The one currency of the shop."""
        return str(self.shop.setting("currency"))

    @property
    def prices_include_tax(self) -> bool:
        """Whether listed prices are what shoppers pay in the end."""
        return bool(self.shop.setting("prices include tax"))

    def tax_percent(self, country: str) -> Decimal:
        """The tax of a country; 0 where none is set."""
        return Decimal(self.shop.setting("taxes", {}).get(country, "0"))

    def may_call(self, token: str) -> bool:
        """Whether a token has a call left this second; takes it."""
        rate = CALLS_A_SECOND * self.shop.dials.allowance
        granted, bucket = self._buckets.get(token, (0.0, None))
        if bucket is None or granted != rate:
            bucket = CostBucket(max(1.0, rate), rate, self.shop.clock.now)
            self._buckets[token] = (rate, bucket)
        return bucket.take(1)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The world's lock and one transaction: kept when all went well, undone when it did not."""
        with self.world.lock, whole(self.shop.db):
            yield

    def _do(self, what: str, id: int, *, fails: bool) -> None:
        acts: dict[str, Callable[[], None]] = {
            "charge": lambda: orders.charged(self, id, fails=fails),
            "review": lambda: self.shelf.reviewed(id, fails=fails),
            "authorisation": lambda: orders.authorisation_ended(self, id),
            "refund": lambda: after_sales.refund_overdue(self, id),
        }
        acts[what]()
