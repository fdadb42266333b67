"""Replays recorded exchanges with a real shop against the simulated one, in process.

The comparing is the recordings' own replayer; here are only the shop's doors, its clock (which
`wait` moves) and its operator.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from simulator.channels.woocommerce.dialect import WooCommerce
from simulator.clock import Clock
from simulator.wire.transport import InProcess
from simulator.world import World

HOME, PLAIN = "https://woocommerce.test", "http://woocommerce.test"


def replayer(folder: Path) -> Any:
    """The recordings' own replayer."""
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("recordings_replay", folder / "replay.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


def simulated() -> WooCommerce:
    """A simulated shop set up like the recorded one, on a clock near the present."""
    world = World(clock=Clock.following(), channel_names=["woocommerce"], settings={"taxes": {}})
    dialect = world.dialects["woocommerce"]
    assert isinstance(dialect, WooCommerce)
    dialect.operator("run_actions_by_hand", {})
    return dialect


@contextmanager
def receiver(replay: Any) -> Iterator[Any]:
    """Where the shop's webhooks go and its pictures come from, on a free loopback port."""
    server = replay.Receiver.start("127.0.0.1", 0)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def play(
    replay: Any, dialect: WooCommerce, file: Path, hooks: Any, *, shape: bool = False
) -> str | None:
    """The first difference between a recorded case and the simulated shop; None when they agree."""
    keys = dialect.credentials()
    options = Namespace(
        base=HOME, plain=PLAIN, key=keys["key"], secret=keys["secret"], host="", shape=shape,
        zone="Europe/Warsaw", read_key=keys["read"], write_key=keys["write"],
        customer_key=keys["customer"],
    )  # fmt: skip

    class Shop(replay.Shop):  # type: ignore[misc]
        def __init__(self, opt: Any, receiver: Any = None) -> None:
            super().__init__(opt, receiver)
            self.client.close()
            self.client: httpx.Client = httpx.Client(
                transport=InProcess({"woocommerce.test": dialect.app})
            )

        def look_up(self, name: str) -> Any:
            if moment := replay.re.fullmatch(r"(now|gmt)([+-]\d+)?", name):
                zone = ZoneInfo(self.opt.zone if moment[1] == "now" else "UTC")
                when = dialect.world.clock.now().astimezone(zone)
                return (when + timedelta(seconds=int(moment[2] or 0))).strftime("%Y-%m-%dT%H:%M:%S")
            return super().look_up(name)

        def step(self, step: dict[str, Any]) -> Any:
            if step.get("host") == "wait":
                dialect.world.clock.advance(timedelta(seconds=step["args"]["seconds"]))
                return None
            if "host" in step:
                with dialect.at_work():
                    dialect.operator(step["host"], self.fill(step["args"]))
                return None
            if step.get("hook") == "take":  # deliveries are made at once: nothing to wait for
                step = {**step, "within": 0}
            return super().step(step)

    original, replay.Shop = replay.Shop, Shop
    pause, replay.time.sleep = replay.time.sleep, lambda seconds: None
    try:
        dialect.operator("empty", {})
        case = json.loads(file.read_text(encoding="utf-8"))
        found: str | None = replay.play(case, options, hooks)
        return found
    finally:
        replay.Shop, replay.time.sleep = original, pause
