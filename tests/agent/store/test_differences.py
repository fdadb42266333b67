"""SQL finds just the pairs that the rules would change, and gives them back as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.decide.diff import changes_for
from agent.model.listing import Details, Listing, Offer, Shown
from agent.ports.database import Database
from agent.store import differences, doubts, listings, offers
from agent.store.opening import open_store
from tests.build import NOON, listing, offer

moments = st.one_of(st.none(), st.datetimes(timezones=st.just(UTC)))
amounts = st.one_of(st.none(), st.integers(0, 2))
faces = st.builds(
    Shown,
    state=st.sampled_from(["live", "hidden", "draft", "archived"]),
    price=amounts,
    compare_at=amounts,
    sale_price=amounts,
    sale_from=moments.map(lambda at: at and at.replace(microsecond=0)),
    sale_until=moments.map(lambda at: at and at.replace(microsecond=0)),
    quantity=st.one_of(st.none(), st.integers(-1, 1)),
    backorders=st.booleans(),
    title=st.one_of(st.none(), st.sampled_from(["Clock", "Shelf"])),
)
wishes = st.builds(
    replace,
    st.just(offer(because=("on_hand 12",), cost=7)),
    shown=st.one_of(st.none(), faces),
    details=st.one_of(st.none(), st.just(Details("Clock", weight_g=300))),
    state_is_ours=st.booleans(),
    next_at=moments,
)
sights = st.one_of(
    st.none(), st.builds(replace, st.just(listing()), shown=faces, handles=st.just({"item": "7"}))
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = open_store(tmp_path / "tally.sqlite")
    yield opened
    opened.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(wishes, sights)
def test_finds_what_the_rules_would_change(db: Database, wish: Offer, seen: Listing | None) -> None:
    db.run("delete from listings")
    offers.write(db, "paper", [wish])
    listings.put(db, "paper", [seen] if seen else [], NOON)
    assert offers.offer(db, "paper", wish.sku) == wish
    found = differences.differing(db, "paper")
    assert bool(found) is bool(changes_for(wish, seen))
    if found:
        kept = replace(wish, details=wish.details if seen is None else None)
        assert found == [(kept, seen)] == differences.differing(db, "paper", [wish.sku])


def test_leaves_out_what_is_in_doubt_and_what_other_channels_show(db: Database) -> None:
    offers.write(db, "paper", [offer()])
    offers.write(db, "slate", [offer(quantity=3)])
    listings.put(db, "slate", [listing()], NOON)
    assert [o.sku for o, _ in differences.differing(db, "paper")] == ["RETRO-CLOCK"]
    doubts.put(db, "paper", ["RETRO-CLOCK"], NOON, "unknown")
    assert differences.differing(db, "paper") == []
    assert len(differences.differing(db, "slate")) == 1


def rested(db: Database, *, then: Offer) -> list[tuple[Offer, Listing | None]]:
    """A listing that people had live, which left the shelf when it sold out; then goods come in."""
    offers.write(db, "stall", [offer(quantity=0, state="draft", state_is_ours=False)])
    listings.put(db, "stall", [listing(state="live", quantity=2)], NOON)
    listings.put(db, "stall", [listing(state="hidden", quantity=0)], NOON + timedelta(hours=1))
    assert differences.differing(db, "stall", rests=True) == []
    offers.write(db, "stall", [then])
    return differences.differing(db, "stall", rests=True)


def test_what_left_the_shelf_for_want_of_pieces_comes_back_with_them(db: Database) -> None:
    then = offer(quantity=5, state="draft", state_is_ours=False)
    [(wish, seen)] = rested(db, then=then)
    assert seen is not None
    assert wish.shown is not None
    kinds = [type(change).__name__ for change in changes_for(wish, seen)]
    assert kinds == ["SetStock", "SetState"]
    assert (wish.shown.state, wish.shown.quantity) == ("live", 5)
    listings.put(db, "stall", [listing(state="live", quantity=5)], NOON + timedelta(hours=2))
    assert differences.differing(db, "stall", rests=True) == []


def test_what_people_took_off_the_shelf_with_its_pieces_stays_off(db: Database) -> None:
    offers.write(db, "stall", [offer(quantity=5, state="draft", state_is_ours=False)])
    listings.put(db, "stall", [listing(state="live", quantity=5)], NOON)
    listings.put(db, "stall", [listing(state="hidden", quantity=5)], NOON + timedelta(hours=1))
    offers.write(db, "stall", [offer(quantity=7, state="draft", state_is_ours=False)])
    assert differences.differing(db, "stall", rests=True) == []
