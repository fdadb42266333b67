"""Parcels and cancellations: once, by what Allegro has, and with words where it has not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent.model.change import CancelOrder, ConfirmShipment
from agent.model.order import Order, Parcel
from tests.contract import acts
from tests.contract.shops import BUYER, StagedShop


def ordered(shop: StagedShop, pieces: int = 2) -> Order:
    """A paid order of clocks."""
    clock = acts.live(shop, "RETRO-CLOCK", quantity=14)
    return acts.order_of(shop.channel, shop.buy({clock.sku: pieces}))


def parcel(order: Order, pieces: int = 2, tracking: str = "TR-1", **more: Any) -> ConfirmShipment:
    """Pieces of the only line have left."""
    line = order.lines[0].remote_id
    carrier, before = more.get("carrier", "DPD"), more.get("before", 0)
    return ConfirmShipment(
        f"{order.remote_id} {tracking}",
        order.remote_id,
        Parcel({line: pieces}, carrier, tracking),
        {line: before},
    )


def told(shop: StagedShop) -> dict[str, Any]:
    """The newest parcel as it was sent."""
    sent = [r for r in shop.recorder.sent if r.url.path.endswith("/shipments") and r.content]
    found: dict[str, Any] = json.loads(sent[-1].content)
    return found


def fulfilment(shop: StagedShop, order: Order) -> str:
    """What the seller's state of the order is."""
    with shop.world.lock:
        form = shop.dialect.store.by_key("form", order.remote_id)
    return str(form.body["fulfillment"]["status"])


@pytest.mark.parametrize(
    ("carrier", "id", "name"),
    [
        ("DPD", "DPD", None),
        ("inpost", "INPOST", None),
        ("Poczta Polska", "POCZTA_POLSKA", None),
        ("KURIER48", "POCZTA_POLSKA", None),  # as the settings say
        ("Van of our own with a very long name", "OTHER", "Van of our own with a very lon"),
        ("", "OTHER", "Kurier"),
    ],
)
def test_carriers_are_known_by_id_or_name(carrier: str, id: str, name: str | None) -> None:
    shop = StagedShop("allegro", {"carriers": {"KURIER48": "Poczta Polska"}})
    acts.done(shop, parcel(ordered(shop), carrier=carrier))
    body = told(shop)
    assert (body["carrierId"], body.get("carrierName")) == (id, name)
    shop.close()


def test_an_order_is_set_to_sent_when_its_last_piece_has_left(shop: StagedShop) -> None:
    order = ordered(shop, 3)
    acts.done(shop, parcel(order, 1))
    assert fulfilment(shop, order) == "NEW"
    acts.done(shop, parcel(order, 2, "TR-2", before=1))
    assert fulfilment(shop, order) == "SENT"


def test_a_shop_may_keep_its_states_to_itself() -> None:
    shop = StagedShop("allegro", {"mark_sent": False})
    order = ordered(shop)
    acts.done(shop, parcel(order))
    assert fulfilment(shop, order) == "NEW"
    assert shop.channel.settle(parcel(order)) is not None
    shop.close()


def test_a_whole_order_without_a_number_is_set_to_sent(shop: StagedShop) -> None:
    order = ordered(shop)
    sent = parcel(order, 2, "")
    assert shop.channel.settle(sent) is None
    acts.done(shop, sent)
    assert fulfilment(shop, order) == "SENT"
    assert shop.channel.settle(sent) is not None


def test_a_part_without_a_number_cannot_be_told(shop: StagedShop) -> None:
    receipt = acts.told(shop, parcel(ordered(shop), 1, ""))
    assert receipt.outcome == "refused"
    assert "waybill" in receipt.words
    assert "tracking number" in receipt.next


def test_a_parcel_that_people_added_is_not_told_again(shop: StagedShop) -> None:
    order = ordered(shop)
    shop.operate("ship", order=order.remote_id, waybill="tr-1", carrier="DPD")
    before = shop.writes()
    acts.done(shop, parcel(order))
    assert shop.writes() - before == 1  # only that it is sent
    assert fulfilment(shop, order) == "SENT"


def test_a_number_that_stands_in_too_many_orders_is_refused(shop: StagedShop) -> None:
    acts.live(shop, "RETRO-CLOCK", quantity=50)
    for _ in range(10):
        number = shop.dialect.storefront.buy({"RETRO-CLOCK": 1}, BUYER)
        shop.operate("ship", order=number, waybill="TR-1", carrier="DPD")
    order = acts.order_of(shop.channel, shop.buy({"RETRO-CLOCK": 2}))
    receipt = acts.told(shop, parcel(order))
    assert (receipt.outcome, receipt.again) == ("refused", False)
    assert "tracking number" in receipt.next


def test_an_order_that_changed_since_we_looked_is_looked_at_again(shop: StagedShop) -> None:
    order = ordered(shop)
    shop.recorder.before_write = lambda: shop.operate(
        "edit_order", order=order.remote_id, city="Gdynia"
    )
    cancel = CancelOrder("c", order.remote_id, {})
    receipt = acts.told(shop, cancel)
    assert (receipt.outcome, receipt.again) == ("refused", True)
    acts.done(shop, cancel)


def test_what_has_left_is_not_cancelled(shop: StagedShop) -> None:
    order = ordered(shop)
    acts.done(shop, parcel(order, 1))
    receipt = acts.told(shop, CancelOrder("c", order.remote_id, {}))
    assert receipt.outcome == "refused"
    assert "return" in receipt.next


def test_a_cancelled_order_is_not_shipped(shop: StagedShop) -> None:
    order = ordered(shop)
    shop.operate("cancel_order", order=order.remote_id)
    receipt = acts.told(shop, parcel(order))
    assert receipt.outcome == "refused"
    assert "cancelled" in receipt.words
    assert shop.channel.settle(CancelOrder("c", order.remote_id, {})) is not None


def test_an_order_that_is_not_there_is_refused(shop: StagedShop) -> None:
    missing = "00000000-0000-4000-8000-000000000000"
    receipt = acts.told(shop, CancelOrder("c", missing, {}))
    assert receipt.outcome == "refused"
    assert shop.channel.settle(CancelOrder("c", missing, {})) is None
