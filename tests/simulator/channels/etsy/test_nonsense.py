"""Whatever is sent is answered by a refusal that says something, never by a server error."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.channels.etsy.seller import Seller, coloured

ODD: list[Any] = [None, "", 0, -1, 10**30, 1e300, True, "abc", [], [1], [[]], {}, {"a": 1}, "☕"]
SHIPPING = {
    "title": "Fragile",
    "origin_country_iso": "PL",
    "primary_cost": 1,
    "secondary_cost": 1,
    "min_delivery_days": 1,
    "max_delivery_days": 2,
}
DRAFT = {
    "quantity": 3,
    "title": "Mug",
    "description": "Mug",
    "price": 9.5,
    "who_made": "i_did",
    "when_made": "1990s",
    "taxonomy_id": 1070,
    "shipping_profile_id": 250000000001,
    "readiness_state_id": 1400000001,
    "tags": ["mug"],
    "image_ids": [],
    "item_weight": 1.5,
}
CALLS = [
    ("POST", "/shops/{shop}/listings", DRAFT),
    ("PATCH", "/shops/{shop}/listings/1700000001", {"state": "active", "tags": ["a"]}),
    ("PUT", "/listings/1700000001/inventory", coloured(("R", "Red", 9.5, 3))),
    (
        "POST",
        "/shops/{shop}/listings/1700000001/variation-images",
        {"variation_images": [{"property_id": 200, "value_id": 7, "image_id": 6100000001}]},
    ),
    (
        "POST",
        "/shops/{shop}/receipts/3500000001/tracking",
        {"tracking_code": "1", "carrier_name": "ups"},
    ),
    ("PUT", "/shops/{shop}/receipts/3500000001", {"was_shipped": True, "was_paid": True}),
    ("POST", "/shops/{shop}/shipping-profiles", SHIPPING),
]


def twisted(value: Any) -> Iterator[Any]:
    """A value with each part of it in turn made odd, or taken out."""
    yield from ODD
    if not isinstance(value, dict | list):
        return
    for key in value if isinstance(value, dict) else range(len(value)):
        without: Any = copy.deepcopy(value)
        del without[key]
        yield without
        for inner in twisted(value[key]):
            changed: Any = copy.deepcopy(value)
            changed[key] = inner
            yield changed


@pytest.mark.parametrize(
    ("method", "path", "body"), CALLS, ids=[p.split("/")[-1] for _, p, _ in CALLS]
)
def test_odd_bodies_are_refused_in_words(
    seller: Seller, method: str, path: str, body: dict[str, Any]
) -> None:
    seller.buy(RETRO_CLOCK=1)
    http, headers = seller.etsy.app.test_client(), dict(seller.http.headers)
    shop = seller.etsy.credentials()["shop_id"]
    sent = {json.dumps(b, sort_keys=True) for b in twisted(body)}
    for text in sorted(sent):
        answer = http.open(
            f"/v3/application{path.format(shop=shop)}",
            method=method,
            data=text,
            content_type="application/json",
            headers=headers,
        )
        assert answer.status_code in (200, 201, 400, 404, 409), (text, answer.json)
        if answer.status_code >= 400:
            assert answer.json["error"]


@pytest.mark.parametrize("name", ["limit", "offset", "sort_on", "was_paid", "min_created"])
@pytest.mark.parametrize("value", ["-1", "abc", "9" * 30, "☕", "1,2"])
def test_odd_queries_are_refused_in_words(seller: Seller, name: str, value: str) -> None:
    answer = seller.send("GET", "/shops/{shop}/receipts", params={name: value})
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_a_number_too_long_is_no_address(seller: Seller) -> None:
    assert seller.refused("GET", f"/listings/{'9' * 30}")[0] == 404
