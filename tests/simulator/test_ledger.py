"""The ledger: every request and answer is there, and no secret is."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest

from simulator.faults import Fault
from simulator.ledger import CAP, MASK, Ledger, secrets_in
from simulator.world import World

SECRET = "corner-secret-0123456789"


def test_writes_down_requests_and_answers(world: World, shop: httpx.Client) -> None:
    shop.put("/items/MUG-STONE", json={"price": "41.00"})
    shop.get("/nowhere?page=2")
    first, second = world.ledger.requests(channel="corner")
    assert (first.method, first.path, first.status, first.fault) == (
        "PUT",
        "/items/MUG-STONE",
        200,
        "",
    )
    assert first.at == "2026-03-02T08:00:00.000Z"
    assert json.loads(first.sent) == {"price": "41.00"}
    assert json.loads(first.answered)["price"] == "41.00"
    assert (first.sent_bytes, first.answered_bytes) == (len(first.sent), len(first.answered))
    assert (second.path, second.status) == ("/nowhere?page=2", 404)


def test_counts_and_lists_by_channel_and_since(world: World, shop: httpx.Client) -> None:
    for _ in range(3):
        shop.get("/items")
    assert (world.ledger.count(), world.ledger.count("corner")) == (3, 3)
    assert world.ledger.count("market") == 0
    assert [e.seq for e in world.ledger.requests(since=1)] == [2, 3]
    assert [e.seq for e in world.ledger.requests(limit=1)] == [3]


def test_time_taken_is_told_on_the_worlds_clock(world: World, shop: httpx.Client) -> None:
    shop.post("/slow-down")
    assert world.ledger.requests()[0].duration_s == 1


def test_a_fault_that_happened_is_written_down(world: World, shop: httpx.Client) -> None:
    world.faults.add(Fault("timeout after", "corner", count=1))
    with pytest.raises(httpx.ReadTimeout):
        shop.get("/items?page=1")
    (row,) = world.ledger.requests()
    assert (row.status, row.fault, row.answered_bytes) == (None, "timeout after", 0)
    (mishap,) = world.ledger.mishaps(site="corner")
    assert (mishap.kind, mishap.detail) == ("timeout after", "GET /items?page=1")


def test_masks_secrets_wherever_they_travel(world: World, shop: httpx.Client) -> None:
    shop.get(f"/items?token={SECRET}&page=1")
    shop.get("/items?consumer_key=ck_1&consumer_secret=cs_2&oauth_signature=abc%3D")
    shop.put("/items/MUG-STONE", json={"secret": 'a"b', "note": f"it is {SECRET}", "price": "1"})
    headers = {"X-Shop-Access-Token": "shp-1", "Cookie": "session=1"}
    shop.post("/hooks", json={"url": f"https://agent.test/?token={SECRET}"}, headers=headers)
    world.ledger.exchanged(
        at=world.clock.now(),
        channel="corner",
        method="POST",
        path="/oauth",
        status=200,
        headers={},
        sent=b"grant_type=x&client_secret=cs_9&client_id=7",
        answered=b'{"access_token": "shpat_8", "scope": "all"}',
    )
    everything = "\n".join(world.db.iterdump())
    kept = [line for line in everything.splitlines() if 'INTO "requests"' in line]
    for secret in (SECRET, "cs_2", "abc%3D", 'a\\"b', "shp-1", "session=1", "cs_9", "shpat_8"):
        assert not [line for line in kept if secret in line], secret
    rows = world.ledger.requests()
    assert rows[0].path == f"/items?token={MASK}&page=1"
    assert rows[0].headers["Authorization"] == MASK
    assert rows[1].path.startswith("/items?consumer_key=ck_1&consumer_secret=")
    assert json.loads(rows[2].sent) == {"secret": MASK, "note": f"it is {MASK}", "price": "1"}
    assert rows[4].sent == f"grant_type=x&client_secret={MASK}&client_id=7"
    assert rows[4].answered == f'{{"access_token": "{MASK}", "scope": "all"}}'


def test_secrets_are_found_by_their_names_and_in_pairs() -> None:
    credentials = {
        "key": "ck_00000000000",
        "secret": "cs_11111111111",
        "read": "ck_22222222222:cs_33333333333",
        "location": "gid://shop/Location/123456789",
        "apps": [{"access_token": "shpat_444444"}],
    }
    found = ["cs_11111111111", "cs_33333333333", "shpat_444444"]
    assert list(secrets_in(credentials)) == found


def test_long_bodies_are_cut(world: World, shop: httpx.Client) -> None:
    shop.put("/items/MUG-STONE", json={"price": "1", "note": "x" * 3 * CAP})
    (row,) = world.ledger.requests()
    assert len(row.sent) == CAP + 1
    assert row.sent.endswith("x…")
    assert row.sent_bytes > 3 * CAP


def test_bytes_that_are_no_text_are_kept_readable(world: World) -> None:
    ledger = Ledger(world.db, lambda: ())
    now = world.clock.now() + timedelta(seconds=1)
    ledger.exchanged(
        at=now, channel="corner", method="PUT", path="/", status=200, headers={}, sent=b"\xff\xfeZ"
    )
    assert ledger.requests()[-1].sent == "��Z"


def test_storefront_pages_are_not_requests_to_the_vendor(world: World, shop: httpx.Client) -> None:
    assert shop.get("/storefront/").status_code == 200
    assert world.ledger.count() == 0
