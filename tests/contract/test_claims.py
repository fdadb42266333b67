"""What is told as done has happened: parcels that share a number, skus that are taken, equal variants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent import channels
from agent.errors import Lossy
from agent.model.change import ConfirmShipment, CreateListing, SetPrice, SetStock
from agent.model.family import Family
from agent.model.listing import Details, Shown
from agent.model.order import Order, Parcel
from tests.contract import acts
from tests.contract.shops import StagedShop, habits_of
from tests.contract.test_variants import creation, family
from tests.contract.trial import Trial, limits

WAIT = timedelta(minutes=1)


def bought(trial: Trial, basket: dict[str, int]) -> Order:
    """A paid order."""
    return acts.order_of(trial.channel, trial.buy(basket))


def parcel(order: Order, number: str, **pieces: int) -> ConfirmShipment:
    """Pieces of an order by their titles' first words, with nothing sent before."""
    lines = {line.remote_id: pieces.get(line.sku.split("-")[0], 0) for line in order.lines}
    sent = Parcel({k: v for k, v in lines.items() if v}, "DPD", number, f"https://e.org/{number}")
    return ConfirmShipment(f"{order.remote_id} {sorted(sent.lines)}", order.remote_id, sent, {})


def test_a_parcel_of_another_order_under_the_same_number_is_told_too(staged: StagedShop) -> None:
    clock = acts.live(staged, "RETRO-CLOCK")
    orders = [bought(staged, {clock.sku: 2}) for _ in range(2)]
    for order in orders:
        sent = parcel(order, "TR-1", RETRO=2)
        assert staged.channel.settle(sent) is None
        acts.done(staged, sent)
        assert staged.channel.settle(sent) is not None
    shown = [staged.dialect.storefront.order(order.number).shipped for order in orders]
    assert shown == [{clock.sku: 2}] * 2


def test_other_lines_of_an_order_under_the_same_number_are_told_too(staged: StagedShop) -> None:
    clock, shelf = acts.live(staged, "RETRO-CLOCK"), acts.live(staged, "OAK-SHELF-80")
    order = bought(staged, {clock.sku: 2, shelf.sku: 2})
    first, rest = parcel(order, "TR-1", RETRO=2), parcel(order, "TR-1", OAK=1)
    rest = replace(rest, shipped_before=dict(first.parcel.lines))
    acts.done(staged, first)
    has_lines = habits_of(staged.vendor).get("parcels_have_lines", True)
    if limits(staged).partial_shipments and has_lines:
        assert staged.channel.settle(rest) is None
    before = staged.writes()
    acts.done(staged, rest)
    if limits(staged).partial_shipments and has_lines:
        assert staged.writes() > before
    assert staged.channel.settle(rest) is not None


def test_a_sku_that_is_taken_is_never_told_as_made_anew(staged: StagedShop) -> None:
    first = acts.drafted(staged, "RETRO-CLOCK", price=12900)
    staged.rest()
    details = Details("Retro wall clock", image=acts.picture(staged))
    other = CreateListing(first.sku, Shown("draft", 9900, quantity=3), details)
    receipt = acts.told(staged, other)
    staged.rest()
    assert [x.external_id for x in staged.channel.find([first.sku])] == [first.external_id]
    assert [x.sku for x in staged.channel.listings()] == [first.sku]
    if receipt.outcome == "done":  # what it made of it must be what is shown
        assert receipt.listing is not None
        now = acts.afresh(staged, first).shown
        assert acts.same(staged, receipt.listing.shown, replace(now, title=first.shown.title))
    elif receipt.outcome == "refused":
        assert receipt.again or (receipt.words and receipt.next), receipt


def test_equal_variants_are_refused_with_the_reason(trial: Trial) -> None:
    axes = ("Colour", "Size")
    same = {"Colour": "Natural", "Size": "60 cm"}
    page = Family("OAK-SHELF", "Oak shelf", axes, {"OAK-SHELF-A": same, "OAK-SHELF-B": same})
    with pytest.raises(Lossy) as caught:
        channels.projected(trial.vendor, page)
    assert "OAK-SHELF-A" in caught.value.what or "Natural" in caught.value.what
    assert caught.value.next


def test_variants_whose_titles_would_be_equal_are_refused_where_each_sells_by_itself(
    trial: Trial,
) -> None:
    alike = {"A": ("Natural oak", "60 cm"), "B": ("Natural", "oak 60 cm")}
    axes = ("Colour", "Size")
    chosen = {f"OAK-SHELF-{n}": dict(zip(axes, two, strict=True)) for n, two in alike.items()}
    page = Family("OAK-SHELF", "Oak shelf", axes, chosen)
    if limits(trial).axes == 0:
        with pytest.raises(Lossy, match="OAK-SHELF-A"):
            channels.projected(trial.vendor, page)
    else:
        assert channels.projected(trial.vendor, page)


@pytest.mark.parametrize("other", ["natural", "Natural ", "NATURAL"])
def test_variants_that_differ_in_letters_case_or_blanks_are_refused_or_both_there(
    staged: StagedShop, other: str
) -> None:
    names = ["OAK-SHELF-60-N", "OAK-SHELF-60-S"]
    page = family(staged, names)
    skus = [staged.sku(name) for name in names]
    alike = {**page.variants, skus[1]: {**page.variants[skus[1]], "Colour": other}}
    page = replace(page, variants=alike)
    try:
        channels.projected(staged.vendor, page)
    except Lossy as refused:
        assert refused.next
        return
    size = next(b.size for b in limits(staged).batches if CreateListing in b.kinds)
    news = [creation(staged, name, page) for name in names]
    receipts = [r for s in range(0, 2, size) for r in acts.answered(staged, news[s : s + size])]
    staged.rest()
    there = sorted(shelf.sku for shelf in staged.channel.find(skus))
    assert there == sorted(r.change.sku for r in receipts if r.outcome == "done")  # type: ignore[union-attr]
    assert all(r.words and r.next for r in receipts if r.outcome == "refused"), receipts


def test_a_long_push_is_never_told_to_slow_down(staged: StagedShop) -> None:
    acts.stacked(staged, 100)
    mugs = list(staged.channel.listings())
    asked = len(staged.recorder.sent)
    for turn in (1, 2):
        shown = Shown("live", 3000 + turn)
        tell(staged, [SetPrice(x.sku, x, shown) for x in mugs])
        tell(staged, [SetStock(x.sku, x, 90 + turn, backorders=False) for x in mugs])
        mugs = staged.channel.look(mugs)
        acts.pulled(staged.channel, "")
    assert {mug.shown.quantity for mug in mugs} == {92}
    assert {mug.shown.price for mug in mugs} == {3002}
    assert asked < len(staged.recorder.sent)
    slow = habits_of(staged.vendor).get("slow", "")
    slowed = [
        told
        for told in staged.world.ledger.requests(channel=staged.vendor)
        if told.status == 429 or (slow and slow in told.answered)
    ]
    assert slowed == []


def tell(shop: StagedShop, changes: list[SetPrice] | list[SetStock]) -> None:
    """All of these, in as few batches as the vendor takes, as the agent sends them."""
    size = next(b.size for b in limits(shop).batches if type(changes[0]) in b.kinds)
    left = list(changes)
    while left:
        receipts = acts.answered(shop, left[:size])
        bad = [r for r in receipts if r.outcome not in ("done", "unsent") and not r.again]
        assert not bad
        again = [r.change for r in receipts if r.outcome == "unsent" or r.again]
        if again:
            shop.pass_time(WAIT)
        left = [*again, *left[size:]]
