"""What becomes of an order next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from agent.decide.order_state import Stage, answered, supersedes, verdict
from agent.model.booking import BookingRules, Fault
from tests.build import NOON, order

RULES = BookingRules(currencies=frozenset({"EUR"}))
LATER = NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({}, "due"),
        ({"payment": "authorised"}, "due"),
        ({"payment": "pending"}, "waiting"),
        ({"payment": "failed"}, "cancelled"),
        ({"payment": "refunded"}, "cancelled"),
        ({"state": "cancelled"}, "cancelled"),
        ({"state": "refunded"}, "cancelled"),
    ],
    ids=str,
)
def test_before_it_is_written(said: dict[str, Any], state: str) -> None:
    found = verdict(order("1", **said), Stage("waiting"), (), RULES, cancels_by_file=False)
    assert found.state == state


def test_faults_make_an_exception_with_all_its_reasons() -> None:
    faults = (Fault("one", next="mend it"), Fault("two", next="mend it"))
    found = verdict(order("1"), Stage("waiting"), faults, RULES, cancels_by_file=False)
    assert found.reason == Fault("one; two", "stall order 1", "mend it")


@pytest.mark.parametrize("state", ["written", "acknowledged", "shipped"])
def test_once_written_only_concerns_arise(state: Any) -> None:
    stage = Stage(state, filed=True, told=order("1"))
    off = order("1", state="cancelled", modified_at=LATER)
    found = verdict(off, stage, (), RULES, cancels_by_file=False)
    assert (found.state, list(found.concerns)) == (state, ["cancel"])


@pytest.mark.parametrize(
    ("fresh", "newer"),
    [
        ({"modified_at": LATER, "payment": "pending"}, True),
        ({"modified_at": NOON - timedelta(seconds=1)}, False),
        ({"payment": "pending"}, False),
        ({"state": "cancelled"}, True),
    ],
    ids=["later", "earlier", "same moment, less far", "same moment, further"],
)
def test_which_news_is_newer(fresh: dict[str, Any], newer: bool) -> None:
    assert supersedes(order("1"), order("1", **fresh)) is newer


@pytest.mark.parametrize(
    ("state", "status", "counts", "becomes"),
    [
        ("written", "received", True, "acknowledged"),
        ("written", "shipped", True, "acknowledged"),  # its shipments say what left
        ("written", "shipped", False, "shipped"),
        ("acknowledged", "cancelled", True, "cancelled"),
        ("exception", "allocated", True, "acknowledged"),
    ],
)
def test_the_erps_word(state: Any, status: str, counts: bool, becomes: str) -> None:
    assert answered(state, status, counts_shipments=counts) == becomes
