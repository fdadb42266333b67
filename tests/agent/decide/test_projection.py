"""What a channel shows for an item: visibility, the zero question, and what is never created."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agent.decide.projection import Terms, offer_of
from agent.model.item import Item
from agent.model.listing import Offer, Shown
from agent.model.policy import Rule, ZeroPolicy
from agent.model.sale import Sale
from tests.build import NOON, channel_policy, item, stock, terms


def decided(of: Item, its: Terms | None = None, *, activated: bool = True, **said: Any) -> Offer:
    return offer_of(of, its or terms(), activated=activated, now=NOON, **said)


def shown(offer: Offer) -> Shown:
    assert offer.shown is not None
    return offer.shown


def on_hand(count: int, **more: Any) -> Item:
    return item("RETRO-CLOCK", stock(on_hand=count, **more))


SOLD_OUT, HIDE, BACKORDER, DISCONTINUE = "sold_out", "hide", "backorder", "discontinue"


@pytest.mark.parametrize(
    ("answer", "limit", "count", "state", "quantity", "backorders"),
    [
        pytest.param(SOLD_OUT, None, 3, "live", 3, False, id="sold out: 3 left"),
        pytest.param(SOLD_OUT, None, 0, "live", 0, False, id="sold out: stays visible"),
        pytest.param(SOLD_OUT, None, -2, "live", 0, False, id="sold out: never below zero"),
        pytest.param(HIDE, None, 3, "live", 3, False, id="hide: 3 left"),
        pytest.param(HIDE, None, 0, "hidden", 0, False, id="hide: off the shelves"),
        pytest.param(BACKORDER, None, 3, "live", 3, True, id="backorder: 3 left"),
        pytest.param(BACKORDER, None, 0, "live", 0, True, id="backorder: sells on"),
        pytest.param(BACKORDER, 5, -4, "live", 0, True, id="backorder: 4 of 5 promised"),
        pytest.param(BACKORDER, 5, -5, "live", 0, False, id="backorder: the limit is reached"),
        pytest.param(BACKORDER, 0, 3, "live", 3, True, id="backorder limit 0, 3 left"),
        pytest.param(BACKORDER, 0, 0, "live", 0, False, id="backorder limit 0, none left"),
        pytest.param(DISCONTINUE, None, 3, "live", 3, False, id="discontinue: sell down"),
        pytest.param(DISCONTINUE, None, 0, "archived", 0, False, id="discontinue: archive"),
    ],
)
def test_answers_the_zero_question(
    answer: Any, limit: int | None, count: int, state: str, quantity: int, backorders: bool
) -> None:
    found = shown(decided(on_hand(count), terms(zero=ZeroPolicy(answer, limit))))
    assert (found.state, found.quantity, found.backorders) == (state, quantity, backorders)


@pytest.mark.parametrize("answer", [SOLD_OUT, HIDE, BACKORDER, DISCONTINUE])
@pytest.mark.parametrize(("count", "state"), [(2, "live"), (0, "archived")])
def test_sells_down_and_archives_what_the_erp_discontinues(
    answer: Any, count: int, state: str
) -> None:
    clock = item("RETRO-CLOCK", stock(on_hand=count), status="discontinued")
    found = shown(decided(clock, terms(zero=ZeroPolicy(answer))))
    assert (found.state, found.quantity, found.backorders) == (state, count, False)


def test_archives_what_the_erp_no_longer_names() -> None:
    found = decided(item(gone=True))
    assert (shown(found).state, shown(found).quantity) == ("archived", 0)
    assert "no longer named by the ERP" in found.because


def test_a_new_item_waits_as_a_draft_and_its_state_is_left_to_people() -> None:
    found = decided(item(), activated=False)
    assert shown(found).state == "draft"
    assert not found.state_is_ours
    assert "waits for activation" in found.because


def test_a_rule_may_publish_at_once_or_never() -> None:
    at_once = Rule(skus=frozenset({"RETRO-CLOCK"}), publish="at_once")
    never = Rule(categories=frozenset({"spare parts"}), publish="never")
    its = terms(rules=(never, at_once))
    live = decided(item(), its, activated=False)
    spare = decided(item(category="spare parts"), its)
    assert (shown(live).state, live.state_is_ours) == ("live", True)
    assert (spare.shown, spare.because) == (None, ("never offered here",))


def test_the_first_rule_wins_setting_by_setting() -> None:
    hide = Rule(skus=frozenset({"RETRO-CLOCK"}), zero=ZeroPolicy("hide"))
    later = Rule(zero=ZeroPolicy("backorder"), safety_stock=12)
    found = shown(decided(item(), terms(rules=(hide, later))))
    assert (found.state, found.quantity) == ("hidden", 0)


@pytest.mark.parametrize(
    ("of", "lacks"),
    [
        (item(title=None), "a title"),
        (item(price=None), "a price"),
        (item("RETRO-CLOCK", stock(on_hand=None)), "a stock figure"),
        (item("RETRO-CLOCK", stock(on_hand=None), price=None), "a price and a stock figure"),
    ],
    ids=["no title", "empty price", "empty stock", "both"],
)
def test_creates_nothing_that_is_not_whole(of: Item, lacks: str) -> None:
    found = decided(of)
    assert found.details is None
    assert f"not created before it has {lacks}" in found.because


def test_creates_without_stock_where_no_file_states_any() -> None:
    bare = Item("GIFT-WRAP", frozenset({"price"}), title="Wrap", price=300, currency="EUR")
    found = decided(bare, Terms(channel_policy(), False, True, counts_stock=False))
    assert found.details is not None
    assert shown(found).quantity is None


def test_keeps_titles_unless_told_otherwise() -> None:
    assert shown(decided(item())).title is None
    assert shown(decided(item(), terms(keep_titles=False))).title == "Retro clock"


def test_remembers_how_much_it_withheld_for_sales() -> None:
    assert decided(item(), sales=[Sale("RETRO-CLOCK", "WOO-1001", 3)]).sold == 3


def test_promises_backorders_for_the_day_goods_come_in() -> None:
    clock = on_hand(0, incoming=40, incoming_on=date(2026, 4, 2))
    found = decided(clock, terms(zero=ZeroPolicy("backorder", 10)))
    assert "backorders to 10 below zero" in found.because
    assert "promised for 2026-04-02" in found.because
