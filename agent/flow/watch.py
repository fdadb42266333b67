"""Station: scans the export folders, and takes every file that is complete into the vault.

The scan is the truth; native events only call it sooner. An original is only ever read.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from pathlib import Path

from agent.config import Settings
from agent.erps.feeds import Feed
from agent.errors import ConfigError
from agent.flow import stamps
from agent.flow.site import Did, Site
from agent.ports import Ports
from agent.ports.files import Seen
from agent.store import files
from agent.store.moments import from_nanoseconds

log = logging.getLogger(__name__)

UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".lock")
CLUTTER = ("thumbs.db", "desktop.ini")
RETRY_S = (5.0, 30.0, 120.0, 600.0)  # an unreadable file is tried again after so long


@dataclass(slots=True)
class Waiting:
    """A file that is not complete yet: how it looked, since when, and how often it could not be read."""

    seen: Seen
    since_s: float
    failures: int = 0
    retry_at_s: float = 0.0


@dataclass(slots=True)
class Memory:
    """What scans remember from one to the next; after a restart files simply settle once more."""

    taken: dict[str, dict[str, str]] = field(default_factory=dict)  # feed -> path -> marks
    waiting: dict[tuple[str, str], Waiting] = field(default_factory=dict)  # (feed, path)
    claimed: dict[Path, dict[str, list[str]]] = field(default_factory=dict)  # file name -> feeds
    told: set[str] = field(default_factory=set)  # warnings that were given
    away: set[Path] = field(default_factory=set)  # folders that cannot be read now


def watched_folders(site: Site) -> list[Path]:
    """The folders where native events help: those on this machine, unless a feed says otherwise."""
    found = []
    for feed in site.settings.feeds.values():
        folder = site.settings.folder(feed)
        if feed.scan == "only" or site.ports.files.look(folder) is None:
            continue
        if folder in found or (feed.scan == "auto" and site.ports.files.is_remote(folder)):
            continue
        found.append(folder)
    return found


def scan(site: Site, memory: Memory) -> Did:
    """Look through every export folder once, and take in what is complete and new.

    Calls for itself again when a file settles. A folder that cannot be read is a state, not an error.
    """
    counts, again = Counter[str](), list[float]()
    for folder, feeds in _by_folder(site.settings).items():
        found = {seen.path.name: seen for seen in _listed(site, memory, folder)}
        ours = _ours(memory, folder, feeds, found)
        for name, feed in feeds.items():
            again += _take_complete(site, memory, (name, feed), ours[name], found, counts)
        _forget_vanished(memory, folder, found)
    return Did(dict(counts), again_s=min(again, default=None))


def _ours(
    memory: Memory, folder: Path, feeds: Mapping[str, Feed], found: Mapping[str, Seen]
) -> dict[str, list[Seen]]:
    """{feed: the files that it means}; a file that several feeds mean is told and left out."""
    known = memory.claimed.setdefault(folder, {})
    if len(known) > 2 * len(found):
        known.clear()  # mostly names that are gone
    new = [name for name in found if name not in known]
    known.update({name: [] for name in new})
    known.update(claims(feeds, new))
    ours: dict[str, list[Seen]] = {name: [] for name in feeds}
    for name, seen in found.items():
        by = known[name]
        if len(by) == 1:
            ours[by[0]].append(seen)
        elif by:
            _warn(memory, f"{folder / name} is claimed by the feeds {' and '.join(by)}")
    return ours


def claims(feeds: Mapping[str, Feed], names: Iterable[str]) -> dict[str, list[str]]:
    """{file name: the feeds that mean it}, for files of one folder that some feed means.

    More than one feed is a fault of the settings: such a file is taken by none.
    """
    patterns = [(name, re.compile(translate(feed.files.lower()))) for name, feed in feeds.items()]
    found: dict[str, list[str]] = {}
    for file in names:
        low = file.lower()
        if low.startswith((".", "~")) or low.endswith(UNFINISHED) or low in CLUTTER:
            continue
        if by := [name for name, pattern in patterns if pattern.match(low)]:
            found[file] = by
    return found


def claimed_twice(settings: Settings, ports: Ports) -> list[ConfigError]:
    """The files that lie in the export folders now and are meant by more than one feed."""
    faults = []
    for folder, feeds in _by_folder(settings).items():
        try:
            names = [seen.path.name for seen in ports.files.scan(folder)]
        except OSError:
            continue
        for name, by in claims(feeds, names).items():
            if len(by) > 1:
                what = f'the feeds {" and ".join(by)} both mean the file "{name}"'
                advice = (
                    "make the `files` patterns in tally.yaml narrower; until then none takes it"
                )
                faults.append(ConfigError(what, str(folder), advice))
    return faults


def _take_complete(
    site: Site,
    memory: Memory,
    named: tuple[str, Feed],
    ours: Iterable[Seen],
    beside: Mapping[str, Seen],
    counts: Counter[str],
) -> list[float]:
    """Take what is complete of one feed, oldest first; gives when to look again at the others."""
    name, feed = named
    if name not in memory.taken:
        memory.taken[name] = files.taken(site.db, name)
    known = memory.taken[name]
    new = [seen for seen in ours if known.get(str(seen.path)) != marks_of(seen)]
    waits = []
    for seen in sorted(new, key=lambda seen: (stamps.of_file(site, feed, seen), seen.path.name)):
        wait_s = _consider(site, memory, name, feed, seen, beside, counts)
        waits += [] if wait_s is None else [wait_s]
    return waits


def _forget_vanished(memory: Memory, folder: Path, found: Mapping[str, Seen]) -> None:
    for key, waiting in list(memory.waiting.items()):
        path = waiting.seen.path
        if path.parent == folder and path.name not in found:
            del memory.waiting[key]


def _by_folder(settings: Settings) -> dict[Path, dict[str, Feed]]:
    found: dict[Path, dict[str, Feed]] = {}
    for name, feed in settings.feeds.items():
        found.setdefault(settings.folder(feed), {})[name] = feed
    return found


def _listed(site: Site, memory: Memory, folder: Path) -> list[Seen]:
    try:
        found = site.ports.files.scan(folder)
    except OSError as error:
        if folder not in memory.away:
            log.warning("folder=%s cannot be read now: %s", folder, error.strerror or error)
            memory.away.add(folder)
        return []
    if folder in memory.away:
        log.info("folder=%s is back", folder)
        memory.away.discard(folder)
    return found


def _consider(
    site: Site,
    memory: Memory,
    name: str,
    feed: Feed,
    seen: Seen,
    beside: Mapping[str, Seen],
    counts: Counter[str],
) -> float | None:
    """Take a file in when it is complete; gives in how many seconds to look again, if that is known."""
    path = str(seen.path)
    if not seen.is_regular:
        _warn(memory, f"{path} is no regular file; it is passed over")
        return None
    now_s = site.ports.clock.mono()
    waiting = memory.waiting.get((name, path))
    if waiting is None or waiting.seen != seen:
        waiting = memory.waiting[name, path] = Waiting(seen, now_s)
    if waiting.retry_at_s > now_s:
        return waiting.retry_at_s - now_s
    wait_s = _incomplete_for_s(feed, seen, beside, now_s - waiting.since_s)
    if wait_s > 0:
        return wait_s if wait_s < NEVER_S else None
    if site.ports.files.is_locked(seen.path):
        return _later(site, memory, waiting, path, "somebody still holds it")
    return _take(site, memory, name, feed, waiting, counts)


NEVER_S = float("inf")


def _incomplete_for_s(
    feed: Feed, seen: Seen, beside: Mapping[str, Seen], unchanged_s: float
) -> float:
    """0 when the file is complete by any of the feed's ways; else seconds until it may be.

    A marker that is older than its file belongs to the file that lay there before.
    """
    ready = feed.ready
    if ready.renamed:
        return 0.0
    if ready.marker:
        for name in (seen.path.name + ready.marker, seen.path.stem + ready.marker):
            if name in beside and beside[name].mtime_ns >= seen.mtime_ns:
                return 0.0
    if ready.settle_s is None:
        return NEVER_S
    return max(0.0, ready.settle_s - unchanged_s)


def _take(
    site: Site, memory: Memory, name: str, feed: Feed, waiting: Waiting, counts: Counter[str]
) -> float | None:
    path = waiting.seen.path
    try:
        digest, _, read = site.ports.files.copy_in(path, site.settings.vault)
    except FileNotFoundError:  # vanished between the scan and the look
        memory.waiting.pop((name, str(path)), None)
        return None
    except RuntimeError:  # it changed while it was read: it is not complete after all
        memory.waiting.pop((name, str(path)), None)
        return feed.ready.settle_s or RETRY_S[0]
    except OSError as error:
        return _later(site, memory, waiting, str(path), str(error.strerror or error))
    with site.db.atomic():
        files.add(
            site.db,
            feed=name,
            name=path.name,
            path=str(path),
            digest=digest,
            size=read.size,
            written_at=from_nanoseconds(read.mtime_ns),
            seen_at=site.ports.clock.now(),
            stamp=stamps.of_file(site, feed, read),
            marks=marks_of(read),
        )
    memory.taken[name][str(path)] = marks_of(read)
    memory.waiting.pop((name, str(path)), None)
    counts["taken"] += 1
    return None


def _later(site: Site, memory: Memory, waiting: Waiting, path: str, why: str) -> float:
    wait_s = RETRY_S[min(waiting.failures, len(RETRY_S) - 1)]
    if waiting.failures == 0:
        log.warning("file=%s cannot be read yet: %s", path, why)
    waiting.failures += 1
    if waiting.failures == len(RETRY_S) + 1:
        log.error("file=%s cannot be read for a long time: %s", path, why)
    waiting.retry_at_s = site.ports.clock.mono() + wait_s
    return wait_s


def _warn(memory: Memory, text: str) -> None:
    if text not in memory.told:
        log.warning("%s", text)
        memory.told.add(text)


def marks_of(seen: Seen) -> str:
    """What tells that a file is still the one that was taken: size, both times, inode."""
    return f"{seen.size} {seen.mtime_ns} {seen.ctime_ns} {seen.inode}"
