"""Commands over many offers: taken on at once, done later, reported task by task."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

from simulator.channels import Goods
from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.allegro.seller import BETA, Seller, criteria, money

BULK = "/sale/offer-bulk-modification-commands"


def fixed(value: int, kind: str = "FIXED") -> Any:
    return {"changeType": kind, "value": value}


def quantity(value: int, *ids: str, kind: str = "FIXED") -> Any:
    return {"modification": fixed(value, kind), "offerCriteria": criteria(*ids)}


def priced(*ids: str, **modification: Any) -> Any:
    return {"modification": modification, "offerCriteria": criteria(*ids)}


def available(seller: Seller, sku: str) -> int:
    return int(seller.offer(sku)["stock"]["available"])


def price(seller: Seller, sku: str) -> str:
    return str(seller.offer(sku)["sellingMode"]["price"]["amount"])


def test_counts_are_zero_at_first_and_full_at_the_end(world: World, seller: Seller) -> None:
    world.dials["allegro"].turn({"job_s": 10})
    path = f"/sale/offer-quantity-change-commands/{uuid.uuid4()}"
    ids = [seller.offer_id("MUG-STONE"), "17999999999"]
    given = seller.call("PUT", path, quantity(7, *ids))
    assert given.status_code == 201
    nothing = {"failed": 0, "success": 0, "total": 0}
    assert (given.json()["completedAt"], given.json()["taskCount"]) == (None, nothing)
    assert seller.get(path)["taskCount"] == nothing
    seller.wait(6)
    assert seller.get(path)["taskCount"] == {"failed": 0, "success": 0, "total": 2}
    assert available(seller, "MUG-STONE") == 80
    seller.wait(4)
    report = seller.get(path)
    assert report["taskCount"] == {"failed": 1, "success": 1, "total": 2}
    assert report["completedAt"] is not None
    tasks = seller.get(f"{path}/tasks")["tasks"]
    assert [(t["offer"]["id"], t["field"], t["status"]) for t in tasks] == [
        (ids[0], "quantity", "SUCCESS"),
        (ids[1], "quantity", "FAIL"),
    ]
    assert available(seller, "MUG-STONE") == 7
    assert len(seller.get(f"{path}/tasks", limit=1, offset=1)["tasks"]) == 1


def test_an_id_is_used_once(seller: Seller) -> None:
    path = f"/sale/offer-quantity-change-commands/{uuid.uuid4()}"
    body = quantity(7, seller.offer_id("MUG-STONE"))
    assert seller.call("PUT", path, body).status_code == 201
    assert seller.refused("PUT", path, body)[0] == 409
    assert seller.call("PUT", f"/sale/offer-quantity-change-commands/{7}", body).status_code == 400
    assert seller.refused("GET", f"/sale/offer-quantity-change-commands/{uuid.uuid4()}")[0] == 404
    other_kind = path.replace("quantity-change", "price-change")
    assert seller.refused("GET", other_kind)[0] == 404


def test_nothing_left_is_refused_at_once_or_in_its_task(seller: Seller) -> None:
    path = f"/sale/offer-quantity-change-commands/{uuid.uuid4()}"
    id = seller.offer_id("MUG-STONE")
    answer = seller.call("PUT", path, quantity(0, id))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["code"], error["path"]) == ("INCORRECT_QUANTITY_VALUE", "modification.value")
    _, (task,) = seller.command("quantity-change", quantity(-80, id, kind="GAIN"))
    assert (task["status"], task["errors"][0]["code"]) == ("FAIL", "INVALID_OFFER_QUANTITY")
    seller.command("quantity-change", quantity(-79, id, kind="GAIN"))
    assert available(seller, "MUG-STONE") == 1


def test_prices_by_every_rule(seller: Seller) -> None:
    clock, shelf = seller.offer_id("RETRO-CLOCK"), seller.offer_id("OAK-SHELF-80")
    seller.command("price-change", priced(clock, shelf, type="FIXED_PRICE", price=money("100.00")))
    assert (price(seller, "RETRO-CLOCK"), price(seller, "OAK-SHELF-80")) == ("100.00", "100.00")
    for rule, expected in (
        ({"type": "INCREASE_PRICE", "value": money("9.99")}, "109.99"),
        ({"type": "DECREASE_PERCENTAGE", "percentage": "10"}, "98.99"),  # 98.991
        ({"type": "INCREASE_PERCENTAGE", "percentage": "5"}, "103.94"),  # 103.9395
        ({"type": "DECREASE_PRICE", "value": money("3.94")}, "100.00"),
    ):
        seller.command("price-change", priced(clock, **rule))
        assert price(seller, "RETRO-CLOCK") == expected
    _, (task,) = seller.command(
        "price-change", priced(clock, type="DECREASE_PRICE", value=money("100.00"))
    )
    assert task["status"] == "FAIL"


def test_one_offers_price(seller: Seller) -> None:
    id, key = seller.offer_id("LAMP-ARC"), str(uuid.uuid4())
    body = {"id": key, "input": {"buyNowPrice": money("450.00")}}
    answer = seller.call("PUT", f"/offers/{id}/change-price-commands/{key}", body)
    assert (answer.status_code, answer.json()["output"]["status"]) == (200, "RUNNING")
    seller.wait(5)
    assert price(seller, "LAMP-ARC") == "450.00"


def test_ending_and_listing_many(seller: Seller) -> None:
    ids = [seller.offer_id(sku) for sku in ("LAMP-ARC", "LINEN-APRON")]

    def act(action: str) -> list[str]:
        body = {"publication": {"action": action}, "offerCriteria": criteria(*ids)}
        return [task["status"] for task in seller.command("publication", body)[1]]

    assert act("END") == ["SUCCESS", "FAIL"]  # the apron has ended already
    assert seller.offer("LAMP-ARC")["publication"]["endedBy"] == "USER"
    assert act("ACTIVATE") == ["SUCCESS", "FAIL"]  # there is none of it
    assert seller.shop.storefront.item("LAMP-ARC").availability == "in stock"


def test_other_fields_of_many(seller: Seller) -> None:
    id = seller.offer_id("LAMP-ARC")
    body = {"modification": {"delivery": {"handlingTime": "PT48H"}}, "offerCriteria": criteria(id)}
    _, (task,) = seller.command("modification", body)
    assert task["field"] == "delivery.handlingTime"
    assert seller.offer("LAMP-ARC")["delivery"]["handlingTime"] == "PT48H"
    path = f"/sale/offer-modification-commands/{uuid.uuid4()}"
    odd = {"modification": {"colour": {"id": "red"}}, "offerCriteria": criteria(id)}
    assert seller.call("PUT", path, odd).status_code == 422


@pytest.mark.parametrize("count", [0, 1001])
def test_a_command_names_1_to_1000_offers(seller: Seller, count: int) -> None:
    path = f"/sale/offer-quantity-change-commands/{uuid.uuid4()}"
    ids = [str(17_300_000_001 + n) for n in range(count)]
    assert seller.call("PUT", path, quantity(1, *ids)).status_code == 422


# -- the bulk command -----------------------------------------------------------------------------


def bulk(seller: Seller, *rows: Any, key: str | None = None) -> Any:
    body = {"commandId": key or str(uuid.uuid4()), "modifications": list(rows)}
    return seller.call("POST", BULK, body, version=BETA)


def own_price(**change: Any) -> Any:
    return {"allegro-pl": change}


def test_different_values_for_every_offer(seller: Seller) -> None:
    lamp, mug = seller.offer_id("LAMP-ARC"), seller.offer_id("MUG-STONE")
    answer = bulk(
        seller,
        {
            "offerId": lamp,
            "prices": own_price(changeType="FIXED", value=money("400.00")),
            "stock": fixed(5),
        },
        {"offerId": mug, "prices": own_price(changeType="PERCENTAGE", percentage="-10%")},
        {"offerId": mug, "stock": fixed(-3, "GAIN")},
    )
    assert answer.status_code == 201
    seller.wait(5)
    tasks = seller.get(f"{BULK}/{answer.json()['id']}/tasks")["tasks"]
    assert [(t["subject"], t["status"]) for t in tasks] == [
        ({"offerId": lamp, "field": "prices"}, "SUCCESS"),
        ({"offerId": lamp, "field": "stock"}, "SUCCESS"),
        ({"offerId": mug, "field": "prices"}, "SUCCESS"),
        ({"offerId": mug, "field": "stock"}, "SUCCESS"),
    ]
    assert (price(seller, "LAMP-ARC"), available(seller, "LAMP-ARC")) == ("400.00", 5)
    assert (price(seller, "MUG-STONE"), available(seller, "MUG-STONE")) == ("35.91", 77)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"offerId": "1", "stock": fixed(n + 1)} for n in range(26)],
        [{"offerId": "1", "stock": fixed(1)}, {"offerId": "1", "stock": fixed(2)}],
        [{"offerId": "1", "stock": fixed(0)}],
        [{"offerId": "1"}],
        [{"offerId": "1", "prices": {"allegro-cz": {"changeType": "FIXED"}}}],
        [{"offerId": "1", "prices": own_price(changeType="FIXED", value=money("1,00"))}],
        [{"stock": fixed(1)}],
    ],
    ids=["none", "26", "twice", "zero", "nothing", "elsewhere", "no amount", "no offer"],
)
def test_what_the_bulk_command_does_not_take(seller: Seller, rows: list[Any]) -> None:
    assert bulk(seller, *rows).status_code == 422


def test_the_bulk_command_is_of_the_beta_version(seller: Seller) -> None:
    body = {"commandId": str(uuid.uuid4()), "modifications": []}
    assert seller.call("POST", BULK, body).status_code == 406
    key = str(uuid.uuid4())
    row = {"offerId": seller.offer_id("MUG-STONE"), "stock": fixed(4)}
    assert bulk(seller, row, key=key).status_code == 201
    assert bulk(seller, row, key=key).status_code == 409


# -- trouble and size -----------------------------------------------------------------------------


def test_work_that_fails_and_work_that_never_ends(world: World, seller: Seller) -> None:
    id = seller.offer_id("MUG-STONE")
    world.faults.add(Fault("job failed", "allegro", path="offer-*-commands", count=1))
    _, (task,) = seller.command("quantity-change", quantity(7, id))
    assert task["status"] == "FAIL"
    world.faults.add(Fault("job stuck", "allegro", path="offer-*-commands", count=1))
    path, (task,) = seller.command("quantity-change", quantity(7, id))
    assert (task["status"], seller.get(path)["completedAt"]) == ("NEW", None)
    world.faults.add(Fault("job slow", "allegro", path="offer-*-commands", count=1))
    path, (task,) = seller.command("quantity-change", quantity(7, id))
    assert task["status"] == "NEW"
    seller.wait(3600)
    assert seller.get(path)["taskCount"]["success"] == 1


def test_a_thousand_offers_in_one_command() -> None:
    goods = [Goods(f"SKU-{n:04}", f"Thing number {n}", money_of(n), 5) for n in range(1000)]
    world = World(channel_names=["allegro"], goods=goods)
    seller = Seller(world)
    first = int(seller.offer_id("SKU-0000"))
    ids = [str(first + n) for n in range(1000)]
    path, tasks = seller.command("quantity-change", quantity(9, *ids))
    assert len(tasks) == 100  # a page, unless more is asked for
    assert seller.get(path)["taskCount"] == {"failed": 0, "success": 1000, "total": 1000}
    assert {item.quantity for item in seller.shop.storefront.shelf()} == {9}
    assert len(seller.get("/sale/offer-events")["offerEvents"]) == 100  # a page, too
    world.close()


def money_of(number: int) -> Decimal:
    """A price for each of many goods."""
    return Decimal(number + 1)
