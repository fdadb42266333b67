"""The shops that the contract is tried on: staged ones, and a real one that is left as it was found."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import httpx

from agent import channels
from agent.channels import Channel, Limits
from agent.ports import Ports
from agent.ports.clock import Clock
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator.channels import Buyer
from simulator.faults import Fault
from simulator.world import World

BUYER = Buyer(
    "Anna",
    "Kowalska",
    "anna.kowalska@example.org",
    "+48 600 100 200",
    "ul. Prosta 1",
    "Warszawa",
    "00-001",
)


class Trial(Protocol):
    """A connected shop with what a test needs around it."""

    vendor: str
    channel: Channel
    is_live: bool

    def sku(self, name: str) -> str:
        """A sku that nobody else has."""

    def buy(self, basket: Mapping[str, int]) -> str:
        """A buyer's paid order of these skus; gives its remote id."""

    def stranger(self) -> Channel:
        """The same shop, connected with a wrong secret."""

    def now(self) -> datetime:
        """The present moment there."""

    def rest(self) -> None:
        """Let the shop finish what it does later, and fill up what it allows."""


def face(vendor: str) -> ModuleType:
    """The vendor's folder."""
    return channels.module(vendor)


def limits(trial: Trial) -> Limits:
    """What the vendor can take."""
    return channels.limits(trial.vendor)


class WorldClock(Clock):
    """The staging world's time as the agent's."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        """The staging world's present."""
        return self._world.clock.now()

    def mono(self) -> float:
        """Seconds of the staging world."""
        return self._world.clock.now().timestamp()


class Recorder(httpx.BaseTransport):
    """Passes requests on and keeps them. `before_write` is called once, ahead of the next write."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.sent: list[httpx.Request] = []
        self.before_write: Callable[[], object] | None = None
        self.instead: dict[str, httpx.Response] = {}  # answers of a shop that lacks something

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner transport's answer."""
        request.read()
        self.sent.append(request)
        if self.before_write is not None and is_write(request):
            happen, self.before_write = self.before_write, None
            happen()
        if request.url.path in self.instead:
            return self.instead[request.url.path]
        return self._inner.handle_request(request)


def is_write(request: httpx.Request) -> bool:
    """Whether the request could change something: GraphQL reads are posted too."""
    reads = b'"query":"\\nquery' in request.content
    return request.method != "GET" and not reads


