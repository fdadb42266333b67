"""Confirming shipments: parts, edits by reference, and what is refused."""

from __future__ import annotations

from simulator.channels.amazon.dialect import Amazon
from tests.simulator.channels.amazon.seller import Seller


def lines(api: Seller, number: str) -> dict[str, str]:
    found = api.order(number)["orderItems"]
    return {line["product"]["sellerSku"]: line["orderItemId"] for line in found}


def status(api: Seller, number: str) -> str:
    return str(api.order(number)["fulfillment"]["fulfillmentStatus"])


def test_parts_with_a_reference_each(shop: Amazon, api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=2, LAMP_ARC=1)
    ids = lines(api, number)
    first = api.confirm(number, {ids["RETRO-CLOCK"]: 1})
    assert (first.status_code, first.content) == (204, b"")
    assert status(api, number) == "PARTIALLY_SHIPPED"
    rest = {ids["RETRO-CLOCK"]: 1, ids["LAMP-ARC"]: 1}
    assert api.confirm(number, rest, packageReferenceId="2", trackingNumber="B2").status_code == 204
    assert status(api, number) == "SHIPPED"
    packages = api.order(number)["packages"]
    assert [(p["packageReferenceId"], p["trackingNumber"]) for p in packages] == [
        ("1", "JD0146"),
        ("2", "B2"),
    ]
    view = shop.storefront.order(number)
    assert (view.shipped, view.parcels) == ({"RETRO-CLOCK": 2, "LAMP-ARC": 1}, ["JD0146", "B2"])


def test_the_same_reference_edits_the_package(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=2)
    (id,) = lines(api, number).values()
    api.confirm(number, {id: 2})
    assert api.confirm(number, {id: 2}, trackingNumber="CORRECTED").status_code == 204
    (package,) = api.order(number)["packages"]
    assert (package["trackingNumber"], package["packageItems"][0]["quantity"]) == ("CORRECTED", 2)
    assert status(api, number) == "SHIPPED"


def test_another_package_after_the_last_is_not_found(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1)
    (id,) = lines(api, number).values()
    api.confirm(number, {id: 1})
    late = api.confirm(number, {id: 1}, packageReferenceId="2")
    (error,) = late.json()["errors"]
    assert (late.status_code, error["code"]) == (400, "InvalidInput")
    assert error["message"] == "unable to find package to update"


def test_what_is_wrong_is_refused(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1)
    (id,) = lines(api, number).values()
    good = {id: 1}
    for items, changed in (
        (good, {"packageReferenceId": 1}),
        (good, {"packageReferenceId": "first"}),
        (good, {"carrierCode": "Other"}),
        (good, {"carrierCode": None}),
        (good, {"trackingNumber": ""}),
        (good, {"shipDate": "02/21/2022"}),
        (good, {"shipDate": "2026-03-01T08:00:00Z"}),
        (good, {"shipDate": "2026-04-01T08:00:00Z"}),
        ({id: 2}, {}),
        ({"123": 1}, {}),
        ({}, {}),
    ):
        found = api.confirm(number, items, **changed)
        assert (found.status_code, found.json()["errors"][0]["code"]) == (400, "InvalidInput")
        api.wait(1)
    assert status(api, number) == "UNSHIPPED"
    assert api.confirm("1-2-3", good).status_code == 404
    named = api.confirm(number, good, carrierCode="Other", carrierName="Cousin with a van")
    assert named.status_code == 204
    assert api.order(number)["packages"][0]["carrier"] == "Cousin with a van"


def test_a_cancelled_order_is_not_shipped(shop: Amazon, api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1)
    (id,) = lines(api, number).values()
    shop.storefront.cancel(number)
    assert api.confirm(number, {id: 1}).status_code == 400


def test_nobody_picks_orders_up_here(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1)
    body = {"marketplaceId": api.place, "shipmentStatus": "PickedUp"}
    found = api.http.post(f"/orders/v0/orders/{number}/shipment", json=body)
    assert found.status_code == 400
