"""How much the vendor grants: calls by client, offers by command, returns by the second."""

from __future__ import annotations

import uuid

from simulator.channels import Goods
from simulator.world import World
from tests.simulator.channels.allegro.seller import ANNA, BETA, Seller, criteria
from tests.simulator.channels.allegro.test_commands import money_of


def test_returns_are_granted_25_times_a_second(seller: Seller) -> None:
    path = "/order/customer-returns"
    found = [seller.call("GET", path, version=BETA).status_code for _ in range(26)]
    assert found == [200] * 25 + [429]
    answer = seller.call("GET", path, version=BETA)
    (error,) = answer.json()["errors"]
    assert (error["code"], error["path"]) == ("TOO_MANY_REQUESTS", None)
    assert "Retry-After" not in answer.headers
    seller.wait(1)
    assert seller.call("GET", path, version=BETA).status_code == 200


def test_a_client_has_9000_calls_a_minute_times_the_dial(world: World, seller: Seller) -> None:
    world.dials["allegro"].turn({"allowance": 0.001})
    found = [seller.call("GET", "/me").status_code for _ in range(10)]
    assert found == [200] * 9 + [429]
    seller.wait(60)
    assert seller.call("GET", "/me").status_code == 200
    world.dials["allegro"].reset()
    assert seller.call("GET", "/me").status_code == 200


def test_commands_count_offers_not_calls() -> None:
    goods = [Goods(f"SKU-{n:04}", f"Thing number {n}", money_of(n), 5) for n in range(100)]
    world = World(channel_names=["allegro"], goods=goods)
    seller = Seller(world)
    first = int(seller.offer_id("SKU-0000"))
    ids = [str(first + n) for n in range(100)]
    world.dials["allegro"].turn({"allowance": 0.02})  # 180 offers a minute
    change = {"modification": {"changeType": "FIXED", "value": 9}}

    def send(count: int) -> int:
        path = f"/sale/offer-quantity-change-commands/{uuid.uuid4()}"
        body = {**change, "offerCriteria": criteria(*ids[:count])}
        return seller.call("PUT", path, body).status_code

    assert [send(100), send(80), send(1)] == [201, 201, 429]
    seller.wait(20)  # 60 offers more
    assert [send(60), send(1)] == [201, 429]
    world.close()


def test_edits_have_their_own_limit(world: World, seller: Seller) -> None:
    id = seller.offer_id("MUG-STONE")
    world.dials["allegro"].turn({"allowance": 0.002})  # 4 edits a minute, 18 calls
    body = {"stock": {"available": 4}}
    path = f"/sale/product-offers/{id}"
    assert [seller.call("PATCH", path, body).status_code for _ in range(5)] == [200] * 4 + [429]
    assert seller.call("GET", path).status_code == 200


def test_shoppers_are_not_counted(world: World, seller: Seller) -> None:
    world.dials["allegro"].turn({"allowance": 0.0001})
    for _ in range(20):
        seller.shop.storefront.buy({"MUG-STONE": 1}, ANNA)
    assert len(seller.shop.storefront.sold()) == 20
