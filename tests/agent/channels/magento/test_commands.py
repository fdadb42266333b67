"""Parcels and cancellations in Magento: each told once, none of them more than there is."""

from __future__ import annotations

import httpx
import pytest

from agent.errors import OutcomeUnknown
from agent.model.change import CancelOrder, ConfirmShipment, RecordReturn
from agent.model.order import Order, Parcel
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.contract.test_variants import CHOICES, family, live, made
from tests.simulator.channels.magento.connector import Rest


@pytest.fixture
def unpaid(shop: StagedShop, people: Rest) -> Order:
    """An order of three clocks that waits for a bank transfer."""
    acts.live(shop, "RETRO-CLOCK", quantity=8)
    return acts.order_of(shop.channel, str(people.order({"RETRO-CLOCK": 3})))


def cancel(order: Order, **lines: int) -> CancelOrder:
    return CancelOrder(f"{order.remote_id} cancel", order.remote_id, lines)


def parcel(
    order: Order, pieces: int, number: str = "TR-1", carrier: str = "DPD"
) -> ConfirmShipment:
    line = order.lines[0].remote_id
    key = f"{order.remote_id} {number}"
    return ConfirmShipment(key, order.remote_id, Parcel({line: pieces}, carrier, number), {})


def test_an_unpaid_order_is_cancelled_once_and_its_goods_are_free(
    shop: StagedShop, people: Rest, unpaid: Order
) -> None:
    assert shop.channel.settle(cancel(unpaid)) is None
    acts.done(shop, cancel(unpaid))
    assert shop.channel.settle(cancel(unpaid)) is not None
    acts.done(shop, cancel(unpaid))
    now = acts.order_of(shop.channel, unpaid.remote_id)
    assert (now.state, now.lines[0].cancelled) == ("cancelled", 3)
    assert people.salable("RETRO-CLOCK") == 8


def test_naming_all_pieces_cancels_the_order(shop: StagedShop, unpaid: Order) -> None:
    acts.done(shop, CancelOrder("all", unpaid.remote_id, {unpaid.lines[0].remote_id: 3}))
    assert acts.order_of(shop.channel, unpaid.remote_id).state == "cancelled"


def test_what_is_not_cancelled_says_what_to_do(shop: StagedShop, unpaid: Order) -> None:
    number = unpaid.number
    some = CancelOrder("some", unpaid.remote_id, {unpaid.lines[0].remote_id: 1})
    assert "whole orders only" in acts.told(shop, some).words
    shop.operate("hold_order", number=number)
    held = acts.told(shop, cancel(unpaid))
    assert (held.outcome, held.words) == ("refused", "the order is on hold")
    shop.operate("hold_order", number=number, on=False)
    shop.operate("ship_order", number=number, items={"RETRO-CLOCK": 1})
    sent = acts.told(shop, cancel(unpaid))
    assert sent.words == "a part of the order has left"
    assert sent.next == "record a return in the ERP, and refund in the shop"


def test_goods_that_came_back_are_left_to_people(shop: StagedShop, unpaid: Order) -> None:
    receipt = acts.told(shop, RecordReturn("back", unpaid.remote_id, {}))
    assert (receipt.outcome, receipt.words) == ("refused", "a credit memo would move money")
    assert receipt.next


def test_a_parcel_carries_its_number_carrier_and_our_mark(
    shop: StagedShop, people: Rest, unpaid: Order
) -> None:
    acts.done(shop, parcel(unpaid, 1, carrier="UPS"))
    [shipment] = people.find("/V1/shipments", order_id=unpaid.remote_id)["items"]
    [track] = shipment["tracks"]
    told = [track[name] for name in ("track_number", "title", "carrier_code")]
    assert told == ["TR-1", "UPS", "ups"]
    [comment] = people.get(f"/V1/shipment/{shipment['entity_id']}/comments")["items"]
    assert comment["comment"].startswith("UPS TR-1 [tally ")
    assert not comment["is_visible_on_front"]


def test_a_parcel_that_people_told_with_the_same_number_is_not_told_again(
    shop: StagedShop, people: Rest, unpaid: Order
) -> None:
    shop.operate("ship_order", number=unpaid.number, items={"RETRO-CLOCK": 2}, track="TR-1")
    assert acts.done(shop, parcel(unpaid, 2)).words == "found in the shop"
    assert shop.channel.settle(parcel(unpaid, 1)) is None  # other pieces: another parcel
    assert people.find("/V1/shipments", order_id=unpaid.remote_id)["total_count"] == 1


def test_more_than_is_left_or_a_line_of_another_order_is_refused_before_it_is_sent(
    shop: StagedShop, unpaid: Order
) -> None:
    before = shop.writes()
    receipt = acts.told(shop, parcel(unpaid, 4))
    assert receipt.words.endswith("have left, of which the order has 3 to ship")
    strange = ConfirmShipment("x", unpaid.remote_id, Parcel({"999": 1}), {})
    assert "of which the order has 0 to ship" in acts.told(shop, strange).words
    nothing = ConfirmShipment("y", unpaid.remote_id, Parcel({}), {})
    assert acts.told(shop, nothing).words == "the parcel is empty"
    assert shop.writes() == before


def test_an_order_on_hold_is_not_shipped(shop: StagedShop, unpaid: Order) -> None:
    shop.operate("hold_order", number=unpaid.number)
    assert acts.told(shop, parcel(unpaid, 1)).words == 'the order is "holded"'


def test_a_parcel_that_cannot_be_read_back_is_in_doubt_and_found(
    shop: StagedShop, unpaid: Order
) -> None:
    shop.recorder.instead["/rest/all/V1/shipment/1"] = httpx.Response(503)
    receipt = acts.told(shop, parcel(unpaid, 1))
    assert (receipt.outcome, receipt.request_id) == ("in_doubt", "1")
    settled = shop.channel.settle(parcel(unpaid, 1))
    assert settled is not None
    assert settled.outcome == "done"


def test_a_parcel_whose_answer_was_lost_leaves_the_rest_to_ship(
    shop: StagedShop, unpaid: Order
) -> None:
    shop.fail_write("timeout after", effect=True)
    with pytest.raises(OutcomeUnknown):
        shop.channel.push([parcel(unpaid, 1)])
    acts.done(shop, parcel(unpaid, 1))
    acts.done(shop, parcel(unpaid, 2, "TR-2"))
    assert "0 to ship" in acts.told(shop, parcel(unpaid, 1, "TR-3")).words


def test_an_order_of_a_variant_ships_by_the_line_that_was_given(shop: StagedShop) -> None:
    live(shop, made(shop, list(CHOICES), family(shop)))
    order = acts.order_of(shop.channel, shop.buy({"OAK-SHELF-80-S": 2}))
    acts.done(shop, parcel(order, 2))
    assert shop.dialect.storefront.order(order.number).shipped == {"OAK-SHELF-80-S": 2}
