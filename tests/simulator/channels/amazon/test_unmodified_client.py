"""python-amazon-sp-api, unmodified, over TLS: only its addresses are pointed at the staging world."""

from __future__ import annotations

import io
import json
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.serve import Served, Wish, served

sp_api = pytest.importorskip("sp_api.api")
from sp_api.auth import access_token_client, exceptions  # noqa: E402
from sp_api.base import Marketplaces, SellingApiException  # noqa: E402

PLACE = Marketplaces.PL
LONG_AGO = "2026-01-01T00:00:00Z"


class Clients:
    """The client's classes, made for the served seller."""

    def __init__(self, staging: Served) -> None:
        self.world = staging.world
        self.address = staging.world.base_urls["amazon"]
        self.shop = staging.world.dialects["amazon"]
        self.authority = str(staging.authority.file)
        self.tls = ssl.create_default_context(cafile=self.authority)
        self.facts = self.shop.credentials()
        self._made: list[Any] = []

    def make(self, kind: Any, version: str | None = None, **more: Any) -> Any:
        keys = {
            "refresh_token": self.facts["refresh_token"],
            "lwa_app_id": self.facts["client_id"],
            "lwa_client_secret": self.facts["client_secret"],
            **more,
        }
        wanted = {"version": version} if version else {}
        client = kind(marketplace=PLACE, credentials=keys, verify=self.tls, **wanted)
        client.endpoint = self.address
        self._made.append(client)
        return client

    def close(self) -> None:
        """Close the connections of every client, those for logging in too."""
        for client in self._made:
            client.close()
            client._auth._transport.close()


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    with served(Wish(channels=["amazon"], folder=tmp_path / "authority")) as staging:
        found = Clients(staging)
        host = found.address.removeprefix("https://")
        monkeypatch.setattr(access_token_client.AccessTokenClient, "host", host)
        monkeypatch.setenv("no_proxy", "*")
        monkeypatch.setenv("SSL_CERT_FILE", found.authority)  # for what it uploads and fetches
        access_token_client.cache.clear()
        access_token_client.grantless_cache.clear()
        yield found
        found.close()
        access_token_client.cache.clear()
        access_token_client.grantless_cache.clear()


def test_listings_are_read_changed_and_refused(clients: Clients) -> None:
    listings = clients.make(sp_api.ListingsItems)
    seller = clients.facts["seller_id"]
    found = listings.get_listings_item(
        sellerId=seller, sku="RETRO-CLOCK", includedData=["summaries", "offers"]
    )
    assert found.payload["offers"][0]["price"]["amount"] == "129.00"
    assert found.rate_limit == "5.0"
    row = {"fulfillment_channel_code": "DEFAULT", "quantity": 3}
    patch = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [row]}
    body = {"productType": "PRODUCT", "patches": [patch]}
    reply = listings.patch_listings_item(
        sellerId=seller, sku="RETRO-CLOCK", marketplaceIds=[PLACE.marketplace_id], body=body
    )
    assert reply.payload["status"] == "ACCEPTED"
    with pytest.raises(SellingApiException) as caught:
        listings.get_listings_item(sellerId=seller, sku="NOBODY")
    assert caught.value.code == 404


def test_a_seller_asks_where_it_sells(clients: Clients) -> None:
    sellers = clients.make(sp_api.Sellers)
    (row,) = sellers.get_marketplace_participation().payload
    assert row["storeName"]
    place = row["marketplace"]
    assert (place["id"], place["domainName"]) == (PLACE.marketplace_id, "www.amazon.pl")
    assert row["participation"] == {"isParticipating": True, "hasSuspendedListings": False}
    assert sellers.get_account().payload["marketplaceParticipationList"] == [row]


def test_orders_are_read_and_shipped(clients: Clients) -> None:
    from tests.simulator.channels.amazon.seller import ANNA

    number = clients.shop.storefront.buy({"RETRO-CLOCK": 2}, ANNA)
    client = clients.make(sp_api.Orders)
    order = client.get_order(number).payload
    assert (order["OrderStatus"], order["OrderTotal"]["Amount"]) == ("Unshipped", "258.00")
    (line,) = client.get_order_items(number).payload["OrderItems"]
    detail = {
        "packageReferenceId": "1",
        "carrierCode": "DHL",
        "trackingNumber": "JD1",
        "shipDate": clients.shop.shop.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "orderItems": [{"orderItemId": line["OrderItemId"], "quantity": 2}],
    }
    sent = client.confirm_shipment(number, marketplaceId=PLACE.marketplace_id, packageDetail=detail)
    assert sent.errors is None
    assert clients.shop.storefront.order(number).status == "SHIPPED"


