"""The rows that could not be used, as a CSV beside the vault that a clerk can open."""

from __future__ import annotations

from agent.flow.site import Site
from agent.formats.delimited_writer import write
from agent.store import rejects

CAPTIONS = ("file", "line", "column", "field", "value", "reason", "next", "raw")
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\0")  # a spreadsheet would run a cell that begins so


def write_report(site: Site, feed: str) -> None:
    """Write `<data>/rejects/<feed>.csv` anew; it has only its header when there is nothing to reject."""
    found = rejects.all_of(site.db, feed)
    rows = [[_safe(str(_cell(getattr(row, name)))) for name in CAPTIONS] for row in found]
    data = write([CAPTIONS, *rows], mark=True)
    site.ports.files.rewrite(site.settings.rejects / f"{feed}.csv", data)


def _cell(value: object) -> object:
    return "" if value is None else value


def _safe(text: str) -> str:
    """Text that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(ACTIVE) else text
