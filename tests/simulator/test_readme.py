"""The staging world's README tells of everything that it can do."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import simulator
from simulator.cli import COMMANDS
from simulator.control import control
from simulator.desk import NewFault
from simulator.dials import Dials
from simulator.env import env
from simulator.faults import KINDS
from simulator.serve import serve
from simulator.world import World

README = (Path(simulator.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_every_fault_and_its_fields() -> None:
    more = {"for" if f == "for_" else f for f in NewFault.model_fields} - {"kind"}
    assert [name for name in (*KINDS, *sorted(more)) if f"`{name}" not in README] == []


def test_every_dial() -> None:
    assert [field.name for field in fields(Dials) if f"| `{field.name}` |" not in README] == []


def test_every_option_of_serve() -> None:
    options = [option for parameter in serve.params for option in parameter.opts]
    assert [option for option in options if f"[{option}" not in README] == []


def test_every_option_of_env() -> None:
    options = [option for parameter in env.params for option in parameter.opts]
    assert [option for option in options if f"[{option}" not in README] == []


def test_every_address_of_the_desk() -> None:
    world = World(channel_names=[])
    rules = {str(rule).split("<")[0].rstrip("/") for rule in control(world).url_map.iter_rules()}
    world.close()
    assert [r for r in sorted(rules) if r.startswith("/api") and r not in README] == []


def test_every_command_of_ours() -> None:
    assert [
        name
        for name in ("serve", "env", "control", "conformance")
        if f"tally staging {name}" not in README
    ] == []
    assert set(COMMANDS) == {"serve", "env", "control", "replay", "list", "conformance"}
