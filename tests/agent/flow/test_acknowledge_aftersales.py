"""The ERP's answers: numbers, stock that knows, shipments in parts, returns, cancellations; each told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.flow.order_queue import early_movements, list_orders
from agent.model.change import CancelOrder, ConfirmShipment, RecordReturn
from agent.model.order import Parcel
from agent.store import order_lines, orders
from tests.agent.paper_orders import OrderSite
from tests.build import NOON, order, order_line

TWO_LINES = (order_line(quantity=2), order_line("OAK-SHELF-80", quantity=5))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OrderSite]:
    opened = OrderSite.opened(tmp_path, return_reference="^R-(.+)$")
    opened.stall.has(order("1001", *TWO_LINES))
    opened.work()
    opened.erp_takes()
    yield opened
    opened.site.db.close()


def known_at(site: OrderSite) -> object:
    return orders.by_id(site.site.db, 1).known_at


def progress(site: OrderSite) -> list[tuple[str, int, int]]:
    return [(row.sku, row.shipped, row.returned) for row in order_lines.lines(site.site.db, 1)]


def test_the_order_list_acknowledges(site: OrderSite) -> None:
    site.lists("STALL-1001", "received", number="")
    site.work()
    [view] = list_orders(site.site)
    assert (view.state, view.erp_number) == ("acknowledged", "")
    assert view.file == "order_STALL-1001.csv (taken)"
    site.lists("STALL-1001", "received", number="VK7001")
    site.work()
    assert list_orders(site.site)[0].erp_number == "VK7001"


def test_stock_figures_know_an_order_from_its_allocation_on(site: OrderSite) -> None:
    site.lists("STALL-1001", "received")
    site.work()
    assert known_at(site) is None
    site.clock.pass_time(minutes=5)
    site.lists("STALL-1001", "allocated")
    site.work()
    assert known_at(site) == NOON + timedelta(minutes=5)
    site.clock.pass_time(minutes=5)
    site.lists("STALL-1001", "shipped")
    site.work()
    assert known_at(site) == NOON + timedelta(minutes=5)


def test_stock_figures_may_know_an_order_as_soon_as_it_is_received(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, stock_knows="received")
    site.stall.has(order("1001"))
    site.lists("STALL-1001", "received")
    site.work()
    assert known_at(site) == NOON
    site.site.db.close()


def test_the_same_list_again_is_no_news(site: OrderSite) -> None:
    site.lists("STALL-1001")
    site.work()
    before = site.answers("select count(*) from order_events")
    site.lists("STALL-1001")
    site.work()
    assert site.answers("select count(*) from order_events") == before


def test_an_acknowledgement_has_the_skus_decided_anew(site: OrderSite) -> None:
    site.site.db.run("delete from touched")
    site.lists("STALL-1001")
    site.work()
    assert site.answers("select sku from touched") == ["OAK-SHELF-80", "RETRO-CLOCK"]


def test_a_refused_order_is_shown_in_the_erps_words(site: OrderSite) -> None:
    site.lists("STALL-1001", "refused")
    site.work()
    [view] = list_orders(site.site)
    assert (view.state, view.faults[0].what) == ("refused", "the ERP says: its word for refused")


def test_ships_in_parts_line_by_line(site: OrderSite) -> None:
    site.moves("STALL-1001", "LS1", RETRO_CLOCK=2, OAK_SHELF_80=3)
    site.work()
    assert site.states == {"STALL-1001": "acknowledged"}
    assert progress(site) == [("RETRO-CLOCK", 2, 0), ("OAK-SHELF-80", 3, 0)]
    site.moves("STALL-1001", "LS2", OAK_SHELF_80=2)
    site.work()
    assert site.states == {"STALL-1001": "shipped"}
    clock, shelf = "L-RETRO-CLOCK", "L-OAK-SHELF-80"
    assert list(site.stall.done.values()) == [
        ConfirmShipment(
            "stall|id-1001|ship|LS1", "id-1001", Parcel({clock: 2, shelf: 3}, "DHL", "T1"), {}
        ),
        ConfirmShipment(
            "stall|id-1001|ship|LS2",
            "id-1001",
            Parcel({shelf: 2}, "DHL", "T1"),
            {clock: 2, shelf: 3},
        ),
    ]


def test_the_same_shipment_again_is_told_once(site: OrderSite) -> None:
    for _ in range(3):
        site.moves("STALL-1001", "LS1", RETRO_CLOCK=2)
        site.work()
    assert site.stall.calls == ["stall|id-1001|ship|LS1"]


def test_a_shipment_that_grows_is_told_in_parts(site: OrderSite) -> None:
    site.moves("STALL-1001", "LS1", OAK_SHELF_80=1)
    site.work()
    site.moves("STALL-1001", "LS1", OAK_SHELF_80=4)
    site.work()
    parcels = [c.parcel.lines for c in site.stall.done.values() if isinstance(c, ConfirmShipment)]
    assert parcels == [{"L-OAK-SHELF-80": 1}, {"L-OAK-SHELF-80": 3}]


def test_the_rest_fills_the_lines_of_one_sku_in_their_order(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path)
    lines = (order_line(quantity=2, remote_id="z"), order_line(quantity=2, remote_id="a"))
    site.stall.has(order("1001", *lines))
    site.work()
    site.moves("STALL-1001", RETRO_CLOCK=3)
    site.work()
    [command] = site.stall.done.values()
    assert isinstance(command, ConfirmShipment)
    assert command.parcel.lines == {"z": 2, "a": 1}
    site.site.db.close()


def test_service_items_do_not_travel(site: OrderSite) -> None:
    site.moves("STALL-1001", "LS1", SHIPPING=1)
    site.work()
    assert (site.stall.calls, site.concerns) == ([], [])


@pytest.mark.parametrize(
    ("goods", "what"),
    [
        (
            {"RETRO_CLOCK": 3},
            "shipment LS1 moves 3 of RETRO-CLOCK, but only 2 remain to be shipped",
        ),
        ({"BRASS_BELL": 1}, "shipment LS1 moves BRASS-BELL, which the order does not have"),
    ],
    ids=["more than ordered", "not ordered"],
)
def test_a_shipment_that_does_not_fit_is_held_whole(
    site: OrderSite, goods: dict[str, int], what: str
) -> None:
    site.moves("STALL-1001", "LS1", OAK_SHELF_80=1, **goods)
    site.work()
    assert (site.stall.calls, site.concerns) == ([], [what])
    site.site.db.run("delete from erp_movements")
    site.moves("STALL-1001", "LS1", OAK_SHELF_80=1)
    site.work()
    assert site.concerns == []
    assert len(site.stall.calls) == 1


def test_an_early_shipment_waits_for_its_order(site: OrderSite) -> None:
    site.moves("STALL-1002", "LS9", RETRO_CLOCK=1)
    site.work()
    assert site.stall.calls == []
    [early] = early_movements(site.site)
    assert (early.reference, early.place) == ("STALL-1002", "shipments.csv:2")
    site.stall.has(order("1002"))
    site.work()
    assert site.stall.calls == ["stall|id-1002|ship|LS9"]
    assert early_movements(site.site) == []


def test_an_order_that_the_erp_has_shipped_is_not_written(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path)
    site.moves("STALL-1001", "LS1", RETRO_CLOCK=1)
    site.stall.has(order("1001"))
    site.work()
    assert site.states == {"STALL-1001": "shipped"}
    assert site.written() == []
    site.site.db.close()


def test_returns_are_recorded_once(site: OrderSite) -> None:
    site.moves("STALL-1001", "LS1", RETRO_CLOCK=2, OAK_SHELF_80=5)
    site.work()
    for _ in range(2):
        site.moves("R-STALL-1001", "RL1", kind="return", OAK_SHELF_80=1)
        site.work()
    assert list(site.stall.done.values())[1:] == [
        RecordReturn("stall|id-1001|return|RL1", "id-1001", {"L-OAK-SHELF-80": 1})
    ]
    assert progress(site) == [("RETRO-CLOCK", 2, 0), ("OAK-SHELF-80", 5, 1)]


def test_nothing_comes_back_that_had_not_left(site: OrderSite) -> None:
    site.moves("STALL-1001", "RL1", kind="return", OAK_SHELF_80=1)
    site.work()
    assert site.concerns == ["return RL1 moves 1 of OAK-SHELF-80, but only 0 had left"]


def test_what_we_told_the_shop_comes_back_as_no_news(site: OrderSite) -> None:
    site.moves("STALL-1001", "LS1", RETRO_CLOCK=2, OAK_SHELF_80=5)
    site.moves("STALL-1001", "RL1", kind="return", OAK_SHELF_80=1)
    site.work()
    later = NOON + timedelta(hours=1)
    echoed = (order_line(quantity=2), order_line("OAK-SHELF-80", quantity=5, cancelled=1))
    site.stall.has(order("1001", *echoed, modified_at=later))
    site.work()
    assert (site.states, site.concerns) == ({"STALL-1001": "shipped"}, [])
    assert len(site.stall.calls) == 2


def test_a_cancellation_in_the_erp_goes_to_the_channel(site: OrderSite) -> None:
    site.lists("STALL-1001")
    site.work()
    site.lists("STALL-1001", "cancelled")
    site.work()
    assert list(site.stall.done.values()) == [
        CancelOrder("stall|id-1001|cancel|erp", "id-1001", {}, "cancelled by the shop")
    ]
    assert site.states == {"STALL-1001": "cancelled"}
    later = NOON + timedelta(hours=1)
    site.stall.has(order("1001", *TWO_LINES, state="cancelled", modified_at=later))
    site.work()
    assert (len(site.stall.calls), site.concerns) == (1, [])


def test_the_erp_cancels_what_has_not_left(site: OrderSite) -> None:
    site.moves("STALL-1001", "LS1", RETRO_CLOCK=2, OAK_SHELF_80=3)
    site.work()
    site.lists("STALL-1001", "cancelled")
    site.work()
    command = site.stall.done["stall|id-1001|cancel|erp"]
    assert isinstance(command, CancelOrder)
    assert command.lines == {"L-OAK-SHELF-80": 2}
    assert site.states == {"STALL-1001": "shipped"}


def test_goods_of_a_cancelled_order_are_held(site: OrderSite) -> None:
    site.lists("STALL-1001", "cancelled")
    site.work()
    site.moves("STALL-1001", "LS1", RETRO_CLOCK=2)
    site.work()
    assert site.concerns == ["shipment LS1 sends goods of a cancelled order"]
    assert len(site.stall.calls) == 1
