"""A served staging world with goods on its shelves, and a real `tally run` beside it; for measurements.

Three processes: the one that measures, the staging world (this file, started with --serve), and the
agent. Each is ended by the one that started it, whatever happens.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from simulator.channels import Goods
from simulator.connections import shops
from simulator.scenario.settings import GUARDS

PRICE, ON_HAND = Decimal("49.00"), 12
QUIET_S = 3.0  # longer than a file takes to settle
PATIENCE_S = 120.0  # for the world to be stocked, and for the agent's first look at it


class Late(Exception):
    """Something did not happen in time; the text says what."""


@dataclass
class Line:
    """A line of the agent's log, and when it was read here."""

    at: float  # seconds, as `time.perf_counter`
    text: str

    def facts(self) -> dict[str, str]:
        """Its fields."""
        return dict(part.split("=", 1) for part in self.text.split() if "=" in part)


@dataclass
class Stage:
    """What is served, where the agent lives, and what it has said."""

    folder: Path
    facts: Mapping[str, Any]
    world_pid: int
    agent_pid: int = 0
    log: list[Line] = field(default_factory=list)

    @property
    def export(self) -> Path:
        """The ERP's export folder."""
        return self.folder / "export"


def sku(number: int) -> str:
    """The sku of one of the goods."""
    return f"ITEM-{number:05}"


def write_items(path: Path, changed: Mapping[int, tuple[str, int]], items: int) -> None:
    """An item export in one go; `changed` has price and stock of what differs from the beginning."""
    with path.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(["sku", "title", "price", "stock"])
        rows.writerows(
            [sku(n), f"Item {n}", *changed.get(n, (str(PRICE), ON_HAND))] for n in range(items)
        )


@contextmanager
def served(items: int) -> Iterator[Stage]:
    """Both shops with these goods, and an export folder that says the same of them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tally-bench-")))
        world = stack.enter_context(
            _process([sys.executable, __file__, "--serve", str(items), str(folder / "staging")])
        )
        assert world.stdout is not None
        line = _within(PATIENCE_S, "the staging world", world.stdout.readline)
        if not line:
            raise Late("the staging world ended before it was ready")
        stage = Stage(folder, json.loads(line), world.pid)
        for name in ("export", "import"):
            (folder / name).mkdir()
        write_items(folder / "export" / "items.csv", {}, items)
        (folder / "export" / "items.csv.done").write_bytes(b"")
        yield stage


@contextmanager
def agent_at_work(
    stage: Stage, ready: Mapping[str, Any], every: Mapping[str, str]
) -> Iterator[None]:
    """`tally run` on the stage's folder until it has nothing left to do; ended afterwards."""
    settings, secrets = _settings(stage, ready, every)
    (stage.folder / "tally.yaml").write_text(json.dumps(settings), encoding="utf-8")
    stage.log.clear()
    command = [sys.executable, "-m", "agent", "run"]
    with _process(command, cwd=stage.folder, variables=secrets, errors=True) as process:
        stage.agent_pid = process.pid
        reader = threading.Thread(target=_read, args=(process, stage.log), daemon=True)
        reader.start()
        until("a look at every shop", lambda: _looked(stage), PATIENCE_S, every_s=0.2)
        yield
    reader.join(timeout=5)


def until(what: str, seen: Callable[[], Any], patience_s: float, every_s: float = 0.02) -> Any:
    """Wait until something is seen, and give it. Late when it is not."""
    end = time.perf_counter() + patience_s
    while time.perf_counter() < end:
        if found := seen():
            return found
        time.sleep(every_s)
    raise Late(f"not within {patience_s:.0f} s: {what}")


def _looked(stage: Stage) -> bool:
    """Whether the agent has seen what every shop shows, and has had nothing to say since."""
    lines = [line.text for line in stage.log]
    seen = [name for name in stage.facts["channels"] if any(_is_look(line, name) for line in lines)]
    is_quiet = bool(lines) and time.perf_counter() - stage.log[-1].at > QUIET_S
    return is_quiet and len(seen) == len(stage.facts["channels"])


def _is_look(line: str, shop: str) -> bool:
    return f"station=observe channel={shop} " in line


def _settings(
    stage: Stage, ready: Mapping[str, Any], every: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """tally.yaml (JSON is YAML), and the variables that hold its secrets."""
    reached = shops(stage.facts)
    columns = {"sku": "sku", "title": "title", "price": "price", "on_hand": "stock"}
    settings = {
        "data": "tally-data",
        "erp": "none",
        "zone": "Europe/Warsaw",
        "currency": "PLN",
        "exports": "export",
        "imports": "import",
        "import_files": {},
        "guards": GUARDS,
        "feeds": {"items": {"files": "items*.csv", "columns": columns, "ready": dict(ready)}},
        "channels": {
            name: {"address": shop["address"], "ca_file": shop["ca_file"], **shop["settings"]}
            for name, shop in reached.items()
        },
        "every": dict(every),
    }
    secrets = {k: v for shop in reached.values() for k, v in shop["secrets"].items()}
    return settings, {f"TALLY_SECRET_{name.upper()}": value for name, value in secrets.items()}


@contextmanager
def _process(
    command: list[str],
    cwd: Path | None = None,
    variables: Mapping[str, str] | None = None,
    *,
    errors: bool = False,
) -> Iterator[subprocess.Popen[str]]:
    """A child process, ended at the end: asked to at first, and then killed."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(variables or {})},
        stdout=subprocess.DEVNULL if errors else subprocess.PIPE,
        stderr=subprocess.PIPE if errors else None,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _read(process: subprocess.Popen[str], log: list[Line]) -> None:
    assert process.stderr is not None
    for text in process.stderr:
        log.append(Line(time.perf_counter(), text.rstrip()))


def _within(seconds: float, what: str, work: Callable[[], str]) -> str:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(timeout=seconds)
    if not found:
        raise Late(f"not within {seconds:.0f} s: {what}")
    return found[0]


def _serve(items: int, folder: Path) -> None:
    """The staging world with its goods, until it is ended or whoever started it is gone."""
    from simulator import serve

    goods = [Goods(sku(n), f"Item {n}", PRICE, ON_HAND) for n in range(items)]
    folder.mkdir()
    with serve.served(serve.Wish(is_empty=True, folder=folder)) as world:
        for dialect in world.world.dialects.values():
            dialect.stock(goods)
        print(json.dumps(world.announcement()), flush=True)
        parent = os.getppid()
        while os.getppid() == parent:
            time.sleep(0.5)


if __name__ == "__main__":
    _serve(int(sys.argv[2]), Path(sys.argv[3]))
