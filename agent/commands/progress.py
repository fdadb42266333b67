"""Progress of long work: the station at work, on stderr, while stderr is a terminal; else nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agent.commands.output import clean, on_a_terminal
from agent.flow.engine import Engine, Station
from agent.flow.site import Did


@contextmanager
def progress(engine: Engine) -> Iterator[Engine]:
    """The engine; while open, a spinner names the station and the channel that it works on."""
    if not on_a_terminal():
        yield engine
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("starting") as spinner:
        for lane in engine.lanes:
            lane.stations = [
                (name, _told(work, f"{name} {lane.shop}", lambda text: spinner.update(Text(text))))
                for name, work in lane.stations
            ]
        yield engine


def _told(work: Station, text: str, tell: Callable[[str], None]) -> Station:
    """The station, which says its name while it works."""

    def told() -> Did:
        tell(clean(text))
        try:
            return work()
        finally:
            tell("waiting")

    return told
