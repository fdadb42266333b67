"""What the contract does not send is described too."""

from __future__ import annotations

import httpx

from agent.channels.woocommerce import mapping
from agent.model.change import CreateListing
from agent.model.listing import Details, Shown
from tests.conformance.woocommerce import faults_of_request


def test_a_creation_with_everything_is_described() -> None:
    details = Details(
        "Oak shelf", "80 cm", "5901234123457", "Dąb", "Shelves", "https://x.example/o.jpg", 3250
    )
    shown = Shown("draft", 24900, sale_price=19900, quantity=6, backorders=True)
    row = mapping.create_row(CreateListing("OAK-SHELF-80", shown, details), "PLN", "kg", 12)
    assert row["weight"] == "3.25"
    url = "https://shop.example/wp-json/wc/v3/products/batch"
    assert faults_of_request(httpx.Request("POST", url, json={"create": [row]})) == []


def test_what_nobody_described_is_a_fault() -> None:
    url = "https://shop.example/wp-json/wc/v3/products/batch"
    row = {"id": 1, "prise": "1.00", "stock_quantity": "many"}
    assert faults_of_request(httpx.Request("POST", url, json={"update": [row]})) == [
        "POST /products/batch prise: no such argument in the index",
        "POST /products/batch stock_quantity: 'many' is not of type integer",
        "POST /products/batch stock_quantity: 'many' is not of type 'integer' (OpenAPI)",
    ]
