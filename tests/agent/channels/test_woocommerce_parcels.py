"""WooCommerce is told of parcels in the way that the shop has; the contract has tried the plainest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from agent.channels.woocommerce.settings import Shipments
from agent.model.change import ConfirmShipment
from agent.model.order import Order, Parcel
from tests.conformance import woocommerce
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.shared import ROOT

PLUGIN = "woocommerce-shipment-tracking/woocommerce-shipment-tracking.php"
FULFILMENTS = ("woocommerce_feature_fulfillments_enabled", "yes")
EXTENSION = ("active_plugins", [PLUGIN])

Make = Callable[..., StagedShop]


@pytest.fixture
def make() -> Iterator[Make]:
    """Shops with options, whose requests must all be valid."""
    made: list[StagedShop] = []

    def shop(*options: tuple[str, object], shipments: Shipments = "auto") -> StagedShop:
        staged = StagedShop("woocommerce", {"shipments": shipments})
        for name, value in options:
            staged.world.dialects["woocommerce"].set_option(name, value)  # type: ignore[attr-defined]
        made.append(staged)
        return staged

    yield shop
    for staged in made:
        staged.close()
        if ROOT.exists():
            sent = staged.recorder.sent
            assert {fault for r in sent for fault in woocommerce.faults_of_request(r)} == set()


def order(shop: StagedShop) -> Order:
    """A paid order of three clocks."""
    clock = acts.live(shop, "RETRO-CLOCK")
    return acts.order_of(shop.channel, shop.buy({clock.sku: 3}))


def parcel(order: Order, pieces: int, after: int, number: str) -> ConfirmShipment:
    """Some clocks have left."""
    line = order.lines[0].remote_id
    sent = Parcel({line: pieces}, "DPD", number, "https://example.org/track")
    return ConfirmShipment(f"key {number or pieces}", order.remote_id, sent, {line: after})


def status(shop: StagedShop, order: Order) -> str:
    """The shop's own word for the order."""
    return shop.world.dialects["woocommerce"].storefront.order(order.number).status


WAYS = pytest.mark.parametrize(
    ("options", "way"),
    [
        ([FULFILMENTS], "fulfillments"),
        ([EXTENSION], "tracking plugin"),
        ([FULFILMENTS, EXTENSION], "fulfillments"),
        ([], "note"),
    ],
    ids=["fulfilments", "extension", "both", "neither"],
)


@WAYS
@pytest.mark.parametrize("numbers", [("TR-1", "TR-2"), ("", "")], ids=["tracked", "untracked"])
def test_two_parcels_are_told_once_each_and_the_last_completes_the_order(
    make: Make, options: list[tuple[str, object]], way: str, numbers: tuple[str, str]
) -> None:
    shop = make(*options)
    bought = order(shop)
    first = parcel(bought, 1, 0, numbers[0])
    rest = parcel(bought, 2, 1, numbers[1])
    assert shop.channel.settle(first) is None
    assert acts.done(shop, first).words == way
    assert shop.channel.settle(first) is not None
    assert shop.channel.settle(rest) is None
    before = len(shop.recorder.sent)
    assert acts.done(shop, first).words == "found in the shop"
    assert all(request.method == "GET" for request in shop.recorder.sent[before:])
    assert status(shop, bought) == "processing"
    acts.done(shop, rest)
    assert shop.channel.settle(rest) is not None
    assert status(shop, bought) == "completed"


def test_a_parcel_that_was_told_without_completing_the_order_is_settled_by_doing_the_rest(
    make: Make,
) -> None:
    shop = make(FULFILMENTS)
    bought = order(shop)
    whole = parcel(bought, 3, 0, "TR-1")
    shop.fail_write("timeout after")
    with pytest.raises(Exception, match="no answer"):
        shop.channel.push([whole])
    assert shop.channel.settle(whole) is None
    acts.done(shop, whole)
    assert status(shop, bought) == "completed"
    orders = shop.world.dialects["woocommerce"].storefront.order(bought.number)
    assert list(orders.parcels) == ["TR-1"]


def test_another_parcel_with_the_same_number_is_another_one(make: Make) -> None:
    shop = make(FULFILMENTS)
    bought = order(shop)
    acts.done(shop, parcel(bought, 1, 0, "TR-1"))
    other = replace(parcel(bought, 2, 1, "TR-1"), key="another key")
    assert shop.channel.settle(other) is None


def test_the_way_that_tally_yaml_names_is_taken(make: Make) -> None:
    shop = make(FULFILMENTS, shipments="note")
    assert acts.done(shop, parcel(order(shop), 1, 0, "TR-1")).words == "note"
