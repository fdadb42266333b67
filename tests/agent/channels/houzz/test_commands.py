"""Parcels and cancellations of whole orders, each once, in Houzz's own words."""

from __future__ import annotations

import pytest

from agent.channels.houzz import Settings, commands
from agent.errors import Throttled
from agent.model.change import CancelOrder, ConfirmShipment, RecordReturn, SetStock
from agent.model.order import Order, Parcel
from simulator.faults import Fault
from tests.agent.channels.scripted import Scripted, said
from tests.build import listing
from tests.contract import acts
from tests.contract.shops import StagedShop

SETTINGS = Settings(
    user="seller", app="tally", secret_token="TOKEN", carriers={"dpd": "Expedited Shipping"}
)


def bought(shop: StagedShop, pieces: int = 3) -> Order:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=14)
    return acts.order_of(shop.channel, shop.buy({clock.sku: pieces}))


def parcel(
    order: Order, pieces: int, *, after: int = 0, carrier: str = "UPS", tracking: str = "1Z-1"
) -> ConfirmShipment:
    line = order.lines[0].remote_id
    sent = Parcel({line: pieces}, carrier, tracking)
    key = f"{order.remote_id} {after}"
    return ConfirmShipment(key, order.remote_id, sent, {line: after} if after else {})


@pytest.mark.parametrize(
    ("carrier", "told"),
    [
        ("UPS Ground", "UPS Ground"),
        (" fedex 2day ", "FedEx 2Day"),
        ("DPD", "Expedited Shipping"),  # as tally.yaml says
        ("InPost", "Standard Shipping"),
        ("", "Standard Shipping"),
    ],
)
def test_a_carrier_is_told_by_houzzs_own_name(carrier: str, told: str) -> None:
    assert commands.method(carrier, SETTINGS) == told


def test_a_parcel_that_leaves_pieces_behind_is_kept_and_the_last_tells_all(
    shop: StagedShop,
) -> None:
    order = bought(shop)
    first = acts.done(shop, parcel(order, 1))
    assert first.words == commands.KEPT
    assert shop.operate("look", order=order.remote_id)["Status"] == "Charged"
    last = acts.done(shop, parcel(order, 2, after=1, tracking="1Z-2"))
    assert last.words == (
        'shipped as "Standard Shipping", because Houzz has no "UPS";'
        " the 1 pieces before it under the same number"
    )
    seen = shop.operate("look", order=order.remote_id)
    assert (seen["Status"], seen["TrackingNumber"]) == ("Shipped", "1Z-2")


def test_the_last_parcel_is_told_after_a_restart_too(shop: StagedShop) -> None:
    order = bought(shop)
    acts.done(shop, parcel(order, 1))
    shop.connect_again()
    assert shop.channel.settle(parcel(order, 1)) is None  # told again, which does nothing
    acts.done(shop, parcel(order, 1))
    acts.done(shop, parcel(order, 2, after=1))
    assert shop.operate("look", order=order.remote_id)["Status"] == "Shipped"


def test_without_a_number_the_order_cannot_be_told(shop: StagedShop) -> None:
    order = bought(shop)
    receipt = acts.told(shop, parcel(order, 3, tracking=""))
    assert (receipt.outcome, receipt.words) == (
        "refused",
        "Houzz wants a tracking number for every order",
    )
    assert receipt.next


