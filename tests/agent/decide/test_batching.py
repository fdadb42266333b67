"""How changes become requests: as large as they may be, pages of variants in one piece."""

from __future__ import annotations

import pytest

from agent.channels import Batch
from agent.decide.batching import batched
from agent.model.change import SetState
from tests.build import listing

PAGES = {"OAK-60": "OAK", "OAK-80": "OAK", "OAK-99": "OAK", "ASH-60": "ASH", "ASH-80": "ASH"}


@pytest.mark.parametrize(
    ("size", "whole_pages", "requests"),
    [
        pytest.param(9, False, ["CLOCK OAK-60 OAK-80 OAK-99 ASH-60 ASH-80"], id="all fit"),
        pytest.param(4, False, ["CLOCK OAK-60 OAK-80 OAK-99", "ASH-60 ASH-80"], id="a page fits"),
        pytest.param(3, False, ["CLOCK", "OAK-60 OAK-80 OAK-99", "ASH-60 ASH-80"], id="not cut"),
        pytest.param(2, False, ["CLOCK OAK-60", "OAK-80 OAK-99", "ASH-60 ASH-80"], id="too large"),
        pytest.param(2, True, ["CLOCK OAK-60 OAK-80 OAK-99", "ASH-60 ASH-80"], id="counts as one"),
    ],
)
def test_pages_stay_in_one_request(size: int, whole_pages: bool, requests: list[str]) -> None:
    skus = ["CLOCK", "OAK-60", "OAK-80", "OAK-99", "ASH-60", "ASH-80"]
    changes = [SetState(sku, listing(sku, state="draft"), "live") for sku in skus]
    found = batched(changes, [Batch(frozenset({SetState}), size, whole_pages)], PAGES)
    assert [" ".join(change.sku for change in request) for request in found] == requests
