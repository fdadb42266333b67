"""What lies in the ERP's export folders and cannot be read: seen afresh, whatever scans remember."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agent.config import Settings
from agent.erps.feeds import Feed
from agent.errors import ConfigError, FileRefused, TallymanError
from agent.flow.watch import claims
from agent.ports import Ports
from agent.ports.files import Seen


def unread(settings: Settings, ports: Ports) -> Iterator[TallymanError]:
    """A fault for each folder, and each file that some feed means, that cannot be read as it is."""
    folders: dict[Path, dict[str, Feed]] = {}
    for name, feed in settings.feeds.items():
        folders.setdefault(settings.folder(feed), {})[name] = feed
    for folder, feeds in folders.items():
        try:
            found = ports.files.scan(folder)
        except OSError as error:
            yield ConfigError(
                f"the export folder cannot be read: {error.strerror or error}",
                f"{folder} (feeds {', '.join(feeds)})",
                "make the folder, connect its share, or correct the path in tally.yaml",
            )
            continue
        meant = claims(feeds, [seen.path.name for seen in found])
        for seen in found:
            if by := meant.get(seen.path.name):
                yield from _faults(ports, seen, by)


def _faults(ports: Ports, seen: Seen, by: list[str]) -> Iterator[TallymanError]:
    name = seen.path.name
    if len(by) > 1:
        yield ConfigError(
            f'the feeds {" and ".join(by)} both mean the file "{name}"',
            str(seen.path),
            "make the `files` patterns in tally.yaml narrower; until then neither takes it",
        )
    elif not seen.is_regular:
        yield FileRefused(
            f"{name} is a folder or a link, and no file",
            str(seen.path),
            f"let the ERP write a plain file there, or correct feeds.{by[0]}.files",
        )
    else:
        yield from _unreadable(ports, seen, by[0])


def _unreadable(ports: Ports, seen: Seen, feed: str) -> Iterator[TallymanError]:
    try:
        ports.files.open_read(seen.path).close()
    except FileNotFoundError:
        return  # vanished meanwhile: it will come again
    except OSError as error:
        yield FileRefused(
            f"the file cannot be read: {error.strerror or error}",
            str(seen.path),
            f"let tallyman's user read the files of feed {feed}; it is tried again by itself",
        )
