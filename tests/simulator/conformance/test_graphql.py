"""What the checker of GraphQL finds in documents, variables and data."""

from __future__ import annotations

from typing import Any

import graphql
import httpx
import pytest

from simulator.conformance.graphql import GraphQl

SDL = """
type Query { item(sku: String!): Item, items(first: Int!): [Item!]! }
type Mutation { setStock(sku: String!, quantity: Int!): Item }
interface Thing { sku: String! }
type Item implements Thing { sku: String!, state: State!, title: String }
enum State { LIVE ENDED }
"""
URL = "https://shop.example/graphql.json"


@pytest.fixture(scope="module")
def checker() -> GraphQl:
    return GraphQl(graphql.introspection_from_schema(graphql.build_schema(SDL)))


def asked(query: str, **variables: Any) -> httpx.Request:
    return httpx.Request("POST", URL, json={"query": query, "variables": variables})


def test_operations_are_the_root_fields(checker: GraphQl) -> None:
    assert checker.operations() == ["query item", "query items", "mutation setStock"]
    assert checker.used(asked("{ item(sku: 1) { sku } items(first: 2) { sku } }")) == [
        "query item",
        "query items",
    ]


@pytest.mark.parametrize(
    ("query", "variables", "fault"),
    [
        ("query($s: String!) { item(sku: $s) { sku } }", {"s": "LAMP"}, None),
        ('{ item(sku: "L") { price } }', {}, "Cannot query field 'price' on type 'Item'."),
        ("query($s: String!) { item(sku: $s) { sku } }", {}, "Variable '$s'"),
        ('{ item(sku: "L") { sku }', {}, "cannot be read: Syntax Error"),
    ],
    ids=["fine", "no such field", "no value", "half a document"],
)
def test_requests(checker: GraphQl, query: str, variables: Any, fault: str | None) -> None:
    found = [str(violation) for violation in checker.of_request(asked(query, **variables))]
    assert len(found) == (0 if fault is None else 1)
    assert fault is None or fault in found[0]


def test_other_addresses_are_no_operation(checker: GraphQl) -> None:
    (found,) = checker.of_request(httpx.Request("POST", "https://shop.example/oauth/token"))
    assert str(found) == "POST /oauth/token: no such operation"


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        ({"all": [{"sku": "LAMP", "state": "LIVE", "name": None}]}, []),
        (
            {"all": [{"sku": None, "state": "LIVE", "name": "x"}]},
            ["items 200 sku: is null, which it may not be"],
        ),
        (
            {"all": [{"sku": "LAMP", "state": "HIDDEN", "name": "x"}]},
            ["items 200 state: 'HIDDEN' is no State"],
        ),
        (
            {"all": [{"sku": "LAMP", "state": "LIVE"}]},
            ["items 200 title: was asked for and is missing"],
        ),
        ({"all": {}}, ["items 200: is no list"]),
        ({}, ["items 200: was asked for and is missing"]),
    ],
    ids=str,
)
def test_data(checker: GraphQl, data: Any, faults: list[str]) -> None:
    query = "{ all: items(first: 1) { ...F state } } fragment F on Item { sku name: title }"
    if data == {}:
        data = {"other": 1}
    response = httpx.Response(200, json={"data": data})
    found = sorted(str(violation) for violation in checker.of_response(asked(query), response))
    assert found == [f"query {fault}" for fault in faults]
