"""The journal of orders: pages, seconds that hold more than a page, lists that leave something out."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx

from agent.channels.etsy.orders import Cursor
from simulator.faults import Fault
from tests.agent.channels.etsy.test_mapping_orders import receipt
from tests.agent.channels.scripted import Scripted, said
from tests.contract import acts
from tests.contract.shops import BUYER, StagedShop

START = 1_772_442_000


class Receipts:
    """A vendor's list of receipts: `rows` are {number: (second placed, second changed)}."""

    def __init__(self, rows: dict[int, tuple[int, int]]) -> None:
        self.rows = rows
        self.hidden: set[int] = set()
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = dict(request.url.params)
        self.asked.append(asked)
        by = 1 if asked["sort_on"] == "updated" else 0
        least = int(asked.get("min_last_modified") or asked.get("min_created") or 0)
        found = sorted((at[by], n, at) for n, at in self.rows.items() if at[by] >= least)
        offset, limit = int(asked["offset"]), int(asked["limit"])
        rows = [
            receipt(receipt_id=n, created_timestamp=at[0], updated_timestamp=at[1])
            for _, n, at in found[offset : offset + limit]
            if n not in self.hidden
        ]
        return said({"count": len(found), "results": rows})


def pulled(scripted: Scripted, cursor: str) -> tuple[list[int], str]:
    """The numbers of a whole round, and the cursor after it."""
    channel = scripted.connect()
    found: list[int] = []
    for _ in range(50):
        scripted.rest()
        page = channel.orders(cursor)
        found += [int(order.remote_id) for order in page.orders]
        assert page.cursor != cursor or not page.more
        cursor = page.cursor
        if not page.more:
            return found, cursor
    raise AssertionError("the pages never end")


def test_pages_go_by_time_and_nothing_is_left_out(scripted: Scripted) -> None:
    scripted.answer = vendor = Receipts({n: (START + n, START + n) for n in range(1, 351)})
    found, cursor = pulled(scripted, "")
    assert sorted(set(found)) == list(range(1, 351))
    assert len(vendor.asked) == 4
    again, _ = pulled(scripted, cursor)
    assert max(again) == 350
    assert min(again) == 50  # the overlap of five minutes


def test_a_second_that_holds_more_than_a_page_is_read_by_offset(scripted: Scripted) -> None:
    scripted.answer = vendor = Receipts(dict.fromkeys(range(1, 251), (START, START)))
    found, _ = pulled(scripted, "")
    assert sorted(set(found)) == list(range(1, 251))
    assert [asked["offset"] for asked in vendor.asked] == ["0", "0", "100", "200"]


def test_two_orders_in_one_second_at_a_pages_edge_both_come(scripted: Scripted) -> None:
    rows = {n: (START + n, START + n) for n in range(1, 100)}
    scripted.answer = Receipts(
        {**rows, 100: (START + 99, START + 99), 101: (START + 99, START + 99)}
    )
    found, _ = pulled(scripted, "")
    assert {99, 100, 101} <= set(found)


def test_an_order_that_changes_while_we_read_comes_at_the_end(scripted: Scripted) -> None:
    rows = {n: (START + n, START + n) for n in range(1, 151)}
    scripted.answer = Receipts(rows)
    channel = scripted.connect()
    page = channel.orders("")
    assert page.more
    rows[5] = (START + 5, START + 900)
    later = channel.orders(page.cursor)
    numbers = [int(order.remote_id) for order in later.orders]
    assert numbers[-1] == 5
    assert set(range(101, 151)) <= set(numbers)


def test_what_a_list_leaves_out_is_asked_for_again_and_then_swept_up(scripted: Scripted) -> None:
    rows = {n: (START + n * 400, START + n * 400) for n in range(1, 6)}
    scripted.answer = vendor = Receipts(rows)
    vendor.hidden = {2}
    found, cursor = pulled(scripted, "")
    assert 2 not in found
    vendor.hidden = set()
    found, cursor = pulled(scripted, cursor)
    assert 2 in found  # the round is made again, because a row was missing


def test_a_list_that_always_leaves_one_out_does_not_keep_us_for_ever(scripted: Scripted) -> None:
    rows = {n: (START + n * 400, START + n * 400) for n in range(1, 30)}
    scripted.answer = vendor = Receipts(rows)
    vendor.hidden = {2}
    cursor = ""
    for _ in range(5):
        _, cursor = pulled(scripted, cursor)
    vendor.asked.clear()
    pulled(scripted, cursor)
    assert int(vendor.asked[0]["min_last_modified"]) == START + 29 * 400 - 300
    vendor.hidden = set()
    scripted.clock.time += timedelta(hours=7)
    found, _ = pulled(scripted, cursor)
    assert 2 in found  # by the sweep over the last days


