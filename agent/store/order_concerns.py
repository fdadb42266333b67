"""What a person must see to about an order, though the order goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from agent.model.booking import Fault
from agent.ports.database import Database
from agent.store.moments import to_text

OF_ORDER = """
select kind, what, "where", next
from order_concerns
where order_id = :order_id
order by kind
"""


def of_order(db: Database, order_id: int) -> dict[str, Fault]:
    """The order's concerns by kind."""
    rows = db.rows(OF_ORDER, {"order_id": order_id})
    return {row["kind"]: Fault(row["what"], row["where"], row["next"]) for row in rows}


RAISE = """
insert into order_concerns (order_id, kind, what, "where", next, at)
values (:order_id, :kind, :what, :where, :next, :at)
on conflict (order_id, kind) do update set what = :what, "where" = :where, next = :next
"""


def put(db: Database, order_id: int, kind: str, fault: Fault, at: datetime) -> bool:
    """Raise a concern, or reword it; True when it is news."""
    if of_order(db, order_id).get(kind) == fault:
        return False
    values = {"order_id": order_id, "kind": kind, "at": to_text(at)}
    db.run(RAISE, {**values, "what": fault.what, "where": fault.where, "next": fault.next})
    return True


DROP = "delete from order_concerns where order_id = :order_id and kind = :kind"


def drop(db: Database, order_id: int, kind: str) -> None:
    """The concern is mended."""
    db.run(DROP, {"order_id": order_id, "kind": kind})


def replace(
    db: Database, order_id: int, kinds: tuple[str, ...], found: Mapping[str, Fault], at: datetime
) -> bool:
    """Of these kinds, exactly those found stand now; True when one is news."""
    for kind in kinds:
        if kind not in found:
            drop(db, order_id, kind)
    news = [kind for kind, fault in found.items() if put(db, order_id, kind, fault, at)]
    return bool(news)
