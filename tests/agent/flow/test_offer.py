"""Offers follow the truth, the sales, the settings and the clock, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agent.model.listing import Shown
from agent.model.place import Place
from agent.store import offers, sales, truth
from agent.store.moments import to_text
from agent.store.truth import Source
from tests.agent.paper_site import PaperSite, feed_settings, shop_settings

ITEMS = Source("items", full=True, gone_after=2, currency="EUR")


def test_decides_touched_items_for_every_shop(tmp_path: Path) -> None:
    shops = {"paper": shop_settings(), "slate": shop_settings("slate", safety_stock=2)}
    site = PaperSite.opened(tmp_path, shops)
    site.states("RETRO-CLOCK")
    did = site.decide()
    assert did.counts == {"decided": 1}
    assert did.wake == {"push paper", "push slate"}
    assert site.offered() == Shown("live", 4900, quantity=12)
    assert site.offered(shop="slate") == Shown("live", 4900, quantity=10)
    assert site.decide().counts == {}
    site.db.close()


def test_the_first_feed_that_states_a_field_wins_even_with_a_blank(tmp_path: Path) -> None:
    feeds = {
        "products": feed_settings(("title", "price")),
        "prices": feed_settings(("price", "cost")),
        "stock": feed_settings(("on_hand",)),
    }
    site = PaperSite.opened(tmp_path, feeds=feeds)
    site.states("RETRO-CLOCK", "products", title="Clock", price=None, line=7)
    site.states("RETRO-CLOCK", "prices", price=4900, cost=2000, line=8)
    site.states("RETRO-CLOCK", "stock", "HH", on_hand=3, line=9)
    site.states("RETRO-CLOCK", "stock", "B", on_hand=4, line=10)
    sources = [Source(name, True, 2, "EUR") for name in feeds]
    item = truth.truths(site.db, sources, ["RETRO-CLOCK"])["RETRO-CLOCK"].item
    assert (item.title, item.price, item.cost, item.currency) == ("Clock", None, 2000, "EUR")
    assert item.stated == {"title", "price", "cost"}
    assert [(s.location, s.on_hand) for s in item.stock] == [("B", 4000), ("HH", 3000)]
    assert item.places["cost"] == Place("prices.csv", 8, None, "d")
    assert item.stock[1].place == Place("stock.csv", 9, None, "d")
    site.db.close()


def test_a_full_feed_that_stops_naming_an_item_lets_it_go_by_its_rule(site: PaperSite) -> None:
    site.states("RETRO-CLOCK", missing=1)
    known = truth.truths(site.db, [ITEMS], ["RETRO-CLOCK"])["RETRO-CLOCK"].item
    assert (known.gone, known.price) == (False, 4900)
    site.states("RETRO-CLOCK", missing=2)
    gone = truth.truths(site.db, [ITEMS], ["RETRO-CLOCK"])["RETRO-CLOCK"]
    assert (gone.item.gone, gone.item.price, gone.item.stock) == (True, None, ())
    assert gone.figures_at is None


def test_a_delta_feed_says_nothing_by_silence(tmp_path: Path) -> None:
    feeds = {"items": feed_settings(("price",)), "stock": feed_settings(("on_hand",), full=False)}
    site = PaperSite.opened(tmp_path, feeds=feeds)
    site.states("RETRO-CLOCK", missing=2, on_hand=None)
    site.states("RETRO-CLOCK", "stock", on_hand=3, missing=9)
    site.decide()
    assert site.offered() == Shown("live", quantity=3)  # sold down, its price left alone
    site.db.close()


def test_withholds_sales_until_a_stock_file_knows_them(site: PaperSite) -> None:
    site.states("RETRO-CLOCK")
    site.sold("RETRO-CLOCK", "WOO-1001", 2)
    site.sold("RETRO-CLOCK", "WOO-1002", 3, state="shipped")
    site.sold("RETRO-CLOCK", "WOO-1003", 1, state="refused")
    site.decide()
    assert site.offered().quantity == 9
    offer = offers.offer(site.db, "paper", "RETRO-CLOCK")
    assert offer is not None
    assert "sold and not yet in the ERP's figures 2 (WOO-1001)" in offer.because


def test_a_newer_stock_file_with_the_same_figures_frees_what_it_knows(site: PaperSite) -> None:
    site.states("RETRO-CLOCK")
    known_at = to_text(site.clock.now() + timedelta(minutes=5))
    site.sold("RETRO-CLOCK", "WOO-1001", 2, state="acknowledged", known_at=known_at)
    site.decide()
    assert site.offered().quantity == 10
    site.clock.pass_time(minutes=4)
    site.export()
    site.decide()
    assert site.offered().quantity == 10
    site.clock.pass_time(minutes=4)
    site.export()
    assert site.decide().counts == {"decided": 1}
    assert site.offered().quantity == 12


def test_counts_only_pieces_that_have_neither_left_nor_been_cancelled(site: PaperSite) -> None:
    site.sold("RETRO-CLOCK", "WOO-1001", 5)
    site.db.run("update order_lines set cancelled = 1, shipped = 2")
    (sale,) = sales.pending_sales(site.db, ["RETRO-CLOCK", "OAK-SHELF-80"])["RETRO-CLOCK"]
    assert (sale.reference, sale.pieces) == ("WOO-1001", 2)


def test_changed_settings_decide_everything_anew(site: PaperSite) -> None:
    site.states("RETRO-CLOCK")
    site.states("OAK-SHELF-80")
    site.decide()
    site.resettle(paper=shop_settings(safety_stock=2))
    assert site.decide().counts == {"decided": 2}
    assert site.offered().quantity == 10


def test_the_moment_of_a_sale_changes_the_offer_by_itself(tmp_path: Path) -> None:
    fields = ("title", "price", "sale_price", "sale_from", "sale_until", "on_hand")
    site = PaperSite.opened(
        tmp_path, {"slate": shop_settings("slate")}, {"items": feed_settings(fields)}
    )
    starts = site.clock.now() + timedelta(hours=1)
    ends = starts + timedelta(hours=1)
    window = {"sale_from": to_text(starts), "sale_until": to_text(ends)}
    site.states("RETRO-CLOCK", sale_price=3900, **window)
    assert site.decide().again_s == 3600
    assert site.offered(shop="slate").price == 4900
    site.clock.pass_time(hours=1)
    assert site.decide().again_s == 3600
    assert site.offered(shop="slate") == Shown("live", 3900, 4900, quantity=12)
    site.clock.pass_time(hours=1)
    assert site.decide().again_s is None
    assert site.offered(shop="slate") == Shown("live", 4900, quantity=12)
    site.db.close()


def test_activation_lets_an_item_go_live(site: PaperSite) -> None:
    site.resettle(paper=shop_settings(publish="wait"))
    site.states("RETRO-CLOCK")
    site.decide()
    assert site.offered().state == "draft"
    assert offers.waiting_for_activation(site.db) == ["RETRO-CLOCK"]
    offers.activate(site.db, ["RETRO-CLOCK"], to_text(site.clock.now()))
    site.decide()
    assert site.offered().state == "live"
    assert offers.waiting_for_activation(site.db) == []


def test_items_of_a_feed_that_was_taken_out_are_offered_no_more(site: PaperSite) -> None:
    site.states("RETRO-CLOCK")
    site.decide()
    settings = site.site.settings.model_copy(update={"feeds": {"other": feed_settings()}})
    site.site = replace(site.site, settings=settings)
    site.decide()
    assert site.offered() is None
