"""Changes of listings: a few by themselves, many in a feed, and what becomes of either."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.channels.amazon import LIMITS
from agent.errors import Throttled
from agent.model.change import CreateListing, ListingChange, SetPrice, SetState, SetStock
from agent.model.listing import Details, Listing, Shown
from simulator.channels import Goods
from simulator.faults import Fault
from tests.contract import acts
from tests.contract.shops import BUYER, StagedShop

MUGS = [f"MUG-{number:03}" for number in range(40)]


def on_the_shelf(shop: StagedShop, skus: Sequence[str] = MUGS) -> list[Listing]:
    """Mugs that are for sale."""
    with shop.world.lock:
        shop.dialect.stock([Goods(sku, "Stoneware mug", Decimal("39.90"), 80) for sku in skus])
    return shop.channel.find(skus)


def sent(shop: StagedShop, since: int) -> list[tuple[str, str]]:
    return [(r.method, r.url.path.split("/")[1]) for r in shop.recorder.sent[since:]]


def stock(mug: Listing, quantity: int) -> SetStock:
    return SetStock(mug.sku, mug, quantity, backorders=False)


def attributes(shop: StagedShop, sku: str) -> dict[str, Any]:
    with shop.world.lock:
        found = shop.dialect.catalogue.find(sku)  # type: ignore[attr-defined]
        return dict(found.body["attributes"])


def edited(shop: StagedShop, sku: str, name: str, **fields: Any) -> None:
    """People have put something into an attribute by hand."""
    with shop.world.lock, shop.dialect.at_work():  # type: ignore[attr-defined]
        catalogue = shop.dialect.catalogue  # type: ignore[attr-defined]
        patch = {"op": "merge", "path": f"/attributes/{name}", "value": [fields]}
        catalogue.apply(sku, {"sort": "patch", "product_type": "PRODUCT", "patches": [patch]})


def test_price_and_stock_of_many_travel_in_one_feed_of_five_requests(shop: StagedShop) -> None:
    mugs = on_the_shelf(shop)
    before = len(shop.recorder.sent)
    changes: list[ListingChange] = [stock(mug, 79) for mug in mugs]
    changes += [SetPrice(mug.sku, mug, replace(mug.shown, price=4290)) for mug in mugs]
    receipts = acts.answered(shop, changes)
    assert {r.outcome for r in receipts} == {"done"}
    told = [one for one in sent(shop, before) if one != ("GET", "auth")]
    polls = [
        r for r in shop.recorder.sent[before:] if "/feeds/" in r.url.path and r.method == "GET"
    ]
    work = [r for r in polls if "/documents/" not in r.url.path]
    assert len(told) - len(work) == 5
    assert {(x.shown.price, x.shown.quantity) for x in shop.channel.find(MUGS)} == {(4290, 79)}
    feed = next(r for r in shop.recorder.sent[before:] if r.method == "PUT")
    message = json.loads(feed.content)["messages"][0]
    assert [patch["op"] for patch in message["patches"]] == ["merge", "merge"]


def test_a_few_are_told_by_themselves_and_show_later(shop: StagedShop) -> None:
    [mug] = on_the_shelf(shop, MUGS[:1])
    receipt = shop.channel.push([stock(mug, 5)])[0]
    assert receipt.outcome == "working"
    assert shop.channel.finished(receipt.job, [mug.sku]) is None
    assert shop.channel.find([mug.sku])[0].shown.quantity == 80  # accepted is not shown
    shop.pass_time(timedelta(minutes=3))
    ended = shop.channel.finished(receipt.job, [mug.sku])
    assert ended is not None
    assert ended.done == {mug.sku}
    assert ended.listings[0].shown.quantity == 5


def test_several_submissions_are_looked_for_in_one_search(shop: StagedShop) -> None:
    mugs = on_the_shelf(shop, MUGS[:5])
    receipts = shop.channel.push([stock(mug, 5) for mug in mugs])
    for receipt in receipts:
        assert shop.channel.finished(receipt.job, [receipt.change.sku]) is None  # type: ignore[union-attr]
    shop.pass_time(timedelta(minutes=3))
    before = len(shop.recorder.sent)
    for receipt in receipts:
        assert shop.channel.finished(receipt.job, [receipt.change.sku])  # type: ignore[union-attr]
    assert len(shop.recorder.sent) - before == 1


def test_what_shows_something_else_in_the_end_is_looked_at(shop: StagedShop) -> None:
    [mug] = on_the_shelf(shop, MUGS[:1])
    receipt = shop.channel.push([stock(mug, 5)])[0]
    shop.pass_time(timedelta(minutes=3))
    with shop.world.lock:
        shop.dialect.storefront.buy({mug.sku: 1}, BUYER)
    assert shop.channel.finished(receipt.job, [mug.sku]) is None
    shop.pass_time(timedelta(minutes=15))
    ended = shop.channel.finished(receipt.job, [mug.sku])
    assert ended is not None
    assert (ended.done, ended.refused) == (frozenset(), {})


def test_handling_time_and_discounts_for_quantities_stay(shop: StagedShop) -> None:
    [mug] = on_the_shelf(shop, MUGS[:1])
    plan = [{"schedule": [{"discount_type": "PERCENT", "levels": []}]}]
    edited(shop, mug.sku, "purchasable_offer", quantity_discount_plan=plan)
    edited(
        shop,
        mug.sku,
        "fulfillment_availability",
        fulfillment_channel_code="DEFAULT",
        lead_time_to_ship_max_days=4,
    )
    begins = shop.now().replace(microsecond=0) + timedelta(days=1)
    window = {"sale_from": begins, "sale_until": begins + timedelta(days=7)}
    during = acts.priced(shop, mug, price=3990, sale_price=2990, **window)
    during = acts.stocked(shop, during, 0)
    after = acts.priced(shop, during, price=3990)
    assert after.shown.sale_price is None
    now = attributes(shop, mug.sku)
    assert now["purchasable_offer"][0]["quantity_discount_plan"] == plan
    assert "discounted_price" not in now["purchasable_offer"][0]
    assert now["fulfillment_availability"][0]["lead_time_to_ship_max_days"] == 4
    assert now["fulfillment_availability"][0]["quantity"] == 0


def test_a_sale_without_an_end_has_a_far_one_at_amazon(shop: StagedShop) -> None:
    [mug] = on_the_shelf(shop, MUGS[:1])
    during = acts.priced(shop, mug, price=3990, sale_price=2990)
    assert (during.shown.sale_price, during.shown.sale_from, during.shown.sale_until) == (
        2990,
        None,
        None,
    )
    schedule = attributes(shop, mug.sku)["purchasable_offer"][0]["discounted_price"][0]["schedule"]
    assert {"start_at", "end_at"} <= schedule[0].keys()


def test_only_the_change_that_is_to_blame_is_refused(shop: StagedShop) -> None:
    [mug] = on_the_shelf(shop, MUGS[:1])
    changes = [SetPrice(mug.sku, mug, replace(mug.shown, price=0)), stock(mug, 5)]
    bad, good = acts.answered(shop, changes)
    assert (bad.outcome, good.outcome) == ("refused", "done")
    assert "greater than 0" in bad.words
    assert bad.next
    assert acts.afresh(shop, mug).shown.quantity == 5


def test_a_bad_message_in_a_feed_spoils_no_other(shop: StagedShop) -> None:
    mugs = on_the_shelf(shop)
    changes: list[ListingChange] = [stock(mug, 79) for mug in mugs]
    changes.append(SetPrice(mugs[3].sku, mugs[3], replace(mugs[3].shown, price=0)))
    receipts = acts.answered(shop, changes)
    assert [r.outcome for r in receipts].count("done") == len(mugs) - 1
    assert receipts[-1].outcome == "refused"
    assert "greater than 0" in receipts[-1].words
    assert receipts[3].outcome == "in_doubt"  # Amazon takes a message whole or not at all: look


def test_a_price_out_of_the_sellers_own_bounds_is_refused_when_amazon_says_so(
    shop: StagedShop,
) -> None:
    [mug] = on_the_shelf(shop, MUGS[:1])
    bound = [{"schedule": [{"value_with_tax": 35}]}]
    edited(shop, mug.sku, "purchasable_offer", minimum_seller_allowed_price=bound)
    receipt = acts.told(shop, SetPrice(mug.sku, mug, replace(mug.shown, price=1990)))
    assert receipt.outcome == "refused"
    assert "minimum" in receipt.words
    assert "Pricing" in receipt.next


def test_a_sku_that_amazon_does_not_know_is_never_patched(shop: StagedShop) -> None:
    [mug] = on_the_shelf(shop, MUGS[:1])
    shop.operate("delete_listing", sku=mug.sku)
    receipt = shop.channel.push([stock(mug, 5)])[0]
    assert (receipt.outcome, receipt.again) == ("refused", True)
    assert not [r for r in shop.recorder.sent if r.method == "PATCH"]


def test_goods_in_amazons_own_warehouse_are_left_alone(shop: StagedShop) -> None:
    [mug] = on_the_shelf(shop, MUGS[:1])
    shop.operate("send_to_amazon", sku=mug.sku, quantity=30)
    [there] = shop.channel.find([mug.sku])
    assert there.shown.quantity is None
    receipt = shop.channel.push([stock(there, 5)])[0]
    assert (receipt.outcome, receipt.again) == ("refused", False)
    assert "Amazon counts" in receipt.words


def test_hidden_keeps_the_price_and_is_no_longer_sold(shop: StagedShop) -> None:
    [mug] = on_the_shelf(shop, MUGS[:1])
    hidden = acts.in_state(shop, mug, "hidden")
    assert (hidden.shown.state, hidden.shown.price) == ("hidden", 3990)
    with shop.world.lock:
        assert shop.dialect.storefront.item(mug.sku).availability == "gone"


def test_skus_of_any_letters_are_told(shop: StagedShop) -> None:
    odd = ["MUG/BLUE #1", "MUG, large", "MUG%2F", "Śnieżka 50%"]
    mugs = on_the_shelf(shop, odd)
    assert {mug.sku for mug in mugs} == set(odd)
    receipts = acts.answered(shop, [stock(mug, 7) for mug in mugs])
    assert {r.outcome for r in receipts} == {"done"}
    assert {x.shown.quantity for x in shop.channel.find(odd)} == {7}


def test_when_no_feed_may_be_sent_what_sells_out_goes_by_itself(shop: StagedShop) -> None:
    mugs = on_the_shelf(shop)
    for quantity in (79, 78, 77, 76, 75):
        shop.raw.push([stock(mug, quantity) for mug in mugs])
    more = [stock(mug, 90) for mug in mugs]
    with pytest.raises(Throttled):
        shop.raw.push(more)
    receipts = shop.raw.push([*more[1:], stock(mugs[0], 0)])
    by_sku = {r.change.sku: r for r in receipts}  # type: ignore[union-attr]
    assert by_sku[mugs[0].sku].outcome == "working"
    assert {r.outcome for sku, r in by_sku.items() if sku != mugs[0].sku} == {"unsent"}


def test_a_feed_that_fails_as_a_whole_says_nothing_of_any(shop: StagedShop) -> None:
    mugs = on_the_shelf(shop)
    shop.world.faults.add(Fault("job failed", "amazon", count=1))
    receipt = shop.channel.push([stock(mug, 5) for mug in mugs])[0]
    shop.rest()
    ended = shop.channel.finished(receipt.job, [mug.sku for mug in mugs])
    assert ended is not None
    assert ended.failed is not None
    assert "FATAL" in ended.failed.words


def test_a_feed_that_amazon_no_longer_knows_is_looked_at(shop: StagedShop) -> None:
    ended = shop.channel.finished("feed 1", ["MUG-001"])
    assert ended is not None
    assert (ended.done, ended.failed) == (frozenset(), None)


def test_a_new_listing_needs_decisions_and_writes_over_nothing(shop: StagedShop) -> None:
    undecided = shop.connect(shop.secrets(), {"product_type": None, "brand": ""})
    news = CreateListing("OAK-BENCH", Shown("draft", 24900, quantity=3), Details("Oak bench"))
    receipt = undecided.push([news])[0]
    assert receipt.outcome == "refused"
    assert "product_type" in receipt.next
    undecided.close()
    [mug] = on_the_shelf(shop, MUGS[:1])
    taken = shop.channel.push([CreateListing(mug.sku, mug.shown, Details("Another mug"))])[0]
    assert (taken.outcome, taken.again) == ("refused", True)
    assert taken.listing == mug
    assert acts.afresh(shop, mug) == mug


def test_a_batch_may_be_as_large_as_a_feed() -> None:
    one = next(b for b in LIMITS.batches if SetStock in b.kinds)
    assert one.size == 25_000
    assert {SetStock, SetPrice, SetState} <= one.kinds
