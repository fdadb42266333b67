"""Token buckets by operation, the rate header, and the answer to one call too many."""

from __future__ import annotations

from datetime import timedelta

from simulator.world import World
from tests.simulator.channels.amazon.seller import LONG_AGO, Seller
from tests.simulator.channels.amazon.test_feeds import document, message


def test_a_burst_then_429_then_the_rate(world: World, api: Seller) -> None:
    asked = {"lastUpdatedAfter": LONG_AGO}
    answers = [api.search(**asked) for _ in range(21)]
    assert [a.status_code for a in answers] == [200] * 20 + [429]
    assert answers[0].headers["x-amzn-RateLimit-Limit"] == "0.0056"
    assert "Retry-After" not in answers[-1].headers
    assert answers[-1].json() == {
        "errors": [
            {
                "code": "QuotaExceeded",
                "message": "You exceeded your quota for the requested resource.",
                "details": "",
            }
        ]
    }
    world.advance(timedelta(seconds=170))
    assert api.search(**asked).status_code == 429
    world.advance(timedelta(seconds=10))
    assert api.search(**asked).status_code == 200


def test_each_operation_has_its_own_bucket(api: Seller) -> None:
    for _ in range(21):
        api.search(lastUpdatedAfter=LONG_AGO)
    assert api.order(api.buy(RETRO_CLOCK=1))["orderItems"]


def test_refused_calls_count_but_strangers_do_not(api: Seller) -> None:
    for _ in range(30):
        assert api.search(headers="x").status_code in (400, 429)
    assert api.search(createdAfter=LONG_AGO).status_code == 429
    path = "/orders/2026-01-01/orders/123-1234567-1234567"
    for _ in range(40):
        api.http.get(path, headers={"x-amz-access-token": "Atza|wrong"})
    assert api.http.get(path).status_code == 404


def test_listing_feeds_are_five_in_five_minutes(world: World, api: Seller) -> None:
    for number in range(5):
        api.feed(document(api, message(number + 1, "RETRO-CLOCK")))
    made = api.http.post("/feeds/2021-06-30/documents", json={"contentType": "text/plain"}).json()
    asked = {
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": [api.place],
        "inputFeedDocumentId": made["feedDocumentId"],
    }
    assert api.http.post("/feeds/2021-06-30/feeds", json=asked).status_code == 429
    world.advance(timedelta(seconds=61))
    assert api.http.post("/feeds/2021-06-30/feeds", json=asked).status_code == 202


def test_the_allowance_scales_rate_and_burst(world: World, api: Seller) -> None:
    world.dials["amazon"].turn({"allowance": 0.1})
    asked = {"lastUpdatedAfter": LONG_AGO}
    answers = [api.search(**asked) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    world.dials["amazon"].turn({"allowance": 10})
    assert all(api.search(**asked).status_code == 200 for _ in range(100))
