"""A vaulted file with its feed, and what came of applying it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agent import formats
from agent.erps.feeds import Feed
from agent.erps.reading import Batch, Fault, Reading
from agent.errors import FileRefused
from agent.flow.site import Site
from agent.store.files import File

MOSTLY_BAD = 0.5  # more bad rows than this, and it is the layout that is wrong, not the rows


@dataclass(frozen=True, slots=True)
class Vaulted:
    """A file to be applied. `part` is the location that it speaks of, where its feed has one each."""

    file: File
    feed: Feed
    path: Path
    part: str
    layout: str  # digest of the settings that decide what its bytes mean


@dataclass(slots=True)
class Counts:
    """What came of it: rows that count, and those of them that could not be used."""

    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    fields: frozenset[str] = frozenset()

    @property
    def rejected(self) -> int:
        """Rows that could not be used."""
        return len({fault.line for fault in self.faults})


@contextmanager
def opened(site: Site, vaulted: Vaulted) -> Iterator[tuple[Reading, Iterator[Batch]]]:
    """The file being read in batches, from the vault's copy."""
    settings, feed, name = site.settings, vaulted.feed, vaulted.file.name
    reading = Reading(feed, settings.zone, settings.currency, name)
    with site.ports.files.open_read(vaulted.path) as source:
        rows = formats.module(feed.format).read(source, feed.layout, name)
        yield reading, reading.batches(rows)


def refuse_mostly_bad(counts: Counts, name: str) -> None:
    """FileRefused when most rows are bad: then it is not the rows that are wrong."""
    if counts.rows and counts.rejected / counts.rows > MOSTLY_BAD:
        first = counts.faults[0]
        raise FileRefused(
            f"{counts.rejected} of {counts.rows} rows cannot be used; the first: {first.reason}",
            f"{name}:{first.line}" + (f":{first.column}" if first.column else ""),
            "compare the feed's layout and columns in tally.yaml with the file",
        )


def refuse_cut(site: Site, vaulted: Vaulted, counts: Counts, before: Path | None) -> None:
    """FileRefused when the file ends in the middle of a row.

    That is: it does not end with a line end, and its last row is bad, or the file before ended with one.
    """
    if _ends_line(site, vaulted.path):
        return
    cut_row = any(fault.column is None and fault.field == "" for fault in counts.faults[-1:])
    last_bad = counts.faults and counts.faults[-1].line >= counts.rows
    if (cut_row and last_bad) or (before is not None and _ends_line(site, before)):
        raise FileRefused(
            "the file ends in the middle of a row",
            vaulted.file.name,
            "the export broke off: let the ERP export it again; nothing was changed",
        )


def _ends_line(site: Site, path: Path) -> bool:
    seen = site.ports.files.look(path)
    if seen is None or not seen.size:
        return False
    with site.ports.files.open_read(path) as source:
        source.seek(max(0, seen.size - 4))
        return source.read().rstrip(b"\0")[-1:] in (b"\n", b"\r", b"\x1a")
