"""Orders round after round: none is left out, whatever pages, lists and journals do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from agent.errors import ChannelError
from agent.model.listing import Listing
from agent.model.order import Order
from simulator.faults import Fault
from tests.contract import acts, answers
from tests.contract.shops import StagedShop

MANY = 105  # a little more than the largest page that is asked for
HOUR = timedelta(hours=1)
DAY = 26  # hours; by then every sweep was due
PAGES = 60  # of a round; more is no end


class Reader:
    """Takes page after page, as the agent does: what fails is asked for again from where it stood."""

    def __init__(self, shop: StagedShop) -> None:
        self.shop, self.cursor = shop, ""
        self.met: dict[str, Order] = {}

    def round(self) -> None:
        """Pages until there is no more, or one fails."""
        for _ in range(PAGES):
            try:
                page = self.shop.channel.orders(self.cursor)
            except ChannelError:
                self.shop.rest()
                return
            self.met |= {order.remote_id: order for order in page.orders}
            self.cursor = page.cursor
            if not page.more:
                return
        raise AssertionError("the pages never end")

    def rounds(self, count: int, every: timedelta = HOUR, until: Iterable[str] = ()) -> None:
        """So many rounds, with time between them; no more once all of these numbers are met."""
        wanted = list(until)
        for _ in range(count):
            if wanted and not self.missing(wanted):
                return
            self.shop.pass_time(every)
            self.round()

    def missing(self, numbers: Iterable[str]) -> list[str]:
        """Which of these numbers have not been met."""
        told = [order.number for order in self.met.values() if order.lines]
        return [n for n in numbers if not any(number.endswith(n) for number in told)]


def goods(shop: StagedShop) -> Listing:
    """A mug of which there are enough."""
    return acts.live(shop, "MUG-STONE", price=3990, quantity=500)


def ids(shop: StagedShop) -> list[str]:
    """The remote ids of all orders, oldest first."""
    found, _ = acts.pulled(shop.channel, "")
    return [order.remote_id for order in sorted(found.values(), key=lambda order: order.placed_at)]


@pytest.mark.parametrize("together", [4, MANY], ids=["some at once", "all at once"])
def test_every_order_is_met_over_many_pages(staged: StagedShop, together: int) -> None:
    mug = goods(staged)
    numbers = staged.sell({mug.sku: 1}, MANY, together)
    reader = Reader(staged)
    reader.round()
    assert not reader.missing(numbers)
    assert len(reader.met) == MANY
    numbers = staged.sell({mug.sku: 1}, 2, together=2)
    reader.round()
    assert not reader.missing(numbers)


def test_an_order_that_changes_while_we_read_hides_no_other(staged: StagedShop) -> None:
    numbers = staged.sell({goods(staged).sku: 1}, MANY, together=4)
    page = staged.channel.orders("")
    for order in page.orders[:3]:
        staged.take_back(order)
    reader = Reader(staged)
    reader.met, reader.cursor = {order.remote_id: order for order in page.orders}, page.cursor
    reader.round()
    reader.rounds(1, timedelta(minutes=5))
    assert not reader.missing(numbers)


def test_a_page_that_comes_twice_hides_no_order(staged: StagedShop) -> None:
    numbers = staged.sell({goods(staged).sku: 1}, MANY, together=4)
    staged.world.faults.add(Fault("page twice", staged.vendor, count=1))
    reader = Reader(staged)
    reader.round()
    reader.rounds(DAY, until=numbers)
    assert not reader.missing(numbers)


def test_a_page_of_listings_that_comes_twice_hides_none(staged: StagedShop) -> None:
    skus = acts.stacked(staged, 260)
    staged.world.faults.add(Fault("page twice", staged.vendor, count=1))
    met: list[str] = []
    for _ in range(3):
        try:
            met = [listing.sku for listing in staged.channel.listings()]
        except ChannelError:
            staged.rest()
            continue
        break
    assert sorted(met) == skus


def test_an_order_that_shows_late_comes_with_one_of_the_next_rounds(staged: StagedShop) -> None:
    numbers = staged.sell({goods(staged).sku: 1}, 3, settle=False)
    while len(shown := ids(staged)) < len(numbers):
        staged.pass_time(timedelta(minutes=1))
    late, reader = shown[1], Reader(staged)
    staged.recorder.altered = answers.left_out(late)
    reader.round()
    assert late not in reader.met
    staged.recorder.altered = None
    reader.rounds(4, timedelta(minutes=2))
    assert not reader.missing(numbers)


def test_what_lists_and_the_journal_leave_out_is_met_within_a_day(staged: StagedShop) -> None:
    mug = goods(staged)
    staged.world.faults.add(Fault("event lost", staged.vendor))
    reader = Reader(staged)
    reader.round()
    early = staged.sell({mug.sku: 1})
    [lost] = ids(staged)
    staged.recorder.altered = answers.left_out(lost)
    later = staged.sell({mug.sku: 1}, 2)
    reader.round()
    reader.rounds(3)
    assert lost not in reader.met
    assert not reader.missing(later)
    staged.recorder.altered = None
    reader.rounds(DAY, until=early)
    assert not reader.missing(early)


@pytest.mark.parametrize("kind", ["event lost", "event twice", "event out of order"])
def test_a_journal_that_errs_hides_no_change(staged: StagedShop, kind: str) -> None:
    mug = goods(staged)
    reader = Reader(staged)
    reader.round()
    staged.world.faults.add(Fault(kind, staged.vendor))
    numbers = staged.sell({mug.sku: 1}, 3)
    reader.round()
    assert not reader.missing(numbers)
    first = min(reader.met.values(), key=lambda order: order.placed_at)
    acts.taken_back(staged, first)
    reader.rounds(8)
    reader.rounds(2, timedelta(hours=9))
    assert reader.met[first.remote_id].state == "cancelled"


def test_one_sick_order_stops_no_other_and_is_met_when_it_is_well(staged: StagedShop) -> None:
    numbers = staged.sell({goods(staged).sku: 1}, 5)
    bad = ids(staged)[2]
    staged.recorder.altered = answers.sick(bad)
    reader = Reader(staged)
    reader.round()
    reader.rounds(4, timedelta(minutes=5))
    assert len(reader.missing(numbers)) <= 1
    staged.recorder.altered = None
    reader.rounds(DAY, until=numbers)
    assert not reader.missing(numbers)
