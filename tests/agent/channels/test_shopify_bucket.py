"""The cost bucket: nothing is sent that cannot be paid, and the wait is exact."""

from __future__ import annotations

import pytest

from agent.channels.shopify.bucket import Bucket


def told(asked: float, left: float) -> dict[str, object]:
    """What the vendor says beside an answer; 2000 points, 100 a second."""
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": 100.0}
    return {"requestedQueryCost": asked, "throttleStatus": status}


def test_before_the_vendor_has_spoken_nothing_waits() -> None:
    assert Bucket().wait_s("Listings", 250, 0.0) == 0.0


# (points left, price per unit, units, seconds later) → wait
WAITS = {
    "enough is there": ((2000, 2, 250, 0), 0.0),  # 500 of 2000
    "some is missing": ((300, 2, 250, 0), 2.0),  # (500 − 300) ÷ 100
    "it has grown since": ((300, 2, 250, 1.5), 0.5),  # (500 − 450) ÷ 100
    "it grows no further than full": ((1900, 2, 250, 60), 0.0),
    "dearer than the bucket is full": ((0, 20, 250, 0), 20.0),  # (2000 − 0) ÷ 100
}


@pytest.mark.parametrize("name", WAITS)
def test_the_wait_is_what_is_missing_by_what_comes_in_a_second(name: str) -> None:
    (left, price, units, later), wait = WAITS[name]
    bucket = Bucket()
    bucket.heard("Listings", units, told(price * units, left), 100.0)
    assert bucket.wait_s("Listings", units, 100.0 + later) == pytest.approx(wait)


def test_a_request_whose_answer_never_came_counts_as_paid() -> None:
    bucket = Bucket()
    bucket.heard("Listings", 250, told(500, 600), 0.0)
    bucket.spend("Listings", 250, 0.0)
    assert bucket.wait_s("Listings", 250, 0.0) == pytest.approx(4.0)  # (500 − 100) ÷ 100


def test_odd_figures_are_not_believed() -> None:
    bucket = Bucket()
    bucket.heard("Listings", 1, {"requestedQueryCost": "many", "throttleStatus": [1]}, 0.0)
    assert bucket.wait_s("Listings", 1, 0.0) == 0.0
