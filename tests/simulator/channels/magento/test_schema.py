"""The checker of exchanges finds what the vendor's schema does not describe."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conformance import magento as schema

HOME = "https://magento.test/rest"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/V1/products?searchCriteria[pageSize]=5&fields=items[sku]", None),
        ("PUT", "/all/V1/products/A%2FB", {"product": {"price": 5}}),
        (
            "POST",
            "/V1/inventory/source-items",
            {"sourceItems": [{"sku": "A", "source_code": "default", "quantity": 1, "status": 1}]},
        ),
        ("PUT", "/all/async/bulk/V1/products/bySku", [{"product": {"sku": "A", "price": 5}}]),
        ("POST", "/V1/order/1/ship", {"items": [{"order_item_id": 1, "qty": 1}]}),
    ],
)
def test_lets_good_requests_through(method: str, path: str, body: Any) -> None:
    request = httpx.Request(method, HOME + path, json=body)
    assert schema.faults_of_request(request) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "fault"),
    [
        ("GET", "/V1/nosuch", None, "no such address"),
        ("GET", "/V1/orders?nosuch=1", None, "no such parameter nosuch"),
        ("PUT", "/V1/products/A", {"product": {"price": "5"}}, ".product.price is str"),
    ],
)
def test_tells_what_is_wrong(method: str, path: str, body: Any, fault: str) -> None:
    request = httpx.Request(method, HOME + path, json=body)
    (found,) = schema.faults_of_request(request)
    assert fault in found


def test_tells_what_an_answer_lacks() -> None:
    request = httpx.Request("GET", f"{HOME}/V1/store/websites")
    good = {"id": 1, "code": "base", "name": "Main", "default_group_id": 1}
    assert schema.faults_of_response(request, httpx.Response(200, json=[good])) == []
    del good["code"]
    (found,) = schema.faults_of_response(request, httpx.Response(200, json=[good]))
    assert ".code is required" in found
