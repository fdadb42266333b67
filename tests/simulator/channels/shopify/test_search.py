"""The query syntax: whatever is typed gives an answer, never a fault."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulator.channels.shopify.connector import Client

PARTS = st.sampled_from(
    (
        *("status:open", "(", ")", "OR", "AND", "NOT", "-", "'", '"', "*", "id:", "id:9" * 9),
        *("name:'#1001'", "updated_at:>='2026-03-01'", "updated_at:soon", "sku:A*", "x:y", "tag:a"),
        *(":", "\\", "%", "_", "?", "email:?", "id:999999999999999999999", "processed_at:<=2026"),
    )
)
ORDERS = "query($q: String!) { orders(first: 5, query: $q) { nodes { name } } }"
VARIANTS = "query($q: String!) { productVariants(first: 5, query: $q) { nodes { sku } } }"


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(words=st.lists(st.one_of(PARTS, st.text(max_size=8)), max_size=8))
def test_anything_typed_is_a_search(gql: Client, words: list[str]) -> None:
    gql.shop.operator("throttle", {"bucket": 2000})
    for query in (ORDERS, VARIANTS):
        assert "nodes" in gql(query, q=" ".join(words))


@pytest.mark.parametrize("read", [{"last_id": 10**30, "last_value": 1}, {"last_id": 1}, [], 7])
def test_a_forged_cursor_is_refused(gql: Client, read: object) -> None:
    cursor = base64.b64encode(json.dumps(read).encode()).decode()
    answer = gql.send(
        "query($c: String) { orders(first: 1, after: $c) { nodes { id } } }", c=cursor
    )
    assert answer["errors"][0]["message"].startswith("Invalid cursor")


def test_ids_of_any_length_are_only_not_found(gql: Client) -> None:
    id = f"gid://shopify/Product/{10**40}"
    assert gql("query($id: ID!) { product(id: $id) { id } }", id=id) is None
    for asked in ("query($id: ID!) { node(id: $id) { id } }", '{ node(id: "7") { id } }'):
        fault = str(gql.send(asked, id="7")["errors"])
        assert "Invalid global id '7'" in fault
