"""Shopify's own Python client, unmodified, over TLS: products, stock, orders, pages."""

from __future__ import annotations

import json
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from simulator.serve import Served, Wish, served

shopify = pytest.importorskip("shopify")
PAGE = """query($first: Int!, $after: String) {
  productVariants(first: $first, after: $after) {
    nodes { id sku price inventoryQuantity product { id }
            inventoryItem { id inventoryLevels(first: 1) { nodes { location { id } } } } }
    pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Served]:
    with served(Wish(channels=["shopify"], folder=tmp_path / "authority")) as world:
        yield world


@pytest.fixture
def session(staging: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client's session on the served shop; OpenSSL is told of its authority."""
    address = urlsplit(staging.world.base_urls["shopify"])
    monkeypatch.setenv("SSL_CERT_FILE", str(staging.authority.file))
    monkeypatch.setenv("no_proxy", "*")
    # the client makes <first label>.<myshopify_domain>:<port> of a shop's address
    name, _, domain = str(address.hostname).partition(".")
    monkeypatch.setattr(shopify.Session, "myshopify_domain", domain)
    monkeypatch.setattr(shopify.Session, "port", address.port)
    token = staging.world.dialects["shopify"].credentials()["token"]
    shopify.ApiVersion.define_version(shopify.Release("2026-07"))
    shopify.ShopifyResource.activate_session(shopify.Session(name, "2026-07", token))
    yield
    shopify.ShopifyResource.clear_session()


def execute(query: str, **variables: Any) -> Any:
    answer = json.loads(shopify.GraphQL().execute(query, variables))
    assert "errors" not in answer, answer
    return next(iter(answer["data"].values()))


def variants(first: int) -> list[dict[str, Any]]:
    """All variants, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = execute(PAGE, first=first, after=after)
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


@pytest.mark.usefixtures("session")
def test_creates_reads_updates_and_pages() -> None:
    before = {v["sku"] for v in variants(first=2)}
    assert "RETRO-CLOCK" in before
    product = execute(
        """mutation($i: ProductSetInput!) { productSet(input: $i, synchronous: true) {
             product { id } userErrors { message } } }""",
        i={
            "title": "Brass hook",
            "productOptions": [{"name": "Title", "values": [{"name": "Default Title"}]}],
            "variants": [
                {
                    "optionValues": [{"optionName": "Title", "name": "Default Title"}],
                    "sku": "HOOK-BRASS",
                    "price": "12.50",
                    "inventoryItem": {"tracked": True},
                }
            ],
        },
    )["product"]
    (hook,) = [v for v in variants(first=3) if v["sku"] not in before]
    place = hook["inventoryItem"]["inventoryLevels"]["nodes"][0]["location"]["id"]
    row = {"inventoryItemId": hook["inventoryItem"]["id"], "locationId": place}
    execute(
        """mutation($i: InventorySetQuantitiesInput!) {
             inventorySetQuantities(input: $i) @idempotent(key: "one") {
               userErrors { message } } }""",
        i={
            "name": "available",
            "reason": "correction",
            "quantities": [{**row, "quantity": 40, "changeFromQuantity": 0}],
        },
    )
    execute(
        """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) {
             productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { message } } }""",
        p=product["id"],
        v=[{"id": hook["id"], "price": "11"}],
    )
    (hook,) = [v for v in variants(first=250) if v["sku"] == "HOOK-BRASS"]
    assert (hook["price"], hook["inventoryQuantity"]) == ("11.00", 40)
    order = execute(
        """mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o,
             options: {inventoryBehaviour: DECREMENT_OBEYING_POLICY}) {
             order { id name } userErrors { message } } }""",
        o={"lineItems": [{"variantId": hook["id"], "quantity": 2}], "financialStatus": "PAID"},
    )["order"]
    listed = execute(
        """{ orders(first: 5, sortKey: UPDATED_AT) { nodes { id displayFinancialStatus
             fulfillmentOrders(first: 1) { nodes { id } } } } }"""
    )["nodes"]
    assert [(o["id"], o["displayFinancialStatus"]) for o in listed] == [(order["id"], "PAID")]
    source = listed[0]["fulfillmentOrders"]["nodes"][0]["id"]
    shipped = execute(
        """mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
             fulfillment { status } userErrors { message } } }""",
        f={"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": source}]},
    )
    assert shipped == {"fulfillment": {"status": "SUCCESS"}, "userErrors": []}
    (hook,) = [v for v in variants(first=250) if v["sku"] == "HOOK-BRASS"]
    assert hook["inventoryQuantity"] == 38


@pytest.mark.usefixtures("session")
def test_a_wrong_token_is_the_clients_own_error() -> None:
    shopify.ShopifyResource.headers["X-Shopify-Access-Token"] = "shpat_wrong"
    with pytest.raises(urllib.error.HTTPError, match="401"):
        shopify.GraphQL().execute("{ shop { name } }")
