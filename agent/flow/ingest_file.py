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
FEW = 20  # bad rows that prove nothing about the layout


class FileHeld(FileRefused):
    """A file that nothing is wrong with, but that would do so much that a person must have a look."""


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
    """What came of it: rows = applied + rejected + passed over, always."""

    rows: int = 0
    passed: int = 0  # of those, rows that the feed's `where` leaves out, or that are not ours
    faults: list[Fault] = field(default_factory=list)
    fields: frozenset[str] = frozenset()
    last_line: int = 1  # where the last row begins

    @property
    def rejected(self) -> int:
        """Rows that could not be used."""
        return len({fault.line for fault in self.faults})

    @property
    def applied(self) -> int:
        """Rows whose values are now known."""
        return self.rows - self.rejected - self.passed

    def add(self, batch: Batch) -> None:
        """Count a batch in."""
        self.rows += batch.rows
        self.passed += batch.passed
        self.faults += batch.faults


def vault_path(site: Site, digest: str) -> Path:
    """Where the bytes of a file as received lie."""
    return site.settings.vault / digest[:2] / digest


@contextmanager
def opened(site: Site, vaulted: Vaulted) -> Iterator[tuple[Reading, Iterator[Batch]]]:
    """The file being read in batches, from the vault's copy."""
    settings, feed, name = site.settings, vaulted.feed, vaulted.file.name
    reading = Reading(feed, settings.zone, settings.currency, name)
    with site.ports.files.open_read(vaulted.path) as source:
        rows = formats.module(feed.format).read(source, feed.layout, name)
        yield reading, reading.batches(rows)


def refuse_mostly_bad(counts: Counts, name: str) -> None:
    """FileRefused when most rows of a longer file are bad: then it is not the rows that are wrong."""
    if counts.rejected > FEW and counts.rejected / counts.rows > MOSTLY_BAD:
        first = counts.faults[0]
        raise FileRefused(
            f"{counts.rejected} of {counts.rows} rows cannot be used; the first: {first.reason}",
            f"{name}:{first.line}" + (f":{first.column}" if first.column else ""),
            "compare the feed's layout and columns in tally.yaml with the file",
        )


def refuse_cut(site: Site, vaulted: Vaulted, counts: Counts, before: Path | None) -> None:
    """FileRefused when the file ends in the middle of its last row.

    Held when only its last line end is missing, which the file before had: the last figure may be cut.
    """
    if not counts.rows or _ends_line(site, vaulted.path):
        return
    where = f"{vaulted.file.name}:{counts.last_line}"
    if any(fault.line == counts.last_line and fault.field == "" for fault in counts.faults):
        advice = "the export broke off: let the ERP export it again; nothing was changed"
        raise FileRefused("the file ends in the middle of a row", where, advice)
    if vaulted.file.state != "approved" and before is not None and _ends_line(site, before):
        raise FileHeld(
            "the last line has no line end, and that of the file before had one: it may be cut",
            where,
            f"if it is whole: `tally approve {vaulted.file.digest[:12]}`; otherwise export again",
        )


def _ends_line(site: Site, path: Path) -> bool:
    seen = site.ports.files.look(path)
    if seen is None or not seen.size:
        return False
    with site.ports.files.open_read(path) as source:
        source.seek(max(0, seen.size - 4))
        return source.read().rstrip(b"\0")[-1:] in (b"\n", b"\r", b"\x1a")
