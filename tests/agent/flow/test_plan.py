"""Plans are kept only when something differs, and people answer to exactly what they saw."""

from __future__ import annotations

import pytest

from agent.errors import PlanRefused
from agent.flow.observe import observe
from agent.flow.plan import approve, held_plans, plan, plan_and_hold, reject
from agent.flow.push import push
from tests.agent.paper_site import PaperSite, shop_settings
from tests.build import listing

SKUS = ("ASH-STOOL", "OAK-SHELF-80", "RETRO-CLOCK")


def states(site: PaperSite) -> list[str]:
    return [state for (state,) in site.answers("select state from plans order by id")]


@pytest.fixture
def held(site: PaperSite) -> PaperSite:
    """A shop in which everything is about to go to zero, against a guard of 50 %."""
    site.resettle(paper=shop_settings(guards={"to_zero": 50.0}))
    for sku in SKUS:
        site.paper.has(listing(sku))
        site.states(sku, on_hand=0)
    site.decide()
    observe(site.site, "paper")
    return site


def test_keeps_no_plan_when_nothing_differs(site: PaperSite) -> None:
    site.paper.has(listing("RETRO-CLOCK"))
    site.states("RETRO-CLOCK")
    site.decide()
    observe(site.site, "paper")
    assert plan_and_hold(site.site, "paper").counts == {}
    assert states(site) == []


def test_keeps_the_same_plan_once(held: PaperSite) -> None:
    assert plan_and_hold(held.site, "paper").counts == {"changes": 3, "held": 3}
    plan_and_hold(held.site, "paper")
    assert states(held) == ["held"]


def test_waits_until_the_channel_was_seen_and_every_offer_is_decided(site: PaperSite) -> None:
    site.states("RETRO-CLOCK")
    assert plan_and_hold(site.site, "paper").again_s == 1.0
    site.decide()
    assert plan_and_hold(site.site, "paper").again_s == 1.0
    observe(site.site, "paper")
    assert plan_and_hold(site.site, "paper").counts == {"changes": 1}
    site.states("OAK-SHELF-80")
    assert plan_and_hold(site.site, "paper").again_s == 1.0


def test_what_is_held_is_not_sent_while_the_rest_goes_on(held: PaperSite) -> None:
    held.states("RETRO-CLOCK", on_hand=0, price=5000)
    held.work()
    assert [held.paper.face(sku).quantity for sku in SKUS] == [12, 12, 12]
    assert held.paper.face("RETRO-CLOCK").price == 5000


def test_an_approved_plan_is_sent(held: PaperSite) -> None:
    digest = plan(held.site, "paper").held_digest
    assert approve(held.site, digest).answer == "approved"
    held.work()
    assert [held.paper.face(sku).quantity for sku in SKUS] == [0, 0, 0]
    assert plan(held.site, "paper").changes == ()
    assert set(states(held)) == {"past"}


def test_an_approval_is_spent_once_it_is_carried_out(held: PaperSite) -> None:
    approve(held.site, plan(held.site, "paper").held_digest)
    held.work()
    for sku in SKUS:
        held.states(sku)
    held.work()
    for sku in SKUS:
        held.states(sku, on_hand=0)
    held.work()
    assert [held.paper.face(sku).quantity for sku in SKUS] == [12, 12, 12]
    assert len(held_plans(held.site)[0].waiting) == 3


def test_an_approval_does_not_outlive_a_change_of_what_is_held(held: PaperSite) -> None:
    old = plan(held.site, "paper").held_digest
    approve(held.site, old)
    held.paper.has(listing("WALL-HOOK"))
    held.states("WALL-HOOK", on_hand=0)
    held.decide()
    held.clock.pass_time(hours=1)
    observe(held.site, "paper")
    found = plan(held.site, "paper")
    assert (len(found.waiting), found.sendable) == (4, ())
    assert found.held_digest != old
    with pytest.raises(PlanRefused) as refused:
        approve(held.site, old)
    assert str(refused.value) == (
        f'error  nothing is held under the digest "{old}"\n'
        f"at     plans: paper holds {found.held_digest}\n"
        "next   look at `tally plan` again; if that is what you want, answer with the digest it shows"
    )


def test_a_rejected_difference_stays_refused_until_it_changes(held: PaperSite) -> None:
    reject(held.site, plan(held.site, "paper").held_digest[:8])
    held.work()
    assert [held.paper.face(sku).quantity for sku in SKUS] == [12, 12, 12]
    assert plan(held.site, "paper").waiting == ()
    held.clock.pass_time(hours=5)
    held.work()
    assert plan(held.site, "paper").answer == "rejected"
    approve(held.site, plan(held.site, "paper").held_digest)
    held.work()
    assert held.paper.face("RETRO-CLOCK").quantity == 0


def test_nothing_is_held_when_the_digest_is_unknown(site: PaperSite) -> None:
    with pytest.raises(PlanRefused) as refused:
        approve(site.site, "0123456789abcdef")
    assert refused.value.next == (
        "nothing waits for an answer now; `tally plan` shows what is planned"
    )


def test_settings_that_loosen_the_guard_let_the_plan_go(held: PaperSite) -> None:
    assert push(held.site, "paper").counts == {}
    held.resettle(paper=shop_settings())
    held.work()
    assert held.paper.face("RETRO-CLOCK").quantity == 0
