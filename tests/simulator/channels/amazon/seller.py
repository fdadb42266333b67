"""A seller's client of the simulated Amazon, which checks every exchange by the vendor's models."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx

from simulator.channels import Buyer, Goods
from simulator.channels.amazon.dialect import Amazon
from simulator.world import World
from tests.conformance.amazon import faults_of_request, faults_of_response

GOODS = (
    Goods("RETRO-CLOCK", "Retro wall clock", Decimal("129.00"), 14),
    Goods("OAK-SHELF-80", "Oak shelf, 80 cm", Decimal("249.00"), 6),
    Goods("LAMP-ARC", "Arc floor lamp", Decimal("489.00"), 2),
    Goods("LINEN-APRON", "Linen apron", Decimal("89.00"), 0),
)
ANNA = Buyer(
    *("Anna", "Berg", "anna@example.org", "+48 600 100 200"),
    *("ul. Długa 5", "Kraków", "31-147", "PL"),
)
LISTING_PARTS = (
    "summaries,attributes,issues,offers,fulfillmentAvailability,relationships,productTypes"
)
ORDER_BLOCKS = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT"
LONG_AGO = "2026-01-01T00:00:00Z"
JSON_TYPE = "application/json; charset=UTF-8"


class Checked(httpx.BaseTransport):
    """Collects what the models say against answers, and against requests that were accepted."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.faults: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.inner.handle_request(request)
        response.read()
        self.faults += faults_of_response(request, response)
        if response.is_success:
            self.faults += faults_of_request(request)
        return response


