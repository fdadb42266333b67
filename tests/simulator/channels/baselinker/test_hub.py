"""The hub: orders of the other shops of the world appear here by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from simulator import channels
from simulator.faults import Fault
from simulator.world import GOODS, World
from tests.simulator.channels.baselinker.account import ANNA, Account

INTERVAL = timedelta(minutes=5)


def world_of(*names: str, **options: Any) -> World:
    settings = {"baselinker": {"options": options}}
    return World(channel_names=["baselinker", *names], goods=GOODS, settings=settings)


@pytest.fixture
def world() -> Iterator[World]:
    made = world_of("woocommerce")
    made.tick()
    yield made
    made.close()


@pytest.fixture
def account(world: World) -> Account:
    return Account(world)


def orders(account: Account) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.call("getOrders")["orders"]
    return found


def buy(world: World, name: str, sku: str, pieces: int = 1) -> str:
    return world.dialects[name].storefront.buy({sku: pieces}, ANNA)


def woocommerce(world: World) -> httpx.Client:
    """A client of the other shop."""
    keys = world.dialects["woocommerce"].credentials()
    return httpx.Client(
        transport=world.transport(),
        base_url="https://woocommerce.test",
        auth=(keys["key"], keys["secret"]),
    )


def test_a_shops_order_arrives_at_the_next_import_with_its_references(
    world: World, account: Account
) -> None:
    bought_at = int(world.clock.now().timestamp())
    number = buy(world, "woocommerce", "MUG-STONE", 3)
    (sold,) = world.dialects["woocommerce"].storefront.sold()
    world.advance(INTERVAL - timedelta(seconds=1))
    assert orders(account) == []
    world.advance(timedelta(seconds=1))
    (order,) = orders(account)
    ((source, title),) = account.call("getOrderSources")["sources"]["shop"].items()
    assert (order["order_source"], str(order["order_source_id"])) == ("shop", source)
    assert (title, order["order_source_info"]) == ("WooCommerce", "WooCommerce")
    assert (order["shop_order_id"], order["external_order_id"]) == (int(number), sold.foreign_id)
    assert order["order_id"] != int(number)
    assert (order["date_add"], order["date_confirmed"]) == (bought_at, bought_at + 300)
    assert (order["email"], order["delivery_fullname"]) == (ANNA.email, "Anna Nowak")
    (row,) = order["products"]
    assert (row["sku"], row["quantity"], row["storage"]) == ("MUG-STONE", 3, "db")
    assert row["product_id"] == account.ids()["MUG-STONE"]
    found = account.call("getOrders", filter_external_order_id=sold.foreign_id)["orders"]
    assert [o["order_id"] for o in found] == [order["order_id"]]
    by_shop = account.call("getOrders", filter_shop_order_id=int(number))["orders"]
    assert by_shop == found


def test_it_is_paid_journalled_and_off_the_stock(world: World, account: Account) -> None:
    buy(world, "woocommerce", "MUG-STONE", 3)
    world.advance(INTERVAL)
    (order,) = orders(account)
    owed = sum(r["price_brutto"] * r["quantity"] for r in order["products"])
    assert order["payment_done"] == pytest.approx(owed + order["delivery_price"])
    assert [type for _, type, _ in account.journal()] == [1, 2, 3]
    assert account.stock("MUG-STONE") == 77


def test_each_order_comes_once(world: World, account: Account) -> None:
    for _ in range(3):
        buy(world, "woocommerce", "MUG-STONE")
        buy(world, "woocommerce", "MUG-STONE")
        world.advance(INTERVAL)
    world.advance(timedelta(days=1))
    assert len(orders(account)) == 6
    assert len({o["external_order_id"] for o in orders(account)}) == 6


def test_goods_that_the_catalogue_lacks_arrive_unlinked(world: World, account: Account) -> None:
    account.call("deleteInventoryProduct", product_id=int(account.ids()["MUG-STONE"]))
    buy(world, "woocommerce", "MUG-STONE")
    world.advance(INTERVAL)
    (row,) = orders(account)[0]["products"]
    assert (row["storage"], row["sku"]) == ("shop", "MUG-STONE")
    assert row["product_id"].isdigit()  # the shop's own number


def test_a_cancellation_at_the_source_becomes_a_change_of_status(
    world: World, account: Account
) -> None:
    number = buy(world, "woocommerce", "MUG-STONE", 2)
    world.advance(INTERVAL)
    world.dialects["woocommerce"].storefront.cancel(number)
    world.advance(INTERVAL)
    (order,) = orders(account)
    cancelled = account.dialect.credentials()["status_cancelled"]
    assert order["order_status_id"] == cancelled
    assert account.journal()[-1] == (order["order_id"], 18, cancelled)
    assert account.stock("MUG-STONE") == 80


def test_cancellations_are_not_followed_where_the_panel_is_not_told_to(
    world: World, account: Account
) -> None:
    account.dialect.operator("follow_cancellations", {"on": False})
    number = buy(world, "woocommerce", "MUG-STONE")
    world.advance(INTERVAL)
    world.dialects["woocommerce"].storefront.cancel(number)
    world.advance(INTERVAL)
    (order,) = orders(account)
    assert order["order_status_id"] == account.dialect.credentials()["status_new"]


def test_people_disconnect_and_connect_a_shop(world: World, account: Account) -> None:
    operate = account.dialect.operator
    operate("disconnect_source", {"name": "woocommerce"})
    buy(world, "woocommerce", "MUG-STONE")
    world.advance(INTERVAL)
    assert orders(account) == []
    operate("connect_source", {"name": "woocommerce"})
    buy(world, "woocommerce", "LAMP-ARC")
    world.advance(INTERVAL)
    skus = [[r["sku"] for r in o["products"]] for o in orders(account)]
    assert skus == [["LAMP-ARC"]]  # what was sold meanwhile stays there
    with pytest.raises(LookupError, match="no channel 'allegro'"):
        operate("connect_source", {"name": "allegro"})


def test_an_import_may_be_asked_for_by_hand(world: World, account: Account) -> None:
    buy(world, "woocommerce", "MUG-STONE")
    account.dialect.operator("import_now", {})
    assert len(orders(account)) == 1


def test_the_interval_is_an_option_and_a_dial() -> None:
    world = world_of("woocommerce", import_every_s=60)
    world.tick()
    buy(world, "woocommerce", "MUG-STONE")
    account = Account(world)
    world.advance(timedelta(seconds=60))
    assert len(orders(account)) == 1
    world.dials["baselinker"].turn({"job_s": 3600})
    world.advance(timedelta(seconds=60))
    buy(world, "woocommerce", "MUG-STONE")
    world.advance(timedelta(seconds=3599))
    assert len(orders(account)) == 1
    world.advance(timedelta(seconds=1))
    assert len(orders(account)) == 2
    world.close()


@pytest.mark.parametrize(
    ("kind", "waits"),
    [("job failed", 2 * INTERVAL), ("job slow", INTERVAL + timedelta(hours=1))],
)
def test_an_import_that_goes_wrong_brings_the_orders_later(
    world: World, account: Account, kind: str, waits: timedelta
) -> None:
    world.faults.add(Fault(kind, "baselinker", path="import", count=1))
    buy(world, "woocommerce", "MUG-STONE")
    world.advance(INTERVAL)
    assert orders(account) == []
    world.advance(waits - INTERVAL)
    assert len(orders(account)) == 1


def test_a_stuck_import_waits_for_a_person(world: World, account: Account) -> None:
    world.faults.add(Fault("job stuck", "baselinker", path="import", count=1))
    buy(world, "woocommerce", "MUG-STONE")
    world.advance(timedelta(days=1))
    assert orders(account) == []
    account.dialect.operator("import_now", {"name": "woocommerce"})
    assert len(orders(account)) == 1


def test_after_a_reset_the_next_order_is_the_first(world: World, account: Account) -> None:
    buy(world, "woocommerce", "MUG-STONE")
    world.advance(INTERVAL)
    world.reset()
    assert orders(account) == []
    buy(world, "woocommerce", "LAMP-ARC")
    world.advance(INTERVAL)
    assert [o["products"][0]["sku"] for o in orders(account)] == ["LAMP-ARC"]


def test_a_source_that_is_emptied_begins_anew(world: World, account: Account) -> None:
    for _ in range(2):
        buy(world, "woocommerce", "MUG-STONE")
    world.advance(INTERVAL)
    world.reset("woocommerce")
    buy(world, "woocommerce", "LAMP-ARC")
    world.advance(INTERVAL)
    assert [o["products"][0]["sku"] for o in orders(account)][2:] == ["LAMP-ARC"]


def test_an_order_that_is_deleted_at_the_source_brings_no_other_twice(
    world: World, account: Account
) -> None:
    numbers = [buy(world, "woocommerce", "MUG-STONE") for _ in range(2)]
    world.advance(INTERVAL)
    woocommerce(world).delete(f"/wp-json/wc/v3/orders/{numbers[-1]}").raise_for_status()
    world.advance(INTERVAL)
    buy(world, "woocommerce", "LAMP-ARC")
    world.advance(INTERVAL)
    skus = [o["products"][0]["sku"] for o in orders(account)]
    assert skus == ["MUG-STONE", "MUG-STONE", "LAMP-ARC"]


def test_what_is_paid_at_the_source_later_is_paid_here_too(world: World, account: Account) -> None:
    shop = woocommerce(world)
    (product,) = shop.get("/wp-json/wc/v3/products", params={"sku": "MUG-STONE"}).json()
    row = {"product_id": product["id"], "quantity": 2}
    made = shop.post("/wp-json/wc/v3/orders", json={"line_items": [row]}).json()
    world.advance(INTERVAL)
    assert orders(account)[0]["payment_done"] == 0.0
    shop.put(f"/wp-json/wc/v3/orders/{made['id']}", json={"set_paid": True}).raise_for_status()
    world.advance(INTERVAL)
    assert orders(account)[0]["payment_done"] == 79.8
    assert [type for _, type, _ in account.journal()] == [1, 2, 3]


def test_a_marketplace_is_connected_by_an_option_and_known_by_its_code() -> None:
    world = world_of("houzz", sources=["houzz"])
    account = Account(world)
    buy(world, "houzz", "OAK-SHELF-80")
    world.tick()
    (order,) = orders(account)
    (sold,) = world.dialects["houzz"].storefront.sold()
    assert (order["order_source"], order["shop_order_id"]) == ("houzz", 0)
    assert order["external_order_id"] == sold.foreign_id
    assert order["products"][0]["auction_id"] == sold.lines[0].foreign_id[:20]
    world.close()


def test_alone_in_the_world_it_has_no_sources() -> None:
    world = world_of()
    sources = Account(world).call("getOrderSources")["sources"]
    assert sorted(sources) == ["order_return", "personal"]
    world.close()


@pytest.mark.parametrize("name", ["allegro", "magento", "shopify", "woocommerce"])
def test_allegro_and_the_shops_are_connected_by_themselves(name: str) -> None:
    if name not in channels.names():
        pytest.skip(f"no simulated {name}")
    world = world_of(name)
    buy(world, name, "OAK-SHELF-80")
    world.tick()
    account = Account(world)
    (order,) = orders(account)
    (sold,) = world.dialects[name].storefront.sold()
    assert order["external_order_id"] == sold.foreign_id
    assert order["order_source"] == (name if name == "allegro" else "shop")
    world.close()
