"""PyMagento, unmodified, over TLS: products, stock, prices, orders, parcels, bulk work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.channels import Buyer
from simulator.serve import Served, Wish, served

magento = pytest.importorskip("magento")
BUYER = Buyer("Jan", "Kot", "jan@example.com", "600100200", "Długa 1", "Łódź", "90-001")


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Served]:
    with served(Wish(channels=["magento"], folder=tmp_path / "authority")) as world:
        yield world


@pytest.fixture
def client(staging: Served, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(staging.authority.file))
    monkeypatch.setenv("no_proxy", "*")
    token = staging.world.dialects["magento"].credentials()["token"]
    return magento.Magento(token, staging.world.base_urls["magento"], batch_page_size=2)


def test_keeps_a_shop(client: Any, staging: Served) -> None:
    assert [p["sku"] for p in client.get_products()][:3] == [
        "RETRO-CLOCK",
        "OAK-SHELF-80",
        "LAMP-ARC",
    ]
    hook = {"sku": "HOOK/BRASS", "name": "Brass hook", "attribute_set_id": 4, "price": 12.5}
    client.save_product(hook)
    assert client.get_product("HOOK/BRASS")["price"] == 12.5
    faults = client.save_base_prices(
        [
            {"price": 11, "sku": "HOOK/BRASS", "store_id": 0},
            {"price": 1, "sku": "NO-SUCH", "store_id": 0},
        ]
    )
    assert [f["parameters"] for f in faults] == [["SKU", "NO-SUCH"]]
    row = {"sku": "HOOK/BRASS", "source_code": "default", "quantity": 40, "status": 1}
    assert client.save_source_items([row]) == []
    assert [r["quantity"] for r in client.get_source_items(sku="HOOK/BRASS")] == [40]
    assert client.get_product_stock_item("HOOK/BRASS")["qty"] == 40

    number = staging.world.dialects["magento"].storefront.buy({"HOOK/BRASS": 2}, BUYER)
    order = client.get_order_by_increment_id(number)
    (line,) = order["items"]
    shipped = client.ship_order(
        order["entity_id"], {"items": [{"order_item_id": line["item_id"], "qty": 2}]}
    )
    assert [s["entity_id"] for s in client.get_order_shipments(order["entity_id"])] == [
        int(shipped)
    ]
    assert client.get_order(order["entity_id"])["state"] == "complete"
    assert [r["quantity"] for r in client.get_source_items(sku="HOOK/BRASS")] == [38]

    bulk = client.async_update_products([{"sku": "HOOK/BRASS", "price": 10}])["bulk_uuid"]
    assert client.get_bulk_operation_status_count(bulk, 4) == 1
    staging.world.dialects["magento"].operator("run_consumers", {})
    assert client.get_bulk_operation_status_count(bulk, 1) == 1
    assert client.get_product("HOOK/BRASS")["price"] == 10
    assert client.delete_product("HOOK/BRASS") is True


def test_a_wrong_token_is_the_clients_own_error(client: Any) -> None:
    client.headers["Authorization"] = "Bearer nobody"
    with pytest.raises(magento.exceptions.MagentoException, match="authorized"):
        list(client.get_orders())
