"""Webhooks out: signed, REST-shaped, told once, tried again, given up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from simulator.channels.shopify.dialect import Shopify
from simulator.world import World
from tests.simulator.channels.shopify.connector import Client

SUBSCRIBE = """mutation($topic: WebhookSubscriptionTopic!, $hook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $hook) {
    webhookSubscription { id topic uri } userErrors { field message } } }"""


@dataclass
class Post(httpx.BaseTransport):
    """Who receives; answers with `status`."""

    status: int = 200
    got: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.got.append(request)
        return httpx.Response(self.status)

    def bodies(self) -> list[tuple[str, dict[str, Any]]]:
        return [(r.headers["X-Shopify-Topic"], json.loads(r.content)) for r in self.got]


@pytest.fixture
def post(world: World) -> Iterator[Post]:
    world.outside = Post()
    yield world.outside


def subscribe(gql: Client, topic: str, **more: Any) -> Any:
    hook = {"uri": "https://agent.example/hooks", "format": "JSON", **more}
    return gql(SUBSCRIBE, topic=topic, hook=hook)


def test_an_order_is_told_signed_and_rest_shaped(
    world: World, shop: Shopify, gql: Client, post: Post
) -> None:
    subscribe(gql, "ORDERS_CREATE")
    subscribe(gql, "ORDERS_PAID")
    gql.buy(LAMP_01=2)
    world.tick()
    assert [topic for topic, _ in post.bodies()] == ["orders/create", "orders/paid"]
    request, (_, body) = post.got[0], post.bodies()[0]
    secret = shop.credentials()["webhook_secret"].encode()
    digest = hmac.new(secret, request.content, hashlib.sha256).digest()
    assert request.headers["X-Shopify-Hmac-Sha256"] == base64.b64encode(digest).decode()
    assert request.headers["X-Shopify-Shop-Domain"] == shop.credentials()["shop_domain"]
    assert request.headers["X-Shopify-API-Version"] == "2026-07"
    assert request.headers["X-Shopify-Triggered-At"] == "2026-03-02T08:00:00Z"
    assert (body["name"], body["total_price"], body["financial_status"]) == (
        "#1001",
        "98.00",
        "paid",
    )
    assert isinstance(body["id"], int)
    assert [(r["sku"], r["quantity"]) for r in body["line_items"]] == [("LAMP-01", 2)]


def test_stock_changes_are_told_once_per_request(world: World, gql: Client, post: Post) -> None:
    subscribe(gql, "INVENTORY_LEVELS_UPDATE")
    gql.buy(LAMP_01=2)
    world.tick()
    ((_, body),) = post.bodies()
    assert body["available"] == 3


def test_includes_only_the_fields_asked_for(world: World, gql: Client, post: Post) -> None:
    subscribe(gql, "ORDERS_UPDATED", includeFields=["id", "updated_at"])
    id = gql.buy(LAMP_01=1)
    gql('mutation($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { node { id } } }', id=id)
    world.tick()
    ((topic, body),) = post.bodies()
    assert (topic, sorted(body)) == ("orders/updated", ["id", "updated_at"])


def test_a_refused_mutation_tells_nobody(world: World, gql: Client, post: Post) -> None:
    subscribe(gql, "PRODUCTS_UPDATE")
    lamp = gql.variant("LAMP-01")
    gql(
        """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) {
             productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { code } } }""",
        p=lamp["product"]["id"],
        v=[{"id": lamp["id"], "price": "9"}, {"id": lamp["id"], "price": "-9"}],
    )
    world.tick()
    assert post.got == []


def test_retries_the_original_for_four_hours_and_deletes_the_subscription(
    world: World, gql: Client, post: Post
) -> None:
    post.status = 500
    subscribe(gql, "ORDERS_CREATE")
    gql.buy(LAMP_01=1)
    world.tick()
    for _ in range(24 * 5):
        world.advance(timedelta(minutes=10))
    assert len(post.got) == 9
    assert len({r.content for r in post.got}) == 1
    assert len({r.headers["X-Shopify-Webhook-Id"] for r in post.got}) == 1
    assert gql("{ webhookSubscriptions(first: 5) { nodes { id } } }")["nodes"] == []


def test_subscriptions_are_listed_by_topic_and_deleted(gql: Client) -> None:
    made = subscribe(gql, "ORDERS_CREATE")["webhookSubscription"]
    subscribe(gql, "ORDERS_UPDATED")
    assert subscribe(gql, "ORDERS_CREATE")["userErrors"] != []
    assert subscribe(gql, "ORDERS_PAID", uri="http://agent.example/")["userErrors"] != []
    listed = """query($t: [WebhookSubscriptionTopic!]) {
      webhookSubscriptions(first: 9, topics: $t) { nodes { id topic uri } } }"""
    assert gql(listed, t=["ORDERS_CREATE"])["nodes"] == [made]
    delete = """mutation($id: ID!) { webhookSubscriptionDelete(id: $id) {
      deletedWebhookSubscriptionId userErrors { message } } }"""
    assert gql(delete, id=made["id"])["deletedWebhookSubscriptionId"] == made["id"]
    assert gql(delete, id=made["id"])["userErrors"] != []
