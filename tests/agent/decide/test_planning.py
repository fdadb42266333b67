"""The plan as a whole: order, what is left out, digests, and how long an answer stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decide.batching import batched, halves
from agent.decide.diff import changes_for
from agent.decide.digest import change_digest
from agent.decide.planning import plan_of, waiting
from agent.model.change import (
    CreateListing,
    ListingChange,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Listing, Offer, Shown
from agent.model.plan import Decision, Parked, Plan
from tests.agent.paper_channel import PaperChannel
from tests.build import guards, listing, offer

ALL = frozenset({CreateListing, SetPrice, SetState, SetStock, SetTitle})
Pair = tuple[Offer, Listing | None]


def planned(*pairs: Pair, **said: Any) -> Plan:
    return plan_of("paper", pairs, **({"accepts": ALL, "guards": guards(), "listed": 10} | said))


def zeroed(sku: str) -> Pair:
    return offer(sku, quantity=0), listing(sku)


def kinds(plan: Plan) -> list[tuple[str, str]]:
    return [(p.change.sku, type(p.change).__name__) for p in plan.changes]


def test_what_shoppers_lose_goes_first() -> None:
    plan = planned(
        (offer("ASH-STOOL", quantity=3), listing("ASH-STOOL")),
        (offer("OAK-SHELF-80"), None),
        zeroed("RETRO-CLOCK"),
        (offer("WALL-HOOK", state="hidden", price=100), listing("WALL-HOOK")),
    )
    assert kinds(plan) == [
        ("RETRO-CLOCK", "SetStock"),
        ("WALL-HOOK", "SetState"),
        ("WALL-HOOK", "SetPrice"),
        ("ASH-STOOL", "SetStock"),
        ("OAK-SHELF-80", "CreateListing"),
    ]
    assert plan.counts == {"CreateListing": 1, "SetPrice": 1, "SetState": 1, "SetStock": 2}


def test_leaves_state_to_people_until_it_is_ours() -> None:
    assert not planned((offer(state="draft", state_is_ours=False), listing())).changes


def test_what_the_erp_does_not_state_is_left_as_it_is() -> None:
    silent = offer(price=None, quantity=None, title=None)
    assert not planned((silent, listing(price=1, quantity=99, title="By hand"))).changes


def test_a_shop_that_counts_its_backorders_below_zero_is_left_to_it() -> None:
    assert not planned(
        (offer(quantity=0, backorders=True), listing(quantity=-2, backorders=True))
    ).changes
    limit_reached = planned((offer(quantity=0), listing(quantity=-2, backorders=True)))
    assert kinds(limit_reached) == [("RETRO-CLOCK", "SetStock")]


def test_leaves_out_just_what_was_refused() -> None:
    pair = (offer(quantity=3, price=5000), listing())
    refused = next(c for c in changes_for(*pair) if isinstance(c, SetPrice))
    parked = [Parked("RETRO-CLOCK", "SetPrice", change_digest(refused), "too dear", "")]
    plan = planned(pair, parked=parked)
    assert (kinds(plan), plan.parked) == ([("RETRO-CLOCK", "SetStock")], 1)
    other = planned((offer(quantity=3, price=5100), listing()), parked=parked)
    assert len(other.changes) == 2


def test_keeps_away_from_a_sku_that_is_parked_as_a_whole() -> None:
    plan = planned((offer(quantity=3), None), parked=[Parked("RETRO-CLOCK", "*", "twice", "", "")])
    assert (plan.changes, plan.parked) == ((), 1)


def test_reports_what_the_channel_cannot_be_told() -> None:
    plan = planned((offer(title="New"), listing(title="Old")), accepts=ALL - {SetTitle})
    assert (plan.changes, plan.unsupported) == ((), {"SetTitle": 1})


def test_the_digest_is_of_what_is_asked_in_whatever_order() -> None:
    one, other = zeroed("RETRO-CLOCK"), zeroed("OAK-SHELF-80")
    assert planned(one, other).digest == planned(other, one).digest
    assert planned(one, other).digest != planned(one).digest
    fewer = (one[0], listing("RETRO-CLOCK", quantity=11))
    assert planned(one).digest == planned(fewer).digest


STRICT = guards(to_zero_pct=Decimal(10))


def answered(word: Any, *pairs: Pair) -> Decision:
    plan = planned(*pairs, guards=STRICT)
    return Decision(word, plan.held_digest, waiting(plan.held))


def test_what_is_held_waits_and_everything_else_goes_on() -> None:
    price = (offer("ASH-STOOL", price=5000), listing("ASH-STOOL"))
    plan = planned(zeroed("RETRO-CLOCK"), zeroed("OAK-SHELF-80"), price, guards=STRICT)
    assert [p.change.sku for p in plan.waiting] == ["OAK-SHELF-80", "RETRO-CLOCK"]
    assert [p.change.sku for p in plan.sendable] == ["ASH-STOOL"]
    assert plan.held_digest not in ("", plan.digest)


@pytest.mark.parametrize(("word", "sent"), [("approved", 2), ("rejected", 0)])
def test_an_answer_stands_while_the_held_changes_are_the_same(word: str, sent: int) -> None:
    pairs = (zeroed("RETRO-CLOCK"), zeroed("OAK-SHELF-80"))
    plan = planned(*pairs, guards=STRICT, decision=answered(word, *pairs))
    assert (len(plan.sendable), plan.waiting) == (sent, ())


def test_an_approval_does_not_stretch_to_one_change_more() -> None:
    known = (zeroed("RETRO-CLOCK"), zeroed("OAK-SHELF-80"))
    plan = planned(
        *known, zeroed("ASH-STOOL"), guards=STRICT, decision=answered("approved", *known)
    )
    assert (len(plan.waiting), plan.sendable) == (3, ())


def test_an_approval_is_not_lost_while_it_is_being_carried_out() -> None:
    skus = ("RETRO-CLOCK", "OAK-SHELF-80", "ASH-STOOL")
    decision = answered("approved", *map(zeroed, skus))
    rest = planned(*map(zeroed, skus[:2]), guards=STRICT, decision=decision)
    assert (rest.answer, len(rest.sendable)) == ("approved", 2)


moments = st.one_of(
    st.none(),
    st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
)
amounts = st.one_of(st.none(), st.integers(0, 3))
faces = st.builds(
    Shown,
    state=st.sampled_from(["live", "hidden", "draft", "archived"]),
    price=amounts,
    compare_at=amounts,
    sale_price=amounts,
    sale_from=moments,
    sale_until=moments,
    quantity=st.one_of(st.none(), st.integers(-2, 2)),
    backorders=st.booleans(),
    title=st.one_of(st.none(), st.sampled_from(["Clock", "Shelf"])),
)
skus = st.sampled_from(["RETRO-CLOCK", "OAK-SHELF-80", "ASH-STOOL", "WALL-HOOK"])


@given(st.dictionaries(skus, faces))
def test_equal_states_plan_nothing(shown: dict[str, Shown]) -> None:
    pairs = [(offer(sku), listing(sku)) for sku in shown]
    same = [
        (replace(o, shown=shown[o.sku]), replace(seen, shown=shown[seen.sku])) for o, seen in pairs
    ]
    assert not planned(*same).changes


@given(st.dictionaries(skus, st.tuples(faces, st.one_of(st.none(), faces), st.booleans())))
def test_applying_a_plan_reaches_the_desired_state_and_planning_again_is_empty(
    world: dict[str, tuple[Shown, Shown | None, bool]],
) -> None:
    shop = PaperChannel("paper")
    offers = [
        replace(offer(sku), shown=want, state_is_ours=ours)
        for sku, (want, _, ours) in world.items()
    ]
    for sku, (_, seen, _) in world.items():
        if seen is not None:
            shop.has(replace(listing(sku), shown=seen))
    for _ in range(2):  # a creation is a draft first
        for request in batched([p.change for p in plan_for(shop, offers)], shop.limits.batches):
            shop.push(request)
    assert plan_for(shop, offers) == ()


def plan_for(shop: PaperChannel, offers: list[Offer]) -> Any:
    seen = {listing.sku: listing for listing in shop.listings()}
    return planned(*((o, seen.get(o.sku)) for o in offers)).changes


def test_requests_are_as_large_as_the_channel_takes_and_dark_ones_first() -> None:
    paper, slate = PaperChannel("paper").limits, PaperChannel("slate").limits
    pairs = [(offer(f"SHELF-{n}", quantity=3, price=5000), listing(f"SHELF-{n}")) for n in range(6)]
    pairs.append((offer("WALL-HOOK", state="hidden"), listing("WALL-HOOK")))
    changes = [p.change for p in planned(*pairs).changes]
    assert sizes(batched(changes, paper.batches)) == [7, 6]  # 4 skus with 1 + 2x3, 3 with 2x3
    by_kind = batched(changes, slate.batches)
    assert sizes(by_kind) == [1, 5, 1, 2, 2, 2]
    assert type(by_kind[0][0]) is SetState


def sizes(requests: list[list[ListingChange]]) -> list[int]:
    return [len(request) for request in requests]


def test_halving_ends_with_the_bad_change_alone() -> None:
    pairs = [(offer(f"SHELF-{n}", quantity=3, price=5000), listing(f"SHELF-{n}")) for n in range(3)]
    part = [p.change for p in planned(*pairs).changes]
    steps = []
    while part:
        steps.append(len(part))
        parts = halves(part)
        part = parts[-1] if parts else []
    assert steps == [6, 4, 2, 1]
