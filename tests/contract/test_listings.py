"""What a channel must be able to show, and to say of what it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.errors import Unauthorised
from agent.model.change import (
    ConfirmShipment,
    CreateListing,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Details, Listing, Shown, State
from tests.contract import acts
from tests.contract.trial import Trial, limits


def test_says_what_the_shop_is(trial: Trial) -> None:
    health = trial.channel.check()
    assert len(health.currency) == 3
    assert health.shop
    assert abs(health.clock_skew_s) < 60


def test_wrong_credentials_stop_the_channel_without_naming_a_secret(trial: Trial) -> None:
    stranger = trial.stranger()
    with pytest.raises(Unauthorised) as caught:
        stranger.check()
    stranger.close()
    said = str(caught.value)
    assert "next" in said
    for secret in trial.secrets().values():
        assert secret not in said


def test_every_kind_of_change_is_in_exactly_one_batch(trial: Trial) -> None:
    kinds = [kind for batch in limits(trial).batches for kind in batch.kinds]
    assert len(kinds) == len(set(kinds))
    assert {CreateListing, SetPrice, SetStock, SetTitle, ConfirmShipment} <= set(kinds)
    nameless = {"hidden", "draft", "archived"} <= {
        lacking for lacking, told in limits(trial).states.items() if told == "live"
    }
    assert (SetState in kinds) != nameless  # what has no state but live is never told one


def test_a_new_listing_is_a_draft_as_described(trial: Trial) -> None:
    listing = acts.drafted(trial, "RETRO-CLOCK", price=12900, quantity=14)
    assert listing.sku == trial.sku("RETRO-CLOCK")
    expected = Shown("draft", 12900, quantity=14, title="Retro wall clock")
    assert acts.same(trial, listing.shown, expected), listing.shown
    assert acts.afresh(trial, listing) == listing
    assert trial.channel.find([listing.sku]) == [listing]


def test_a_new_listing_takes_every_detail(trial: Trial) -> None:
    sku = trial.sku("OAK-SHELF-80")
    details = Details(
        "Oak shelf, 80 cm",
        gtin=acts.gtin(sku),
        brand="Dąb",
        category="Tally contract shelves",
        weight_g=3250,
    )
    receipt = acts.done(trial, CreateListing(sku, Shown("draft", 24900, quantity=6), details))
    assert receipt.listing is not None
    assert receipt.listing.shown.price == 24900


def test_an_unknown_sku_is_not_found(trial: Trial) -> None:
    assert trial.channel.find([trial.sku("NOBODY-HAS-THIS")]) == []


@pytest.mark.parametrize("state", ["hidden", "draft", "archived"])
def test_each_state_is_reached_seen_and_left_again(trial: Trial, state: State) -> None:
    listing = acts.live(trial, "RETRO-CLOCK")
    assert listing.shown.state == "live"
    told = limits(trial).states.get(state, state)
    assert told not in limits(trial).states, "it is told a state that the vendor has"
    if told == "live":
        return  # the flow offers no pieces instead: see the tests of decide
    away = acts.in_state(trial, listing, told)
    assert away.shown.state == told
    assert acts.in_state(trial, away, "live").shown == listing.shown


def test_a_price_is_set_to_the_cent(trial: Trial) -> None:
    listing = acts.drafted(trial, "RETRO-CLOCK", price=12900)
    assert acts.priced(trial, listing, price=13999).shown.price == 13999


def test_a_sale_begins_and_ends(trial: Trial) -> None:
    listing = acts.live(trial, "RETRO-CLOCK", price=12900)
    if limits(trial).sale_dates:
        begins = trial.now().replace(microsecond=0) + timedelta(days=1)
        window = {"sale_from": begins, "sale_until": begins + timedelta(days=7)}
        on_sale = {"price": 12900, "sale_price": 9900, **window}
    else:
        was = {"compare_at": 12900} if limits(trial).compare_at else {}
        on_sale = {"price": 9900, **was}
    during = acts.priced(trial, listing, **on_sale)
    for field, value in on_sale.items():
        assert getattr(during.shown, field) == value
    assert acts.priced(trial, during, price=12900).shown == listing.shown


def test_a_quantity_is_set_and_backorders_are_allowed_and_forbidden(trial: Trial) -> None:
    listing = acts.live(trial, "RETRO-CLOCK", quantity=14)
    goes_below = limits(trial).backorders
    assert goes_below or any("backorder" in words for words in limits(trial).lossy)
    more = acts.stocked(trial, listing, 15, backorders=goes_below)
    assert (more.shown.quantity, more.shown.backorders) == (15, goes_below)
    less = acts.stocked(trial, more, 3)
    assert (less.shown.quantity, less.shown.backorders) == (3, False)


def test_a_quantity_is_never_set_over_one_that_was_not_seen_where_the_vendor_compares(
    trial: Trial,
) -> None:
    seen = acts.live(trial, "RETRO-CLOCK", quantity=14)
    now = acts.stocked(trial, seen, 12)
    receipt = acts.told(trial, SetStock(seen.sku, seen, 9, backorders=False))
    after = acts.afresh(trial, now)
    if receipt.outcome == "done":
        assert after.shown.quantity == 9  # a vendor that cannot compare sets it
    else:
        assert receipt.again
        assert receipt.listing is not None
        assert receipt.listing.shown.quantity == after.shown.quantity == 12


def test_the_same_quantity_again_is_done(trial: Trial) -> None:
    seen = acts.live(trial, "RETRO-CLOCK", quantity=14)
    acts.stocked(trial, seen, 5)
    acts.done(trial, SetStock(seen.sku, seen, 5, backorders=False))
    assert acts.afresh(trial, seen).shown.quantity == 5


def test_the_same_step_twice_is_two_steps(trial: Trial) -> None:
    at_five = acts.live(trial, "RETRO-CLOCK", quantity=5)
    three = acts.stocked(trial, at_five, 3)
    five = acts.stocked(trial, three, 5)
    assert acts.stocked(trial, five, 3).shown.quantity == 3


@pytest.mark.parametrize("answer", ["sold_out", "hide", "backorder", "archive"])
def test_zero_stock_is_answered_and_taken_back(trial: Trial, answer: str) -> None:
    listing = acts.live(trial, "RETRO-CLOCK", quantity=1)
    states: dict[str, State] = {"hide": "hidden", "archive": "archived"}
    wanted = replace(listing.shown, state=states.get(answer, "live"), quantity=0)
    wanted = acts.face(trial, replace(wanted, backorders=answer == "backorder"))
    zero = acts.stocked(trial, listing, 0, backorders=wanted.backorders)
    if wanted.state != zero.shown.state:
        zero = acts.in_state(trial, zero, wanted.state)
    assert acts.same(trial, zero.shown, wanted), zero.shown
    assert not (zero.shown.state == "live" and zero.shown.quantity)
    back = acts.stocked(trial, zero, 1)
    if back.shown.state != "live":
        back = acts.in_state(trial, back, "live")
    assert back.shown == listing.shown


def test_a_title_is_set(trial: Trial) -> None:
    listing = acts.drafted(trial, "RETRO-CLOCK")
    acts.done(trial, SetTitle(listing.sku, listing, "Zegar „Retro” & synowie"))
    assert acts.afresh(trial, listing).shown.title == "Zegar „Retro” & synowie"


def test_what_is_gone_is_left_out_and_a_change_to_it_is_looked_at_again(trial: Trial) -> None:
    listing = acts.drafted(trial, "RETRO-CLOCK")
    gone = _gone(trial, listing)
    assert trial.channel.look([gone, listing]) == [listing]
    receipt = acts.told(trial, SetStock(gone.sku, gone, 3, backorders=False))
    # A job's report has no word for it, and what it does not say is looked at all the same.
    assert (receipt.outcome, receipt.again) in (("refused", True), ("in_doubt", False)), receipt


def test_one_bad_change_does_not_spoil_the_others(trial: Trial) -> None:
    good = acts.drafted(trial, "RETRO-CLOCK")
    bad = acts.drafted(trial, "OAK-SHELF-80")
    lost = _gone(trial, bad)
    changes = [SetStock(x.sku, x, 3, backorders=False) for x in (lost, good)]
    size = next(b.size for b in limits(trial).batches if SetStock in b.kinds)
    parts = [changes] if size > 1 else [changes[:1], changes[1:]]
    receipts = [receipt for part in parts for receipt in acts.answered(trial, part)]
    assert receipts[0].outcome in ("refused", "in_doubt")  # the latter is looked at
    assert receipts[1].outcome == "done"
    assert acts.afresh(trial, good).shown.quantity == 3


def test_every_listing_is_met_once_over_many_pages(trial: Trial) -> None:
    size = next(b.size for b in limits(trial).batches if CreateListing in b.kinds)
    skus = [trial.sku(f"MUG-{number:03}") for number in range(260 if size > 50 else 130)]
    if trial.is_live:
        skus = skus[:105]
    shown = Shown("draft", 3990, quantity=80)
    for start in range(0, len(skus), size):
        news = [
            CreateListing(s, shown, Details("Stoneware coffee mug"))
            for s in skus[start : start + size]
        ]
        assert all(receipt.outcome == "done" for receipt in acts.answered(trial, news))
    trial.rest()
    wanted = set(skus)
    met = [x.sku for x in trial.channel.listings() if x.sku in wanted]
    assert sorted(met) == skus
    assert {x.sku for x in trial.channel.find(skus)} == wanted


def _gone(trial: Trial, listing: Listing) -> Listing:
    """A listing like this one, which the vendor does not have (any more)."""
    sku = trial.sku("NOBODY-HAS-THIS")
    tail = listing.external_id.rpartition("/")[2]
    elsewhere = sku if listing.external_id == listing.sku else "999999999"
    handles = {k: _nowhere(v) for k, v in listing.handles.items()}
    there = listing.external_id.replace(tail, elsewhere)
    return Listing(sku, there, listing.shown, handles)


def _nowhere(handle: str) -> str:
    """The same kind of id, of something that is not there."""
    head, slash, number = handle.rpartition("/")
    return f"{head}/999999999" if slash and number.isdigit() else handle
