"""The older Orders API: wrapped, with lines apart, and people's data by restricted tokens only."""

from __future__ import annotations

from typing import Any

import httpx

from simulator.channels.amazon.dialect import Amazon
from simulator.world import World
from tests.simulator.channels.amazon.seller import LONG_AGO, Seller

ORDERS = "/orders/v0/orders"


def restricted(api: Seller, path: str, *elements: str) -> dict[str, str]:
    asked = {"method": "GET", "path": path, "dataElements": list(elements)}
    body = {"restrictedResources": [asked]}
    made = api.http.post("/tokens/2021-03-01/restrictedDataToken", json=body).json()
    return {"x-amz-access-token": made["restrictedDataToken"]}


def listed(api: Seller, headers: dict[str, str] | None = None, **more: Any) -> list[dict[str, Any]]:
    asked = {"MarketplaceIds": api.place, "LastUpdatedAfter": LONG_AGO, **more}
    found = api.http.get(ORDERS, params=asked, headers=headers)
    assert found.status_code == 200, found.text
    rows: list[dict[str, Any]] = found.json()["payload"]["Orders"]
    return rows


def test_orders_come_wrapped_and_without_people(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=2)
    api.wait(3)
    (order,) = listed(api)
    assert (order["AmazonOrderId"], order["OrderStatus"]) == (number, "Unshipped")
    assert order["OrderTotal"] == {"CurrencyCode": "PLN", "Amount": "258.00"}
    assert "Name" not in order["ShippingAddress"]
    assert order["BuyerInfo"] == {}


def test_a_restricted_token_shows_what_it_names(api: Seller) -> None:
    api.buy(RETRO_CLOCK=2)
    api.wait(3)
    token = restricted(api, ORDERS, "buyerInfo", "shippingAddress")
    (order,) = listed(api, token)
    assert order["ShippingAddress"]["Name"] == "Anna Berg"
    assert order["BuyerInfo"]["BuyerName"] == "Anna Berg"
    only = restricted(api, ORDERS, "shippingAddress")
    (order,) = listed(api, only)
    assert "BuyerName" not in order["BuyerInfo"]
    number = order["AmazonOrderId"]
    assert api.http.get(f"{ORDERS}/{number}", headers=token).status_code == 403


def test_addresses_and_buyers_apart_are_whole_with_restricted_tokens_only(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=2)
    bare = api.http.get(f"{ORDERS}/{number}/address").json()["payload"]
    assert set(bare["ShippingAddress"]) == {"City", "PostalCode", "CountryCode"}
    bare = api.http.get(f"{ORDERS}/{number}/buyerInfo").json()["payload"]
    assert bare == {"AmazonOrderId": number}
    token = restricted(api, f"{ORDERS}/{number}/address", "shippingAddress")
    found = api.http.get(f"{ORDERS}/{number}/address", headers=token).json()
    assert found["payload"]["ShippingAddress"]["AddressLine1"] == "ul. Długa 5"
    token = restricted(api, f"{ORDERS}/{{orderId}}/buyerInfo")
    found = api.http.get(f"{ORDERS}/{number}/buyerInfo", headers=token).json()
    assert found["payload"]["BuyerName"] == "Anna Berg"


def test_without_a_role_no_restricted_token_names_its_elements(shop: Amazon, api: Seller) -> None:
    shop.operator("set_roles", {"roles": ["shipping"]})
    asked = {"method": "GET", "path": ORDERS, "dataElements": ["buyerInfo"]}
    body = {"restrictedResources": [asked]}
    found = api.http.post("/tokens/2021-03-01/restrictedDataToken", json=body)
    (error,) = found.json()["errors"]
    assert (found.status_code, error["code"]) == (400, "InvalidInput")
    assert error["message"].endswith("[buyerInfo]")


