"""The judge of Amazon's exchanges sees what is wrong."""

from __future__ import annotations

import httpx

from tests.conformance.amazon import faults_of_request, faults_of_response

HOST = "https://sellingpartnerapi-eu.amazon.com"
ITEM = f"{HOST}/listings/2021-08-01/items/A1/A%2FB"


def test_what_nobody_described_is_a_fault() -> None:
    patch = {"op": "move", "path": "/attributes/item_name"}
    body = {"productType": "PRODUCT", "patches": [patch], "sku": "A/B"}
    request = httpx.Request("PATCH", ITEM, params={"mode": "DRY"}, json=body)
    assert sorted(faults_of_request(request)) == [
        "patchListingsItem: .sku: no such field",
        "patchListingsItem: marketplaceIds is missing",
        "patchListingsItem: mode 'DRY' is not one of ['VALIDATION_PREVIEW']",
        "patchListingsItem: patches.0.op: 'move' is not one of ['add', 'replace', 'merge', 'delete']",
    ]


def test_answers_are_judged_by_status_and_shape() -> None:
    request = httpx.Request("GET", ITEM, params={"marketplaceIds": "A1C3SOZRARQ6R3"})
    headers = {"x-amzn-RequestId": "1"}
    wrong = httpx.Response(200, json={"sku": 5, "price": "1"}, headers=headers)
    assert faults_of_response(request, wrong) == [
        "getListingsItem 200: sku: 5 is not of type 'string'",
        "getListingsItem 200: .price: no such field",
    ]
    strange = httpx.Response(418, json={}, headers=headers)
    assert faults_of_response(request, strange) == ["getListingsItem 418: no such status"]


def test_logins_and_documents_are_nobodys_model() -> None:
    assert faults_of_request(httpx.Request("POST", "https://api.amazon.com/auth/o2/token")) == []
