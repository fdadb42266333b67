"""Opening the one SQLite file: made, migrated, examined, and refused when it is not ours to use."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

from agent.errors import StoreDamaged
from agent.store import opening
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


COMMAND = (
    "insert into commands (channel, key, order_id, kind, payload, state, next_at, words, at)"
    " values ('stall', 'stall|1|ship|LS1', 1, 'ConfirmShipment', '{}', 'sent', 't', 'w', 't')"
)
ORDER = (
    "insert into orders (channel, remote_id, number, reference, content, digest, state, placed_at,"
    " pulled_at) values ('stall', '1', '1', 'STALL-1', '{}', 'd', 'shipped', 't', 't')"
)
RECEIPT = (
    "insert into receipts (channel, kind, subject, outcome, words, request_id, at)"
    " values ('stall', 'SetStock', 'RETRO-CLOCK', 'done', 'kept', 'R-1', 't')"
)
OFFER = "insert into offers (channel, sku, state, because) values ('stall', 'RETRO-CLOCK', 'live', '[]')"


@pytest.fixture
def old(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of the first tallyman, with something in every table that has changed since."""
    first = STEPS[:1]
    with monkeypatch.context() as patched:
        patched.setattr(opening, "STEPS", first)
        patched.setattr(
            opening,
            "_apply_steps",
            lambda db: steps.apply(sqlite_utils.Database(db.raw), stop_before=STEPS[1]),
        )
        db = open_store(path)
        for sql in (ORDER, COMMAND, RECEIPT, OFFER):
            db.run(sql)
        db.close()
    return path


def test_an_older_database_keeps_its_rows_and_a_copy_of_itself(old: Path) -> None:
    db = open_store(old)
    assert [tuple(r) for r in db.rows("select id, key, state, words, job from commands")] == [
        (1, "stall|1|ship|LS1", "sent", "w", "")
    ]
    assert [tuple(r) for r in db.rows("select id, subject, outcome from receipts")] == [
        (1, "RETRO-CLOCK", "done")
    ]
    assert [tuple(r) for r in db.rows("select sku, family, refused from offers")] == [
        ("RETRO-CLOCK", None, "")
    ]
    assert db.value("pragma quick_check") == "ok"
    assert db.rows("pragma foreign_key_check") == []
    db.close()
    assert old.with_name(f"{old.name}.before-{STEPS[1]}").exists()


def test_migrated_and_new_databases_have_the_same_tables(old: Path, tmp_path: Path) -> None:
    def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
        db = open_store(path)
        names = [n for (n,) in db.rows("select name from sqlite_master where type = 'table'")]
        found = {
            name: [tuple(r) for r in db.rows("select * from pragma_table_info(:t)", {"t": name})]
            for name in sorted(names)
        }
        db.close()
        return found

    assert tables(old) == tables(tmp_path / "new.sqlite")


def test_looking_at_an_older_database_says_what_to_do(old: Path) -> None:
    with pytest.raises(StoreDamaged, match="made by an older tallyman") as told:
        open_to_look(old)
    assert told.value.next.startswith("start `tally run`")
