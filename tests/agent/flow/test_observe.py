"""A full look replaces what was known, keeps away from doubles, and leaves strangers alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.errors import Preparing, Unavailable
from agent.flow import trouble
from agent.flow.observe import observe
from agent.flow.plan import plan
from agent.flow.terms import unready
from agent.model.listing import Listing
from agent.store import channel_state, listings
from tests.agent.paper_site import PaperSite
from tests.build import listing

CLOCK, SHELF = listing("RETRO-CLOCK"), listing("OAK-SHELF-80")


def test_what_is_seen_replaces_what_was_known(site: PaperSite) -> None:
    site.paper.has(CLOCK, SHELF)
    assert observe(site.site, "paper").counts == {"seen": 2}
    assert site.known("RETRO-CLOCK", "OAK-SHELF-80") == [SHELF, CLOCK]
    del site.paper.shown[SHELF.external_id]
    site.paper.has(listing("RETRO-CLOCK", quantity=3))
    site.clock.pass_time(hours=1)
    assert observe(site.site, "paper").counts == {"seen": 1, "gone": 1}
    assert site.known("RETRO-CLOCK", "OAK-SHELF-80") == [listing("RETRO-CLOCK", quantity=3)]


def test_looks_again_when_it_is_due_and_after_a_start(site: PaperSite) -> None:
    observe(site.site, "paper")
    site.clock.pass_time(minutes=20)
    did = observe(site.site, "paper")
    assert (did.counts, did.again_s) == ({}, 2400)
    channel_state.forget_looks(site.db)
    assert unready(site.site, "paper") == "the channel has not been looked at yet"
    assert observe(site.site, "paper").counts == {"seen": 0}


def test_what_a_receipt_told_during_the_look_is_newer(site: PaperSite) -> None:
    site.paper.has(CLOCK)
    started = site.clock.now()
    listings.put(site.db, "paper", [listing(quantity=4)], started, told_at=started)
    listings.put(site.db, "paper", [SHELF], started, told_at=started)
    observe(site.site, "paper")
    assert site.known("RETRO-CLOCK", "OAK-SHELF-80") == [SHELF, listing(quantity=4)]


def test_what_was_made_since_a_look_that_broke_off_is_not_taken_for_gone(site: PaperSite) -> None:
    class Resuming(type(site.paper)):  # type: ignore[misc]
        pages = iter([[CLOCK], Unavailable("gone", "paper"), []])
        read: list[Listing] = []

        def listings(self):  # type: ignore[no-untyped-def]
            yield from self.read
            for page in self.pages:
                if isinstance(page, Unavailable):
                    raise page
                self.read.extend(page)
                yield from page

    site.shops["paper"] = Resuming()
    with pytest.raises(Unavailable):
        observe(site.site, "paper")
    site.clock.pass_time(minutes=5)
    now = site.clock.now()
    listings.put(site.db, "paper", [SHELF, listing(quantity=4)], now, told_at=now)
    site.clock.pass_time(minutes=5)
    observe(site.site, "paper")
    assert site.known("RETRO-CLOCK", "OAK-SHELF-80") == [SHELF, listing(quantity=4)]


def test_keeps_away_from_a_sku_that_two_listings_carry(site: PaperSite) -> None:
    site.paper.has(listing("RETRO-CLOCK", "11"), listing("RETRO-CLOCK", "12"), SHELF)
    site.states("RETRO-CLOCK", on_hand=1)
    site.decide()
    assert observe(site.site, "paper").counts == {"seen": 1, "twice": 1}
    assert (plan(site.site, "paper").changes, plan(site.site, "paper").parked) == ((), 1)
    assert site.answers("select sku, kind, words from parked") == [
        ("RETRO-CLOCK", "*", "2 listings carry this sku: 11, 12")
    ]
    del site.paper.shown["12"]
    site.clock.pass_time(hours=1)
    observe(site.site, "paper")
    assert [p.change.sku for p in plan(site.site, "paper").changes] == ["RETRO-CLOCK"]
    assert site.answers("select sku from parked") == []


def test_leaves_alone_what_the_erp_never_named(site: PaperSite) -> None:
    site.paper.has(SHELF, listing("", "99"))
    site.decide()
    assert observe(site.site, "paper").counts == {"seen": 1, "without_sku": 1}
    assert not plan(site.site, "paper").changes


def test_a_look_that_breaks_off_changes_nothing(site: PaperSite) -> None:
    site.paper.has(CLOCK, SHELF)
    observe(site.site, "paper")
    site.clock.pass_time(hours=1)

    class Breaking(type(site.paper)):  # type: ignore[misc]
        def listings(self):  # type: ignore[no-untyped-def]
            yield CLOCK
            raise Unavailable("gone", "paper")

    site.shops["paper"] = Breaking()
    with pytest.raises(Unavailable):
        observe(site.site, "paper")
    assert site.known("RETRO-CLOCK", "OAK-SHELF-80") == [SHELF, CLOCK]
    assert unready(site.site, "paper") == "the settings have changed and offers are being decided"


def test_what_takes_its_time_keeps_nothing_else_from_going_on(
    site: PaperSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def making() -> Iterator[Listing]:
        raise Preparing("a report is being made", "paper", "", retry_after_s=15.0)

    site.paper.has(CLOCK)
    with monkeypatch.context() as patched:
        patched.setattr(site.paper, "listings", making)
        did = observe(site.site, "paper")
    assert (did.counts, did.again_s) == ({}, 15)
    assert trouble.quiet_for(site.site, "paper") == 0
    site.clock.pass_time(seconds=15)
    assert observe(site.site, "paper").counts == {"seen": 1}
