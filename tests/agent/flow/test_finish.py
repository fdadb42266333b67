"""Work that a channel takes on and finishes later: asked for, told, refused, looked at, stuck."""

from __future__ import annotations

import pytest

from agent.decide.retry import ask_again_s
from agent.errors import Refused, Unavailable
from agent.flow.finish import finish
from agent.flow.observe import observe
from agent.flow.push import push
from agent.flow.reconcile import reconcile
from agent.flow.standing import stuck
from agent.model.change import CreateListing, SetPrice, SetStock
from tests.agent.paper_site import PaperSite
from tests.build import listing


@pytest.fixture
def busy(site: PaperSite) -> PaperSite:
    """Stock and prices are done later; two shelves wait for both."""
    site.paper.works_later = {SetStock, SetPrice}
    for sku in ("ASH-STOOL", "OAK-SHELF-80"):
        site.paper.has(listing(sku))
        site.states(sku, on_hand=3, price=5500)
    site.decide()
    observe(site.site, "paper")
    return site


def sent(site: PaperSite) -> list[list[str]]:
    return [[f"{c.sku} {type(c).__name__}" for c in r] for r in site.paper.requests]


def parked(site: PaperSite) -> list[tuple[object, ...]]:
    return site.answers("select sku, kind, words, next from parked order by sku, kind")


def ask(site: PaperSite, after_s: float = 1.0) -> dict[str, int]:
    site.clock.pass_time(seconds=after_s)
    return dict(finish(site.site, "paper").counts)


