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

from simulator import channels
from simulator.conformance import Checker, Violation
from simulator.world import World

GAPS = Path(__file__).with_name("gaps.yaml")


@dataclass(frozen=True)
class Gap:
    """A place where the published schema is known to be wrong or silent, and what it then says."""

    channel: str
    where: str
    because: str
    says: str = "*"  # in its violation's words; here too * stands for anything

    def explains(self, channel: str, violation: Violation) -> bool:
        """Whether it accounts for a violation."""
        said = ((violation.where, self.where), (violation.what, self.says))
        return self.channel == channel and all(fnmatchcase(text, glob) for text, glob in said)


def gaps() -> tuple[Gap, ...]:
    """All that are known, of every vendor: those of the shared file, then those of each folder's own."""
    own = (path for place in channels.__path__ for path in sorted(Path(place).glob("*/gaps.yaml")))
    return (*_listed(GAPS), *(gap for path in own for gap in _listed(path)))


@cache
def _listed(path: Path) -> tuple[Gap, ...]:
    """The gaps in a file; in a vendor's folder they are that vendor's."""
    entries = ruamel.yaml.YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    theirs = {} if path == GAPS else {"channel": path.parent.name}
    return tuple(Gap(**theirs, **entry) for entry in entries)


def places(channel: str) -> tuple[str, ...]:
    """The places of one vendor's gaps, whatever the schema says there."""
    return tuple(gap.where for gap in gaps() if gap.channel == channel and gap.says == "*")


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
            gap = next((gap for gap in self._known if gap.explains(channel, violation)), None)
            if gap is None:
                seen.violations[violation] += 1
            else:
                seen.explained[gap] += 1
