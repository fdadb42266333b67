"""What the shop shows: lists that leave something out, moves while they are read, searches that go on."""

from __future__ import annotations

import pytest

from agent.errors import ChannelError, Throttled
from simulator.faults import Fault
from tests.agent.channels.etsy.conftest import asked
from tests.contract.shops import StagedShop


def stocked(shop: StagedShop, items: int) -> list[str]:
    """So many listings that people have put up."""
    skus = [f"MUG-{number:03}" for number in range(items)]
    for sku in skus:
        shop.operate("make_listing", sku=sku, price="39.90", quantity=4)
    return skus


def test_a_list_that_leaves_one_out_is_read_again(shop: StagedShop) -> None:
    skus = stocked(shop, 5)
    shop.world.faults.add(Fault("omitted", "etsy", path="products", count=1))
    assert sorted(x.sku for x in shop.channel.listings()) == skus


def test_a_list_that_always_leaves_one_out_has_an_end(shop: StagedShop) -> None:
    stocked(shop, 3)
    shop.world.faults.add(Fault("omitted", "etsy", path="products"))
    assert list(shop.channel.listings()) == []
    assert len(asked(shop)) == 7  # five states, one of them three times


def test_what_sells_out_while_we_read_is_met_once(shop: StagedShop) -> None:
    skus = stocked(shop, 120)
    looked = shop.raw.listings()
    met = [next(looked).sku]
    shop.operate("edit_listing", sku="MUG-000", quantity=0, state="sold_out")
    met += [x.sku for x in looked]
    assert sorted(met) == skus


def test_a_search_stops_when_all_is_found_and_goes_on_where_it_was_stopped(
    shop: StagedShop,
) -> None:
    stocked(shop, 450)
    shop.operate("throttle", per_second=3)
    shop.channel.check()
    shop.rest()
    shop.recorder.sent.clear()
    with pytest.raises(Throttled):
        shop.raw.find(["MUG-000", "NOBODY-HAS-THIS"])
    assert len(asked(shop)) == 3
    [found] = shop.channel.find(["MUG-000", "NOBODY-HAS-THIS"])
    assert found.sku == "MUG-000"
    assert len(asked(shop)) == 1 + 5 + 3  # drafts, active in five pages, three more states
    shop.rest()
    shop.recorder.sent.clear()
    assert [x.sku for x in shop.channel.find(["MUG-449"])] == ["MUG-449"]
    assert len(asked(shop)) == 2  # drafts, and the newest of the active


def test_another_search_does_not_go_on_with_what_was_read_for_the_first(
    shop: StagedShop,
) -> None:
    stocked(shop, 250)
    shop.fail("503", path="*/listings", after=2)
    with pytest.raises(ChannelError):
        shop.raw.find(["NOBODY-HAS-THIS"])
    shop.operate("make_listing", sku="MUG-NEW", price="39.90", quantity=4)
    assert [x.sku for x in shop.channel.find(["MUG-NEW"])] == ["MUG-NEW"]


def test_one_that_is_gone_does_not_hide_the_others(shop: StagedShop) -> None:
    stocked(shop, 3)
    seen = list(shop.channel.listings())
    shop.operate("delete_listing", sku="MUG-001")
    shop.rest()
    shop.recorder.sent.clear()
    assert sorted(x.sku for x in shop.raw.look(seen)) == ["MUG-000", "MUG-002"]
    assert asked(shop) == [
        "GET listings/batch/inventory",
        "GET listings/batch",
        "GET listings/batch/inventory",
    ]


def test_what_was_nowhere_is_looked_for_among_the_drafts(shop: StagedShop) -> None:
    stocked(shop, 3)
    assert shop.channel.find(["RETRO-CLOCK"]) == []
    shop.recorder.sent.clear()
    assert shop.channel.find(["RETRO-CLOCK"]) == []
    assert len(asked(shop)) == 1
    shop.rest()
    shop.operate("make_listing", sku="RETRO-CLOCK", price="129.00", quantity=4)
    assert [x.sku for x in shop.channel.find(["RETRO-CLOCK"])] == ["RETRO-CLOCK"]
