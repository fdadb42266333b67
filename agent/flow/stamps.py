"""What orders a feed's files, and which location a file speaks of: from its name, its content or its time."""

from __future__ import annotations

import re
from pathlib import Path

from agent import formats
from agent.erps.captions import position_of
from agent.erps.feeds import Feed
from agent.errors import FileRefused
from agent.flow.site import Site
from agent.ports.files import Seen
from agent.store.files import File
from agent.store.moments import from_nanoseconds, to_text


def of_file(feed: Feed, seen: Seen) -> str:
    """The stamp of a file that has just been taken in, comparable as text; its time where content tells."""
    if feed.ordered_by.startswith("name:"):
        found = re.search(feed.ordered_by.removeprefix("name:"), seen.path.name)
        return found[1] if found else ""
    return to_text(from_nanoseconds(seen.mtime_ns))


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
    with site.ports.files.open_read(path) as source:
        rows = formats.module(feed.format).read(source, feed.layout, file.name)
        header: list[str] = next(rows, (0, []))[1]
        first: list[str] = next(rows, (0, []))[1]
    wanted = feed.ordered_by.removeprefix("column:")
    position = position_of(int(wanted) if wanted.isdigit() else wanted, header, file.name)
    if position is None or position >= len(first):
        raise FileRefused(
            f'there is no column "{wanted}" to order files by', file.name, "correct ordered_by"
        )
    return first[position].strip()


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
