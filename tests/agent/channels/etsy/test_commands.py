"""Parcels: told once each, by Etsy's names of carriers, and what only people can do."""

from __future__ import annotations

from typing import Any

import pytest

from agent.channels.etsy import commands
from agent.model.change import CancelOrder, ConfirmShipment, RecordReturn
from agent.model.order import Order, Parcel
from simulator.channels import Buyer
from tests.agent.channels.etsy.conftest import asked
from tests.contract import acts
from tests.contract.shops import BUYER, StagedShop


def bought(shop: StagedShop, pieces: int = 3) -> Order:
    clock = acts.live(shop, "RETRO-CLOCK", price=12900)
    return acts.order_of(shop.channel, shop.buy({clock.sku: pieces}))


def parcel(order: Order, pieces: int = 1, **more: Any) -> ConfirmShipment:
    line = order.lines[0].remote_id
    told = Parcel({line: pieces}, **{"carrier": "DPD", "tracking": "TR-1", **more})
    return ConfirmShipment(f"ship {told.tracking}", order.remote_id, told, {line: 0})


def test_a_parcel_takes_a_look_and_a_word(shop: StagedShop) -> None:
    order = bought(shop)
    shop.channel.push([parcel(order, tracking="TR-0")])  # asks once what carriers there are
    shop.rest()
    shop.recorder.sent.clear()
    [receipt] = shop.channel.push([parcel(order)])
    assert (receipt.outcome, receipt.words) == ("done", "told as dpd")
    assert asked(shop) == ["GET shops/receipts", "POST shops/receipts/tracking"]


def test_a_number_typed_otherwise_is_the_same_parcel(shop: StagedShop) -> None:
    order = bought(shop)
    shop.operate("ship", order=order.remote_id, tracking_code="tr 1", carrier_name="dpd")
    assert acts.done(shop, parcel(order)).words == "found in the shop"


def test_an_order_that_people_marked_as_shipped_still_gets_its_number(shop: StagedShop) -> None:
    order = bought(shop)
    shop.operate("ship", order=order.remote_id)
    assert shop.channel.settle(parcel(order)) is None
    acts.done(shop, parcel(order))
    assert list(shop.dialect.storefront.order(order.number).parcels) == ["TR-1"]


def test_a_second_parcel_without_a_number_has_nothing_to_tell(shop: StagedShop) -> None:
    order = bought(shop)
    line = order.lines[0].remote_id
    acts.done(shop, ConfirmShipment("a", order.remote_id, Parcel({line: 1}), {line: 0}))
    writes = shop.writes()
    second = ConfirmShipment("b", order.remote_id, Parcel({line: 2}), {line: 1})
    assert acts.done(shop, second).words.startswith("the order was marked as shipped before")
    assert shop.writes() == writes


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("DPD", "dpd"),
        ("DPD Polska", "dpd"),
        ("Poczta Polska", "poczta-polska"),  # as Etsy lists it for the shop's country
        ("Kurier Jan", "other"),
        ("", "other"),
        ("Paczkomat", "inpost-paczkomaty"),  # as tally.yaml says
    ],
)
def test_a_carrier_is_told_by_etsys_name(name: str, sent: str) -> None:
    shop = StagedShop("etsy", {"carriers": {"paczkomat": "inpost-paczkomaty"}})
    try:
        assert commands.carrier(shop.raw._c, name) == sent  # type: ignore[attr-defined]
        assert acts.done(shop, parcel(bought(shop), carrier=name)).words == f"told as {sent}"
    finally:
        shop.close()


def test_a_cancelled_order_is_not_shipped(shop: StagedShop) -> None:
    order = bought(shop)
    shop.operate("cancel", order=order.remote_id)
    receipt = acts.told(shop, parcel(order))
    assert (receipt.outcome, receipt.words) == ("refused", 'the order is "canceled"')
    assert receipt.next


def test_where_etsy_wants_a_number_it_says_so(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK")
    abroad = Buyer(**{**BUYER.__dict__, "country": "IN"})
    with shop.world.lock:
        number = shop.dialect.storefront.buy({clock.sku: 1}, abroad)
    shop.rest()
    receipt = acts.told(shop, parcel(acts.order_of(shop.channel, number), tracking=""))
    assert receipt.outcome == "refused"
    assert "A tracking number is required" in receipt.words
    assert receipt.next == ("give the shipment a tracking number in the ERP and export it again")


def test_what_this_app_may_not_tell_does_not_stop_the_channel(shop: StagedShop) -> None:
    order = bought(shop)
    shop.operate("restrict_addresses", countries=["PL"])
    receipt = acts.told(shop, parcel(order))
    assert receipt.outcome == "refused"
    assert receipt.next.startswith("mark it as shipped in Shop Manager")
    shop.channel.check()


@pytest.mark.parametrize("kind", [CancelOrder, RecordReturn])
def test_what_only_people_can_do_is_said(shop: StagedShop, kind: Any) -> None:
    receipt = acts.told(shop, kind("x", "3500000001", {}))
    assert (receipt.outcome, receipt.next) == ("refused", "do it in Shop Manager")
    assert shop.channel.settle(kind("x", "3500000001", {})) is None
