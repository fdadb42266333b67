"""Asynchronous and bulk work: taken on, done when the consumer runs, reported row by row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.magento.connector import Rest, criteria

DONE, RETRIABLE, FAILED, OPEN = 1, 2, 3, 4


def take_on(rest: Rest, method: str, path: str, body: Any) -> str:
    answer = rest.ask(method, f"/all/async{path}", body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["errors"] is False
    return str(answer.json()["bulk_uuid"])


def states(rest: Rest, uuid: str) -> list[int]:
    return [row["status"] for row in rest.get(f"/V1/bulk/{uuid}/status")["operations_list"]]


def test_prices_in_bulk_are_done_in_half_a_minute(rest: Rest, world: World) -> None:
    rest.product("BOWL", price=10)
    rows = [{"sku": "BOWL", "product": {"price": 12}}, {"sku": "BOWL", "product": {"price": -1}}]
    uuid = take_on(rest, "PUT", "/bulk/V1/products/bySku", rows)
    assert states(rest, uuid) == [OPEN, OPEN]
    world.advance(timedelta(seconds=31))
    assert states(rest, uuid) == [DONE, FAILED]
    assert rest.get(f"/V1/bulk/{uuid}/operation-status/3") == 1
    assert rest.get("/all/V1/products/BOWL")["price"] == 12
    listed = rest.get(f"/V1/bulk?{criteria([('status', FAILED)])}")
    assert [(row["bulk_uuid"], row["id"]) for row in listed["items"]] == [(uuid, 1)]


def test_a_poll_after_the_due_time_sees_the_work_done(rest: Rest, world: World) -> None:
    world.dials["magento"].turn({"job_s": 5})
    rest.product("BOWL", qty=1)
    row = {"sku": "BOWL", "source_code": "default", "quantity": 9, "status": 1}
    uuid = take_on(rest, "POST", "/V1/inventory/source-items", {"sourceItems": [row]})
    world.clock.advance(timedelta(seconds=6))  # nobody ticks
    assert states(rest, uuid) == [DONE]
    assert rest.held("BOWL") == {"default": (9, 1)}


def test_refused_rows_of_base_prices_still_count_as_done(rest: Rest) -> None:
    rows = [{"prices": [{"price": 1, "store_id": 0, "sku": "NO-SUCH"}]}]
    uuid = take_on(rest, "POST", "/bulk/V1/products/base-prices", rows)
    rest.shop.operator("run_consumers", {"consumer": "async.operations.all"})
    (row,) = rest.get(f"/V1/bulk/{uuid}/detailed-status")["operations_list"]
    assert row["status"] == DONE
    assert "NO-SUCH" in row["result_serialized_data"]


def test_a_failed_row_leaves_nothing_behind(rest: Rest) -> None:
    rows = [{"product": {"sku": "BOWL", "name": "Bowl", "attribute_set_id": 4, "price": -1}}]
    uuid = take_on(rest, "POST", "/bulk/V1/products", rows)
    rest.shop.operator("run_consumers", {})
    assert states(rest, uuid) == [FAILED]
    assert rest.refused("GET", "/V1/products/BOWL")[0] == 404


def test_work_can_be_stuck_late_or_fail_as_a_whole(rest: Rest, world: World) -> None:
    rest.product("BOWL")
    for kind in ("job stuck", "job slow", "job failed"):
        world.faults.add(Fault(kind, "magento", count=1))
    rows = [{"sku": "BOWL", "product": {"price": 12}}]
    bulks = [take_on(rest, "PUT", "/bulk/V1/products/bySku", rows) for _ in range(3)]
    world.advance(timedelta(minutes=5))
    assert [states(rest, uuid) for uuid in bulks] == [[OPEN], [OPEN], [RETRIABLE]]
    world.advance(timedelta(hours=1))
    assert [states(rest, uuid) for uuid in bulks[:2]] == [[OPEN], [DONE]]


def test_what_cannot_be_taken_on_is_refused_at_once(rest: Rest) -> None:
    assert rest.refused("GET", "/all/async/V1/products?searchCriteria=") == (
        400,
        "Specified request cannot be processed.",
    )
    rows = [{"product": {"sku": "A"}}, {}]
    assert rest.refused("POST", "/all/async/bulk/V1/products", rows)[0] == 400
    headers = {"Authorization": f"Bearer {rest.shop.credentials()['limited_token']}"}
    body = [{"sourceItems": []}]
    path = "/all/async/bulk/V1/inventory/source-items"
    assert rest.ask("POST", path, body, headers=headers).status_code == 401
    assert rest.ask("POST", "/all/async/bulk/V1/products", []).json()["request_items"] == []
