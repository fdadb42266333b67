"""WooCommerce's own Python client, unmodified, against the served staging shop: over TLS, and plainly.

Over TLS it trusts the staging world's authority as any program does, by REQUESTS_CA_BUNDLE; over plain
HTTP it signs every request with OAuth 1.0a.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.serve import Served, Wish, served

woocommerce = pytest.importorskip("woocommerce", reason="needs the package WooCommerce")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A WooCommerce shop with the usual goods, on real ports."""
    folder: Path = tmp_path_factory.mktemp("authority")
    with served(Wish(channels=["woocommerce"], folder=folder)) as world:
        yield world


@pytest.fixture(params=["tls", "tls-query", "plain"])
def client(request: pytest.FixtureRequest, shop: Served, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The vendor's client in each way that it can prove who it is."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(shop.authority.file))
    facts = shop.announcement()["channels"]["woocommerce"]
    address = facts["plain_url" if request.param == "plain" else "base_url"]
    in_query = request.param == "tls-query"
    return woocommerce.API(
        address, facts["key"], facts["secret"], timeout=20, query_string_auth=in_query
    )


def added(client: Any, sku: str, **facts: Any) -> dict[str, Any]:
    """A simple product of which 5 are in stock."""
    body = {"name": "Oak stool", "sku": sku, "regular_price": "79.00", "manage_stock": True}
    answer = client.post("products", {**body, "stock_quantity": 5, **facts})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_creates_reads_updates_and_deletes_a_product(client: Any) -> None:
    stool = added(client, "STOOL-1")
    address = f"products/{stool['id']}"
    assert client.get(address).json()["name"] == "Oak stool"
    changed = client.put(address, {"name": "Oak stool, 45 cm", "sale_price": "69.00"}).json()
    assert (changed["name"], changed["price"], changed["on_sale"]) == (
        "Oak stool, 45 cm",
        "69.00",
        True,
    )
    gone = client.delete(address, params={"force": True})
    assert gone.status_code == 200
    assert client.get(address).status_code == 404
    assert client.get(address).json()["code"] == "woocommerce_rest_product_invalid_id"


def test_letters_of_every_alphabet_come_back_as_they_went(client: Any) -> None:
    stool = added(client, "STOOL-Ł", name="Stołek dębowy – 45 cm, „mały” & 小")
    found = client.get("products", params={"sku": "STOOL-Ł"}).json()
    assert [item["name"] for item in found] == [stool["name"]]
    client.delete(f"products/{stool['id']}", params={"force": True})


def test_pages_through_everything(client: Any) -> None:
    first = client.get("products", params={"per_page": 2, "orderby": "id", "order": "asc"})
    pages = int(first.headers["X-WP-TotalPages"])
    seen = [item["id"] for item in first.json()]
    for page in range(2, pages + 1):
        asked = {"per_page": 2, "page": page, "orderby": "id", "order": "asc"}
        seen += [item["id"] for item in client.get("products", params=asked).json()]
    assert len(seen) == int(first.headers["X-WP-Total"])
    assert seen == sorted(set(seen))
    assert client.get("products", params={"per_page": 2, "page": pages + 1}).json() == []


def test_many_products_travel_in_one_request(client: Any) -> None:
    one, two = added(client, "STOOL-2"), added(client, "STOOL-3")
    body = {
        "create": [{"name": "Ash stool", "sku": "STOOL-4", "regular_price": "59.00"}],
        "update": [{"id": one["id"], "regular_price": "75.00"}],
        "delete": [two["id"]],
    }
    done = client.post("products/batch", body).json()
    assert done["create"][0]["sku"] == "STOOL-4"
    assert done["update"][0]["regular_price"] == "75.00"
    assert done["delete"][0]["id"] == two["id"]
    rest = {"delete": [one["id"], done["create"][0]["id"]]}
    for row in client.post("products/batch", rest).json()["delete"]:
        client.delete(f"products/{row['id']}", params={"force": True})
    client.delete(f"products/{two['id']}", params={"force": True})


def test_the_same_sku_twice_is_refused(client: Any) -> None:
    stool = added(client, "STOOL-5")
    again = client.post("products", {"name": "Another", "sku": "STOOL-5"})
    assert again.status_code == 400
    assert again.json()["code"] == "product_invalid_sku"
    client.delete(f"products/{stool['id']}", params={"force": True})


def test_stock_is_counted_down_by_an_order_and_back_by_its_cancellation(client: Any) -> None:
    stool = added(client, "STOOL-6")
    address = f"products/{stool['id']}"
    assert client.put(address, {"stock_quantity": 9}).json()["stock_quantity"] == 9
    order = client.post(
        "orders",
        {
            "status": "processing",
            "set_paid": True,
            "billing": {"first_name": "Anna", "last_name": "Berg", "email": "anna@example.org"},
            "line_items": [{"product_id": stool["id"], "quantity": 2}],
        },
    ).json()
    assert order["line_items"][0]["sku"] == "STOOL-6"
    assert order["total"] == "158.00"
    assert client.get(address).json()["stock_quantity"] == 7
    client.put(f"orders/{order['id']}", {"status": "cancelled"})
    assert client.get(address).json()["stock_quantity"] == 9
    assert client.get(f"orders/{order['id']}").json()["status"] == "cancelled"

    found = client.get("orders", params={"status": "cancelled", "per_page": 1}).json()
    assert [row["id"] for row in found] == [order["id"]]
    assert client.delete(f"orders/{order['id']}", params={"force": True}).status_code == 200
    assert client.get(f"orders/{order['id']}").status_code == 404
    client.delete(address, params={"force": True})


def test_wrong_keys_are_turned_away(client: Any) -> None:
    client.consumer_secret = "cs_wrong"
    answer = client.get("products")
    assert answer.status_code == 401
    assert answer.json()["data"]["status"] == 401


def test_a_stranger_does_not_trust_the_shop(shop: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    facts = shop.announcement()["channels"]["woocommerce"]
    client = woocommerce.API(facts["base_url"], facts["key"], facts["secret"])
    with pytest.raises(requests.exceptions.SSLError):
        client.get("products")
