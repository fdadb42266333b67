"""Times how soon a changed line of a 10,000-item export shows on both staging shops.

    python scripts/bench/latency.py [--items 10000] [--rounds 10] [--ready renamed] [--json]

Everything is real: the shops are served over TLS in one process, `tally run` watches a folder in
another, and this one plays the ERP and the shopper: it changes one item's price and stock, completes
the file, and reloads that item's page on both storefronts until both figures are there. Time counts
from the moment at which the file is complete: its renaming into place, its marker, or the end of its
settle time. The floor is one `csv.reader` pass over the file and one look at each page.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import ssl
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from stage import Late, Line, Stage, agent_at_work, served, sku, until, write_items

TARGET_S = 1.0
SETTLE_S = 2.0
PATIENCE_S = 30.0
LOOK_S = 0.01
REST_S = 0.5
WAYS: Mapping[str, Mapping[str, Any]] = {
    "renamed": {"settle": None, "renamed": True},
    "marker": {"settle": None, "marker": ".done"},
    "settle": {"settle": f"{SETTLE_S:.0f}s"},
}
STATIONS = ("scan", "ingest", "offer", "plan", "push")
EVERY = {
    "scan": "10s",
    "pull": "60s",
    "observe": "1h",
}  # what `tally run` does unless told otherwise


@dataclass(frozen=True)
class Change:
    """What one round does to one item."""

    number: int
    price: str
    pieces: int  # few enough for both storefronts to say how many

    def is_on(self, page: str) -> bool:
        """Whether a storefront's page says it."""
        return self.price in page and f"Only {self.pieces} left" in page


