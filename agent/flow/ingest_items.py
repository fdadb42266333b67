"""Applies a file about items: whole at first, and later only what differs from the file before.

Both ways lead to the same tables. The short way reads the raw records of the file before and of this
one, and parses only those that are new; whatever makes that doubtful (another header or layout, rows
that name one sku twice, an encoding without plain ASCII) sends the file the long way round.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from pathlib import Path
from typing import Any

from agent.erps.reading import Batch, Fault
from agent.flow.ingest_file import (
    Counts,
    FileHeld,
    Vaulted,
    opened,
    refuse_cut,
    refuse_mostly_bad,
    vault_path,
)
from agent.flow.ingest_short import Differences, differences
from agent.flow.site import Site
from agent.model.item import AXIS, REST_FIELDS
from agent.store import items
from agent.store.files import Last
from agent.store.moments import to_text
from agent.store.rejects import CONTRADICTION

MOMENTS = ("sale_from", "sale_until")
NO_FACTS = {"sku", "location", *REST_FIELDS}


def apply(site: Site, vaulted: Vaulted, last: Last | None) -> Counts:
    """Apply the file inside the caller's transaction; FileRefused when it must not be."""
    items.stage_begin(site.db)
    short = differences(site, vaulted, last) if last is not None else None
    if short is not None:
        counts = _gather_short(site, vaulted, short)
        if counts is not None:
            return _finish(site, vaulted, last, counts, only_vanished=True)
    if items.is_new(site.db, vaulted.file.feed):
        counts = _fill(site, vaulted)
        if counts is not None:
            return counts
    items.stage_begin(site.db)
    counts = _gather(site, vaulted)
    return _finish(site, vaulted, last, counts, only_vanished=False)


def confirm(site: Site, vaulted: Vaulted) -> None:
    """The same bytes as a newer export: what was missing is missing once more."""
    if vaulted.feed.full:
        items.stage_begin(site.db)
        feed, part, after = vaulted.file.feed, vaulted.part, vaulted.feed.gone_after
        items.count_missing(site.db, feed, part, after, only_vanished=True)


def _fill(site: Site, vaulted: Vaulted) -> Counts | None:
    """The first file of a feed goes straight in; None (and nothing done) when rows collide."""
    counts, feed = Counts(), vaulted.file.feed
    site.db.run("savepoint first_file")
    skus, folded = set[str](), set[bytes]()

    def rows() -> Iterator[tuple[Any, ...]]:
        for batch in _batches(site, vaulted, counts):
            skus.update(batch.columns["sku"])
            folded.update(sku.encode().lower() for sku in batch.columns["sku"])
            yield from _rows(vaulted, batch)

    if not items.insert_all(site.db, feed, rows()) or len(skus) != len(folded):
        site.db.run("rollback to first_file")
        site.db.run("release first_file")
        return None
    site.db.run("release first_file")
    _refuse(site, vaulted, counts, None)
    items.touch_feed(site.db, feed)
    return counts


def _gather(site: Site, vaulted: Vaulted) -> Counts:
    """Stage every row of the file."""
    counts = Counts()
    for batch in _batches(site, vaulted, counts):
        items.stage(site.db, _rows(vaulted, batch))
    items.stage_spoilt(site.db, {f.key for f in counts.faults if f.key})
    counts.faults += [_double(d) for d in items.doubles(site.db)]
    return counts


def _gather_short(site: Site, vaulted: Vaulted, short: Differences) -> Counts | None:
    """Stage only what differs; None when that cannot be told safely."""
    feed, part = vaulted.file.feed, vaulted.part
    bad_before = {f.key for batch in short.gone for f in batch.faults if f.key}
    if bad_before - {f.key for f in short.faults}:
        return None  # a bad row has gone: whether its sku is still named only the whole file tells
    for batch in short.changed:
        items.stage(site.db, _rows(vaulted, batch))
    for batch in short.gone:
        items.stage_vanished(
            site.db, zip(batch.columns["sku"], _locations(batch, part), strict=False)
        )
    items.stage_spoilt(site.db, {f.key for f in short.faults if f.key})
    if items.doubles(site.db) or items.clashes(site.db, feed):
        return None
    fields = short.fields - NO_FACTS
    return Counts(short.rows, short.passed, short.faults, fields, short.last_line)