def test_a_sweep_comes_every_six_hours_and_ends(scripted: Scripted) -> None:
    rows = {n: (START + n, START + n) for n in range(1, 251)}
    scripted.answer = vendor = Receipts(rows)
    _, cursor = pulled(scripted, "")
    vendor.asked.clear()
    pulled(scripted, cursor)
    assert {asked["sort_on"] for asked in vendor.asked} == {"updated"}
    scripted.clock.time += timedelta(hours=6)
    _, cursor = pulled(scripted, cursor)
    assert [a["offset"] for a in vendor.asked if a["sort_on"] == "created"] == ["0", "100", "200"]
    vendor.asked.clear()
    pulled(scripted, cursor)
    assert {asked["sort_on"] for asked in vendor.asked} == {"updated"}


def test_a_vendors_clock_that_is_wrong_loses_nothing(scripted: Scripted) -> None:
    ahead = int(scripted.clock.now().timestamp()) + 40 * 86_400
    rows = {1: (ahead, ahead)}
    scripted.answer = Receipts(rows)
    _, cursor = pulled(scripted, "")
    rows[2] = (ahead + 60, ahead + 60)
    found, _ = pulled(scripted, cursor)
    assert 2 in found


def test_an_empty_shop_has_an_end(scripted: Scripted) -> None:
    scripted.answer = Receipts({})
    assert pulled(scripted, "")[0] == []


def test_an_order_that_cannot_be_read_stops_no_other_and_is_for_a_person_to_see(
    scripted: Scripted,
) -> None:
    odd = {**receipt(), "grandtotal": None, "updated_timestamp": "now"}
    rows = [odd, receipt(receipt_id=3502)]
    scripted.answer = lambda _: said({"count": 2, "results": rows})
    sick, well = scripted.connect().orders("").orders
    assert (sick.remote_id, sick.lines) == ("3501", ())
    assert sick.note == "not as the vendor documents: grandtotal has no currency: None"
    assert sick.modified_at < well.modified_at
    assert len(well.lines) == 1


def test_a_cursor_is_text_that_is_read_back(scripted: Scripted) -> None:
    cursor = Cursor(after=5, offset=100, seen=9, short=1, lacks=True, swept=7, sweep=200)
    assert Cursor.read(cursor.text(), scripted.clock.now()) == cursor
    assert json.loads(cursor.text())["offset"] == 100


def bought(shop: StagedShop, **options: Any) -> Any:
    clock = acts.live(shop, "RETRO-CLOCK", price=12900)
    return acts.order_of(shop.channel, shop.buy({clock.sku: 2})), clock


def test_an_order_that_is_not_paid_yet_comes_as_pending_and_again_when_it_is(
    shop: StagedShop,
) -> None:
    clock = acts.live(shop, "RETRO-CLOCK")
    shop.operate("payments_pending")
    with shop.world.lock:
        number = shop.dialect.storefront.buy({clock.sku: 1}, BUYER)
    first, cursor = acts.pulled(shop.channel, "")
    assert first[number].payment == "pending"
    shop.rest()
    shop.operate("pay", order=number)
    again, _ = acts.pulled(shop.channel, cursor)
    assert again[number].payment == "paid"


def test_an_order_that_the_vendors_list_omits_comes_later(shop: StagedShop) -> None:
    order, _ = bought(shop)
    shop.world.faults.add(Fault("omitted", "etsy", path="orders", count=1))
    first, cursor = acts.pulled(shop.channel, "")
    again, _ = acts.pulled(shop.channel, cursor)
    assert order.remote_id in {**first, **again}


def test_a_sale_run_in_shop_manager_is_what_the_buyer_paid(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", price=12900)
    shop.operate("sale", percent=10)
    order = acts.order_of(shop.channel, shop.buy({clock.sku: 2}))
    assert sum(x.net + x.tax for x in order.lines) == 2 * (12900 - 1290)
    assert acts.afresh(shop, clock).shown.price == 12900


def test_an_address_that_is_kept_from_this_app_is_empty_and_told_by_doctor(
    shop: StagedShop,
) -> None:
    order, _ = bought(shop)
    shop.operate("restrict_addresses", countries=["PL"])
    assert acts.order_of(shop.channel, order.remote_id).shipping.street == ""
    notes = shop.channel.check().notes
    assert any(note.startswith("the newest order has no address") for note in notes)
