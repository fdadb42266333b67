"""How the shops were just set up: kept beside what they are now, so that a reset can bring it back.

It is a second database, attached as `beginning`. A world that was stocked once can be kept as a file, from
which the next one with the same goods and settings begins at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.commerce.transactions import together

TABLES = ("documents", "numbers", "settings")  # what a reset brings back
SUFFIX = ".world.sqlite"


def prepare(db: sqlite3.Connection) -> None:
    """Make room for it, in memory as long as it is small."""
    db.execute("attach database '' as beginning")
    for table in TABLES:
        db.execute(f"create table beginning.{table} as select * from main.{table} where 0")  # noqa: S608


def keep(db: sqlite3.Connection, shop: str) -> None:
    """Remember a shop as it is now."""
    _copy(db, "main", "beginning", shop)


def restore(db: sqlite3.Connection, shop: str) -> None:
    """Bring a shop back to what was kept."""
    _copy(db, "beginning", "main", shop)


def _copy(db: sqlite3.Connection, source: str, target: str, shop: str) -> None:
    with together(db):
        for table in TABLES:
            db.execute(f"delete from {target}.{table} where shop = ?", (shop,))  # noqa: S608
            rows = f"select * from {source}.{table} where shop = ?"  # noqa: S608
            db.execute(f"insert into {target}.{table} {rows}", (shop,))


# -- as a file ------------------------------------------------------------------------------------


def file_for(folder: Path, facts: Any) -> Path:
    """Where a world with these facts (goods, settings, seed) is kept, by this very software."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    stamps = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sources]
    told = json.dumps([facts, stamps], default=str, sort_keys=True)
    return folder / f"{hashlib.sha256(told.encode()).hexdigest()[:16]}{SUFFIX}"


def save(db: sqlite3.Connection, path: Path, addresses: Mapping[str, str]) -> None:
    """Keep everything as it is now as a file, for its owner alone; older ones beside it go.

    `addresses` are the shops' own; where one stands in what the shop has stored, that is noted.
    """
    for older in path.parent.glob(f"*{SUFFIX}"):
        with contextlib.suppress(OSError):  # another world may be using it
            older.unlink()
    half = path.with_suffix(".part")
    os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    with contextlib.closing(sqlite3.connect(half, isolation_level=None)) as copy:
        copy.execute("pragma synchronous = off")
        db.backup(copy)
        copy.execute("pragma journal_mode = delete")  # one file, which is only read from now on
        copy.execute("create table addresses (shop text primary key, address text not null) strict")
        named = "select 1 from documents where shop = ? and instr(body, ?) limit 1"
        for row in addresses.items():
            if copy.execute(named, row).fetchone():
                copy.execute("insert into addresses values (?, ?)", row)
    half.replace(path)
    _attach(db, path)


def load(db: sqlite3.Connection, path: Path) -> dict[str, str] | None:
    """Take everything from such a file, and give the addresses that stand in it, by shop; None when
    there is no file."""
    if not path.exists():
        return None
    with contextlib.closing(sqlite3.connect(path)) as kept:
        addresses = dict(kept.execute("select shop, address from addresses"))
        kept.backup(db)
    db.execute("drop table addresses")
    _attach(db, path)
    return addresses


def move(db: sqlite3.Connection, shop: str, old: str, new: str) -> None:
    """Write a shop's new address wherever its old one stands."""
    change = "update documents set body = replace(body, ?, ?) where shop = ? and instr(body, ?)"
    db.execute(change, (old, new, shop, old))


def _attach(db: sqlite3.Connection, path: Path) -> None:
    db.execute("detach database beginning")
    db.execute("attach database ? as beginning", (f"{path.absolute().as_uri()}?mode=ro",))
