"""What every station works with, and what it says when it has done its piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.channels import Channel
from agent.config import Settings
from agent.ports import Ports
from agent.ports.database import Database


@dataclass(frozen=True)
class Site:
    """The settings, the store, the doors to the world, and the connected channels by shop name."""

    settings: Settings
    db: Database
    ports: Ports
    channels: Mapping[str, Channel] = field(default_factory=dict)


@dataclass(frozen=True)
class Did:
    """One bounded piece of work: what was counted, whether more waits, and when to be called again.

    `again_s` is in seconds from now; None leaves it to the lane's schedule and to hints.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    more: bool = False
    again_s: float | None = None
    wake: frozenset[str] = (
        frozenset()
    )  # lanes that have new work: "files", "plan", "export", shop names