def test_an_order_that_nobody_has_is_an_empty_one_but_has_no_lines(
    world: World, api: Seller
) -> None:
    bare = httpx.Client(transport=world.transport(), headers=api.http.headers)
    with bare:  # the model does not know of empty orders
        found = bare.get(f"https://amazon.test{ORDERS}/123-1234567-1234567")
    assert (found.status_code, found.json()) == (200, {"payload": {}})
    for path in ("123-1234567-1234567/orderItems", "123"):
        found = api.http.get(f"{ORDERS}/{path}")
        assert (found.status_code, found.json()["errors"][0]["code"]) == (400, "InvalidInput")


def test_lines_carry_totals_not_unit_prices(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=2, LAMP_ARC=1)
    found = api.http.get(f"{ORDERS}/{number}/orderItems").json()["payload"]
    assert found["AmazonOrderId"] == number
    assert [(i["SellerSKU"], i["ItemPrice"]["Amount"]) for i in found["OrderItems"]] == [
        ("RETRO-CLOCK", "258.00"),
        ("LAMP-ARC", "489.00"),
    ]


def test_states_have_their_older_words(shop: Amazon, api: Seller) -> None:
    one, two = api.buy(RETRO_CLOCK=1), api.buy(RETRO_CLOCK=2)
    api.wait(31)
    shop.operator("cancel_order", {"order": one})
    shop.storefront.cancel(two)
    line = api.order(two)["orderItems"][0]["orderItemId"]
    api.confirm(two, {line: 1})
    api.wait(3)
    states = {o["AmazonOrderId"]: o["OrderStatus"] for o in listed(api)}
    assert states == {one: "Canceled", two: "PartiallyShipped"}
    (order,) = listed(api, OrderStatuses="PartiallyShipped")
    assert (order["NumberOfItemsShipped"], order["NumberOfItemsUnshipped"]) == (1, 1)
    items = api.http.get(f"{ORDERS}/{two}/orderItems").json()["payload"]["OrderItems"]
    assert items[0]["BuyerRequestedCancel"]["IsBuyerRequestedCancel"] == "true"


def test_a_pending_order_is_bare(shop: Amazon, api: Seller) -> None:
    shop.operator("hold_payments", {"seconds": 600})
    number = api.buy(RETRO_CLOCK=1)
    order = api.http.get(f"{ORDERS}/{number}").json()["payload"]
    assert order["OrderStatus"] == "Pending"
    assert not {"OrderTotal", "ShippingAddress", "BuyerInfo"} & set(order)


def test_pages_and_orders_by_number(api: Seller) -> None:
    numbers = [api.buy(RETRO_CLOCK=1) for _ in range(3)]
    api.wait(3)
    asked = {"MarketplaceIds": api.place, "CreatedAfter": LONG_AGO, "MaxResultsPerPage": "2"}
    first = api.http.get(ORDERS, params=asked).json()["payload"]
    more = {"MarketplaceIds": api.place, "NextToken": first["NextToken"]}
    last = api.http.get(ORDERS, params=more).json()["payload"]
    assert [o["AmazonOrderId"] for o in (*first["Orders"], *last["Orders"])] == numbers
    assert "NextToken" not in last
    asked = {"MarketplaceIds": api.place, "AmazonOrderIds": ",".join(numbers[:2])}
    assert len(api.http.get(ORDERS, params=asked).json()["payload"]["Orders"]) == 2
    bad = api.http.get(ORDERS, params={"LastUpdatedAfter": LONG_AGO})
    assert bad.status_code == 400


def test_orders_are_found_by_the_sellers_number_and_by_the_buyers_address(api: Seller) -> None:
    first, second = api.buy(RETRO_CLOCK=1), api.buy(LAMP_ARC=1)
    api.wait(3)
    assert [o["AmazonOrderId"] for o in listed(api, SellerOrderId=second)] == [second]
    token = restricted(api, ORDERS, "buyerInfo")
    emails = {o["AmazonOrderId"]: o["BuyerInfo"]["BuyerEmail"] for o in listed(api, token)}
    assert [o["AmazonOrderId"] for o in listed(api, BuyerEmail=emails[first])] == [first]
    assert listed(api, BuyerEmail="nobody@marketplace.amazon.pl") == []
