"""Parcels, cancellations and returns at BaseLinker: looked for first, by statuses that a person named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.channels import Channel
from agent.model.change import CancelOrder, Command, ConfirmShipment, Receipt, RecordReturn
from agent.model.order import Order, Parcel
from tests.agent.channels.baselinker.account import Account
from tests.contract import acts


@pytest.fixture
def account() -> Iterator[Account]:
    """An account with a clock in the catalogue."""
    opened = Account()
    acts.live(opened, "RETRO-CLOCK", quantity=14)
    yield opened
    opened.close()


def bought(account: Account, pieces: int = 3) -> Order:
    return acts.order_of(account.channel, account.buy({"RETRO-CLOCK": pieces}))


def parcel(order: Order, pieces: int, number: str = "TR-1", after: int = 0) -> ConfirmShipment:
    line = order.lines[0].remote_id
    sent = Parcel({line: pieces}, "DPD", number)
    return ConfirmShipment(f"ship {number}", order.remote_id, sent, {line: after})


def told(channel: Channel, command: Command) -> Receipt:
    [receipt] = channel.push([command])
    return receipt


def status(account: Account, order: Order) -> str:
    view = account.dialect.storefront.order(order.number)
    return str(view.status)


def bare(account: Account) -> Channel:
    """The account for somebody who has named no status."""
    none = {"status_cancelled": (), "status_shipped": "", "status_returned": ""}
    return account.connect(account.secrets(), none)


def test_the_order_moves_on_with_its_last_parcel(account: Account) -> None:
    order = bought(account)
    acts.done(account, parcel(order, 1))
    assert status(account, order) == "New orders"
    acts.done(account, parcel(order, 2, "TR-2", after=1))
    assert status(account, order) == "Shipped"


def test_without_a_status_for_it_a_shipped_order_stays_where_it_is(account: Account) -> None:
    order = bought(account)
    assert told(bare(account), parcel(order, 3)).outcome == "done"
    assert status(account, order) == "New orders"
    assert account.dialect.storefront.order(order.number).parcels == ["TR-1"]


def test_a_parcel_that_was_told_before_the_order_moved_is_not_told_again(account: Account) -> None:
    order = bought(account)
    told(bare(account), parcel(order, 3))  # and then the process ended
    assert account.channel.settle(parcel(order, 3)) is None
    acts.done(account, parcel(order, 3))
    assert account.dialect.storefront.order(order.number).parcels == ["TR-1"]
    assert status(account, order) == "Shipped"
    assert account.channel.settle(parcel(order, 3)) is not None


def test_a_courier_is_named_by_the_vendors_code_where_it_has_one(account: Account) -> None:
    order = bought(account)
    for number, carrier in (
        ("TR-1", "Poczta Polska"),
        ("TR-2", "Piotr's van, blue, small"),
        ("TR-3", ""),
    ):
        sent = Parcel({order.lines[0].remote_id: 1}, carrier, number)
        told(account.channel, ConfirmShipment(number, order.remote_id, sent, {}))
    found = account.call("getOrderPackages", order_id=int(order.remote_id))["packages"]
    assert [(p["courier_code"], p["courier_other_name"]) for p in found] == [
        ("pocztapolska", ""),
        ("other", "Piotr's van, blue, s"),
        ("other", ""),
    ]


def test_a_number_that_the_vendor_cannot_keep_is_refused(account: Account) -> None:
    receipt = told(account.channel, parcel(bought(account), 1, "9" * 41))
    assert receipt.outcome == "refused"
    assert receipt.words.startswith("the vendor keeps 40 characters of a number")


def test_a_cancelled_order_is_not_shipped(account: Account) -> None:
    order = bought(account)
    acts.done(account, CancelOrder("c", order.remote_id, {}))
    receipt = told(account.channel, parcel(order, 3))
    assert (receipt.outcome, receipt.words) == ("refused", "the order is cancelled")


def test_nothing_is_cancelled_by_a_status_that_nobody_named(account: Account) -> None:
    order = bought(account)
    receipt = told(bare(account), CancelOrder("c", order.remote_id, {}))
    assert receipt.outcome == "refused"
    assert receipt.words == "`status_cancelled` is not set"
    assert receipt.next == (
        'set `status_cancelled` in tally.yaml to one of: "New orders" (6624),'
        ' "Ready to ship" (6625), "Shipped" (6626), "Cancelled" (6627)'
    )
    assert status(account, order) == "New orders"


def test_every_status_that_means_cancelled_is_read_and_the_first_is_set(account: Account) -> None:
    late = account.call("addOrderStatus", name="Not paid", name_for_customer="", color="#000000")
    named = {"status_cancelled": ("Cancelled", late["status_id"])}
    channel = account.connect(account.secrets(), named)
    first, second = bought(account), bought(account)
    account.operate("set_status", number=first.number, status="Not paid")
    assert acts.order_of(channel, first.remote_id).state == "cancelled"
    assert told(channel, CancelOrder("c", second.remote_id, {})).outcome == "done"
    assert status(account, second) == "Cancelled"


def test_all_pieces_by_name_are_the_whole_order(account: Account) -> None:
    order = bought(account)
    lines = {order.lines[0].remote_id: 3}
    acts.done(account, CancelOrder("c", order.remote_id, lines))
    assert status(account, order) == "Cancelled"


def test_what_has_been_sent_is_not_cancelled(account: Account) -> None:
    order = bought(account)
    acts.done(account, parcel(order, 1))
    receipt = told(account.channel, CancelOrder("c", order.remote_id, {}))
    assert (receipt.outcome, receipt.next) == ("refused", "record a return instead")


def test_a_return_is_recorded_without_money_and_without_stock(account: Account) -> None:
    order = bought(account)
    acts.done(account, parcel(order, 3))
    back = RecordReturn("back 1", order.remote_id, {order.lines[0].remote_id: 2}, restock=True)
    acts.done(account, back)
    [found] = account.call("getOrderReturns", order_id=int(order.remote_id))["returns"]
    assert (found["refunded"], found["status_id"]) == ("0.00", 7001)
    assert [(row["sku"], row["quantity"]) for row in found["products"]] == [("RETRO-CLOCK", 2)]
    assert found["admin_comments"].startswith("From the ERP [tally ")
    more = RecordReturn("back 2", order.remote_id, {order.lines[0].remote_id: 2})
    receipt = told(account.channel, more)
    assert receipt.words.endswith("came back, of which the order has 1 left")


def test_no_return_is_recorded_in_a_status_that_nobody_named(account: Account) -> None:
    order = bought(account)
    back = RecordReturn("back", order.remote_id, {order.lines[0].remote_id: 1})
    receipt = told(bare(account), back)
    assert (receipt.outcome, receipt.words) == ("refused", "`status_returned` is not set")
    assert '"Completed" (7003)' in receipt.next


def test_an_order_that_was_deleted_is_told_so(account: Account) -> None:
    order = bought(account)
    account.call("deleteOrders", order_ids=[int(order.remote_id)])
    receipt = told(account.channel, parcel(order, 1))
    assert (receipt.outcome, receipt.words) == ("refused", "the account has no such order")
    assert account.channel.order(order.remote_id).orders == ()


def test_a_person_is_told_what_is_open_in_tally_yaml(account: Account) -> None:
    notes = " ".join(bare(account).check().notes)
    for setting in ("status_cancelled", "status_shipped", "status_returned"):
        assert f"`{setting}` is not set" in notes
    assert "the journal of orders is empty" in notes
    bought(account)
    assert "the journal of orders is empty" not in " ".join(account.channel.check().notes)
