"""Knows the stations' order: lanes of stations, ticked by one thread in tests and by workers in a run."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from agent.errors import ChannelError, TallymanError
from agent.flow import hooks, trouble
from agent.flow.acknowledge import acknowledge
from agent.flow.aftersales import aftersales
from agent.flow.commands import run_commands
from agent.flow.export import export
from agent.flow.finish import finish
from agent.flow.ingest import ingest
from agent.flow.match import match
from agent.flow.observe import observe
from agent.flow.offer import offer
from agent.flow.people import news
from agent.flow.plan import plan_and_hold
from agent.flow.pull import pull
from agent.flow.push import push
from agent.flow.reconcile import reconcile
from agent.flow.site import Did, Site
from agent.flow.unsent import Unsent
from agent.flow.upkeep import upkeep
from agent.flow.watch import Memory, scan

log = logging.getLogger(__name__)

Station = Callable[[], Did]
REST_S = (
    60.0  # a lane that met a fault of ours, or of the disk, rests so long before it tries again
)
SYNC_PATIENCE_S = 60.0  # `sync` waits so long for files to settle and channels to have time
PEOPLE, PEOPLE_S = "people", 1.0
ROUNDS = (
    10_000  # no honest round of work needs more ticks; more means that two lanes wake each other
)


@dataclass
class Lane:
    """Stations that run one after the other; a slow or failing lane delays no other."""

    name: str
    stations: Sequence[tuple[str, Station]]
    every_s: float
    due_at: datetime
    shop: str = ""  # the channel that this lane talks to
    answers: frozenset[str] = frozenset()  # the words that wake it
    unsent: Unsent = field(default_factory=Unsent)  # what it goes on with after a pause
    asks_at: datetime | None = None  # when it wants to be called, whatever its schedule says
    bell: threading.Event = field(default_factory=threading.Event)

    def tick(self, site: Site) -> frozenset[str]:
        """Run every station once, say when to be called again, and give the lanes to wake."""
        now = site.ports.clock.now()
        quiet_s = trouble.quiet_for(site, self.shop) if self.shop else 0.0
        if quiet_s > 0:
            self.due_at = now + timedelta(seconds=quiet_s)
            self.asks_at = self.asks_at and max(self.asks_at, self.due_at)
            return frozenset()
        asked, wake = list[float](), frozenset[str]()
        for name, station in self.stations:
            did = self.run(site, name, station)
            wake |= did.wake
            asked += [0.0] if did.more else [] if did.again_s is None else [did.again_s]
        self.asks_at = now + timedelta(seconds=min(asked)) if asked else None
        self.due_at = now + timedelta(seconds=min([self.every_s, *asked]))
        return wake

    def run(self, site: Site, name: str, station: Station) -> Did:
        """Run one station; what goes wrong in it is told, and ends nothing else."""
        started = site.ports.clock.mono()
        try:
            did = station()
        except ChannelError as error:
            return trouble.record(site, self.shop, error)
        except TallymanError as error:
            log.error("station=%s lane=%s %s", name, self.name, " | ".join(str(error).splitlines()))
            return Did(again_s=REST_S)
        except OSError as error:  # a disk that is full or a share that is gone mends by itself
            log.error("station=%s lane=%s %s", name, self.name, error)
            return Did(again_s=REST_S)
        except Exception:
            log.exception(
                "station=%s lane=%s a fault in tallyman; please report it", name, self.name
            )
            return Did(again_s=REST_S)
        if did.counts:
            took = site.ports.clock.mono() - started
            facts = " ".join(f"{key}={value}" for key, value in did.counts.items())
            shop = f" channel={self.shop}" if self.shop else ""
            log.info("station=%s%s %s took_s=%.2f", name, shop, facts, took)
        return did


class Engine:
    """All lanes of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.memory = Memory()
        self.lanes = list(_lanes(site, self.memory))

    def run_due(self) -> bool:
        """Tick every lane that is due, once, in order; False when none was."""
        now = self.site.ports.clock.now()
        due = [lane for lane in self.lanes if lane.due_at <= now]
        for lane in due:
            self._wake(lane.tick(self.site))
        return bool(due)

    def settle(self) -> None:
        """Tick until no lane is due at this very moment."""
        for _ in range(ROUNDS):
            if not self.run_due():
                return
        raise RuntimeError("the lanes keep waking each other; please report this")

    def round(self) -> None:
        """One full round, whatever the schedule says."""
        self.hint(word for lane in self.lanes for word in lane.answers)
        self.settle()

    def round_and_settle(self) -> None:
        """A round, with the waits that files need to settle and channels ask for, up to a minute.

        A channel that cannot be reached is not waited for.
        """
        clock, pause = self.site.ports.clock, self.site.ports.environment.signal()
        end = clock.now() + timedelta(seconds=SYNC_PATIENCE_S)
        self.round()
        while (due := self.next_work()) <= end:
            clock.wait(pause, (due - clock.now()).total_seconds())
            self.settle()

    def only(self, *names: str) -> None:
        """Run these stations wherever they stand, in the lanes' order, until they have no more."""
        for lane in self.lanes:
            for station in lane.stations:
                while station[0] in names and lane.run(self.site, *station).more:
                    pass

    def next_work(self) -> datetime:
        """When the next lane wants to be called for work that it has begun, not by its schedule."""
        never = self.site.ports.clock.now() + timedelta(days=365)
        awaited = (x for x in self.lanes if not (x.shop and trouble.is_down(self.site, x.shop)))
        return min((lane.asks_at for lane in awaited if lane.asks_at), default=never)

    def next_due(self) -> datetime:
        """When the next lane wants to be called (who waits here needs nobody to look for people)."""
        return min(lane.due_at for lane in self.lanes if lane.name != PEOPLE)

    def hint(self, names: Iterable[str]) -> None:
        """Something may have happened: the lanes that answer to these words are due now."""
        self._wake(frozenset(names))

    def run(self, stop: threading.Event) -> None:
        """One worker per lane until `stop` is set; every worker ends its present tick first."""
        workers = [
            self.site.ports.environment.worker(lane.name, partial(self._work, lane, stop))
            for lane in self.lanes
        ]
        stop.wait()
        for lane in self.lanes:
            lane.bell.set()
        for worker in workers:
            worker.join(timeout=10.0)

    def _work(self, lane: Lane, stop: threading.Event) -> None:
        clock = self.site.ports.clock
        while not stop.is_set():
            wait_s = (lane.due_at - clock.now()).total_seconds()
            if wait_s > 0 and not clock.wait(lane.bell, wait_s):
                continue  # look at the clock again: it may have been set
            if not stop.is_set():
                self._wake(lane.tick(self.site))

    def _wake(self, names: frozenset[str]) -> None:
        now = self.site.ports.clock.now()
        for lane in self.lanes:
            if names & lane.answers:
                lane.unsent.is_stale = True
                lane.due_at = now
                lane.bell.set()


