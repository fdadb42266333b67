"""The simulated shop as the staging world knows it: settings, tokens, buckets, operator, clockwork."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels import Goods
from simulator.channels.shopify import NAME, bulk, payloads, routes, scopes, stocking
from simulator.channels.shopify.moments import iso
from simulator.channels.shopify.store import Store
from simulator.channels.shopify.storefront import Storefront
from simulator.channels.shopify.webhooks import Webhooks
from simulator.commerce.transactions import whole
from simulator.wire.throttle import CostBucket

if TYPE_CHECKING:
    from simulator.world import World

VERSION = "2026-07"
BUCKET, RESTORE_RATE = 2000, 100  # a standard plan


class Shopify:
    """One simulated Shopify shop. Hold the world's lock while using its state."""

    name = NAME
    hosts = ("*.myshopify.com",)

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.shop(NAME)
        self.webhooks = Webhooks(self.shop, lambda: self.world.outside)
        self.webhook_queue = self.webhooks.queue  # where the world looks for it
        self.store = Store(self.shop, self.webhooks)
        self.webhooks.payload = lambda topic, thing: payloads.payload(self.store, topic, thing)
        self.app = routes.create_app(self)
        self.storefront = Storefront(self)
        self._buckets: dict[str, CostBucket] = {}

    # -- what the world asks ------------------------------------------------------------------

    def credentials(self) -> dict[str, Any]:
        """The static token, and the app's own id and secret (which also signs webhooks)."""
        given = self.shop.setting("shopify")
        return {
            "token": given["token"],
            "shop_domain": self.domain,
            "api_version": VERSION,
            "client_id": given["client_id"],
            "client_secret": given["client_secret"],
            "webhook_secret": given["client_secret"],
        }

    def set_up(self, settings: Mapping[str, Any]) -> None:
        """An empty shop with these settings and fresh keys.

        Beside those of every shop: `locations` (names), `name`, `email`, `plan`, `bucket`,
        `restore_rate`.
        """
        options = settings.get("options") or {}
        given = {**settings, **options}
        kept = {
            "name": given.get("name", "Staging shop"),
            "email": given.get("email", "owner@shop.example"),
            "plan": given.get("plan", "Basic"),
            "currency": given["currency"],
            "zone": given["zone"],
            "country": given.get("country", "PL"),
            "taxes_included": bool(given.get("prices_include_tax", given.get("taxesIncluded"))),
            "taxes": {k: str(v) for k, v in (given.get("taxes") or {}).items()},
            "locations": list(given.get("locations") or ["Warehouse"]),
            "bucket": given.get("bucket", BUCKET),
            "restore_rate": given.get("restore_rate", RESTORE_RATE),
            "created_at": iso(self.shop.clock.now()),
            "token": f"shpat_{self._random()}",
            "client_id": self._random(),
            "client_secret": f"shpss_{self._random()}",
        }
        self.shop.set_setting("shopify", kept)
        self.shop.set_setting("tokens", {})
        self.grant(kept["token"], list(scopes.ALL), None)
        self.empty()

    def empty(self) -> None:
        """Take everything out of the shop; settings, keys and locations stay."""
        self.webhooks.pending.clear()
        self.webhooks.queue.clear()
        self.shop.clear()
        self._buckets.clear()
        given = self.shop.setting("shopify")
        self.shop.lag = timedelta(0)
        for name in given["locations"]:
            place = {"name": name, "isActive": True, "address": {"countryCode": given["country"]}}
            self.store.add("location", place, quiet=True)
        for name in ("Online Store", "Point of Sale"):
            self.store.add("publication", {"name": name, "autoPublish": False}, quiet=True)

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put goods on the shelf: active, published to the online store, tracked, DENY."""
        with self.at_work():
            stocking.put_up(self.store, goods)

    def tick(self) -> None:
        """Carry out long work, send the webhooks that are due."""
        self._sign()
        bulk.run_due(self)
        self.webhooks.flush()
        self.webhooks.queue.deliver(self.shop.clock.now())

    def operator(self, action: str, args: Mapping[str, Any]) -> Any:
        """What the operator of this simulation may do. LookupError for anything else.

        `throttle` {bucket, restore_rate} · `lag` {seconds} · `grant` {token, scopes} a further
        token · `revoke` {token} · `empty`.
        """
        if action == "throttle":
            self._dial(args)
        elif action == "lag":
            self.shop.lag = timedelta(seconds=float(args["seconds"]))
        elif action == "grant":
            self.grant(str(args["token"]), list(args["scopes"]), None)
        elif action == "revoke":
            self.shop.set_setting(
                "tokens", {k: v for k, v in self.tokens().items() if k != args["token"]}
            )
        elif action == "empty":
            self.empty()
        else:
            raise LookupError(f"the operator of {self.name} knows no action {action!r}")
        return None

    # -- what the routes ask ------------------------------------------------------------------

    @property
    def domain(self) -> str:
        """The shop's own host name."""
        address = self.world.base_urls.get(self.name, f"https://{self.name}.test")
        return address.split("://", 1)[-1].rstrip("/")

    def tokens(self) -> dict[str, Any]:
        """The access tokens with their scopes and, where they run out, when."""
        kept: dict[str, Any] = self.shop.setting("tokens", {})
        return kept

    def grant(self, token: str, wanted: list[str], until: str | None) -> None:
        """Let a token in, with these scopes."""
        kept = {**self.tokens(), token: {"scopes": wanted, "until": until}}
        self.shop.set_setting("tokens", kept)

    def bucket(self, token: str) -> CostBucket:
        """The points of the app behind a token (one app: tokens share it), times the dial `allowance`."""
        given, share = self.shop.setting("shopify"), self.shop.dials.allowance
        size, rate = given["bucket"] * share, given["restore_rate"] * share
        if "app" not in self._buckets:
            self._buckets["app"] = CostBucket(size, rate, self.shop.clock.now)
        bucket = self._buckets["app"]
        if (bucket.size, bucket.restore_rate) != (size, rate):
            bucket.dial(size=size, restore_rate=rate)
        return bucket

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The world's lock and one transaction: kept when all went well, undone when it did not."""
        with self.world.lock:
            self._sign()
            with whole(self.shop.db) as is_first:
                try:
                    yield
                    self.webhooks.flush()
                except BaseException:
                    if is_first:
                        self.webhooks.pending.clear()
                    raise

    def _sign(self) -> None:
        """Tell the webhooks whose they are."""
        self.webhooks.domain, self.webhooks.version = self.domain, VERSION
        self.webhooks.secret = self.shop.setting("shopify")["client_secret"]

    def _dial(self, args: Mapping[str, Any]) -> None:
        given = self.shop.setting("shopify")
        size, rate = args.get("bucket"), args.get("restore_rate")
        given |= {k: v for k, v in (("bucket", size), ("restore_rate", rate)) if v is not None}
        self.shop.set_setting("shopify", given)

    def _random(self) -> str:
        return f"{self.world.chance.stream(f'{NAME} keys').getrandbits(128):032x}"
