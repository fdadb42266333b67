"""Orders: how they are shipped, split, cancelled, and what people do to them by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.world import World
from tests.simulator.channels.houzz.seller import BUYER, OK, Seller, messages

HALF_AN_HOUR = timedelta(minutes=30)


# -- shipping -----------------------------------------------------------------------------------------


def test_shipping_completes_an_order(seller: Seller) -> None:
    number = seller.charged(MUG_STONE=2, WOOL_THROW=1)
    assert seller.ship(number, "1Z-1") == OK
    assert seller.statuses(Status="shipped") == {number: "Shipped"}
    view = seller.dialect.storefront.order(number)
    assert (view.shipped, view.parcels) == ({"MUG-STONE": 2, "WOOL-THROW": 1}, ["1Z-1"])


def test_shipping_twice_is_refused(seller: Seller) -> None:
    number = seller.charged(MUG_STONE=2)
    seller.ship(number, "1Z-1")
    assert messages(seller.ship(number, "1Z-2")) == ["Order has already been shipped"]
    assert seller.dialect.storefront.order(number).parcels == ["1Z-1"]


def test_lines_and_quantities_mean_nothing_to_a_shipment(seller: Seller) -> None:
    number = seller.charged(MUG_STONE=2, WOOL_THROW=1)
    inner = (
        f"<OrderId>{number}</OrderId><Action>Ship</Action><SKU>MUG-STONE</SKU><Quantity>1</Quantity>"
        "<ShippingMethod>UPS Ground</ShippingMethod><TrackingNumber>1Z</TrackingNumber>"
    )
    asked = {"format": "json", "method": "updateOrder"}
    root = "UpdateOrderRequest"
    answer = seller.wild("POST", params=asked, content=f"<{root}>{inner}</{root}>")
    assert answer.json() == OK
    assert seller.dialect.storefront.order(number).shipped == {"MUG-STONE": 2, "WOOL-THROW": 1}


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ("<Action>Ship</Action>", ["ShippingMethod is required", "TrackingNumber is required"]),
        (
            "<Action>Ship</Action><ShippingMethod>Pigeon</ShippingMethod>"
            "<TrackingNumber>1</TrackingNumber>",
            ["Invalid value for ShippingMethod: Pigeon"],
        ),
        ("<Action>Cancle</Action>", ["Invalid value for Action: Cancle"]),
        ("", ["Action is required"]),
        ("<Action>Cancel</Action>", ["CancelCode is required", "Comments is required"]),
        (
            "<Action>Cancel</Action><CancelCode>9</CancelCode><Comments>why</Comments>",
            ["Invalid value for CancelCode: 9"],
        ),
    ],
)
def test_acts_that_are_refused(seller: Seller, facts: str, told: list[str]) -> None:
    number = seller.charged(MUG_STONE=1)
    assert seller.spoiled("updateOrder", f"<OrderId>{number}</OrderId>{facts}") == told
    assert seller.statuses() == {number: "Charged"}


def test_an_unknown_order(seller: Seller) -> None:
    assert messages(seller.ship("0000-0000-0000-0000")) == ["Unknown OrderId"]
    answer = seller.wild("GET", params={"format": "json", "method": "getOrder"})
    assert messages(answer.json()) == ["OrderId is required"]


def test_a_part_ships_when_the_order_was_split_by_hand(seller: Seller) -> None:
    number = seller.charged(MUG_STONE=3, WOOL_THROW=1)
    part = seller.operate("split", order=number, lines={"MUG-STONE": 2})
    assert seller.statuses() == {number: "Charged", part: "Charged"}
    rows = {
        n: [(r["SKU"], r["Quantity"]) for r in o["OrderItems"]]
        for n in (number, part)
        for o in [seller.get("getOrder", OrderId=n)["Order"]]
    }
    assert rows == {number: [("MUG-STONE", 1), ("WOOL-THROW", 1)], part: [("MUG-STONE", 2)]}
    seller.ship(part, "1Z-1")
    view = seller.dialect.storefront.order(number)
    assert (view.lines, view.shipped) == ({"MUG-STONE": 3, "WOOL-THROW": 1}, {"MUG-STONE": 2})
    seller.world.advance(timedelta(hours=1))
    seller.ship(number, "1Z-2")
    view = seller.dialect.storefront.order(number)
    assert (view.shipped, view.parcels) == (view.lines, ["1Z-1", "1Z-2"])
    (sold,) = seller.dialect.storefront.sold()
    assert {line.sku: line.quantity for line in sold.lines} == view.lines


@pytest.mark.parametrize("lines", [{"MUG-STONE": 2}, {"MUG-STONE": 0}, {"LAMP-ARC": 1}, {}])
def test_splits_that_are_refused(seller: Seller, lines: dict[str, int]) -> None:
    number = seller.charged(MUG_STONE=2)
    with pytest.raises(ValueError, match="only a part of"):
        seller.operate("split", order=number, lines=lines)


# -- cancelling ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "left"), [(1, 78), (2, 80), (3, 80), (4, 80)])
def test_cancelling_puts_back_what_is_there(seller: Seller, code: int, left: int) -> None:
    number = seller.charged(MUG_STONE=2)
    assert seller.cancel(number, code) == OK
    assert seller.statuses() == {number: "Cancelled"}
    assert seller.listing("MUG-STONE")["Quantity"] == left
    assert seller.dialect.storefront.order(number).cancelled == {"MUG-STONE": 2}


def test_what_is_cancelled_or_sent_cannot_be_cancelled(seller: Seller) -> None:
    first, second = seller.buy(MUG_STONE=1), seller.buy(MUG_STONE=1)
    seller.world.advance(HALF_AN_HOUR)
    seller.cancel(first)
    seller.ship(second)
    assert messages(seller.cancel(first)) == ["Order has already been cancelled"]
    assert messages(seller.cancel(second)) == ["Cannot cancel an order with status Shipped"]
    assert messages(seller.ship(first)) == ["Cannot ship an order with status Cancelled"]


def test_a_buyer_who_cancels_in_time_leaves_no_order(world: World, seller: Seller) -> None:
    number = seller.buy(LAMP_ARC=2)
    seller.dialect.storefront.cancel(number)
    world.advance(HALF_AN_HOUR)
    assert seller.statuses() == {}
    assert seller.listing("LAMP-ARC")["Quantity"] == 2


def test_a_buyer_who_cancels_later(seller: Seller) -> None:
    number = seller.charged(LAMP_ARC=2)
    seller.dialect.storefront.cancel(number)
    seller.dialect.storefront.cancel(number)
    assert seller.statuses() == {number: "Cancelled"}
    assert seller.listing("LAMP-ARC")["Quantity"] == 2
    sent = seller.charged(LAMP_ARC=1)
    seller.ship(sent)
    with pytest.raises(ValueError, match=f"order {sent} was sent already"):
        seller.dialect.storefront.cancel(sent)


# -- Seller Central -----------------------------------------------------------------------------------


def test_people_act_on_orders_too(seller: Seller) -> None:
    one, two, three = (seller.buy(MUG_STONE=1) for _ in range(3))
    seller.world.advance(HALF_AN_HOUR)
    seller.operate("in_production", order=one)
    seller.operate("ship", order=two, method="DHL Express", tracking="JD01")
    seller.operate("cancel", order=three, code=3)
    assert list(seller.statuses().values()) == ["In Production", "Shipped", "Cancelled"]
    assert seller.statuses(Status="In Production") == {one: "In Production"}
    assert seller.ship(one) == OK
    seller.operate("edit_address", order=one, City="Dallas")
    assert seller.get("getOrder", OrderId=one)["Order"]["Address"]["City"] == "Dallas"
    with pytest.raises(ValueError, match="Order has already been shipped"):
        seller.operate("ship", order=two)


def test_the_ship_by_date_follows_the_lead_time(seller: Seller) -> None:
    seller.inventory("MUG-STONE", ShippingLeadTimeMin=2, ShippingLeadTimeMax=5)
    number = seller.charged(MUG_STONE=1)

    def page() -> tuple[Any, Any]:
        seen = seller.operate("look", order=number)
        return seen["ShipBy"], seen["IsLate"]

    assert page() == ("2026-03-07 08:00:00", False)
    seller.world.advance(timedelta(days=6))
    assert page() == ("2026-03-07 08:00:00", True)
    seller.operate("delay", order=number, days=10)
    assert page() == ("2026-03-17 08:00:00", False)


@pytest.mark.parametrize(
    ("action", "args", "told"),
    [
        ("dance", {}, "knows no action 'dance'"),
        ("look", {"order": "1"}, "houzz has no order 1"),
        ("approve", {"sku": "NO-SUCH"}, "houzz has no listing NO-SUCH"),
        ("new_token", {"key": "spare"}, "no API key 'spare'"),
        ("receive_return", {"return": "9"}, "houzz has no return 9"),
    ],
)
def test_what_the_operator_cannot_do(
    seller: Seller, action: str, args: dict[str, Any], told: str
) -> None:
    with pytest.raises(LookupError, match=told):
        seller.operate(action, **args)


def test_a_reset_world_gives_the_same_orders_again(world: World, seller: Seller) -> None:
    first = seller.buy(MUG_STONE=1)
    world.reset("houzz")
    assert seller.statuses() == {}
    assert seller.buy(MUG_STONE=1, buyer=BUYER) == first
