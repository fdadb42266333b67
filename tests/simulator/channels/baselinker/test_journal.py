"""The journal of orders: three days of numbered entries, which may be lost, doubled or late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.channels.baselinker.journal import CONFIRMED, CREATED, EDITED, PAID
from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.baselinker.account import Account


def test_the_journal_keeps_three_days_and_may_be_off(world: World, account: Account) -> None:
    id = account.buy(MUG_STONE=1)
    world.advance(timedelta(days=2))
    account.call("setOrderFields", order_id=id, admin_comments="packed")
    world.advance(timedelta(days=1, seconds=1))
    assert account.journal() == [(id, EDITED, 0)]
    (only,) = account.call("getJournalList", last_log_id=0, logs_types=[EDITED], order_id=id)[
        "logs"
    ]
    assert only["log_id"] == only["id"]  # the vendor's samples and its table of fields differ
    assert account.journal(after=only["log_id"]) == []
    account.dialect.operator("journal", {"on": False})
    assert account.journal() == []


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("event lost", [CONFIRMED, PAID]),
        ("event twice", [CREATED, CREATED, CONFIRMED, PAID]),
        ("event out of order", [CONFIRMED, CREATED, PAID]),
    ],
)
def test_entries_of_the_journal_may_go_wrong(
    world: World, account: Account, kind: str, seen: list[int]
) -> None:
    world.faults.add(Fault(kind, "baselinker", count=1))
    account.buy(MUG_STONE=1)
    assert [type for _, type, _ in account.journal()] == seen


def test_a_held_entry_appears_after_a_minute_anyway(world: World, account: Account) -> None:
    world.faults.add(Fault("event out of order", "baselinker", path="log/16"))
    id = account.buy(MUG_STONE=1)
    account.call("setOrderFields", order_id=id, admin_comments="x")
    assert account.journal()[-1] == (id, PAID, 0)
    world.advance(timedelta(minutes=1))
    assert account.journal()[-1] == (id, EDITED, 0)
