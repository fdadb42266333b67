"""The stage of a scenario: the staging world, the ERP and the real agent over one folder and one clock."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from agent.flow import hooks
from agent.flow.engine import Engine
from agent.flow.opening import open_site, settings_at
from agent.flow.site import Site
from agent.ports import Ports
from agent.ports.chance import Chance as AgentChance
from agent.ports.clock import Clock as AgentClock
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator.clock import Clock
from simulator.erp.books import Books
from simulator.erp.site import ErpSite
from simulator.scenario.language import Scenario
from simulator.scenario.settings import secrets_for, settings_text
from simulator.world import World

AGENT_HOST = "agent.test"
WORLD_STEP = timedelta(
    minutes=1
)  # how finely the vendors' own affairs are played while time passes


class Killed(BaseException):
    """The agent's process ends here, as by kill -9: nothing of it may tidy up."""


class VirtualClock(AgentClock):
    """The world's clock, as the agent asks for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """The world's present."""
        return self._clock.now()

    def mono(self) -> float:
        """Seconds of the world's time."""
        return self._clock.now().timestamp()

    def wait(self, wake: threading.Event, seconds: float) -> bool:
        """Nobody waits on the stage: the runner moves the clock."""
        raise RuntimeError("a scenario never waits")


class SeededChance(AgentChance):
    """The agent's chance, from the scenario's seed."""

    def __init__(self, world: World) -> None:
        self._stream = world.chance.stream("agent")

    def between(self, low: float, high: float) -> float:
        """A number between both."""
        return self._stream.uniform(low, high)

    def token(self) -> str:
        """32 hexadecimal digits."""
        return f"{self._stream.getrandbits(128):032x}"


class Wire(httpx.BaseTransport):
    """The agent's way to the shops; a kill can be laid on it, before or after the shop has acted."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.kill: tuple[str, int, bool] | None = None  # (method, how many to let pass, after?)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, unless the agent dies here."""
        if self.kill is None or request.method != self.kill[0]:
            return self._inner.handle_request(request)
        method, passing, after = self.kill
        self.kill = (method, passing - 1, after) if passing else None
        if passing:
            return self._inner.handle_request(request)
        if after:
            self._inner.handle_request(request).read()
        raise Killed


class Stage:
    """Everything that a scenario's sentences act on."""

    def __init__(self, scenario: Scenario, folder: Path, seed: int) -> None:
        script = scenario.script
        self.zone = ZoneInfo(script.zone)
        begins = datetime.strptime(script.begins, "%Y-%m-%d %H:%M").replace(tzinfo=self.zone)
        self.world = World(
            clock=Clock(begins.astimezone(UTC)),
            seed=seed,
            channel_names=script.channels,
            settings={"zone": script.zone},
        )
        self.erp = ErpSite(Books(self.world.shop("erp")), folder / "erp", script.zone)
        self.wire = Wire(self.world.transport())
        self.world.outside = Ear(self)
        self.settings = folder / "tally.yaml"
        text = settings_text(self.world, script.channels, script.zone, script.settings)
        self.settings.write_text(text, encoding="utf-8")
        self.engine: Engine | None = None
        self._open: contextlib.ExitStack | None = None
        self.told: list[str] = []  # what has happened, for the timeline
        self.orders: list[tuple[str, str]] = []  # (channel, number) in the order they were bought
        self.dumps: list[Path] = []  # exports of the ERP, oldest first

    # -- the agent ------------------------------------------------------------------------------

    @property
    def site(self) -> Site:
        """What the agent works with; RuntimeError while it is not running."""
        if self.engine is None:
            raise RuntimeError("the agent is not running")
        return self.engine.site

    def start_agent(self) -> None:
        """Start the agent's process on whatever lies in its folder."""
        ports = Ports(
            clock=VirtualClock(self.world.clock),
            chance=SeededChance(self.world),
            http=Http(self.wire),
            environment=Environment(secrets_for(self.world)),
        )
        opened = contextlib.ExitStack()
        site = opened.enter_context(open_site(settings_at(self.settings), ports))
        self._open, self.engine = opened, Engine(site)

    def stop_agent(self) -> None:
        """End the agent; what it has committed is on the disk, and nothing else is."""
        if self._open is not None:
            opened, self._open, self.engine = self._open, None, None
            opened.close()

    @contextlib.contextmanager
    def maybe_killed(self) -> Iterator[None]:
        """While the agent works here it may be killed by what was laid on the wire."""
        try:
            yield
        except Killed:
            self.stop_agent()
            self.told.append("the agent was killed")

    # -- time -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let the agent do what is due now."""
        if self.engine is not None:
            with self.maybe_killed():
                self.engine.settle()

    def pass_time(self, length: timedelta) -> None:
        """Let time pass for everybody, stopping wherever somebody has something to do."""
        end = self.world.clock.now() + length
        self.settle()
        while (now := self.world.clock.now()) < end:
            due = self.engine.next_due() if self.engine else end
            step = max(min(due, end, now + WORLD_STEP) - now, timedelta(milliseconds=1))
            self.world.advance(step)
            self.settle()

    def local_time(self) -> datetime:
        """The present in the site's zone."""
        return self.world.clock.now().astimezone(self.zone)

    def close(self) -> None:
        """End everything."""
        self.stop_agent()
        self.world.close()


class Ear(httpx.BaseTransport):
    """Where the shops' webhooks arrive: the running agent's door for hints, or nobody."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hand a message to the agent; refused as by a closed port while it is not running."""
        engine = self._stage.engine
        if request.url.host != AGENT_HOST or engine is None:
            raise httpx.ConnectError("nobody listens there", request=request)
        headers: Mapping[str, str] = {k.lower(): v for k, v in request.headers.items()}
        shop = request.url.path.rpartition("/")[2]
        status = hooks.receive(engine.site, engine.hint, shop, headers, request.read())
        return httpx.Response(status, request=request)


def text_of(value: Any) -> str:
    """A value as a person writes it."""
    return "nothing" if value is None else str(value)
