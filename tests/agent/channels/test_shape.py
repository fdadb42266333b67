"""Shapes of answers, and what stands in for an order of another shape."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.channels import shape
from agent.channels.unreadable import unreadable
from agent.decide.order_check import is_storable
from agent.decide.order_state import supersedes

ROW = {"id": int, "sku?": str, "price": float, "live": bool, "tags?": [str], "page": ({"id": int},)}
GOOD: dict[str, Any] = {"id": 7, "price": 1, "live": True, "page": None}


def test_what_is_documented_passes_and_the_rest_is_not_looked_at() -> None:
    shape.check({**GOOD, "sku": None, "tags": ["oak"], "page": {"id": 1, "x": []}}, ROW)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"id": "7"}, "id is not a whole number: '7'"),
        ({"id": True}, "id is not a whole number: True"),
        ({"price": None}, "price is not a number: None"),
        ({"live": 1}, "live is not true or false: 1"),
        ({"sku": 7}, "sku is not text: 7"),
        ({"tags": ["oak", None]}, "tags.1 is not text: None"),
        ({"tags": {}}, "tags is not a list: {}"),
        ({"page": {"id": []}}, "page.id is not a whole number: []"),
        ({"page": []}, "page is not an object: []"),
    ],
    ids=lambda value: str(value),
)
def test_the_first_field_of_another_shape_is_named(other: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match="is not") as caught:
        shape.check({**GOOD, **other}, ROW)
    assert str(caught.value) == words


def test_an_unreadable_order_waits_for_a_person_and_gives_way_to_a_readable_one() -> None:
    stand_in = unreadable("corner", 17, None, "lines is not a list: 7")
    assert (stand_in.remote_id, stand_in.number, stand_in.lines) == ("17", "17", ())
    assert is_storable(stand_in)
    readable = replace(stand_in, modified_at=stand_in.modified_at + timedelta(days=1))
    assert supersedes(stand_in, readable) and not supersedes(readable, stand_in)
    assert unreadable("corner", {}, [], "x").remote_id == ""
