"""Variants of one page on every vendor: made, added to, activated, and each stocked by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent import channels
from agent.model.change import CreateListing, SetState, SetStock
from agent.model.family import Family
from agent.model.listing import Details, Listing, Shown
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.contract.trial import Trial, limits

CHOICES = {
    "OAK-SHELF-60-N": ("Natural", "60 cm"),
    "OAK-SHELF-60-S": ("Smoked", "60 cm"),
    "OAK-SHELF-80-N": ("Natural", "80 cm"),
    "OAK-SHELF-80-S": ("Smoked", "80 cm"),
}


def family(trial: Trial, names: Sequence[str] = tuple(CHOICES)) -> Family:
    """Oak shelves in two colours and two sizes, or some of them."""
    axes = ("Colour", "Size")
    chosen = {trial.sku(name): dict(zip(axes, CHOICES[name], strict=True)) for name in names}
    return Family(trial.sku("OAK-SHELF"), "Oak shelf", axes, chosen)


def creation(
    trial: Trial, name: str, page: Family, siblings: Sequence[Listing] = ()
) -> CreateListing:
    """A new shelf at 129.00 with as many pieces as its name has letters."""
    colour, size = CHOICES[name]
    title = f"Oak shelf {colour.lower()} {size}"
    shown = Shown("draft", price=12900, quantity=len(name), title=title)
    gtin, image = acts.gtin(trial.sku(name)), acts.picture(trial)
    details = Details(title, description="Solid oak.", gtin=gtin, image=image)
    return CreateListing(trial.sku(name), shown, details, page, tuple(siblings))


def made(
    trial: Trial, names: Sequence[str], page: Family, siblings: Sequence[Listing] = ()
) -> list[Listing]:
    """These shelves, made in as few batches as the vendor takes."""
    size = next(b.size for b in limits(trial).batches if CreateListing in b.kinds)
    found = list(siblings)
    for start in range(0, len(names), size):
        some = names[start : start + size]
        receipts = acts.answered(trial, [creation(trial, name, page, found) for name in some])
        assert [r.outcome for r in receipts] == ["done"] * len(some), receipts
        found += [receipt.listing for receipt in receipts if receipt.listing is not None]
    assert len(found) == len(names) + len(siblings)
    return found[len(siblings) :]


def live(trial: Trial, listings: Sequence[Listing]) -> list[Listing]:
    """All of them after they went live together, read afresh; what is live from the start is so already."""
    if SetState not in limits(trial).accepts:
        return [acts.afresh(trial, listing) for listing in listings]
    changes = [SetState(listing.sku, listing, "live") for listing in listings]
    size = next(b.size for b in limits(trial).batches if SetState in b.kinds)
    for start in range(0, len(changes), size):
        receipts = acts.answered(trial, changes[start : start + size])
        assert {receipt.outcome for receipt in receipts} == {"done"}, receipts
    return [acts.afresh(trial, listing) for listing in listings]


def test_a_family_is_made_as_drafts_and_found_by_its_skus(trial: Trial) -> None:
    shelves = made(trial, list(CHOICES), family(trial))
    skus = [trial.sku(name) for name in CHOICES]
    assert [shelf.sku for shelf in shelves] == skus
    trial.rest()
    found = {shelf.sku: shelf for shelf in trial.channel.find(skus)}
    assert sorted(found) == sorted(skus)
    for name, sku in zip(CHOICES, skus, strict=True):
        shown = found[sku].shown
        draft = acts.face(trial, Shown("draft", quantity=len(name)))
        assert (shown.state, shown.price, shown.quantity) == (draft.state, 12900, draft.quantity)
    assert {shelf.sku for shelf in trial.channel.listings()} >= set(skus)
    assert sorted(s.external_id for s in shelves) == sorted(s.external_id for s in found.values())


def test_a_family_goes_live_and_each_is_stocked_by_itself(trial: Trial) -> None:
    shelves = live(trial, made(trial, list(CHOICES), family(trial)))
    assert {shelf.shown.state for shelf in shelves} == {"live"}
    changes = [
        SetStock(s.sku, s, quantity, backorders=False)
        for s, quantity in zip(shelves, (5, 0, 7, 2), strict=True)
    ]
    size = next(b.size for b in limits(trial).batches if SetStock in b.kinds)
    for start in range(0, len(changes), size):
        receipts = acts.answered(trial, changes[start : start + size])
        assert {receipt.outcome for receipt in receipts} == {"done"}, receipts
    now = [acts.afresh(trial, shelf) for shelf in shelves]
    assert [shelf.shown.quantity for shelf in now if shelf.shown.state == "live"] == (
        [5, 7, 2] if limits(trial).rests and now[1].shown.state != "live" else [5, 0, 7, 2]
    )


def test_each_variant_has_its_own_price(trial: Trial) -> None:
    first, second = live(trial, made(trial, list(CHOICES)[:2], family(trial, list(CHOICES)[:2])))
    acts.priced(trial, first, price=9900)
    assert acts.afresh(trial, second).shown.price == 12900
    assert acts.afresh(trial, first).shown.price == 9900


def test_a_variant_is_added_to_the_page_that_is_there(trial: Trial) -> None:
    names = list(CHOICES)
    shelves = live(trial, made(trial, names[:2], family(trial, names[:2])))
    [third] = made(trial, names[2:3], family(trial, names[:3]), shelves)
    assert third.sku == trial.sku(names[2])
    [third] = live(trial, [third]) if third.shown.state != "live" else [third]
    trial.rest()
    everyone = trial.channel.look([*shelves, third])
    assert [shelf.sku for shelf in everyone] == [trial.sku(name) for name in names[:3]]
    assert [s.shown.quantity for s in everyone] == [len(name) for name in names[:3]]
    if limits(trial).axes != 0 and "product" in third.handles:
        assert {shelf.handles["product"] for shelf in everyone} == {third.handles["product"]}


def test_what_people_put_on_the_page_stays(trial: Trial) -> None:
    """A page that is added to twice has everything of both times, with the stock that it had."""
    names = list(CHOICES)
    first = made(trial, names[:1], family(trial, names[:2]))
    second = made(trial, names[1:2], family(trial, names[:2]), first)
    third = made(trial, names[2:], family(trial), [*first, *second])
    trial.rest()
    everyone = trial.channel.look([*first, *second, *third])
    assert [shelf.sku for shelf in everyone] == [trial.sku(name) for name in names]


def test_shoppers_see_each_choice(staged: StagedShop) -> None:
    shelves = live(staged, made(staged, list(CHOICES), family(staged)))
    [none] = [shelf for shelf in shelves if shelf.sku == "OAK-SHELF-60-S"]
    acts.stocked(staged, none, 0) if not limits(staged).rests else acts.done(
        staged, SetStock(none.sku, none, 0, backorders=False)
    )
    staged.rest()
    front = staged.dialect.storefront
    assert front.item("OAK-SHELF-60-N").availability == "in stock"
    assert front.item("OAK-SHELF-60-S").availability in ("sold out", "gone")
    order = acts.order_of(staged.channel, staged.buy({"OAK-SHELF-80-S": 2}))
    assert [(line.sku, line.quantity) for line in order.lines] == [("OAK-SHELF-80-S", 2)]


def test_a_page_is_told_in_the_vendors_own_document(trial: Trial) -> None:
    page = family(trial)
    told = repr(channels.projected(trial.vendor, page))
    assert all(sku in told for sku in page.variants)
    assert channels.projected(trial.vendor, replace(page)) == channels.projected(trial.vendor, page)
