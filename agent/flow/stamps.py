"""What orders a feed's files, and which location a file speaks of: from its name, its content or its time."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent import formats
from agent.erps import values
from agent.erps.captions import position_of
from agent.erps.feeds import Column, Feed
from agent.errors import FileRefused
from agent.flow.site import Site
from agent.ports.files import Seen
from agent.store.files import File
from agent.store.moments import from_nanoseconds, to_text


def of_file(site: Site, feed: Feed, seen: Seen) -> str:
    """The stamp of a file that was just seen, comparable as text; its time where content tells.

    "" when its name should carry one and does not. A stamp that is a local time (`moment`) is kept
    as UTC, and a name without one then counts by the file's own time.
    """
    written_at = from_nanoseconds(seen.mtime_ns)
    if not feed.ordered_by.startswith("name:"):
        return to_text(written_at)
    found = re.search(feed.ordered_by.removeprefix("name:"), seen.path.name)
    if found is None or found[1] is None:
        return to_text(written_at) if feed.moment else ""
    if not feed.moment:
        return comparable(found[1])
    return _moment(
        found[1], feed.moment, ZoneInfo(feed.layout.zone or site.settings.zone), written_at
    )


def _moment(text: str, form: str, zone: ZoneInfo, written_at: datetime) -> str:
    """A local time as UTC. When the clocks go back an hour comes twice: the file's own time tells which."""
    try:
        naive = datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return ""
    both = [naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return to_text(min(both, key=lambda moment: abs(moment - written_at)))


def comparable(text: str) -> str:
    """A number with leading zeros, so that 10 comes after 9; other text as it stands."""
    stripped = text.strip()
    return stripped.zfill(20) if stripped.isascii() and stripped.isdigit() else stripped


def from_content(site: Site, feed: Feed, file: File, path: Path) -> str:
    """The stamp in the first row's column; "" for feeds that are ordered otherwise.

    FileRefused when a name that should carry a stamp has none, or the column is missing.
    """
    if feed.ordered_by.startswith("name:") and not file.stamp:
        raise FileRefused(
            "its name carries no stamp",
            file.name,
            f"the feed is ordered by {feed.ordered_by}: correct that, or rename the file",
        )
    if not feed.ordered_by.startswith("column:"):
        return ""
    none: tuple[int, list[str]] = (0, [])
    with (
        site.ports.files.open_read(path) as source,
        closing(formats.module(feed.format).read(source, feed.layout, file.name)) as rows,
    ):
        header = next(rows, none)[1]
        first = next(rows, none)[1] if feed.layout.header else header
    wanted = feed.ordered_by.removeprefix("column:")
    names = header if feed.layout.header else feed.layout.captions
    position = position_of(int(wanted) if wanted.isdigit() else wanted, names, file.name)
    if not first:
        return file.stamp  # no row to tell: the guard looks at an empty file, whatever its age
    if position is None or position >= len(first):
        raise FileRefused(
            f'there is no column "{wanted}" to order files by', file.name, "correct ordered_by"
        )
    try:
        at = values.moment(feed.layout, Column(), site.settings.zone, is_end=False)(first[position])
    except values.Unusable:
        return comparable(first[position])
    return "" if at is None else to_text(at)


def location_of(feed: Feed, name: str) -> str:
    """The location that a whole file speaks of; "" when its rows say, or there is none."""
    if not feed.location.startswith("name:"):
        return feed.location
    found = re.search(feed.location.removeprefix("name:"), name)
    if found is None:
        raise FileRefused(
            "its name carries no location", name, f"the feed takes it by {feed.location}"
        )
    return str(found[1])
