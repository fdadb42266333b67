"""The vendors' own clients, unmodified, under their vendors' real host names: by the environment alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.env import variables
from simulator.serve import Served, Wish, served


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Shopify and WooCommerce on real ports, and the environment that leads there."""
    wish = Wish(channels=["shopify", "woocommerce"], folder=tmp_path / "authority")
    with served(wish) as world:
        for name, value in variables(world.announcement()).items():
            monkeypatch.setenv(name, value)
            monkeypatch.delenv(name.lower(), raising=False)
        yield world


def test_woocommerces_client_at_a_shops_own_address(staging: Served) -> None:
    woocommerce = pytest.importorskip("woocommerce", reason="needs the package WooCommerce")
    keys = staging.announcement()["channels"]["woocommerce"]
    secure = woocommerce.API("https://shop.example", keys["key"], keys["secret"])
    plain = woocommerce.API("http://shop.example", keys["key"], keys["secret"])  # signs with OAuth
    for client in (secure, plain):
        (mug,) = client.get("products", params={"sku": "MUG-STONE"}).json()
        changed = client.put(f"products/{mug['id']}", {"regular_price": "41.00"})
        assert (changed.status_code, changed.json()["price"]) == (200, "41.00")
    hosts = {row.headers["Host"] for row in staging.world.ledger.requests(channel="woocommerce")}
    assert hosts == {"shop.example"}


def test_shopifys_client_at_a_shops_own_address(staging: Served) -> None:
    shopify: Any = pytest.importorskip("shopify", reason="needs the package ShopifyAPI")
    token = staging.announcement()["channels"]["shopify"]["token"]
    shopify.ApiVersion.define_version(shopify.Release("2026-07"))
    with shopify.Session.temp("oak-and-linen.myshopify.com", "2026-07", token):
        told = json.loads(
            shopify.GraphQL().execute("{ productVariants(first: 9) { nodes { sku } } }")
        )
    skus = {variant["sku"] for variant in told["data"]["productVariants"]["nodes"]}
    assert "RETRO-CLOCK" in skus
    (row,) = staging.world.ledger.requests(channel="shopify")
    assert row.headers["Host"] == "oak-and-linen.myshopify.com"


def test_no_real_vendor_is_ever_reached(staging: Served) -> None:
    for url in ("https://elsewhere.example/", "https://api.vendor.example/orders"):
        with pytest.raises(requests.exceptions.ProxyError, match="403 Forbidden"):
            requests.get(url, timeout=10)
    assert requests.get("http://elsewhere.example/", timeout=10).status_code == 403
