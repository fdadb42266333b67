"""Orders of the newer API: windows, pages, blocks, states, restricted roles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.channels.amazon.dialect import Amazon
from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.amazon.seller import LONG_AGO, ORDER_BLOCKS, Seller


def test_an_order_has_the_blocks_that_were_asked_for(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=2)
    bare = api.order(number, "")
    assert set(bare) == {
        *("orderId", "orderAliases", "createdTime", "lastUpdatedTime", "salesChannel"),
        "orderItems",
    }
    full = api.order(number)
    assert full["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    assert full["recipient"]["deliveryAddress"]["name"] == "Anna Berg"
    assert full["buyer"]["buyerEmail"].endswith("@marketplace.amazon.pl")
    assert full["proceeds"]["grandTotal"] == {"amount": "258.00", "currencyCode": "PLN"}
    (line,) = full["orderItems"]
    assert line["product"]["price"]["unitPrice"]["amount"] == "129.00"
    assert line["fulfillment"] == {"quantityFulfilled": 0, "quantityUnfulfilled": 2}
    parts = {b["type"]: b["subtotal"]["amount"] for b in line["proceeds"]["breakdowns"]}
    assert parts == {"ITEM": "258.00", "TAX": "48.24"}
    assert len(number.split("-")) == 3


def test_lists_show_an_order_two_minutes_after_it_moved(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1)
    assert api.search(lastUpdatedAfter=LONG_AGO).json()["orders"] == []
    api.wait(2)
    found = api.search(lastUpdatedAfter=LONG_AGO).json()
    assert [o["orderId"] for o in found["orders"]] == [number]
    assert found["lastUpdatedBefore"] == "2026-03-02T08:00:00Z"
    assert "pagination" not in found


def test_exactly_one_window_that_ends_two_minutes_ago(api: Seller) -> None:
    for asked in (
        {},
        {"createdAfter": LONG_AGO, "lastUpdatedAfter": LONG_AGO},
        {"createdAfter": LONG_AGO, "createdBefore": "2026-03-02T07:59:00Z"},
        {"createdAfter": "yesterday"},
        {"createdAfter": LONG_AGO, "includedData": "EVERYTHING"},
        {"createdAfter": LONG_AGO, "maxResultsPerPage": "101"},
    ):
        found = api.search(**asked)
        assert (found.status_code, found.json()["errors"][0]["code"]) == (400, "InvalidInput"), (
            asked
        )


def test_pages_follow_each_other_and_tokens_die_after_a_day(api: Seller) -> None:
    numbers = []
    for _ in range(5):
        numbers.append(api.buy(RETRO_CLOCK=1))
        api.wait(1)
    api.wait(2)
    seen: list[str] = []
    asked = {"createdAfter": LONG_AGO, "maxResultsPerPage": "2"}
    first = page = api.search(**asked).json()
    while True:
        seen += [o["orderId"] for o in page["orders"]]
        token = page.get("pagination", {}).get("nextToken")
        if token is None:
            break
        page = api.search(**asked, paginationToken=token).json()
    assert seen == numbers
    assert "createdBefore" in first
    api.world.advance(timedelta(hours=24))
    api.http.headers["x-amz-access-token"] = api.token()
    late = api.search(**asked, paginationToken=first["pagination"]["nextToken"])
    assert late.status_code == 400
    assert api.search(**asked, paginationToken="bm9uc2Vuc2U").status_code == 400


def test_an_order_that_moves_between_pages_leaves_the_window(api: Seller) -> None:
    one, two, three = (api.buy(RETRO_CLOCK=1) for _ in range(3))
    api.wait(3)
    asked = {"lastUpdatedAfter": LONG_AGO, "maxResultsPerPage": "2"}
    first = api.search(**asked).json()
    assert [o["orderId"] for o in first["orders"]] == [one, two]
    line = api.order(three)["orderItems"][0]["orderItemId"]
    api.confirm(three, {line: 1})
    token = first["pagination"]["nextToken"]
    assert api.search(**asked, paginationToken=token).json()["orders"] == []
    api.wait(3)
    found = api.search(**asked, fulfillmentStatuses="SHIPPED").json()["orders"]
    assert [o["orderId"] for o in found] == [three]


def test_filters_by_status_and_by_who_ships(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1)
    api.wait(3)
    for asked, count in (
        ({"fulfillmentStatuses": "UNSHIPPED,SHIPPED"}, 1),
        ({"fulfillmentStatuses": "CANCELLED"}, 0),
        ({"fulfilledBy": "MERCHANT", "marketplaceIds": api.place}, 1),
        ({"fulfilledBy": "AMAZON"}, 0),
    ):
        found = api.search(createdAfter=LONG_AGO, **asked).json()["orders"]
        assert [o["orderId"] for o in found] == [number][:count]


def test_a_pending_order_tells_no_buyer_and_no_price(shop: Amazon, api: Seller) -> None:
    shop.operator("hold_payments", {"seconds": 600})
    number = api.buy(RETRO_CLOCK=1)
    shown = api.order(number)
    assert shown["fulfillment"]["fulfillmentStatus"] == "PENDING"
    assert not {"buyer", "recipient", "proceeds", "payment"} & set(shown)
    assert "price" not in shown["orderItems"][0]["product"]
    line = shown["orderItems"][0]["orderItemId"]
    assert api.confirm(number, {line: 1}).status_code == 400
    assert shop.storefront.item("RETRO-CLOCK").quantity == 13
    api.wait(10)
    assert api.order(number)["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"


def test_roles_decide_what_is_told_of_the_buyer(shop: Amazon, api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1)
    shop.operator("set_roles", {"roles": []})
    shown = api.order(number)
    assert not {"recipient", "buyer"} & set(shown)


def test_the_seller_and_the_buyer_cancel(shop: Amazon, api: Seller) -> None:
    early, late, sellers = (api.buy(RETRO_CLOCK=1) for _ in range(3))
    shop.storefront.cancel(early)
    assert api.order(early)["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert shop.storefront.item("RETRO-CLOCK").quantity == 12
    api.wait(31)
    shop.storefront.cancel(late)
    shown = api.order(late)
    assert shown["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    request = shown["orderItems"][0]["cancellation"]["cancellationRequest"]
    assert request["requester"] == "BUYER"
    shop.operator("cancel_order", {"order": sellers})
    done = api.order(sellers)["orderItems"][0]["cancellation"]["cancellationExecution"]
    assert done == {"cancelledBy": "MERCHANT", "cancelReason": "NoInventory"}
    assert shop.storefront.order(sellers).is_cancelled
    assert (
        shop.storefront.item("RETRO-CLOCK").quantity == 12
    )  # a seller's cancelling restocks nothing


def test_a_list_may_leave_an_order_out(world: World, api: Seller) -> None:
    api.buy(RETRO_CLOCK=1)
    number = api.buy(LAMP_ARC=1)
    api.wait(3)
    world.faults.add(Fault("omitted", "amazon", path="orders", count=1))
    found = api.search(createdAfter=LONG_AGO).json()["orders"]
    assert [o["orderId"] for o in found] == [number]


def test_reads_lag_behind_by_the_dial(world: World, api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1)
    api.wait(5)
    line = api.order(number)["orderItems"][0]["orderItemId"]
    world.dials["amazon"].turn({"lag_s": 300})
    api.confirm(number, {line: 1})
    api.wait(3)
    assert api.order(number)["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    found = api.search(createdAfter=LONG_AGO, includedData="FULFILLMENT").json()["orders"]
    assert [o["fulfillment"]["fulfillmentStatus"] for o in found] == ["UNSHIPPED"]
    api.wait(3)
    assert api.order(number)["fulfillment"]["fulfillmentStatus"] == "SHIPPED"


def test_an_unknown_order_is_404(api: Seller) -> None:
    for number, wanted in (
        ("123-1234567-1234567", (404, "NotFound")),
        ("1", (400, "InvalidInput")),
    ):
        path = f"/orders/2026-01-01/orders/{number}"
        found = api.http.get(path, params={"includedData": ORDER_BLOCKS})
        assert (found.status_code, found.json()["errors"][0]["code"]) == wanted


@pytest.mark.parametrize("gross", [True, False])
def test_tax_is_in_or_on_the_price_as_the_shop_has_it(gross: bool) -> None:
    settings = {"prices_include_tax": gross}
    world = World(channel_names=["amazon"], goods=(), settings=settings)
    try:
        shop = world.dialects["amazon"]
        assert isinstance(shop, Amazon)
        from tests.simulator.channels.amazon.seller import GOODS

        shop.stock(GOODS)
        api = Seller(world, shop)
        shown = api.order(api.buy(RETRO_CLOCK=1))
        total = shown["proceeds"]["grandTotal"]["amount"]
        assert total == ("129.00" if gross else "158.67")
        assert api.faults == []
        api.close()
    finally:
        world.close()
