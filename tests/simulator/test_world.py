"""The world: its doors in process, its settings, beginning again."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from simulator.durations import span
from simulator.faults import Fault
from simulator.world import DEFAULTS, GOODS, World, settings_for

pytestmark = pytest.mark.usefixtures("corner_shop")


def test_routes_by_host_and_honours_the_scheme(shop: httpx.Client) -> None:
    secure = shop.get("https://corner.test/scheme").json()
    plain = shop.get("http://corner.test/scheme").json()
    assert secure == {"scheme": "https", "root": "https://corner.test/"}
    assert plain == {"scheme": "http", "root": "http://corner.test/"}


def test_routes_by_the_shops_own_address_and_more(world: World) -> None:
    own = World(channel_names=["corner"], base_urls={"corner": "https://127.0.0.1:8443"})
    with httpx.Client(transport=own.transport({"hook.test": world.application("corner")})) as c:
        assert c.get("https://127.0.0.1:8443/items").status_code == 401
        assert c.get("http://hook.test/items").status_code == 401
        assert c.get("http://control.test/api/state").status_code == 200
        with pytest.raises(httpx.ConnectError, match=r"no elsewhere\.test in the staging world"):
            c.get("https://elsewhere.test/")
    own.close()


@pytest.mark.parametrize("host", ["api.corner.example", "oak.shops.corner.example"])
def test_routes_by_the_vendors_real_hosts(shop: httpx.Client, host: str) -> None:
    assert shop.get(f"https://{host}/scheme").json()["root"] == f"https://{host}/"


def test_no_two_vendors_claim_a_host() -> None:
    claims: dict[str, str] = {}
    world = World()
    for name, dialect in world.dialects.items():
        for host in dialect.hosts:
            assert claims.setdefault(host, name) == name
    world.close()


def test_paths_beyond_ascii_arrive_whole(world: World, shop: httpx.Client) -> None:
    world.dialects["corner"].stock([GOODS[0].__class__("ŁÓDŹ-1", "Łódź", GOODS[0].price, 1)])
    answer = shop.put("/items/ŁÓDŹ-1", json={"price": "2.00"})
    assert (answer.status_code, answer.json()["price"]) == (200, "2.00")


def test_settings_of_all_shops_and_of_one() -> None:
    given = {"currency": "EUR", "taxes": {}, "woocommerce": {"currency": "USD"}}
    rest = {k: DEFAULTS[k] for k in ("zone", "country", "prices_include_tax")}
    assert settings_for("corner", given) == {**rest, "currency": "EUR", "taxes": {}}
    assert settings_for("woocommerce", given) == {**rest, "currency": "USD", "taxes": {}}


def test_a_world_without_goods_is_empty() -> None:
    world = World(channel_names=["corner"])
    assert world.dialects["corner"].storefront.shelf() == []
    world.close()


def test_resetting_a_shop_brings_its_beginning_back(world: World, shop: httpx.Client) -> None:
    beginning = world.dialects["corner"].storefront.shelf()
    token = world.dialects["corner"].credentials()
    number = world.shoppers.buy("corner", {"LAMP-ARC": 2}).number
    world.faults.add(Fault("503"))
    world.dialects["corner"].operator("rename", {"to": "Corner & Sons"})
    world.reset("corner")
    assert world.dialects["corner"].storefront.shelf() == beginning
    assert world.dialects["corner"].credentials() == token
    assert world.dialects["corner"].shop.setting("name") is None
    assert len(world.faults.standing()) == 1
    assert world.shoppers.buy("corner", {"LAMP-ARC": 1}).number == number


def test_resetting_the_world_forgets_faults_ledger_and_shoppers(
    world: World, shop: httpx.Client
) -> None:
    first = world.shoppers.buy("corner", {"MUG-STONE": 1}).buyer
    shop.get("/items")
    world.faults.add(Fault("503"))
    world.reset()
    assert (world.ledger.count(), world.faults.standing()) == (0, [])
    assert world.shoppers.purchases == []
    assert world.shoppers.buy("corner", {"MUG-STONE": 1}).buyer == first


def test_emptying_takes_goods_and_leaves_settings(world: World) -> None:
    world.empty("corner")
    assert world.dialects["corner"].storefront.shelf() == []
    assert world.dialects["corner"].shop.setting("set up")["currency"] == "PLN"


def test_an_unknown_channel_cannot_be_reset(world: World) -> None:
    with pytest.raises(LookupError, match="no channel 'market' in the staging world"):
        world.reset("market")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), ("1h30m", 5400), ("2d", 172_800), ("0.5s", 0.5)]
)
def test_spans_of_time(text: str, seconds: float) -> None:
    assert span(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "1", "h", "-1h", "1h 2d", "soon"])
def test_what_is_no_span_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="not a span of time"):
        span(text)
