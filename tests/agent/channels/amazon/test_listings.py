"""All listings: paged through in a small shop, by report in a large one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from agent.errors import Preparing
from simulator.channels import Goods
from simulator.faults import Fault
from tests.agent.channels.scripted import Scripted, said
from tests.contract import acts
from tests.contract.shops import StagedShop

MANY = [f"MUG-{number:04}" for number in range(1040)]


@pytest.fixture
def large() -> Iterator[StagedShop]:
    """More mugs than a search reaches."""
    found = StagedShop("amazon")
    with found.world.lock:
        found.dialect.stock([Goods(sku, "Stoneware mug", Decimal("39.90"), 80) for sku in MANY])
    yield found
    found.close()


def searches(shop: StagedShop, since: int) -> int:
    return sum("identifiers" in str(r.url.query) for r in shop.recorder.sent[since:])


def test_a_large_shop_is_read_by_report_and_other_things_go_on_meanwhile(large: StagedShop) -> None:
    with pytest.raises(Preparing) as caught:
        list(large.raw.listings())
    assert caught.value.retry_after_s <= 60
    assert [x.sku for x in large.raw.find(MANY[:2])] == MANY[:2]
    assert sorted(x.sku for x in large.channel.listings()) == MANY


def test_only_what_the_report_shows_otherwise_is_looked_up_again(large: StagedShop) -> None:
    list(large.channel.listings())
    before = len(large.recorder.sent)
    large.operate("set_stock", sku=MANY[7], quantity=3)
    hidden = acts.in_state(large, large.channel.find([MANY[9]])[0], "hidden")
    large.operate("delete_listing", sku=MANY[11])
    before = len(large.recorder.sent)
    now = {x.sku: x for x in large.channel.listings()}
    assert searches(large, before) == 1
    assert now[MANY[7]].shown.quantity == 3
    assert now[MANY[9]] == hidden
    assert MANY[11] not in now
    assert len(now) == len(MANY) - 1
    before = len(large.recorder.sent)
    assert len(list(large.channel.listings())) == len(MANY) - 1
    assert searches(large, before) == 0


def test_a_sale_is_known_though_no_report_tells_it(large: StagedShop) -> None:
    [mug] = large.channel.find(MANY[:1])
    during = acts.priced(large, mug, price=3990, sale_price=2990)
    for _ in range(2):
        found = next(x for x in large.channel.listings() if x.sku == mug.sku)
        assert found == during


def test_a_report_that_fails_is_ordered_anew(large: StagedShop) -> None:
    large.world.faults.add(Fault("job failed", "amazon", count=1))
    with pytest.raises(Exception, match="FATAL"):
        list(large.channel.listings())
    assert sorted(x.sku for x in large.channel.listings()) == MANY


def test_heads_of_families_are_no_listings(shop: StagedShop) -> None:
    from tests.contract.test_variants import CHOICES, family, made

    made(shop, list(CHOICES), family(shop))
    shop.rest()
    assert {x.sku for x in shop.channel.listings()} == set(CHOICES)
    assert shop.channel.find(["OAK-SHELF"]) == []


def test_a_page_that_leads_to_itself_is_no_answer(scripted: Scripted) -> None:
    page = {"items": [], "numberOfResults": 40, "pagination": {"nextToken": "again"}}
    scripted.answer = lambda _: said(page)
    with pytest.raises(Exception, match="same page"):
        list(scripted.connect().listings())
