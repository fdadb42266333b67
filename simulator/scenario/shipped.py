"""Where scenarios are found: those that come with tallyman, by name, and anybody's own, by file."""

from __future__ import annotations

from pathlib import Path

from agent.errors import NotFound
from simulator.scenario.language import Scenario, parse

_PACKAGED = Path(__file__).with_name("shipped")  # in an installed wheel
_SOURCES = Path(__file__).resolve().parents[2] / "fixtures" / "scenarios"  # in a checkout


def folder() -> Path:
    """The folder of the scenarios that come with tallyman."""
    return _PACKAGED if _PACKAGED.is_dir() else _SOURCES


def names() -> list[str]:
    """The scenarios that come with tallyman, by name."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def find(name: str) -> Scenario:
    """The scenario of this name, or in this file. NotFound when there is neither."""
    path = folder() / f"{name}.yaml" if name in names() else Path(name)
    if not path.is_file():
        raise NotFound(
            f'no scenario "{name}"', "tally staging replay", f"known: {', '.join(names())}"
        )
    return parse(path.read_text(encoding="utf-8"), path.name)
