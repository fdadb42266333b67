"""Station: applies a vaulted file whole, in one transaction, or says why not; one file a call."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace

from agent import formats
from agent.erps.feeds import Feed
from agent.erps.reading import Fault
from agent.errors import FileRefused
from agent.flow import ingest_answers, ingest_items, stamps
from agent.flow.ingest_file import Counts, FileHeld, Vaulted, vault_path
from agent.flow.rejects_report import write_report
from agent.flow.site import Did, Site
from agent.store import files, rejects
from agent.store.files import File, Last

log = logging.getLogger(__name__)

WAKES = frozenset({"export"})


def ingest(site: Site) -> Did:
    """Apply the waiting file with the oldest stamp; `more` while others wait.

    Its good rows are applied in one transaction, its bad ones kept as rejects: rows = applied +
    rejected + passed over (by the feed's `where`, or not ours), always. A file that is older than
    what was applied is stale, the same bytes as what was applied change nothing, and one that cannot
    be read as its feed says is refused whole.
    """
    file = files.next_waiting(site.db)
    if file is None:
        return Did()
    state, counts = _settled(site, file)
    applied = {"rows": counts.rows, "rejected": counts.rejected} if state == "applied" else {}
    return Did({state: 1, **{k: n for k, n in applied.items() if n}}, more=True, wake=WAKES)


def approve_file(site: Site, digest: str) -> None:
    """Let a held file be applied."""
    files.answer(site.db, digest, "approved")


def reject_file(site: Site, digest: str) -> None:
    """Put a held file aside for good."""
    files.answer(site.db, digest, "rejected")


def _settled(site: Site, file: File) -> tuple[str, Counts]:
    """Decide about one file, and keep what became of it."""
    now = site.ports.clock.now()
    try:
        vaulted = _opened(site, file)
        last = files.last(site.db, file.feed, vaulted.part)
        if passed := _passes_over(site, vaulted, last):
            return passed, Counts()
        counts = _applied(site, vaulted, last)
    except FileRefused as fault:
        state = "refused"
        if isinstance(fault, FileHeld):
            state = "rejected" if files.was_rejected(site.db, file) else "held"
        log.warning("feed=%s file=%s %s %s", file.feed, file.name, state, _line(fault))
        with site.db.atomic():
            files.settle(site.db, file, state, now, fault=fault)
            if state == "held":
                _supersede(site, file)
        return state, Counts()
    return "applied", counts


def _opened(site: Site, file: File) -> Vaulted:
    feed = site.settings.feeds.get(file.feed)
    if feed is None:
        raise FileRefused(
            f'there is no feed "{file.feed}" any more', file.name, "add it to tally.yaml again"
        )
    path = vault_path(site, file.digest)
    stamp = stamps.from_content(site, feed, file, path)
    found = replace(file, stamp=stamp or file.stamp)
    return Vaulted(found, feed, path, stamps.location_of(feed, file.name), _layout(site, feed))


def _passes_over(site: Site, vaulted: Vaulted, last: Last | None) -> str:
    """`stale` or `same` when there is nothing to apply; "" otherwise."""
    file, now = vaulted.file, site.ports.clock.now()
    if last is None:
        return ""
    if file.stamp < last.stamp:
        with site.db.atomic():
            files.settle(site.db, file, "stale", now)
        log.warning("feed=%s file=%s stale: %s was applied", file.feed, file.name, last.stamp)
        return "stale"
    if file.digest != last.digest:
        _hold_second_of_stamp(vaulted, last)
        return ""
    if vaulted.layout != last.layout:
        return ""
    with site.db.atomic():
        if file.stamp > last.stamp and vaulted.feed.kind == "items":
            ingest_items.confirm(site, vaulted)
        files.settle(site.db, file, "same", now)
        files.confirm(site.db, file, vaulted.part, last.file_id)
        rejects.move(site.db, last.file_id, file.id)
    return "same"


def _hold_second_of_stamp(vaulted: Vaulted, last: Last) -> None:
    """FileHeld for other content under a stamp that was applied, where stamps are not mere times."""
    feed, file = vaulted.feed, vaulted.file
    is_time = feed.ordered_by == "time" or bool(feed.moment)
    if file.stamp == last.stamp and not is_time and file.state != "approved":
        raise FileHeld(
            f'a file with the same stamp "{file.stamp}" and other content was applied',
            file.name,
            f"if this one counts: `tally approve {file.digest[:12]}`; otherwise export again",
        )


def _supersede(site: Site, file: File) -> None:
    """Older files of the same part need no answer any more."""
    part = _part(site, file.feed, file.name)
    others = files.others_held(site.db, file)
    files.supersede(site.db, [one for one, name in others if _part(site, file.feed, name) == part])


def _part(site: Site, feed: str, name: str) -> str | None:
    try:
        return stamps.location_of(site.settings.feeds[feed], name)
    except FileRefused:  # the feed takes locations by another pattern now
        return None


def _applied(site: Site, vaulted: Vaulted, last: Last | None) -> Counts:
    """Apply the file's rows by the kind of its feed, in one transaction."""
    file, now = vaulted.file, site.ports.clock.now()
    _look_at_format(site, vaulted)
    with site.db.atomic():
        if vaulted.feed.kind == "items":
            counts = ingest_items.apply(site, vaulted, last)
        else:
            counts = ingest_answers.apply(site, vaulted)
        rejects.forget(site.db, file.feed, vaulted.part)
        rejects.add(site.db, [_reject(file.id, fault) for fault in counts.faults])
        files.settle(
            site.db,
            file,
            "applied",
            now,
            rows=counts.rows,
            applied=counts.applied,
            rejected=counts.rejected,
            passed=counts.passed,
        )
        _supersede(site, file)
        files.remember(site.db, file, vaulted.part, counts.fields, vaulted.layout)
        _report(site, file.feed)  # before the commit: after a crash it is written again
    return counts


def _report(site: Site, feed: str) -> None:
    """Write the clerk's sheet anew; one that is open in a spreadsheet may refuse that (Windows)."""
    try:
        write_report(site, feed)
    except OSError as error:
        log.warning("feed=%s its sheet of rejects cannot be written: %s", feed, error)


def _look_at_format(site: Site, vaulted: Vaulted) -> None:
    with site.ports.files.open_read(vaulted.path) as source:
        head = source.read(4096)
    if not head:
        raise FileRefused(
            "the file is empty",
            vaulted.file.name,
            "let the ERP export it again; nothing was changed",
        )
    if not formats.module(vaulted.feed.format).recognises(vaulted.file.name, head):
        if vaulted.feed.layout.encoding.lower().startswith("utf-16") and b"\0" in head:
            return
        raise FileRefused(
            f"this is no {vaulted.feed.format} file: it begins with {head[:8]!r}",
            vaulted.file.name,
            "let the ERP export text, or give the feed another format",
        )


def _layout(site: Site, feed: Feed) -> str:
    """Stands for every setting that decides what the feed's bytes mean."""
    settings = site.settings
    told = f"{feed.model_dump_json()} {settings.zone} {settings.currency}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _reject(file_id: int, fault: Fault) -> dict[str, object]:
    facts = {name: getattr(fault, name) for name in ("line", "column", "field", "value", "reason")}
    return {"file_id": file_id, **facts, "next": fault.next, "raw": fault.raw}


def _line(fault: FileRefused) -> str:
    return " | ".join(str(fault).splitlines())
