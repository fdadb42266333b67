"""What waits for a person, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from agent.decide.diff import changes_for
from agent.decide.guard import Verdict, Weighed, judged
from agent.model.listing import Details, Shown
from agent.model.plan import Hold
from tests.build import guards, listing, offer


def changed(
    sku: str, before: dict[str, Any], after: dict[str, Any], cost: int | None = None
) -> Any:
    """The changes of one item from one face to another."""
    return [
        Weighed(change, cost) for change in changes_for(offer(sku, **after), listing(sku, **before))
    ]


def zeroed(count: int, **after: Any) -> list[Weighed]:
    return [w for n in range(count) for w in changed(f"SHELF-{n}", {}, {"quantity": 0, **after})]


def found(weighed: list[Weighed], listed: int = 100, **limits: Any) -> Verdict:
    return judged(weighed, guards(**limits), listed)


@pytest.mark.parametrize(
    ("count", "listed", "limit", "free", "held"),
    [
        pytest.param(10, 100, 10, 0, False, id="10 of 100 at a limit of 10 %"),
        pytest.param(11, 100, 10, 0, True, id="11 of 100"),
        pytest.param(5, 6, 10, 5, False, id="5 of 6, but 5 are free"),
        pytest.param(6, 6, 10, 5, True, id="6 of 6"),
        pytest.param(1, 0, 10, 0, True, id="a share of nothing is too much"),
    ],
)
def test_holds_too_large_a_share_going_to_zero(
    count: int, listed: int, limit: int, free: int, held: bool
) -> None:
    verdict = found(zeroed(count), listed, to_zero_pct=Decimal(limit), free=free)
    assert len(verdict.held_by) == (count if held else 0)


def test_says_how_many_of_how_many_and_the_limit() -> None:
    verdict = found(zeroed(23), to_zero_pct=Decimal(10))
    reason = "23 of 100 listings (23 %) would go to zero; the limit is 10 %"
    assert verdict.holds == (Hold("to_zero", reason, 23),)


def test_holds_the_steps_off_the_shelves_with_those_to_zero() -> None:
    verdict = found(zeroed(11, state="hidden"), to_zero_pct=Decimal(10))
    assert len(verdict.held_by) == 22


def test_holds_too_many_leaving_the_shelves() -> None:
    gone = [w for n in range(3) for w in changed(f"SHELF-{n}", {}, {"state": "archived"})]
    verdict = found(gone, listed=10, unpublished_pct=Decimal(20))
    reason = "3 of 10 listings (30 %) would leave the shelves; the limit is 20 %"
    assert verdict.holds == (Hold("unpublished", reason, 3),)


def test_backorders_and_drafts_are_not_taken_for_harm() -> None:
    backordered = changed("RETRO-CLOCK", {}, {"quantity": 0, "backorders": True})
    draft = changed("OAK-SHELF-80", {"state": "draft"}, {"state": "archived"})
    limits = {"to_zero_pct": Decimal(0), "unpublished_pct": Decimal(0)}
    assert found(backordered + draft, **limits) == Verdict()


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [
        pytest.param({"price": 4900}, {"price": 6370}, False, id="49.00 to 63.70: 30 %"),
        pytest.param({"price": 4900}, {"price": 6371}, True, id="49.00 to 63.71: over 30 %"),
        pytest.param({"price": 4900}, {"price": 490}, True, id="49.00 to 4.90: 90 %"),
        pytest.param({"price": 0}, {"price": 4900}, True, id="from nothing"),
        pytest.param({"price": None}, {"price": 4900}, False, id="the first price"),
        pytest.param(
            {"price": 2450, "compare_at": 4900}, {"price": 4900}, False, id="a sale of 50 % ends"
        ),
        pytest.param(
            {"price": 4900}, {"price": 4900, "sale_price": 2450}, True, id="a sale of 50 %"
        ),
        pytest.param(
            {"price": 4900, "sale_price": 3900}, {"price": 4900}, False, id="a sale is over"
        ),
    ],
)
def test_holds_single_prices_that_move_too_far(
    before: dict[str, Any], after: dict[str, Any], held: bool
) -> None:
    verdict = found(changed("RETRO-CLOCK", before, after), price_move_pct=Decimal(30))
    assert bool(verdict.held_by) is held


def test_holds_only_the_steep_price_and_names_the_worst() -> None:
    gentle = changed("OAK-SHELF-80", {}, {"price": 5000})
    steep = changed("RETRO-CLOCK", {}, {"price": 490})
    verdict = found(gentle + steep, price_move_pct=Decimal(30))
    reason = "1 price would move by more than 30 %, most of all RETRO-CLOCK by 90 %"
    assert verdict == Verdict((Hold("price_move", reason, 1),), {1: ("price_move",)})


def test_holds_too_many_prices_moving_at_once() -> None:
    dearer = [w for n in range(6) for w in changed(f"SHELF-{n}", {}, {"price": 4901})]
    assert len(found(dearer, listed=10, price_moves_pct=Decimal(50)).held_by) == 6
    assert not found(dearer[:5], listed=10, price_moves_pct=Decimal(50)).held_by


def test_holds_a_price_of_zero_also_for_a_new_listing() -> None:
    free = changed("RETRO-CLOCK", {}, {"price": 0})
    new = [Weighed(c) for c in changes_for(offer("OAK-SHELF-80", price=0), None)]
    verdict = found(free + new, price_zero="hold")
    reason = "2 prices would be zero, such as RETRO-CLOCK"
    assert verdict.holds == (Hold("price_zero", reason, 2),)


@pytest.mark.parametrize(("sale", "held"), [(None, False), (4000, False), (3999, True)])
def test_holds_what_would_sell_under_cost(sale: int | None, held: bool) -> None:
    change = changed("RETRO-CLOCK", {"price": 4800}, {"sale_price": sale}, cost=4000)
    assert bool(found(change, under_cost="hold").held_by) is held


def test_a_shop_may_allow_both() -> None:
    change = changed("RETRO-CLOCK", {}, {"price": 0}, cost=4000)
    assert found(change) == Verdict()


def test_a_new_listing_is_always_a_draft() -> None:
    (creation,) = changes_for(offer("OAK-SHELF-80", details=Details("Shelf")), None)
    assert creation.shown == Shown("draft", 4900, quantity=12)  # type: ignore[union-attr]
