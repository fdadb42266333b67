"""Whatever stands in a body, the account answers, then and later: refused or taken, never broken."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from simulator.world import World
from tests.simulator.channels.allegro.seller import (
    ANNA,
    BASE,
    BETA,
    PUBLIC,
    Seller,
    criteria,
    money,
)

ODD: tuple[Any, ...] = (None, 1, "x", [1], {"a": 1})


def bodies(seller: Seller) -> Iterator[tuple[str, str, str, Any]]:
    """Calls that would be taken as they stand."""
    offer = seller.offer_id("LAMP-ARC")
    order = seller.shop.storefront.buy({"MUG-STONE": 3}, ANNA)
    form = seller.get(f"/order/checkout-forms/{order}")
    line = form["lineItems"][0]["id"]
    key = "KEY"
    price = {"price": money("1.00")}
    edit = {"stock": {"available": 3, "unit": "UNIT"}, "sellingMode": price}
    edit |= {"publication": {"status": "ACTIVE", "duration": "PT72H"}, "external": {"id": "Y"}}
    edit |= {"taxSettings": {"rates": [{"rate": "23.00", "countryCode": "PL"}]}}
    yield "PATCH", f"/sale/product-offers/{offer}", PUBLIC, edit
    change = {"modification": {"changeType": "FIXED", "value": 2}}
    path = f"/sale/offer-quantity-change-commands/{key}"
    yield "PUT", path, PUBLIC, {**change, "offerCriteria": criteria(offer)}
    hours = {"modification": {"publication": {"duration": "PT72H"}, "delivery": {}}}
    path = f"/sale/offer-modification-commands/{key}"
    yield "PUT", path, PUBLIC, {**hours, "offerCriteria": criteria(offer)}
    row = {"offerId": offer, "stock": {"changeType": "GAIN", "value": 1}}
    row |= {"prices": {"allegro-pl": {"changeType": "GAIN", "value": money("1.00")}}}
    path = "/sale/offer-bulk-modification-commands"
    yield "POST", path, BETA, {"commandId": key, "modifications": [row]}
    parcel = {"carrierId": "OTHER", "carrierName": "Bike", "waybill": "1"}
    path = f"/order/checkout-forms/{order}/shipments"
    yield "POST", path, PUBLIC, {**parcel, "lineItems": [{"id": line}]}
    rows = [{"id": line, "type": "AMOUNT", "value": money("0.01")}]
    refund = {"payment": {"id": form["payment"]["id"]}, "order": {"id": order}, "reason": "REFUND"}
    refund |= {"commandId": key, "lineItems": rows, "overpaid": {"value": money("0.01")}}
    yield "POST", "/payments/refunds", PUBLIC, refund


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places in a body, inner ones too."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from spots(inner, (*path, name))


def with_odd(body: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """A body with something else at one place."""
    made = json.loads(json.dumps(body))
    place = made
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = odd
    return made


def test_no_body_breaks_the_account(world: World, seller: Seller) -> None:
    world.dials["allegro"].turn({"allowance": 1000, "job_s": 0})
    calls = list(bodies(seller))
    with httpx.Client(transport=world.transport(), base_url=BASE) as client:
        for method, path, version, body in calls:
            for place in spots(body):
                for odd in ODD:
                    text = json.dumps(with_odd(body, place, odd))
                    key = str(uuid.uuid4())
                    sent = client.request(
                        method,
                        path.replace("KEY", key),
                        content=text.replace("KEY", key),
                        headers={
                            "Authorization": f"Bearer {seller.token}",
                            "Accept": version,
                            "Content-Type": version,
                        },
                    )
                    assert sent.status_code < 500, (method, path, place, odd)
            world.tick()
    assert seller.get("/sale/offers")["totalCount"] == 6
    assert seller.shop.storefront.shelf()


def test_a_number_where_a_text_belongs_is_read_as_one(world: World, seller: Seller) -> None:
    path = f"/sale/product-offers/{seller.offer_id('MUG-STONE')}"
    headers = {"Authorization": f"Bearer {seller.token}", "Accept": PUBLIC, "Content-Type": PUBLIC}
    body = {"category": {"id": 4203}, "external": {"id": 77}}
    with httpx.Client(transport=world.transport(), base_url=BASE, headers=headers) as client:
        assert client.patch(path, json=body).status_code == 200
    offer = seller.offer("77")
    assert (offer["category"], offer["external"]) == ({"id": "4203"}, {"id": "77"})


@pytest.mark.parametrize("number", ["²", "--1", "1.5", "x"])
def test_what_is_no_whole_number_is_refused(seller: Seller, number: str) -> None:
    for path in ("/sale/offers", "/order/events", "/order/checkout-forms", "/payments/refunds"):
        assert seller.refused("GET", path, limit=number)[1] == "VALIDATION_ERROR"
    assert seller.refused("GET", f"/sale/product-offers/{number}")[0] == 400
