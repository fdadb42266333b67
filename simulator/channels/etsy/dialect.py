"""The simulated shop as the staging world knows it: settings, keys, clockwork, what an operator does."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulator.channels import Goods
from simulator.channels.etsy import NAME, auth, images, listings, profiles, routes
from simulator.channels.etsy.hooks import Hooks
from simulator.channels.etsy.limits import Limits
from simulator.channels.etsy.operator import ACTIONS
from simulator.channels.etsy.store import Store
from simulator.channels.etsy.storefront import Storefront
from simulator.commerce.transactions import part, together

if TYPE_CHECKING:
    from simulator.world import World

PER_SECOND, PER_DAY = 10, 10_000
USER, SHOP, APPLICATION = 471_520_301, 31_845_207, 1_084_417_203
TAXONOMY = 1005  # home decor
OPTIONS = {  # what may be set beside the settings of every shop
    "shop_name": "StagingShop",
    "login_name": "stagingseller",
    "email": "owner@shop.example",
    "language": "en",
    "per_second": PER_SECOND,
    "per_day": PER_DAY,
    "listing_fee": "0.20",
    "least_price": "0.20",
    "shipping_cost": "0.00",
    "grants_email": False,
    "restricted_countries": [],
    "payments_pending": False,
}


class Etsy:
    """One simulated Etsy shop. Hold the world's lock while using its state."""

    name = NAME
    hosts = ("openapi.etsy.com", "api.etsy.com", "www.etsy.com")

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.shop(NAME)
        self.store: Store = Store(self)
        self.hooks: Hooks = Hooks(self)
        self.hook_queue = self.hooks.queue  # where the world looks for it
        self.limits = Limits(self.shop.clock.now, self._allowed)
        self.app = routes.create_app(self)
        self.storefront = Storefront(self)

    # -- what the world asks ------------------------------------------------------------------

    def credentials(self) -> dict[str, Any]:
        """The app's key and secret, the tokens that are worth something now, the shop's numbers.

        `webhook_secret` signs webhooks; `api_key` is the header as it is sent; `taxonomy_id` is the
        category of what the shop sells, `picture` the address of one that may be uploaded.
        """
        given = self.shop.setting("etsy")
        return {
            "keystring": given["keystring"],
            "shared_secret": given["shared_secret"],
            "api_key": f"{given['keystring']}:{given['shared_secret']}",
            "access_token": auth.newest(self.store, "access"),
            "refresh_token": auth.newest(self.store, "refresh"),
            "webhook_secret": given["webhook_secret"],
            "user_id": str(given["user_id"]),
            "shop_id": str(given["shop_id"]),
            "taxonomy_id": str(TAXONOMY),
            "picture": f"{self.world.base_urls[NAME]}{images.STAND_IN}",
        }

    def set_up(self, settings: Mapping[str, Any]) -> None:
        """An empty shop with its keys, one consent given, and one profile of each kind.

        Beside the settings of every shop: `shop_name`, `login_name`, `email`, `language`,
        `per_second`, `per_day`, `listing_fee`, `least_price`, `shipping_cost`, `grants_email`,
        `restricted_countries`, `payments_pending`.
        """
        given = {**settings, **(settings.get("options") or {})}
        now = self.store.second()
        stream = self.world.chance.stream(f"{NAME} keys")
        secret = base64.b64encode(stream.getrandbits(192).to_bytes(24, "big")).decode()
        kept = {
            **{name: given.get(name, usual) for name, usual in OPTIONS.items()},
            "currency": given["currency"],
            "country": given.get("country", "PL"),
            "taxes": {k: str(v) for k, v in (given.get("taxes") or {}).items()},
            "taxes_included": bool(given.get("prices_include_tax", True)),
            "keystring": _word(stream.getrandbits(144), 24),
            "shared_secret": _word(stream.getrandbits(60), 10),
            "webhook_secret": f"whsec_{secret}",
            "application_id": APPLICATION,
            "user_id": USER,
            "shop_id": SHOP,
            "opened": now,
            "changed": now,
            "vacation": False,
            "texts": {},
        }
        self.shop.set_setting("etsy", kept)
        self.shop.set_setting("etsy tokens", None)
        auth.issue(self.store, auth.SCOPES)
        self.empty()

    def empty(self) -> None:
        """Take everything out of the shop; settings, keys and tokens stay."""
        self.hooks.queue.clear()
        self.shop.clear()
        self.store.forget()
        self.limits.clear()
        for name in ("etsy balance", "etsy sold"):
            self.shop.set_setting(name, 0)
        self.shop.set_setting("etsy sales", [])
        with self.at_work():
            self._first_profiles()

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put goods on the shelf: active listings with one product; sold out where none is left."""
        with self.at_work():
            first = self._first_ids()
            for one in goods:
                self._publish(first, one.sku, one.title, one.price, one.quantity)

    def put_up(self, sku: str, title: str, price: Any, pieces: int, *, record: bool = True) -> int:
        """A published listing, as if made in Shop Manager; gives its number."""
        return self._publish(self._first_ids(), sku, title, price, pieces, record=record)

    def _first_ids(self) -> dict[str, int]:
        """The profiles that Shop Manager proposes."""
        kinds = ("shipping_profile", "readiness", "policy")
        return {kind: next(self.shop.all(kind)).id for kind in kinds}

    def _publish(
        self,
        first: Mapping[str, int],
        sku: str,
        title: str,
        price: Any,
        pieces: int,
        *,
        record: bool = True,
    ) -> int:
        store = self.store
        minor, readiness = store.minor(price), first["readiness"]
        only = listings.product(store, sku, minor, pieces, readiness=readiness)
        fields = {
            "title": title,
            "description": title,
            "taxonomy_id": TAXONOMY,
            "who_made": "i_did",
            "when_made": "made_to_order",
            "should_auto_renew": True,
            "shipping_profile_id": first["shipping_profile"],
            "readiness_state_id": readiness,
            "return_policy_id": first["policy"],
            "images": [images.new(store, 40_000, at_once=True)],
            "record": record,
        }
        state = "active" if pieces > 0 else "sold_out"
        return store.add_listing(listings.body(store, fields, [only], state=state)).id

    def tick(self) -> None:
        """Listings run out, webhooks leave."""
        with self.at_work():
            listings.run_out(self.store)
        self.hooks.queue.deliver(self.shop.clock.now())

    def operator(self, action: str, args: Mapping[str, Any]) -> Any:
        """What the shop's people do in Shop Manager, and the app's owner in the developer portal.

        LookupError for an unknown action. `order` may be said for `receipt_id`.

        Tokens: `expire_tokens` {refresh} · `revoke_consent` · `consent` {scopes} gives new ones.
        Orders: `cancel` {receipt_id, reason} · `refund` {receipt_id, amount, reason, note} · `ship`
        {receipt_id, tracking_code, carrier_name} · `mark_delivered` {receipt_id} · `pay`
        {receipt_id} · `edit_order` {receipt_id, name, address fields, message, gift_message}.
        Listings: `restock` {sku, quantity} · `edit_listing` {sku, price, quantity, title, state} ·
        `make_listing` {sku, title, price, quantity, record} · `expire_listing` {sku} ·
        `delete_listing` {sku} · `freeze_listing` {sku, on}, as Etsy does · `break_image`
        {sku, broken} · `sale` {percent, minutes, skus} · `end_sales`.
        The shop and its app: `empty` · `vacation` {on} · `payments_pending` {on} · `grant_email`
        {on} · `restrict_addresses` {countries} · `throttle` {per_second, per_day} · `webhook`
        {url, events} · `remove_webhook` {url}.
        """
        if action not in ACTIONS:
            raise LookupError(f"the operator of {self.name} knows no action {action!r}")
        with self.at_work():
            return ACTIONS[action](self, args)

    # -- what the modules ask -----------------------------------------------------------------

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The world's lock and one database transaction; what was written stays."""
        with self.world.lock, together(self.shop.db):
            yield

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All of what is written inside, or, when it is refused, nothing."""
        try:
            with part(self.shop.db):
                yield
        except BaseException:
            self.store.forget()
            raise

    def _allowed(self) -> tuple[int, int]:
        """Calls per second and per day, by the dial."""
        share = self.shop.dials.allowance
        given = self.shop.setting("etsy")
        return max(1, int(given["per_second"] * share)), max(1, int(given["per_day"] * share))

    def _first_profiles(self) -> None:
        store = self.store
        cost = store.minor(store.given("shipping_cost"))
        shipping = {"title": "Standard", "origin": store.given("country"), "postal_code": None}
        profile = store.add("shipping_profile", shipping, quiet=True)
        everywhere = {"country": "", "region": "none", "first": cost, "more": cost}
        way = {"carrier": None, "mail_class": None, "low": 2, "high": 7}
        store.add("destination", {**everywhere, **way}, parent_id=profile.id, quiet=True)
        store.add("readiness", profiles.body("ready_to_ship", 1, 3, "days"), quiet=True)
        policy = {"returns": True, "exchanges": False, "days": 30}
        store.add("policy", policy, quiet=True)


def _word(bits: int, length: int) -> str:
    """Random bits as lower-case letters and digits."""
    letters = "0123456789abcdefghijklmnopqrstuv"
    return "".join(letters[(bits >> (5 * n)) & 31] for n in range(length))
