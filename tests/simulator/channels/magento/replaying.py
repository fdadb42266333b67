"""Replays recorded exchanges with a real shop against the simulated one, in process.

The comparing is the recordings' own replayer; here are only the shop's doors, its clock (which
`wait` moves) and its operator.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from simulator.channels.magento.dialect import Magento
from simulator.clock import Clock
from simulator.wire.transport import InProcess
from simulator.world import World

HOME = "https://magento.test"


def replayer(folder: Path) -> Any:
    """The recordings' own replayer."""
    path = folder / "replay_magento.py"
    spec = importlib.util.spec_from_file_location("recordings_replay_magento", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def simulated() -> Magento:
    """A simulated shop set up like the recorded one, on a clock near the present."""
    world = World(clock=Clock.following(), channel_names=["magento"], settings={"taxes": {}})
    dialect = world.dialects["magento"]
    assert isinstance(dialect, Magento)
    return dialect


def play(
    replay: Any, dialect: Magento, file: Path, *, shape: bool = False, go_on: bool = False
) -> list[str]:
    """The differences between a recorded case and the simulated shop; none when they agree."""
    keys = dialect.credentials()
    http = httpx.Client(transport=InProcess({"magento.test": dialect.app}))
    sign_in = {"username": keys["admin_username"], "password": keys["admin_password"]}
    dialect.operator("empty", {})
    admin = http.post(f"{HOME}/rest/V1/integration/admin/token", json=sign_in).json()
    options = Namespace(
        base=HOME, admin=admin, integration=keys["token"], limited=keys["limited_token"],
        expired=keys["expired_token"], shape=shape, go_on=go_on, host="here",
        admin_login=f"{keys['admin_username']}:{keys['admin_password']}",
    )  # fmt: skip

    class Player(replay.Player):  # type: ignore[misc]
        def __init__(self, opt: Any) -> None:
            super().__init__(opt)
            self.client.close()
            self.client: httpx.Client = http

        def step(self, step: dict[str, Any]) -> Any:
            if step.get("host") == "wait":
                dialect.world.clock.advance(timedelta(seconds=step["args"]["seconds"]))
                return None
            if "host" in step:
                dialect.operator(step["host"], step["args"])
                return None
            return super().step(step)

    original, replay.Player = replay.Player, Player
    try:
        case = json.loads(file.read_text(encoding="utf-8"))
        found: list[str] = replay.play(case, options)
        return found
    finally:
        replay.Player = original
