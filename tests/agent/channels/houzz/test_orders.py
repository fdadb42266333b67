"""Orders as Houzz gives them, and how none of them is lost without a list of changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from agent.channels import Channel
from agent.channels.houzz import mapping_orders
from agent.errors import Throttled, Unavailable
from agent.model.order import Address, Charge, Order, OrderLine
from simulator.faults import Fault
from tests.agent.channels.scripted import Scripted, said
from tests.contract import acts
from tests.contract.shops import BUYER, StagedShop

ITEM = {"Type": "Product", "SKU": "SOFA-1-GR", "Title": "Sofa", "Quantity": 1, "Price": "499.00"}
ROW: dict[str, Any] = {
    "OrderId": "1234-5678-9012-3456",
    "Created": "2026-11-20 10:15:00",
    "Status": "Charged",
    "CustomerName": "Jo Doe",
    "ShipmentId": "70400001",
    "Address": {
        "Address": "1 Main St",
        "City": "Austin",
        "State": "TX",
        "Zip": "73301",
        "Country": "US",
        "Phone": "512 555 0100",
    },
    "OrderItems": [{**ITEM, "Cost": "499.00", "Shipping": "20.00", "Tax": "41.17"}],
}


def order(**facts: Any) -> Order:
    return mapping_orders.order("houzz", {**ROW, **facts}, "USD")


def test_an_order_is_read_whole() -> None:
    address = Address(
        "Jo Doe",
        street="1 Main St",
        city="Austin",
        region="TX",
        postcode="73301",
        country="US",
        phone="512 555 0100",
    )
    at = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
    assert order() == Order(
        channel="houzz",
        remote_id="1234-5678-9012-3456",
        number="1234-5678-9012-3456",
        state="open",
        payment="paid",
        placed_at=at,
        modified_at=at,
        currency="USD",
        lines=(OrderLine("SOFA-1-GR/1", "SOFA-1-GR", "Sofa", 1, 49900, 4117),),
        charges=(Charge("shipping", "Shipping", 2000, 0),),
        total=56017,
        billing=address,
        shipping=address,
        references=(("number", "1234-5678-9012-3456"), ("shipment", "70400001")),
    )


def test_money_in_a_row_is_for_one_piece() -> None:
    three = order(OrderItems=[{**ROW["OrderItems"][0], "Quantity": "3"}])
    assert [(x.quantity, x.net, x.tax) for x in three.lines] == [(3, 149700, 12351)]
    assert [(x.net, x.tax) for x in three.charges] == [(6000, 0)]
    assert three.total == 149700 + 12351 + 6000


def test_rows_of_one_sku_are_kept_apart_and_rows_that_are_no_goods_are_told_beside() -> None:
    promotion = {"Type": "Promotion", "Title": "Houzz promotion", "Price": "-5.00", "Quantity": 1}
    found = order(OrderItems=[ITEM, promotion, ITEM])
    assert [x.remote_id for x in found.lines] == ["SOFA-1-GR/1", "SOFA-1-GR/2"]
    assert found.total == 2 * 49900
    assert found.note == "Promotion: Houzz promotion -5.00"


@pytest.mark.parametrize(
    ("status", "state", "payment"),
    [
        ("CHARGED", "open", "paid"),
        ("In  production", "open", "paid"),
        ("Shipped", "open", "paid"),
        ("New", "open", "pending"),
        ("Processing", "open", "pending"),
        ("Failed to Charge", "open", "failed"),
        ("Canceled", "cancelled", "pending"),
        ("Something new", "open", "pending"),
    ],
)
def test_every_status_in_any_case(status: str, state: str, payment: str) -> None:
    found = order(Status=status)
    assert (found.state, found.payment) == (state, payment)
    assert [x.cancelled for x in found.lines] == [1 if state == "cancelled" else 0]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"OrderId": ""}, "OrderId is missing"),
        ({"Created": "yesterday"}, 'Created is no time: "yesterday"'),
        ({"OrderItems": "none"}, "OrderItems is no list"),
        ({"OrderItems": [{**ITEM, "Quantity": "1.5"}]}, "Quantity is no whole number"),
        ({"OrderItems": [{**ITEM, "Price": None}]}, "Price of SOFA-1-GR/1 is missing"),
        ({"Address": ["1 Main St"]}, "Address is no object"),
    ],
)
def test_what_cannot_be_read_is_named(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        order(**facts)


def test_a_country_in_words_is_a_code_or_told_in_the_note() -> None:
    assert order(Address={"Country": "United States"}).shipping.country == "US"
    odd = order(Address={"Country": "Atlantis"})
    assert (odd.shipping.country, odd.note) == ("", "country as Houzz says it: Atlantis")


# -- rounds -----------------------------------------------------------------------------------------


class Book:
    """A vendor's orders, listed by status in the order of their making."""

    def __init__(self, scripted: Scripted) -> None:
        self.scripted, self.rows = scripted, list[dict[str, Any]]()
        self.refuses = set[str]()
        self.repeats = 0
        self.before_page: list[Any] = []
        self.last: list[dict[str, Any]] = []
        scripted.answer = self.answer

    def add(self, count: int, status: str = "Charged") -> list[str]:
        """So many orders of one and the same second."""
        numbers = [f"{len(self.rows) + n:04}-0000" for n in range(count)]
        self.rows += [{**ROW, "OrderId": number, "Status": status} for number in numbers]
        return numbers

    def put(self, number: str, status: str) -> None:
        """One takes another status."""
        next(row for row in self.rows if row["OrderId"] == number)["Status"] = status

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A page."""
        asked = request.url.params
        if "Status" not in asked:
            return said({"Ack": "Success", "Listings": []})
        if self.before_page:
            self.before_page.pop(0)()
        if asked["Status"] in self.refuses:
            return said({"Ack": "Error", "Errors": f"Invalid value for Status: {asked['Status']}"})
        wanted = [row for row in self.rows if row["Status"] == asked["Status"]]
        start = int(asked["Start"])
        page = wanted[start : start + int(asked["NumberOfItems"])]
        if start and self.repeats:
            self.repeats -= 1
            page = self.last
        self.last = page
        return said({"Ack": "Success", "Orders": page})

    def round(self, channel: Channel, cursor: str = "") -> tuple[list[str], str]:
        """Every order of one round, as often as it came, and the next cursor."""
        found: list[str] = []
        for _ in range(200):
            try:
                page = channel.orders(cursor)
            except Throttled:
                self.scripted.rest()
                continue
            found += [x.remote_id for x in page.orders]
            cursor = page.cursor
            if not page.more:
                return found, cursor
        raise AssertionError("the round never ends")

    def asked(self) -> Iterator[tuple[str, str]]:
        """Status and From of each request so far."""
        for request in self.scripted.sent:
            yield request.url.params["Status"], request.url.params.get("From", "")


@pytest.fixture
def book(scripted: Scripted) -> Book:
    return Book(scripted)


def test_orders_of_one_second_over_many_pages_come_once(book: Book) -> None:
    numbers = book.add(250)
    found, _ = book.round(book.scripted.connect())
    assert found == numbers


def test_an_order_that_leaves_the_list_while_we_page_hides_none(book: Book) -> None:
    numbers = book.add(250)
    book.before_page = [lambda: None, lambda: [book.put(n, "Shipped") for n in numbers[:30]]]
    found, _ = book.round(book.scripted.connect())
    assert set(found) == set(numbers)


def test_a_page_that_comes_twice_hides_none(book: Book) -> None:
    numbers = book.add(250)
    book.repeats = 1
    found, _ = book.round(book.scripted.connect())
    assert set(found) == set(numbers)


def test_what_was_asked_is_not_asked_again_after_a_wait(book: Book) -> None:
    book.add(3)
    book.round(book.scripted.connect())
    statuses = [status for status, _ in book.asked()]
    assert len(statuses) == len(set(statuses)) == 7


def test_the_first_round_asks_for_everything_and_later_ones_for_what_may_change(book: Book) -> None:
    book.add(1)
    channel = book.scripted.connect()
    _, cursor = book.round(channel)
    assert {since for _, since in book.asked()} == {""}
    book.scripted.sent.clear()
    _, cursor = book.round(channel, cursor)
    assert dict(book.asked()) == dict.fromkeys(
        ("Charged", "New", "In Production", "Processing", "Failed to Charge", "Cancelled"),
        "2026-10-21",  # thirty days before the newest order
    )
    book.scripted.sent.clear()
    book.scripted.clock.time += timedelta(hours=2)
    book.round(channel, cursor)
    assert dict(book.asked())["Charged"] == ""  # once an hour, whatever is open
    assert "Shipped" in dict(book.asked())


def test_an_order_that_was_shipped_while_nobody_looked_is_found(book: Book) -> None:
    book.add(1)
    channel = book.scripted.connect()
    _, cursor = book.round(channel)
    [missed] = book.add(1, "Shipped")
    book.scripted.clock.time += timedelta(days=9)
    found, _ = book.round(channel, cursor)
    assert missed in found


@pytest.mark.parametrize("hours", [-48, 0, 48], ids=["behind", "right", "ahead"])
def test_a_wrong_clock_of_ours_loses_nothing(book: Book, hours: int) -> None:
    book.add(1)
    channel = book.scripted.connect()
    _, cursor = book.round(channel)
    book.scripted.clock.time += timedelta(hours=hours)
    [news] = book.add(1)
    found, _ = book.round(channel, cursor)
    assert news in found


def test_a_status_that_houzz_does_not_list_by_is_left_out_and_told(book: Book) -> None:
    book.refuses = {"Failed to Charge"}
    numbers = book.add(2)
    channel = book.scripted.connect()
    found, _ = book.round(channel)
    assert found == numbers
    book.scripted.rest()
    notes = " ".join(channel.check().notes)
    assert "Failed to Charge" in notes


def test_a_cursor_is_text_that_outlives_the_process(book: Book) -> None:
    book.add(120)
    page = book.scripted.connect().orders("")
    assert json.loads(page.cursor)["start"] == 99
    assert page.more
    found, _ = book.round(book.scripted.connect(), page.cursor)
    assert len(found) == 20


def test_another_order_than_the_one_asked_for_is_no_answer(scripted: Scripted) -> None:
    scripted.answer = lambda _: said({"Ack": "Success", "Order": ROW})
    with pytest.raises(Unavailable, match="another order"):
        scripted.connect().order("9999-9999-9999-9999")


# -- on staging -------------------------------------------------------------------------------------


def test_an_order_is_unknown_until_houzz_has_charged_the_card(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK")
    shop.world.dials["houzz"].turn({"job_s": None})
    number = shop.dialect.storefront.buy({clock.sku: 1}, BUYER)
    assert shop.channel.order(number).orders == ()
    shop.pass_time(timedelta(minutes=31))
    assert [x.payment for x in shop.channel.order(number).orders] == ["paid"]


def test_a_card_that_could_not_be_charged_comes_as_failed_and_then_as_paid(
    shop: StagedShop,
) -> None:
    clock = acts.live(shop, "RETRO-CLOCK")
    shop.world.faults.add(Fault("job failed", "houzz", path="charge", count=1))
    number = shop.buy({clock.sku: 1})
    _, cursor = acts.pulled(shop.channel, "")
    assert acts.order_of(shop.channel, number).payment == "failed"
    shop.operate("charge", order=number)
    found, _ = acts.pulled(shop.channel, cursor)
    assert found[number].payment == "paid"


def test_an_order_that_a_list_leaves_out_comes_with_the_next_round(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK")
    number = shop.buy({clock.sku: 1})
    shop.world.faults.add(Fault("omitted", "houzz", path="orders", count=1))
    found, cursor = acts.pulled(shop.channel, "")
    assert number not in found
    found, _ = acts.pulled(shop.channel, cursor)
    assert number in found


def test_an_order_in_production_stays_open_and_can_be_shipped(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK")
    number = shop.buy({clock.sku: 1})
    shop.operate("in_production", order=number)
    found, _ = acts.pulled(shop.channel, "")
    assert (found[number].state, found[number].payment) == ("open", "paid")
