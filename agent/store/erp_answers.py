"""What the ERP says about orders: its own list, and the goods that left or came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agent.ports.database import Database
from agent.store.moments import from_text

Status = Literal["received", "allocated", "shipped", "cancelled", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One order in the ERP's list; `at` is when that list was written."""

    order_id: int
    erp_number: str
    status: Status
    words: str
    at: datetime
    file: str
    line: int


NEWS = """
select o.id, e.erp_number, e.status, e.words, f.written_at, f.name, e.line
from orders o
join erp_orders e on e.reference = o.reference
join files f on f.id = e.file_id
where o.state in ('waiting', 'due', 'exception', 'written', 'acknowledged', 'refused')
  and (
    o.erp_words <> e.status || ': ' || e.words
    or coalesce(o.erp_number, '') <> e.erp_number
    or o.state in ('waiting', 'due', 'exception')
  )
order by o.id, f.written_at
"""


def news(db: Database) -> list[Answer]:
    """What the ERP's list says of open orders that we have not taken note of."""
    return [
        Answer(row[0], row[1], row[2], row[3], from_text(row[4]), row[5], row[6])
        for row in db.rows(NEWS)
    ]


LISTED = "select status from erp_orders where reference = :reference limit 1"


def is_listed(db: Database, reference: str) -> bool:
    """Whether the ERP's own list shows an order under this reference."""
    return db.row(LISTED, {"reference": reference}) is not None


@dataclass(frozen=True, slots=True)
class Movement:
    """Goods of one order that left or came back together, as far as channels do not know of them.

    `moved` in thousandths by sku; below zero where the ERP now says less than it did.
    `order_id` None: no order has that reference (yet).
    """

    kind: Literal["shipment", "return"]
    number: str
    reference: str
    order_id: int | None
    moved: Mapping[str, int]
    carrier: str
    tracking: str
    told_before: bool  # part of it was told to the channel earlier
    place: str  # file:line in the ERP's export


MOVED = """
select
  m.kind, m.number, m.reference, o.id as order_id, m.sku,
  m.quantity - coalesce(d.quantity, 0) as quantity, m.carrier, m.tracking,
  d.quantity is not null as told, f.name || ':' || m.line as place
from erp_movements m
left join movements_done d
  on d.kind = m.kind and d.number = m.number and d.reference = m.reference and d.sku = m.sku
left join orders o on o.reference = m.reference
join files f on f.id = m.file_id
where m.quantity <> coalesce(d.quantity, 0)
order by m.kind desc, m.number, m.reference, m.line
"""
TOLD_BEFORE = """
select 1
from movements_done
where kind = :kind and number = :number and reference = :reference
"""


def movements(db: Database) -> list[Movement]:
    """Shipments, then returns, by number, with what is new in each."""
    found: dict[tuple[str, str, str], Movement] = {}
    for row in db.rows(MOVED):
        key = (row["kind"], row["number"], row["reference"])
        before = found.get(key)
        names = {"kind": key[0], "number": key[1], "reference": key[2]}
        moved = {**(before.moved if before else {}), row["sku"]: row["quantity"]}
        found[key] = Movement(
            row["kind"],
            row["number"],
            row["reference"],
            row["order_id"],
            moved,
            row["carrier"] or (before.carrier if before else ""),
            row["tracking"] or (before.tracking if before else ""),
            before.told_before if before else db.row(TOLD_BEFORE, names) is not None,
            before.place if before else row["place"],
        )
    return list(found.values())


DONE = """
insert into movements_done (kind, number, reference, sku, quantity)
values (:kind, :number, :reference, :sku, :quantity)
on conflict (kind, number, reference, sku) do update set quantity = quantity + :quantity
"""


def set_told(db: Database, movement: Movement) -> None:
    """The channel knows of this, or need not: it is not new any more."""
    names = {"kind": movement.kind, "number": movement.number, "reference": movement.reference}
    db.run_many(
        DONE, [{**names, "sku": sku, "quantity": milli} for sku, milli in movement.moved.items()]
    )
