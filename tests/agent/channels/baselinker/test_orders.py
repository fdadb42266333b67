"""Pulling orders from BaseLinker: none is left out, whatever the journal, the lists and the clock say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.channels.baselinker import mapping_orders
from agent.channels.baselinker.orders import PAGE, Cursor, entries
from agent.model.order import Order
from simulator.faults import Fault
from tests.agent.channels.baselinker.account import Account
from tests.contract import acts

HOUR = timedelta(hours=1)


@pytest.fixture
def account() -> Iterator[Account]:
    """An account without orders."""
    opened = Account()
    yield opened
    opened.close()


def pulled(account: Account, cursor: str = "") -> tuple[dict[str, Order], str]:
    return acts.pulled(account.channel, cursor)


def test_more_orders_of_one_second_than_a_page_holds_all_come(account: Account) -> None:
    made = account.orders(230)
    before = len(account.recorder.sent)
    found, cursor = pulled(account)
    assert sorted(found) == sorted(made)
    # From the beginning; from the second that ends the page; and that second in three pages.
    assert account.methods(before)["getOrders"] == 1 + 1 + 3
    account.pass_time(HOUR)
    later = account.orders(3)
    again, _ = pulled(account, cursor)
    assert set(later) <= set(again)


def test_orders_at_the_edge_of_a_page_come_once_or_twice_but_come(account: Account) -> None:
    made: list[str] = []
    for _ in range(25):
        made += account.orders(9)
        account.pass_time(timedelta(seconds=1))
    found, _ = pulled(account)
    assert sorted(found) == sorted(made)


def test_a_quiet_round_takes_two_requests(account: Account) -> None:
    account.orders(5)
    _, cursor = pulled(account)
    account.pass_time(HOUR / 2)
    _, cursor = pulled(account, cursor)
    before = len(account.recorder.sent)
    found, _ = pulled(account, cursor)
    assert account.methods(before) == {"getJournalList": 1, "getOrders": 1}
    assert len(found) == 5  # the overlap gives them again, and they are no news


def test_what_changed_on_old_orders_is_read_in_as_few_requests_as_they_fill_pages(
    account: Account,
) -> None:
    made = account.orders(150)
    account.pass_time(timedelta(days=2))
    account.orders(1)
    _, cursor = pulled(account)
    moved = made[10:130:3]
    account.allow(10_000)
    ready = account.dialect.credentials()["status_cancelled"]
    for number in moved:
        account.call("setOrderStatus", order_id=int(number), status_id=ready)
    account.allow(100)
    before = len(account.recorder.sent)
    found, _ = pulled(account, cursor)
    assert {n for n, order in found.items() if order.state == "cancelled"} == set(moved)
    assert account.methods(before)["getOrders"] == 3  # what is new, and two pages from 10 to 130


@pytest.mark.parametrize("name", ["log_id", "id"])
def test_an_entry_of_the_journal_is_numbered_by_either_name(name: str) -> None:
    split = {"order_id": 5, "log_type": 6, "object_id": "9", "date": 1}
    assert entries({"logs": [{name: "7", **split}]}) == [(7, 5), (7, 9)]
    with pytest.raises(ValueError, match="an entry of the journal has no"):
        entries({"logs": [split]})


@pytest.mark.parametrize("fault", ["event twice", "event out of order"])
def test_a_journal_that_repeats_or_muddles_changes_nothing(account: Account, fault: str) -> None:
    [number] = account.orders(1)
    account.pass_time(HOUR / 2)
    account.orders(1)
    account.pass_time(HOUR / 4)
    account.orders(1)
    _, cursor = pulled(account)
    account.world.faults.add(Fault(fault, "baselinker", count=2))
    account.operate("cancel_order", number=number)
    account.pass_time(HOUR / 30)
    found, _ = pulled(account, cursor)
    assert found[number].state == "cancelled"


def test_what_the_journal_never_told_is_found_by_the_sweep_within_the_hour(
    account: Account,
) -> None:
    account.operate("journal", on=False)
    [number] = account.orders(1)
    account.pass_time(timedelta(days=1))
    account.orders(1)
    _, cursor = pulled(account)
    account.operate("cancel_order", number=number)
    found, cursor = pulled(account, cursor)
    assert number not in found
    account.pass_time(HOUR)
    found, cursor = pulled(account, cursor)
    assert found[number].state == "cancelled"


def test_an_order_that_a_list_left_out_comes_with_the_sweep(account: Account) -> None:
    account.operate("journal", on=False)
    made = account.orders(3)
    account.world.faults.add(Fault("omitted", "baselinker", count=1, path="orders"))
    found, cursor = pulled(account)
    assert len(found) == 2
    account.pass_time(timedelta(minutes=5))
    account.orders(1)
    again, _ = pulled(account, cursor)
    assert set(made) <= {*found, *again}


def test_after_a_pause_longer_than_the_journal_two_weeks_are_read_again(account: Account) -> None:
    [number] = account.orders(1)
    account.pass_time(timedelta(days=6))
    account.orders(1)
    _, cursor = pulled(account)
    account.operate("cancel_order", number=number)
    account.pass_time(timedelta(days=5))
    found, _ = pulled(account, cursor)
    assert found[number].state == "cancelled"


def test_a_clock_that_was_set_back_sweeps_instead_of_waiting_for_it(account: Account) -> None:
    [number] = account.orders(1)
    account.pass_time(timedelta(days=1))
    account.orders(1)
    _, cursor = pulled(account)
    ahead = int((account.now() + timedelta(days=300)).timestamp())
    wrong = replace(Cursor.read(cursor), swept=ahead, long=ahead)
    found, after = pulled(account, wrong.text())
    assert number in found
    assert Cursor.read(after).swept < ahead


def test_a_cursor_is_read_as_it_was_written() -> None:
    cursor = Cursor(log=456_001, since=1_700_000_000, id=7, seen=1_700_000_100, is_open=True)
    assert Cursor.read(cursor.text()) == cursor
    assert Cursor.read("") == Cursor()


def test_a_long_journal_is_read_in_pieces(account: Account) -> None:
    made = account.orders(PAGE + 30)
    _, cursor = pulled(account)
    account.allow(10_000)
    for number in made:
        account.call("setOrderFields", order_id=int(number), user_comments="Ring twice")
    account.allow(100)
    first = account.channel.orders(cursor)
    assert first.more
    found, _ = pulled(account, cursor)
    assert {order.note for order in found.values()} == {"Ring twice"}
    assert sorted(found) == sorted(made)


def test_unconfirmed_orders_are_not_given_until_they_are_confirmed(account: Account) -> None:
    [number] = account.orders(1)
    account.operate("unconfirm_order", number=number)
    found, cursor = pulled(account)
    assert found == {}
    assert acts.order_of(account.channel, number).payment == "pending"
    account.pass_time(HOUR)
    account.operate("confirm_order", number=number)
    found, _ = pulled(account, cursor)
    assert found[number].payment == "paid"


def test_what_is_paid_and_what_is_paid_at_the_door(account: Account) -> None:
    [paid] = account.orders(1)
    [door] = account.orders(1, paid=False, payment_method_cod=True)
    [owed] = account.orders(1, paid=False)
    found, cursor = pulled(account)
    assert [found[n].payment for n in (paid, door, owed)] == ["paid", "authorised", "pending"]
    account.operate("pay_order", number=owed, amount="100.00")
    found, cursor = pulled(account, cursor)
    assert found[owed].payment == "pending"  # of 139.00
    account.operate("pay_order", number=owed)
    found, cursor = pulled(account, cursor)
    assert found[owed].payment == "paid"


def test_an_account_that_tells_numbers_as_text_says_the_same(account: Account) -> None:
    clock = acts.live(account, "RETRO-CLOCK", quantity=14)
    number = account.buy({clock.sku: 2})
    before = acts.order_of(account.channel, number)
    seen = acts.afresh(account, clock)
    account.operate("numbers_as_text", on=True)
    assert acts.order_of(account.channel, number) == before
    assert acts.afresh(account, clock) == seen
    assert account.channel.check().currency == "PLN"
    acts.stocked(account, clock, 7)


def test_a_split_makes_two_orders_which_keep_the_pieces_and_the_money(account: Account) -> None:
    row = {
        "sku": "RETRO-CLOCK",
        "name": "Clock",
        "quantity": 3,
        "price_brutto": 129,
        "tax_rate": 23,
    }
    [number] = account.orders(1, products=[row])
    found, cursor = pulled(account)
    whole = found[number]
    items = [{"order_product_id": int(whole.lines[0].remote_id), "quantity": 1}]
    made = account.call(
        "addOrderBySplit", order_id=int(number), items_to_split=items, delivery_cost_to_split=0
    )
    found, _ = pulled(account, cursor)
    parts = [found[number], found[str(made["new_order_id"])]]
    assert sum(line.quantity for part in parts for line in part.lines) == 3
    assert sum(part.total for part in parts) == whole.total


def test_an_order_that_cannot_be_read_spoils_no_other(account: Account) -> None:
    good, bad = account.orders(2)
    with account.world.lock:
        order = account.dialect.shop.get("order", int(bad))
        assert order is not None
        order.body["products"][0]["quantity"] = "a few"
        account.its.store.save(order)
    found, _ = pulled(account)
    assert found[good].total == 13900
    assert found[bad].lines == ()
    assert found[bad].note == 'not as the vendor documents: quantity is not a number: "a few"'
    assert found[bad].modified_at < found[good].modified_at  # what was known of it before stands


def test_a_row_that_is_no_order_is_kept_for_a_person(account: Account) -> None:
    rows: dict[str, Any] = {"order_id": None, "currency": "PLN"}
    shown = mapping_orders.unreadable("baselinker", rows, "order_id is missing")
    assert (shown.remote_id, shown.lines, shown.currency) == ("", (), "PLN")
