"""Presets: whole sites, one YAML file each in `presets`; `tally init --preset` begins from one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from agent.errors import NotFound
from agent.yaml_places import Document

PLACE = "agent.commands"


@dataclass(frozen=True)
class Preset:
    """The ERP, the channels and what the ERP does not know; without a preset: Unleashed and every channel."""

    erp: str = "unleashed"
    prices: str = "net"  # of the ERP
    # {channel: {setting: value}}, laid over what staging says; empty: every channel that there is
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    feeds: str = ""  # further feeds, as they are to stand in tally.yaml
    files: Mapping[str, str] = field(default_factory=dict)  # {path: text} to begin from


def names() -> list[str]:
    """The presets, by name."""
    found = (entry.name for entry in files(PLACE).joinpath("presets").iterdir())
    return sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml"))


def load(name: str) -> Preset:
    """The preset of this name. NotFound when there is none."""
    if name not in names():
        raise NotFound(f'no preset "{name}"', "tally init", f"known: {', '.join(names())}")
    file = files(PLACE).joinpath("presets", f"{name}.yaml")
    return Preset(**Document(file.read_text(encoding="utf-8"), f"{name}.yaml").data)
