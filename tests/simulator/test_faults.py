"""Faults: when they fire, and what a client sees of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from simulator.faults import KINDS, Fault, Faults
from simulator.world import GOODS, World

PRICE = {"price": "1.00"}


def price(world: World) -> str | None:
    return world.dialects["corner"].storefront.item("MUG-STONE").price


def statuses(shop: httpx.Client, requests: int, path: str = "/items") -> list[int]:
    return [shop.get(path).status_code for _ in range(requests)]


def test_the_next_three_requests_answer_503(world: World, shop: httpx.Client) -> None:
    world.faults.add(Fault("503", "corner", count=3))
    assert statuses(shop, 5) == [503, 503, 503, 200, 200]


def test_lets_some_requests_pass_first(world: World, shop: httpx.Client) -> None:
    world.faults.add(Fault("500", "corner", after=2, count=1))
    assert statuses(shop, 4) == [200, 200, 500, 200]


def test_strikes_only_the_path_and_method_it_names(world: World, shop: httpx.Client) -> None:
    world.faults.add(Fault("502", path="/items/*", method="PUT"))
    assert statuses(shop, 1) == [200]
    assert shop.put("/items/MUG-STONE", json=PRICE).status_code == 502
    assert price(world) == "39.90"


def test_another_channel_is_not_touched(world: World, shop: httpx.Client) -> None:
    world.faults.add(Fault("503", "market"))
    assert statuses(shop, 1) == [200]


def test_a_channel_is_down_for_an_hour(world: World, shop: httpx.Client) -> None:
    world.faults.down("corner", timedelta(hours=1))
    with pytest.raises(httpx.ConnectError):
        shop.get("/items")
    world.clock.advance(timedelta(minutes=59, seconds=59))
    with pytest.raises(httpx.ConnectError):
        shop.get("/items")
    world.clock.advance(timedelta(seconds=1))
    assert statuses(shop, 1) == [200]
    assert world.faults.standing() == []


@pytest.mark.parametrize(
    ("fault", "error", "is_done"),
    [
        (Fault("refused"), httpx.ConnectError, False),
        (Fault("dropped"), httpx.RemoteProtocolError, False),
        (Fault("dropped", effect=True), httpx.RemoteProtocolError, True),
        (Fault("timeout before"), httpx.ReadTimeout, False),
        (Fault("timeout after"), httpx.ReadTimeout, True),
    ],
    ids=str,
)
def test_no_answer_comes(
    world: World, shop: httpx.Client, fault: Fault, error: type[Exception], is_done: bool
) -> None:
    world.faults.add(fault)
    before = world.clock.now()
    with pytest.raises(error):
        shop.put("/items/MUG-STONE", json=PRICE)
    assert world.clock.now() == before
    assert price(world) == ("1.00" if is_done else "39.90")


@pytest.mark.parametrize("kind", ["429", "500", "502", "503"])
@pytest.mark.parametrize("effect", [False, True])
def test_a_bad_status_with_and_without_effect(
    world: World, shop: httpx.Client, kind: str, effect: bool
) -> None:
    world.faults.add(Fault(kind, effect=effect))
    answer = shop.put("/items/MUG-STONE", json=PRICE)
    assert (answer.status_code, answer.headers["content-type"]) == (
        int(kind),
        "text/html; charset=utf-8",
    )
    assert price(world) == ("1.00" if effect else "39.90")


def test_retry_after_in_every_form(world: World, shop: httpx.Client) -> None:
    found = []
    for form in ("seconds", "date", "garbage", "missing"):
        world.faults.add(Fault("429", count=1, seconds=30, retry_after=form))
        found.append(shop.get("/items").headers.get("retry-after"))
    seconds, date, garbage, missing = found
    assert (seconds, garbage, missing) == ("30", "soon", None)
    assert parsedate_to_datetime(date) == world.clock.now() + timedelta(seconds=30)


def test_truncated_json_arrives_as_a_whole_answer(world: World, shop: httpx.Client) -> None:
    whole = shop.get("/items").content
    world.faults.add(Fault("truncated"))
    answer = shop.get("/items")
    assert answer.status_code == 200
    assert answer.content == whole[: len(whole) // 2]
    with pytest.raises(ValueError, match="char"):
        answer.json()


def test_a_page_in_html_with_status_200(world: World, shop: httpx.Client) -> None:
    world.faults.add(Fault("html"))
    answer = shop.put("/items/MUG-STONE", json=PRICE)
    assert (answer.status_code, answer.text[:15]) == (200, "<!doctype html>")
    assert price(world) == "39.90"


def test_a_slow_answer_takes_its_time_on_the_virtual_clock(
    world: World, shop: httpx.Client
) -> None:
    before = world.clock.now()
    world.faults.add(Fault("slow", seconds=30))
    assert len(shop.get("/items").json()) == 6
    assert world.clock.now() - before == timedelta(seconds=30)
    assert world.ledger.requests()[-1].duration_s == 30


def test_chance_depends_on_the_seed_alone(world: World) -> None:
    def strikes(seed: int, *more: Fault) -> list[bool]:
        faults = Faults(world.clock, seed)
        for fault in (*more, Fault("503", "corner", chance=0.3)):
            faults.add(fault)
        fates = (faults.strike("corner", "GET", "/items") for _ in range(200))
        return [fate is not None and fate.kind == "503" for fate in fates]

    once = strikes(7)
    assert once == strikes(7)
    assert once != strikes(8)
    assert 40 <= sum(once) <= 80
    # Another rule takes some of the requests, but never shifts this one's luck.
    with_another = strikes(7, Fault("500", "corner", chance=0.2))
    assert all(a or not b for a, b in zip(once, with_another, strict=True))


def test_webhook_fates(world: World) -> None:
    def fates(kind: str) -> list[tuple[str, timedelta, str]]:
        world.faults.clear()
        world.faults.add(Fault(kind, "corner"))
        return world.faults.tamper("corner", "item.updated", "parcel")

    now = timedelta(0)
    assert fates("webhook lost") == []
    assert fates("webhook twice") == [("parcel", now, ""), ("parcel", now, "webhook twice")]
    assert fates("webhook late") == [("parcel", timedelta(hours=1), "webhook late")]
    assert fates("webhook out of order")[0][1] == timedelta(minutes=1)
    assert fates("503") == [("parcel", now, "")]


def test_webhooks_are_lost_doubled_and_late_on_the_wire(world: World, shop: httpx.Client) -> None:
    got: list[bytes] = []
    world.outside = httpx.MockTransport(lambda r: (got.append(r.content), httpx.Response(200))[1])
    shop.post("/hooks", json={"url": "https://agent.test/hook"})
    for kind in ("webhook twice", "webhook lost", "webhook late"):
        world.faults.add(Fault(kind, "corner", count=1))
    for sku in ("MUG-STONE", "WOOL-THROW", "RETRO-CLOCK"):
        world.faults.standing()
        world.shoppers.buy("corner", {sku: 1})
    world.tick()
    assert got == [b"MUG-STONE"] * 2
    world.advance(timedelta(hours=1))
    assert got == [b"MUG-STONE"] * 2 + [b"RETRO-CLOCK"]
    assert [(m.kind, m.detail) for m in world.ledger.mishaps()] == [
        ("webhook twice", "item.updated MUG-STONE"),
        ("webhook lost", "item.updated WOOL-THROW"),
        ("webhook late", "item.updated RETRO-CLOCK"),
    ]
    sent = [(s.resource, s.state, s.status) for s in world.ledger.deliveries(channel="corner")]
    assert sent == [
        ("MUG-STONE", "delivered", 200),
        ("MUG-STONE", "delivered", 200),
        ("WOOL-THROW", "lost", None),
        ("RETRO-CLOCK", "delivered", 200),
    ]


def test_export_faults_are_asked_for_by_feed(world: World) -> None:
    world.faults.add(Fault("export stale", "stock", after=1, count=1))
    asked = [world.faults.export(feed) for feed in ("stock", "products", "stock", "stock")]
    assert asked == [None, None, "export stale", None]


def test_a_rule_can_be_taken_back(world: World, shop: httpx.Client) -> None:
    kept = world.faults.add(Fault("503", path="/nothing"))
    gone = world.faults.add(Fault("503"))
    world.faults.clear(gone)
    assert statuses(shop, 1) == [200]
    assert [s.number for s in world.faults.standing()] == [kept]
    with pytest.raises(LookupError, match="no fault number 99"):
        world.faults.clear(99)


@pytest.mark.parametrize(
    "fields",
    [{"kind": "gremlin"}, {"kind": "503", "count": 0}, {"kind": "503", "chance": 2}],
    ids=str,
)
def test_senseless_rules_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="fault"):
        Fault(**fields)  # type: ignore[arg-type]


def test_every_kind_reads_as_a_sentence() -> None:
    assert {str(Fault(kind, "corner", count=2)) for kind in KINDS} == {
        f"{kind} on corner 2 times" for kind in KINDS
    }


def test_a_page_comes_twice(world: World, shop: httpx.Client) -> None:
    world.faults.add(Fault("page twice", "corner", path="/items", count=1))
    pages = []
    for number, price in enumerate(("1.00", "2.00", "3.00"), start=1):
        shop.put("/items/MUG-STONE", json={"price": price})
        pages.append(shop.get(f"/items?page={number}"))
    told = [next(i["price"] for i in p.json() if i["sku"] == "MUG-STONE") for p in pages]
    assert told == ["1.00", "1.00", "3.00"]
    assert [m.kind for m in world.ledger.mishaps()] == ["page twice"]


def test_a_page_that_nobody_asked_for_before_cannot_come_twice(
    world: World, shop: httpx.Client
) -> None:
    world.faults.add(Fault("page twice", count=1))
    assert [shop.get("/items").status_code for _ in range(3)] == [200, 200, 200]
    assert [s.happened for s in world.faults.standing()] == [0]


def test_each_question_of_one_address_has_pages_of_its_own(
    world: World, shop: httpx.Client
) -> None:
    world.faults.add(Fault("page twice", count=2))
    one = shop.post("/hooks", json={"query": "hooks", "url": "https://a.test"}).json()
    other = shop.post("/hooks", json={"query": "others", "url": "https://b.test"}).json()
    again = shop.post("/hooks", json={"query": "hooks", "url": "https://c.test"}).json()
    assert one != other
    assert again == one


def test_each_method_of_one_address_has_pages_of_its_own() -> None:
    with closing(World(channel_names=["houzz"], goods=GOODS)) as world:
        shop = _houzz(world)
        world.faults.add(Fault("page twice", "houzz", count=1))
        goods = shop.get("?method=getListings&Start=0&NumberOfItems=1").text
        sales = shop.get("?method=getOrders&Status=Charged&Start=0&NumberOfItems=1").text
        again = shop.get("?method=getListings&Start=1&NumberOfItems=1").text
    assert "GetListingsResponse" in goods
    assert "GetOrdersResponse" in sales
    assert again == goods


def test_each_method_of_a_form_has_pages_of_its_own() -> None:
    with closing(World(channel_names=["baselinker"], goods=GOODS)) as world:
        account = _baselinker(world)
        shelf = world.dialects["baselinker"].credentials()["inventory_id"]
        world.faults.add(Fault("page twice", "baselinker", count=1))
        goods = account("getInventoryProductsList", {"inventory_id": shelf, "page": 1})
        stock = account("getInventoryProductsStock", {"inventory_id": shelf, "page": 1})
        again = account("getInventoryProductsList", {"inventory_id": shelf, "page": 2})
    assert {"ean", "sku", "name"} <= next(iter(goods["products"].values())).keys()
    assert "stock" in next(iter(stock["products"].values()))
    assert again == goods


def _houzz(world: World) -> httpx.Client:
    keys = world.dialects["houzz"].credentials()
    named = {
        "X-HOUZZ-API-USER-NAME": keys["user_name"],
        "X-HOUZZ-API-APP-NAME": keys["app_name"],
        "X-HOUZZ-API-SSL-TOKEN": keys["token"],
    }
    address = "https://houzz.test/api"
    return httpx.Client(transport=world.transport(), base_url=address, headers=named)


def _baselinker(world: World) -> Callable[[str, dict[str, Any]], Any]:
    token = world.dialects["baselinker"].credentials()["token"]
    account = httpx.Client(transport=world.transport(), headers={"X-BLToken": token})

    def call(method: str, parameters: dict[str, Any]) -> Any:
        form = {"method": method, "parameters": json.dumps(parameters)}
        return account.post("https://baselinker.test/connector.php", data=form).json()

    return call


def test_a_wrong_clock_shows_in_the_date(world: World, shop: httpx.Client) -> None:
    assert parsedate_to_datetime(shop.get("/items").headers["date"]) == world.clock.now()
    world.dials["corner"].turn({"clock_skew_s": -120})
    wrong = parsedate_to_datetime(shop.get("/items").headers["date"])
    assert wrong == world.clock.now() - timedelta(minutes=2)
