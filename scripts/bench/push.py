"""Counts the requests that 10,000 changed items cost on each staging shop, against the vendor's minimum.

    python scripts/bench/push.py [--items 10000] [--channel shopify] [--json]

The shops begin with the goods on their shelves; an export then changes the price and the stock of
every item, and the real agent works through it in process, on a virtual clock. Requests are counted
by the staging world's own ledger, those that change something apart from those that only look.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

from agent.flow.engine import Engine
from agent.flow.opening import open_site, settings_at
from agent.ports import Ports
from agent.ports.clock import Clock
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator.channels import Goods
from simulator.scenario.settings import secrets_for, settings_text
from simulator.world import World

MINIMUM = {  # requests for price and stock of so many items, from each vendor's sheet
    "shopify": lambda items: ceil(items / 250) + ceil(items / 100),
    "woocommerce": lambda items: ceil(items / 100),
}
FEED = {
    "files": "items*.csv",
    "columns": {"sku": "sku", "title": "title", "price": "price", "on_hand": "stock"},
    "ready": {"settle": None, "renamed": True},
}
STEP, IDLE = timedelta(seconds=1), timedelta(minutes=1)
OVER_PCT = 2.0


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
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--items", type=int, default=10_000)
    asked.add_argument("--channel", action="append", choices=sorted(MINIMUM))
    asked.add_argument("--json", action="store_true")
    wish = asked.parse_args()
    found = {}
    for channel in wish.channel or sorted(MINIMUM):
        with tempfile.TemporaryDirectory() as folder:
            found[channel] = _measure(channel, wish.items, Path(folder))
    if wish.json:
        print(json.dumps({"items": wish.items, "over_at_most_pct": OVER_PCT, "channels": found}))
        return
    print(f"price and stock of {wish.items:,} items changed; requests, at most {OVER_PCT} % over")
    for channel, facts in found.items():
        print(f"\n{channel}")
        for name, figure in facts.items():
            print(f"  {name:<12}{figure:10,}")


def _measure(channel: str, items: int, folder: Path) -> dict[str, Any]:
    goods = [Goods(f"ITEM-{n:05}", f"Item {n}", Decimal("49.00"), 12) for n in range(items)]
    world = World(channel_names=[channel], goods=goods)
    with _agent(world, channel, folder) as engine:
        _settle(world, engine)
        world.ledger.clear()
        _export(folder, items)
        started, cpu = world.clock.now(), time.process_time()
        engine.round()
        _settle(world, engine)
        wrong = engine.site.db.value(
            "select count(*) from offers join listings using (channel, sku)"
            " where offers.price is not listings.price or offers.quantity is not listings.quantity"
        )
        told = engine.site.db.value("select count(*) from listings where told_at is not null")
    counts = _requests(world, channel)
    least = MINIMUM[channel](items)
    virtual_s = (world.clock.now() - started).total_seconds() - IDLE.total_seconds()
    world.close()
    return {
        "changing": counts["changing"],
        "minimum": least,
        "over_pct": round(100 * (counts["changing"] - least) / least, 1),
        "looking": counts["looking"],
        "refused": counts["refused"],
        "told": told,
        "wrong": wrong,
        "virtual_s": round(virtual_s),  # by the vendor's own rate limits
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


def _settle(world: World, engine: Engine) -> None:
    """Let the agent work until it has nothing to do for a minute."""
    idle = timedelta()
    while idle < IDLE:
        before = world.ledger.count()
        engine.settle()
        world.advance(STEP)
        idle = timedelta() if world.ledger.count() > before else idle + STEP


def _requests(world: World, channel: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for exchange in world.ledger.requests(channel=channel):
        changing = exchange.method != "GET" and (
            not exchange.path.endswith("/graphql.json") or "mutation" in exchange.sent
        )
        counts["changing" if changing else "looking"] += 1
        counts["refused"] += exchange.status is None or exchange.status >= 400
    return counts


if __name__ == "__main__":
    main()