def main() -> None:
    """Measure, and print a table or one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--items", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=10)
    asked.add_argument("--ready", action="append", choices=sorted(WAYS))
    asked.add_argument("--json", action="store_true")
    wish = asked.parse_args()
    found = {}
    with served(wish.items) as stage:
        shown: dict[int, tuple[str, int]] = {}
        for way in wish.ready or WAYS:
            with agent_at_work(stage, WAYS[way], EVERY):
                found[way] = _measure(stage, way, wish.items, wish.rounds, shown)
    if wish.json:
        print(json.dumps({"items": wish.items, "target_s": TARGET_S, "ways": found}))
        return
    print(
        f"{wish.items:,} items, one changed, {wish.rounds} rounds; ms since the file was complete"
    )
    for way, facts in found.items():
        _show(way, facts)


def _show(way: str, facts: Mapping[str, Any]) -> None:
    floor = statistics.median(facts["floor_s"])
    both = facts["shown_s"]["both"]
    print(f"\n{way}")
    for name, seconds in facts["shown_s"].items():
        print(f"  {name:<24}{_row(seconds)}")
    print(f"  {'floor':<24}p50 {floor * 1000:6.0f}")
    ratio, target = statistics.median(both) / floor, TARGET_S * 1000
    print(f"  {ratio:.1f} x floor; both within {target:.0f} ms in {_in_time(both)} of {len(both)}")
    for name, took in facts["stations"].items():
        done, own = zip(*took, strict=True)
        print(f"    {name:<22}{_row(done)}   itself p50 {statistics.median(own) * 1000:5.0f}")


def _row(seconds: Sequence[float]) -> str:
    return f"p50 {statistics.median(seconds) * 1000:6.0f}  max {max(seconds) * 1000:6.0f}"


def _in_time(seconds: Sequence[float]) -> int:
    return sum(took <= TARGET_S for took in seconds)


def _measure(
    stage: Stage, way: str, items: int, rounds: int, shown: dict[int, tuple[str, int]]
) -> dict[str, Any]:
    shops = dict(stage.facts["storefronts"])
    took: dict[str, list[float]] = {name: [] for name in [*shops, "both"]}
    floors: list[float] = []
    stations: dict[str, list[tuple[float, float]]] = {}
    chance = random.Random(way)
    with httpx.Client(verify=_trust(stage), timeout=10) as client:
        for _ in range(rounds):
            change = _change(chance, items, shown)
            shown[change.number] = change.price, change.pieces
            floors.append(_floor(client, shops, stage.export / "items.csv", change.number))
            since = len(stage.log)
            complete_at = COMPLETE[way](stage, items, shown)
            seen = _watch(client, shops, change)
            for name, at in seen.items():
                took[name].append(at - complete_at)
            took["both"].append(max(seen.values()) - complete_at)
            _rest(stage, since)
            for name, done in _breakdown(stage.log[since:], complete_at).items():
                stations.setdefault(name, []).append(done)
    return {"shown_s": took, "floor_s": floors, "stations": stations}


def _change(chance: random.Random, items: int, shown: Mapping[int, tuple[str, int]]) -> Change:
    """A price and a stock for an item that no round has touched yet."""
    number = chance.choice([n for n in range(items) if n not in shown])
    return Change(number, f"{chance.randrange(50, 99)}.{chance.randrange(11, 99)}", 1 + number % 3)


def _floor(client: httpx.Client, shops: Mapping[str, str], export: Path, number: int) -> float:
    began = time.perf_counter()
    with export.open(encoding="utf-8", newline="") as text:
        for _ in csv.reader(text):
            pass
    for address in shops.values():
        _page(client, address, number)
    return time.perf_counter() - began


def _trust(stage: Stage) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=stage.facts["ca_file"])


def _renamed(stage: Stage, items: int, shown: Mapping[int, tuple[str, int]]) -> float:
    waiting = stage.folder / "items.part"
    write_items(waiting, shown, items)
    began = time.perf_counter()
    waiting.replace(stage.export / "items.csv")
    return began


def _marked(stage: Stage, items: int, shown: Mapping[int, tuple[str, int]]) -> float:
    marker = stage.export / "items.csv.done"
    marker.unlink(missing_ok=True)
    write_items(stage.export / "items.csv", shown, items)
    time.sleep(0.3)  # an ERP that thinks between the file and its marker
    began = time.perf_counter()
    marker.write_bytes(b"")
    return began


def _settled(stage: Stage, items: int, shown: Mapping[int, tuple[str, int]]) -> float:
    write_items(stage.export / "items.csv", shown, items)
    return time.perf_counter() + SETTLE_S


COMPLETE: Mapping[str, Callable[[Stage, int, Mapping[int, tuple[str, int]]], float]] = {
    "renamed": _renamed,
    "marker": _marked,
    "settle": _settled,
}


def _watch(client: httpx.Client, shops: Mapping[str, str], change: Change) -> dict[str, float]:
    """When each storefront's page of this item first says what has changed."""
    seen: dict[str, float] = {}
    end = time.perf_counter() + PATIENCE_S
    while len(seen) < len(shops):
        for name in shops.keys() - seen.keys():
            if change.is_on(_page(client, shops[name], change.number)):
                seen[name] = time.perf_counter()
        if time.perf_counter() > end:
            raise Late(f"not within {PATIENCE_S:.0f} s: {change}")
        time.sleep(LOOK_S)
    return seen


def _page(client: httpx.Client, address: str, number: int) -> str:
    return client.get(f"{address}item", params={"sku": sku(number)}).text


def _rest(stage: Stage, since: int) -> None:
    """Wait until the agent has said that both shops were told, and for a moment more."""
    shops = list(stage.facts["channels"])

    def are_told() -> bool:
        texts = [line.text for line in stage.log[since:]]
        return all(any(f"station=push channel={s} " in text for text in texts) for s in shops)

    until("both pushes", are_told, PATIENCE_S)
    time.sleep(REST_S)


def _breakdown(lines: Iterable[Line], complete_at: float) -> dict[str, tuple[float, float]]:
    """By station (and shop): when it was done, from the file's completion on, and what it took."""
    found: dict[str, tuple[float, float]] = {}
    for line in lines:
        facts = line.facts()
        if facts.get("station") in STATIONS:
            name = " ".join(filter(None, (facts["station"], facts.get("channel"))))
            found.setdefault(name, (line.at - complete_at, float(facts["took_s"])))
    return found


if __name__ == "__main__":
    main()
