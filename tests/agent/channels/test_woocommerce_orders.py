"""Pulling orders from WooCommerce: none is left out, and what was recorded adds up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from agent.channels.woocommerce import mapping_orders
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.shared import shared


@pytest.fixture
def shop() -> Iterator[StagedShop]:
    """A shop with a clock on the shelf."""
    staged = StagedShop("woocommerce")
    acts.live(staged, "RETRO-CLOCK", quantity=5000)
    yield staged
    staged.close()


def api(shop: StagedShop, method: str, path: str, body: Any) -> Any:
    """What the shop's keeper does by other means."""
    pair = shop.secrets()
    client = httpx.Client(
        base_url="https://woocommerce.test/wp-json/wc/v3/",
        auth=(pair["KEY"], pair["SECRET"]),
        transport=shop.world.transport(),
    )
    with client:
        answer = client.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


def orders(shop: StagedShop, count: int) -> list[str]:
    """So many paid orders, all of the same second; their ids."""
    row = {"set_paid": True, "line_items": [{"sku": "RETRO-CLOCK", "quantity": 1}]}
    made: list[str] = []
    for start in range(0, count, 100):
        body = {"create": [row] * min(100, count - start)}
        made += [str(order["id"]) for order in api(shop, "POST", "orders/batch", body)["create"]]
    return made


def test_more_orders_of_one_second_than_a_page_holds_all_come(shop: StagedShop) -> None:
    made = orders(shop, 230)
    found, cursor = acts.pulled(shop.channel, "")
    assert sorted(found) == sorted(made)
    shop.pass_time(timedelta(hours=1))
    later = orders(shop, 3)
    again, _ = acts.pulled(shop.channel, cursor)
    assert set(later) <= set(again)


def test_an_order_that_changes_while_we_page_hides_no_other(shop: StagedShop) -> None:
    made: list[str] = []
    for _ in range(5):
        made += orders(shop, 60)
        shop.pass_time(timedelta(minutes=10))
    page = shop.channel.orders("")
    found = {order.remote_id for order in page.orders}
    for number in made[:30]:  # the first page's orders move to the end
        api(shop, "PUT", f"orders/{number}", {"customer_note": "please hurry"})
    rest, _ = acts.pulled(shop.channel, page.cursor)
    assert found | set(rest) == set(made)
    assert all(rest[number].note == "please hurry" for number in made[:30])


def test_a_quiet_shop_is_asked_for_little(shop: StagedShop) -> None:
    orders(shop, 3)
    shop.pass_time(timedelta(hours=1))
    orders(shop, 1)
    _, cursor = acts.pulled(shop.channel, "")
    before = len(shop.recorder.sent)
    found, again = acts.pulled(shop.channel, cursor)
    assert len(found) == 1
    assert len(shop.recorder.sent) - before == 1
    assert again == cursor


def test_an_unpaid_order_and_a_basket(shop: StagedShop) -> None:
    row = {"status": "on-hold", "line_items": [{"sku": "RETRO-CLOCK", "quantity": 1}]}
    waiting = api(shop, "POST", "orders", row)
    found, _ = acts.pulled(shop.channel, "")
    assert found[str(waiting["id"])].payment == "pending"
    assert not mapping_orders.is_placed({"status": "checkout-draft"})


def recorded() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every whole order that a real shop answered, with where it was recorded."""
    for path in sorted(shared("recordings", "woocommerce").glob("*.json")):
        for step in json.loads(path.read_text(encoding="utf-8"))["steps"]:
            for found in _orders_in(step.get("response", {}).get("json")):
                yield f"{path.stem} step {step['n']}", found


def _orders_in(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(answer, dict) and {"order_key", "line_items", "total"} <= answer.keys():
        yield answer
    elif isinstance(answer, dict):
        for value in answer.values():
            yield from _orders_in(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _orders_in(value)


def test_every_recorded_order_adds_up_to_the_cent() -> None:
    found = dict(recorded())
    assert found
    for where, row in found.items():
        order = mapping_orders.order("shop", row)
        parts = [*order.lines, *order.charges]
        assert sum(part.net + part.tax for part in parts) == order.total, where
        assert len(set(order.references)) == len(order.references)


# (name of the meta data, its value) → whether it is a number that others know the order by
REFERENCES = {
    ("_billing_po_number", "PO-4711"): True,
    ("allegro_order_id", "29738e61-7f6a"): True,
    ("external_reference", "BL 88123"): True,
    ("_delivery_date", "2026-03-04"): False,
    ("_tally_parcels", "[tally 0a1b2c3d4e5f]"): False,
    ("order_number", ""): False,
    ("_wc_order_attribution_session_count", "12"): False,
}


@pytest.mark.parametrize(("name", "value"), REFERENCES)
def test_only_what_is_named_so_is_a_reference(name: str, value: str) -> None:
    row = {
        "id": 7,
        "status": "processing",
        "currency": "PLN",
        "total": "0.00",
        "date_created_gmt": "2026-03-02T08:00:00",
        "meta_data": [{"key": name, "value": value}],
    }
    found = mapping_orders.order("shop", row).references
    assert ((name, value) in found) == REFERENCES[name, value]
