"""A client of this vendor from PyPI, unmodified, by the vendor's own addresses: consent, offers, orders.

`allegro-api` 0.1.0 has the addresses of production and sandbox built in; the staging world's proxy
answers for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.serve import Served, Wish, served
from tests.simulator.channels.allegro.seller import ANNA, money

allegro_api = pytest.importorskip("allegro_api")
from allegro_api.exceptions import AuthenticationError, NotFoundError, ValidationError  # noqa: E402


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Served]:
    with served(Wish(channels=["allegro"], folder=tmp_path / "authority")) as world:
        yield world


@pytest.fixture(params=[False, True], ids=["production", "sandbox"])
def api(
    staging: Served, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Any]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(staging.authority.file))
    for name in ("no_proxy", "NO_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", staging.proxy_url)
    given = staging.world.dialects["allegro"].credentials()
    names = ("client_id", "client_secret", "access_token", "refresh_token")
    client = allegro_api.AllegroAPI(sandbox=request.param, **{name: given[name] for name in names})
    yield client
    client.session.close()


def test_reads_offers_orders_and_money(staging: Served, api: Any) -> None:
    assert api.user.get_me()["login"] == "staging_shop"
    found = api.get_user_offers(external_id="MUG-STONE", publication_status=["ACTIVE"])
    assert [row["stock"]["available"] for row in found["offers"]] == [80]
    with staging.world.lock:
        order = staging.world.dialects["allegro"].storefront.buy({"MUG-STONE": 2}, ANNA)
    events = api.orders.get_events(type_=["READY_FOR_PROCESSING"])["events"]
    assert [event["order"]["checkoutForm"]["id"] for event in events] == [order]
    assert api.orders.get(order)["summary"]["totalToPay"] == money("79.80")
    assert api.orders.list(status="READY_FOR_PROCESSING")["count"] == 1
    assert api.orders.get_shipments(order) == {"shipments": []}
    assert api.payments.get_payment_operations()["totalCount"] == 1
    assert api.payments.get_refunds()["totalCount"] == 0
    assert api.categories.get("5")["name"] == "Dom i Ogród"


def test_makes_an_offer_from_a_product(api: Any) -> None:
    offer = {
        "name": "Brass coat hook",
        "category": {"id": "257687"},
        "external": {"id": "HOOK-BRASS"},
        "images": ["https://shop.example/hook.jpg"],
        "sellingMode": {"price": money("12.50")},
        "stock": {"available": 40},
        "publication": {"status": "INACTIVE"},
    }
    made = api.post("/sale/product-offers", json_data=offer)
    assert made["publication"]["status"] == "INACTIVE"
    change = {"stock": {"available": 41}}
    path = f"/sale/product-offers/{made['id']}"
    assert api.patch(path, json_data=change)["stock"]["available"] == 41
    api.offers.delete(made["id"])
    with pytest.raises(NotFoundError):
        api.get(path)
    with pytest.raises(ValidationError):
        api.post("/sale/product-offers", json_data={"name": "No stock at all"})


def test_consents_by_device_and_refreshes(api: Any) -> None:
    started = api.oauth_client.device_flow_start()
    with pytest.raises(AuthenticationError, match="Authorization pending"):
        api.oauth_client.device_flow_poll(started["device_code"])
    page = started["verification_uri"]
    assert page.startswith("https://allegro.pl")
    pressed = {"code": started["user_code"], "decision": "allow"}
    requests.post(page, data=pressed, timeout=10).raise_for_status()
    pair = api.oauth_client.device_flow_poll(started["device_code"])
    api.set_access_token(pair.access_token)
    assert api.user.get_me()["login"] == "staging_shop"
    api.refresh_token = pair.refresh_token
    newer = api.refresh_access_token()
    assert newer.refresh_token != pair.refresh_token
    with pytest.raises(AuthenticationError):
        api.oauth_client.refresh_token(pair.refresh_token)
    api.set_access_token(pair.access_token)
    with pytest.raises(AuthenticationError):
        api.user.get_me()
