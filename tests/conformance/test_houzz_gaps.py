"""The known shapes of Houzz find what is wrong."""

from __future__ import annotations

import httpx
import pytest

from tests.conformance.houzz import faults_of_request, faults_of_response

HEADERS = {f"X-HOUZZ-API-{name}": "x" for name in ("SSL-TOKEN", "USER-NAME", "APP-NAME")}
URL = "https://houzz.example/api"


def asked(verb: str = "GET", content: str = "", **params: str) -> httpx.Request:
    return httpx.Request(verb, URL, params=params, headers=HEADERS, content=content.encode())


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (asked(method="getListings", format="json", Status="Active"), []),
        (asked(method="getStock"), ["getStock: no such method"]),
        (asked(method="getOrders", Page="2"), ["getOrders Page: is not known"]),
        (asked(method="getOrder"), ["getOrder OrderId: is missing"]),
        (
            asked(method="getOrders", From="02/03/2026"),
            ["getOrders From: '02/03/2026' is not what it may hold"],
        ),
        (
            asked("POST", "{}", method="updateOrder"),
            ["updateOrder document: is not XML: not well-formed (invalid token): line 1, column 0"],
        ),
        (
            asked(
                "POST",
                "<UpdateOrderRequest><OrderId>1</OrderId><Action>Cancle</Action></UpdateOrderRequest>",
                method="updateOrder",
            ),
            ["updateOrder Action: 'Cancle' is none of Process, Charge, Ship, Cancel"],
        ),
        (
            asked(
                "POST",
                "<UpdateInventoryRequest><SKU>A</SKU><Action>update</Action><LeadTimeMin>1"
                "</LeadTimeMin></UpdateInventoryRequest>",
                method="updateInventory",
            ),
            ["updateInventory LeadTimeMin: is not known"],
        ),
        (httpx.Request("GET", "https://houzz.example/v2"), ["/v2: no such path"]),
    ],
)
def test_requests_that_no_client_sends(request_: httpx.Request, told: list[str]) -> None:
    assert faults_of_request(request_) == told


def test_a_request_without_its_headers() -> None:
    bare = httpx.Request("GET", URL, params={"method": "getListings"})
    assert [fault.partition(":")[0] for fault in faults_of_request(bare)] == [
        f"getListings {name}" for name in HEADERS
    ]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (httpx.Response(200, json={"Ack": "Success", "Orders": []}), []),
        (httpx.Response(200, json={"ack": "Success"}), ["getOrders Ack: None with status 200"]),
        (httpx.Response(200, json={"Ack": "Success"}), ["getOrders Orders: is missing"]),
        (
            httpx.Response(500, json={"Ack": "Success", "Orders": []}),
            ["getOrders Ack: 'Success' with status 500"],
        ),
        (httpx.Response(200, json={"Ack": "Error"}), ["getOrders Errors: is missing"]),
        (
            httpx.Response(200, json={"Ack": "Error", "Errors": []}),
            ["getOrders Errors: is empty"],
        ),
        (httpx.Response(200, text="<html/>", headers={"Content-Type": "text/html"}), []),
        (httpx.Response(200, text="ok"), ["getOrders Content-Type: 'text/plain' for json"]),
    ],
)
def test_answers_that_no_client_understands(answer: httpx.Response, told: list[str]) -> None:
    assert faults_of_response(asked(method="getOrders", format="json"), answer) == told


def test_an_order_without_its_items_in_xml() -> None:
    order = "<Order><OrderId>1</OrderId><Created>2026-03-02</Created><Status>Charged</Status>"
    body = (
        f"<GetOrdersResponse><Ack>Success</Ack><Orders>{order}</Order></Orders></GetOrdersResponse>"
    )
    answer = httpx.Response(200, text=body, headers={"Content-Type": "text/xml; charset=utf-8"})
    assert faults_of_response(asked(method="getOrders"), answer) == [
        "getOrders Orders CustomerName: is missing",
        "getOrders Orders Address: is missing",
        "getOrders Orders OrderItems: is missing",
    ]
