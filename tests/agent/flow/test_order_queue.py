"""The queue as people see it, and what they can say about an order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import NotFound
from agent.flow.order_queue import accept, again, count_orders, list_orders, show_order
from tests.agent.paper_orders import OrderSite
from tests.build import NOON, order, order_line

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OrderSite]:
    opened = OrderSite.opened(tmp_path)
    yield opened
    opened.site.db.close()


def test_orders_that_need_a_person_come_first_then_the_newest(site: OrderSite) -> None:
    site.stall.has(
        order("1", order_line("BRASS-BELL")),
        order("2", placed_at=NOON + timedelta(minutes=1)),
        order("3", placed_at=NOON + timedelta(minutes=2)),
    )
    site.work()
    assert [view.number for view in list_orders(site.site)] == ["1", "3", "2"]
    assert [v.number for v in list_orders(site.site, states=frozenset({"written"}))] == ["3", "2"]
    assert count_orders(site.site) == {"concerns": 0, "exception": 1, "written": 2}


def test_each_order_says_what_comes_next(site: OrderSite) -> None:
    site.stall.has(order("1", payment="pending"), order("2"))
    site.work()
    assert {view.number: view.next for view in list_orders(site.site)} == {
        "1": "written when it is paid",
        "2": "waits for the ERP's order list",
    }


@pytest.mark.parametrize("name", ["STALL-1001", "1001", "id-1001", "VK7001"])
def test_an_order_is_found_by_any_of_its_names(site: OrderSite, name: str) -> None:
    site.stall.has(order("1001"))
    site.work()
    site.lists("STALL-1001")
    site.work()
    view, history = show_order(site.site, name)
    assert view.reference == "STALL-1001"
    assert history[-1].what == "ERP VK7001: allocated (its word for allocated)"


def test_unknown_and_ambiguous_names_are_told(site: OrderSite) -> None:
    site.stall.has(order("1001"), order("1001", remote_id="other"))
    site.work()
    with pytest.raises(NotFound, match='no order is known as "77"'):
        show_order(site.site, "77")
    with pytest.raises(NotFound) as several:
        show_order(site.site, "1001")
    assert several.value.next == "name one of: STALL-1001, STALL-1001-OTHER"


def test_a_person_accepts_a_change_that_they_made_in_the_erp(site: OrderSite) -> None:
    site.stall.has(order("1001", order_line(quantity=2)))
    site.work()
    site.stall.has(order("1001", order_line(quantity=3), modified_at=LATER))
    site.work()
    assert len(site.concerns) == 1
    assert accept(site.site, "STALL-1001").faults == ()
    site.work()
    assert site.concerns == []


def test_nothing_is_tried_again_that_was_neither_refused_nor_in_doubt(site: OrderSite) -> None:
    site.stall.has(order("1001"))
    site.work()
    with pytest.raises(NotFound, match="nothing of STALL-1001 was refused or is in doubt"):
        again(site.site, "STALL-1001")
    assert site.states == {"STALL-1001": "written"}
