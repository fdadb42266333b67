"""So many calls a second and a day, told by every answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from simulator.channels.etsy.dialect import Etsy
from simulator.world import World
from tests.simulator.channels.etsy.seller import BASE, Checked, Seller


@pytest.fixture
def seller() -> Iterator[Seller]:
    world = World(channel_names=["etsy"])
    etsy = world.dialects["etsy"]
    assert isinstance(etsy, Etsy)
    headers = {"x-api-key": etsy.credentials()["api_key"]}
    with httpx.Client(transport=Checked(world.transport()), base_url=BASE, headers=headers) as http:
        yield Seller(world, etsy, http)
    world.close()


def left(answer: httpx.Response) -> tuple[int, int]:
    return int(answer.headers["x-remaining-this-second"]), int(answer.headers["x-remaining-today"])


def ping(seller: Seller) -> httpx.Response:
    return seller.send("GET", "/openapi-ping")


def test_ten_calls_a_second(seller: Seller) -> None:
    answers = [ping(seller) for _ in range(11)]
    assert [a.status_code for a in answers] == [200] * 10 + [429]
    assert answers[10].json() == {"error": "Exceeded per second rate limit"}
    assert answers[10].headers["retry-after"] == "1"
    assert (answers[0].headers["x-limit-per-second"], left(answers[2])) == ("10", (7, 9997))
    seller.world.clock.advance(timedelta(seconds=1))
    assert ping(seller).status_code == 200


def test_so_many_calls_in_any_24_hours(seller: Seller) -> None:
    seller.etsy.operator("throttle", {"per_day": 2})
    for _ in range(2):
        ping(seller)
        seller.world.clock.advance(timedelta(hours=1))
    answer = ping(seller)
    assert answer.json() == {"error": "Exceeded per day rate limit"}
    assert answer.headers["retry-after"] == str(22 * 3600)
    seller.world.clock.advance(timedelta(hours=22))
    assert ping(seller).status_code == 200
    assert ping(seller).status_code == 429


def test_a_dial_grants_a_share(seller: Seller) -> None:
    seller.world.dials["etsy"].turn({"allowance": 0.5})
    assert ping(seller).headers["x-limit-per-second"] == "5"


def test_a_wrong_key_has_no_limits(seller: Seller) -> None:
    seller.http.headers["x-api-key"] = "nobody:nothing"
    assert "x-limit-per-second" not in ping(seller).headers
