"""Orders: what channels said of them, how far they have come, and their history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.model.booking import Fault, Standing
from agent.model.order import Order
from agent.ports.database import Database, Row
from agent.store.moments import from_text, to_text
from agent.store.order_json import order_digest, order_of, order_text


@dataclass(frozen=True, slots=True)
class Stored:
    """One order as it stands. `filed` once a file for the ERP was begun, or the ERP has it."""

    id: int
    channel: str
    remote_id: str
    reference: str
    order: Order
    digest: str
    state: Standing
    reason: Fault | None
    erp_number: str
    erp_words: str
    known_at: datetime | None
    same_as: int | None
    told: Order | None
    filed: bool


ORDER = """
select
  o.id, o.channel, o.remote_id, o.reference, o.content, o.digest, o.state, o.reason, o.erp_number,
  o.erp_words, o.known_at, o.same_as, o.written_content,
  o.state in ('written', 'acknowledged', 'refused', 'shipped') or o.erp_words <> ''
    or exists (select 1 from import_orders i where i.order_id = o.id and i.what = 'order') as filed
from orders o
"""
BY_REMOTE = f"{ORDER} where o.channel = :channel and o.remote_id = :remote_id"
BY_REFERENCE = f"{ORDER} where o.reference = :reference"
BY_ID = f"{ORDER} where o.id = :id"


def by_remote(db: Database, channel: str, remote_id: str) -> Stored | None:
    """The order with this identity."""
    row = db.row(BY_REMOTE, {"channel": channel, "remote_id": remote_id})
    return None if row is None else _stored(row)


def by_reference(db: Database, reference: str) -> Stored | None:
    """The order that the ERP knows by this reference."""
    row = db.row(BY_REFERENCE, {"reference": reference})
    return None if row is None else _stored(row)


def by_id(db: Database, order_id: int) -> Stored:
    """The order in this row. LookupError when there is none."""
    row = db.row(BY_ID, {"id": order_id})
    if row is None:
        raise LookupError(order_id)
    return _stored(row)


REFERENCE_TAKEN = "select 1 from orders where reference = :reference"
INSERT = """
insert into orders (channel, remote_id, number, reference, content, digest, state, placed_at, pulled_at)
values (:channel, :remote_id, :number, :reference, :content, :digest, 'waiting', :placed_at, :now)
"""


def add(db: Database, order: Order, references: Sequence[str], now: datetime) -> int:
    """Store an order that was never seen, under the first of these references that is free."""
    free = [r for r in references if db.row(REFERENCE_TAKEN, {"reference": r}) is None]
    order_id = db.insert(INSERT, {**_columns(order), "reference": free[0], "now": to_text(now)})
    _add_references(db, order_id, order)
    add_event(db, order_id, now, f"pulled from {order.channel}")
    return order_id


CHANGE = """
update orders
set number = :number, content = :content, digest = :digest, pulled_at = :now, examined = ''
where id = :id
"""


def change(db: Database, order_id: int, order: Order, now: datetime) -> None:
    """Store what the channel says of it now, and have it judged anew."""
    values = {
        k: v for k, v in _columns(order).items() if k not in ("channel", "remote_id", "placed_at")
    }
    db.run(CHANGE, {**values, "id": order_id, "now": to_text(now)})
    _add_references(db, order_id, order)
    add_event(db, order_id, now, f"changed on {order.channel}")


ADD_REFERENCE = """
insert or ignore into order_references (order_id, kind, value)
values (:order_id, :kind, :value)
"""


def _add_references(db: Database, order_id: int, order: Order) -> None:
    db.run_many(
        ADD_REFERENCE,
        [{"order_id": order_id, "kind": kind, "value": value} for kind, value in order.references],
    )


TO_EXAMINE = """
select id from orders where examined = ''
union
select id from orders where state = 'exception' and examined <> :revision
order by id
limit :most
"""


def to_examine(db: Database, revision: str, most: int) -> list[Stored]:
    """Orders that were pulled or changed, and exceptions that were last judged by other facts."""
    rows = db.rows(TO_EXAMINE, {"revision": revision, "most": most})
    return [by_id(db, row["id"]) for row in rows]


SET_STATE = """
update orders
set state = :state, reason = :reason
where id = :id
"""


def set_state(
    db: Database, order_id: int, state: Standing, reason: Fault | None, now: datetime, what: str
) -> None:
    """Move an order on; its skus are decided anew, and the history says why."""
    db.run(SET_STATE, {"id": order_id, "state": state, "reason": fault_text(reason)})
    add_event(db, order_id, now, what)
    touch(db, order_id)


EXAMINED = "update orders set examined = :revision where id = :id"


def set_examined(db: Database, order_id: int, revision: str) -> None:
    """Note by what it was judged; "" has it judged again."""
    db.run(EXAMINED, {"id": order_id, "revision": revision})


LINK = "update orders set same_as = :same_as where id = :id"


def link(db: Database, order_id: int, same_as: int) -> None:
    """Note that this is the same purchase as another order."""
    db.run(LINK, {"id": order_id, "same_as": same_as})


UNLINK = "update orders set same_as = null, state = 'waiting', reason = null where id = :id"


def unlink(db: Database, order_id: int, now: datetime, why: str) -> None:
    """Note that an order stands for its purchase itself again."""
    db.run(UNLINK, {"id": order_id})
    add_event(db, order_id, now, why)


EXAMINE_LINKED = "update orders set examined = '' where same_as = :id"


def examine_linked(db: Database, order_id: int) -> None:
    """Have the orders judged again that are the same purchase as this one."""
    db.run(EXAMINE_LINKED, {"id": order_id})


TOLD = "update orders set written_content = content where id = :id"


def set_told(db: Database, order_id: int) -> None:
    """What the channel says of the order now is what the ERP is told, or knows."""
    db.run(TOLD, {"id": order_id})


WRITTEN = "update orders set written_at = coalesce(written_at, :now) where id = :id"


def set_written(db: Database, order_id: int, now: datetime) -> None:
    """Its import file has appeared in the ERP's folder."""
    db.run(WRITTEN, {"id": order_id, "now": to_text(now)})


