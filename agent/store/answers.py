"""What the ERP's files say of customers, orders and goods that moved, applied as whole files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent.ports.database import Database

Rows = Iterable[Mapping[str, Any]]

_CUSTOMER = """
insert into customers (feed, code, name, email, file_id, line)
values (:feed, :code, :name, :email, :file_id, :line)
on conflict (code, feed) do update
set name = excluded.name, email = excluded.email, file_id = excluded.file_id, line = excluded.line
where (name, email) is not (excluded.name, excluded.email)
"""


def put_customers(db: Database, rows: Rows) -> None:
    """Customers by their code."""
    db.run_many(_CUSTOMER, rows)


_ORDER = """
insert into erp_orders (feed, reference, erp_number, status, words, file_id, line)
values (:feed, :reference, :erp_number, :status, :words, :file_id, :line)
on conflict (reference, feed) do update
set erp_number = excluded.erp_number, status = excluded.status, words = excluded.words,
  file_id = excluded.file_id, line = excluded.line
where (erp_number, status, words) is not (excluded.erp_number, excluded.status, excluded.words)
"""


def put_orders(db: Database, rows: Rows) -> None:
    """The ERP's order list, by the reference that we gave."""
    db.run_many(_ORDER, rows)


_MOVEMENT = """
insert into erp_movements
  (feed, kind, number, reference, sku, quantity, carrier, tracking, file_id, line)
values
  (:feed, :kind, :number, :reference, :sku, :quantity, :carrier, :tracking, :file_id, :line)
on conflict (kind, number, reference, sku, feed) do update
set quantity = excluded.quantity, carrier = excluded.carrier, tracking = excluded.tracking,
  file_id = excluded.file_id, line = excluded.line
where (quantity, carrier, tracking) is not (excluded.quantity, excluded.carrier, excluded.tracking)
"""


def put_movements(db: Database, rows: Rows) -> None:
    """Goods that left or came back; lines of one sku in one movement are already added up."""
    db.run_many(_MOVEMENT, rows)
