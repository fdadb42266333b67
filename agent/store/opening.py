"""Opens the one SQLite file: locked, ours, not newer than this program, copied before it is migrated."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from agent.errors import StoreDamaged
from agent.ports.database import Database

APPLICATION_ID = 0x7A11F  # "tally": tells our files from other SQLite files
# The steps of `migrations`, by name: that module's tool is heavy, and loaded only when one is pending.
STEPS = (
    "m0001_the_tables",
    "m0002_jobs_that_end_later",
    "m0003_families_of_variants",
    "m0004_what_happens_to_listings_meanwhile",
)


def open_store(path: Path) -> Database:
    """The database at `path`, made or migrated as needed; the caller holds its lock.

    StoreDamaged when the file is not SQLite, not ours, broken, or from a newer tallyman; it is then
    left as it was.
    """
    if not path.exists():
        _make(path)
    _examine(path)
    db = Database(path)
    _migrate(db, path)
    return db


def _make(path: Path) -> None:
    """A new database appears under its name when it is whole: a half-made one would be nobody's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.new")
    for leftover in (half, *(half.with_name(f"{half.name}{end}") for end in ("-wal", "-shm"))):
        leftover.unlink(missing_ok=True)
    db = Database(half)
    db.run(f"pragma application_id = {APPLICATION_ID}")
    _apply_steps(db)
    db.close()
    half.rename(path)


def open_to_look(path: Path) -> Database:
    """The database at `path`, for reading only. StoreDamaged when there is none or it is not ours."""
    look_first(path)
    return Database(path, read_only=True)


def look_first(path: Path) -> None:
    """StoreDamaged when there is no database at `path`, or it is not one that we can use."""
    if not path.exists():
        raise StoreDamaged(
            "there is no database yet", str(path), "start `tally run`, or `tally sync` once"
        )
    if set(STEPS) - _examine(path):
        raise StoreDamaged(
            "the database was made by an older tallyman, and is not brought up to date yet",
            str(path),
            "start `tally run`, or `tally sync` once: it is copied first, then changed",
        )


def _examine(path: Path) -> set[str]:
    """The steps that were done on it. StoreDamaged when it is not sound, not ours, or too new."""
    probe = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)
    try:
        ours = probe.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
        sound = probe.execute("pragma quick_check(1)").fetchone()[0]
        done = {row[0] for row in probe.execute("select name from _sqlite_migrations")}
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(
            f"this is no sound SQLite file: {error}",
            str(path),
            "put back yesterday's copy beside it",
        ) from error
    finally:
        probe.close()
    if not ours:
        raise StoreDamaged(
            "this SQLite file is not tallyman's", str(path), "name another folder under `data:`"
        )
    if sound != "ok":
        raise StoreDamaged(
            f"the database is broken: {sound}", str(path), "put back yesterday's copy beside it"
        )
    if done - set(STEPS):
        raise StoreDamaged(
            f"the database was made by a newer tallyman ({', '.join(sorted(done - set(STEPS)))})",
            str(path),
            "install that version or a newer one",
        )
    return done


def _migrate(db: Database, path: Path) -> None:
    done = {row[0] for row in db.rows("select name from _sqlite_migrations")}
    pending = [name for name in STEPS if name not in done]
    if not pending:
        return
    with sqlite3.connect(path.with_name(f"{path.name}.before-{pending[0]}")) as copy:
        db.raw.backup(copy)
    copy.close()
    _apply_steps(db)


def _apply_steps(db: Database) -> None:
    import sqlite_utils

    from agent.store.migrations import steps

    steps.apply(sqlite_utils.Database(db.raw))
