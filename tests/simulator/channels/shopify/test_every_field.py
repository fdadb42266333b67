"""Every field of the schema can be asked for and keeps its promise not to be null."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_named_type, is_leaf_type, is_union_type

from simulator.channels.shopify import routes
from simulator.channels.shopify.dialect import Shopify
from simulator.channels.shopify.schema import schema
from tests.simulator.channels.shopify.connector import Client
from tests.simulator.channels.shopify.ordering import read, ship

PLAIN = ("Connection", "Edge", "MoneyBag", "MoneyV2", "PageInfo")  # met again and again


def asked(type: Any, arguments: dict[str, str], depth: int, above: frozenset[str]) -> list[str]:
    """A selection of every field down to a depth, no kind of thing inside itself."""
    chosen = []
    for name, field in type.fields.items():
        inner: Any = get_named_type(field.type)
        given = [
            f"{a}: {arguments[a]}"
            for a, argument in field.args.items()
            if a in arguments and (a == "first" or str(argument.type).endswith("!"))
        ]
        head = f"{name}({', '.join(given)})" if given else name
        if is_leaf_type(inner):
            chosen.append(head)
        elif is_union_type(inner):
            chosen.append(f"{head} {{ __typename }}")
        elif depth and inner.name not in above:
            deeper = above if inner.name.endswith(PLAIN) else above | {inner.name}
            below = asked(inner, arguments, depth - 1, deeper)
            chosen += [f"{head} {{ {' '.join(below)} }}"] if below else []
    return chosen


@pytest.fixture
def order(gql: Client, monkeypatch: pytest.MonkeyPatch, shop: Shopify) -> str:
    """An order with everything that can happen to one."""
    monkeypatch.setattr(routes, "MOST", 10**12)
    shop.operator("throttle", {"bucket": 10**12})
    id = gql.buy(LAMP_01=3)
    ship(gql, id, "DPD-1", LAMP_01=1)
    seen = read(gql, id)
    shipment = seen["fulfillments"][0]
    gql(
        """mutation($id: ID!) { fulfillmentEventCreate(fulfillmentEvent: {fulfillmentId: $id,
             status: IN_TRANSIT}) { fulfillmentEvent { id } userErrors { message } } }""",
        id=shipment["id"],
    )
    gql(
        """mutation($id: ID!, $line: ID!) { returnCreate(returnInput: {orderId: $id,
             returnLineItems: [{fulfillmentLineItemId: $line, quantity: 1}]}) {
             return { id } userErrors { message } } }""",
        id=id,
        line=shipment["fulfillmentLineItems"]["nodes"][0]["id"],
    )
    line = {"lineItemId": seen["lineItems"]["nodes"][0]["id"], "quantity": 1}
    gql(
        """mutation($i: RefundInput!) { refundCreate(input: $i) @idempotent(key: "one") {
             refund { id } userErrors { message } } }""",
        i={"orderId": id, "refundLineItems": [{**line, "restockType": "CANCEL"}]},
    )
    return id


@pytest.mark.parametrize(
    ("kind", "depth"),
    [("order", 6), ("product", 4), ("productVariant", 5), ("inventoryItem", 4)],
)
def test_every_field_below_a_thing(gql: Client, order: str, kind: str, depth: int) -> None:
    lamp = gql.variant("LAMP-01")
    gql(
        """mutation($p: ProductUpdateInput!) { productUpdate(product: $p, media: [
             {originalSource: "https://pictures.example/lamp.jpg", mediaContentType: IMAGE}]) {
             product { id } userErrors { message } } }""",
        p={
            "id": lamp["product"]["id"],
            "category": "gid://shopify/TaxonomyCategory/hg-13",
            "metafields": [{"namespace": "erp", "key": "code", "value": "7"}],
        },
    )
    ids = {
        "order": order,
        "product": lamp["product"]["id"],
        "productVariant": lamp["id"],
        "inventoryItem": lamp["inventoryItem"]["id"],
    }
    query_type = schema().query_type
    assert query_type is not None
    type: Any = get_named_type(query_type.fields[kind].type)
    fields = asked(type, _arguments(gql), depth, frozenset({type.name}))
    assert gql(f"query($id: ID!) {{ {kind}(id: $id) {{ {' '.join(fields)} }} }}", id=ids[kind])


@pytest.mark.parametrize(
    ("field", "type"),
    [
        ("shop", "Shop"),
        ("currentAppInstallation", "AppInstallation"),
        ("publicApiVersions", "ApiVersion"),
        ("inventoryProperties", "InventoryProperties"),
        ("customers(first: 2)", "CustomerConnection"),
        ("publications(first: 2)", "PublicationConnection"),
        ("locations(first: 2)", "LocationConnection"),
        ("fulfillmentOrders(first: 2, includeClosed: true)", "FulfillmentOrderConnection"),
        ("returnReasonDefinitions(first: 2)", "ReturnReasonDefinitionConnection"),
    ],
)
def test_every_field_of_the_shops_own_things(
    gql: Client, order: str, field: str, type: str
) -> None:
    fields = asked(schema().type_map[type], _arguments(gql), 4, frozenset({type}))
    assert gql(f"{{ {field} {{ {' '.join(fields)} }} }}")


def _arguments(gql: Client) -> dict[str, str]:
    item = gql.variant("LAMP-01")["inventoryItem"]
    place = item["inventoryLevels"]["nodes"][0]["location"]["id"]
    return {
        "first": "2",
        "names": '["available", "on_hand"]',
        "key": '"code"',
        "locationId": f'"{place}"',
        "inventoryItemId": f'"{item["id"]}"',
        "publicationId": '"gid://shopify/Publication/1"',
        "id": '"gid://shopify/Product/1"',
    }