ANSWERED = """
update orders
set erp_number = :number, erp_words = :words, known_at = coalesce(known_at, :known_at),
  written_content = coalesce(written_content, content)
where id = :id
"""


def set_answer(
    db: Database, order_id: int, number: str, words: str, known_at: datetime | None
) -> None:
    """Keep the ERP's number and words; `known_at` once its stock figures reflect the order."""
    values = {"id": order_id, "number": number, "words": words}
    db.run(ANSWERED, {**values, "known_at": None if known_at is None else to_text(known_at)})


SAME_NUMBER = """
select id
from orders
where channel = :channel and remote_id = :number
union
select o.id
from order_references r
join orders o on o.id = r.order_id
where r.kind = 'id' and r.value = :number and o.channel = :channel
order by 1
limit 1
"""
NAMED_BY_OTHERS = """
select r.order_id, r.kind, r.value
from order_references r
join orders o on o.id = r.order_id
where r.value in (select value from json_each(:numbers)) and o.channel <> :channel
order by r.order_id
"""


def id_of(db: Database, channel: str, number: str) -> int | None:
    """The row of this channel's order with this id, in either of the spellings that it may have."""
    found: int | None = db.value(SAME_NUMBER, {"channel": channel, "number": number})
    return found


def named_by_others(
    db: Database, channel: str, numbers: Sequence[str]
) -> list[tuple[int, str, str]]:
    """(row, kind, value) of other channels' references to an order with these ids."""
    rows = db.rows(NAMED_BY_OTHERS, {"channel": channel, "numbers": json.dumps(list(numbers))})
    return [(row["order_id"], row["kind"], row["value"]) for row in rows]


TOUCH = """
insert or ignore into touched (sku)
select sku
from order_lines
where order_id = :id and sku <> ''
"""


def touch(db: Database, order_id: int) -> None:
    """Have the offers of the order's skus decided anew."""
    db.run(TOUCH, {"id": order_id})


MOVED = """
insert or ignore into doubts (channel, sku, since, why)
select l.channel, l.sku, :now, 'moved'
from (
  select sku from order_lines where order_id = :id
  union
  select json_extract(line.value, '$.sku')
  from orders as o, json_each(o.content, '$.lines') as line
  where o.id = :id
) as named
join listings l on l.sku = named.sku and l.channel = :channel
"""


def doubt_listings(db: Database, order_id: int, channel: str, now: datetime) -> None:
    """The channel itself moves its stock when an order is placed, cancelled or returned: look afresh.

    So it does where the order is only a record of another channel's, of which we keep no lines.
    """
    db.run(MOVED, {"id": order_id, "channel": channel, "now": to_text(now)})


ADD_EVENT = "insert into order_events (order_id, at, what) values (:id, :at, :what)"


def add_event(db: Database, order_id: int, at: datetime, what: str) -> None:
    """Append to the order's history."""
    db.run(ADD_EVENT, {"id": order_id, "at": to_text(at), "what": what})


def fault_text(fault: Fault | None) -> str | None:
    """A fault as SQLite keeps it."""
    if fault is None:
        return None
    parts = {"next": fault.next, "what": fault.what, "where": fault.where}
    return json.dumps(parts, separators=(",", ":"), sort_keys=True)


def fault_of(text: str | None) -> Fault | None:
    """The fault of a text that `fault_text` gave."""
    return None if text is None else Fault(**json.loads(text))


def _columns(order: Order) -> dict[str, str]:
    return {
        "channel": order.channel,
        "remote_id": order.remote_id,
        "number": order.number,
        "content": order_text(order),
        "digest": order_digest(order),
        "placed_at": to_text(order.placed_at),
    }


def _stored(row: Row) -> Stored:
    return Stored(
        id=row["id"],
        channel=row["channel"],
        remote_id=row["remote_id"],
        reference=row["reference"],
        order=order_of(row["content"]),
        digest=row["digest"],
        state=row["state"],
        reason=fault_of(row["reason"]),
        erp_number=row["erp_number"] or "",
        erp_words=row["erp_words"],
        known_at=None if row["known_at"] is None else from_text(row["known_at"]),
        same_as=row["same_as"],
        told=None if row["written_content"] is None else order_of(row["written_content"]),
        filed=bool(row["filed"]),
    )