def test_an_order_whose_card_failed_is_not_shipped(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK")
    shop.world.faults.add(Fault("job failed", "houzz", path="charge", count=1))
    order = acts.order_of(shop.channel, shop.buy({clock.sku: 1}))
    before = shop.writes()
    receipt = acts.told(shop, parcel(order, 1))
    assert (receipt.outcome, shop.writes()) == ("refused", before)
    assert receipt.words == 'the order is "failed to charge" at Houzz'


def test_an_order_that_people_shipped_first_is_done(shop: StagedShop) -> None:
    order = bought(shop)
    shop.operate("ship", order=order.remote_id, tracking="BY-HAND")
    before = shop.writes()
    acts.done(shop, parcel(order, 3))
    assert shop.writes() == before


def test_an_order_that_people_ship_in_that_very_moment_is_done(shop: StagedShop) -> None:
    order = bought(shop)
    shop.recorder.before_write = lambda: shop.operate(
        "ship", order=order.remote_id, tracking="BY-HAND"
    )
    receipt = acts.done(shop, parcel(order, 3))
    assert receipt.words == "the order is marked as shipped at Houzz"


def test_pieces_that_were_not_ordered_are_not_told(shop: StagedShop) -> None:
    order = bought(shop)
    receipt = acts.told(shop, parcel(order, 2, after=2))
    assert receipt.words == "2 + 2 pieces of line RETRO-CLOCK/1 shipped, 3 ordered"
    strange = Parcel({"OAK-SHELF/1": 1}, "UPS", "1Z")
    receipt = acts.told(shop, ConfirmShipment("x", order.remote_id, strange, {}))
    assert receipt.words == "0 + 1 pieces of line OAK-SHELF/1 shipped, 0 ordered"


def test_an_order_that_was_split_is_told_by_what_is_left_of_it(shop: StagedShop) -> None:
    order = bought(shop)
    shop.operate("split", order=order.remote_id, lines={"RETRO-CLOCK": 1})
    acts.done(shop, parcel(order, 2))
    assert shop.operate("look", order=order.remote_id)["Status"] == "Shipped"


def test_a_cancellation_says_the_sellers_own_reason() -> None:
    shop = StagedShop("houzz", {"cancel_code": 1})
    order = bought(shop)
    cancel = CancelOrder("c", order.remote_id, {}, "broken <in> the store")
    acts.done(shop, cancel)
    assert shop.operate("look", order=order.remote_id)["Why"] == (
        "out of stock: broken <in> the store"
    )
    shop.close()


def test_all_pieces_are_the_whole_order(shop: StagedShop) -> None:
    order = bought(shop)
    acts.done(shop, CancelOrder("c", order.remote_id, {order.lines[0].remote_id: 3}))
    assert acts.order_of(shop.channel, order.remote_id).state == "cancelled"


def test_what_was_shipped_is_not_cancelled(shop: StagedShop) -> None:
    order = bought(shop)
    acts.done(shop, parcel(order, 3))
    receipt = acts.told(shop, CancelOrder("c", order.remote_id, {}))
    assert (receipt.outcome, receipt.words) == ("refused", "the order is shipped already")


def test_a_return_is_for_people(shop: StagedShop) -> None:
    order = bought(shop)
    back = RecordReturn("r", order.remote_id, {order.lines[0].remote_id: 1})
    assert acts.told(shop, back).outcome == "refused"


def test_a_parcel_that_had_to_wait_goes_before_thousands_of_changes(scripted: Scripted) -> None:
    row = {"OrderId": "1", "Status": "Charged", "OrderItems": {"SKU": "MUG", "Quantity": 1}}
    scripted.answer = lambda _: said({"Ack": "Success", "Order": row})
    channel = scripted.connect()
    mugs = [SetStock(f"MUG-{n}", listing(f"MUG-{n}"), 3, backorders=False) for n in range(4)]
    sent = ConfirmShipment("one", "1", Parcel({"MUG/1": 1}, "UPS", "1Z"), {})
    channel.push(mugs)
    with pytest.raises(Throttled):
        channel.push([sent])
    scripted.clock.pass_time(seconds=1)
    with pytest.raises(Throttled, match="a shipment or cancellation goes first"):
        channel.push(mugs)
    assert [receipt.outcome for receipt in channel.push([sent])] == ["done"]
    scripted.clock.pass_time(seconds=1)
    assert {receipt.outcome for receipt in channel.push(mugs)} == {"done"}
