"""Whatever is told in whatever order, the shop then shows just that: planning again finds nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.model.change import SetPrice, SetState, SetStock
from agent.model.listing import Shown
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.contract.trial import limits

LEAST = 100  # so much may be asked for at every vendor
PRICES = st.integers(min_value=2, max_value=99_999_99)
SHARES = st.integers(min_value=1, max_value=99)


@st.composite
def faces(draw: Any) -> tuple[Shown, int, int]:
    """What a listing should show, with its sale: per cent of the price, and days it lasts (0: open)."""
    state = draw(st.sampled_from(["live", "hidden", "draft", "archived"]))
    quantity = draw(st.integers(min_value=0, max_value=10_000))
    shown = Shown(state, draw(PRICES), quantity=quantity, backorders=draw(st.booleans()))
    return shown, draw(st.sampled_from([0, *range(1, 100)])), draw(st.integers(0, 30))


def on_sale(shop: StagedShop, face: tuple[Shown, int, int]) -> Shown:
    """The face with its sale, in the way in which the vendor has sales."""
    shown, share, days = face
    price = shown.price or 0
    lower = price * share // 100
    if not 0 < lower < price:
        return shown
    if not limits(shop).sale_dates:
        return replace(shown, price=lower, compare_at=price if limits(shop).compare_at else None)
    begins = shop.now().replace(microsecond=0) + timedelta(days=1)
    window = {"sale_from": begins, "sale_until": begins + timedelta(days=days)} if days else {}
    return replace(shown, sale_price=lower, **window)


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=st.lists(faces(), min_size=1, max_size=3))
def test_a_listing_shows_what_it_was_last_told(
    staged: StagedShop, told: list[tuple[Shown, int, int]]
) -> None:
    found = staged.channel.find(["RETRO-CLOCK"])
    listing = found[0] if found else acts.drafted(staged, "RETRO-CLOCK")
    for face in told:
        staged.rest()
        wanted = replace(on_sale(staged, face), title=listing.shown.title)
        wanted = acts.face(staged, wanted)
        price = acts.told(staged, SetPrice(listing.sku, listing, wanted))
        if price.outcome == "refused":  # some vendors have a least price
            assert price.words and price.next and (wanted.price or 0) < LEAST
            wanted = replace(wanted, price=listing.shown.price, compare_at=listing.shown.compare_at)
        assert wanted.quantity is not None
        stock = SetStock(listing.sku, listing, wanted.quantity, wanted.backorders)
        acts.done(staged, stock)
        if acts.afresh(staged, listing).shown.state != wanted.state:
            acts.done(staged, SetState(listing.sku, listing, wanted.state))
        listing = acts.afresh(staged, listing)
        assert acts.same(staged, listing.shown, wanted), (listing.shown, wanted)
