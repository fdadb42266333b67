"""The stage of a scenario: the staging world, the ERP and the real agent over one folder and one clock."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx

from agent.flow import hooks, people
from agent.flow.engine import Engine
from agent.flow.opening import open_site, settings_at, write_beside
from agent.flow.site import Site
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator import channels
from simulator.clock import Clock
from simulator.erp.books import Books
from simulator.erp.site import ErpSite
from simulator.scenario.fate import (
    Fate,
    Killed,
    MortalChance,
    MortalClock,
    MortalConnection,
    MortalFiles,
)
from simulator.scenario.language import Scenario
from simulator.scenario.pictures import picture
from simulator.scenario.settings import preset_text, secrets_for, settings_text
from simulator.world import World

AGENT_HOST = "agent.test"
WORLD_STEP = timedelta(
    minutes=1
)  # how finely the vendors' own affairs are played while time passes


class Wire(httpx.BaseTransport):
    """The agent's way to the shops. Every request that changes a shop is a step at which it may end."""

    def __init__(self, inner: httpx.BaseTransport, hosts: Mapping[str, str]) -> None:
        self._inner, self._hosts = inner, hosts  # host -> channel
        self.fate = Fate()
        self.unheard: Counter[str] = Counter()  # by channel: answers to changes still to be lost

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, unless the agent dies here."""
        if (found := picture(request)) is not None:
            return found
        channel = self._hosts.get(request.url.host, "")
        changes = channels.changes(channel, request) if channel else request.method != "GET"
        if not changes:
            self.fate.check()
            return self._inner.handle_request(request)
        return self.fate.step("send", partial(self._change, request, channel), channel=channel)

    def _change(self, request: httpx.Request, channel: str) -> httpx.Response:
        response = self._inner.handle_request(request)
        response.read()
        if self.unheard[channel]:
            self.unheard[channel] -= 1
            raise httpx.ReadTimeout("the answer was lost", request=request)
        return response


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
            settings={
                "zone": script.zone,
                **{name: channels.entry(name).set_up for name in script.channels},
            },
        )
        books = Books(self.world.shop("erp"))
        self.erp = ErpSite(books, folder / "erp", script.zone, script.erp)
        hosts = {urlsplit(url).hostname or "": name for name, url in self.world.base_urls.items()}
        self.wire = Wire(self.world.transport(), hosts)
        self.world.outside = Ear(self)
        self.folder, self.settings = folder, folder / "tally.yaml"
        if script.preset:
            text = preset_text(self.world, folder, script)
            for path in self.erp.exports.iterdir():
                self._is_written_now(path)
        else:
            over = {"erp": script.erp, **script.settings}
            text = settings_text(self.world, script.channels, script.zone, over)
        self.settings.write_text(text, encoding="utf-8")
        self.fate = self.wire.fate  # of the agent's present life
        self.engine: Engine | None = None
        self._open: contextlib.ExitStack | None = None
        self.told: list[str] = []  # what has happened, for the timeline
        self.orders: list[tuple[str, str]] = []  # (channel, number) in the order they were bought
        self.dumps: list[Path] = []  # exports of the ERP, oldest first
        self.writing: tuple[Path, bytes] | None = None  # an export that is not finished yet
        self._asked: dict[str, int] = {}  # requests per channel when that was last asked

    # -- the agent ------------------------------------------------------------------------------

    @property
    def site(self) -> Site:
        """What the agent works with; RuntimeError while it is not running."""
        if self.engine is None:
            raise RuntimeError("the agent is not running")
        return self.engine.site

    def start_agent(self) -> None:
        """Start the agent's process on whatever lies in its folder."""
        self.fate = self.wire.fate = Fate()
        ports = Ports(
            clock=MortalClock(self.world, self.fate),
            chance=MortalChance(self.world, self.fate),
            http=Http(self.wire),
            files=MortalFiles(self.fate),
            environment=Environment(secrets_for(self.world)),
        )
        opened = contextlib.ExitStack()
        site = opened.enter_context(open_site(settings_at(self.settings), ports))
        site.db.raw = cast(sqlite3.Connection, MortalConnection(site.db.raw, self.fate))
        self._open, self.engine = opened, Engine(site)

    def stop_agent(self) -> None:
        """End the agent; what it has committed is on the disk, and nothing else is."""
        self.fate.is_dead = True
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

    def activate(self, *skus: str) -> None:
        """`tally activate SKU…`, typed by a person beside the agent."""
        with self._beside() as site:
            people.activate(site, skus)
        self._wake()

    def answer(self, word: Literal["approve", "reject"]) -> int:
        """Approve or reject everything that waits; gives how much that was."""
        with self._beside() as site:
            held = people.held(site)
            for waiting in held:
                people.answer(site, waiting.digest, word)
        self._wake()
        return len(held)

    def held(self) -> int:
        """How many plans and files wait for a person."""
        return len(people.held(self.site))

    def _beside(self) -> contextlib.AbstractContextManager[Site]:
        """Another process of a person's, which lives whatever becomes of the agent."""
        ports = Ports(clock=MortalClock(self.world, Fate()))
        return write_beside(settings_at(self.settings), ports)

    def save(self, name: str, text: str) -> Path:
        """Put a file of the site's own among the ERP's exports."""
        path = self.erp.exports / name
        temporary = path.with_suffix(".tmp")
        temporary.write_text(text, encoding="utf-8")
        self._is_written_now(temporary)
        temporary.replace(path)
        return path

    def _is_written_now(self, path: Path) -> None:
        """The file's time is the staging world's."""
        written = self.world.clock.now().timestamp()
        os.utime(path, (written, written))

    def hint_at_files(self) -> None:
        """What the system's file events do: they call a scan."""
        if self.engine is not None:
            self.engine.hint(["files"])

    def _wake(self) -> None:
        """As the agent notices another process's word."""
        if self.engine is not None:
            self.engine.hint(["files", "plan", "export"])

    def count(self, query: str, *values: str) -> int:
        """A number from the agent's database."""
        return int(self.site.db.value(query, values))

    def requests(self, channel: str) -> int:
        """Requests to a channel since this was last asked."""
        total = self.world.ledger.count(channel)
        since, self._asked[channel] = self._asked.get(channel, 0), total
        return total - since

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
    """Whom the shops reach: the running agent's door for hints, the goods' pictures, or nobody."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hand a message to the agent; refused as by a closed port while it is not running."""
        if (found := picture(request)) is not None:
            return found
        engine = self._stage.engine
        if request.url.host != AGENT_HOST or engine is None:
            raise httpx.ConnectError("nobody listens there", request=request)
        headers: Mapping[str, str] = {k.lower(): v for k, v in request.headers.items()}
        shop = request.url.path.rpartition("/")[2]
        status = hooks.receive(engine.site, engine.hint, shop, headers, request.read())
        return httpx.Response(status, request=request)
