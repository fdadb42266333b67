"""Orders: when the seller sees them, how they are listed, shipped, cancelled and split."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from simulator.faults import Fault
from simulator.world import GOODS, World
from tests.simulator.channels.houzz.seller import BUYER, OK, URL, Seller, messages, texts

HALF_AN_HOUR = timedelta(minutes=30)


def charged(seller: Seller, **basket: int) -> str:
    """An order that Houzz has charged."""
    number = seller.buy(**basket)
    seller.world.advance(HALF_AN_HOUR)
    return number


def other(account: str) -> Iterator[Seller]:
    settings = {"taxes": {}, "options": {"account": account}}
    made = World(channel_names=["houzz"], goods=GOODS, settings=settings)
    yield Seller(made)
    made.close()


@pytest.fixture
def vendor() -> Iterator[Seller]:
    yield from other("vendor")


@pytest.fixture
def before_2021() -> Iterator[Seller]:
    yield from other("seller before 2021")


# -- when the seller sees an order --------------------------------------------------------------------


def test_an_order_is_released_once_it_is_charged(world: World, seller: Seller) -> None:
    number = seller.buy(MUG_STONE=2)
    assert seller.statuses() == {}
    assert seller.statuses(Status="New") == {}
    assert messages(seller.get("getOrder", OrderId=number)) == ["Unknown OrderId"]
    assert messages(seller.ship(number)) == ["Unknown OrderId"]
    world.clock.advance(HALF_AN_HOUR)  # nobody ticks: whoever asks finds it done
    assert seller.statuses() == {number: "Charged"}


def test_who_waits_for_new_orders_never_sees_one(seller: Seller) -> None:
    charged(seller, MUG_STONE=1)
    assert seller.statuses(Status="New") == {}


def test_an_order_as_json(seller: Seller) -> None:
    number = charged(seller, MUG_STONE=2)
    (order,) = seller.get("getOrders", Status="Charged")["Orders"]
    row = {
        "Type": "Product",
        "SKU": "MUG-STONE",
        "ProductId": "61200005",
        "Title": "Stoneware mug",
        "Quantity": 2,
        "Price": "39.90",
        "Cost": "39.90",
        "Shipping": "0.00",
        "Tax": "0.00",
    }
    assert order == {
        "OrderId": number,
        "Created": "2026-03-02 08:00:00",
        "Status": "Charged",
        "CustomerName": "Jo Doe",
        "ShipmentId": "70400001",
        "Address": {
            "Address": "1 Main St",
            "City": "Austin",
            "State": "",
            "Zip": "73301",
            "Country": "US",
            "Phone": "5125550100",
        },
        "OrderItems": [row],
    }
    assert seller.get("getOrder", OrderId=number) == {**OK, "Order": order}


def test_an_order_of_one_item_as_xml(seller: Seller) -> None:
    number = charged(seller, MUG_STONE=2)
    answer = seller.http.get(URL, params={"format": "xml", "method": "getOrders"})
    assert answer.text.partition("\n")[2].startswith("<GetOrdersResponse><Ack>Success</Ack>")
    assert texts(answer, ".//Order/OrderId") == [number]
    assert texts(answer, ".//Order/OrderItems/OrderItem/Quantity") == ["2"]
    one = seller.http.get(URL, params={"format": "xml", "method": "getOrder", "OrderId": number})
    assert texts(one, "Order/CustomerName") == ["Jo Doe"]


def test_a_card_that_fails_is_shown_and_cannot_be_shipped(world: World, seller: Seller) -> None:
    world.faults.add(Fault("job failed", "houzz", path="charge", count=1))
    number = charged(seller, MUG_STONE=2)
    assert seller.statuses() == {number: "Failed to Charge"}
    told = messages(seller.ship(number))
    assert told == ["Cannot ship an order with status Failed to Charge"]
    seller.operate("charge", order=number)
    assert seller.statuses(Status="CHARGED") == {number: "Charged"}
    assert seller.ship(number) == OK


@pytest.mark.parametrize(
    ("fault", "after", "shown"),
    [
        (Fault("job stuck", path="charge"), timedelta(days=9), False),
        (Fault("job slow", path="charge", seconds=60), HALF_AN_HOUR, False),
        (Fault("job slow", path="charge", seconds=60), timedelta(minutes=31), True),
    ],
)
def test_charging_takes_its_time(
    world: World, seller: Seller, fault: Fault, after: timedelta, shown: bool
) -> None:
    world.faults.add(fault)
    seller.buy(MUG_STONE=1)
    world.advance(after)
    assert bool(seller.statuses()) is shown


def test_the_dial_says_how_long_charging_takes(world: World, seller: Seller) -> None:
    world.dials["houzz"].turn({"job_s": 0})
    number = seller.buy(MUG_STONE=1)
    assert seller.statuses() == {number: "Charged"}


def test_a_vendors_order_starts_charged(vendor: Seller) -> None:
    number = vendor.buy(MUG_STONE=1)
    assert vendor.statuses() == {number: "Charged"}


def test_before_2021_the_seller_processed_and_charged(before_2021: Seller) -> None:
    seller = before_2021
    number = seller.buy(MUG_STONE=1)
    assert seller.statuses(Status="new") == {number: "New"}
    assert messages(seller.ship(number)) == ["Cannot ship an order with status New"]
    assert seller.act(number, "Process") == OK
    assert seller.statuses() == {number: "Processing"}
    assert seller.act(number, "Charge") == OK
    seller.world.advance(timedelta(seconds=1))  # five calls a second
    assert messages(seller.act(number, "Charge")) == ["Order has already been charged"]
    seller.world.advance(timedelta(days=7, seconds=-2))
    assert seller.statuses() == {number: "Charged"}
    seller.world.advance(timedelta(seconds=1))
    assert seller.statuses() == {number: "Processing"}
    assert messages(seller.ship(number)) == ["Cannot ship an order with status Processing"]
    seller.act(number, "Charge")
    assert seller.ship(number) == OK
    seller.world.advance(timedelta(days=7))
    assert seller.statuses() == {number: "Shipped"}


def test_today_there_is_nothing_to_process(seller: Seller) -> None:
    number = charged(seller, MUG_STONE=1)
    told = messages(seller.act(number, "Process"))
    assert told == ["Cannot process an order with status Charged"]
    assert messages(seller.act(number, "Charge")) == ["Order has already been charged"]


# -- lists --------------------------------------------------------------------------------------------


def test_pages_of_orders_oldest_first(seller: Seller) -> None:
    numbers = [seller.buy(MUG_STONE=1) for _ in range(5)]
    seller.world.advance(HALF_AN_HOUR)
    pages = [list(seller.statuses(Start=n, NumberOfItems=2)) for n in (0, 2, 4)]
    assert pages == [numbers[:2], numbers[2:4], numbers[4:]]


@pytest.mark.parametrize(
    ("span", "found"),
    [
        ({}, ["second of March", "third of March"]),
        ({"From": "2026-03-02", "To": "2026-03-02"}, ["second of March"]),
        ({"From": "2026-03-03"}, ["third of March"]),
        ({"To": "2026-03-01"}, []),
        ({"From": "2026-03-03 08:00:00+00:00"}, ["third of March"]),
        ({"From": "2026-03-03 08:00:01+00:00"}, []),
        ({"To": "2026-03-03 08:00:00"}, ["second of March", "third of March"]),
        ({"To": "2026-03-03 07:59:59"}, ["second of March"]),
    ],
)
def test_from_and_to_are_about_the_purchase(
    world: World, seller: Seller, span: dict[str, str], found: list[str]
) -> None:
    numbers = {seller.buy(MUG_STONE=1): "second of March"}
    world.advance(timedelta(days=1))
    numbers[seller.buy(MUG_STONE=1)] = "third of March"
    world.advance(timedelta(days=1))
    assert [numbers[n] for n in seller.statuses(**span)] == found


def test_a_bare_plus_in_a_query_is_understood(seller: Seller) -> None:
    number = charged(seller, MUG_STONE=1)
    query = "?format=json&method=getOrders&From=2026-03-02%2007:00:00+00:00"
    answer = seller.wild("GET", URL + query)
    assert [order["OrderId"] for order in answer.json()["Orders"]] == [number]


@pytest.mark.parametrize(
    "params", [{"From": "yesterday"}, {"To": "2026-13-01"}, {"Status": "Lost"}, {"Start": "x"}]
)
def test_lists_that_are_refused(seller: Seller, params: dict[str, str]) -> None:
    asked = {"format": "json", "method": "getOrders", **params}
    ((name, value),) = params.items()
    told = messages(seller.wild("GET", params=asked).json())
    assert told == [f"Invalid value for {name}: {value}"]


def test_a_list_leaves_an_order_out(world: World, seller: Seller) -> None:
    first, second = seller.buy(MUG_STONE=1), seller.buy(MUG_STONE=1)
    world.advance(HALF_AN_HOUR)
    world.faults.add(Fault("omitted", "houzz", path="orders", count=1))
    assert list(seller.statuses()) == [second]
    assert list(seller.statuses()) == [first, second]


def test_reads_of_orders_lie_behind(world: World, seller: Seller) -> None:
    number = charged(seller, MUG_STONE=1)
    world.advance(timedelta(minutes=1))
    world.dials["houzz"].turn({"lag_s": 10})
    seller.ship(number)
    assert seller.statuses() == {number: "Charged"}
    assert seller.get("getOrder", OrderId=number)["Order"]["Status"] == "Charged"
    assert messages(seller.ship(number)) == ["Order has already been shipped"]
    world.advance(timedelta(seconds=10))
    assert seller.statuses() == {number: "Shipped"}


def test_rows_that_are_no_products(seller: Seller) -> None:
    number = charged(seller, MUG_STONE=1)
    seller.operate("add_row", order=number, price="-5.00")
    rows = seller.get("getOrder", OrderId=number)["Order"]["OrderItems"]
    assert [(r["Type"], r["SKU"], r["Price"]) for r in rows] == [
        ("Product", "MUG-STONE", "39.90"),
        ("Promotion", "", "-5.00"),
    ]
    assert seller.dialect.storefront.order(number).lines == {"MUG-STONE": 1}


# -- shipping -----------------------------------------------------------------------------------------


def test_shipping_completes_an_order(seller: Seller) -> None:
    number = charged(seller, MUG_STONE=2, WOOL_THROW=1)
    assert seller.ship(number, "1Z-1") == OK
    assert seller.statuses(Status="shipped") == {number: "Shipped"}
    view = seller.dialect.storefront.order(number)
    assert (view.shipped, view.parcels) == ({"MUG-STONE": 2, "WOOL-THROW": 1}, ["1Z-1"])


def test_shipping_twice_is_refused(seller: Seller) -> None:
    number = charged(seller, MUG_STONE=2)
    seller.ship(number, "1Z-1")
    assert messages(seller.ship(number, "1Z-2")) == ["Order has already been shipped"]
    assert seller.dialect.storefront.order(number).parcels == ["1Z-1"]


def test_lines_and_quantities_mean_nothing_to_a_shipment(seller: Seller) -> None:
    number = charged(seller, MUG_STONE=2, WOOL_THROW=1)
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
    number = charged(seller, MUG_STONE=1)
    assert seller.spoiled("updateOrder", f"<OrderId>{number}</OrderId>{facts}") == told
    assert seller.statuses() == {number: "Charged"}


def test_an_unknown_order(seller: Seller) -> None:
    assert messages(seller.ship("0000-0000-0000-0000")) == ["Unknown OrderId"]
    answer = seller.wild("GET", params={"format": "json", "method": "getOrder"})
    assert messages(answer.json()) == ["OrderId is required"]


def test_a_part_ships_when_the_order_was_split_by_hand(seller: Seller) -> None:
    number = charged(seller, MUG_STONE=3, WOOL_THROW=1)
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
    number = charged(seller, MUG_STONE=2)
    with pytest.raises(ValueError, match="only a part of"):
        seller.operate("split", order=number, lines=lines)


# -- cancelling ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "left"), [(1, 78), (2, 80), (3, 80), (4, 80)])
def test_cancelling_puts_back_what_is_there(seller: Seller, code: int, left: int) -> None:
    number = charged(seller, MUG_STONE=2)
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
    number = charged(seller, LAMP_ARC=2)
    seller.dialect.storefront.cancel(number)
    seller.dialect.storefront.cancel(number)
    assert seller.statuses() == {number: "Cancelled"}
    assert seller.listing("LAMP-ARC")["Quantity"] == 2
    sent = charged(seller, LAMP_ARC=1)
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
    number = charged(seller, MUG_STONE=1)

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
