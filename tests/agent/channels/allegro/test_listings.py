"""The shelf as it is read: over pages that move, leave out and repeat, and some of it afresh."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.channels.allegro import listings as shelf
from agent.errors import Unavailable
from simulator.channels import Goods
from simulator.faults import Fault
from tests.agent.channels.scripted import Scripted, said
from tests.contract.shops import StagedShop


def stocked(shop: StagedShop, count: int, start: int = 0) -> list[str]:
    """So many mugs on sale."""
    skus = [f"MUG-{n:04}" for n in range(start, start + count)]
    with shop.world.lock:
        shop.dialect.stock(
            [Goods(s, f"Stoneware coffee mug {s}", Decimal("39.90"), 8) for s in skus]
        )
    return skus


def test_a_large_shelf_is_read_in_few_requests(shop: StagedShop) -> None:
    skus = stocked(shop, 2100)
    shop.channel.check()
    before = len(shop.recorder.sent)
    assert sorted(listing.sku for listing in shop.channel.listings()) == skus
    assert len(shop.recorder.sent) - before <= 4  # 2,100 over pages of 1,000, and one without news


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of ten, so that a small shelf has several."""
    monkeypatch.setattr(shelf, "PAGE", 10)


@pytest.mark.usefixtures("short_pages")
@pytest.mark.parametrize("kind", ["omitted", "page twice"])
def test_what_a_list_leaves_out_or_repeats_is_met_all_the_same(shop: StagedShop, kind: str) -> None:
    skus = stocked(shop, 35)
    shop.channel.check()
    shop.world.faults.add(Fault(kind, "allegro", count=3, path=_path(kind)))
    assert sorted(listing.sku for listing in shop.channel.listings()) == skus


def _path(kind: str) -> str | None:
    return "/sale/offers" if kind == "page twice" else None


@pytest.mark.usefixtures("short_pages")
def test_offers_that_come_and_go_meanwhile_move_none_out_of_sight(shop: StagedShop) -> None:
    skus = stocked(shop, 35)
    looked = shop.raw.listings()
    met = [next(looked).sku for _ in range(10)]
    with shop.world.lock:
        gone = [shop.dialect.store.by_key("offer", sku) for sku in skus[:4]]
        for offer in gone:
            shop.dialect.shop.drop("offer", offer.id)
    more = stocked(shop, 3, start=35)
    met += [listing.sku for listing in looked]
    assert set(met) >= {*skus[4:], *more}
    assert len(met) == len(set(met))


def test_offers_are_asked_for_by_hundreds(shop: StagedShop) -> None:
    skus = stocked(shop, 250)
    listings = list(shop.channel.listings())
    before = len(shop.recorder.sent)
    assert len(shop.channel.look(listings)) == 250
    assert len(shop.recorder.sent) - before == 3
    assert [x.sku for x in shop.channel.find(skus)] == skus


def test_long_skus_make_no_address_too_long(shop: StagedShop) -> None:
    skus = [f"ŻYRANDOL-{n:03}-" + "ó" * 80 for n in range(100)]
    with shop.world.lock:
        shop.dialect.stock([Goods(s, "Brass chandelier old", Decimal("900"), 1) for s in skus])
    assert [x.sku for x in shop.channel.find(skus)] == skus
    assert max(len(str(request.url)) for request in shop.recorder.sent) < 8000


def test_an_offer_whose_sku_was_changed_is_another(shop: StagedShop) -> None:
    stocked(shop, 1)
    [mug] = shop.channel.listings()
    shop.operate("set_offer", sku="MUG-0000", external={"id": "MUG-RED"})
    assert shop.channel.look([mug]) == []
    assert [x.sku for x in shop.channel.listings()] == ["MUG-RED"]


def test_two_offers_of_one_sku_are_both_shown(shop: StagedShop) -> None:
    stocked(shop, 1)
    stocked(shop, 1)
    assert [x.sku for x in shop.channel.listings()] == ["MUG-0000", "MUG-0000"]
    assert len(shop.channel.find(["MUG-0000"])) == 2


def test_what_was_not_asked_for_is_no_answer(vendor: Scripted) -> None:
    row = {"id": "9", "name": "Mug", "publication": {"status": "ACTIVE"}, "external": None}
    vendor.answer = lambda _: said({"offers": [row], "totalCount": 1})
    channel = vendor.connect()
    [listing] = list(channel.listings())
    assert (listing.sku, listing.shown.quantity) == ("", None)
    vendor.answer = lambda _: said({"offers": [{**row, "id": "10"}], "totalCount": 1})
    with pytest.raises(Unavailable, match="was not asked for"):
        channel.look([listing])
