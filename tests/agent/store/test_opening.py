"""Opening the one SQLite file: made, migrated, examined, and refused when it is not ours to use."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from agent.errors import StoreDamaged
from agent.store.migrations import steps
from agent.store.opening import STEPS, open_store, open_to_look


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tally.sqlite"


def test_a_new_file_has_all_tables_and_is_sound(path: Path) -> None:
    db = open_store(path)
    db.barrier()
    assert db.value("pragma quick_check") == "ok"
    assert db.value("select passed from barriers") == 1
    db.close()


def test_every_step_is_known_by_name(path: Path) -> None:
    db = open_store(path)
    applied = [name for (name,) in db.rows("select name from _sqlite_migrations order by id")]
    assert applied == [step.name for step in steps._migrations] == list(STEPS)
    db.close()


def test_keys_come_first_and_in_order_so_that_old_sqlite_finds_no_nulls(path: Path) -> None:
    db = open_store(path)
    tables = db.rows(
        "select name, sql from sqlite_master where type = 'table' and sql like '%without rowid%'"
    )
    for name, _ in tables:
        columns = db.rows("select name, pk from pragma_table_info(:t) order by cid", {"t": name})
        keys = [row["name"] for row in sorted(columns, key=lambda row: row["pk"]) if row["pk"]]
        assert [row["name"] for row in columns][: len(keys)] == keys, name
    db.close()


def test_looking_needs_a_database(path: Path) -> None:
    with pytest.raises(StoreDamaged, match="there is no database yet"):
        open_to_look(path)


def test_a_foreign_file_is_refused_and_left_as_it_was(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("create table recipes (name text)")
    other.execute("create table _sqlite_migrations (name text)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match="is not tallyman's"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(path: Path) -> None:
    path.write_bytes(b"sku;price\n" * 200)
    with pytest.raises(StoreDamaged, match="no sound SQLite file"):
        open_store(path)
    assert path.read_bytes() == b"sku;price\n" * 200


def test_a_database_from_a_newer_tallyman_is_refused(path: Path) -> None:
    db = open_store(path)
    db.run(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values ('tallyman', 'm9999', 'x')"
    )
    db.close()
    with pytest.raises(StoreDamaged, match="newer tallyman"):
        open_store(path)
