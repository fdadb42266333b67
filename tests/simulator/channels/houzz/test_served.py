"""A client in the manner of the public ones, on the standard library alone, over TLS.

No package index has a Houzz client. What is done here is what those do that were read: they take the
first element for the root whatever it is called, look for `Ack`, and search the tree for `Order`.
"""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from simulator.serve import Served, Wish, served


class Client:
    """Calls of the API at an address."""

    def __init__(self, base_url: str, ca_file: Path, credentials: dict[str, str]) -> None:
        self.base_url = base_url
        self.headers = {
            "X-HOUZZ-API-SSL-TOKEN": credentials["token"],
            "X-HOUZZ-API-USER-NAME": credentials["user_name"],
            "X-HOUZZ-API-APP-NAME": credentials["app_name"],
            "Content-Type": "text/xml",
        }
        trusted = ssl.create_default_context(cafile=str(ca_file))
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=trusted), urllib.request.ProxyHandler({})
        )

    def call(self, method: str, body: str = "", **params: str) -> ElementTree.Element:
        """The answer's root; a failure when `Ack` is not Success."""
        query = urlencode({"format": "xml", "method": method, **params})
        asked = urllib.request.Request(
            f"{self.base_url}/api?{query}", body.encode() or None, self.headers
        )
        with self.opener.open(asked, timeout=10) as answer:
            root = ElementTree.fromstring(answer.read())
        if root.findtext("Ack") != "Success":
            raise RuntimeError(root.findtext(".//Message"))
        return root


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Served]:
    with served(Wish(channels=["houzz"], folder=tmp_path / "authority")) as world:
        yield world


def test_a_client_over_tls_sets_stock_and_ships(staging: Served) -> None:
    world = staging.world
    client = Client(
        world.base_urls["houzz"], staging.authority.file, world.dialects["houzz"].credentials()
    )
    client.call(
        "updateInventory",
        "<UpdateInventoryRequest><SKU>LAMP-ARC</SKU><Action>update</Action><Quantity>9</Quantity>"
        "</UpdateInventoryRequest>",
    )
    listed = client.call("getListings", Status="Active", Start="0", NumberOfItems="1000")
    stock = {x.findtext("SKU"): x.findtext("Quantity") for x in listed.iter("Listing")}
    assert stock["LAMP-ARC"] == "9"
    with world.lock:
        number = world.shoppers.buy("houzz", {"LAMP-ARC": 1}).number
    world.advance(timedelta(minutes=30))
    found = client.call("getOrders", Status="Charged")
    assert [order.findtext("OrderId") for order in found.iter("Order")] == [number]
    ship = (
        f"<UpdateOrderRequest><OrderId>{number}</OrderId><Action>Ship</Action>"
        "<ShippingMethod>FedEx Ground</ShippingMethod><TrackingNumber>7712</TrackingNumber>"
        "</UpdateOrderRequest>"
    )
    client.call("updateOrder", ship)
    with pytest.raises(RuntimeError, match="Order has already been shipped"):
        client.call("updateOrder", ship)
    with world.lock:
        assert world.dialects["houzz"].storefront.order(number).parcels == ["7712"]
