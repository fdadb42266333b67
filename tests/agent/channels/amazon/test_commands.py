"""Parcels and cancellations, each once, in Amazon's own terms."""

from __future__ import annotations

import json
from typing import Any

from agent.channels.amazon.commands import reference
from agent.model.change import CancelOrder, ConfirmShipment
from agent.model.order import Order, Parcel
from tests.agent.channels.amazon.test_changes import on_the_shelf
from tests.contract import acts
from tests.contract.shops import StagedShop


def bought(shop: StagedShop, **basket: int) -> Order:
    """A paid order."""
    asked = {name.replace("_", "-"): pieces for name, pieces in basket.items()}
    on_the_shelf(shop, list(asked))
    return acts.order_of(shop.channel, shop.buy(asked))


def ship(order: Order, pieces: int, **more: Any) -> ConfirmShipment:
    """Some pieces of its first line have left."""
    line = order.lines[0].remote_id
    parcel = Parcel({line: pieces}, **{"carrier": "DPD", "tracking": "TR-1", **more})
    return ConfirmShipment(
        f"{order.remote_id} {parcel.tracking}", order.remote_id, parcel, {line: 0}
    )


def told(shop: StagedShop) -> dict[str, Any]:
    """What was sent of the last parcel."""
    sent = [r for r in shop.recorder.sent if r.url.path.endswith("shipmentConfirmation")]
    found: dict[str, Any] = json.loads(sent[-1].content)["packageDetail"]
    return found


def test_a_parcels_number_is_a_positive_number_as_text_and_always_the_same() -> None:
    numbers = {reference(f"parcel {n}") for n in range(1000)}
    assert len(numbers) == 1000
    assert all(number.isdigit() and int(number) > 0 for number in numbers)
    assert reference("parcel 1") == reference("parcel 1")


def test_a_carrier_goes_by_its_code_or_by_its_name(shop: StagedShop) -> None:
    order = bought(shop, MUG_STONE=3)
    acts.done(shop, ship(order, 1, carrier="dhl"))
    assert told(shop)["carrierCode"] == "DHL"
    acts.done(shop, ship(order, 1, carrier="Kurier Jan", tracking="TR-2"))
    assert (told(shop)["carrierCode"], told(shop)["carrierName"]) == ("Other", "Kurier Jan")


def test_what_amazon_needs_to_know_of_a_parcel_is_asked_for(shop: StagedShop) -> None:
    order = bought(shop, MUG_STONE=3)
    for lacking in ("carrier", "tracking"):
        receipt = acts.told(shop, ship(order, 1, **{lacking: ""}))
        assert receipt.outcome == "refused"
        assert receipt.next
    assert not [r for r in shop.recorder.sent if r.url.path.endswith("shipmentConfirmation")]


def test_an_order_that_people_have_confirmed_is_done(shop: StagedShop) -> None:
    order = bought(shop, MUG_STONE=3)
    shop.operate("ship_order", order=order.number, tracking="BY-HAND")
    receipt = acts.done(shop, ship(order, 3))
    assert "marked as shipped" in receipt.words


def test_a_parcel_of_a_cancelled_order_is_stopped(shop: StagedShop) -> None:
    order = bought(shop, MUG_STONE=3)
    shop.operate("cancel_order", order=order.number)
    receipt = acts.told(shop, ship(order, 3))
    assert receipt.outcome == "refused"
    assert "stop the parcel" in receipt.next


def test_whole_lines_are_cancelled_by_a_feed_and_the_rest_stays(shop: StagedShop) -> None:
    order = bought(shop, MUG_STONE=2, RETRO_CLOCK=1)
    clock = next(line for line in order.lines if line.sku == "RETRO-CLOCK")
    cancel = CancelOrder("c 1", order.remote_id, {clock.remote_id: 1}, "broken")
    assert shop.channel.settle(cancel) is None
    acts.done(shop, cancel)
    assert shop.channel.settle(cancel) is not None
    now = acts.order_of(shop.channel, order.remote_id)
    assert {line.sku: line.cancelled for line in now.lines} == {"MUG-STONE": 0, "RETRO-CLOCK": 1}
    assert now.state == "open"


def test_pieces_of_a_line_are_for_people(shop: StagedShop) -> None:
    order = bought(shop, MUG_STONE=2)
    receipt = acts.told(shop, CancelOrder("c", order.remote_id, {order.lines[0].remote_id: 1}))
    assert receipt.outcome == "refused"
    assert "Seller Central" in receipt.next


def test_what_has_left_is_not_cancelled(shop: StagedShop) -> None:
    order = bought(shop, MUG_STONE=2)
    acts.done(shop, ship(order, 2))
    receipt = acts.told(shop, CancelOrder("c", order.remote_id, {}))
    assert receipt.outcome == "refused"
    assert "shipped" in receipt.words


def test_a_reason_that_amazon_does_not_know_is_refused_in_its_words(shop: StagedShop) -> None:
    order = bought(shop, MUG_STONE=2)
    strange = shop.connect(shop.secrets(), {"cancel_reason": "BadMood"})
    cancel = CancelOrder("c", order.remote_id, {})
    receipt = strange.push([cancel])[0]
    assert receipt.outcome == "working"
    shop.rest()
    ended = strange.finished(receipt.job, ["c"])
    assert ended is not None
    assert "BadMood" in ended.refused["c"][0].words
    strange.close()
