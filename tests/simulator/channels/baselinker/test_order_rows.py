"""The rows of an order that a client makes: what it says of them stands, the catalogue says the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.world import GOODS, World
from tests.simulator.channels.baselinker.account import Account

BUYER = {
    "currency": "PLN",
    "payment_method": "Card",
    "payment_method_cod": False,
    "paid": False,
    "email": "jan@buyer.example",
    "phone": "600",
    "delivery_method": "Courier",
    "delivery_price": 0,
    "delivery_fullname": "Jan Kowalski",
    "delivery_address": "Długa 1",
    "delivery_postcode": "00-001",
    "delivery_city": "Warszawa",
    "delivery_country_code": "PL",
}


@pytest.fixture
def account() -> Iterator[Account]:
    """An account with two warehouses, of which the first is the catalogue's own."""
    options = {"options": {"warehouses": ["Main", "Second"]}}
    world = World(channel_names=["baselinker"], goods=GOODS, settings=options)
    yield Account(world)
    world.close()


def row_of(account: Account, **said: Any) -> dict[str, Any]:
    """The only row of a new order, of two mugs about which so much is said."""
    product = {"storage": "db", "product_id": account.ids()["MUG-STONE"], "quantity": 2, **said}
    made = account.call(
        "addOrder",
        order_status_id=account.dialect.credentials()["status_new"],
        date_add=1_772_438_400,
        products=[product],
        **BUYER,
    )
    (row,) = account.order(made["order_id"])["products"]
    return dict(row)


def stock(account: Account) -> dict[str, int]:
    found = account.call("getInventoryProductsStock", inventory_id=account.inventory)
    return dict(found["products"][account.ids()["MUG-STONE"]]["stock"])


def test_what_a_client_says_of_a_row_stands(account: Account) -> None:
    row = row_of(account, name="Mug, blue", sku="MUG-B", location="A1-13-7", weight=0.4)
    assert (row["name"], row["sku"], row["location"]) == ("Mug, blue", "MUG-B", "A1-13-7")
    assert (row["weight"], row["warehouse_id"]) == (0.4, 205)


def test_the_catalogue_says_the_rest(account: Account) -> None:
    id = account.ids()["MUG-STONE"]
    facts = {"weight": 0.35, "locations": {"bl_205": "B-2"}}
    account.call("addInventoryProduct", inventory_id=account.inventory, product_id=int(id), **facts)
    row = row_of(account)
    assert (row["name"], row["sku"]) == ("Stoneware mug", "MUG-STONE")
    assert (row["location"], row["weight"]) == ("B-2", 0.35)
    assert stock(account) == {"bl_205": 78, "bl_206": 0}


def test_pieces_come_from_the_warehouse_that_the_row_names(account: Account) -> None:
    assert row_of(account, warehouse_id=206)["warehouse_id"] == 206
    assert stock(account) == {"bl_205": 80, "bl_206": -2}
