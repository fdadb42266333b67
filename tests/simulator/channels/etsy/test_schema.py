"""What is modelled is in the vendor's document, and what of the document is not is said."""

from __future__ import annotations

import re

import httpx

from simulator.channels.etsy.routes import PREFIX, routes
from tests.conformance.etsy import faults_of_request, faults_of_response, operations

NOT_MADE = {  # operations of the document that answer 404
    *("deleteListingFile", "getListingFile", "uploadListingFile"),
    *("deleteListingVideo", "getListingVideo", "uploadListingVideo"),
    *("deleteListingPersonalization", "updateListingPersonalization"),
    *("createListingTranslation", "getListingTranslation", "updateListingTranslation"),
    *("getHolidayPreferences", "updateHolidayPreferences"),
    *("deleteUserAddress", "getUserAddress"),
}


def shape(method: str, path: str) -> str:
    return f"{method} {re.sub(r'{[^}]*}', '{}', path)}"


def test_every_address_is_the_documents_and_needs_its_scopes() -> None:
    described = {}
    for known in operations():
        ways = known.described.get("security", ())
        scopes = next((tuple(way["oauth2"]) for way in ways if "oauth2" in way), ())
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", known.pattern.pattern)
        described[shape(known.method, path.replace("\\", ""))] = (known.id, scopes)
    ours = {shape(r.method, PREFIX + r.address): tuple(r.scopes) for r in routes()}
    assert {known: described[known][1] for known in ours} == ours
    missing = {id for known, (id, _) in described.items() if known not in ours}
    assert missing == NOT_MADE


KEYS = {"x-api-key": "key:secret", "Authorization": "Bearer 1.token"}
SHOP = "https://openapi.etsy.com/v3/application/shops/1"


def test_what_nobody_described_is_a_fault() -> None:
    form = httpx.Request("PATCH", f"{SHOP}/listings/2", headers=KEYS, data={"price": "1.00"})
    assert faults_of_request(form) == [
        "updateListing price: Additional properties are not allowed ('price' was unexpected)"
    ]
    text = httpx.Request("PATCH", f"{SHOP}/listings/2", headers=KEYS, json={"state": "active"})
    assert faults_of_request(text) == [
        "updateListing content-type: application/json instead of application/x-www-form-urlencoded"
    ]
    query = httpx.Request("GET", f"{SHOP}/receipts?limit=500&page=2", headers=KEYS)
    assert faults_of_request(query) == [
        "getShopReceipts limit: 500 is greater than the maximum of 100",
        "getShopReceipts page: no such parameter",
    ]
    bare = httpx.Request("GET", f"{SHOP}/receipts", headers={"x-api-key": "key"})
    assert faults_of_request(bare) == [
        "getShopReceipts x-api-key: must be keystring:shared_secret",
        "getShopReceipts authorization: a bearer token is needed",
    ]
    assert faults_of_request(httpx.Request("GET", f"{SHOP}/orders", headers=KEYS)) == [
        "GET /v3/application/shops/1/orders: no such operation"
    ]


def test_an_answer_must_be_whole() -> None:
    request = httpx.Request("GET", SHOP.replace("shops/1", "users/me"), headers=KEYS)
    assert faults_of_response(request, httpx.Response(200, json={"user_id": "1", "x": 2})) == [
        "getMe user_id: '1' is not of type 'integer'",
        "getMe x: Additional properties are not allowed ('x' was unexpected)",
        "getMe shop_id: 'shop_id' is a required property",
    ]
    assert faults_of_response(request, httpx.Response(418)) == [
        "getMe 418: no such status is described"
    ]
