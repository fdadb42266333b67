"""Orders for people: which to show, in which order, by which names, with their history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from agent.model.money import Money
from agent.model.order import Order
from agent.ports.database import Database

IDS = """
select o.id
from orders o
where :states = '[]' or o.state in (select value from json_each(:states))
order by
  o.state in ('exception', 'refused')
    or exists (select 1 from order_concerns c where c.order_id = o.id) desc,
  o.placed_at desc, o.id desc
limit :most
"""


def ids(db: Database, states: Sequence[str], most: int) -> list[int]:
    """Rows of the newest orders in these states (none: all), those that need a person first."""
    values = {"states": json.dumps(list(states)), "most": most}
    return [row["id"] for row in db.rows(IDS, values)]


NAMED = """
select id from orders where reference = :name
union
select id from orders where number = :name or remote_id = :name or erp_number = :name
order by id
"""
BY_REFERENCE = "select id from orders where reference = :name"


def named(db: Database, name: str) -> list[int]:
    """Rows of the orders known by this reference; else by this number, channel's id or ERP's number."""
    exact = [row["id"] for row in db.rows(BY_REFERENCE, {"name": name})]
    return exact or [row["id"] for row in db.rows(NAMED, {"name": name})]


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of an order's history."""

    at: str  # UTC text
    what: str


EVENTS = "select at, what from order_events where order_id = :order_id order by id"


def events(db: Database, order_id: int) -> list[Event]:
    """The order's history, oldest first."""
    return [Event(*row) for row in db.rows(EVENTS, {"order_id": order_id})]


COMMANDS = "select kind, state, words from commands where order_id = :order_id order by id"


def commands(db: Database, order_id: int) -> list[tuple[str, str, str]]:
    """(kind, state, words) of what the channel was or is to be told of the order."""
    return [(row[0], row[1], row[2]) for row in db.rows(COMMANDS, {"order_id": order_id})]


COUNTS = "select state, count(*) from orders group by state order by state"
CONCERNS = "select count(distinct order_id) from order_concerns"


def counts(db: Database) -> dict[str, int]:
    """Orders by state, and under `concerns` those that a person must see to."""
    found = {row[0]: int(row[1]) for row in db.rows(COUNTS)}
    return {**found, "concerns": int(db.value(CONCERNS))}


def money(order: Order) -> str:
    """What the buyer pays, for a person."""
    return str(Money(order.total, order.currency))
