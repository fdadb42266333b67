"""The lines of orders, and how much of each has left or come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent.model.booking import Progress
from agent.model.order import OrderLine
from agent.ports.database import Database

LINES = """
select remote_id, sku, quantity, cancelled, shipped, returned
from order_lines
where order_id = :order_id
order by position, remote_id
"""


def lines(db: Database, order_id: int) -> list[Progress]:
    """The order's lines, in the order's own order."""
    return [Progress(*row) for row in db.rows(LINES, {"order_id": order_id})]


PUT = """
insert into order_lines (order_id, remote_id, position, sku, quantity, cancelled)
values (:order_id, :remote_id, :position, :sku, :quantity, :cancelled)
on conflict (order_id, remote_id) do update set
  position = :position, sku = :sku, quantity = :quantity, cancelled = :cancelled
"""
DROP = """
delete from order_lines
where order_id = :order_id and shipped = 0 and returned = 0
  and remote_id not in (select value from json_each(:kept))
"""


def put(db: Database, order_id: int, found: Iterable[OrderLine], kept: str) -> None:
    """Store the lines as the channel gives them; `kept` is a JSON list of their ids.

    What has been shipped stays; a line that is gone goes, unless goods of it have left.
    """
    rows = [
        {
            "order_id": order_id,
            "remote_id": line.remote_id,
            "position": position,
            "sku": line.sku,
            "quantity": line.quantity,
            "cancelled": line.cancelled,
        }
        for position, line in enumerate(found)
    ]
    db.run(DROP, {"order_id": order_id, "kept": kept})
    db.run_many(PUT, rows)


CLEAR = "delete from order_lines where order_id = :order_id"


def clear(db: Database, order_id: int) -> None:
    """Forget the lines of an order that is another one's double: they are not to be counted twice."""
    db.run(CLEAR, {"order_id": order_id})


SHIPPED = """
update order_lines
set shipped = shipped + :pieces
where order_id = :order_id and remote_id = :remote_id
"""
RETURNED = """
update order_lines
set returned = returned + :pieces
where order_id = :order_id and remote_id = :remote_id
"""


def add_shipped(db: Database, order_id: int, pieces: Mapping[str, int]) -> None:
    """So many more pieces of each line have left."""
    db.run_many(SHIPPED, _moves(order_id, pieces))


def add_returned(db: Database, order_id: int, pieces: Mapping[str, int]) -> None:
    """So many more pieces of each line have come back."""
    db.run_many(RETURNED, _moves(order_id, pieces))


def _moves(order_id: int, pieces: Mapping[str, int]) -> list[dict[str, str | int]]:
    return [
        {"order_id": order_id, "remote_id": line, "pieces": count} for line, count in pieces.items()
    ]
