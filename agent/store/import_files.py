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


NAMED = f"{ENTRY} where f.folder = :folder and f.name = :name and f.state <> 'lost'"


def named(db: Database, folder: str, name: str) -> Entry | None:
    """The file with this name, if we have begun one."""
    row = db.row(NAMED, {"folder": folder, "name": name})
    return None if row is None else _entry(row)


IN_STATE = f"{ENTRY} where f.state = :state order by f.id"


def in_state(db: Database, state: FileState) -> list[Entry]:
    """The files in this state, oldest first; only for the few that are under way."""
    return [_entry(row) for row in db.rows(IN_STATE, {"state": state})]


INTEND = """
insert into import_files (name, folder, digest, content, what, state, at)
values (:name, :folder, :digest, :content, :what, 'intended', :at)
"""


def intend(
    db: Database, what: Purpose, folder: str, name: str, content: bytes, at: datetime
) -> int:
    """Record a file before its first byte is written; gives its row."""
    digest = hashlib.sha256(content).hexdigest()
    values = {"name": name, "folder": folder, "digest": digest, "what": what, "at": to_text(at)}
    return db.insert(INTEND, {**values, "content": content})


ATTACH = "insert into import_orders (order_id, what, file_id) values (:order_id, :what, :file_id)"


def attach(db: Database, file_id: int, what: Purpose, orders: Sequence[int]) -> None:
    """Note which orders a file carries. sqlite3.IntegrityError when one has such a file already."""
    rows = [{"order_id": order_id, "what": what, "file_id": file_id} for order_id in orders]
    db.run_many(ATTACH, rows)


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
select id
from orders
where state = 'due' and examined <> ''
order by placed_at, id
limit :most
"""


def due(db: Database, most: int) -> list[int]:
    """Orders to write, oldest first."""
    return [row["id"] for row in db.rows(DUE, {"most": most})]


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
