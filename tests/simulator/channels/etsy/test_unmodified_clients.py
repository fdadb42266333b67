"""Two clients from PyPI, unmodified, under the vendor's own host names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from simulator.env import variables
from simulator.serve import Served, Wish, served
from tests.simulator.channels.etsy.seller import BUYER, GOODS, JPEG

SETTINGS = {"etsy": {"per_second": 1000}}


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The shop on real ports, and the environment that leads there by the vendor's host names."""
    wish = Wish(channels=["etsy"], folder=tmp_path / "authority", goods=GOODS, settings=SETTINGS)
    with served(wish) as world:
        for name, value in variables(world.announcement()).items():
            monkeypatch.setenv(name, value)
            monkeypatch.delenv(name.lower(), raising=False)
        yield world


def credentials(staging: Served) -> dict[str, Any]:
    return staging.world.dialects["etsy"].credentials()


def buy(staging: Served, **basket: int) -> int:
    wanted = {sku.replace("_", "-"): pieces for sku, pieces in basket.items()}
    return int(staging.world.dialects["etsy"].storefront.buy(wanted, BUYER))


def test_etsyv3_reads_writes_and_ships(staging: Served) -> None:
    api = pytest.importorskip("etsyv3.etsy_api", reason="needs the package etsyv3")
    from etsyv3.enums import ListingRequestState
    from etsyv3.models.file_request import UploadListingImageRequest
    from etsyv3.models.listing_request import UpdateListingInventoryRequest, UpdateListingRequest
    from etsyv3.models.receipt_request import CreateReceiptShipmentRequest

    keys = credentials(staging)
    shop, past = int(keys["shop_id"]), datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1)
    saved: list[Any] = []
    client = api.EtsyAPI(
        keys["api_key"],  # the published client knows one key: it is given both parts
        keys["access_token"],
        keys["refresh_token"],
        past,
        lambda *tokens: saved.append(tokens),
    )
    assert client.get_listings_by_shop(shop)["count"] == 2  # after a refresh by itself
    assert saved[0][1] == credentials(staging)["refresh_token"]
    listing = client.get_listings_by_shop(shop, state=api.ListingState.SOLD_OUT)["results"][0]
    number = listing["listing_id"]
    client.update_listing(shop, number, UpdateListingRequest(state=ListingRequestState.ACTIVE))
    document = client.get_listing_inventory(number)
    wanted = UpdateListingInventoryRequest.generate_request_from_inventory_response(document)
    wanted.products[0].offerings[0]["quantity"] = 6
    client.update_listing_inventory(number, wanted)
    assert client.get_listing(number)["quantity"] == 6
    client.upload_listing_image(shop, number, UploadListingImageRequest(JPEG, rank=1))
    receipt = buy(staging, LINEN_APRON=1)
    parcel = CreateReceiptShipmentRequest("PX1", "dpd")
    shipped = client.create_receipt_shipment(shop, receipt, parcel)
    assert shipped["shipments"][0]["tracking_code"] == "PX1"
    with pytest.raises(api.NotFound):
        client.get_listing(1)


def test_etsy_python_reads_writes_and_ships(staging: Served) -> None:
    session = pytest.importorskip(
        "etsy_python.v3.resources.Session", reason="needs the package etsy-python"
    )
    from etsy_python.v3.enums.Listing import WhenMade, WhoMade
    from etsy_python.v3.exceptions.RequestException import RequestException
    from etsy_python.v3.models.Listing import (
        CreateDraftListingRequest,
        UpdateListingInventoryRequest,
    )
    from etsy_python.v3.models.Product import Product
    from etsy_python.v3.models.Receipt import CreateReceiptShipmentRequest
    from etsy_python.v3.resources.Listing import ListingResource
    from etsy_python.v3.resources.ListingInventory import ListingInventoryResource
    from etsy_python.v3.resources.Receipt import ReceiptResource

    keys = credentials(staging)
    shop = int(keys["shop_id"])
    client = session.EtsyClient(
        keys["api_key"],
        keys["access_token"],
        keys["refresh_token"],
        datetime.now(UTC) - timedelta(hours=1),
    )
    store: Any = staging.world.dialects["etsy"]
    profile, readiness = (next(store.shop.all(k)).id for k in ("shipping_profile", "readiness"))
    draft = CreateDraftListingRequest(
        quantity=2,
        title="Stoneware mug",
        description="Holds 0.3 l.",
        price=39.9,
        who_made=WhoMade.I_DID,
        when_made=WhenMade.MADE_TO_ORDER,
        taxonomy_id=1070,
        shipping_profile_id=profile,
        readiness_state_id=readiness,
    )
    made = ListingResource(client).create_draft_listing(shop, draft)
    assert (made.code, made.message["state"]) == (201, "draft")
    offering = {"price": 41.0, "quantity": 5, "is_enabled": True, "readiness_state_id": readiness}
    wanted = UpdateListingInventoryRequest([Product("MUG", [], [offering])], [], [], [])
    number = made.message["listing_id"]
    put = ListingInventoryResource(client).update_listing_inventory(number, wanted)
    assert put.message["products"][0]["sku"] == "MUG"
    assert put.rate_limits.limit_per_second == "1000"
    receipt = buy(staging, RETRO_CLOCK=1)
    receipts = ReceiptResource(client)
    found = receipts.get_shop_receipts(shop, was_shipped=False)
    assert [r["receipt_id"] for r in found.message["results"]] == [receipt]
    shipped = receipts.create_receipt_shipment(
        shop, receipt, CreateReceiptShipmentRequest("PX1", "dpd")
    )
    assert shipped.message["is_shipped"] is True
    with pytest.raises(RequestException):
        receipts.get_shop_receipt(shop, 1)


def press_allow(address: str) -> tuple[str, str]:
    """Open a consent page, press Allow; gives the code and state that the app is sent."""
    page = requests.get(address, timeout=10).text
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    sent = requests.post(
        "https://www.etsy.com/oauth/connect",
        data={name: unescape(value) for name, value in hidden.items()} | {"choice": "allow"},
        allow_redirects=False,
        timeout=10,
    )
    told = parse_qs(urlsplit(sent.headers["Location"]).query)
    return told["code"][0], told["state"][0]


@pytest.mark.parametrize(
    ("module", "name"),
    [("etsyv3.util.auth.auth_helper", "AuthHelper"), ("etsy_python.v3.auth.OAuth", "EtsyOAuth")],
)
def test_their_own_helpers_get_consent(staging: Served, module: str, name: str) -> None:
    found = pytest.importorskip(module, reason="needs the client")
    keys = credentials(staging)
    helper = getattr(found, name)(
        keys["keystring"], "https://agent.example/back", ["listings_r", "shops_r"]
    )
    address, _ = helper.get_auth_code()
    helper.set_authorisation_code(*press_allow(address))
    tokens = helper.get_access_token()
    assert tokens["expires_in"] == 3600
    headers = {
        "x-api-key": keys["api_key"],
        "Authorization": f"Bearer {tokens['access_token']}",
    }
    url = "https://openapi.etsy.com/v3/application/users/me"
    me = requests.get(url, headers=headers, timeout=10).json()
    assert me["shop_id"] == int(keys["shop_id"])