class Mailbox(httpx.BaseTransport):
    """Takes whatever the shop sends to the outside, and keeps it."""

    def __init__(self) -> None:
        self.letters: list[tuple[dict[str, str], bytes]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Always welcome."""
        self.letters.append((dict(request.headers), request.read()))
        return httpx.Response(200)


class StagedShop:
    """A vendor of the staging world, without goods, reached in process."""

    is_live = False

    def __init__(self, vendor: str, settings: Mapping[str, Any] | None = None) -> None:
        self.vendor = vendor
        self.world = World(channel_names=[vendor])
        self.mailbox = self.world.outside = Mailbox()
        self.recorder = Recorder(self.world.transport())
        self.channel = self.connect(self.secrets(), settings)

    def secrets(self) -> dict[str, str]:
        """What the shop's keys are, as the agent is told them."""
        found = self.world.dialects[self.vendor].credentials()
        if self.vendor == "woocommerce":
            return {"KEY": found["key"], "SECRET": found["secret"]}
        return {"TOKEN": found["token"], "CLIENT": found["client_secret"]}

    def connect(
        self, secrets: Mapping[str, str], settings: Mapping[str, Any] | None = None
    ) -> Channel:
        """Another connection to the same shop."""
        variables = {f"TALLY_SECRET_{name}": value for name, value in secrets.items()}
        ports = Ports(
            clock=WorldClock(self.world),
            http=Http(self.recorder),
            environment=Environment(variables),
        )
        named = {f"secret_{name.lower()}": name for name in secrets}
        values = {"address": f"https://{self.vendor}.test", **named, **(settings or {})}
        return channels.connect(
            self.vendor, self.vendor, face(self.vendor).Settings(**values), ports
        )

    def stranger(self) -> Channel:
        """The same shop, connected with a wrong secret."""
        return self.connect({name: f"{value}x" for name, value in self.secrets().items()})

    def sku(self, name: str) -> str:
        """The world is new: every sku is free."""
        return name

    def buy(self, basket: Mapping[str, int]) -> str:
        """An order placed on the storefront."""
        number = self.world.dialects[self.vendor].storefront.buy(basket, BUYER)
        self.world.tick()
        return next(
            order.remote_id for order in _orders(self.channel) if order.number.endswith(number)
        )

    def now(self) -> datetime:
        """The staging world's present."""
        return self.world.clock.now()

    def writes(self) -> int:
        """How many requests so far could have changed something."""
        return sum(map(is_write, self.recorder.sent))

    def fail(self, kind: str, **more: Any) -> None:
        """Let something go wrong with the next request."""
        self.world.faults.add(Fault(kind, self.vendor, count=1, **more))

    def fail_write(self, kind: str, **more: Any) -> None:
        """Let something go wrong with the next request that could change something."""
        self.recorder.before_write = lambda: self.fail(kind, **more)

    def rest(self) -> None:
        """Let enough time pass for whatever the shop allows to be full again."""
        self.pass_time(timedelta(minutes=2))

    def pass_time(self, step: timedelta) -> None:
        """Let time pass in the staging world."""
        self.world.advance(step)

    def close(self) -> None:
        """Give everything back."""
        self.channel.close()
        self.world.close()


class LiveWooCommerce:
    """A real shop. Makes only things of its own, and takes every one away again in `close`."""

    vendor = "woocommerce"
    is_live = True

    def __init__(self, url: str, key: str, secret: str, ca_file: str | None) -> None:
        self._url, self._pair = url.rstrip("/"), {"KEY": key, "SECRET": secret}
        self._ca = Path(ca_file) if ca_file else None
        self._prefix = f"TALLY-{secrets.token_hex(4).upper()}"
        self._orders: list[int] = []
        self._before: dict[str, str] = {}
        verify: Any = ssl.create_default_context(cafile=self._ca) if self._ca else True
        self.api = httpx.Client(
            base_url=f"{self._url}/wp-json/wc/v3/",
            auth=(key, secret),
            verify=verify,
            timeout=120,
            trust_env=False,
        )
        self.categories = set(self._ids("products/categories"))
        self.webhooks = set(self._ids("webhooks"))
        self._set("settings/products/woocommerce_manage_stock", "yes")
        self.channel = self.connect(self._pair)

    def connect(self, pair: Mapping[str, str]) -> Channel:
        """A connection to the shop that tells its buyers nothing."""
        variables = {f"TALLY_SECRET_{name}": value for name, value in pair.items()}
        ports = Ports(environment=Environment(variables))
        settings = face(self.vendor).Settings(
            address=self._url,
            secret_key="KEY",
            secret_secret="SECRET",
            tell_buyers=False,
            ca_file=self._ca,
        )
        return channels.connect(self.vendor, "live", settings, ports)

    def stranger(self) -> Channel:
        """The same shop, connected with a wrong secret."""
        return self.connect({**self._pair, "SECRET": f"{self._pair['SECRET']}x"})

    def sku(self, name: str) -> str:
        """A sku that no shop has."""
        return f"{self._prefix}-{name}"

    def buy(self, basket: Mapping[str, int]) -> str:
        """A paid order made through the API, for lack of a storefront; its buyer is nobody."""
        found = self.channel.find(list(basket))
        lines = [
            {"product_id": int(listing.external_id), "quantity": basket[listing.sku]}
            for listing in found
        ]
        address = {
            "first_name": BUYER.first_name,
            "last_name": BUYER.last_name,
            "address_1": BUYER.street,
            "city": BUYER.city,
            "postcode": BUYER.postcode,
            "country": BUYER.country,
        }
        body = {
            "set_paid": True,
            "billing": {**address, "email": BUYER.email, "phone": BUYER.phone},
            "shipping": address,
            "line_items": lines,
        }
        made = self._sent("POST", "orders", json=body)
        self._orders.append(int(made["id"]))
        return str(made["id"])

    def rest(self) -> None:
        """A real shop does at once what is asked here."""

    def now(self) -> datetime:
        """The real present."""
        return datetime.now(UTC)

    def close(self) -> None:
        """Take away what was made and put back what was changed, whatever fails on the way."""
        faults: list[str] = []
        for tidy in (self._drop_orders, self._drop_products, self._drop_rest, self._put_back):
            try:
                tidy()
            except (httpx.HTTPError, AssertionError) as error:
                faults.append(f"{tidy.__name__}: {error}")
        self.channel.close()
        self.api.close()
        assert not faults, f"the shop is not as it was found: {faults}"

    def _drop_orders(self) -> None:
        for number in self._orders:
            for parcel in self._fulfilments(number):
                self._sent("DELETE", f"orders/{number}/fulfillments/{parcel}")
            self._sent("DELETE", f"orders/{number}", params={"force": "true"})

    def _fulfilments(self, number: int) -> Iterator[int]:
        answer = self.api.get(f"orders/{number}/fulfillments")
        if answer.status_code == 200:
            found = answer.json()
            rows = found.get("fulfillments", []) if isinstance(found, dict) else found
            yield from (int(row["id"]) for row in rows)

    def _drop_products(self) -> None:
        for status in ("any", "trash"):
            query = {"search_sku": self._prefix, "status": status, "per_page": 100}
            while rows := self._sent("GET", "products", params={**query, "_fields": "id,sku"}):
                ours = [row["id"] for row in rows if row["sku"].startswith(self._prefix)]
                if not ours:
                    break
                self._sent("POST", "products/batch", json={"delete": ours})

    def _drop_rest(self) -> None:
        for path, before in (
            ("products/categories", self.categories),
            ("webhooks", self.webhooks),
        ):
            for number in set(self._ids(path)) - before:
                self._sent("DELETE", f"{path}/{number}", params={"force": "true"})

    def _put_back(self) -> None:
        for path, value in self._before.items():
            self._sent("PUT", path, json={"value": value})

    def _set(self, path: str, value: str) -> None:
        before = self._sent("GET", path)["value"]
        if before != value:
            self._before[path] = before
            self._sent("PUT", path, json={"value": value})

    def _ids(self, path: str) -> Iterator[int]:
        page = 1
        while rows := self._sent("GET", path, params={"per_page": 100, "page": page}):
            yield from (int(row["id"]) for row in rows)
            page += 1

    def _sent(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self.api.request(method, path, **arguments)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()


def _orders(channel: Channel) -> list[Any]:
    cursor, found = "", []
    while True:
        page = channel.orders(cursor)
        found += page.orders
        cursor = page.cursor
        if not page.more:
            return found
