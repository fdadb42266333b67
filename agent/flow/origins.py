"""Where a sku's values stand in the ERP's files: the line of the last change, and the newest file's line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from agent import formats
from agent.erps.feeds import Feed
from agent.erps.reading import Reading
from agent.errors import FileRefused
from agent.flow import stamps
from agent.flow.site import Site
from agent.model.place import Place
from agent.store import explained, turned_away
from agent.store.explained import Newest
from agent.store.turned_away import NOT_APPLIED, TurnedAway


@dataclass(frozen=True, slots=True)
class Mention:
    """What the newest applied file of a feed says of the sku, when it was last changed by an older one.

    `same`: it says the same there; `refused`: its row could not be used, so that the older value
    stands; `absent`: it does not name it; `unreadable`: the copy cannot be read as the feed is now.
    """

    file: str
    line: int | None
    says: Literal["same", "refused", "absent", "unreadable"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """One feed's row about a sku, back to the file and line that last changed it."""

    feed: str
    location: str
    changed: Place
    newest: Mention | None  # None: the newest applied file is the one that changed it
    missing: int  # full files in a row without it
    turned_away: tuple[TurnedAway, ...]  # files that came later and were not applied (yet)


def chains(site: Site, sku: str) -> Iterator[Chain]:
    """Every present feed's rows about a sku; newer files are searched for it in the vault."""
    for said in explained.said(site.db, sku):
        feed = site.settings.feeds.get(said.feed)
        if feed is None:
            continue
        newest = explained.newest(site.db, said.feed, _part(feed, said.file))
        same_file = newest is None or (newest.name, newest.digest) == (said.file, said.digest)
        yield Chain(
            feed=said.feed,
            location=said.location,
            changed=Place(said.file, said.line, None, said.digest),
            newest=None
            if newest is None or same_file
            else _mention(site, feed, newest, sku, said.location),
            missing=said.missing,
            turned_away=tuple(turned_away.newest(site.db, NOT_APPLIED, said.feed, most=5)),
        )


def _part(feed: Feed, name: str) -> str:
    """The part of its feed that a file of this name speaks of, as it was applied."""
    try:
        return stamps.location_of(feed, name)
    except FileRefused:  # the feed's pattern has changed since
        return ""


def _mention(site: Site, feed: Feed, newest: Newest, sku: str, location: str) -> Mention:
    try:
        found = _search(site, feed, newest, sku, location)
    except FileRefused as fault:
        return Mention(newest.name, None, "unreadable", fault.what)
    except OSError as error:
        why = f"the vault's copy cannot be read: {error.strerror or error}"
        return Mention(newest.name, None, "unreadable", why)
    return found or Mention(newest.name, None, "absent")


def _search(site: Site, feed: Feed, newest: Newest, sku: str, location: str) -> Mention | None:
    """The row in the vaulted copy that names the sku (at the location), used or refused."""
    settings, here = site.settings, _part(feed, newest.name)
    reading = Reading(feed, settings.zone, settings.currency, newest.name)
    path = settings.vault / newest.digest[:2] / newest.digest
    with (
        site.ports.files.open_read(path) as source,
        closing(formats.module(feed.format).read(source, feed.layout, newest.name)) as rows,
    ):
        for batch in reading.batches(rows):
            for fault in batch.faults:
                if fault.key == sku:
                    return Mention(newest.name, fault.line, "refused", fault.reason)
            locations = batch.columns.get("location") or [None] * len(batch.lines)
            for line, name, at in zip(batch.lines, batch.columns["sku"], locations, strict=True):
                if name == sku and (at or here) == location:
                    return _told(site, newest, line)
    return None


def _told(site: Site, newest: Newest, line: int) -> Mention:
    reason = explained.refused(site.db, newest.id, line)
    if reason is not None:
        return Mention(newest.name, line, "refused", reason)
    return Mention(newest.name, line, "same")
