"""Pulling orders from Magento: none is left out, whatever its list does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx

from agent.channels.magento.orders import PAGE
from simulator.faults import Fault
from tests.agent.channels.scripted import Scripted, said
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.simulator.channels.magento.connector import Rest


def test_more_orders_of_one_second_than_a_page_holds_all_come(
    shop: StagedShop, people: Rest
) -> None:
    acts.live(shop, "RETRO-CLOCK", quantity=5000)
    made = {str(people.order({"RETRO-CLOCK": 1})) for _ in range(2 * PAGE + 30)}
    found, cursor = acts.pulled(shop.channel, "")
    assert set(found) == made
    shop.pass_time(timedelta(hours=1))
    later = {str(people.order({"RETRO-CLOCK": 1})) for _ in range(3)}
    again, _ = acts.pulled(shop.channel, cursor)
    assert later <= set(again)


def test_an_order_that_a_list_left_out_comes_with_the_next_round(
    shop: StagedShop, people: Rest
) -> None:
    acts.live(shop, "RETRO-CLOCK", quantity=50)
    first = str(people.order({"RETRO-CLOCK": 1}))
    second = str(people.order({"RETRO-CLOCK": 1}))
    shop.world.faults.add(Fault("omitted", "magento", path="orders", count=1))
    found, cursor = acts.pulled(shop.channel, "")
    assert set(found) == {second}
    again, _ = acts.pulled(shop.channel, cursor)
    assert first in again


def test_what_does_not_move_an_orders_time_is_seen_by_the_sweep(
    shop: StagedShop, people: Rest
) -> None:
    acts.live(shop, "RETRO-CLOCK", quantity=50)
    number = str(people.order({"RETRO-CLOCK": 2}))
    found, cursor = acts.pulled(shop.channel, "")
    shop.operate(
        "change_address", number=found[number].number, fields={"city": "Kraków"}
    )  # the vendor keeps the order's time
    for minutes in (15, 30):
        shop.pass_time(timedelta(minutes=minutes))
        again, cursor = acts.pulled(shop.channel, cursor)
    people.order({"RETRO-CLOCK": 1})
    shop.pass_time(timedelta(minutes=30))
    again, cursor = acts.pulled(shop.channel, cursor)
    assert again[number].shipping.city == "Kraków"


def test_an_edited_order_is_cancelled_and_names_the_one_that_stands_for_it(
    shop: StagedShop, people: Rest
) -> None:
    acts.live(shop, "RETRO-CLOCK", quantity=50)
    number = str(people.order({"RETRO-CLOCK": 2}))
    old = acts.order_of(shop.channel, number)
    shop.operate("edit_order", number=old.number, items={"RETRO-CLOCK": 1})
    found, _ = acts.pulled(shop.channel, "")
    assert found[number].state == "cancelled"
    [new] = [order for order in found.values() if order.state == "open"]
    assert ("original_number", old.number) in new.references


# -- A vendor that says what a test wants -----------------------------------------------------------


def row(number: int, changed: str = "2026-03-02 11:00:00", **more: Any) -> dict[str, Any]:
    """An order of one piece, as the vendor gives it."""
    item = {
        "item_id": number,
        "sku": "RETRO-CLOCK",
        "name": "Retro wall clock",
        "product_type": "simple",
        "qty_ordered": 1,
        "row_total": 10,
        "tax_amount": 2.3,
    }
    return {
        "entity_id": number,
        "increment_id": f"{number:09}",
        "state": "processing",
        "created_at": "2026-03-02 10:00:00",
        "updated_at": changed,
        "order_currency_code": "PLN",
        "grand_total": 12.3,
        "total_paid": 12.3,
        "items": [item],
        **more,
    }


class Shop:
    """A shop with one website and these orders, which lists only what its filters ask for."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = list(rows)
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/store/websites"):
            return said([{"id": 1, "code": "base"}])
        asked = dict(request.url.params)
        self.asked.append(asked)
        found = [one for one in self.rows if all(_passes(one, *f) for f in _filters(asked))]
        found.sort(key=lambda one: (one["updated_at"], one["entity_id"]))
        if "updated_at" not in asked.get("searchCriteria[sortOrders][0][field]", ""):
            found.sort(key=lambda one: one["entity_id"])
        size = int(asked["searchCriteria[pageSize]"])
        return said({"items": found[:size], "total_count": len(found)})


def _filters(asked: dict[str, str]) -> list[tuple[str, str, str]]:
    heads = {key.rpartition("[")[0] for key in asked if "[filters]" in key}
    names = ("[field]", "[condition_type]", "[value]")
    return [tuple(asked[head + name] for name in names) for head in heads]  # type: ignore[misc]


def _passes(one: dict[str, Any], field: str, condition: str, value: str) -> bool:
    has = one[field]
    if condition == "in":
        return str(has) in value.split(",")
    told = type(has)(value)
    return bool({"gt": has > told, "gteq": has >= told, "lteq": has <= told}[condition])


def test_a_clock_that_ran_ahead_hides_no_order_after_it_was_set_right(scripted: Scripted) -> None:
    shop = Shop(row(1), row(2, "2027-01-01 00:00:00"))
    scripted.answer = shop
    channel = scripted.connect()
    found, cursor = acts.pulled(channel, "")
    assert set(found) == {"1", "2"}
    scripted.clock.pass_time(minutes=2)
    shop.rows.append(row(3, "2026-03-02 12:01:30"))
    again, _ = acts.pulled(channel, cursor)
    assert "3" in again


def test_a_whole_page_from_the_future_comes_to_an_end(scripted: Scripted) -> None:
    scripted.answer = Shop(*(row(n, "2027-01-01 00:00:00") for n in range(1, PAGE + 3)))
    channel = scripted.connect()
    found, cursor = acts.pulled(channel, "")
    assert len(found) == PAGE + 2
    again, _ = acts.pulled(channel, cursor)
    assert len(again) == PAGE + 2


def test_one_order_that_is_not_as_documented_spoils_no_other(scripted: Scripted) -> None:
    scripted.answer = Shop(row(1), row(2, grand_total="gratis"), row(3, items={"a": 1}))
    found, _ = acts.pulled(scripted.connect(), "")
    assert found["1"].total == 1230
    assert found["2"].lines == ()
    assert found["2"].note == 'not as the vendor documents: grand_total is not a number: "gratis"'
    assert "items is not a list of objects" in found["3"].note


def test_a_cursor_is_plain_text_and_begins_again_some_minutes_before(scripted: Scripted) -> None:
    shop = Shop(row(1, "2026-03-02 11:30:00"))
    scripted.answer = shop
    channel = scripted.connect()
    page = channel.orders("")
    assert json.loads(page.cursor)["seen"] == "2026-03-02T11:30:00+00:00"
    assert not page.more
    channel.orders(page.cursor)
    values = [v for k, v in shop.asked[-1].items() if k.endswith("[value]")]
    assert values == ["2026-03-02 11:20:00"]


def test_a_shop_of_several_websites_gives_the_orders_of_ours(scripted: Scripted) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/store/websites"):
            return said([{"id": 1, "code": "base"}, {"id": 2, "code": "b2b"}])
        if request.url.path.endswith("/store/storeViews"):
            views = ((1, 1), (2, 2), (3, 2), (0, 0))
            return said([{"id": view, "website_id": site} for view, site in views])
        return shop(request)

    shop = Shop(row(1, store_id=1), row(2, store_id=2), row(3, store_id=3))
    scripted.answer = answer
    found, _ = acts.pulled(scripted.connect(website="b2b"), "")
    assert set(found) == {"2", "3"}
