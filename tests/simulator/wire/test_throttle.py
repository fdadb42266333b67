"""The cost bucket on the virtual clock."""

from __future__ import annotations

from datetime import timedelta

from simulator.clock import Clock
from simulator.wire.throttle import CostBucket


def test_points_are_taken_at_once_and_drip_back_to_the_brim() -> None:
    clock = Clock()
    bucket = CostBucket(100, 10, clock.now)
    assert bucket.take(90)
    assert not bucket.take(20)
    assert bucket.available == 10
    clock.advance(timedelta(seconds=2))
    assert bucket.available == 30
    clock.advance(timedelta(minutes=1))
    assert bucket.available == 100


def test_what_is_given_back_never_overfills() -> None:
    clock = Clock()
    bucket = CostBucket(100, 10, clock.now)
    bucket.take(10)
    bucket.give_back(4)
    assert bucket.available == 94
    bucket.give_back(50)
    assert bucket.available == 100


def test_dials_change_it_from_now_on() -> None:
    clock = Clock()
    bucket = CostBucket(100, 10, clock.now)
    bucket.take(100)
    clock.advance(timedelta(seconds=1))
    bucket.dial(restore_rate=1)
    clock.advance(timedelta(seconds=5))
    assert bucket.available == 15
    bucket.dial(size=40)
    assert bucket.available == 40
