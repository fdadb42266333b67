"""The one connection: whole transactions, also when the disk is full, and a barrier that syncs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.ports.database import Database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "tally.sqlite")
    found.run("create table notes (text text not null) strict")
    found.run("create table barriers (passed integer not null) strict")
    found.run("insert into barriers values (0)")
    yield found
    found.close()


def test_an_inner_transaction_joins_the_outer(db: Database) -> None:
    with pytest.raises(LookupError), db.atomic():
        with db.atomic():
            db.run("insert into notes values ('kept with the rest, or not at all')")
        raise LookupError
    assert db.value("select count(*) from notes") == 0


def full(db: Database) -> None:
    """No further page fits into the file."""
    pages = db.value("pragma page_count")
    db.run(f"pragma max_page_count = {pages}")


def test_a_full_disk_ends_one_transaction_and_no_other(db: Database) -> None:
    full(db)
    with pytest.raises(sqlite3.OperationalError, match="full"), db.atomic():
        db.run("insert into notes values (:text)", {"text": "x" * 100_000})
    db.run("pragma max_page_count = 100000")
    with db.atomic():
        db.run("insert into notes values ('room again')")
    assert db.rows("select text from notes")[0]["text"] == "room again"


def test_a_commit_that_is_refused_leaves_no_transaction_open(db: Database) -> None:
    db.run("create table shelves (id integer primary key) strict")
    db.run(
        "create table items (shelf integer references shelves (id) deferrable initially deferred)"
    )
    with pytest.raises(sqlite3.IntegrityError), db.atomic():
        db.run("insert into items values (7)")  # only the commit finds that there is no such shelf
    db.barrier()
    assert db.value("select passed from barriers") == 1
    assert db.value("select count(*) from items") == 0


def test_a_barrier_stands_between_transactions(db: Database) -> None:
    with db.atomic(), pytest.raises(RuntimeError, match="between transactions"):
        db.barrier()


def test_a_foreign_commit_is_noticed_once(db: Database, tmp_path: Path) -> None:
    other = Database(tmp_path / "tally.sqlite")
    db.changed_elsewhere()
    assert not db.changed_elsewhere()
    with other.atomic():
        other.run("insert into notes values ('from a person')")
    assert db.changed_elsewhere()
    assert not db.changed_elsewhere()
    other.close()
