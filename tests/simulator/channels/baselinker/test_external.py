"""Outside storages: a wholesaler's or a shop's own stock, reached through the account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.channels.baselinker.account import Account


def test_outside_storages_are_reached_by_their_own_calls(account: Account) -> None:
    products = [{"product_id": "17", "sku": "NAIL", "name": "Nail", "quantity": 5}]
    key = account.dialect.operator("connect_storage", {"name": "Smith", "products": products})
    (storage,) = account.call("getExternalStoragesList")["storages"]
    assert (storage["storage_id"], storage["name"]) == (key, "Smith")
    done = account.call(
        "updateExternalStorageProductsQuantity",
        storage_id=key,
        products=[["17", 0, 9], ["18", 0, 1]],
    )
    assert (done["counter"], done["warnings"]) == (1, {"18": "Product not found"})
    for what in ("List", "Quantity", "Prices"):
        found = account.call(f"getExternalStorageProducts{what}", storage_id=key)
        assert [row["product_id"] for row in found["products"]] == ["17"]
    found = account.call("getExternalStorageProductsData", storage_id=key, products=["17"])
    assert found["products"]["17"]["quantity"] == 9
    assert found["products"]["17"]["features"] == []
    account.call("getExternalStorageCategories", storage_id=key)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"filter_id": "2"}, ["2"]),
        ({"filter_name": "nail"}, ["1", "10"]),
        ({"filter_price_from": 2, "filter_price_to": 3}, ["2"]),
        ({"filter_quantity_from": 1, "filter_quantity_to": 5}, ["1"]),
        ({"filter_available": 0}, ["2"]),
        ({"filter_category_id": 4}, []),
        ({"filter_sort": "price DESC"}, ["10", "2", "1"]),
        ({"page": 2}, []),
    ],
    ids=str,
)
def test_an_outside_storage_is_searched(
    account: Account, filters: dict[str, Any], found: list[str]
) -> None:
    products = [
        {"product_id": "1", "name": "Nail", "quantity": 5, "price_brutto": 1},
        {"product_id": "2", "name": "Screw", "quantity": 0, "price_brutto": 2.5},
        {"product_id": "10", "name": "Long nail", "quantity": 9, "price_brutto": 4},
    ]
    key = account.dialect.operator("connect_storage", {"type": "shop", "products": products})
    rows = account.call("getExternalStorageProductsList", storage_id=key, **filters)["products"]
    assert [row["product_id"] for row in rows] == found
