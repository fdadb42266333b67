"""What stands or falls together in the world's database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def whole(db: sqlite3.Connection, *kept: type[BaseException]) -> Iterator[bool]:
    """One transaction: kept when all went well or one of these errors left it, else undone.

    Inside of another one it is a part of that. Yields whether it is the outermost.
    """
    if db.in_transaction:
        yield False
        return
    db.execute("begin")
    try:
        yield True
    except BaseException as error:
        db.execute("commit" if isinstance(error, kept) else "rollback")
        raise
    db.execute("commit")


@contextmanager
def together(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction around everything inside, unless there is one; what was written stays, come
    what may."""
    if db.in_transaction:
        yield
        return
    db.execute("begin")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("commit")


@contextmanager
def part(db: sqlite3.Connection) -> Iterator[None]:
    """A part of a transaction that is undone by itself when it fails."""
    db.execute("savepoint part")
    try:
        yield
    except BaseException:
        db.execute("rollback to part")
        db.execute("release part")
        raise
    db.execute("release part")
