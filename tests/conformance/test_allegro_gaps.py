"""What is described nowhere is a fault."""

from __future__ import annotations

import httpx

from tests.conformance.allegro import faults_of_request, faults_of_response

URL = "https://api.allegro.pl/sale/product-offers/17300000001"
PUBLIC = "application/vnd.allegro.public.v1+json"
HEADERS = {"Accept": PUBLIC, "Content-Type": PUBLIC}


def test_an_edit_of_price_and_stock_is_described() -> None:
    price = {"amount": "49.99", "currency": "PLN"}
    body = {"sellingMode": {"price": price}, "stock": {"available": 7}}
    assert faults_of_request(httpx.Request("PATCH", URL, json=body, headers=HEADERS)) == []


def test_what_nobody_described_is_a_fault() -> None:
    body = {"stock": {"available": "7", "reserved": 1}, "price": "49.99"}
    headers = {**HEADERS, "Accept": "application/json"}
    request = httpx.Request("PATCH", f"{URL}?fast=1", json=body, headers=headers)
    name = "PATCH /sale/product-offers/{offerId}"
    assert faults_of_request(request) == [
        f"{name} ?fast: no such parameter",
        f"{name} Accept: none of ['{PUBLIC}'] among ['application/json']",
        f"{name} stock/available: '7' is not of type 'integer'",
        f"{name} stock/reserved: no such field",
        f"{name} price: no such field",
    ]
    nowhere = httpx.Request("GET", "https://api.allegro.pl/sale/offer-prices")
    assert faults_of_request(nowhere) == ["GET /sale/offer-prices: no such operation"]


def test_an_answer_is_held_against_its_status_and_heirs_against_their_names() -> None:
    request = httpx.Request("GET", "https://api.allegro.pl/sale/offer-events", headers=HEADERS)
    event = {"id": "1", "occurredAt": "2026-03-02T08:00:00Z", "type": "OFFER_ENDED"}
    event["offer"] = {"id": "5", "external": {}}  # type: ignore[assignment]
    headers = {"Content-Type": f"{PUBLIC};charset=UTF-8"}
    answer = httpx.Response(200, json={"offerEvents": [event]}, headers=headers)
    (fault,) = faults_of_response(request, answer)
    assert fault.startswith("GET /sale/offer-events 200 offerEvents/-: ")
    event["offer"]["publication"] = {"endedBy": "USER"}  # type: ignore[index]
    answer = httpx.Response(200, json={"offerEvents": [event]}, headers=headers)
    assert faults_of_response(request, answer) == []