def goes_on(site: PaperSite, seconds: int = 90) -> None:
    """The agent works for so long, while jobs go on at the channel."""
    for _ in range(seconds // 3):
        site.decide()
        finish(site.site, "paper")
        reconcile(site.site, "paper")
        push(site.site, "paper")
        site.clock.pass_time(seconds=3)


def test_nothing_is_sent_again_while_a_job_runs(busy: PaperSite) -> None:
    assert dict(push(busy.site, "paper").counts) == {"requests": 1, "working": 4}
    busy.states("OAK-SHELF-80", on_hand=3, price=6600)
    busy.decide()
    push(busy.site, "paper")
    assert len(busy.paper.requests) == 1
    assert busy.answers("select * from doubts") == []


def test_what_is_done_is_told(busy: PaperSite) -> None:
    push(busy.site, "paper")
    busy.paper.end()
    assert ask(busy) == {"done": 4}
    shown = [seen.shown for seen in busy.known("ASH-STOOL", "OAK-SHELF-80")]
    assert [(face.quantity, face.price) for face in shown] == [(3, 5500), (3, 5500)]
    assert push(busy.site, "paper").counts == {}
    outcomes = "select kind, subject, outcome from receipts where subject = 'ASH-STOOL' order by id"
    assert busy.answers(outcomes) == [
        ("SetStock", "ASH-STOOL", "working"),
        ("SetPrice", "ASH-STOOL", "working"),
        ("SetPrice", "ASH-STOOL", "done"),
        ("SetStock", "ASH-STOOL", "done"),
    ]


def test_a_refusal_within_parks_just_that_change(busy: PaperSite) -> None:
    busy.paper.poison, busy.paper.strict = {"ASH-STOOL SetPrice"}, False
    push(busy.site, "paper")
    busy.paper.end()
    assert ask(busy) == {"refused": 1, "done": 3}
    assert parked(busy) == [("ASH-STOOL", "SetPrice", "bad row", "mend it")]
    assert [seen.shown.quantity for seen in busy.known("ASH-STOOL")] == [3]
    assert push(busy.site, "paper").counts == {}
    busy.states("ASH-STOOL", on_hand=3, price=5600)
    busy.paper.poison = set()
    busy.decide()
    push(busy.site, "paper")
    busy.paper.end("J2")
    assert ask(busy) == {"done": 1}
    assert parked(busy) == []


def test_what_the_report_does_not_say_is_looked_at(busy: PaperSite) -> None:
    push(busy.site, "paper")
    busy.paper.end(silent=True)
    assert ask(busy) == {"in_doubt": 4}
    assert push(busy.site, "paper").counts == {}
    busy.work()
    assert len(busy.paper.requests) == 1
    assert [seen.shown.quantity for seen in busy.known("ASH-STOOL")] == [3]


def test_is_asked_for_soon_and_then_more_seldom(busy: PaperSite) -> None:
    push(busy.site, "paper")
    waits = []
    for _ in range(8):
        wait = finish(busy.site, "paper").again_s
        assert wait is not None
        waits.append(wait)
        busy.clock.pass_time(seconds=wait)
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert len(busy.paper.asked) == 7
    assert ask_again_s(0) == 1.0


def test_a_job_that_fails_as_a_whole_is_sent_again_in_smaller_ones(busy: PaperSite) -> None:
    push(busy.site, "paper")
    busy.paper.fail()
    assert ask(busy) == {"in_doubt": 4}
    assert push(busy.site, "paper").again_s == 5.0  # not at once, lest it fails for ever
    goes_on(busy)
    assert [len(request) for request in busy.paper.requests] == [4, 4]  # half of 4 holds two skus
    busy.paper.fail("J2")
    goes_on(busy)
    assert sent(busy)[2:] == [
        ["ASH-STOOL SetStock", "ASH-STOOL SetPrice"],
        ["OAK-SHELF-80 SetStock", "OAK-SHELF-80 SetPrice"],
    ]
    busy.paper.fail("J3")
    busy.paper.end("J4")
    goes_on(busy)
    assert parked(busy) == [
        ("ASH-STOOL", "SetPrice", "fatal", "mend the feed"),
        ("ASH-STOOL", "SetStock", "fatal", "mend the feed"),
    ]
    assert busy.known("OAK-SHELF-80")[0].shown.quantity == 3


def test_a_vendor_that_is_ill_is_waited_for(busy: PaperSite) -> None:
    push(busy.site, "paper")
    for number in (1, 2, 3, 4):
        busy.paper.fail(f"J{number}", again=True)
        goes_on(busy)
    assert [len(request) for request in busy.paper.requests] == [4] * 5
    assert parked(busy) == []


def test_beyond_the_vendors_patience_it_is_looked_at_and_sent_again(busy: PaperSite) -> None:
    push(busy.site, "paper")
    ask(busy, 599)
    assert stuck(busy.site, "paper") == ()
    assert ask(busy, 60) == {"stuck": 1}
    assert [late.job for late in stuck(busy.site, "paper")] == ["J1"]
    goes_on(busy)
    assert len(busy.paper.requests) == 2
    busy.paper.end("J2")
    goes_on(busy)
    assert [seen.shown.quantity for seen in busy.known("ASH-STOOL")] == [3]


def test_a_stuck_job_that_ends_after_all_is_not_believed(busy: PaperSite) -> None:
    push(busy.site, "paper")
    ask(busy, 660)
    busy.paper.works_later = set()
    goes_on(busy)
    busy.states("ASH-STOOL", on_hand=1, price=5500)
    goes_on(busy)
    assert busy.paper.face("ASH-STOOL").quantity == 1
    busy.paper.end("J1")  # the old three pieces, over the one of now
    assert busy.paper.face("ASH-STOOL").quantity == 3
    goes_on(busy)
    assert stuck(busy.site, "paper") == ()
    assert busy.paper.face("ASH-STOOL").quantity == 1


def test_stock_that_goes_lower_overtakes_a_job(busy: PaperSite) -> None:
    push(busy.site, "paper")
    busy.paper.works_later = set()
    busy.states("ASH-STOOL", on_hand=0, price=9900)
    busy.decide()
    push(busy.site, "paper")
    assert sent(busy)[1:] == [["ASH-STOOL SetStock"]]
    assert busy.paper.face("ASH-STOOL").quantity == 0
    assert push(busy.site, "paper").counts == {}  # once
    busy.paper.end()  # which puts three on the shelf again
    ask(busy, 60)
    busy.work()
    assert busy.paper.face("ASH-STOOL").quantity == 0
    assert busy.paper.face("ASH-STOOL").price == 9900


def test_what_a_job_is_about_to_put_on_the_shelf_is_overtaken_too(site: PaperSite) -> None:
    site.paper.works_later = {SetStock}
    site.paper.has(listing("ASH-STOOL", quantity=0))
    site.states("ASH-STOOL", on_hand=10)
    site.decide()
    observe(site.site, "paper")
    push(site.site, "paper")
    site.states("ASH-STOOL", on_hand=0)
    site.decide()
    push(site.site, "paper")
    [change] = site.paper.requests[-1]
    assert isinstance(change, SetStock)
    assert (change.listing.shown.quantity, change.quantity) == (10, 0)
    assert push(site.site, "paper").counts == {}
    site.paper.end("J2")
    site.paper.end("J1")
    ask(site, 60)
    site.paper.works_later = set()
    site.work()
    assert site.paper.face("ASH-STOOL").quantity == 0


def test_more_stock_waits_for_the_job(busy: PaperSite) -> None:
    push(busy.site, "paper")
    busy.states("ASH-STOOL", on_hand=50, price=5500)
    busy.decide()
    assert push(busy.site, "paper").counts == {}


def test_what_was_seen_meanwhile_is_not_told_over(busy: PaperSite) -> None:
    push(busy.site, "paper")
    busy.paper.end()
    bought = listing("ASH-STOOL", quantity=2, price=5500)
    busy.paper.has(bought)
    busy.clock.pass_time(hours=2)
    observe(busy.site, "paper")
    busy.paper.works_later = set()
    ask(busy)
    goes_on(busy, 9)
    assert busy.paper.face("ASH-STOOL").quantity == 3  # the ERP's figure again, after a look


def test_a_new_listing_is_found_by_its_sku(site: PaperSite) -> None:
    site.paper.works_later = {CreateListing}
    site.states("RETRO-CLOCK")
    site.decide()
    observe(site.site, "paper")
    push(site.site, "paper")
    site.paper.end()
    assert ask(site) == {"done": 1}
    site.work()
    assert [seen.external_id for seen in site.known("RETRO-CLOCK")] == ["L1"]
    assert site.paper.face("RETRO-CLOCK").state == "live"


def test_a_vendor_that_cannot_be_reached_is_asked_again(busy: PaperSite) -> None:
    push(busy.site, "paper")
    busy.paper.end()
    busy.paper.job_faults = [Unavailable("closed")]
    busy.clock.pass_time(seconds=1)
    with pytest.raises(Unavailable):
        finish(busy.site, "paper")
    assert ask(busy) == {"done": 4}


def test_a_vendor_that_will_not_tell_leaves_it_to_a_look(busy: PaperSite) -> None:
    push(busy.site, "paper")
    busy.paper.end()
    busy.paper.job_faults = [Refused("no such feed")]
    assert ask(busy) == {"in_doubt": 4}


def test_a_restart_forgets_no_job(busy: PaperSite) -> None:
    push(busy.site, "paper")
    busy.reopen()
    busy.paper.end()
    assert ask(busy) == {"done": 4}
    assert push(busy.site, "paper").counts == {}
