"""What differs between the file that was applied last and the one that has come, record by record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.erps.reading import Batch, Reading
from agent.flow.ingest_file import Vaulted
from agent.flow.site import Site
from agent.formats import delimited
from agent.store import rejects
from agent.store.files import Last

Records = list[tuple[int, bytes]]
PLAIN = (
    "utf-8",
    "utf-8-sig",
    "ascii",
    "latin-1",
    "iso8859",
    "iso-8859",
    "cp125",
    "cp85",
    "windows-125",
)


@dataclass(frozen=True, slots=True)
class Differences:
    """New records, parsed; records that are gone, parsed; and how many rows the file has in all."""

    changed: Batch
    gone: Batch
    rows: int
    fields: frozenset[str]


def differences(site: Site, vaulted: Vaulted, last: Last | None) -> Differences | None:
    """What differs, or None when only reading the whole file can tell."""
    feed, layout = vaulted.feed, vaulted.feed.layout
    plain = layout.encoding.lower().replace("_", "-").startswith(PLAIN)
    simple = not (layout.stop or layout.count or layout.inherit or feed.where)
    if last is None or feed.format != delimited.NAME or not plain or not simple:
        return None
    if last.layout != vaulted.layout:
        return None
    before, after = (_records(site, path, vaulted) for path in (_vault(site, last), vaulted.path))
    if before is None or after is None or not before or not after:
        return None
    head = layout.skip + (1 if layout.header else 0)
    if [raw for _, raw in before[:head]] != [raw for _, raw in after[:head]]:
        return None
    return _compared(site, vaulted, before, after, head)


def _compared(
    site: Site, vaulted: Vaulted, before: Records, after: Records, head: int
) -> Differences | None:
    was, now = {raw for _, raw in before[head:]}, {raw for _, raw in after[head:]}
    if len(was) != len(before) - head or len(now) != len(after) - head:
        return None  # equal rows: only the whole file tells which of them counts
    bad = {r.line for r in rejects.all_of(site.db, vaulted.file.feed)}
    if any(
        r.field == "sku" and r.column is None for r in rejects.all_of(site.db, vaulted.file.feed)
    ):
        return None  # rows that contradicted each other: they may do so no longer
    bad_raw = {raw for line, raw in before[head:] if line in bad}
    new = [(line, raw) for line, raw in after[head:] if raw not in was or raw in bad_raw]
    old = [(line, raw) for line, raw in before[head:] if raw not in now and raw not in bad_raw]
    settings, name = site.settings, vaulted.file.name
    reading = Reading(vaulted.feed, settings.zone, settings.currency, name)
    gone = _parse(vaulted, [*before[:head], *old])
    changed = _parse(vaulted, [*after[:head], *new])
    if gone is None or changed is None:
        return None
    if vaulted.feed.layout.header:
        reading.begin(changed[0][1])
        gone, changed = gone[1:], changed[1:]
    else:
        captions = vaulted.feed.layout.captions
        some = [*changed, *gone]
        if not captions and not some:
            return None
        reading.begin(captions or [""] * len(some[0][1]))
    rows = sum(1 for _, raw in after[head:] if raw.strip())
    fields = reading.fields - {"sku", "location"}
    return Differences(reading.convert(changed), reading.convert(gone), rows, fields)


def _parse(vaulted: Vaulted, found: Records) -> list[tuple[int, list[str]]] | None:
    """Records as cells, the lines to skip left out; None when one of them is no whole row."""
    layout = vaulted.feed.layout
    chosen = [(line, raw) for line, raw in found if line > layout.skip and raw.strip()]
    encoding = "utf-8-sig" if layout.encoding.lower().startswith("utf-8") else layout.encoding
    try:
        cells = delimited.parse([raw for _, raw in chosen], encoding, layout)
    except UnicodeDecodeError:
        return None  # the long way tells where
    if any(row is None for row in cells):
        return None
    return _numbered(chosen, [row for row in cells if row is not None])


def _numbered(chosen: Records, cells: Sequence[list[str]]) -> list[tuple[int, list[str]]]:
    return [(line, row) for (line, _), row in zip(chosen, cells, strict=True)]


def _records(site: Site, path: Path, vaulted: Vaulted) -> Records | None:
    if site.ports.files.look(path) is None:
        return None
    with site.ports.files.open_read(path) as source:
        data = source.read()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        return None
    return list(delimited.records(data, vaulted.feed.layout))


def _vault(site: Site, last: Last) -> Path:
    return site.settings.vault / last.digest[:2] / last.digest
