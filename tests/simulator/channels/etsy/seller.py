"""A seller's program at a simulated Etsy shop; every answer is checked against the vendor's document."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from simulator.channels import Buyer, Goods
from simulator.channels.etsy.dialect import Etsy
from simulator.world import World
from tests.conformance.etsy import faults_of_request, faults_of_response

BASE = "https://etsy.test"
BUYER = Buyer("Ewa", "Nowak", "ewa@example.com", "+48600100200", "Prosta 1", "Warszawa", "00-838")
GOODS = (
    Goods("RETRO-CLOCK", "Retro wall clock", Decimal("129.00"), 14),
    Goods("LAMP-ARC", "Arc floor lamp", Decimal("489.00"), 2),
    Goods("LINEN-APRON", "Linen apron", Decimal("89.00"), 0),
)
JPEG = b"\xff\xd8\xff\xe0 a picture"


class Checked(httpx.BaseTransport):
    """Carries requests to a world and refuses answers that the vendor's document does not know.

    A request that is answered well must be described too.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        response = self.inner.handle_request(request)
        faults = faults_of_response(request, response)
        if response.status_code < 400:
            faults += faults_of_request(request)
        assert faults == [], faults
        return response


@dataclass
class Seller:
    """The API as the shop's program sees it. Paths are relative; {shop} is its number."""

    world: World
    etsy: Etsy
    http: httpx.Client

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The whole answer."""
        shop = self.etsy.credentials()["shop_id"]
        return self.http.request(method, f"/v3/application{path.format(shop=shop)}", **more)

    def __call__(self, method: str, path: str, **more: Any) -> Any:
        """The body of an answer that went well."""
        answer = self.send(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, **more: Any) -> tuple[int, str]:
        """The status and the error of an answer that did not."""
        answer = self.send(method, path, **more)
        assert answer.is_error, answer.text
        return answer.status_code, answer.json()["error"]

    def authorise(self) -> None:
        """Take the newest access token."""
        token = self.etsy.credentials()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def listing(self, sku: str) -> int:
        """The number of the listing that has a sku."""
        return next(self.etsy.store.listings_with(sku)).id

    def state(self, listing: int) -> tuple[str, int]:
        """A listing's state and quantity."""
        found = self("GET", f"/listings/{listing}")
        return found["state"], found["quantity"]

    def inventory(self, listing: int) -> dict[str, Any]:
        """A listing's inventory document as it may be written."""
        found = self("GET", f"/listings/{listing}/inventory")
        del found["listing"]
        return writable(found)

    def put(self, listing: int, document: dict[str, Any], **more: Any) -> httpx.Response:
        """Replace an inventory document."""
        return self.send("PUT", f"/listings/{listing}/inventory", json=document, **more)

    def buy(self, **basket: int) -> int:
        """A shopper's order by sku (underscores for hyphens): the receipt's number."""
        wanted = {sku.replace("_", "-"): pieces for sku, pieces in basket.items()}
        return int(self.etsy.storefront.buy(wanted, BUYER))

    def receipt(self, number: int) -> Any:
        """A receipt."""
        return self("GET", f"/shops/{{shop}}/receipts/{number}")

    def draft(self, **fields: Any) -> int:
        """A new draft of a mug with everything that it needs; gives its number."""
        return int(
            self("POST", "/shops/{shop}/listings", data=self.draft_fields(**fields))["listing_id"]
        )

    def draft_fields(self, **fields: Any) -> dict[str, Any]:
        """What makes a draft."""
        profile = self("GET", "/shops/{shop}/shipping-profiles")["results"][0]
        readiness = self("GET", "/shops/{shop}/readiness-state-definitions")["results"][0]
        return {
            "quantity": 3,
            "title": "Stoneware mug",
            "description": "Holds 0.3 l.",
            "price": 39.9,
            "who_made": "i_did",
            "when_made": "made_to_order",
            "taxonomy_id": 1070,
            "shipping_profile_id": profile["shipping_profile_id"],
            "readiness_state_id": readiness["readiness_state_id"],
            **fields,
        }

    def upload(self, listing: int, **fields: Any) -> Any:
        """Put a picture on a listing."""
        path = f"/shops/{{shop}}/listings/{listing}/images"
        return self("POST", path, files={"image": ("mug.jpg", JPEG)}, data=fields)


def writable(document: dict[str, Any]) -> dict[str, Any]:
    """An inventory document without what may only be read, its prices as numbers."""
    for product in document["products"]:
        del product["product_id"], product["is_deleted"]
        for offering in product["offerings"]:
            del offering["offering_id"], offering["is_deleted"]
            offering["price"] = offering["price"]["amount"] / offering["price"]["divisor"]
        for value in product["property_values"]:
            del value["scale_name"]
    return document


def coloured(*rows: tuple[str, str, float, int], on: tuple[int, ...] = (200,)) -> dict[str, Any]:
    """An inventory of (sku, colour, price, quantity) whose prices, stock and skus go by colour."""
    products = [
        {
            "sku": sku,
            "property_values": [
                {
                    "property_id": 200,
                    "property_name": "Primary color",
                    "scale_id": None,
                    "value_ids": [],
                    "values": [colour],
                }
            ],
            "offerings": [
                {"price": price, "quantity": pieces, "is_enabled": True, "readiness_state_id": None}
            ],
        }
        for sku, colour, price, pieces in rows
    ]
    named = {f"{what}_on_property": list(on) for what in ("price", "quantity", "sku")}
    return {"products": products, **named}
