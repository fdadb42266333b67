"""Webhooks: what they say, how they are signed, when they come again."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from datetime import timedelta

import httpx
import pytest

from tests.simulator.channels.etsy.seller import Seller

URL = "https://agent.example/etsy"


class Receiver(httpx.BaseTransport):
    """An agent's door: keeps what comes and answers with a status."""

    def __init__(self) -> None:
        self.calls: list[httpx.Request] = []
        self.status = 200

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        return httpx.Response(self.status)

    def events(self) -> list[str]:
        return [json.loads(call.content)["event_type"] for call in self.calls]


@pytest.fixture
def door(seller: Seller) -> Receiver:
    door = Receiver()
    seller.world.outside = door
    seller.etsy.operator("webhook", {"url": URL})
    return door


def test_an_order_is_told_by_its_address_alone(seller: Seller, door: Receiver) -> None:
    number = seller.buy(RETRO_CLOCK=1)
    seller.world.tick()
    (call,) = door.calls
    told = json.loads(call.content)
    assert (set(told), told["event_type"], told["shop_id"]) == (
        {"event_type", "resource_url", "shop_id"},
        "order.paid",
        31845207,
    )
    assert seller.http.get(told["resource_url"]).json()["receipt_id"] == number


def test_a_call_is_signed_over_id_time_and_body(seller: Seller, door: Receiver) -> None:
    seller.buy(RETRO_CLOCK=1)
    seller.world.tick()
    (call,) = door.calls
    key = b64decode(seller.etsy.credentials()["webhook_secret"].removeprefix("whsec_"))
    id, stamp = call.headers["webhook-id"], call.headers["webhook-timestamp"]
    signed = f"{id}.{stamp}.".encode() + call.content
    expected = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert call.headers["webhook-signature"] == f"v1,{expected}"
    assert int(stamp) == int(seller.world.clock.now().timestamp())


def test_every_step_of_an_order_is_told(seller: Seller, door: Receiver) -> None:
    first, second = seller.buy(RETRO_CLOCK=1), seller.buy(RETRO_CLOCK=1)
    code = {"tracking_code": "PX1", "carrier_name": "dpd"}
    for _ in range(2):  # the second parcel is no news
        seller("POST", f"/shops/{{shop}}/receipts/{first}/tracking", json=code)
    seller.etsy.operator("mark_delivered", {"receipt_id": first})
    seller.etsy.operator("cancel", {"receipt_id": second})
    seller.world.tick()
    steps = ["order.paid", "order.paid", "order.shipped", "order.delivered", "order.canceled"]
    assert door.events() == steps


def test_a_call_comes_again_under_the_same_id(seller: Seller, door: Receiver) -> None:
    door.status = 500
    seller.buy(RETRO_CLOCK=1)
    seller.world.tick()
    for seconds in (4, 1, 300):
        seller.world.advance(timedelta(seconds=seconds))
    assert len(door.calls) == 3
    assert len({call.headers["webhook-id"] for call in door.calls}) == 1
    stamps = [int(call.headers["webhook-timestamp"]) for call in door.calls]
    assert [stamp - stamps[0] for stamp in stamps] == [0, 5, 305]


def test_only_wanted_events_leave(seller: Seller, door: Receiver) -> None:
    seller.etsy.operator("remove_webhook", {"url": URL})
    seller.etsy.operator("webhook", {"url": URL, "events": ["order.canceled"]})
    seller.etsy.operator("cancel", {"receipt_id": seller.buy(RETRO_CLOCK=1)})
    seller.world.tick()
    assert door.events() == ["order.canceled"]
    with pytest.raises(ValueError, match="unknown event"):
        seller.etsy.operator("webhook", {"url": URL, "events": ["listing.sold"]})
