"""Loads a large item export twice and prints how long that takes against the floor of the same run.

The floor is one `csv.reader` pass over the file plus a plain `executemany` of the rows into a table
without a key, on the same disk and with the same pragmas. Figures depend on the machine; ratios
from one run are what counts.

    python scripts/bench/load.py [--rows 100000] [--rounds 3] [--json]
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from agent.config import Settings
from agent.erps.feeds import Feed
from agent.erps.imports import Imports
from agent.flow.ingest import ingest
from agent.flow.site import Site
from agent.flow.watch import Memory, scan
from agent.ports import Ports
from agent.ports.clock import Clock
from agent.store.opening import open_store

FIELDS = (
    "sku", "title", "gtin", "brand", "category", "unit", "tax_class", "status",
    "weight_g", "price", "sale_price", "compare_at", "cost", "on_hand", "allocated", "incoming",
)  # fmt: skip
TARGETS = {"first": 3.0, "second": 1.0}


class MovedClock(Clock):
    """The machine's time, moved on by hand where the agent would only wait."""

    ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def mono(self) -> float:
        return time.monotonic() + self.ahead.total_seconds()


@dataclass
class Round:
    """Seconds of one round."""

    floor: float
    first: float
    second: float
    same: float


def main() -> None:
    """Measure, and print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rounds = [_round(options.rows, seed) for seed in range(options.rounds)]
    found = {
        name: statistics.median(getattr(one, name) for one in rounds)
        for name in ("floor", "first", "second", "same")
    }
    ratios = {
        name: statistics.median(getattr(one, name) / one.floor for one in rounds)
        for name in ("first", "second", "same")
    }
    if options.json:
        print(json.dumps({"rows": options.rows, "seconds": found, "ratios": ratios}))
        return
    print(f"{options.rows:,} items with {len(FIELDS)} columns, {options.rounds} rounds, medians")
    print(f"{'floor':<28}{found['floor']:8.2f} s")
    for name, words in (("first", "first load"), ("second", "second, 1 % changed")):
        print(
            f"{words:<28}{found[name]:8.2f} s {ratios[name]:6.2f} x floor, at most {TARGETS[name]} x"
        )
    print(f"{'the same bytes again':<28}{found['same']:8.2f} s {ratios['same']:6.2f} x floor")


def _round(rows: int, seed: int) -> Round:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [_line(number) for number in range(rows)]
        export = folder / "export" / "items.csv"
        export.parent.mkdir()
        _write(export, lines)
        clock = MovedClock()
        db = open_store(folder / "data" / "tally.sqlite")
        site = Site(_site(folder), db, Ports(clock=clock))
        memory = Memory()
        floor = _timed(lambda: _floor(export, folder / "floor.sqlite"))
        first = _timed(lambda: _load(site, memory, clock))
        assert site.db.value("select count(*) from items") == rows
        chance = random.Random(seed)
        for number in chance.sample(range(rows), rows // 100):
            lines[number] = _line(number, bump=1)
        _write(export, lines)
        second = _timed(lambda: _load(site, memory, clock))
        changed = site.db.value("select count(*) from items where file_id = 2")
        assert changed == rows // 100, changed
        _write(export, lines)
        same = _timed(lambda: _load(site, memory, clock))
        site.db.close()
        return Round(floor, first, second, same)


def _load(site: Site, memory: Memory, clock: MovedClock) -> None:
    """What the lane of files does from the first look at a new file until it is applied."""
    scan(site, memory)
    clock.ahead += timedelta(seconds=3)
    scan(site, memory)
    while ingest(site).more:
        pass


def _floor(export: Path, path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = normal")
    db.execute(f"create table items ({', '.join(FIELDS)})")
    with export.open(encoding="cp1250", newline="") as source:
        rows = list(csv.reader(source, delimiter=";"))
    with db:
        marks = ", ".join("?" * len(FIELDS))
        db.executemany(f"insert into items values ({marks})", rows)  # noqa: S608
    db.close()


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _line(number: int, bump: int = 0) -> str:
    """One item: decimal commas, some quoted titles, leading zeros in a third of the skus."""
    sku = f"{number:08d}" if number % 3 == 0 else f"ART-{number:07d}"
    title = f"Półka dębowa {number % 977} cm, nr {number}"
    if number % 33 == 0:
        title = f'"Zegar ""Retro""; nr {number}"'
    price = 1990 + number * 7 % 90_000 + bump
    return ";".join(
        (
            sku, title, _gtin(number), f"Marka {number % 211}", f"Dział {number % 37}", "szt.",
            "23", "active", str(100 + number % 900), _money(price),
            _money(price - 100) if number % 10 == 0 else "",
            _money(price + 500) if number % 10 == 0 else "",
            _money(price // 2), str(number % 120), str(number % 5), "",
        )
    )  # fmt: skip


def _money(minor: int) -> str:
    return f"{minor // 100},{minor % 100:02d}"


def _gtin(number: int) -> str:
    digits = f"590{number:09d}"
    odd, even = (sum(map(int, digits[start::2])) for start in (0, 1))
    return f"{digits}{-(odd + 3 * even) % 10}"


def _write(export: Path, lines: list[str]) -> None:
    time.sleep(0.01)  # a new time for a new file, also where the file system's clock is coarse
    export.write_bytes("\r\n".join((";".join(FIELDS), *lines, "")).encode("cp1250"))


def _site(folder: Path) -> Settings:
    layout = {"encoding": "cp1250", "delimiter": ";", "decimal": ","}
    feed = {"files": "items*.csv", "layout": layout, "columns": {name: name for name in FIELDS}}
    return Settings(
        path=folder / "tally.yaml",
        data=folder / "data",
        erp="none",
        currency="PLN",
        exports=folder / "export",
        imports=folder / "import",
        feeds={"items": Feed.model_validate(feed)},
        import_files=Imports(),
        channels={},
    )


if __name__ == "__main__":
    main()
