"""Shops of the staging world for the contract: reached in process, and made to fail at will."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import httpx
import yaml

from agent import channels
from agent.channels import Channel
from agent.errors import Throttled
from agent.model.order import Order
from agent.ports import Ports
from agent.ports.clock import Clock
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator.channels import Buyer, changes, is_login
from simulator.channels import entry as channels_entry
from simulator.faults import Fault
from simulator.world import World
from tests.contract.trial import PICTURES, face

HABITS = Path(__file__).with_name("habits")
PATIENCE = 200
PNG = base64.b64decode(  # one dot
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
BUYER = Buyer(
    "Anna",
    "Kowalska",
    "anna.kowalska@example.org",
    "+48 600 100 200",
    "ul. Prosta 1",
    "Warszawa",
    "00-001",
)


def habits_of(vendor: str) -> dict[str, Any]:
    """Under what `dials` of the staging world and `settings` of the agent a vendor is tried."""
    path = HABITS / f"{vendor}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


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

    def __init__(self, inner: httpx.BaseTransport, vendor: str) -> None:
        self._inner, self._vendor = inner, vendor
        self.sent: list[httpx.Request] = []
        self.before_write: Callable[[], object] | None = None
        self.instead: dict[str, httpx.Response] = {}  # answers of a shop that lacks something
        # What becomes of answers on their way, those of logins aside.
        self.altered: Callable[[httpx.Request, httpx.Response], httpx.Response] | None = None
        self.tokens: set[str] = set()  # that logins gave out

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner transport's answer."""
        request.read()
        self.sent.append(request)
        if self.before_write is not None and self.is_write(request):
            happen, self.before_write = self.before_write, None
            happen()
        if request.url.path in self.instead:
            return self.instead[request.url.path]
        if request.url.host == PICTURES:
            return httpx.Response(200, content=PNG)
        response = self._inner.handle_request(request)
        if is_login(self._vendor, request):
            self.tokens |= _tokens(response)
        elif self.altered is not None:
            response.read()
            return self.altered(request, response)
        return response

    def is_write(self, request: httpx.Request) -> bool:
        """Whether the request could change something in the shop: some vendors' reads are posted too."""
        return changes(self._vendor, request) and not is_login(self._vendor, request)


def _tokens(response: httpx.Response) -> set[str]:
    """The tokens that a login gave."""
    response.read()
    found = response.json() if "json" in response.headers.get("content-type", "") else {}
    texts = found.items() if isinstance(found, dict) else ()
    return {text for name, text in texts if "oken" in name and len(str(text)) > 8}


class Mailbox(httpx.BaseTransport):
    """Takes whatever the shop sends to the outside, and keeps it."""

    def __init__(self) -> None:
        self.letters: list[tuple[dict[str, str], bytes]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Always welcome."""
        self.letters.append((dict(request.headers), request.read()))
        return httpx.Response(200)


class Patient:
    """A channel whose caller waits whenever it is asked to, in the staging world's time."""

    def __init__(self, channel: Channel, wait: Callable[[timedelta], None]) -> None:
        self._channel, self._wait = channel, wait

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._channel, name)
        return partial(self._patiently, real) if callable(real) else real

    def _patiently(self, call: Callable[..., Any], *arguments: Any) -> Any:
        for _ in range(PATIENCE):
            try:
                found = call(*arguments)
                return iter(list(found)) if isinstance(found, Iterator) else found
            except Throttled as asked:
                self._wait(timedelta(seconds=asked.retry_after_s + 0.001))
        raise AssertionError(f"the shop asked us to wait {PATIENCE} times in a row")


