"""What could not be used of the ERP's files: rows, whole files, and where a clerk finds them as a CSV."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from agent.errors import NotFound
from agent.flow.site import Site
from agent.store import rejects, turned_away
from agent.store.rejects import Reject
from agent.store.turned_away import TurnedAway


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refused rows of the newest applied files, files that were refused or are held, and the CSVs."""

    rows: tuple[Reject, ...]
    files: tuple[TurnedAway, ...]
    reports: tuple[Path, ...]


def refusals(site: Site, feed: str = "") -> Refusals:
    """What could not be used of one feed's files, or of every feed's. NotFound for an unknown feed."""
    feeds = site.settings.feeds
    if feed and feed not in feeds:
        near = get_close_matches(feed, feeds, n=1)
        advice = f"did you mean {near[0]}?" if near else f"known: {', '.join(feeds)}"
        raise NotFound(f'no feed "{feed}"', str(site.settings.path), advice)
    rows = tuple(rejects.all_of(site.db, feed))
    named = sorted({row.feed for row in rows})
    return Refusals(
        rows=rows,
        files=tuple(turned_away.newest(site.db, feed=feed)),
        reports=tuple(site.settings.rejects / f"{name}.csv" for name in named),
    )
