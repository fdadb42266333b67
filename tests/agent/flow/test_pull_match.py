"""Orders come in once, are judged whole, and wait visibly for what they lack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ChannelError
from agent.flow.match import match
from agent.flow.order_queue import list_orders, show_order
from agent.flow.pull import pull, pull_one
from agent.model.order import Charge
from agent.store import listings
from tests.agent.paper_orders import OrderSite
from tests.build import NOON, listing, order, order_line


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OrderSite]:
    opened = OrderSite.opened(tmp_path)
    yield opened
    opened.site.db.close()


def judged(site: OrderSite) -> dict[str, str]:
    while pull(site.site, "stall").more:
        pass
    match(site.site)
    return site.states


def test_takes_one_page_at_a_time(site: OrderSite) -> None:
    site.stall.has(order("1001"))
    site.stall.has(order("1002"))
    assert pull(site.site, "stall").more
    assert list(site.states) == ["STALL-1001"]
    assert not pull(site.site, "stall").more
    assert list(site.states) == ["STALL-1001", "STALL-1002"]


def test_the_same_order_again_is_no_news(site: OrderSite) -> None:
    site.stall.has(order("1001"))
    site.stall.has(order("1001"), order("1001", modified_at=NOON + timedelta(hours=1)))
    judged(site)
    assert site.answers("select what from order_events") == ["pulled from stall", "due"]


def test_older_news_is_ignored(site: OrderSite) -> None:
    site.stall.has(order("1001", modified_at=NOON + timedelta(hours=1)))
    site.stall.has(order("1001", payment="pending"))
    assert judged(site) == {"STALL-1001": "due"}


def test_of_two_answers_of_one_moment_the_one_further_along_counts(site: OrderSite) -> None:
    site.stall.has(order("1001", payment="pending"))
    site.stall.has(order("1001", payment="paid"))
    site.stall.has(order("1001", payment="pending"))
    assert judged(site) == {"STALL-1001": "due"}


def test_equal_ids_on_two_channels_are_two_orders(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, "stall", "market")
    for name, shop in site.stalls.items():
        shop.has(order("1001", channel=name))
        pull(site.site, name)
    assert list(site.states) == ["STALL-1001", "MARKET-1001"]
    site.site.db.close()


def test_orders_of_one_number_get_references_of_their_own(site: OrderSite) -> None:
    site.stall.has(order("#1001", remote_id="a1"), order("1001", remote_id="b2"))
    assert list(judged(site)) == ["STALL-1001", "STALL-1001-B2"]


def test_a_page_that_comes_again_and_again_stops_with_its_orders_stored(site: OrderSite) -> None:
    site.stall.pages = [[order("1001")], [order("1001")], []]
    pull(site.site, "stall")
    with pytest.raises(ChannelError, match="same page of orders again and again"):
        pull(site.site, "stall")
    assert list(site.states) == ["STALL-1001"]


def test_one_bad_order_does_not_stop_its_page(site: OrderSite) -> None:
    twins = (order_line(), order_line())
    site.stall.has(
        order("1", remote_id=""),
        order("2", *twins),
        order("3", order_line(quantity=0)),
        order("4", order_line(quantity=10**19)),
        order("5"),
    )
    assert sorted(judged(site).values()) == ["due", *["exception"] * 4]
    whats = [
        view.faults[0].what for view in list_orders(site.site, states=frozenset({"exception"}))
    ]
    assert "the order has no id of its own" in whats


def test_unpaid_waits_until_it_is_paid(site: OrderSite) -> None:
    site.stall.has(order("1001", payment="pending"))
    assert judged(site) == {"STALL-1001": "waiting"}
    site.stall.has(order("1001", modified_at=NOON + timedelta(minutes=1)))
    assert judged(site) == {"STALL-1001": "due"}


def test_a_failed_payment_is_off_until_it_succeeds(site: OrderSite) -> None:
    site.stall.has(order("1001", payment="failed"))
    assert judged(site) == {"STALL-1001": "cancelled"}
    site.stall.has(order("1001", modified_at=NOON + timedelta(minutes=1)))
    assert judged(site) == {"STALL-1001": "due"}


def test_an_unknown_sku_is_an_exception_until_the_erp_knows_it(site: OrderSite) -> None:
    site.stall.has(order("1001", order_line(), order_line("BRASS-BELL")))
    assert judged(site) == {"STALL-1001": "exception"}
    [view] = list_orders(site.site)
    assert view.faults[0].what == 'unknown sku "BRASS-BELL" ("Brass-Bell")'
    assert view.faults[0].where == "stall order 1001"
    assert "BRASS-BELL" in view.next
    site.knows("BRASS-BELL")
    match(site.site)
    assert site.states == {"STALL-1001": "due"}
    assert list_orders(site.site)[0].faults == ()


def test_an_exception_is_not_judged_again_while_nothing_moved(site: OrderSite) -> None:
    site.stall.has(order("1001", order_line("")))
    judged(site)
    assert match(site.site).counts == {}
    assert site.answers("select count(*) from order_events") == [2]


def test_totals_must_add_up_to_the_cent(site: OrderSite) -> None:
    shipping = Charge("shipping", "DHL", 500, 95)
    good = order("1001", charges=(shipping,))
    site.stall.has(good, replace(good, remote_id="x", number="1002", total=good.total - 1))
    assert judged(site) == {"STALL-1001": "due", "STALL-1002": "exception"}
    [view] = list_orders(site.site, states=frozenset({"exception"}))
    assert view.faults[0].what == "the lines and charges add up to 53.55, the order says 53.54 EUR"


def test_a_strange_currency_is_an_exception(site: OrderSite) -> None:
    site.stall.has(order("1001", currency="CHF"))
    assert judged(site) == {"STALL-1001": "exception"}


def test_cancelled_before_it_was_written_is_never_written(site: OrderSite) -> None:
    site.stall.has(order("1001", payment="pending"))
    site.stall.has(order("1001", state="cancelled", modified_at=NOON + timedelta(minutes=1)))
    site.work()
    assert site.states == {"STALL-1001": "cancelled"}
    assert site.written() == []


def test_orders_from_before_the_start_are_known_and_never_written(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, orders_from="2026-03-02")
    site.stall.has(order("1", placed_at=NOON - timedelta(days=1)), order("2"))
    site.work()
    assert site.states == {"STALL-1": "past", "STALL-2": "written"}
    site.site.db.close()


@pytest.mark.parametrize("said", ["id-1001", "31000000001"], ids=["its id", "its other id"])
@pytest.mark.parametrize("first", ["stall", "market"])
def test_one_purchase_on_two_channels_is_written_once(
    tmp_path: Path, first: str, said: str
) -> None:
    site = OrderSite.opened(tmp_path, "stall", "market")
    site.stall.has(order("77", references=(("market_order_id", said),)))
    bare = (("id", "31000000001"),)
    site.stalls["market"].has(order("1001", channel="market", references=bare))
    second = "market" if first == "stall" else "stall"
    for shop in (first, second):
        pull(site.site, shop)
        match(site.site)
    site.work()
    assert sorted(site.states.values()) == ["linked", "written"]
    assert len(site.written()) == 1
    assert site.answers("select sum(quantity) from order_lines") == [1]
    site.site.db.close()


def hub_and_shop(tmp_path: Path, first: str, **hub: Any) -> OrderSite:
    """A shop's order 731, and a hub's record of it that names nobody; `first` is pulled first."""
    site = OrderSite.opened(tmp_path, "shop", "hub")
    site.stalls["shop"].has(order("731", channel="shop", remote_id="731"))
    told = {"references": (("external_order_id", "731"),), **hub}
    site.stalls["hub"].has(order("1630473", channel="hub", **told))
    for name in (first, "hub" if first == "shop" else "shop"):
        pull(site.site, name)
        match(site.site)
    site.work()
    return site


@pytest.mark.parametrize("first", ["shop", "hub"])
def test_a_hubs_record_with_a_short_number_is_known_by_moment_money_and_goods(
    tmp_path: Path, first: str
) -> None:
    site = hub_and_shop(tmp_path, first, placed_at=NOON + timedelta(seconds=40))
    assert sorted(site.states.values()) == ["linked", "written"]
    assert site.answers("select sum(quantity) from order_lines") == [1]
    site.site.db.close()


@pytest.mark.parametrize(
    "hub",
    [
        {"placed_at": NOON + timedelta(hours=1)},
        {"charges": (Charge("shipping", "DHL", 500, 95),)},
        {"currency": "CHF"},
    ],
    ids=["another moment", "other money", "another currency"],
)
@pytest.mark.parametrize("first", ["shop", "hub"])
def test_the_same_short_number_of_another_purchase_is_another_order(
    tmp_path: Path, first: str, hub: dict[str, Any]
) -> None:
    site = hub_and_shop(tmp_path, first, **hub)
    assert "linked" not in site.states.values()
    site.site.db.close()


def test_a_purchase_whose_first_record_is_called_off_is_written_from_the_other(
    tmp_path: Path,
) -> None:
    site = hub_and_shop(tmp_path, "hub", payment="pending")
    assert site.states == {"HUB-1630473": "waiting", "SHOP-731": "linked"}
    later = NOON + timedelta(hours=1)
    site.stalls["hub"].has(order("1630473", channel="hub", state="cancelled", modified_at=later))
    site.work()
    assert site.states == {"HUB-1630473": "cancelled", "SHOP-731": "written"}
    assert site.answers("select sum(quantity) from order_lines where order_id = 2") == [1]
    site.work()
    assert len(site.written()) == 1
    site.site.db.close()


def test_a_hub_whose_record_is_called_off_is_looked_at_for_the_pieces_that_it_puts_back(
    tmp_path: Path,
) -> None:
    site = hub_and_shop(tmp_path, "shop")
    assert site.states == {"SHOP-731": "written", "HUB-1630473": "linked"}
    listings.put(site.site.db, "hub", [listing("RETRO-CLOCK"), listing("ASH-STOOL")], NOON)
    later = NOON + timedelta(hours=1)
    site.stalls["hub"].has(order("1630473", channel="hub", state="cancelled", modified_at=later))
    pull(site.site, "hub")
    assert site.answers("select channel || ' ' || sku || ' ' || why from doubts") == [
        "hub RETRO-CLOCK moved"
    ]
    site.site.db.close()


def test_a_record_that_was_called_off_before_the_other_came_speaks_for_nobody(
    tmp_path: Path,
) -> None:
    site = hub_and_shop(tmp_path, "hub", state="cancelled")
    assert site.states["SHOP-731"] == "written"
    later = NOON + timedelta(hours=1)
    told = {"references": (("external_order_id", "731"),)}
    site.stalls["hub"].has(order("1630473", channel="hub", modified_at=later, **told))
    site.work()
    assert site.states == {"HUB-1630473": "linked", "SHOP-731": "written"}
    site.site.db.close()


def test_new_and_changed_orders_have_their_skus_decided_anew(site: OrderSite) -> None:
    site.site.db.run("delete from touched")
    site.stall.has(order("1001"))
    pull(site.site, "stall")
    assert site.answers("select sku from touched") == ["RETRO-CLOCK"]


def test_one_order_can_be_read_by_its_id(site: OrderSite) -> None:
    site.stall.has(order("1001"))
    assert pull_one(site.site, "stall", "id-1001").counts == {"new": 1}
    view, history = show_order(site.site, "1001")
    assert (view.reference, view.state, view.total) == ("STALL-1001", "waiting", "47.60 EUR")
    assert [event.what for event in history] == ["pulled from stall"]