class StagedShop:
    """A vendor of the staging world, without goods, reached in process.

    `channel` waits whenever the shop asks it to; `raw` is the same channel, which does not.
    """

    is_live = False

    def __init__(self, vendor: str, settings: Mapping[str, Any] | None = None) -> None:
        self.vendor = vendor
        self.world = World(channel_names=[vendor])
        self.dialect = self.world.dialects[vendor]
        self.mailbox = self.world.outside = Mailbox()
        self.recorder = Recorder(self.world.transport(), vendor)
        habits = habits_of(vendor)
        self.more = {**habits.get("settings", {}), **(settings or {})}
        self.world.dials[vendor].turn(habits.get("dials", {}))
        self.raw = self.connect(self.secrets())
        self.channel = cast(Channel, Patient(self.raw, self.pass_time))

    def secrets(self) -> dict[str, str]:
        """The shop's keys, {the agent's setting without its "secret_": value}, as the agent is told them."""
        found = self.facts()
        named = channels_entry(self.vendor).secrets
        return {s.removeprefix("secret_").upper(): str(found[word]) for s, word in named.items()}

    def facts(self) -> dict[str, Any]:
        """The shop's credentials with its address."""
        return {"base_url": self.world.base_urls[self.vendor], **self.dialect.credentials()}

    def connect(
        self, secrets: Mapping[str, str], settings: Mapping[str, Any] | None = None
    ) -> Channel:
        """Another connection to the same shop."""
        return channels.connect(
            self.vendor, self.vendor, self.settings(secrets, settings), self.ports(secrets)
        )

    def ports(self, secrets: Mapping[str, str] | None = None) -> Ports:
        """The agent's doors to this world."""
        given = self.secrets() if secrets is None else secrets
        variables = {f"TALLY_SECRET_{name}": value for name, value in given.items()}
        return Ports(
            clock=WorldClock(self.world),
            http=Http(self.recorder),
            environment=Environment(variables),
        )

    def settings(
        self, secrets: Mapping[str, str], settings: Mapping[str, Any] | None = None
    ) -> Any:
        """The settings of a connection with these keys."""
        facts = self.facts()
        plain = {s: facts[word] for s, word in channels_entry(self.vendor).settings.items()}
        named = {f"secret_{name.lower()}": name for name in secrets}
        values = {"address": f"https://{self.vendor}.test", **plain, **named, **self.more}
        return face(self.vendor).Settings(**{**values, **(settings or {})})

    def connect_again(self) -> None:
        """Connect with the keys that hold now, as after a person has given new ones."""
        self.raw.close()
        self.raw = self.connect(self.secrets())
        self.channel = cast(Channel, Patient(self.raw, self.pass_time))

    def stranger(self) -> Channel:
        """The same shop, connected with a wrong secret."""
        return self.connect({name: f"{value}x" for name, value in self.secrets().items()})

    def sku(self, name: str) -> str:
        """The world is new: every sku is free."""
        return name

    def buy(self, basket: Mapping[str, int]) -> str:
        """An order placed on the storefront."""
        number = self.dialect.storefront.buy(basket, BUYER)
        self.settle()
        return next(
            order.remote_id for order in _orders(self.channel) if order.number.endswith(number)
        )

    def sell(
        self, basket: Mapping[str, int], count: int = 1, together: int = 1, *, settle: bool = True
    ) -> list[str]:
        """So many orders, placed a second apart but for some that are placed `together`; their numbers."""
        numbers = []
        for number in range(count):
            with self.world.lock:
                if number % together == 0:
                    self.world.clock.advance(timedelta(seconds=1))
                numbers.append(self.dialect.storefront.buy(basket, BUYER))
        if settle:
            self.settle()
        return numbers

    def take_back(self, order: Order) -> None:
        """The buyer cancels."""
        with self.world.lock:
            self.dialect.storefront.cancel(order.number)

    def listen(self, address: str) -> None:
        """See to it that the shop sends its messages there; some want a person for that."""
        self.channel.subscribe(address)
        with contextlib.suppress(LookupError):
            self.operate("webhook", url=address)

    def settle(self) -> None:
        """Let the shop finish what it has begun: what was bought is paid and released to its seller."""
        self.pass_time(timedelta(minutes=45))

    def operate(self, action: str, **args: Any) -> Any:
        """What the shop's people do in its own panel. LookupError for what they cannot do there."""
        with self.world.lock:
            return self.dialect.operator(action, args)

    def now(self) -> datetime:
        """The staging world's present."""
        return self.world.clock.now()

    def writes(self) -> int:
        """How many requests so far could have changed something."""
        return sum(map(self.recorder.is_write, self.recorder.sent))

    def fail(self, kind: str, **more: Any) -> None:
        """Let something go wrong with the next request."""
        self.world.faults.add(Fault(kind, self.vendor, count=1, **more))

    def fail_write(self, kind: str, **more: Any) -> None:
        """Let something go wrong with the next request that could change something."""
        self.recorder.before_write = lambda: self.fail(kind, **more)

    def rest(self) -> None:
        """Let enough time pass for whatever the shop allows to be full again."""
        self.pass_time(timedelta(minutes=5))

    def pass_time(self, step: timedelta) -> None:
        """Let time pass in the staging world."""
        self.world.advance(step)

    def close(self) -> None:
        """Give everything back."""
        self.raw.close()
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
