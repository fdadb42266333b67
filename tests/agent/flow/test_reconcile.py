"""Doubts are settled by looking, not too early and never by guessing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent import channels
from agent.flow.observe import observe
from agent.flow.reconcile import reconcile
from agent.store import doubts
from tests.agent.paper_site import PaperSite
from tests.build import listing


def in_doubt(site: PaperSite, *skus: str) -> None:
    doubts.put(site.db, "paper", skus, site.clock.now(), "unknown")


def test_looks_when_a_late_effect_can_no_longer_be_on_its_way(site: PaperSite) -> None:
    site.paper.has(listing("RETRO-CLOCK"))
    observe(site.site, "paper")
    in_doubt(site, "RETRO-CLOCK")
    assert reconcile(site.site, "paper").again_s == 2
    site.paper.has(listing("RETRO-CLOCK", quantity=3))
    site.clock.pass_time(seconds=2)
    assert reconcile(site.site, "paper").counts == {"looked": 1, "settled": 1}
    assert site.known("RETRO-CLOCK") == [listing("RETRO-CLOCK", quantity=3)]
    assert site.answers("select kind, subject, outcome from receipts") == [
        ("Look", "RETRO-CLOCK", "done")
    ]


def test_gives_a_new_listing_time_to_be_found(site: PaperSite) -> None:
    in_doubt(site, "RETRO-CLOCK")
    site.clock.pass_time(seconds=5)
    assert reconcile(site.site, "paper").counts == {"looked": 1, "settled": 0}
    site.paper.has(listing("RETRO-CLOCK"))
    site.clock.pass_time(seconds=5)
    assert reconcile(site.site, "paper").counts == {"looked": 1, "settled": 1}
    assert site.known("RETRO-CLOCK") == [listing("RETRO-CLOCK")]


def test_a_creation_that_stays_unfound_did_not_happen(site: PaperSite) -> None:
    in_doubt(site, "RETRO-CLOCK")
    site.clock.pass_time(seconds=20)
    assert reconcile(site.site, "paper").counts == {"looked": 1, "settled": 1}
    assert site.answers("select * from doubts") == []


def test_two_creations_of_one_sku_are_left_to_a_person(site: PaperSite) -> None:
    in_doubt(site, "RETRO-CLOCK")
    site.paper.has(listing("RETRO-CLOCK", "1"), listing("RETRO-CLOCK", "2"))
    site.clock.pass_time(seconds=20)
    reconcile(site.site, "paper")
    assert site.known("RETRO-CLOCK") == []
    assert site.answers("select words from parked") == [("2 listings carry this sku: 1, 2",)]


def test_does_nothing_without_doubts(site: PaperSite) -> None:
    assert reconcile(site.site, "paper").counts == {}


def test_waits_until_what_the_vendor_took_on_must_show(
    site: PaperSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look too early sees the old figure, and takes it for what came of the change."""
    vendor = channels.module("paper")
    monkeypatch.setattr(vendor, "LIMITS", replace(vendor.LIMITS, settles_s=180.0))
    site.paper.has(listing("RETRO-CLOCK"))
    observe(site.site, "paper")
    in_doubt(site, "RETRO-CLOCK")
    site.clock.pass_time(seconds=2)
    assert reconcile(site.site, "paper").again_s == 178
    site.paper.has(listing("RETRO-CLOCK", quantity=3))
    site.clock.pass_time(seconds=178)
    assert reconcile(site.site, "paper").counts == {"looked": 1, "settled": 1}
    assert site.known("RETRO-CLOCK") == [listing("RETRO-CLOCK", quantity=3)]
