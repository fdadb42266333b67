"""Pieces that were sold in orders which the channel has not given out yet are not offered again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.ports.database import Database
from agent.store import differences, listings, looks, offers
from agent.store.opening import open_store
from tests.build import NOON, listing, offer

HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = open_store(tmp_path / "tally.sqlite")
    yield opened
    opened.close()


class Shop:
    """A listing that was told five pieces, and what we would tell it now."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, NOON
        self.offers(5)
        listings.put(db, "houzz", [listing(quantity=5)], NOON, told_at=NOON)

    def offers(self, pieces: int) -> None:
        """The ERP's figures, less the sales that are known."""
        offers.write(self.db, "houzz", [offer(quantity=pieces)])

    def is_seen_with(self, pieces: int, after: timedelta = timedelta(minutes=5)) -> None:
        """A full look."""
        self.now += after
        begun = looks.begin(self.db, "houzz", self.now)
        looks.add(self.db, "houzz", [replace(listing(quantity=pieces))])
        listings.forget_falls(self.db, "houzz", self.now - HALF_HOUR)
        looks.finish(self.db, "houzz", begun)

    def told(self, released: timedelta = HALF_HOUR) -> int | None:
        """The stock that would be sent; None when it would be left."""
        found = differences.differing(self.db, "houzz", unreleased=self.now - released)
        for wish, seen in found:
            assert wish.shown is not None and seen is not None
            if wish.shown.quantity != seen.shown.quantity:
                return wish.shown.quantity
        return None


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


def test_what_was_sold_a_moment_ago_is_not_put_back(shop: Shop) -> None:
    shop.is_seen_with(3)
    assert shop.told() is None
    shop.is_seen_with(3)
    assert shop.told() is None


def test_a_channel_that_gives_orders_out_at_once_is_told_at_once(shop: Shop) -> None:
    shop.is_seen_with(3)
    assert differences.differing(shop.db, "houzz") != []


def test_less_in_the_erp_is_less_what_went_too(shop: Shop) -> None:
    shop.is_seen_with(3)
    shop.offers(4)  # one was sold at the till
    assert shop.told() == 2


def test_when_its_order_comes_the_figures_agree(shop: Shop) -> None:
    shop.is_seen_with(3)
    listings.explain_falls(shop.db, "houzz", {"RETRO-CLOCK": 2})
    shop.offers(3)
    assert shop.told() is None
    shop.is_seen_with(3)
    assert shop.told() is None


def test_a_further_sale_counts_from_its_own_moment(shop: Shop) -> None:
    shop.is_seen_with(3)
    shop.is_seen_with(2, after=timedelta(minutes=20))
    shop.now += timedelta(minutes=20)
    assert shop.told() is None


def test_what_nobody_explains_comes_back_in_the_end(shop: Shop) -> None:
    shop.is_seen_with(3)
    shop.now += timedelta(minutes=31)
    assert shop.told() == 5


def test_a_sale_that_is_known_already_is_no_fall(shop: Shop) -> None:
    shop.offers(3)  # its order was quicker than the look
    shop.is_seen_with(3)
    assert shop.told() is None
    shop.offers(5)  # cancelled again
    assert shop.told() == 5


def test_pieces_that_came_by_hand_end_the_waiting(shop: Shop) -> None:
    shop.is_seen_with(3)
    shop.is_seen_with(9)
    assert shop.told() == 5
