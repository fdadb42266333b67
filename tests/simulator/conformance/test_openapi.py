"""What the checker of OpenAPI and Swagger finds in requests and answers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from simulator.conformance.openapi import OpenApi

pytest.importorskip("jsonschema", reason="needs the package jsonschema")

ITEM = {
    "type": "object",
    "required": ["sku"],
    "properties": {
        "sku": {"type": "string"},
        "quantity": {"type": "integer", "nullable": True},
        "state": {"type": "string", "enum": ["live", "ended"]},
        "images": {
            "type": "array",
            "items": {"type": "object", "properties": {"src": {"type": "string"}}},
        },
        "anything": {"type": "object"},
    },
}
PARAMETERS = [
    {"name": "sku", "in": "path", "required": True, "schema": {"type": "string"}},
    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    {
        "name": "state",
        "in": "query",
        "required": True,
        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/State"}},
    },
]
OPENAPI = {
    "openapi": "3.0.0",
    "servers": [{"url": "https://api.vendor.example/v3"}],
    "paths": {
        "/items/{sku}": {
            "parameters": PARAMETERS[:1],
            "get": {
                "parameters": PARAMETERS[1:],
                "responses": {
                    "200": {
                        "content": {
                            "application/vnd.vendor+json": {
                                "schema": {"$ref": "#/components/schemas/Item"}
                            }
                        }
                    }
                },
            },
            "put": {
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Item"}}
                    }
                },
                "responses": {"2XX": {"description": "done"}},
            },
        },
        "/items/all": {"get": {"responses": {"200": {"description": "fixed paths go first"}}}},
    },
    "components": {
        "schemas": {"Item": ITEM, "State": {"type": "string", "enum": ["live", "ended"]}}
    },
}
SWAGGER = {
    "swagger": "2.0",
    "basePath": "/rest/default",
    "paths": {
        "/V1/items": {
            "post": {
                "parameters": [
                    {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Item"}}
                ],
                "responses": {
                    "200": {"schema": {"type": "boolean"}},
                    "default": {"schema": {"type": "object"}},
                },
            }
        }
    },
    "definitions": {"Item": {**ITEM, "additionalProperties": False}},
}
URL = "https://api.vendor.example/v3/items"


def told(checker: OpenApi, method: str, url: str, **sent: Any) -> list[str]:
    return [str(v) for v in checker.of_request(httpx.Request(method, url, **sent))]


def answered(checker: OpenApi, method: str, url: str, status: int, body: Any) -> list[str]:
    response = httpx.Response(status, json=body)
    return [str(v) for v in checker.of_response(httpx.Request(method, url), response)]


def test_a_request_as_described_is_fine() -> None:
    checker = OpenApi(OPENAPI)
    assert told(checker, "GET", f"{URL}/LAMP?limit=5&state=live,ended") == []
    assert told(checker, "PUT", f"{URL}/LAMP", json={"sku": "LAMP", "quantity": None}) == []
    assert checker.used(httpx.Request("GET", f"{URL}/all")) == ["GET /items/all"]
    assert checker.operations() == ["GET /items/all", "GET /items/{sku}", "PUT /items/{sku}"]


@pytest.mark.parametrize(
    ("method", "url", "body", "faults"),
    [
        (
            "GET",
            "/LAMP?limit=few&state=live",
            None,
            ["GET /items/{sku} limit: is string, described as integer"],
        ),
        ("GET", "/LAMP?state=live&page=2", None, ["GET /items/{sku} page: no such parameter"]),
        (
            "GET",
            "/LAMP?state=gone",
            None,
            ["GET /items/{sku} state: 'gone' is not one of ['live', 'ended']"],
        ),
        ("GET", "/LAMP", None, ["GET /items/{sku} state: is a required parameter"]),
        ("PUT", "/LAMP", {"quantity": 1}, ["PUT /items/{sku}: 'sku' is a required property"]),
        (
            "PUT",
            "/LAMP",
            {"sku": "L", "quantity": "1"},
            ["PUT /items/{sku} quantity: is string, described as integer or null"],
        ),
        (
            "PUT",
            "/LAMP",
            {"sku": "L", "quantitty": 1},
            ["PUT /items/{sku} quantitty: nobody described this name"],
        ),
        (
            "PUT",
            "/LAMP",
            {"sku": "L", "images": [{"url": "x"}]},
            ["PUT /items/{sku} images.*.url: nobody described this name"],
        ),
        ("PUT", "/LAMP", {"sku": "L", "anything": {"goes": 1}}, []),
        ("DELETE", "/LAMP-700", None, ["DELETE /v3/items/{}: no such operation"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_not_described_is_told(method: str, url: str, body: Any, faults: list[str]) -> None:
    sent = {} if body is None else {"json": body}
    assert told(OpenApi(OPENAPI), method, URL + url, **sent) == faults


def test_what_must_be_there_may_count_for_nothing_in_requests() -> None:
    lenient = OpenApi(OPENAPI, requires=False)
    assert told(lenient, "GET", f"{URL}/LAMP") == []
    assert told(lenient, "PUT", f"{URL}/LAMP", json={}) == []


def test_answers_are_compared_too() -> None:
    checker = OpenApi(OPENAPI)
    body = {"sku": "LAMP", "state": "hidden", "more": 1}
    assert answered(checker, "GET", f"{URL}/LAMP", 200, body) == [
        "GET /items/{sku} 200 state: 'hidden' is not one of ['live', 'ended']"
    ]
    assert answered(checker, "GET", f"{URL}/LAMP", 202, {}) == [
        "GET /items/{sku} 202: no such answer is described"
    ]
    assert answered(checker, "GET", f"{URL}/LAMP", 404, {"any": "thing"}) == []
    assert answered(checker, "PUT", f"{URL}/LAMP", 204, None) == []


def test_swagger_says_the_same_in_other_words() -> None:
    checker = OpenApi(SWAGGER)
    url = "https://shop.example/rest/default/V1/items"
    assert told(checker, "POST", url, json={"sku": 1}) == [
        "POST /V1/items sku: is integer, described as string"
    ]
    assert answered(checker, "POST", url, 200, "yes") == [
        "POST /V1/items 200: is string, described as boolean"
    ]
    assert answered(checker, "POST", url, 400, []) == [
        "POST /V1/items 400: is array, described as object"
    ]
    everywhere = OpenApi(SWAGGER, prefix=r"/rest(/\w+)?")
    assert everywhere.used(httpx.Request("POST", "https://shop.example/rest/V1/items")) == [
        "POST /V1/items"
    ]
