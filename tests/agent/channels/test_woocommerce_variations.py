"""Variations: listings of their own, told through their parent, no more visible than it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from agent.model.change import SetPrice, SetState, SetStock
from agent.model.listing import Listing, Shown
from simulator.faults import Fault
from tests.conformance import woocommerce
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.shared import ROOT


@pytest.fixture
def shop() -> Iterator[StagedShop]:
    """An empty shop, to which everything sent must be valid."""
    staged = StagedShop("woocommerce")
    yield staged
    staged.close()
    if ROOT.exists():
        sent = staged.recorder.sent
        assert {fault for r in sent for fault in woocommerce.faults_of_request(r)} == set()


def api(shop: StagedShop, method: str, path: str, body: Any = None) -> Any:
    """What the shop's keeper does by other means."""
    pair = shop.secrets()
    client = httpx.Client(
        base_url="https://woocommerce.test/wp-json/wc/v3/",
        auth=(pair["KEY"], pair["SECRET"]),
        transport=shop.world.transport(),
    )
    with client:
        answer = client.request(method, path, content=json.dumps(body), headers=JSON)
    assert answer.is_success, answer.text
    return answer.json()


JSON = {"content-type": "application/json"}
NO_ROUTE = httpx.Response(404, json={"code": "rest_no_route", "message": "No route was found"})


def shirt(shop: StagedShop, *sizes: str, status: str = "publish") -> dict[str, Listing]:
    """A shirt in these sizes; its listings by size."""
    size = {"name": "Size", "variation": True, "visible": True, "options": list(sizes)}
    parent = api(
        shop,
        "POST",
        "products",
        {
            "name": "Shirt",
            "type": "variable",
            "sku": "SHIRT",
            "status": status,
            "attributes": [size],
        },
    )
    for one in sizes:
        body = {
            "sku": f"SHIRT-{one}",
            "regular_price": "99.00",
            "manage_stock": True,
            "stock_quantity": 4,
            "attributes": [{"name": "Size", "option": one}],
        }
        api(shop, "POST", f"products/{parent['id']}/variations", body)
    return {x.sku.removeprefix("SHIRT-"): x for x in shop.channel.listings()}


def test_variations_are_listings_and_their_parent_is_none(shop: StagedShop) -> None:
    found = shirt(shop, "S", "M")
    assert sorted(found) == ["M", "S"]
    assert found["S"].shown == Shown("live", 9900, quantity=4)
    assert shop.channel.find(["SHIRT-S"]) == [found["S"]]
    assert shop.channel.find(["SHIRT"]) == []
    assert shop.channel.look([found["M"]]) == [found["M"]]


def test_a_variation_without_a_sku_of_its_own_is_no_listing(shop: StagedShop) -> None:
    found = shirt(shop, "S")
    parent = found["S"].handles["parent"]
    api(shop, "POST", f"products/{parent}/variations", {"regular_price": "1"})
    assert [x.sku for x in shop.channel.listings()] == ["SHIRT-S"]


def test_price_and_stock_of_variations_and_products_travel_by_parent(shop: StagedShop) -> None:
    found = shirt(shop, "S", "M")
    clock = acts.live(shop, "RETRO-CLOCK")
    listings = [found["S"], clock, found["M"]]
    before = shop.writes()
    changes = [SetPrice(x.sku, x, Shown("live", 8900, sale_price=7900)) for x in listings]
    changes_too = [SetStock(x.sku, x, 2, backorders=True) for x in listings]
    receipts = shop.channel.push([*changes, *changes_too])
    assert [r.outcome for r in receipts] == ["done"] * 6, receipts
    assert [r.change for r in receipts] == [*changes, *changes_too]
    assert shop.writes() - before == 2
    for listing in shop.channel.look(listings):
        shown = listing.shown
        assert (shown.price, shown.sale_price, shown.quantity, shown.backorders) == (
            8900,
            7900,
            2,
            True,
        )


@pytest.mark.parametrize("state", ["hidden", "draft", "archived"])
def test_a_variation_goes_away_and_comes_back(shop: StagedShop, state: Any) -> None:
    found = shirt(shop, "S", "M")
    away = acts.in_state(shop, found["S"], state)
    assert away.shown.state == state
    assert acts.afresh(shop, found["M"]).shown.state == "live"
    assert acts.in_state(shop, away, "live").shown == found["S"].shown


def test_a_variation_of_a_draft_is_not_let_go(shop: StagedShop) -> None:
    found = shirt(shop, "S", status="draft")
    assert found["S"].shown.state == "draft"
    receipt = acts.told(shop, SetState("SHIRT-S", found["S"], "live"))
    assert receipt.outcome == "refused"
    assert "parent" in receipt.next


def test_a_sku_with_a_comma_is_found_whole(shop: StagedShop) -> None:
    listing = acts.drafted(shop, "LAMP,ARC")
    assert shop.channel.find(["LAMP,ARC", "LAMP", "ARC"]) == [listing]


def test_a_shop_before_the_list_of_all_variations_is_asked_parent_by_parent(
    shop: StagedShop,
) -> None:
    found = shirt(shop, "S", "M")
    shop.recorder.instead["/wp-json/wc/v3/variations"] = NO_ROUTE
    assert {x.sku: x for x in shop.channel.listings()} == {x.sku: x for x in found.values()}


def test_a_later_failure_in_one_push_leaves_what_was_done_before_it_done(shop: StagedShop) -> None:
    clock = acts.drafted(shop, "RETRO-CLOCK")
    found = shirt(shop, "S")
    nowhere = replace(found["S"], handles={**found["S"].handles, "parent": "998"})
    changes = [SetPrice(x.sku, x, Shown("draft", 100)) for x in (clock, nowhere)]
    receipts = shop.channel.push(changes)
    assert [receipt.outcome for receipt in receipts] == ["done", "refused"]
    assert receipts[1].again  # it is not there any more


def test_a_silent_failure_in_the_middle_of_a_push_is_in_doubt_for_its_own_changes_only(
    shop: StagedShop,
) -> None:
    clock = acts.drafted(shop, "RETRO-CLOCK")
    found = shirt(shop, "S")
    shop.world.faults.add(Fault("timeout after", "woocommerce", path="*/variations/batch"))
    changes = [SetPrice(x.sku, x, Shown("draft", 100)) for x in (clock, found["S"])]
    other = replace(found["S"], external_id="997", handles={**found["S"].handles, "parent": "998"})
    changes.append(SetPrice(other.sku, other, Shown("draft", 100)))
    before = shop.writes()
    receipts = shop.channel.push(changes)
    assert [r.outcome for r in receipts] == ["done", "in_doubt", "refused"]
    assert receipts[2].again  # not sent: the shop is in trouble
    assert shop.writes() - before == 2
