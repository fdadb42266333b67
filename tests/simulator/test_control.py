"""The control desk: everything by JSON, the same by its page, and nothing for strangers."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from simulator.channels import Goods
from simulator.world import World

AS_BUILT = {
    "lag_s": 0.0,
    "clock_skew_s": 0.0,
    "job_s": None,
    "token_life_s": None,
    "allowance": 1.0,
}


def test_tells_the_state(world: World, desk: httpx.Client) -> None:
    assert desk.get("/api/state").json() == {
        "now": "2026-03-02T08:00:00+00:00",
        "seed": 1,
        "channels": {
            "corner": {
                "base_url": "https://corner.test",
                "storefront": "https://corner.test/storefront/",
                "requests": 0,
                "dials": AS_BUILT,
            }
        },
        "faults": [],
    }


def test_moves_the_clock_and_does_what_is_due(world: World, desk: httpx.Client) -> None:
    ticks = world.dialects["corner"].ticks  # type: ignore[attr-defined]
    assert desk.post("/api/clock", json={"advance": "1h30m"}).json() == {
        "now": "2026-03-02T09:30:00+00:00"
    }
    assert world.dialects["corner"].ticks == ticks + 1  # type: ignore[attr-defined]


def test_faults_are_added_listed_and_cleared(desk: httpx.Client, shop: httpx.Client) -> None:
    wanted = {"kind": "503", "channel": "corner", "count": 2, "for": "1h"}
    assert desk.post("/api/faults", json=wanted).json() == {"number": 1}
    assert shop.get("/items").status_code == 503
    (standing,) = desk.get("/api/faults").json()
    assert standing == {
        "number": 1,
        "happened": 1,
        "kind": "503",
        "channel": "corner",
        "count": 2,
        "since": "2026-03-02T08:00:00+00:00",
        "until": "2026-03-02T09:00:00+00:00",
        "retry_after": "seconds",
        "text": "503 on corner 2 times until 2026-03-02 09:00:00 UTC",
    }
    assert desk.delete("/api/faults/1").json() == {"faults": []}
    assert desk.delete("/api/faults").json() == {"faults": []}
    assert shop.get("/items").status_code == 200


def test_lists_requests_webhooks_and_mishaps(desk: httpx.Client, shop: httpx.Client) -> None:
    desk.post("/api/faults", json={"kind": "500", "count": 1})
    shop.get("/items")
    shop.get("/items")
    rows = desk.get("/api/requests?channel=corner&since=1").json()
    assert [(r["seq"], r["status"]) for r in rows] == [(2, 200)]
    assert desk.get("/api/webhooks").json() == []
    assert [m["kind"] for m in desk.get("/api/mishaps?channel=corner").json()] == ["500"]


def test_buys_shows_and_cancels(desk: httpx.Client) -> None:
    wanted = {"channel": "corner", "basket": {"MUG-STONE": 2}, "buyer": {"city": "Gdynia"}}
    bought = desk.post("/api/buy", json=wanted).json()
    assert (bought["number"], bought["buyer"]["city"]) == ("1", "Gdynia")
    shelf = {i["sku"]: i["quantity"] for i in desk.get("/api/storefront/corner").json()}
    assert shelf["MUG-STONE"] == 78
    assert desk.post("/api/cancel", json={"channel": "corner", "number": "1"}).status_code == 200
    assert desk.get("/api/order/corner/1").json()["is_cancelled"] is True


def test_acts_as_the_operator_and_resets(world: World, desk: httpx.Client) -> None:
    act = {"action": "rename", "args": {"to": "Corner & Sons"}}
    assert desk.post("/api/operator/corner", json=act).json() == {"done": "rename"}
    assert world.dialects["corner"].shop.setting("name") == "Corner & Sons"
    assert desk.post("/api/operator/corner", json={"action": "empty"}).json() == {"done": "empty"}
    assert desk.get("/api/storefront/corner").json() == []
    assert desk.post("/api/reset", json={"channel": "corner"}).json() == {"reset": "corner"}
    assert len(desk.get("/api/storefront/corner").json()) == 6
    assert desk.post("/api/reset").json() == {"reset": "everything"}


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/api/clock", {"advance": "later"}, 400, "not a span of time: 'later'"),
        ("/api/clock", {}, 400, "advance: Field required"),
        ("/api/faults", {"kind": "gremlin"}, 400, "unknown fault 'gremlin'"),
        ("/api/faults", {"kind": "503", "often": 1}, 400, "often: Extra inputs"),
        ("/api/reset", {"channel": "market"}, 404, "no channel 'market'"),
        ("/api/operator/market", {"action": "empty"}, 404, "no channel 'market' here"),
        ("/api/operator/corner", {"action": "dance"}, 404, "knows no action 'dance'"),
        ("/api/buy", {"channel": "corner", "basket": {}}, 400, "at least one piece"),
        ("/api/buy", {"channel": "corner", "basket": {"LINEN-APRON": 1}}, 409, "is sold out"),
        (
            "/api/buy",
            {"channel": "corner", "basket": {"MUG-STONE": 1}, "buyer": {"shoe": "44"}},
            400,
            "no such field",
        ),
        ("/api/cancel", {"channel": "corner", "number": "77"}, 404, "no order 77"),
    ],
    ids=lambda v: str(v)[:30],
)
def test_says_what_is_wrong(
    desk: httpx.Client, path: str, body: dict[str, object], status: int, error: str
) -> None:
    answer = desk.post(path, json=body)
    assert answer.status_code == status
    assert error in answer.json()["error"]


def test_pages_of_other_sites_are_refused(desk: httpx.Client) -> None:
    body = {"advance": "1h"}
    foreign = desk.post("/api/clock", json=body, headers={"Origin": "https://evil.test"})
    sandboxed = desk.post("/do/reset", headers={"Origin": "null"})
    own = desk.post("/api/clock", json=body, headers={"Origin": "http://control.test"})
    assert [foreign.status_code, sandboxed.status_code, own.status_code] == [403, 403, 200]


def test_answers_to_its_own_names_only(desk: httpx.Client) -> None:
    rebound = desk.get("/api/state", headers={"Host": "evil.test"})
    assert (rebound.status_code, rebound.json()) == (
        403,
        {"error": "this desk does not answer to 'evil.test'"},
    )


def test_the_page_does_the_same_without_script(world: World, desk: httpx.Client) -> None:
    acts = [
        ("advance", {"advance": "1h"}, "It is now 2026-03-02T09:00:00+00:00."),
        ("fault", {"kind": "503", "count": "1", "for": "", "path": "/a*"}, "Fault 1 is in force."),
        ("clear", {"number": "1"}, "Cleared."),
        ("buy", {"channel": "corner", "sku": "MUG-STONE"}, "Order 1 on corner."),
        ("operate", {"channel": "corner", "action": "empty"}, "Done: empty."),
        ("reset", {}, "Back to the beginning."),
        ("buy", {"channel": "corner", "sku": "LINEN-APRON"}, "LINEN-APRON is sold out"),
        ("operate", {"channel": "corner", "action": "x", "args": "{"}, "Expecting property name"),
    ]
    for act, form, said in acts:
        page = desk.post(f"/do/{act}", data=form, follow_redirects=True)
        assert (page.status_code, said in page.text) == (200, True), (act, page.text)


def test_the_page_shows_ledgers_escaped(desk: httpx.Client, shop: httpx.Client) -> None:
    shop.get("/items?q=<script>alert(1)</script>")
    desk.post("/api/faults", json={"kind": "503", "channel": "corner"})
    shop.get("/items")
    page = desk.get("/").text
    assert "<script>" not in page
    assert "503 on corner" in page
    assert 'href="https://corner.test/storefront/"' in page


def test_dials_are_read_and_turned(world: World, desk: httpx.Client) -> None:
    turned = desk.post("/api/dials/corner", json={"lag_s": 30, "job_s": 5}).json()
    assert turned == {**AS_BUILT, "lag_s": 30.0, "job_s": 5.0}
    assert desk.get("/api/dials").json() == {"corner": turned}
    assert desk.get("/api/dials/corner").json() == turned
    assert world.dialects["corner"].shop.lag.total_seconds() == 30
    desk.post("/api/reset", json={})
    assert desk.get("/api/dials/corner").json() == AS_BUILT


@pytest.mark.parametrize(
    ("channel", "body", "status", "why"),
    [
        ("market", {"lag_s": 1}, 404, "no channel 'market' here"),
        ("corner", {"patience": 1}, 400, "unknown dial 'patience'"),
        ("corner", {"allowance": 0}, 400, "a number above zero"),
        ("corner", {"lag_s": "long"}, 400, "takes a number, not 'long'"),
        ("corner", [1], 400, "as a JSON object"),
    ],
)
def test_senseless_dials_are_refused(
    desk: httpx.Client, channel: str, body: object, status: int, why: str
) -> None:
    answer = desk.post(f"/api/dials/{channel}", json=body)
    assert answer.status_code == status
    assert why in answer.json()["error"]


def test_the_operator_and_the_page_turn_dials_too(world: World, desk: httpx.Client) -> None:
    act = {"action": "dials", "args": {"lag_s": 5}}
    assert desk.post("/api/operator/corner", json=act).json()["result"]["lag_s"] == 5
    form = {"channel": "corner", "lag_s": "60", "job_s": "", "allowance": "0.5"}
    said = desk.post("/do/dials", data=form, follow_redirects=True).text
    assert "Turned the dials of corner." in said
    dials = world.dials["corner"]
    assert (dials.lag_s, dials.job_s, dials.allowance) == (60.0, None, 0.5)
    assert 'name="lag_s" type="number" step="any" value="60"' in said


def test_the_page_of_large_shops_asks_for_a_sku(world: World, desk: httpx.Client) -> None:
    assert "Stoneware mug</option>" in desk.get("/").text
    many = [Goods(f"OAK-{n}", f"Oak shelf, {n} cm", Decimal(n), 1) for n in range(1, 2001)]
    world.dialects["corner"].stock(many)
    page = desk.get("/").text
    assert "too much to list here" in page
    assert 'name="sku" required' in page
    form = {"channel": "corner", "sku": "OAK-7", "quantity": "1"}
    assert "Order 1 on corner." in desk.post("/do/buy", data=form, follow_redirects=True).text
