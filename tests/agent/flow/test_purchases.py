"""A purchase that a hub copied first is told of at its shop, as if it had come from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.flow.match import match
from agent.flow.pull import pull
from agent.model.change import CancelOrder, Command, ConfirmShipment, RecordReturn
from agent.model.order import Order, Parcel
from tests.agent.paper_orders import OrderSite
from tests.build import order, order_line

NAMED = (("shop_order_id", "731"), ("origin", "731"))
AT_HUB = order(
    "1630473",
    order_line(quantity=4, remote_id="h1"),
    order_line("OAK-SHELF-80", quantity=5, remote_id="h2"),
    channel="hub",
    remote_id="1630473",
    references=NAMED,
)
AT_SHOP = order(  # the same goods, in other lines
    "731",
    order_line("OAK-SHELF-80", quantity=5, remote_id="s1"),
    order_line(quantity=1, remote_id="s2"),
    order_line(quantity=3, remote_id="s3"),
    channel="shop",
    remote_id="731",
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OrderSite]:
    opened = OrderSite.opened(tmp_path, "shop", "hub", return_reference="^R-(.+)$")
    opened.stalls["hub"].has(AT_HUB)
    yield opened
    opened.site.db.close()


def both(site: OrderSite, at_shop: Order = AT_SHOP) -> OrderSite:
    """The hub's record is written, then the shop's own comes."""
    pull(site.site, "hub")
    match(site.site)
    site.stalls["shop"].has(at_shop)
    site.work()
    assert site.states == {"HUB-1630473": "written", "SHOP-731": "linked"}
    site.erp_takes()
    return site


def told(site: OrderSite, shop: str) -> list[Command]:
    return list(site.stalls[shop].done.values())


def test_parcels_are_told_by_the_shops_own_lines(site: OrderSite) -> None:
    both(site).moves("HUB-1630473", "LS1", RETRO_CLOCK=2)
    site.work()
    site.moves("HUB-1630473", "LS2", RETRO_CLOCK=2, OAK_SHELF_80=5)
    site.work()
    first = Parcel({"s2": 1, "s3": 1}, "DHL", "T1")
    second = Parcel({"s1": 5, "s3": 2}, "DHL", "T1")
    assert told(site, "shop") == [
        ConfirmShipment("shop|731|ship|LS1", "731", first, {}),
        ConfirmShipment("shop|731|ship|LS2", "731", second, {"s2": 1, "s3": 1}),
    ]
    assert told(site, "hub") == []
    assert site.states["HUB-1630473"] == "shipped"


def test_what_comes_back_is_told_there_too(site: OrderSite) -> None:
    both(site).moves("HUB-1630473", "LS1", RETRO_CLOCK=4, OAK_SHELF_80=5)
    site.work()
    site.moves("R-HUB-1630473", "RL1", kind="return", RETRO_CLOCK=2)
    site.work()
    assert told(site, "shop")[1:] == [
        RecordReturn("shop|731|return|RL1", "731", {"s2": 1, "s3": 1})
    ]


def test_what_the_erp_cancels_is_cancelled_there(site: OrderSite) -> None:
    both(site).lists("HUB-1630473")
    site.work()
    site.lists("HUB-1630473", "cancelled")
    site.work()
    assert told(site, "shop") == [
        CancelOrder("shop|731|cancel|erp", "731", {}, "cancelled by the shop")
    ]
    assert told(site, "hub") == []


def test_the_rest_of_a_purchase_is_cancelled_by_the_shops_own_lines(site: OrderSite) -> None:
    both(site).moves("HUB-1630473", "LS1", RETRO_CLOCK=4, OAK_SHELF_80=3)
    site.work()
    site.lists("HUB-1630473", "cancelled")
    site.work()
    command = site.stalls["shop"].done["shop|731|cancel|erp"]
    assert isinstance(command, CancelOrder)
    assert command.lines == {"s1": 2}


def test_the_hub_is_told_while_nobody_else_knows_the_purchase(site: OrderSite) -> None:
    site.work()
    site.erp_takes()
    site.moves("HUB-1630473", "LS1", RETRO_CLOCK=2)
    site.work()
    site.stalls["shop"].has(AT_SHOP)
    site.work()
    assert site.states["SHOP-731"] == "linked"
    site.moves("HUB-1630473", "LS2", RETRO_CLOCK=2, OAK_SHELF_80=5)
    site.work()
    assert [command.key for command in told(site, "hub")] == [
        "hub|1630473|ship|LS1",
        "hub|1630473|ship|LS2",
    ]
    assert told(site, "shop") == []


def test_records_of_other_goods_are_not_mixed_up(site: OrderSite) -> None:
    fewer = replace(AT_SHOP, lines=AT_SHOP.lines[:2])
    both(site, fewer).moves("HUB-1630473", "LS1", RETRO_CLOCK=4)
    site.work()
    assert [command.key for command in told(site, "hub")] == ["hub|1630473|ship|LS1"]
    assert told(site, "shop") == []
