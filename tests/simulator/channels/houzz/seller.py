"""A seller's client of the simulated Houzz, which holds every exchange against the known shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import httpx

from simulator.channels import Buyer
from simulator.channels.houzz.dialect import Houzz
from simulator.world import World
from tests.conformance.houzz import faults_of_request, faults_of_response

BUYER = Buyer(
    "Jo", "Doe", "jo@example.com", "5125550100", "1 Main St", "Austin", "73301", country="US"
)
URL = "https://houzz.test/api"


class Checked(httpx.BaseTransport):
    """Judges what passes: answers always, requests unless they are wrong on purpose. No answer
    tells a token."""

    def __init__(self, inner: httpx.BaseTransport, secrets: Sequence[str]) -> None:
        self.inner, self.secrets, self.is_wild = inner, secrets, False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        found = [] if self.is_wild else faults_of_request(request)
        answer = self.inner.handle_request(request)
        answer.read()
        found += faults_of_response(request, answer)
        assert found == [], f"{request.method} {request.url}"
        assert not any(secret in answer.text for secret in self.secrets)
        return answer


class Seller:
    """Calls by method name. Reads come in JSON, writes are XML; `wild` sends what nobody should."""

    def __init__(self, world: World) -> None:
        self.world = world
        dialect = world.dialects["houzz"]
        assert isinstance(dialect, Houzz)
        self.dialect = dialect
        tokens = [key.token for key in dialect.keys.all().values()]
        self.transport = Checked(world.transport(), tokens)
        self.http = httpx.Client(transport=self.transport)
        self.sign_in("token", "app_name")

    def sign_in(self, token: str, app: str) -> None:
        """Use these of the credentials."""
        given = self.dialect.credentials()
        self.http.headers["X-HOUZZ-API-SSL-TOKEN"] = given[token]
        self.http.headers["X-HOUZZ-API-USER-NAME"] = given["user_name"]
        self.http.headers["X-HOUZZ-API-APP-NAME"] = given[app]

    def get(self, method: str, **params: Any) -> Any:
        """A read's answer."""
        asked = {"format": "json", "method": method, **params}
        return self.http.get(URL, params=asked).json()

    def post(self, method: str, inner: str) -> Any:
        """The answer to a document with this inside its root; asked for in JSON."""
        root = method[0].upper() + method[1:] + "Request"
        asked = {"format": "json", "method": method}
        return self.http.post(URL, params=asked, content=f"<{root}>{inner}</{root}>").json()

    def inventory(self, sku: str, **facts: Any) -> Any:
        """updateInventory of one sku."""
        return self.post("updateInventory", xml({"SKU": sku, "Action": "update", **facts}))

    def add(self, inner: str) -> Any:
        """addListing."""
        return self.post("addListing", f"<Listing>{inner}</Listing>")

    def update(self, **facts: Any) -> Any:
        """updateListing."""
        return self.post("updateListing", f"<Listing>{xml(facts)}</Listing>")

    def act(self, number: str, action: str, **facts: Any) -> Any:
        """updateOrder."""
        return self.post("updateOrder", xml({"OrderId": number, "Action": action, **facts}))

    def ship(self, number: str, tracking: str = "1Z999AA10123456784") -> Any:
        """Mark an order shipped."""
        return self.act(number, "Ship", ShippingMethod="UPS Ground", TrackingNumber=tracking)

    def cancel(self, number: str, code: int = 1) -> Any:
        """Cancel an order."""
        return self.act(number, "Cancel", CancelCode=code, Comments="none left")

    def wild(self, verb: str, url: str = URL, **sent: Any) -> httpx.Response:
        """A request that is wrong on purpose; its answer is held against the shapes all the same."""
        self.transport.is_wild = True
        try:
            return self.http.request(verb, url, **sent)
        finally:
            self.transport.is_wild = False

    def spoiled(self, method: str, inner: str) -> list[str]:
        """What is said against a document that is wrong on purpose."""
        root = method[0].upper() + method[1:] + "Request"
        asked = {"format": "json", "method": method}
        answer = self.wild("POST", params=asked, content=f"<{root}>{inner}</{root}>")
        return messages(answer.json())

    def buy(self, *, buyer: Buyer = BUYER, **basket: int) -> str:
        """A shopper's order by sku (underscores for hyphens): its id."""
        wanted = {sku.replace("_", "-"): count for sku, count in basket.items()}
        return self.dialect.storefront.buy(wanted, buyer)

    def charged(self, **basket: int) -> str:
        """An order that Houzz has charged half an hour later: its id."""
        number = self.buy(**basket)
        self.world.advance(timedelta(minutes=30))
        return number

    def statuses(self, **params: Any) -> dict[str, str]:
        """The orders that getOrders shows: {id: status}."""
        return {o["OrderId"]: o["Status"] for o in self.get("getOrders", **params)["Orders"]}

    def listing(self, sku: str) -> dict[str, Any]:
        """A listing by its sku."""
        found: dict[str, Any] = self.get("getListing", SKU=sku)["Listing"]
        return found

    def operate(self, action: str, **args: Any) -> Any:
        """What people do by hand."""
        return self.dialect.operator(action, args)


def xml(facts: Mapping[str, Any]) -> str:
    """Elements with these names and texts, nested where a value is a mapping or already text."""
    return "".join(
        f"<{name}>{xml(value) if isinstance(value, Mapping) else escape(str(value))}</{name}>"
        for name, value in facts.items()
    )


def messages(answer: Mapping[str, Any]) -> list[str]:
    """What an answer says is wrong."""
    assert answer["Ack"] == "Error", answer
    return [error["Message"] for error in answer["Errors"]]


def texts(answer: httpx.Response, path: str) -> list[str | None]:
    """The texts of elements in an XML answer."""
    return [found.text for found in ElementTree.fromstring(answer.content).iterfind(path)]


OK = {"Ack": "Success"}
SOFA = {
    "SKU": "SOFA-1-GR",
    "Title": "Sofa <Oslo> & cushion",
    "CategoryId": 14010,
    "Price": "499.00",
    "Quantity": 5,
}