def test_orders_are_listed_by_both_versions_and_with_people(clients: Clients) -> None:
    from tests.simulator.channels.amazon.seller import ANNA

    number = clients.shop.storefront.buy({"RETRO-CLOCK": 1}, ANNA)
    clients.world.advance(timedelta(minutes=3))
    older = clients.make(sp_api.Orders)
    (order,) = older.get_orders(LastUpdatedAfter=LONG_AGO).payload["Orders"]
    assert "Name" not in order["ShippingAddress"]
    (order,) = older.get_orders(
        LastUpdatedAfter=LONG_AGO, RestrictedResources=["buyerInfo", "shippingAddress"]
    ).payload["Orders"]
    assert order["ShippingAddress"]["Name"] == "Anna Berg"
    newer = clients.make(sp_api.Orders, version="2026-01-01")
    found = newer.search_orders(lastUpdatedAfter=LONG_AGO, includedData=["RECIPIENT"]).payload
    assert [o["orderId"] for o in found["orders"]] == [number]


def test_product_types_stock_at_amazon_and_prices(clients: Clients) -> None:
    types = clients.make(sp_api.ProductTypeDefinitions)
    found = types.search_definitions_product_types(keywords=["clock"]).payload
    assert [one["name"] for one in found["productTypes"]] == ["CLOCK"]
    clients.shop.operator("send_to_amazon", {"sku": "RETRO-CLOCK", "quantity": 8})
    summaries = clients.make(sp_api.Inventories).get_inventory_summary_marketplace(details=True)
    assert summaries.payload["inventorySummaries"][0]["totalQuantity"] == 8
    prices = clients.make(sp_api.Products).get_product_pricing_for_skus(["LAMP-ARC"]).payload
    assert prices[0]["Product"]["Offers"][0]["RegularPrice"]["Amount"] == 489.0


def test_a_feed_goes_up_and_its_report_comes_down(clients: Clients) -> None:
    feeds = clients.make(sp_api.Feeds)
    message = {
        "messageId": 1,
        "sku": "LAMP-ARC",
        "operationType": "PATCH",
        "productType": "PRODUCT",
        "patches": [
            {
                "op": "replace",
                "path": "/attributes/fulfillment_availability",
                "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 7}],
            }
        ],
    }
    header = {"sellerId": clients.facts["seller_id"], "version": "2.0"}
    text = json.dumps({"header": header, "messages": [message]})
    clients.shop.shop.dials.job_s = 0
    made = feeds.create_feed_document(io.BytesIO(text.encode()), "application/json; charset=UTF-8")
    id = feeds.create_feed("JSON_LISTINGS_FEED", made.payload["feedDocumentId"]).payload["feedId"]
    state = feeds.get_feed(id).payload
    assert state["processingStatus"] == "DONE"
    report = json.loads(feeds.get_feed_document(state["resultFeedDocumentId"]))
    assert report["summary"]["messagesAccepted"] == 1
    assert clients.shop.storefront.item("LAMP-ARC").quantity == 7


def test_a_report_is_made_and_fetched(clients: Clients) -> None:
    reports = clients.make(sp_api.Reports)
    clients.shop.shop.dials.job_s = 0
    made = reports.create_report(reportType="GET_MERCHANT_LISTINGS_ALL_DATA")
    state = reports.get_report(made.payload["reportId"]).payload
    found = reports.get_report_document(state["reportDocumentId"], download=True)
    assert "RETRO-CLOCK" in found.payload["document"]


def test_a_destination_needs_no_seller(clients: Clients) -> None:
    notifications = clients.make(sp_api.Notifications)
    arn = "arn:aws:sqs:eu-west-1:123456789012:orders"
    made = notifications.create_destination("orders", arn=arn).payload
    assert made["resource"]["sqs"]["arn"] == arn


def test_a_wrong_refresh_token_is_the_clients_own_error(clients: Clients) -> None:
    listings = clients.make(sp_api.ListingsItems, refresh_token="Atzr|wrong")
    with pytest.raises(exceptions.AuthorizationError) as caught:
        listings.get_listings_item(sellerId="A", sku="B")
    assert caught.value.error_code == "invalid_grant"
