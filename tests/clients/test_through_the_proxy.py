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

CHANNELS = ["allegro", "amazon", "baselinker", "magento", "shopify", "woocommerce"]


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Shops on real ports, and the environment that leads there."""
    monkeypatch.setattr("urllib.request._opener", None)  # it keeps the proxies of its first call
    with served(Wish(channels=CHANNELS, folder=tmp_path / "authority")) as world:
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
    assert hosts(staging, "woocommerce") == {"shop.example"}


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
    assert hosts(staging, "shopify") == {"oak-and-linen.myshopify.com"}


def hosts(staging: Served, channel: str) -> set[str]:
    """The hosts that a channel was asked for."""
    return {row.headers["Host"] for row in staging.world.ledger.requests(channel=channel)}


def test_allegros_client_with_its_own_constants(staging: Served) -> None:
    allegro_api = pytest.importorskip("allegro_api", reason="needs the package allegro-api")
    keys = staging.announcement()["channels"]["allegro"]
    names = ("client_id", "client_secret", "access_token", "refresh_token")
    client = allegro_api.AllegroAPI(**{name: keys[name] for name in names})
    (offer,) = client.get_user_offers(external_id="MUG-STONE")["offers"]
    client.patch(f"/sale/product-offers/{offer['id']}", json_data={"stock": {"available": 7}})
    assert staging.world.dialects["allegro"].storefront.item("MUG-STONE").quantity == 7
    client.refresh_access_token()
    assert hosts(staging, "allegro") == {"api.allegro.pl", "allegro.pl"}
    client.session.close()


def test_baselinkers_client_with_its_own_constants(staging: Served) -> None:
    baselinker = pytest.importorskip("baselinker", reason="needs the package baselinker-api")
    client = baselinker.BaseLinkerClient(staging.announcement()["channels"]["baselinker"]["token"])
    (inventory,) = client.products.get_inventories()["inventories"]
    id = inventory["inventory_id"]
    found = client.products.get_inventory_products_list(inventory_id=id)["products"]
    assert "MUG-STONE" in {row["sku"] for row in found.values()}
    assert hosts(staging, "baselinker") == {"api.baselinker.com"}
    client.session.close()


def test_amazons_client_with_its_own_endpoints(staging: Served) -> None:
    sp_api = pytest.importorskip("sp_api.api", reason="needs the package python-amazon-sp-api")
    from sp_api.base import Marketplaces

    facts = staging.announcement()["channels"]["amazon"]
    keys = {
        "refresh_token": facts["refresh_token"],
        "lwa_app_id": facts["client_id"],
        "lwa_client_secret": facts["client_secret"],
    }
    client = sp_api.ListingsItems(marketplace=Marketplaces.PL, credentials=keys)
    wanted = ["offers"]
    found = client.get_listings_item(facts["seller_id"], "RETRO-CLOCK", includedData=wanted)
    assert found.payload["offers"][0]["price"]["amount"] == "129.00"
    assert hosts(staging, "amazon") == {"sellingpartnerapi-eu.amazon.com", "api.amazon.com"}
    client.close()
    client._auth._transport.close()


def test_magentos_client_at_a_shops_own_address(staging: Served) -> None:
    magento: Any = pytest.importorskip("magento", reason="needs the package pymagento")
    token = staging.announcement()["channels"]["magento"]["token"]
    client = magento.Magento(token=token, base_url="https://magento.example")
    assert "Wool throw" in client.get_product("WOOL-THROW")["name"]
    done = client.save_base_prices([{"price": 41, "sku": "MUG-STONE", "store_id": 0}])
    assert done == []
    bought = staging.world.shoppers.buy("magento", {"MUG-STONE": 2})
    (order,) = client.get_orders(limit=1)
    assert (order["increment_id"], order["total_qty_ordered"]) == (bought.number, 2)
    assert hosts(staging, "magento") == {"magento.example"}


def test_no_real_vendor_is_ever_reached(staging: Served) -> None:
    for url in ("https://elsewhere.example/", "https://api.vendor.example/orders"):
        with pytest.raises(requests.exceptions.ProxyError, match="403 Forbidden"):
            requests.get(url, timeout=10)
    assert requests.get("http://elsewhere.example/", timeout=10).status_code == 403
