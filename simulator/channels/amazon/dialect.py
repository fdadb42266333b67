"""The simulated seller as the staging world knows it: settings, keys, operator, clockwork."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulator.channels import Goods
from simulator.channels.amazon import (
    NAME,
    catalogue,
    feeds,
    listings,
    marketplaces,
    operator,
    reports,
    routes,
)
from simulator.channels.amazon.auth import Tokens, new_keys
from simulator.channels.amazon.calls import Call
from simulator.channels.amazon.catalogue import Catalogue
from simulator.channels.amazon.errors import bad
from simulator.channels.amazon.jobs import Job, Jobs
from simulator.channels.amazon.limits import Limits
from simulator.channels.amazon.marketplaces import Marketplace
from simulator.channels.amazon.notifications import Notifications
from simulator.channels.amazon.orders import Orders
from simulator.channels.amazon.storefront import Storefront
from simulator.commerce.transactions import whole

if TYPE_CHECKING:
    from simulator.world import World

REGIONS = ("na", "eu", "fe")
ROLES = ("shipping", "tax")  # what lets an application see addresses, and buyers' names


class Amazon:
    """One seller on one marketplace. Hold the world's lock while using its state."""

    name = NAME
    hosts = (
        "api.amazon.com",
        *(f"sellingpartnerapi-{region}.amazon.com" for region in REGIONS),
        *(f"sandbox.sellingpartnerapi-{region}.amazon.com" for region in REGIONS),
        "sellercentral.amazon.com",
        "sellercentral-europe.amazon.com",
        "sqs.*.amazonaws.com",
    )

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.shop(NAME)
        self.jobs = Jobs(world, self.shop)
        self.limits = Limits(self.shop)
        self.tokens: Tokens = Tokens(self)
        self.notifications = Notifications(self)
        self.catalogue = Catalogue(self)
        self.orders = Orders(self)
        self.storefront = Storefront(self)
        self.marketplace: Marketplace = marketplaces.ALL[0]  # chosen at set-up
        self.app = routes.create_app(self)

    # -- what the world asks --------------------------------------------------------------------

    def credentials(self) -> dict[str, Any]:
        """The application's keys, the seller's refresh token and id, and where the seller sells."""
        place = self.marketplace
        return {
            **self.keys,
            "marketplace_id": place.id,
            "region": place.region,
            "endpoint": f"https://sellingpartnerapi-{place.region}.amazon.com",
            "product_type": "HOME",  # one that new listings can have
            "brand": "Generic",
        }

    def set_up(self, settings: Mapping[str, Any]) -> None:
        """An empty shop with these settings and its keys.

        Beside those of every shop: `marketplace` (an id; default by country and currency), `roles`
        (of "shipping" and "tax"; default both), `pending_s` (how long payments stay unauthorised).
        """
        given = {**settings, **(settings.get("options") or {})}
        place = marketplaces.BY_ID.get(str(given.get("marketplace"))) or marketplaces.chosen(
            str(given.get("country")), str(given.get("currency"))
        )
        kept = {
            "marketplace": place.id,
            "gross": bool(given.get("prices_include_tax", True)),
            "taxes": {k: str(v) for k, v in (given.get("taxes") or {}).items()},
            "roles": list(given.get("roles", ROLES)),
            "pending_s": float(given.get("pending_s", 0)),
        }
        self.shop.set_setting("amazon", kept)
        self.marketplace = place
        keys = new_keys(self.world.chance.seed)
        self.shop.set_setting("keys", keys)
        self.shop.set_setting("refresh tokens", [keys["refresh_token"]])
        self.shop.set_setting("tokens", {})
        self.shop.set_setting("consent codes", {})
        self.shop.set_setting("old secret", None)
        self.empty()

    def empty(self) -> None:
        """Take everything out of the shop; settings, keys and tokens stay."""
        with self.at_work():
            self.shop.clear()
            self.jobs.clear()
            self.limits.clear()

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put goods on the shelf: live listings that the seller sends itself."""
        with self.at_work():
            for one in goods:
                self.catalogue.put_up(one)

    def tick(self) -> None:
        """Do what is due: submissions, feeds, reports, payments."""
        with self.at_work():
            pass

    def operator(self, action: str, args: Mapping[str, Any]) -> Any:
        """What people do in Seller Central, and to this simulation: see `operator.py`.

        LookupError for an unknown action.
        """
        with self.at_work():
            return operator.act(self, action, args)

    # -- what the modules ask -------------------------------------------------------------------

    @property
    def settings(self) -> dict[str, Any]:
        """The shop's settings as they were set up."""
        found: dict[str, Any] = self.shop.setting("amazon")
        return found

    @property
    def keys(self) -> dict[str, Any]:
        """The application's and the seller's keys."""
        found: dict[str, Any] = self.shop.setting("keys")
        return found

    @property
    def roles(self) -> list[str]:
        """The application's restricted roles."""
        found: list[str] = self.settings["roles"]
        return found

    def check_marketplaces(
        self, call: Call, name: str = "marketplaceIds", most: int | None = None
    ) -> None:
        """Refuse a call that names no marketplace, or one where this seller does not sell."""
        call.needed(name)
        for id in call.values(name, most=most):
            self.check_marketplace(id)

    def check_marketplace(self, id: Any) -> None:
        """Refuse a marketplace where this seller does not sell."""
        if id != self.marketplace.id:
            raise bad("Invalid marketplace ID.", f"The marketplace {id} is not valid here.")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The world's lock and one transaction, with everything that is due done first."""
        with self.world.lock, whole(self.shop.db) as is_first:
            if is_first:
                self._do_due()
            yield

    def _do_due(self) -> None:
        if self.shop.setting("keys") is None:
            return  # not set up yet
        while (job := self.jobs.next_due()) is not None:
            self._finish(job)

    def _finish(self, job: Job) -> None:
        finish: dict[str, Callable[[], None]] = {
            catalogue.WAITING: lambda: listings.finish(self, job),
            feeds.KIND: lambda: feeds.finish(self, job),
            reports.KIND: lambda: reports.finish(self, job),
            "authorise": lambda: self.orders.authorise(job.ref),
            "fba": lambda: self.orders.fba_shipped(job.ref),
        }
        finish[job.kind]()
