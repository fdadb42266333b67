"""A client from the package index, unmodified, over TLS: catalogue, stock, orders, parcels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.serve import Served, Wish, served

baselinker = pytest.importorskip("baselinker")


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Served]:
    with served(Wish(channels=["baselinker"], folder=tmp_path / "authority")) as world:
        yield world


@pytest.fixture
def client(staging: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The client on the served account; its address is a constant of its class."""
    address = staging.world.base_urls["baselinker"]
    monkeypatch.setattr(baselinker.BaseLinkerClient, "BASE_URL", f"{address}/connector.php")
    made = baselinker.BaseLinkerClient(staging.world.dialects["baselinker"].credentials()["token"])
    made.session.verify, made.session.trust_env = str(staging.authority.file), False
    yield made
    made.session.close()


def test_reads_the_catalogue_writes_stock_and_sends_an_order(client: Any) -> None:
    (inventory,) = client.products.get_inventories()["inventories"]
    id, place = inventory["inventory_id"], inventory["default_warehouse"]
    found = client.products.get_inventory_products_list(inventory_id=id)["products"]
    mug = next(i for i, row in found.items() if row["sku"] == "MUG-STONE")
    done = client.products.update_inventory_products_stock(
        inventory_id=id, products={mug: {place: 12}}
    )
    assert done["counter"] == 1
    done = client.products.update_inventory_products_prices(
        inventory_id=id, products={mug: {str(inventory["default_price_group"]): 42}}
    )
    assert done["counter"] == 1
    data = client.products.get_inventory_products_data(inventory_id=id, products=[int(mug)])
    assert (data["products"][mug]["stock"], data["products"][mug]["prices"]) == (
        {place: 12},
        {str(inventory["default_price_group"]): 42.0},
    )
    statuses = client.orders.get_order_status_list()["statuses"]
    order = client.orders.add_order(
        order_source_id=0,
        order_status_id=statuses[0]["id"],
        date_add=1772438400,
        currency="PLN",
        payment_method="Card",
        paid=True,
        email="jan@buyer.example",
        phone="600",
        delivery_method="Courier",
        delivery_fullname="Jan Kowalski",
        delivery_address="Długa 1",
        delivery_postcode="00-001",
        delivery_city="Warszawa",
        delivery_country_code="PL",
        products=[{"storage": "db", "product_id": mug, "price_brutto": 42, "quantity": 2}],
    )["order_id"]
    client.orders.set_order_status(order_id=order, status_id=statuses[1]["id"])
    parcel = client.courier.create_package_manual(
        order_id=order, courier_code="dpd", package_number="0000123", pickup_date=1772438400
    )
    assert parcel["package_number"] == "0000123"
    (row,) = client.orders.get_orders(order_id=order)["orders"]
    assert (row["payment_done"], row["delivery_package_nr"]) == (84.0, "0000123")
    assert row["order_status_id"] == statuses[1]["id"]
    logs = client.orders.get_journal_list(last_log_id=0, logs_types=[])["logs"]
    assert [entry["log_type"] for entry in logs] == [1, 2, 3, 18, 9]


def test_a_wrong_token_is_the_clients_own_error(client: Any) -> None:
    client.session.headers["X-BLToken"] = "1-23-ABC"
    with pytest.raises(baselinker.AuthenticationError):
        client.products.get_inventories()
