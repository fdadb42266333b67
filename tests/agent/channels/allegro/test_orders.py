"""Orders: none lost, none twice, whatever the journal and the list leave out, repeat or mix up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from agent.errors import Unavailable
from agent.model.order import Order
from simulator.faults import Fault
from tests.contract import acts
from tests.contract.shops import BUYER, StagedShop


def bought(shop: StagedShop, **basket: int) -> str:
    """A paid order of these skus (RETRO_CLOCK is RETRO-CLOCK); nobody has looked at it yet."""
    with shop.world.lock:
        named = {sku.replace("_", "-"): pieces for sku, pieces in basket.items()}
        return shop.dialect.storefront.buy(named, BUYER)


def unpaid(shop: StagedShop, **more: Any) -> str:
    """A purchase of a clock that its buyer has not paid."""
    return str(shop.operate("buy_unpaid", basket={"RETRO-CLOCK": 1}, **more))


def all_of(shop: StagedShop, cursor: str = "") -> tuple[dict[str, Order], str]:
    """Everything since a cursor, by id."""
    return acts.pulled(shop.channel, cursor)


@pytest.fixture
def clock(shop: StagedShop) -> StagedShop:
    """A shop with clocks on sale."""
    acts.live(shop, "RETRO-CLOCK", quantity=900)
    return shop


def test_an_idle_round_takes_two_requests(clock: StagedShop) -> None:
    bought(clock, RETRO_CLOCK=1)
    _, cursor = all_of(clock)
    _, cursor = all_of(clock, cursor)
    before = len(clock.recorder.sent)
    all_of(clock, cursor)
    asked = [request.url.path for request in clock.recorder.sent[before:]]
    assert asked == ["/order/events", "/order/checkout-forms"]


def test_hundreds_of_orders_come_over_many_pages_each_once_a_page(clock: StagedShop) -> None:
    numbers = [bought(clock, RETRO_CLOCK=1) for _ in range(230)]
    found, cursor = all_of(clock)
    assert set(found) == set(numbers)
    assert len(cursor) < 1000


def test_more_orders_of_one_moment_than_a_page_holds(clock: StagedShop) -> None:
    numbers = [bought(clock, RETRO_CLOCK=1) for _ in range(205)]  # the clock stands still here
    clock.pass_time(timedelta(minutes=1))
    late = bought(clock, RETRO_CLOCK=1)
    found, _ = all_of(clock)
    assert set(found) == {*numbers, late}


def test_an_order_whose_events_never_came_is_in_the_list(clock: StagedShop) -> None:
    _, cursor = all_of(clock)
    clock.world.faults.add(Fault("event lost", "allegro", count=9))
    number = bought(clock, RETRO_CLOCK=1)
    found, _ = all_of(clock, cursor)
    assert found[number].payment == "paid"


def test_an_order_that_the_list_leaves_out_is_in_the_journal(clock: StagedShop) -> None:
    bought(clock, RETRO_CLOCK=1)
    _, cursor = all_of(clock)
    number = bought(clock, RETRO_CLOCK=1)
    clock.world.faults.add(Fault("omitted", "allegro", count=2))
    found, _ = all_of(clock, cursor)
    assert number in found


def test_an_order_that_both_leave_out_is_in_the_sweep(clock: StagedShop) -> None:
    bought(clock, RETRO_CLOCK=1)
    _, cursor = all_of(clock)
    clock.world.faults.add(Fault("event lost", "allegro", count=9))
    clock.world.faults.add(Fault("omitted", "allegro", count=2))
    number = bought(clock, RETRO_CLOCK=1)
    found, cursor = all_of(clock, cursor)
    assert number not in found
    clock.pass_time(timedelta(hours=2))
    last = bought(clock, RETRO_CLOCK=1)  # so that the list begins after the one left out
    found, cursor = all_of(clock, cursor)
    assert {number, last} <= set(found)


def test_a_page_that_comes_again_is_noticed_and_asked_for_again(clock: StagedShop) -> None:
    numbers = []
    for _ in range(240):
        numbers.append(bought(clock, RETRO_CLOCK=1))
        clock.pass_time(timedelta(seconds=1))
    clock.world.faults.add(Fault("page twice", "allegro", count=1, path="/order/checkout-forms"))
    first = clock.channel.orders("")
    with pytest.raises(Unavailable, match="another page than was asked for"):
        clock.channel.orders(first.cursor)
    rest, _ = all_of(clock, first.cursor)
    assert {order.remote_id for order in first.orders} | set(rest) == set(numbers)


def test_events_twice_and_out_of_order_change_nothing(clock: StagedShop) -> None:
    _, cursor = all_of(clock)
    clock.world.faults.add(Fault("event twice", "allegro", count=2))
    clock.world.faults.add(Fault("event out of order", "allegro", count=2))
    number = bought(clock, RETRO_CLOCK=2)
    found, cursor = all_of(clock, cursor)
    clock.pass_time(timedelta(minutes=2))
    again, _ = all_of(clock, cursor)
    assert list(found) == [number]
    assert again.get(number, found[number]) == found[number]


def test_a_vendor_whose_clock_goes_back_is_still_heard(clock: StagedShop) -> None:
    bought(clock, RETRO_CLOCK=1)
    _, cursor = all_of(clock)
    clock.world.dials["allegro"].turn({"clock_skew_s": -7200})
    number = bought(clock, RETRO_CLOCK=1)
    found, _ = all_of(clock, cursor)
    assert number in found


# -- unpaid, paid together, cancelled --------------------------------------------------------------


def test_what_is_not_paid_yet_is_told_as_that(clock: StagedShop) -> None:
    number = unpaid(clock)
    found, cursor = all_of(clock)
    assert (found[number].state, found[number].payment) == ("open", "pending")
    assert [line.quantity for line in found[number].lines] == [1]
    clock.operate("fill_in", order=number)
    found, cursor = all_of(clock, cursor)
    assert found[number].payment == "pending"
    clock.operate("pay", order=number)
    found, cursor = all_of(clock, cursor)
    assert found[number].payment == "paid"
    assert json.loads(cursor)["unpaid"] == {}


def test_two_purchases_paid_together_are_one_order_and_the_old_ones_are_off(
    clock: StagedShop,
) -> None:
    first, second = unpaid(clock), unpaid(clock)
    seen, cursor = all_of(clock)
    assert {seen[n].payment for n in (first, second)} == {"pending"}
    clock.pass_time(timedelta(minutes=20))
    merged = str(clock.operate("pay_together", orders=[first, second]))
    found, _ = all_of(clock, cursor)
    assert (found[merged].payment, len(found[merged].lines)) == ("paid", 2)
    for old in (first, second):
        assert found[old].state == "cancelled"
        assert found[old].modified_at > seen[old].modified_at
        assert [x.remote_id for x in found[old].lines] == [x.remote_id for x in seen[old].lines]
        assert ("paid_as", merged) in found[old].references
    lines = {line.remote_id for line in found[merged].lines}
    assert lines == {line.remote_id for n in (first, second) for line in seen[n].lines}


def test_purchases_that_were_paid_together_before_anybody_looked(clock: StagedShop) -> None:
    _, cursor = all_of(clock)
    merged = str(clock.operate("pay_together", orders=[unpaid(clock), unpaid(clock)]))
    found, _ = all_of(clock, cursor)
    assert list(found) == [merged]


def test_a_purchase_that_nobody_pays_is_cancelled(clock: StagedShop) -> None:
    number = unpaid(clock)
    _, cursor = all_of(clock)
    clock.operate("auto_cancel", order=number)
    found, cursor = all_of(clock, cursor)
    assert found[number].state == "cancelled"
    assert [line.cancelled for line in found[number].lines] == [1]
    assert json.loads(cursor)["unpaid"] == {}


def test_a_buyer_cancels_after_paying(clock: StagedShop) -> None:
    number = bought(clock, RETRO_CLOCK=2)
    _, cursor = all_of(clock)
    clock.operate("cancel_order", order=number)
    found, _ = all_of(clock, cursor)
    assert (found[number].state, found[number].payment) == ("cancelled", "paid")


# -- what an order says ----------------------------------------------------------------------------


def paid(shop: StagedShop, **wishes: Any) -> Order:
    """An order with wishes, once it is paid."""
    number = unpaid(shop, **wishes)
    shop.operate("pay", order=number)
    return acts.order_of(shop.channel, number)


def test_cash_on_delivery_may_be_sent_before_it_is_paid(clock: StagedShop) -> None:
    assert paid(clock, cash_on_delivery=True).payment == "authorised"


def test_a_company_wants_an_invoice_and_a_locker_is_where_it_goes(clock: StagedShop) -> None:
    company = {"name": "Zegary sp. z o.o.", "taxId": "5252674798"}
    order = paid(clock, company=company, pickup_point="POZ08A")
    assert (order.billing.company, order.billing.name) == ("Zegary sp. z o.o.", "")
    assert order.shipping.street2 == "POZ08A Paczkomat POZ08A"
    said = dict(order.references)
    assert (said["tax_id"], said["pickup_point"]) == ("5252674798", "POZ08A")


def test_a_discount_leaves_no_cent_behind(clock: StagedShop) -> None:
    order = paid(clock, discount=7)
    parts = [*order.lines, *order.charges]
    assert sum(part.net + part.tax for part in parts) == order.total == 11997


FORM: Mapping[str, Any] = {
    "id": "29738e61-7f6a-11e8-ac45-09db60ede9d6",
    "messageToSeller": "Please ring twice",
    "buyer": {
        "id": "23123123",
        "email": "abc+1@allegromail.pl",
        "login": "buyer_1",
        "firstName": "Anna",
        "lastName": "Kowalska",
        "guest": False,
        "phoneNumber": "+48600100200",
        "address": {"street": "Prosta 1", "city": "Poznań", "postCode": "60-166"},
    },
    "payment": {
        "id": "0f8f1d13-7f6a-11e8-ac45-09db60ede9d6",
        "type": "ONLINE",
        "provider": "PAYU",
        "finishedAt": "2026-03-02T08:03:00.000Z",
        "paidAmount": {"amount": "141.97", "currency": "PLN"},
    },
    "status": "READY_FOR_PROCESSING",
    "fulfillment": {"status": "NEW", "shipmentSummary": {"lineItemsSent": "NONE"}},
    "delivery": {
        "address": {
            "firstName": "Jan",
            "lastName": "Nowak",
            "street": "Długa 2",
            "city": "Łódź",
            "zipCode": "90-001",
            "countryCode": "PL",
        },
        "method": {"id": "m", "name": "Courier"},
        "cost": {"amount": "12.30", "currency": "PLN"},
    },
    "invoice": {"required": False},
    "lineItems": [
        {
            "id": "62ae358b-8f65-4fc4-9c77-bedf604a2e2b",
            "offer": {"id": "1", "name": "Retro clock", "external": {"id": "RETRO-CLOCK"}},
            "quantity": 3,
            "originalPrice": {"amount": "43.22", "currency": "PLN"},
            "price": {"amount": "39.89", "currency": "PLN"},
            "tax": {"rate": "23.00", "subject": "GOODS", "exemption": None},
            "boughtAt": "2026-03-02T08:00:00.000Z",
            "discounts": [{"type": "UNIT_PERCENTAGE_DISCOUNT"}],
            "selectedAdditionalServices": [
                {"name": "Gift wrap", "price": {"amount": "5.00", "currency": "PLN"}, "quantity": 2}
            ],
        }
    ],
    "surcharges": [],
    "marketplace": {"id": "allegro-pl"},
    "summary": {"totalToPay": {"amount": "141.98", "currency": "PLN"}},
    "updatedAt": "2026-03-02T08:03:01.000Z",
    "revision": "819b5836",
}
