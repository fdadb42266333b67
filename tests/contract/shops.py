"""Shops of the staging world for the contract: reached in process, and made to fail at will."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from agent import channels
from agent.channels import Channel
from agent.model.order import Order
from agent.ports import Ports
from agent.ports.clock import Clock
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator.channels import Buyer
from simulator.faults import Fault
from simulator.world import World
from tests.contract.trial import face

BUYER = Buyer(
    "Anna",
    "Kowalska",
    "anna.kowalska@example.org",
    "+48 600 100 200",
    "ul. Prosta 1",
    "Warszawa",
    "00-001",
)


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


def _orders(channel: Channel) -> list[Order]:
    cursor = ""
    found: list[Order] = []
    while True:
        page = channel.orders(cursor)
        found += page.orders
        cursor = page.cursor
        if not page.more:
            return found
