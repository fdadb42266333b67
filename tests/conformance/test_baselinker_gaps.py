"""What nobody described is a fault."""

from __future__ import annotations

import json

import httpx

from tests.conformance.baselinker import faults_of_request, faults_of_response

URL = "https://baselinker.example/connector.php"


def call(method: str, **parameters: object) -> httpx.Request:
    form = {"method": method, "parameters": json.dumps(parameters)}
    return httpx.Request("POST", URL, data=form)


def test_a_described_call_is_no_fault() -> None:
    request = call("updateInventoryProductsStock", inventory_id=307, products={"1": {"bl_2": 3}})
    assert faults_of_request(request) == []
    body = {"status": "SUCCESS", "counter": 1, "warnings": []}
    assert faults_of_response(request, httpx.Response(200, json=body)) == []


def test_what_nobody_described_is_a_fault() -> None:
    assert faults_of_request(call("getOrdersOfYesterday")) == [
        "getOrdersOfYesterday method: no such method in the index"
    ]
    request = call("updateInventoryProductsStock", inventory_id="many", product={})
    assert faults_of_request(request) == [
        "updateInventoryProductsStock products: required and not given",
        "updateInventoryProductsStock inventory_id: 'many' is not of type number",
        "updateInventoryProductsStock product: no such parameter in the index",
    ]
    body = {"status": "SUCCESS", "counter": 1, "warning": []}
    assert faults_of_response(request, httpx.Response(200, json=body)) == [
        "updateInventoryProductsStock warnings: missing in the answer",
        "updateInventoryProductsStock warning: not in the answer as described",
    ]


def test_an_error_has_its_own_shape_and_status_200() -> None:
    request = call("getInventories")
    body = {"status": "ERROR", "error_code": "ERROR_AUTH_TOKEN", "error_message": "no"}
    assert faults_of_response(request, httpx.Response(200, json=body)) == []
    assert faults_of_response(request, httpx.Response(401, json=body)) == [
        "getInventories status: 401: errors too are told with 200"
    ]
