"""Measures an idle `tally run` with 10,000 items on two shops: memory, and its share of a core.

    python scripts/bench/idle.py [--items 10000] [--seconds 30] [--json]

The agent has read the export, has looked at both shops and has nothing left to do; it then waits as
it does on most days: once after its very first start, which makes the database and loads everything,
and once after a restart. Beside it, as a peer in the same minute, an interpreter that has imported httpx
and pydantic, which the agent cannot do without, and sleeps.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stage import Stage, agent_at_work, served

TARGET_MB, TARGET_CPU = 64.0, 1.0
EVERY = {
    "scan": "10s",
    "pull": "60s",
    "observe": "1h",
}  # what `tally run` does unless told otherwise
READY = {"settle": None, "renamed": True}
PEER = "import httpx, pydantic, time; time.sleep(600)"
START_S = 2.0


@dataclass(frozen=True)
class Use:
    """What a process has used: resident memory now, its most, and processor seconds so far."""

    mb: float
    peak_mb: float
    cpu_s: float


def main() -> None:
    """Measure, and print a table or one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--items", type=int, default=10_000)
    asked.add_argument("--seconds", type=float, default=30.0)
    asked.add_argument("--json", action="store_true")
    wish = asked.parse_args()
    with served(wish.items) as stage:
        with agent_at_work(stage, READY, EVERY):
            first = use_of(stage.agent_pid)
        with agent_at_work(stage, READY, EVERY):
            found = {"first_mb": first.mb, **_measure(stage, wish.seconds)}
    if wish.json:
        print(json.dumps({"items": wish.items, "seconds": wish.seconds, **found}))
        return
    print(f"{wish.items:,} items, two shops, idle for {wish.seconds:.0f} s")
    print(f"{'first start':<16}{found['first_mb']:8.1f} MB, at most {TARGET_MB:.0f} MB")
    print(f"{'after a restart':<16}{found['mb']:8.1f} MB, at most {TARGET_MB:.0f} MB")
    print(f"{'':<16}{found['ratio']:8.2f} x an idle Python with httpx and pydantic")
    print(f"{'most so far':<16}{found['peak_mb']:8.1f} MB")
    print(f"{'processor':<16}{found['cpu_pct']:8.2f} % of a core, at most {TARGET_CPU:.0f} %")


def _measure(stage: Stage, seconds: float) -> dict[str, float]:
    peer = subprocess.Popen([sys.executable, "-c", PEER])
    try:
        time.sleep(START_S)
        before, began = use_of(stage.agent_pid), time.perf_counter()
        time.sleep(seconds)
        after, took = use_of(stage.agent_pid), time.perf_counter() - began
        beside = use_of(peer.pid)
    finally:
        peer.kill()
        peer.wait()
    return {
        "mb": after.mb,
        "peak_mb": after.peak_mb,
        "peer_mb": beside.mb,
        "ratio": after.mb / beside.mb,
        "cpu_pct": 100 * (after.cpu_s - before.cpu_s) / took,
    }


def use_of(pid: int) -> Use:
    """What a process has used, from /proc where there is one, else from `ps`."""
    status = Path(f"/proc/{pid}/status")
    return _from_proc(pid, status) if status.exists() else _from_ps(pid)


def _from_proc(pid: int, status: Path) -> Use:
    said: Mapping[str, str] = dict(
        line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines()
    )
    kilobytes = {name: int(said[name].split()[0]) for name in ("VmRSS", "VmHWM")}
    # The name, in brackets, may hold blanks; user and system time are the 12th and 13th after it.
    rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    ticks = int(rest[11]) + int(rest[12])
    return Use(
        kilobytes["VmRSS"] / 1024, kilobytes["VmHWM"] / 1024, ticks / os.sysconf("SC_CLK_TCK")
    )


def _from_ps(pid: int) -> Use:
    asked = ["ps", "-o", "rss=,time=", "-p", str(pid)]
    rss, spent = subprocess.run(
        asked, capture_output=True, text=True, check=True, timeout=10
    ).stdout.split()
    days, _, clock = spent.rpartition("-")  # [days-]hours:minutes:seconds
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + float(part)
    return Use(int(rss) / 1024, int(rss) / 1024, seconds + 86400 * int(days or 0))


if __name__ == "__main__":
    main()