def _lanes(site: Site, memory: Memory) -> Iterable[Lane]:
    every, now = site.settings.every, site.ports.clock.now()
    files: list[tuple[str, Station]] = [
        ("scan", partial(scan, site, memory)),
        ("ingest", partial(ingest, site)),
        ("acknowledge", partial(acknowledge, site)),
        ("aftersales", partial(aftersales, site)),
        ("match", partial(match, site)),
        ("offer", partial(offer, site)),
    ]
    # A person's command in another process is acted on at once, not at the next scan.
    yield Lane(PEOPLE, [("news", partial(news, site))], PEOPLE_S, now)
    yield Lane("files", files, every.scan, now, answers=frozenset({"files", "offer", "match"}))
    for shop in site.channels:
        orders: list[tuple[str, Station]] = [("pull", partial(pull, site, shop))]
        yield Lane(f"pull {shop}", orders, every.pull, now, shop, frozenset({f"pull {shop}"}))
        hello: list[tuple[str, Station]] = [("subscribe", partial(hooks.subscribe, site, shop))]
        yield Lane(f"hooks {shop}", hello, every.observe, now, shop)
    written: list[tuple[str, Station]] = [("export", partial(export, site))]
    yield Lane("export", written, every.scan, now, answers=frozenset({"export"}))
    for shop in site.channels:
        unsent = Unsent()
        stations: list[tuple[str, Station]] = [
            ("finish", partial(finish, site, shop)),
            ("reconcile", partial(reconcile, site, shop)),
            ("observe", partial(observe, site, shop)),
            ("plan", partial(plan_and_hold, site, shop, unsent)),
            ("push", partial(push, site, shop, unsent)),
            ("commands", partial(run_commands, site, shop)),
        ]
        yield Lane(
            f"push {shop}",
            stations,
            every.pull,
            now,
            shop,
            frozenset({"plan", shop, f"push {shop}"}),
            unsent=unsent,
        )
    yield Lane("upkeep", [("upkeep", partial(upkeep, site))], every.upkeep, now)
