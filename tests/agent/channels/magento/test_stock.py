"""Stock in Magento: what can be bought, what is promised, and never the same piece twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import httpx
import pytest

from agent.channels.magento import LIMITS
from agent.errors import Refused
from agent.model.change import ConfirmShipment, SetPrice, SetStock
from agent.model.listing import Listing, Shown
from agent.model.order import Parcel
from simulator.channels.magento.dialect import Magento
from tests.agent.channels.scripted import said
from tests.contract import acts
from tests.contract.conftest import conforms
from tests.contract.shops import StagedShop
from tests.contract.test_variants import CHOICES, family, live, made
from tests.simulator.channels.magento.connector import Rest

SOURCE_ITEMS = "/inventory/source-items"


def sent(shop: StagedShop) -> Counter[str]:
    """The requests so far, by method and the end of their path."""
    return Counter(f"{r.method} {r.url.path.partition('/V1')[2]}" for r in shop.recorder.sent)


def set_to(shop: StagedShop, listing: Listing, quantity: int) -> None:
    acts.done(shop, SetStock(listing.sku, listing, quantity, backorders=False))


def test_what_can_be_bought_is_what_lies_there_less_what_orders_reserve(
    shop: StagedShop, people: Rest
) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=8)
    shop.buy({"RETRO-CLOCK": 3})
    assert people.held("RETRO-CLOCK") == {"default": (8, 1)}
    assert acts.afresh(shop, clock).shown.quantity == 5 == people.salable("RETRO-CLOCK")


def test_setting_stock_leaves_the_reserved_pieces_at_the_source(
    shop: StagedShop, people: Rest
) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=8)
    shop.buy({"RETRO-CLOCK": 3})
    set_to(shop, clock, 5)  # the ERP says 5: it has taken the order into account
    assert people.held("RETRO-CLOCK") == {"default": (8, 1)}
    assert people.salable("RETRO-CLOCK") == 5
    set_to(shop, clock, 0)
    assert people.held("RETRO-CLOCK") == {"default": (3, 0)}
    assert people.salable("RETRO-CLOCK") == 0


def test_a_parcel_that_people_sent_is_not_added_once_more(shop: StagedShop, people: Rest) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=8)
    number = acts.order_of(shop.channel, shop.buy({"RETRO-CLOCK": 3})).number
    shop.operate("ship_order", number=number)
    set_to(shop, clock, 5)
    assert people.salable("RETRO-CLOCK") == 5


def test_an_order_that_we_have_not_met_still_takes_its_pieces_off(
    shop: StagedShop, people: Rest
) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=8)
    acts.pulled(shop.channel, "")
    people.order({"RETRO-CLOCK": 3})
    set_to(shop, clock, 7)  # nobody who decided on 7 knows of the order
    assert people.salable("RETRO-CLOCK") == 4
    acts.pulled(shop.channel, "")
    set_to(shop, clock, 4)
    assert people.salable("RETRO-CLOCK") == 4


def test_a_started_agent_meets_the_orders_that_passed_before(
    shop: StagedShop, people: Rest
) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=8)
    shop.buy({"RETRO-CLOCK": 3})
    _, cursor = acts.pulled(shop.channel, "")
    shop.connect_again()
    acts.pulled(shop.channel, cursor)
    set_to(shop, clock, 4)
    assert people.salable("RETRO-CLOCK") == 4


def test_goods_written_off_before_shipping_reserve_nothing(shop: StagedShop, people: Rest) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=8)
    number = acts.order_of(shop.channel, shop.buy({"RETRO-CLOCK": 3})).number
    shop.operate("refund_order", number=number, items={"RETRO-CLOCK": 1}, to_stock=False)
    now = acts.afresh(shop, clock)
    assert now.shown.quantity == people.salable("RETRO-CLOCK")
    set_to(shop, now, 6)
    assert people.salable("RETRO-CLOCK") == 6


def test_a_variant_is_reserved_once_though_its_order_has_two_rows(shop: StagedShop) -> None:
    shelves = live(shop, made(shop, list(CHOICES), family(shop)))
    [shelf] = [x for x in shelves if x.sku == "OAK-SHELF-80-S"]
    shop.buy({shelf.sku: 2})
    before = shelf.shown.quantity
    assert before is not None
    assert acts.afresh(shop, shelf).shown.quantity == before - 2


def test_goods_sold_below_zero_ship_once_they_have_come(shop: StagedShop, people: Rest) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=1)
    acts.stocked(shop, clock, 0, backorders=True)
    order = acts.order_of(shop.channel, shop.buy({"RETRO-CLOCK": 3}))
    line = order.lines[0].remote_id
    sent = ConfirmShipment("k", order.remote_id, Parcel({line: 3}, "DPD", "TR-1"), {})
    acts.done(shop, sent)
    assert people.held("RETRO-CLOCK")["default"][0] == 0


def test_backorders_are_allowed_where_the_item_had_been_sold_out(
    shop: StagedShop, people: Rest
) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=1)
    none = acts.stocked(shop, clock, 0)
    on = acts.stocked(shop, none, 0, backorders=True)
    assert (on.shown.quantity, on.shown.backorders) == (0, True)
    assert people.get("/V1/inventory/is-product-salable/RETRO-CLOCK/1") is True


@pytest.mark.parametrize("count", [1, 500, 1000])
def test_price_and_stock_of_many_cost_two_calls_for_each_five_hundred(
    shop: StagedShop, people: Rest, count: int
) -> None:
    changes: list[SetPrice | SetStock] = []
    for number in range(count):
        people.product(f"MUG-{number:04}")
    found = list(shop.channel.listings())
    acts.pulled(shop.channel, "")
    for mug in found:
        price = replace(mug.shown, price=3990)
        changes += [SetPrice(mug.sku, mug, price), SetStock(mug.sku, mug, 7, backorders=False)]
    shop.recorder.sent.clear()
    size = next(batch.size for batch in LIMITS.batches if SetStock in batch.kinds)
    for start in range(0, len(changes), 2 * size):
        receipts = shop.channel.push(changes[start : start + 2 * size])
        assert {r.outcome for r in receipts} == {"done"}
    each = -(-count // 500)
    assert sent(shop) == {"POST /products/base-prices": each, f"POST {SOURCE_ITEMS}": each}


def test_a_shop_that_limits_input_gets_twenty_rows_at_a_time(
    shop: StagedShop, people: Rest
) -> None:
    for number in range(45):
        people.product(f"MUG-{number:02}")
    mugs = list(shop.channel.listings())
    acts.pulled(shop.channel, "")
    shop.operate("limit_input", on=True)
    for quantity in (7, 9):
        shop.recorder.sent.clear()
        changes = [SetStock(mug.sku, mug, quantity, backorders=False) for mug in mugs]
        assert {r.outcome for r in shop.channel.push(changes)} == {"done"}
    assert sent(shop)[f"POST {SOURCE_ITEMS}"] == 3
    assert {mug.shown.quantity for mug in shop.channel.listings()} == {9}


def test_a_source_that_does_not_exist_is_told_with_what_to_check() -> None:
    shop = StagedShop("magento", {"source": "warehouse-2"})
    clock = Listing("RETRO-CLOCK", "1", Shown("live", 12900, quantity=1))
    Rest(cast(Magento, shop.dialect), shop.world.transport()).product("RETRO-CLOCK")
    with pytest.raises(Refused) as refused:
        shop.channel.push([SetStock(clock.sku, clock, 3, backorders=False)])
    assert "Could not save Source Item" in refused.value.what
    assert refused.value.next == "check `source` in tally.yaml"
    shop.close()


def second_stock(people: Rest, *sources: str) -> None:
    """The website sells from a stock of its own, which these new sources serve."""
    channel = {"type": "website", "code": "base"}
    told = {"name": "Online", "extension_attributes": {"sales_channels": [channel]}}
    number = people.post("/V1/inventory/stocks", {"stock": told})
    for code in sources:
        source = {"source_code": code, "name": code, "enabled": True}
        people.post(
            "/V1/inventory/sources", {"source": source | {"country_id": "PL", "postcode": "00-001"}}
        )
    links = [{"stock_id": number, "source_code": code, "priority": 1} for code in sources]
    people.post("/V1/inventory/stock-source-links", {"links": links})


def test_a_source_of_our_own_is_set_and_read_and_shipped_from() -> None:
    shop = StagedShop("magento", {"source": "online"})
    people = Rest(cast(Magento, shop.dialect), shop.world.transport())
    second_stock(people, "online")
    clock = acts.live(shop, "RETRO-CLOCK", quantity=8)
    assert clock.shown.quantity == 8
    order = acts.order_of(shop.channel, shop.buy({"RETRO-CLOCK": 3}))
    five = acts.stocked(shop, clock, 5)
    assert five.shown.quantity == 5
    line = order.lines[0].remote_id
    parcel = Parcel({line: 3}, "DPD", "TR-1")
    acts.done(shop, ConfirmShipment("k", order.remote_id, parcel, {}))
    assert people.held("RETRO-CLOCK")["online"] == (5, 1)
    assert shop.channel.check().notes == ()
    shop.close()
    conforms(shop)


def test_sources_that_are_not_ours_are_told_of(shop: StagedShop, people: Rest) -> None:
    assert shop.channel.check().notes == ()
    second_stock(people, "online", "outlet")
    shop.connect_again()
    [note] = shop.channel.check().notes
    assert 'the website sells from online, outlet, not from "default"' in note
    shop.more["source"] = "online"
    shop.connect_again()
    [note] = shop.channel.check().notes
    assert "the website sells from outlet as well" in note


# -- Shops of before inventory sources --------------------------------------------------------------


@pytest.fixture
def old() -> StagedShop:
    """A shop that has stock items only."""
    return StagedShop("magento", {"stock": "items"})


def test_a_shop_without_sources_is_set_product_by_product(old: StagedShop) -> None:
    clock = acts.live(old, "RETRO-CLOCK", quantity=14)
    old.recorder.sent.clear()
    five = acts.stocked(old, clock, 5)
    assert (five.shown.quantity, five.shown.backorders) == (5, False)
    none = acts.stocked(old, five, 0, backorders=True)
    assert (none.shown.quantity, none.shown.backorders) == (0, True)
    assert not any("/inventory/" in request.url.path for request in old.recorder.sent)
    gone = Listing("NOBODY-HAS-THIS", "999", clock.shown)
    receipt = acts.told(old, SetStock(gone.sku, gone, 3, backorders=False))
    assert (receipt.outcome, receipt.again) == ("refused", True)
    old.close()


def test_a_shop_that_lacks_sources_is_found_out(shop: StagedShop) -> None:
    nothing = said({"message": "Request does not match any route."}, 404)
    shop.recorder.instead["/rest/all/V1/inventory/sources"] = nothing
    clock = acts.live(shop, "RETRO-CLOCK", quantity=14)
    assert acts.stocked(shop, clock, 5).shown.quantity == 5
    assert any("no inventory sources" in note for note in shop.channel.check().notes)


def test_a_shop_that_cannot_answer_for_many_skus_is_asked_one_by_one(shop: StagedShop) -> None:
    path = "/rest/all/V1/inventory/are-product-salable-for-requested-qty/"
    shop.recorder.instead[path] = httpx.Response(
        404, json={"message": "Request does not match any route."}
    )
    clock = acts.live(shop, "RETRO-CLOCK", quantity=14)
    on = acts.stocked(shop, clock, 5, backorders=True)
    assert (on.shown.quantity, on.shown.backorders) == (5, True)
    assert acts.stocked(shop, on, 4).shown.backorders is False


def skus(listings: Sequence[Listing]) -> list[str]:
    return [listing.sku for listing in listings]


def test_a_sku_with_a_comma_or_a_slash_is_found_and_set(shop: StagedShop) -> None:
    for name in ("A,B", "SET/2", "80%+"):
        listing = acts.live(shop, name, quantity=3)
        assert acts.stocked(shop, listing, 2).shown.quantity == 2
    assert sorted(skus(shop.channel.find(["A,B", "SET/2", "80%+"]))) == ["80%+", "A,B", "SET/2"]


def test_no_address_is_longer_than_web_servers_take(shop: StagedShop, people: Rest) -> None:
    for number in range(120):
        people.product(f"{'Ł' * 55}-{number:03}")
    found = list(shop.channel.listings())
    assert len(found) == 120
    assert len(shop.channel.look(found)) == len(shop.channel.find(skus(found))) == 120
    assert max(len(str(request.url)) for request in shop.recorder.sent) < 8000
