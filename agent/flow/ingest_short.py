"""What differs between the file that was applied last and the one that has come, record by record."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from agent.erps.reading import Batch, Fault, Reading
from agent.flow.ingest_file import Vaulted, vault_path
from agent.flow.site import Site
from agent.formats import delimited
from agent.store import rejects
from agent.store.files import Last

Records = list[tuple[int, bytes]]
UNIT = 1000  # records that are read at a time
LARGEST = 64 * 1024 * 1024  # bytes; two files of more would take too much memory


@dataclass(slots=True)
class Differences:
    """Records that are new (or were rejects), parsed; the keys of those that are gone; counts."""

    changed: list[Batch]
    gone: list[Batch]
    rows: int
    passed: int
    last_line: int
    fields: frozenset[str]
    faults: list[Fault] = field(default_factory=list)


def differences(site: Site, vaulted: Vaulted, last: Last) -> Differences | None:
    """What differs, or None when only reading the whole file can tell.

    None for layouts whose rows depend on each other, when the feed's settings, the header or the
    encoding have changed, when records are equal, and when quotes stand where they mean nothing.
    """
    feed, layout = vaulted.feed, vaulted.feed.layout
    depends = layout.stop or layout.count or layout.inherit or layout.skip_rows or feed.where
    if feed.format != delimited.NAME or depends or last.layout != vaulted.layout:
        return None
    before, after = _data(site, vault_path(site, last.digest)), _data(site, vaulted.path)
    if before is None or after is None:
        return None
    encoding = delimited.encoding_of(after[:4], layout)
    if encoding != delimited.encoding_of(before[:4], layout):
        return None
    if not delimited.is_bytewise(encoding):
        return None
    cut = [_cut(data, vaulted) for data in (before, after)]
    if cut[0] is None or cut[1] is None or cut[0][0] != cut[1][0]:
        return None
    return _compared(site, vaulted, last, (cut[0][1], cut[1][1], cut[1][0]), encoding)


def _data(site: Site, path: Path) -> bytes | None:
    seen = site.ports.files.look(path)
    if seen is None or seen.size > LARGEST:
        return None
    with site.ports.files.open_read(path) as source:
        data = source.read()
    return None if b"\0" in data else data.removesuffix(b"\x1a")


def _cut(data: bytes, vaulted: Vaulted) -> tuple[Records, Records] | None:
    """The header (with the lines before it), and the records after it."""
    layout = vaulted.feed.layout
    found = delimited.records(data, layout)
    skipped = [line for line, _ in found if line <= layout.skip]
    head = len(skipped) + layout.header
    if len(found) <= head or not delimited.are_whole(found, layout):
        return None
    return found[:head], found[head:]


def _compared(
    site: Site,
    vaulted: Vaulted,
    last: Last,
    cut: tuple[Records, Records, Records],
    encoding: str,
) -> Differences | None:
    before, after, head = cut
    was, now = {raw for _, raw in before}, {raw for _, raw in after}
    if len(was) != len(before) or len(now) != len(after):
        return None  # equal rows: only the whole file tells which of them counts
    known = rejects.of_file(site.db, last.file_id)
    if any(r.field == rejects.CONTRADICTION for r in known):
        return None  # rows that contradicted each other may do so no longer
    lines = {r.line for r in known}
    bad = {raw for line, raw in before if line in lines} if lines else set()
    new = [(line, raw) for line, raw in after if raw not in was or raw in bad]
    old = [(line, raw) for line, raw in before if raw not in now or raw in bad]
    try:
        return _parsed(site, vaulted, (head, old, new, after), encoding)
    except UnicodeDecodeError:
        return None  # the whole file tells where


def _parsed(
    site: Site,
    vaulted: Vaulted,
    cut: tuple[Records, Records, Records, Records],
    encoding: str,
) -> Differences | None:
    head, old, new, after = cut
    layout, settings = vaulted.feed.layout, site.settings
    reading = Reading(vaulted.feed, settings.zone, settings.currency, vaulted.file.name)
    first = delimited.parse([(head or after)[-1 if head else 0][1]], encoding, layout)[0]
    if first is None:
        return None
    reading.begin(first if layout.header else layout.captions or [""] * len(first))
    gone, changed = (_batches(reading, part, encoding, vaulted) for part in (old, new))
    if gone is None or changed is None:
        return None
    return Differences(
        changed,
        gone,
        rows=len(after),
        passed=sum(batch.passed for batch in changed),
        last_line=after[-1][0],
        fields=reading.fields,
        faults=list(chain.from_iterable(batch.faults for batch in changed)),
    )


def _batches(
    reading: Reading, found: Records, encoding: str, vaulted: Vaulted
) -> list[Batch] | None:
    batches = []
    for start in range(0, len(found), UNIT):
        some = found[start : start + UNIT]
        cells = delimited.parse([raw for _, raw in some], encoding, vaulted.feed.layout)
        rows = [(line, row) for (line, _), row in zip(some, cells, strict=False) if row is not None]
        if len(rows) != len(some):
            return None
        batches.append(reading.convert(rows))
    return batches
