"""Hangs on a world, checks everything that passes its gates, and keeps what was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import httpx
import ruamel.yaml

from simulator.conformance import Checker, Violation
from simulator.world import World

GAPS = Path(__file__).with_name("gaps.yaml")


@dataclass(frozen=True)
class Gap:
    """A place where the published schema is known to be wrong or silent; * stands for anything."""

    channel: str
    where: str
    because: str


@cache
def gaps() -> tuple[Gap, ...]:
    """All that are known, of every vendor."""
    entries = ruamel.yaml.YAML(typ="safe").load(GAPS.read_text(encoding="utf-8"))
    return tuple(Gap(**entry) for entry in entries)


def places(channel: str) -> tuple[str, ...]:
    """The places of one vendor's gaps."""
    return tuple(gap.where for gap in gaps() if gap.channel == channel)


@dataclass
class Seen:
    """What passed one channel's gate."""

    exchanges: int = 0
    used: Counter[str] = field(default_factory=Counter)  # operations that a client asked for
    violations: Counter[Violation] = field(default_factory=Counter)
    explained: Counter[Gap] = field(default_factory=Counter)  # violations that a gap accounts for


class Recorder:
    """Checks both directions of every exchange, by channel."""

    def __init__(self, checkers: Mapping[str, Checker], known: Sequence[Gap] | None = None) -> None:
        self._checkers = checkers
        self._known = gaps() if known is None else known
        self.seen = {name: Seen() for name in checkers}

    def attach(self, world: World) -> None:
        """Watch a world from now on."""
        world.witnesses.append(self.exchanged)

    def exchanged(
        self, channel: str, request: httpx.Request, response: httpx.Response | None
    ) -> None:
        """Check one exchange; there is no `response` where the network spoiled it."""
        checker, seen = self._checkers.get(channel), self.seen.get(channel)
        if checker is None or seen is None:
            return
        seen.exchanges += 1
        seen.used.update(checker.used(request))
        found = checker.of_request(request)
        if response is not None:
            found += checker.of_response(request, response)
        for violation in found:
            gap = self._gap(channel, violation.where)
            if gap is None:
                seen.violations[violation] += 1
            else:
                seen.explained[gap] += 1

    def _gap(self, channel: str, where: str) -> Gap | None:
        fitting = (g for g in self._known if g.channel == channel and fnmatchcase(where, g.where))
        return next(fitting, None)
