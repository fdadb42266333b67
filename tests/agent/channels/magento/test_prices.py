"""Prices and sales in Magento: rows that are refused alone, dates that stay unless they are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from agent.channels.magento import mapping
from agent.channels.magento.mapping import Stock
from agent.errors import Refused
from agent.model.change import SetPrice, SetStock
from agent.model.listing import Listing, Shown
from tests.agent.channels.scripted import Scripted, said
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.simulator.channels.magento.connector import Rest

WARSAW = ZoneInfo("Europe/Warsaw")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOCK = Listing("RETRO-CLOCK", "1", Shown("live", 12900, quantity=3))


def sale(shop: StagedShop, listing: Listing, **dates: datetime) -> Listing:
    return acts.priced(shop, listing, price=12900, sale_price=9900, **dates)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2026, 3, 9, 23, tzinfo=UTC), "2026-03-09 00:00:00"),  # midnight in Warsaw
        (datetime(2026, 3, 29, 1, tzinfo=UTC), "2026-03-28 03:00:00"),  # the hour that is left out
        (datetime(2026, 10, 25, 0, tzinfo=UTC), "2026-10-24 02:00:00"),  # the first of two hours
        (datetime(2026, 3, 9, 12, 0, 0, 1, tzinfo=UTC), "2026-03-08 13:00:01"),
    ],
    ids=["winter", "clocks forward", "clocks back", "a fraction"],
)
def test_a_sale_is_told_to_end_a_day_early_in_the_shops_own_time(
    moment: datetime, told: str
) -> None:
    shown = Shown("live", 12900, sale_price=9900, sale_from=NOON, sale_until=moment)
    row = mapping.sale_row(SetPrice("RETRO-CLOCK", CLOCK, shown), "PLN", WARSAW)
    assert row == {
        "price": 99.0,
        "store_id": 0,
        "sku": "RETRO-CLOCK",
        "price_from": "2026-03-02 13:00:00",
        "price_to": told,
    }


@pytest.mark.parametrize("month", range(1, 13))
def test_sale_dates_come_back_as_they_went(month: int) -> None:
    begins = datetime(2026, month, 28, 21, 30, tzinfo=UTC)
    shown = Shown("live", 12900, sale_price=9900, sale_from=begins, sale_until=begins + 3 * DAY)
    first, last = mapping.dates(shown, WARSAW)
    custom = {"special_price": "99.000000", "special_from_date": first, "special_to_date": last}
    row = {
        "id": 1,
        "sku": "RETRO-CLOCK",
        "name": "Clock",
        "price": 129,
        "status": 1,
        "custom_attributes": [
            {"attribute_code": code, "value": value} for code, value in custom.items()
        ],
    }
    found = mapping.listing(row, Stock(3), "PLN", WARSAW)
    assert replace(found.shown, quantity=None, title=None) == shown


DAY = timedelta(days=1)


def test_a_price_as_php_prints_it_is_what_it_was() -> None:
    row = {"id": 1, "sku": "A", "name": "A", "price": 29.949999999999999, "status": 1}
    assert mapping.listing(row, Stock(), "PLN", WARSAW).shown.price == 2995


def test_a_date_that_is_no_longer_wanted_goes(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", price=12900)
    begins = shop.now().replace(microsecond=0) + DAY
    dated = sale(shop, clock, sale_from=begins, sale_until=begins + 7 * DAY)
    assert dated.shown.sale_until == begins + 7 * DAY
    from_then_on = sale(shop, dated, sale_from=begins)
    assert (from_then_on.shown.sale_from, from_then_on.shown.sale_until) == (begins, None)
    assert acts.priced(shop, from_then_on, price=12900).shown == clock.shown


def test_a_sale_that_people_changed_meanwhile_ends_too(shop: StagedShop, people: Rest) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", price=12900)
    on_sale = sale(shop, clock, sale_from=NOON, sale_until=NOON + 7 * DAY)
    row = {"sku": "RETRO-CLOCK", "store_id": 0, "price": 79, "price_from": "2026-03-04 00:00:00"}
    people.post("/V1/products/special-price", {"prices": [row]})
    acts.priced(shop, on_sale, price=12900)
    assert acts.afresh(shop, clock).shown == clock.shown


def test_a_row_of_an_unknown_sku_spoils_no_other_and_none_of_its_own_stock(
    shop: StagedShop, people: Rest
) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", price=12900)
    gone = replace(clock, sku="NOBODY-HAS-THIS")
    shown = replace(clock.shown, price=13900)
    receipts = shop.channel.push(
        [
            SetPrice(gone.sku, gone, shown),
            SetStock(gone.sku, gone, 3, backorders=False),
            SetPrice(clock.sku, clock, shown),
            SetStock(clock.sku, clock, 3, backorders=False),
        ]
    )
    assert [(r.outcome, r.again) for r in receipts] == [("refused", True)] * 2 + [
        ("done", False)
    ] * 2
    assert "NOBODY-HAS-THIS" in receipts[0].words
    assert people.held("NOBODY-HAS-THIS") == {}
    now = acts.afresh(shop, clock).shown
    assert (now.price, now.quantity) == (13900, 3)


def test_a_fault_that_names_no_sku_is_looked_for_by_halving(scripted: Scripted) -> None:
    """The vendor says only "Invalid attribute Price = -1." of a price below zero."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/store/websites"):
            return said([{"id": 1, "code": "base"}])
        if request.url.path.endswith("/store/storeConfigs"):
            config = {"id": 1, "website_id": 1, "base_currency_code": "PLN"}
            return said([{**config, "timezone": "Europe/Warsaw"}])
        fault = {"message": "Invalid attribute %fieldName = %fieldValue."}
        return said([{**fault, "parameters": ["Price", "-1"]}])

    scripted.answer = answer
    channel = scripted.connect()
    other = replace(CLOCK, sku="OAK-SHELF-80")
    changes = [SetPrice(x.sku, x, x.shown) for x in (CLOCK, other)]
    with pytest.raises(Refused, match="Invalid attribute Price = -1"):
        channel.push(changes)
    [receipt] = channel.push(changes[:1])
    assert (receipt.outcome, receipt.words) == ("refused", "Invalid attribute Price = -1.")
    assert receipt.next
