"""Orders: when the seller sees them, and how they are listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from simulator.faults import Fault
from simulator.world import GOODS, World
from tests.simulator.channels.houzz.seller import OK, URL, Seller, messages, texts

HALF_AN_HOUR = timedelta(minutes=30)


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


def test_an_order_is_released_once_it_is_charged(world: World, seller: Seller) -> None:
    number = seller.buy(MUG_STONE=2)
    assert seller.statuses() == {}
    assert seller.statuses(Status="New") == {}
    assert messages(seller.get("getOrder", OrderId=number)) == ["Unknown OrderId"]
    assert messages(seller.ship(number)) == ["Unknown OrderId"]
    world.clock.advance(HALF_AN_HOUR)  # nobody ticks: whoever asks finds it done
    assert seller.statuses() == {number: "Charged"}


def test_who_waits_for_new_orders_never_sees_one(seller: Seller) -> None:
    seller.charged(MUG_STONE=1)
    assert seller.statuses(Status="New") == {}


def test_an_order_as_json(seller: Seller) -> None:
    number = seller.charged(MUG_STONE=2)
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
    number = seller.charged(MUG_STONE=2)
    answer = seller.http.get(URL, params={"format": "xml", "method": "getOrders"})
    assert answer.text.partition("\n")[2].startswith("<GetOrdersResponse><Ack>Success</Ack>")
    assert texts(answer, ".//Order/OrderId") == [number]
    assert texts(answer, ".//Order/OrderItems/OrderItem/Quantity") == ["2"]
    one = seller.http.get(URL, params={"format": "xml", "method": "getOrder", "OrderId": number})
    assert texts(one, "Order/CustomerName") == ["Jo Doe"]


def test_a_card_that_fails_is_shown_and_cannot_be_shipped(world: World, seller: Seller) -> None:
    world.faults.add(Fault("job failed", "houzz", path="charge", count=1))
    number = seller.charged(MUG_STONE=2)
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


def test_a_vendors_order_starts_charged_and_costs_no_commission(vendor: Seller) -> None:
    number = vendor.buy(MUG_STONE=1)
    assert vendor.statuses() == {number: "Charged"}
    vendor.ship(number)
    vendor.world.advance(timedelta(days=20))
    (payment,) = vendor.get("getPayments")["Payments"]
    assert payment["Amount"] == "39.90"


def test_created_is_told_by_the_vendors_clock(world: World, seller: Seller) -> None:
    world.dials["houzz"].turn({"clock_skew_s": 5400})
    seller.charged(MUG_STONE=1)
    (order,) = seller.get("getOrders")["Orders"]
    assert order["Created"] == "2026-03-02 09:30:00"


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
    number = seller.charged(MUG_STONE=1)
    told = messages(seller.act(number, "Process"))
    assert told == ["Cannot process an order with status Charged"]
    assert messages(seller.act(number, "Charge")) == ["Order has already been charged"]


# -- lists ------------------------------------------------------------------------------------------


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
    number = seller.charged(MUG_STONE=1)
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
    number = seller.charged(MUG_STONE=1)
    world.advance(timedelta(minutes=1))
    world.dials["houzz"].turn({"lag_s": 10})
    seller.ship(number)
    assert seller.statuses() == {number: "Charged"}
    assert seller.get("getOrder", OrderId=number)["Order"]["Status"] == "Charged"
    assert messages(seller.ship(number)) == ["Order has already been shipped"]
    world.advance(timedelta(seconds=10))
    assert seller.statuses() == {number: "Shipped"}


def test_rows_that_are_no_products(seller: Seller) -> None:
    number = seller.charged(MUG_STONE=1)
    seller.operate("add_row", order=number, price="-5.00")
    rows = seller.get("getOrder", OrderId=number)["Order"]["OrderItems"]
    assert [(r["Type"], r["SKU"], r["Price"]) for r in rows] == [
        ("Product", "MUG-STONE", "39.90"),
        ("Promotion", "", "-5.00"),
    ]
    assert seller.dialect.storefront.order(number).lines == {"MUG-STONE": 1}
