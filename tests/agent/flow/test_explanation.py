"""What stands between an item and its listing, as the tables tell it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import OutcomeUnknown
from agent.flow.explanation import Pending, explain
from agent.flow.push import push
from agent.model.sale import Sale
from tests.agent.paper_site import PaperSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PaperSite]:
    opened = PaperSite.opened(tmp_path)
    opened.states("RETRO-CLOCK")
    opened.work()
    yield opened
    opened.db.close()


def test_a_listing_that_is_right_has_nothing_between(site: PaperSite) -> None:
    [shop] = explain(site.site, "RETRO-CLOCK").shops
    assert shop.listing is not None
    assert shop.offer is not None
    assert shop.offer.shown is not None
    assert shop.listing.shown.quantity == shop.offer.shown.quantity
    assert (shop.changes, shop.parked, shop.doubt, shop.waits) == ((), (), None, "")
    assert {told.outcome for told, _ in shop.receipts} == {"done"}


def test_sales_that_are_withheld_name_their_order(site: PaperSite) -> None:
    site.sold("RETRO-CLOCK", "PAPER-7", 2)
    site.work()
    found = explain(site.site, "RETRO-CLOCK")
    assert found.pending == (Pending(Sale("RETRO-CLOCK", "PAPER-7", 2), withheld=True),)
    [shop] = found.shops
    assert shop.offer is not None
    assert "sold and not yet in the ERP's figures 2 (PAPER-7)" in shop.offer.because


def test_what_the_channel_refused_is_told_in_its_words(site: PaperSite) -> None:
    site.paper.poison = {"RETRO-CLOCK"}
    site.sold("RETRO-CLOCK", "PAPER-7", 1)
    site.work()
    [shop] = explain(site.site, "RETRO-CLOCK").shops
    assert [(parked.kind, parked.words) for parked in shop.parked] == [
        ("SetStock", "bad row RETRO-CLOCK")
    ]
    assert (shop.changes, shop.receipts[0][0].outcome) == ((), "refused")


def test_a_lost_answer_is_told_as_doubt(site: PaperSite) -> None:
    site.sold("RETRO-CLOCK", "PAPER-7", 1)
    site.paper.faults = [OutcomeUnknown("no answer", "paper")]
    site.decide()
    push(site.site, "paper")
    [shop] = explain(site.site, "RETRO-CLOCK").shops
    assert shop.doubt is not None
    assert shop.doubt.why == "unknown"
    assert shop.receipts[0][0].outcome == "in_doubt"
