"""Keeps the store healthy: a copy of the database each day, the newest few kept."""

from __future__ import annotations

from pathlib import Path

from agent.flow.site import Did, Site

KEPT = 7  # days
LOOK_AGAIN_S = 6 * 3600.0


def upkeep(site: Site) -> Did:
    """Copy the database when today has no copy yet, and let go of the oldest copies."""
    folder = site.settings.data / "copies"
    today = folder / f"tally-{site.ports.clock.now():%Y-%m-%d}.sqlite"
    if today in _copies(site, folder):
        return Did(again_s=LOOK_AGAIN_S)
    site.ports.files.make_folder(folder)
    site.db.copy_to(today)
    for old in _copies(site, folder)[:-KEPT]:
        site.ports.files.remove_own(old)
    return Did({"copies": 1}, again_s=LOOK_AGAIN_S)


def _copies(site: Site, folder: Path) -> list[Path]:
    """Our copies, oldest first."""
    if site.ports.files.look(folder) is None:
        return []
    return [s.path for s in site.ports.files.scan(folder) if s.path.suffix == ".sqlite"]
