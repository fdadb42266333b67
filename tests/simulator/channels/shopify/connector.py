"""A connector's view of a simulated Shopify shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from simulator.channels import Buyer, Goods
from simulator.channels.shopify import gids
from simulator.channels.shopify.dialect import Shopify

PATH = "/admin/api/2026-07/graphql.json"
BUYER = Buyer("Ewa", "Nowak", "ewa@example.com", "+48600100200", "Prosta 1", "Warszawa", "00-838")
GOODS = (
    Goods("LAMP-01", "Arc lamp", Decimal("49.00"), 5),
    Goods("OAK-SHELF-80", "Oak shelf", Decimal("249.00"), 2),
)


@dataclass
class Client:
    """A connector's view of the shop."""

    shop: Shopify
    http: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)

    def send(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer body."""
        body = {"query": query, "variables": variables}
        answer = self.http.post(PATH, json=body, headers=self.headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        read: dict[str, Any] = answer.get_json()
        self.extensions = read.get("extensions", {})
        return read

    def __call__(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors; of a single field, its value."""
        read = self.send(query, **variables)
        assert "errors" not in read, read["errors"]
        data = read["data"]
        return next(iter(data.values())) if len(data) == 1 else data

    def variant(self, sku: str) -> dict[str, Any]:
        """A variant with its item and its level at the first location."""
        found = self(
            """query($q: String!) { productVariants(first: 1, query: $q) { nodes {
                 id sku price compareAtPrice inventoryPolicy inventoryQuantity product { id status }
                 inventoryItem { id tracked inventoryLevels(first: 1) { nodes {
                   id location { id } quantities(names: ["available", "committed", "on_hand"]) {
                     name quantity } } } } } } }""",
            q=f"sku:{sku}",
        )
        return dict(found["nodes"][0])

    def stock(self, sku: str) -> dict[str, int]:
        """The named quantities of a sku at its first location."""
        level = self.variant(sku)["inventoryItem"]["inventoryLevels"]["nodes"][0]
        return {row["name"]: row["quantity"] for row in level["quantities"]}

    def buy(self, **basket: int) -> str:
        """A shopper's paid order by sku (underscores for hyphens): its global id."""
        wanted = {sku.replace("_", "-"): pieces for sku, pieces in basket.items()}
        number = self.shop.storefront.buy(wanted, BUYER)
        (order,) = self.shop.shop.all("order", sku=number)
        return gids.gid("Order", order.id)
