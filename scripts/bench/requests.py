"""Counts the requests that many changed items cost on each staging channel, against the vendor's minimum.

    python scripts/bench/requests.py [--items 1000 --items 10000] [--channel shopify] [--json]

The shops begin with the goods on their shelves; an export then changes the price and the stock of
every item, and the real agent works through it in process, on a virtual clock. Requests are counted
by the staging world's own ledger. Asking after work that a vendor has taken on is counted apart.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent import channels
from agent.flow.engine import Engine
from agent.flow.opening import open_site, settings_at
from agent.ports import Ports
from agent.ports.clock import Clock
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator import channels as simulated
from simulator.channels import Goods
from simulator.scenario.settings import secrets_for, settings_text
from simulator.world import World

FEED = {
    "files": "items*.csv",
    "columns": {"sku": "sku", "title": "title", "price": "price", "on_hand": "stock"},
    "ready": {"settle": None, "renamed": True},
}
LONG_STEP = timedelta(minutes=1)  # while it waits for the next day
STEP, IDLE, DAY = timedelta(seconds=5), timedelta(minutes=3), timedelta(days=1)
ITEMS = (1_000, 10_000)


class WorldClock(Clock):
    """The staging world's time, as the agent's."""

    def __init__(self, world: World) -> None:
        self._clock = world.clock

    def now(self) -> datetime:
        """The world's present."""
        return self._clock.now()

    def mono(self) -> float:
        """Seconds of the world's time."""
        return self.now().timestamp()

    def wait(self, wake: threading.Event, seconds: float) -> bool:
        """Nobody waits here: the measurement moves the clock."""
        raise RuntimeError("the clock is moved by hand")


def main() -> None:
    """Measure, and print a table or one JSON object."""
    known = [name for name in channels.names() if name in simulated.names()]
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--items", action="append", type=int, help="repeatable; default 1000, 10000")
    asked.add_argument("--channel", action="append", choices=known)
    asked.add_argument("--json", action="store_true")
    wish = asked.parse_args()
    rows = []
    for channel in wish.channel or known:
        for items in wish.items or ITEMS:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(_measure(channel, items, Path(folder)))
            if not wish.json:
                _print(rows[-1], first=len(rows) == 1)
    if wish.json:
        print(json.dumps({"rows": rows}))


def _print(row: dict[str, Any], *, first: bool) -> None:
    if first:
        print("".join(f"{name:>12}" for name in row))
    print(
        "".join(
            f"{value:>12,}" if value != row["channel"] else f"{value:>12}" for value in row.values()
        ),
        flush=True,
    )


def _measure(channel: str, items: int, folder: Path) -> dict[str, Any]:
    goods = [Goods(f"ITEM-{n:05}", f"Item {n}", Decimal("49.00"), 12) for n in range(items)]
    world = World(channel_names=[channel], goods=goods)
    with _agent(world, channel, folder) as engine:
        _settle(world, engine)
        world.ledger.clear()
        _export(folder, items)
        started, cpu = world.clock.now(), time.process_time()
        engine.hint(["files"])
        ended = _settle(world, engine)
        wrong = engine.site.db.value(
            "select count(*) from offers join listings using (channel, sku)"
            " where offers.price is not listings.price or offers.quantity is not listings.quantity"
        )
        told = engine.site.db.value("select count(*) from listings where told_at is not null")
    counts = _requests(world, channel)
    least = simulated.least(channel)
    virtual_s = max(0.0, (ended - started).total_seconds())
    world.close()
    return {
        "channel": channel,
        "items": items,
        "requests": counts["working"],
        "minimum": least.requests(items),
        "virtual_s": round(virtual_s),
        "limit_s": round(least.seconds(items) + least.job_s),  # at best, by the vendor's own limits
        "polls": counts["polls"],
        "refused": counts["refused"],
        "told": told,
        "wrong": wrong,
        "cpu_s": round(time.process_time() - cpu, 1),  # of the agent and the shop together
    }


@contextmanager
def _agent(world: World, channel: str, folder: Path) -> Iterator[Engine]:
    over = {
        "erp": "none",
        "import_files": {},
        "exports": "export",
        "imports": "import",
        "feeds": {"items": FEED},
        "hooks": None,
        "every": {"observe": "30d", "pull": "1h"},
    }
    (folder / "export").mkdir()
    (folder / "import").mkdir()
    path = folder / "tally.yaml"
    path.write_text(settings_text(world, [channel], "Europe/Warsaw", over), encoding="utf-8")
    ports = Ports(
        clock=WorldClock(world),
        http=Http(world.transport()),
        environment=Environment(secrets_for(world)),
    )
    with open_site(settings_at(path), ports) as site:
        yield Engine(site)


def _export(folder: Path, items: int) -> None:
    """Every item costs more and there is less of it."""
    waiting = folder / "items.part"
    with waiting.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(["sku", "title", "price", "stock"])
        rows.writerows([f"ITEM-{n:05}", f"Item {n}", "51.50", 7] for n in range(items))
    waiting.rename(folder / "export" / "items.csv")


def _settle(world: World, engine: Engine) -> datetime:
    """Let the agent work until it has nothing to do for some minutes; gives when it was done.

    Where a day's calls are used up it waits for the next day's.
    """
    done = world.clock.now()
    while world.clock.now() - done < IDLE or _is_owed_more(engine, world.clock.now()):
        before = world.ledger.count()
        engine.settle()
        if world.ledger.count() > before:
            done = world.clock.now()
        step = min(engine.next_work(), engine.next_due()) - world.clock.now()
        longest = STEP if world.clock.now() - done < IDLE else LONG_STEP
        world.advance(min(max(step, timedelta(milliseconds=1)), longest))
    return done


def _is_owed_more(engine: Engine, now: datetime) -> bool:
    """Whether the channel's own lanes want to go on within a day (the agent's upkeep always does)."""
    return any(lane.shop and lane.asks_at and lane.asks_at - now < DAY for lane in engine.lanes)


def _requests(world: World, channel: str) -> Counter[str]:
    polls = re.compile(simulated.least(channel).polls)
    counts: Counter[str] = Counter()
    for exchange in world.ledger.requests(channel=channel):
        counts["polls" if polls.search(exchange.path) else "working"] += 1
        counts["refused"] += exchange.status is None or exchange.status >= 400
    return counts


if __name__ == "__main__":
    main()
