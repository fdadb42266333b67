"""Orders: whose, when, how much; and how a round goes on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from agent.channels.amazon import mapping_orders, places
from agent.model.order import Address, OrderLine
from simulator.faults import Fault
from tests.agent.channels.amazon.test_changes import on_the_shelf
from tests.agent.channels.scripted import Scripted, said
from tests.contract import acts
from tests.contract.shops import BUYER, StagedShop

GERMANY = places.place("A1PA6795UKMFR9", None, None)
STATES = places.place("ATVPDKIKX0DER", None, None)
NUMBER = "902-1845936-5435065"


def euros(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


def row(status: str = "UNSHIPPED", currency: str = "EUR", **more: Any) -> dict[str, Any]:
    """Two clocks, as Amazon tells of an order in a country where prices contain the tax."""
    parts = [("ITEM", "258.00"), ("SHIPPING", "5.90"), ("DISCOUNT", "8.00"), ("TAX", "40.87")]
    rows: list[dict[str, Any]] = [
        {"type": kind, "subtotal": euros(amount, currency)} for kind, amount in parts
    ]
    rows[-1]["detailedBreakdowns"] = [
        {"subtype": "ITEM", "value": euros("39.93", currency)},
        {"subtype": "SHIPPING", "value": euros("0.94", currency)},
    ]
    item = {
        "orderItemId": "81",
        "quantityOrdered": 2,
        "product": {
            "sellerSku": "RETRO-CLOCK",
            "title": "Retro clock",
            "price": {"unitPrice": euros("129.00", currency)},
        },
        "proceeds": {"proceedsTotal": euros("255.90", currency), "breakdowns": rows},
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": 2},
    }
    return {
        "orderId": NUMBER,
        "createdTime": "2026-03-02T08:00:00Z",
        "lastUpdatedTime": "2026-03-02T08:30:00Z",
        "proceeds": {"grandTotal": euros("255.90", currency)},
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"},
        "orderItems": [item],
        **more,
    }


def test_where_prices_contain_the_tax_it_only_says_what_is_in_them() -> None:
    order = mapping_orders.order("amazon", row(), GERMANY)
    line, shipping = order.lines[0], order.charges[0]
    # 258.00 − 8.00 = 250.00, of which 39.93 tax; 5.90 shipping, of which 0.94
    assert (line.net, line.tax) == (21007, 3993)
    assert (shipping.kind, shipping.net, shipping.tax) == ("shipping", 496, 94)
    assert order.total == 25590 == line.net + line.tax + shipping.net + shipping.tax


def test_where_they_do_not_it_comes_on_top() -> None:
    found = row(currency="USD")
    item = found["orderItems"][0]
    item["proceeds"]["proceedsTotal"] = euros("296.77", "USD")
    found["proceeds"]["grandTotal"] = euros("296.77", "USD")
    order = mapping_orders.order("amazon", found, STATES)
    line, shipping = order.lines[0], order.charges[0]
    assert (line.net, line.tax) == (25000, 3993)
    assert (shipping.net, shipping.tax) == (590, 94)
    assert order.total == 29677


def test_what_no_part_explains_becomes_a_fee() -> None:
    found = row(proceeds={"grandTotal": euros("257.90")})
    order = mapping_orders.order("amazon", found, GERMANY)
    assert [(c.kind, c.net) for c in order.charges][1:] == [("fee", 200)]
    assert sum(p.net + p.tax for p in (*order.lines, *order.charges)) == order.total == 25790


def test_an_order_that_is_not_paid_has_no_prices_and_is_pending() -> None:
    found = row("PENDING")
    del (
        found["proceeds"],
        found["orderItems"][0]["proceeds"],
        found["orderItems"][0]["product"]["price"],
    )
    order = mapping_orders.order("amazon", found, GERMANY)
    assert (order.payment, order.total, order.shipping) == ("pending", 0, Address())
    assert order.lines == (OrderLine("81", "RETRO-CLOCK", "Retro clock", 2, 0, 0),)


def test_of_a_line_with_cancelled_pieces_all_that_was_ordered_is_told() -> None:
    found = row()
    item = found["orderItems"][0]
    item["fulfillment"] = {"quantityFulfilled": 0, "quantityUnfulfilled": 1}
    item["proceeds"] = {
        "proceedsTotal": euros("129.00"),
        "breakdowns": [{"type": "ITEM", "subtotal": euros("129.00")}],
    }
    line = mapping_orders.order("amazon", found, GERMANY).lines[0]
    assert (line.quantity, line.cancelled, line.net + line.tax) == (2, 1, 25800)


def test_every_number_and_wish_is_kept() -> None:
    asked = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Too late"}}
    found = row(
        orderAliases=[{"aliasId": "S-77", "aliasType": "SELLER_ORDER_ID"}],
        buyer={"buyerName": "Anna", "buyerPurchaseOrderNumber": "PO-9"},
    )
    found["orderItems"][0]["cancellation"] = asked
    order = mapping_orders.order("amazon", found, GERMANY)
    assert order.references == (
        ("number", NUMBER),
        ("seller_order_id", "S-77"),
        ("purchase_order", "PO-9"),
    )
    assert order.note == "The buyer asks to cancel: Too late"


def test_orders_of_amazons_own_warehouse_are_left_out(shop: StagedShop) -> None:
    on_the_shelf(shop, ["RETRO-CLOCK", "OAK-SHELF-80"])
    shop.operate("send_to_amazon", sku="OAK-SHELF-80", quantity=9)
    with shop.world.lock:
        shop.dialect.storefront.buy({"OAK-SHELF-80": 1}, BUYER)
        ours = shop.dialect.storefront.buy({"RETRO-CLOCK": 1}, BUYER)
    shop.settle()
    found, _ = acts.pulled(shop.channel, "")
    assert set(found) == {ours}


def test_without_the_role_the_address_is_empty_and_the_doctor_says_so(shop: StagedShop) -> None:
    on_the_shelf(shop, ["RETRO-CLOCK"])
    shop.operate("set_roles", roles=[])
    order = acts.order_of(shop.channel, shop.buy({"RETRO-CLOCK": 1}))
    assert (order.shipping, order.billing, order.email) == (Address(), Address(), "")
    assert any("Direct-to-Consumer" in note for note in shop.channel.check().notes)


def test_an_order_that_a_list_leaves_out_comes_with_a_sweep(shop: StagedShop) -> None:
    on_the_shelf(shop, ["RETRO-CLOCK"])
    _, cursor = acts.pulled(shop.channel, "")
    with shop.world.lock:
        number = shop.dialect.storefront.buy({"RETRO-CLOCK": 1}, BUYER)
    shop.world.faults.add(Fault("omitted", "amazon", path="orders", count=1))
    shop.pass_time(timedelta(minutes=30))
    found, cursor = acts.pulled(shop.channel, cursor)
    missed = number not in found
    for _ in range(3):
        shop.pass_time(timedelta(hours=3))
        more, cursor = acts.pulled(shop.channel, cursor)
        found |= more
    assert number in found
    assert missed


def test_orders_of_one_second_on_two_pages_are_all_met(shop: StagedShop) -> None:
    on_the_shelf(shop, ["MUG-STONE"])
    _, cursor = acts.pulled(shop.channel, "")
    with shop.world.lock:
        front = shop.dialect.storefront
        numbers = {front.buy({"MUG-STONE": 1}, BUYER) for _ in range(75)}
    on_the_shelf(shop, ["RETRO-CLOCK"])
    with shop.world.lock:
        numbers |= {front.buy({"RETRO-CLOCK": 1}, BUYER) for _ in range(75)}
    shop.settle()
    found, _ = acts.pulled(shop.channel, cursor)
    assert set(found) == numbers


def test_an_order_that_changes_between_two_pages_is_met_in_the_next_round(shop: StagedShop) -> None:
    on_the_shelf(shop, ["MUG-STONE", "RETRO-CLOCK"])
    _, cursor = acts.pulled(shop.channel, "")
    with shop.world.lock:
        front = shop.dialect.storefront
        for _ in range(75):
            front.buy({"MUG-STONE": 1}, BUYER)
        numbers = [front.buy({"RETRO-CLOCK": 1}, BUYER) for _ in range(75)]
    shop.settle()
    page = shop.channel.orders(cursor)
    assert page.more
    shop.operate("cancel_order", order=numbers[-1])
    rest, cursor = acts.pulled(shop.channel, page.cursor)
    assert numbers[-1] not in rest
    shop.settle()
    again, _ = acts.pulled(shop.channel, cursor)
    assert again[numbers[-1]].state == "cancelled"


def test_asks_no_more_often_than_amazon_allows_and_loses_nothing_by_it(scripted: Scripted) -> None:
    scripted.answer = lambda _: said({"orders": [], "lastUpdatedBefore": "2026-03-02T11:58:00Z"})
    channel, cursor = scripted.connect(), ""
    for _ in range(100):
        cursor = channel.orders(cursor).cursor
        scripted.clock.time += timedelta(minutes=1)
    # 20 at once, of which 3 are kept for further pages, and one in three minutes
    assert 40 <= len(scripted.sent) <= 20 + 100 * 60 * 0.0056
    assert json.loads(cursor)["since"] == "2026-03-02T11:58:00+00:00"
    assert "lastUpdatedAfter=2026-03-02T11%3A48%3A00Z" in str(scripted.sent[-1].url)


def test_being_told_to_wait_is_no_news_and_no_error(scripted: Scripted) -> None:
    scripted.answer = lambda _: said({"errors": []}, 429)
    page = scripted.connect().orders("")
    assert (page.orders, page.more) == ((), False)