class Seller:
    """The seller's application, logged in at its first call."""

    def __init__(self, world: World, shop: Amazon) -> None:
        self.world, self.shop = world, shop
        self.keys = shop.credentials()
        self.place, self.id = self.keys["marketplace_id"], self.keys["seller_id"]
        self._checked = Checked(world.transport())
        self.http = httpx.Client(transport=self._checked, base_url="https://amazon.test")
        self.http.headers["x-amz-access-token"] = self.token()

    @property
    def faults(self) -> list[str]:
        """What the models say against what was exchanged so far."""
        return self._checked.faults

    def close(self) -> None:
        self.http.close()

    # -- tokens ---------------------------------------------------------------------------------

    def login(self, **changed: str) -> httpx.Response:
        sent = {
            "grant_type": "refresh_token",
            **{n: self.keys[n] for n in ("refresh_token", "client_id", "client_secret")},
            **changed,
        }
        return self.http.post("/auth/o2/token", data=sent)

    def token(self, **changed: str) -> str:
        found = self.login(**changed)
        assert found.status_code == 200, found.text
        return str(found.json()["access_token"])

    def grantless(self) -> dict[str, str]:
        scope = "sellingpartnerapi::notifications"
        token = self.token(grant_type="client_credentials", scope=scope)
        return {"x-amz-access-token": token}

    # -- listings -------------------------------------------------------------------------------

    def at(self, sku: str) -> str:
        return f"/listings/2021-08-01/items/{self.id}/{quote(sku, safe='')}"

    def get(self, sku: str, parts: str = LISTING_PARTS) -> dict[str, Any]:
        asked = {"marketplaceIds": self.place, "includedData": parts}
        found = self.http.get(self.at(sku), params=asked)
        assert found.status_code == 200, found.text
        item: dict[str, Any] = found.json()
        return item

    def put(self, sku: str, body: dict[str, Any], **more: str) -> dict[str, Any]:
        found = self.http.put(
            self.at(sku), params={"marketplaceIds": self.place, **more}, json=body
        )
        assert found.status_code == 200, found.text
        reply: dict[str, Any] = found.json()
        return reply

    def patch(self, sku: str, *patches: dict[str, Any], **more: str) -> dict[str, Any]:
        body = {"productType": "PRODUCT", "patches": list(patches)}
        found = self.http.patch(
            self.at(sku), params={"marketplaceIds": self.place, **more}, json=body
        )
        assert found.status_code == 200, found.text
        reply: dict[str, Any] = found.json()
        return reply

    def wait(self, minutes: float = 3) -> None:
        """Let time pass; after a long time, log in again."""
        self.world.advance(timedelta(minutes=minutes))
        if minutes > 20:
            self.http.headers["x-amz-access-token"] = self.token()

    # -- documents ------------------------------------------------------------------------------

    def feed(self, content: bytes | dict[str, Any], kind: str = "JSON_LISTINGS_FEED") -> str:
        """Upload a document and have it processed; gives the feed's id."""
        sort = JSON_TYPE if kind == "JSON_LISTINGS_FEED" else "text/plain; charset=UTF-8"
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        made = self.http.post("/feeds/2021-06-30/documents", json={"contentType": sort}).json()
        with httpx.Client(transport=self.world.transport()) as bare:
            put = bare.put(made["url"], content=raw, headers={"Content-Type": sort})
        assert put.status_code == 200, put.text
        asked = {
            "feedType": kind,
            "marketplaceIds": [self.place],
            "inputFeedDocumentId": made["feedDocumentId"],
        }
        found = self.http.post("/feeds/2021-06-30/feeds", json=asked)
        assert found.status_code == 202, found.text
        return str(found.json()["feedId"])

    def feed_state(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/feeds/2021-06-30/feeds/{id}").json()
        return found

    def result(self, id: str) -> bytes:
        """A finished feed's report."""
        document = self.feed_state(id)["resultFeedDocumentId"]
        return self.document(f"/feeds/2021-06-30/documents/{document}")

    def report(self, kind: str, **more: str) -> dict[str, Any]:
        """Ask for a report and wait for it; gives its state."""
        asked = {"reportType": kind, "marketplaceIds": [self.place], **more}
        made = self.http.post("/reports/2021-06-30/reports", json=asked)
        assert made.status_code == 202, made.text
        self.wait()
        found: dict[str, Any] = self.http.get(
            f"/reports/2021-06-30/reports/{made.json()['reportId']}"
        ).json()
        return found

    def rows(self, kind: str, **more: str) -> list[dict[str, str]]:
        """A report's rows, {heading: cell}."""
        name = self.report(kind, **more)["reportDocumentId"]
        text = self.document(f"/reports/2021-06-30/documents/{name}").decode()
        head, *rows = [line.split("\t") for line in text.split("\r\n") if line]
        return [dict(zip(head, row, strict=True)) for row in rows]

    def document(self, path: str) -> bytes:
        told = self.http.get(path).json()
        with httpx.Client(transport=self.world.transport()) as bare:
            content = bare.get(told["url"]).content
        return gzip.decompress(content) if told.get("compressionAlgorithm") else content

    # -- orders ---------------------------------------------------------------------------------

    def buy(self, **basket: int) -> str:
        """Anna buys, {sku with _ for -: pieces}; gives the order's number."""
        wanted = {sku.replace("_", "-"): pieces for sku, pieces in basket.items()}
        return self.shop.storefront.buy(wanted, ANNA)

    def order(self, number: str, blocks: str = ORDER_BLOCKS) -> dict[str, Any]:
        asked = {"includedData": blocks} if blocks else {}
        found = self.http.get(f"/orders/2026-01-01/orders/{number}", params=asked)
        assert found.status_code == 200, found.text
        order: dict[str, Any] = found.json()["order"]
        return order

    def search(self, **asked: Any) -> httpx.Response:
        return self.http.get("/orders/2026-01-01/orders", params=asked)

    def confirm(self, number: str, items: dict[str, int], **changed: Any) -> httpx.Response:
        detail = {
            "packageReferenceId": "1",
            "carrierCode": "DHL",
            "shippingMethod": "Standard",
            "trackingNumber": "JD0146",
            "shipDate": self.shop.shop.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "orderItems": [{"orderItemId": id, "quantity": n} for id, n in items.items()],
            **changed,
        }
        path = f"/orders/v0/orders/{number}/shipmentConfirmation"
        return self.http.post(path, json={"marketplaceId": self.place, "packageDetail": detail})


def stock(quantity: int, op: str = "replace", **more: Any) -> dict[str, Any]:
    """A patch of the seller's own stock."""
    row = {"fulfillment_channel_code": "DEFAULT", "quantity": quantity, **more}
    return {"op": op, "path": "/attributes/fulfillment_availability", "value": [row]}


def price(place: str, amount: float, **more: Any) -> dict[str, Any]:
    """A patch of the price."""
    row = {
        "marketplace_id": place,
        "currency": "PLN",
        "audience": "ALL",
        "our_price": [{"schedule": [{"value_with_tax": amount}]}],
        **more,
    }
    return {"op": "replace", "path": "/attributes/purchasable_offer", "value": [row]}


def new_listing(title: str, amount: float = 20.0, quantity: int = 5, **more: Any) -> dict[str, Any]:
    """The body that creates a listing."""
    attributes = {
        "item_name": [{"value": title}],
        "brand": [{"value": "Generic"}],
        "condition_type": [{"value": "new_new"}],
        "purchasable_offer": [
            {"currency": "PLN", "our_price": [{"schedule": [{"value_with_tax": amount}]}]}
        ],
        "fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": quantity}],
        **more,
    }
    return {"productType": "HOME", "requirements": "LISTING", "attributes": attributes}
