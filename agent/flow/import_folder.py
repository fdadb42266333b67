"""The folders in which the ERP takes our files: where one of ours is now, and putting one there.

A file moves one way only: import folder, then the ERP's folder for what it took or what it refused.
Looking in that order finds it even while it moves.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.erps.imports import ImportFile
from agent.flow.site import Site
from agent.store.import_files import Entry

WORDS_CAP = 2000  # bytes of the ERP's own words that are kept


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a file of this name lies; `same` whether its bytes are ours; `words` the ERP's refusal."""

    place: Literal["import", "taken", "refused", "nowhere"]
    same: bool = True
    words: str = ""


def folder_of(site: Site, file: ImportFile) -> Path:
    """The folder in which the ERP looks for this kind of file."""
    return site.settings.imports / file.folder if file.folder else site.settings.imports


def where_is(site: Site, folder: str, name: str, digest: str) -> Whereabouts:
    """Where a file of ours is now. OSError when a folder cannot be looked into."""
    imports = site.settings.import_files
    path = Path(folder) / name
    if site.ports.files.look(path) is not None:
        return Whereabouts("import", _is_same(site, path, digest))
    for done in imports.done:
        path = Path(folder) / done / name
        if site.ports.files.look(path) is not None:
            return Whereabouts("taken", _is_same(site, path, digest))
    if imports.failed is not None:
        path = Path(folder) / imports.failed.folder / name
        words = imports.failed.words.replace("{name}", name)
        beside = Path(folder) / imports.failed.folder / words if words else None
        if site.ports.files.look(path) is not None:
            return Whereabouts("refused", _is_same(site, path, digest), _words(site, beside))
        if beside is not None and site.ports.files.look(beside) is not None:
            return Whereabouts("refused", True, _words(site, beside))
    return Whereabouts("nowhere")


def keeps_what_it_took(site: Site, folder: str) -> bool:
    """Whether the ERP has a folder for what it took, so that absence there means that it took nothing."""
    folders = [Path(folder) / done for done in site.settings.import_files.done]
    return any(site.ports.files.look(path) is not None for path in folders)


def place(site: Site, entry: Entry, marker: str) -> bool:
    """Put the file into its folder, then its marker; False when another file has its name.

    OSError when the folder cannot be written; the file is then there as a whole or not at all.
    """
    path = Path(entry.folder) / entry.name
    try:
        site.ports.files.publish(path, entry.content)
    except FileExistsError:
        if not _is_same(site, path, entry.digest):
            return False
    put_marker(site, entry, marker)
    return True


def put_marker(site: Site, entry: Entry, marker: str) -> None:
    """Say that the file is complete, where the ERP waits for that."""
    if marker:
        with contextlib.suppress(FileExistsError):
            site.ports.files.publish(Path(entry.folder) / f"{entry.name}{marker}", b"")


def _is_same(site: Site, path: Path, digest: str) -> bool:
    try:
        with site.ports.files.open_read(path) as source:
            return hashlib.sha256(source.read()).hexdigest() == digest
    except FileNotFoundError:  # moved on while we looked: nobody else writes under our names
        return True


def _words(site: Site, path: Path | None) -> str:
    if path is None:
        return ""
    try:
        with site.ports.files.open_read(path) as source:
            return source.read(WORDS_CAP).decode("utf-8", "replace").strip()
    except OSError:
        return ""
