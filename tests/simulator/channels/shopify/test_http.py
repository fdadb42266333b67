"""The door: tokens, versions, bodies, scopes, costs and throttling."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.channels.shopify.dialect import Shopify
from simulator.world import World
from tests.simulator.channels.shopify.connector import PATH, Client

NAME = "{ shop { name } }"


def test_a_wrong_token_is_a_401_with_a_plain_text(gql: Client) -> None:
    for headers in ({}, {"X-Shopify-Access-Token": "shpat_wrong"}):
        answer = gql.http.post(PATH, json={"query": NAME}, headers=headers)
        assert (answer.status_code, answer.get_json()) == (
            401,
            {
                "errors": "[API] Invalid API key or access token"
                " (unrecognized login or wrong password)"
            },
        )


@pytest.mark.parametrize(
    ("path", "status", "version"),
    [
        ("2026-07", 200, "2026-07"),
        ("2026-04", 200, "2026-04"),
        ("2023-01", 200, "2025-10"),
        ("unstable", 200, "unstable"),
        ("2026-02", 404, None),
        ("newest", 404, None),
    ],
)
def test_unsupported_versions_fall_forward(
    gql: Client, path: str, status: int, version: str | None
) -> None:
    url = f"/admin/api/{path}/graphql.json"
    answer = gql.http.post(url, json={"query": NAME}, headers=gql.headers)
    assert answer.status_code == status
    assert answer.headers.get("X-Shopify-API-Version") == version
    if status == 404:
        assert answer.get_json() == {"errors": "Not Found"}


@pytest.mark.parametrize(
    "request_",
    [
        {"data": NAME, "content_type": "text/plain"},
        {"data": "{", "content_type": "application/json"},
        {"json": {}},
        {"json": {"query": ""}},
        {"json": {"query": NAME, "variables": [1]}},
    ],
)
def test_a_body_that_is_no_query_is_a_400(gql: Client, request_: dict[str, Any]) -> None:
    assert gql.http.post(PATH, headers=gql.headers, **request_).status_code == 400


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ shop { colour } }", "undefinedField"),
        ("{ product { id } }", "missingRequiredArguments"),
        ("{ products(first: 1, colour: 2) { nodes { id } } }", "argumentNotAccepted"),
        ("query($id: ID!) { product(id: $id) { id } }", "INVALID_VARIABLE"),
        ("{ shop ", "PARSE_ERROR"),
    ],
)
def test_query_faults_are_200_with_errors(gql: Client, query: str, code: str) -> None:
    answer = gql.send(query)
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("query", "variables", "fault"),
    [
        (
            "query Shop { shop { plan { colour } } }",
            {},
            {
                "message": "Field 'colour' doesn't exist on type 'ShopPlan'",
                "locations": [{"line": 1, "column": 28}],
                "path": ["query Shop", "shop", "plan", "colour"],
                "extensions": {
                    "code": "undefinedField",
                    "typeName": "ShopPlan",
                    "fieldName": "colour",
                },
            },
        ),
        (
            'mutation Note { orderUpdate(input: {note: "x"}) { order { id } } }',
            {},
            {
                "message": "Argument 'id' on InputObject 'OrderInput' is required. Expected type ID!",
                "locations": [{"line": 1, "column": 36}],
                "path": ["mutation Note", "orderUpdate", "input", "id"],
                "extensions": {
                    "code": "missingRequiredInputObjectAttribute",
                    "argumentName": "id",
                    "inputObjectType": "OrderInput",
                    "argumentType": "ID!",
                },
            },
        ),
        (
            "mutation Note { orderUpdate(input: null) { order { id } } }",
            {},
            {
                "message": "Argument 'input' on Field 'orderUpdate' has an invalid value (null)."
                " Expected type 'OrderInput!'.",
                "locations": [{"line": 1, "column": 17}],
                "path": ["mutation Note", "orderUpdate", "input"],
                "extensions": {
                    "code": "argumentLiteralsIncompatible",
                    "typeName": "Field",
                    "argumentName": "input",
                },
            },
        ),
        (
            "mutation Note($i: OrderInput!) { orderUpdate(input: $i) { order { id } } }",
            {"i": {"colour": 1, "tags": [None]}},
            {
                "message": "Variable $i of type OrderInput! was provided invalid value for"
                " colour (Field is not defined on OrderInput), id (Expected value to not be null),"
                " tags.0 (Expected value to not be null)",
                "locations": [{"line": 1, "column": 15}],
                "extensions": {
                    "code": "INVALID_VARIABLE",
                    "value": {"colour": 1, "tags": [None]},
                    "problems": [
                        {
                            "path": ["colour"],
                            "explanation": "Field is not defined on OrderInput",
                        },
                        {"path": ["id"], "explanation": "Expected value to not be null"},
                        {"path": ["tags", 0], "explanation": "Expected value to not be null"},
                    ],
                },
            },
        ),
        (
            "query One($id: ID!) { product(id: $id) { id } }",
            {},
            {
                "message": "Variable $id of type ID! was provided invalid value",
                "locations": [{"line": 1, "column": 11}],
                "extensions": {
                    "code": "INVALID_VARIABLE",
                    "value": None,
                    "problems": [{"path": [], "explanation": "Expected value to not be null"}],
                },
            },
        ),
        (
            "{ shop {",
            {},
            {
                "message": "syntax error, unexpected end of file at [1, 9]",
                "locations": [{"line": 1, "column": 9}],
                "extensions": {"code": "PARSE_ERROR"},
            },
        ),
    ],
)
def test_query_faults_are_told_as_recorded(
    gql: Client, query: str, variables: dict[str, Any], fault: dict[str, Any]
) -> None:
    assert gql.send(query, **variables) == {"errors": [fault]}


def test_a_missing_scope_nulls_the_field(shop: Shopify, gql: Client) -> None:
    shop.operator("grant", {"token": "shpat_reader", "scopes": ["write_products"]})
    gql.headers = {"X-Shopify-Access-Token": "shpat_reader"}
    assert gql("{ productsCount { count } }") == {"count": 2}
    answer = gql.send('{ customer(id: "gid://shopify/Customer/1") { id } shop { name } }')
    assert answer["data"] == {"customer": None, "shop": {"name": "Staging shop"}}
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert answer["errors"][0]["path"] == ["customer"]


def test_client_credentials_give_a_token_for_a_day(
    world: World, shop: Shopify, gql: Client
) -> None:
    app = shop.credentials()
    form = {"grant_type": "client_credentials", "client_id": app["client_id"]}
    wrong = gql.http.post("/admin/oauth/access_token", data={**form, "client_secret": "x"})
    assert wrong.status_code == 400
    form["client_secret"] = app["client_secret"]
    given = gql.http.post("/admin/oauth/access_token", data=form).get_json()
    assert given["expires_in"] == 86_399
    gql.headers = {"X-Shopify-Access-Token": given["access_token"]}
    assert gql(NAME) == {"name": "Staging shop"}
    world.advance(timedelta(days=1))
    assert gql.http.post(PATH, json={"query": NAME}, headers=gql.headers).status_code == 401


# -- costs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        (NAME, 1),
        ("{ products(first: 200) { edges { node { id } } } }", 12),
        (
            '{ product(id: "gid://shopify/Product/1") { variants(first: 250) {'
            " nodes { inventoryItem { id tracked } } } } }",
            25,
        ),
        ("{ products(first: 250) { nodes { id } pageInfo { hasNextPage } } }", 13),
        (
            '{ nodes(ids: ["gid://shopify/Product/1", "gid://shopify/Product/2"]) { ... on Product { id } } }',
            1,
        ),
        ("{ productsCount { count } }", 10),
        ('{ product(id: "gid://shopify/Product/1") { variantsCount { count } } }', 2),
        ("{ __typename }", 1),
        (
            '{ order(id: "gid://shopify/Order/1") { lineItems(first: 50) { nodes { variant { id }'
            " originalUnitPriceSet { shopMoney { amount } } } } } }",
            17,
        ),
        (
            '{ nodes(ids: ["gid://shopify/Product/1"]) { ... on ProductVariant { product { id } }'
            " ... on Product { variants(first: 1) { nodes { id } } } } }",
            4,
        ),
        (
            'mutation { tagsAdd(id: "gid://shopify/Product/1", tags: []) {'
            " node { id } userErrors { field } } }",
            10,
        ),
        (
            "mutation { stagedUploadsCreate(input: []) { stagedTargets { parameters { name } } } }",
            11,
        ),
        (
            'mutation { orderCapture(input: {id: "gid://shopify/Order/1", amount: "1",'
            ' parentTransactionId: "gid://shopify/OrderTransaction/1"}) {'
            " transaction { id parentTransaction { id } } } }",
            21,
        ),
    ],
)
def test_requested_cost(gql: Client, query: str, cost: int) -> None:
    gql.send(query)
    assert gql.extensions["cost"]["requestedQueryCost"] == cost


def test_what_was_not_needed_is_given_back(gql: Client) -> None:
    gql('{ product(id: "gid://shopify/Product/1") { variants(first: 250) { nodes { id } } } }')
    assert gql.extensions["cost"] == {
        "requestedQueryCost": 14,
        "actualQueryCost": 1,
        "throttleStatus": {
            "maximumAvailable": 2000.0,
            "currentlyAvailable": 1999,
            "restoreRate": 100.0,
        },
    }


def test_throttled_is_200_without_data_until_points_drip_back(
    world: World, shop: Shopify, gql: Client
) -> None:
    shop.operator("throttle", {"bucket": 30, "restore_rate": 2})
    touch = 'mutation { tagsAdd(id: "gid://shopify/Product/1", tags: []) { userErrors { field } } }'
    for _ in range(3):
        assert "errors" not in gql.send(touch)
    refused = gql.send(touch)
    assert refused == {
        "errors": [
            {
                "message": "Throttled",
                "extensions": {
                    "code": "THROTTLED",
                    "documentation": "https://shopify.dev/api/usage/limits#rate-limits",
                },
            }
        ],
        "extensions": {
            "cost": {
                "requestedQueryCost": 10,
                "actualQueryCost": None,
                "throttleStatus": {
                    "maximumAvailable": 30.0,
                    "currentlyAvailable": 0,
                    "restoreRate": 2.0,
                },
            }
        },
    }
    world.advance(timedelta(seconds=5))
    assert "errors" not in gql.send(touch)


def test_no_query_may_cost_more_than_1000(gql: Client) -> None:
    answer = gql.send(
        """{ products(first: 250) { nodes { variants(first: 250) { nodes { inventoryItem {
             inventoryLevels(first: 50) { nodes { id } } } } } } } }"""
    )
    assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert answer["errors"][0]["extensions"]["maxCost"] == 1000
