"""A channel that takes little at a time: a plan is gone on with after each pause, not made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import Throttled, Unavailable
from agent.flow.engine import Engine
from agent.flow.observe import observe
from agent.flow.plan import plan_and_hold
from agent.flow.push import push
from agent.flow.unsent import LONGEST, Unsent
from tests.agent.paper_site import PaperSite
from tests.build import listing


@pytest.fixture
def site(tmp_path: Path) -> PaperSite:
    """Twelve shelves, four in a request, on a channel that pauses after each."""
    opened = PaperSite.opened(tmp_path)
    for number in range(12):
        opened.paper.has(listing(f"SHELF-{number:02}"))
        opened.states(f"SHELF-{number:02}", on_hand=3)
    opened.decide()
    observe(opened.site, "paper")
    opened.paper.faults = [None, pause()] * 4
    return opened


def pause() -> Throttled:
    return Throttled("slow down", "paper", retry_after_s=1.0)


def sold_out(site: PaperSite) -> None:
    site.states("SHELF-11", on_hand=0)
    site.decide()


def sent_last(site: PaperSite) -> list[str]:
    return [change.sku for change in site.paper.requests[-2]]  # the last one met the pause


def test_the_rest_is_sent_after_the_pause(site: PaperSite) -> None:
    unsent = Unsent()
    for _ in range(3):
        push(site.site, "paper", unsent)
        site.clock.pass_time(seconds=2)
    assert {seen.shown.quantity for seen in site.paper.shown.values()} == {3}


def test_nothing_is_planned_while_something_is_left(site: PaperSite) -> None:
    unsent = Unsent()
    push(site.site, "paper", unsent)
    plans = site.answers("select count(*) from plans")
    site.clock.pass_time(seconds=2)
    assert plan_and_hold(site.site, "paper", unsent).counts == {}
    push(site.site, "paper", unsent)
    assert site.answers("select count(*) from plans") == plans


def test_what_is_no_longer_wanted_so_is_not_sent(site: PaperSite) -> None:
    unsent = Unsent()
    push(site.site, "paper", unsent)
    site.states("SHELF-05", on_hand=12)  # as the channel shows it
    site.decide()
    site.clock.pass_time(seconds=2)
    push(site.site, "paper", unsent)
    assert sent_last(site) == ["SHELF-04", "SHELF-06", "SHELF-07"]


def test_what_became_urgent_goes_first_once_the_lane_is_woken(site: PaperSite) -> None:
    engine = Engine(site.site)
    lane = next(lane for lane in engine.lanes if lane.name == "push paper")
    push(site.site, "paper", lane.unsent)
    sold_out(site)
    engine.hint(["push paper"])
    site.clock.pass_time(seconds=2)
    push(site.site, "paper", lane.unsent)
    assert sent_last(site)[0] == "SHELF-11"


def test_a_plan_is_made_anew_after_two_minutes(site: PaperSite) -> None:
    unsent = Unsent()
    push(site.site, "paper", unsent)
    sold_out(site)
    site.clock.pass_time(seconds=LONGEST.total_seconds() + 1)
    push(site.site, "paper", unsent)
    assert sent_last(site)[0] == "SHELF-11"


def test_a_plan_is_made_anew_after_trouble(site: PaperSite) -> None:
    site.paper.faults = [None, Unavailable("down", "paper"), None, pause()]
    unsent = Unsent()
    push(site.site, "paper", unsent)
    sold_out(site)
    site.clock.pass_time(minutes=1)
    push(site.site, "paper", unsent)
    assert sent_last(site)[0] == "SHELF-11"


def test_what_a_channel_hands_back_is_asked_again_at_once_and_waits_for_its_pause(
    site: PaperSite,
) -> None:
    site.paper.faults, site.paper.room = [None, pause()] * 9, 3
    unsent = Unsent()
    push(site.site, "paper", unsent)
    assert [[x.sku for x in request] for request in site.paper.requests] == [
        ["SHELF-00", "SHELF-01", "SHELF-02", "SHELF-03"],
        ["SHELF-03"],
    ]
    assert site.answers("select count(*) from doubts") == [(0,)]
    assert site.answers("select count(*) from receipts") == [(3,)]
    for _ in range(5):
        site.clock.pass_time(seconds=2)
        push(site.site, "paper", unsent)
    assert {seen.shown.quantity for seen in site.paper.shown.values()} == {3}
