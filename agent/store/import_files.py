"""The ledger of the files that we wrote for the ERP: recorded before the first byte, settled after."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agent.ports.database import Database, Row
from agent.store.moments import to_text

Purpose = Literal["order", "customer", "cancellation"]
PURPOSES: tuple[Purpose, ...] = ("order", "customer", "cancellation")
FileState = Literal["intended", "published", "taken", "refused", "doubt", "lost"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One import file. `words` are the ERP's, of a refusal."""

    id: int
    name: str
    folder: str
    digest: str
    content: bytes
    what: Purpose
    state: FileState
    words: str


ENTRY = "select f.id, f.name, f.folder, f.digest, f.content, f.what, f.state, f.words from import_files f"
OF_ORDER = f"""
{ENTRY}
join import_orders i on i.file_id = f.id
where i.order_id = :order_id and i.what = :what
"""


def of_order(db: Database, order_id: int, what: Purpose) -> Entry | None:
    """The order's file for this purpose."""
    row = db.row(OF_ORDER, {"order_id": order_id, "what": what})
    return None if row is None else _entry(row)


NAMED = f"{ENTRY} where f.folder = :folder and f.base = :base and f.state <> 'lost'"


def named(db: Database, folder: str, base: str) -> Entry | None:
    """The file that the profile calls so, if we have begun one that still counts."""
    row = db.row(NAMED, {"folder": folder, "base": base})
    return None if row is None else _entry(row)


IN_STATE = f"{ENTRY} where f.state = :state order by f.id"


def in_state(db: Database, state: FileState) -> list[Entry]:
    """The files in this state, oldest first; only for the few that are under way."""
    return [_entry(row) for row in db.rows(IN_STATE, {"state": state})]


UNDER_WAY = f"{ENTRY} where f.state in ('published', 'doubt') order by f.id"


def under_way(db: Database) -> list[Entry]:
    """The files that the ERP has not visibly taken or refused, oldest first."""
    return [_entry(row) for row in db.rows(UNDER_WAY)]


LOST = "select count(*) from import_files where folder = :folder and base = :base"
INTEND = """
insert into import_files (base, name, folder, digest, content, what, state, at)
values (:base, :name, :folder, :digest, :content, :what, 'intended', :at)
"""


def intend(
    db: Database, what: Purpose, folder: str, base: str, content: bytes, at: datetime
) -> int:
    """Record a file before its first byte is written; gives its row.

    After one that was lost or refused, the next try gets a name of its own (`sales_A-2.csv`): the
    first may still lie among what the ERP refused.
    """
    before = int(db.value(LOST, {"folder": folder, "base": base}))
    stem, dot, suffix = base.rpartition(".")
    name = f"{stem}-{before + 1}{dot}{suffix}" if before else base
    digest = hashlib.sha256(content).hexdigest()
    values = {"base": base, "name": name, "folder": folder, "digest": digest, "what": what}
    return db.insert(INTEND, {**values, "content": content, "at": to_text(at)})


ATTACH = "insert into import_orders (order_id, what, file_id) values (:order_id, :what, :file_id)"


def attach(db: Database, file_id: int, what: Purpose, orders: Sequence[int]) -> None:
    """Note which orders a file carries. sqlite3.IntegrityError when one has such a file already."""
    rows = [{"order_id": order_id, "what": what, "file_id": file_id} for order_id in orders]
    db.run_many(ATTACH, rows)


SHARE = """
insert into import_orders (order_id, what, file_id)
values (:order_id, 'customer', :file_id)
on conflict (order_id, what) do update set file_id = :file_id
where file_id <> :file_id
"""


def share_customer(db: Database, file_id: int, order_id: int) -> None:
    """Note that an order waits for the customer of this file, whichever order it was written for."""
    db.run(SHARE, {"file_id": file_id, "order_id": order_id})


SETTLE = "update import_files set state = :state, words = :words where id = :id"


def settle(db: Database, file_id: int, state: FileState, words: str = "") -> None:
    """Note what became of a file."""
    db.run(SETTLE, {"id": file_id, "state": state, "words": words})


ORDERS = "select order_id from import_orders where file_id = :file_id order by order_id"


def orders_of(db: Database, file_id: int) -> list[int]:
    """The orders that a file carries."""
    return [row["order_id"] for row in db.rows(ORDERS, {"file_id": file_id})]


DETACH = "delete from import_orders where file_id = :file_id"
FORGET = "delete from import_files where id = :file_id"


def forget(db: Database, file_id: int) -> None:
    """Take back an intention that certainly did not come to a file."""
    db.run(DETACH, {"file_id": file_id})
    db.run(FORGET, {"file_id": file_id})


def lose(db: Database, file_id: int) -> None:
    """A person has decided that this file must be written anew."""
    db.run(DETACH, {"file_id": file_id})
    settle(db, file_id, "lost")


CUSTOMER = "select 1 from customers where code = :code"


def is_customer(db: Database, code: str) -> bool:
    """Whether the ERP's customer list shows this code."""
    return db.row(CUSTOMER, {"code": code}) is not None


DUE = """
select o.id
from orders o
where o.state = 'due' and o.examined <> ''
  and not exists (
    select 1 from import_orders i where i.order_id = o.id and i.what = 'order'
  )
order by o.placed_at, o.id
"""


def due(db: Database) -> list[int]:
    """Orders for which no file was begun, oldest first."""
    return [row["id"] for row in db.rows(DUE)]


TO_CANCEL = """
select c.order_id
from order_concerns c
join orders o on o.id = c.order_id
where c.kind = 'cancel' and o.state in ('written', 'acknowledged')
  and not exists (
    select 1 from import_orders i where i.order_id = c.order_id and i.what = 'cancellation'
  )
order by c.order_id
"""


def to_cancel(db: Database) -> list[int]:
    """Orders that the ERP must be told are off, and has not been told by a file."""
    return [row["order_id"] for row in db.rows(TO_CANCEL)]


def _entry(row: Row) -> Entry:
    return Entry(*row)