def _finish(
    site: Site, vaulted: Vaulted, last: Last | None, counts: Counts, *, only_vanished: bool
) -> Counts:
    before = None if last is None else vault_path(site, last.digest)
    _refuse(site, vaulted, counts, before)
    if last is not None:
        _refuse_shrunk(site, vaulted, last, counts)
    items.merge(site.db)
    if vaulted.feed.full:
        feed, part = vaulted.file.feed, vaulted.part
        after = vaulted.feed.gone_after
        items.count_missing(site.db, feed, part, after, only_vanished=only_vanished)
    return counts


def _refuse(site: Site, vaulted: Vaulted, counts: Counts, before: Path | None) -> None:
    refuse_cut(site, vaulted, counts, before)
    refuse_mostly_bad(counts, vaulted.file.name)
    if counts.rows == 0 and vaulted.feed.full and vaulted.file.state != "approved":
        raise FileHeld(
            "the file has a header and no rows",
            vaulted.file.name,
            f"if the catalogue is really empty: `tally approve {vaulted.file.digest[:12]}`",
        )


def _refuse_shrunk(site: Site, vaulted: Vaulted, last: Last, counts: Counts) -> None:
    """The guard on full files: rows may not fall by more than the strictest channel allows."""
    if not vaulted.feed.full or vaulted.file.state == "approved" or not last.rows:
        return
    limits = [site.settings.guards(shop).file_shrunk_pct for shop in site.settings.channels]
    lost = 100 * (last.rows - counts.rows) / last.rows
    if limits and lost > min(limits):
        raise FileHeld(
            f"the file has {counts.rows} rows, the one before had {last.rows}: "
            f"{lost:.0f} % fewer, and {min(limits)} % are allowed",
            vaulted.file.name,
            f"if that is right: `tally approve {vaulted.file.digest[:12]}`; otherwise export again",
        )


def _batches(site: Site, vaulted: Vaulted, counts: Counts) -> Iterator[Batch]:
    with opened(site, vaulted) as (reading, batches):
        for batch in batches:
            counts.add(batch)
            yield batch
        counts.fields, counts.last_line = reading.fields - NO_FACTS, reading.last_line


def _rows(vaulted: Vaulted, batch: Batch) -> Iterable[tuple[Any, ...]]:
    """The batch as rows for the store: (feed, sku, location, file id, line, *facts)."""
    columns, file = batch.columns, vaulted.file
    columns = {**columns, **_choices(columns)}
    facts = (
        _texts(columns[name])
        if name in MOMENTS and name in columns
        else columns.get(name) or repeat(None)
        for name in items.FACTS
    )
    locations = _locations(batch, vaulted.part)
    return zip(repeat(file.feed), columns["sku"], locations, repeat(file.id), batch.lines, *facts)


def _choices(columns: Mapping[str, list[Any]]) -> dict[str, list[str]]:
    """The columns `axis.…` as one: JSON of those of a row that are not blank, by the axis's name."""
    axes = {n.removeprefix(AXIS): cells for n, cells in columns.items() if n.startswith(AXIS)}
    if not axes:
        return {}
    known: dict[tuple[str | None, ...], str] = {}
    found = []
    for row in zip(*axes.values(), strict=True):
        if row not in known:
            said = {name: value for name, value in zip(axes, row, strict=True) if value}
            known[row] = json.dumps(said, ensure_ascii=False, sort_keys=True)
        found.append(known[row])
    return {"choices": found}


def _locations(batch: Batch, part: str) -> Iterable[str]:
    """Where each row counts: in its own column, or where the whole file does."""
    at = batch.columns.get("location")
    return repeat(part) if at is None else [place or part for place in at]


def _texts(moments: Iterable[Any]) -> list[str | None]:
    return [None if moment is None else to_text(moment) for moment in moments]


def _double(double: items.Double) -> Fault:
    return Fault(
        double.line,
        None,
        CONTRADICTION,
        double.sku,
        f'sku "{double.sku}" {double.reason}',
        "leave one of the rows in the ERP, and export again",
        "",
        double.sku,
    )
