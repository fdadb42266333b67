"""What is sent, in what order, and what becomes of every answer and of none."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.channels.oauth import Denied
from agent.errors import (
    OutcomeUnknown,
    Refused,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.flow import people, trouble
from agent.flow.observe import observe
from agent.flow.push import push
from agent.flow.reconcile import reconcile
from agent.model.change import CreateListing, SetStock
from agent.store import channel_state
from tests.agent.paper_site import PaperSite, shop_settings
from tests.build import listing


def shelves(site: PaperSite, count: int, **said: object) -> list[str]:
    """So many live shelves on paper, with 12 pieces each; the ERP says otherwise."""
    skus = [f"SHELF-{n}" for n in range(count)]
    for sku in skus:
        site.paper.has(listing(sku))
        site.states(sku, **({"on_hand": 3} | said))
    site.decide()
    observe(site.site, "paper")
    return skus


def quantities(site: PaperSite) -> list[int | None]:
    return [seen.shown.quantity for seen in site.paper.shown.values()]


def requested(site: PaperSite) -> list[list[str]]:
    return [[change.sku for change in request] for request in site.paper.requests]


def test_creates_a_draft_and_then_lets_it_go_live(site: PaperSite) -> None:
    site.states("RETRO-CLOCK")
    site.work()
    (first, second) = site.paper.requests
    assert [type(c).__name__ for c in first + second] == ["CreateListing", "SetState"]
    assert site.paper.face("RETRO-CLOCK").state == "live"
    assert site.answers("select kind, subject, outcome from receipts") == [
        ("CreateListing", "RETRO-CLOCK", "done"),
        ("SetState", "RETRO-CLOCK", "done"),
    ]


def test_sends_as_much_in_one_request_as_the_channel_takes(site: PaperSite) -> None:
    shelves(site, 9)
    did = push(site.site, "paper")
    assert [len(request) for request in requested(site)] == [4, 4, 1]
    assert dict(did.counts) == {"requests": 3, "done": 9}
    assert did.more
    assert not push(site.site, "paper").more


def test_zero_stock_goes_before_everything_else(site: PaperSite) -> None:
    shelves(site, 6)
    site.states("SHELF-5", on_hand=0)
    site.work()
    assert requested(site)[0][0] == "SHELF-5"


def test_says_all_that_is_planned_only_once(site: PaperSite) -> None:
    shelves(site, 3)
    site.work()
    count = len(site.paper.requests)
    site.clock.pass_time(hours=2)
    site.work()
    assert len(site.paper.requests) == count


def test_a_bad_row_is_found_by_halving_and_parked_with_the_vendors_words(site: PaperSite) -> None:
    shelves(site, 4)
    site.paper.poison = {"SHELF-2"}
    site.work()
    assert quantities(site) == [3, 3, 12, 3]
    assert site.answers("select sku, kind, words, next from parked") == [
        ("SHELF-2", "SetStock", "bad row SHELF-2", "mend it")
    ]
    assert requested(site) == [
        ["SHELF-0", "SHELF-1", "SHELF-2", "SHELF-3"],
        ["SHELF-0", "SHELF-1"],
        ["SHELF-2", "SHELF-3"],
        ["SHELF-2"],
        ["SHELF-3"],
    ]


def test_what_is_parked_is_tried_again_when_a_person_says_so(site: PaperSite) -> None:
    shelves(site, 1)
    site.paper.poison = {"SHELF-0"}
    site.work()
    site.paper.poison = set()
    people.try_refused_again(site.site)
    site.work()
    assert quantities(site) == [3]
    assert site.answers("select sku from parked") == []


@pytest.mark.parametrize("strict", [True, False], ids=["whole request", "only its row"])
def test_a_bad_price_does_not_keep_the_stock_from_being_told(site: PaperSite, strict: bool) -> None:
    shelves(site, 1, price=5000)
    site.paper.strict = strict
    site.paper.poison = {"SHELF-0 SetPrice"}
    site.work()
    assert quantities(site) == [3]
    assert site.answers("select kind from parked") == [("SetPrice",)]


def test_what_is_parked_is_tried_again_when_something_else_is_asked(site: PaperSite) -> None:
    shelves(site, 1)
    site.paper.poison = {"SHELF-0"}
    site.work()
    site.paper.poison = set()
    site.work()
    assert quantities(site) == [12]
    site.states("SHELF-0", on_hand=2)
    site.work()
    assert quantities(site) == [2]
    assert site.answers("select sku from parked") == []


def test_a_channel_that_refuses_everything_is_in_trouble_not_its_items(site: PaperSite) -> None:
    skus = shelves(site, 40)
    site.paper.poison = set(skus)
    did = push(site.site, "paper")
    assert did.again_s == 5.0
    assert len(site.answers("select sku from parked")) == 21


@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [
        (Throttled("slow down", "paper", retry_after_s=30), 30),
        (Throttled("slow down", "paper", retry_after_s=1e9), 3600),
        (Unavailable("down for repairs", "paper"), 5),
        (Unauthorised("who are you", "paper"), 3600),
    ],
    ids=["throttled", "throttled for ever", "unavailable", "unauthorised"],
)
def test_waits_as_the_failure_says_and_remembers_it_through_a_restart(
    site: PaperSite, fault: Throttled, wait_s: float
) -> None:
    shelves(site, 2)
    site.paper.faults = [fault]
    did = push(site.site, "paper")
    assert (dict(did.counts), did.again_s) == ({"requests": 1, "failed": 1}, wait_s)
    site.reopen()
    site.clock.pass_time(seconds=wait_s - 1)
    assert push(site.site, "paper").again_s == 1
    assert len(site.paper.requests) == 1
    site.clock.pass_time(seconds=1)
    assert push(site.site, "paper").counts["done"] == 2
    assert site.answers("select * from doubts") == []
    state = channel_state.state(site.db, "paper")
    assert (state.failures, state.trouble, state.quiet_until) == (0, None, None)


@pytest.mark.parametrize(
    "fault",
    [
        Unauthorised("who are you", "paper", "renew the token"),
        Denied("invalid_grant", "who are you", "paper", "renew the token"),
    ],
    ids=["the shop", "its login"],
)
def test_a_start_lets_a_shop_try_that_stopped_over_its_secret(
    site: PaperSite, fault: Unauthorised
) -> None:
    site.paper.faults = [fault]
    shelves(site, 1)
    push(site.site, "paper")
    assert trouble.quiet_for(site.site, "paper") == 3600
    channel_state.let_try_again(site.db)
    assert trouble.quiet_for(site.site, "paper") == 0


@pytest.mark.parametrize("effect_first", [True, False], ids=["it happened", "it did not"])
def test_an_unknown_outcome_is_settled_by_looking(site: PaperSite, effect_first: bool) -> None:
    shelves(site, 2)
    site.paper.effect_first = effect_first
    site.paper.faults = [OutcomeUnknown("no answer", "paper")]
    push(site.site, "paper")
    site.clock.pass_time(seconds=5)
    assert not push(site.site, "paper").counts  # nothing before we have looked
    assert site.answers("select distinct outcome from receipts") == [("in_doubt",)]
    assert reconcile(site.site, "paper").counts == {"looked": 2, "settled": 2}
    site.work()
    assert quantities(site) == [3, 3]
    assert len(site.paper.requests) == (1 if effect_first else 2)


@pytest.mark.parametrize("effect_first", [True, False], ids=["it happened", "it did not"])
def test_a_creation_of_unknown_outcome_is_searched_for_before_it_is_made_again(
    site: PaperSite, effect_first: bool
) -> None:
    site.paper.effect_first = effect_first
    site.paper.faults = [OutcomeUnknown("no answer", "paper")]
    site.states("RETRO-CLOCK")
    site.work()
    assert len(site.paper.shown) == 1
    made = [c for r in site.paper.requests for c in r if isinstance(c, CreateListing)]
    assert len(made) == (1 if effect_first else 2)
    assert site.paper.face("RETRO-CLOCK").state == "live"


def test_a_listing_that_moved_is_looked_at_and_decided_anew(site: PaperSite) -> None:
    shelves(site, 1)
    site.paper.moved = {"SHELF-0"}
    did = push(site.site, "paper")
    assert (dict(did.counts), did.again_s) == ({"requests": 1, "moved": 1}, 1.0)
    site.paper.has(listing("SHELF-0", quantity=9))
    reconcile(site.site, "paper")
    assert site.known("SHELF-0") == [listing("SHELF-0", quantity=9)]
    site.work()
    assert quantities(site) == [3]
    assert site.answers("select sku from parked") == []


def test_a_listing_that_goes_on_moving_is_asked_for_less_and_less(site: PaperSite) -> None:
    shelves(site, 1)
    waits = []
    for _ in range(8):
        site.paper.moved = {"SHELF-0"}
        assert push(site.site, "paper").counts["moved"] == 1
        waits.append(reconcile(site.site, "paper").again_s or 0)
        site.clock.pass_time(seconds=waits[-1])
        reconcile(site.site, "paper")
    assert waits == [0, 2, 4, 8, 16, 32, 60, 60]
    site.work()
    assert quantities(site) == [3]


def test_a_listing_that_is_gone_is_made_anew(site: PaperSite) -> None:
    shelves(site, 1)
    site.paper.shown.clear()
    site.work()
    assert [c.shown.quantity for c in site.paper.shown.values()] == [3]


def test_an_older_intent_never_lands_after_a_newer_one(site: PaperSite) -> None:
    shelves(site, 8)
    sent: list[int] = []

    def newer_file_arrives() -> None:
        sent.append(1)
        if len(sent) == 1:
            site.states("SHELF-7", on_hand=0)
            site.decide()

    site.paper.before_push = newer_file_arrives
    site.work()
    told = [
        change.quantity
        for request in site.paper.requests
        for change in request
        if isinstance(change, SetStock) and change.sku == "SHELF-7"
    ]
    assert told == [0]


def test_sends_nothing_while_offers_are_being_decided(site: PaperSite) -> None:
    shelves(site, 8)
    site.paper.before_push = lambda: site.states("SHELF-7", on_hand=0)
    did = push(site.site, "paper")
    assert (dict(did.counts), did.again_s) == ({"requests": 1, "done": 4}, 1.0)


def test_one_shop_in_trouble_does_not_delay_another(tmp_path: Path) -> None:
    shops = {"paper": shop_settings(), "slate": shop_settings("slate")}
    site = PaperSite.opened(tmp_path, shops)
    site.states("RETRO-CLOCK")
    site.paper.faults = [Unavailable("down", "paper")] * 99
    site.decide()
    for shop in shops:
        observe(site.site, shop)
    assert push(site.site, "paper").counts["failed"] == 1
    assert push(site.site, "slate").counts["done"] == 1
    site.db.close()


def test_a_refusal_names_what_to_do(site: PaperSite) -> None:
    shelves(site, 1)
    site.paper.faults = [Refused("price list locked", "paper POST /batch", "unlock the price list")]
    push(site.site, "paper")
    assert site.answers("select words, next from parked") == [
        ("price list locked", "unlock the price list")
    ]
