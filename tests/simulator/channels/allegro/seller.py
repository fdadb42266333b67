"""A seller's connector to the simulated Allegro, every exchange of which is held against the schema."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import httpx

from simulator.channels import Buyer
from simulator.channels.allegro.dialect import Allegro
from simulator.world import World
from tests.conformance.allegro import faults_of_request, faults_of_response

BASE = "https://allegro.test"
PUBLIC = "application/vnd.allegro.public.v1+json"
BETA = "application/vnd.allegro.beta.v1+json"
ANNA = Buyer(
    "Anna", "Nowak", "anna@poczta.example", "+48 600 100 200", "Lipowa 3", "Poznań", "60-101"
)


class Checked(httpx.BaseTransport):
    """Passes requests on; AssertionError for an exchange that the vendor's file does not describe.

    What a request holds is looked at when it was taken; a test may well send what is refused.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.inner.handle_request(request)
        response.read()
        faults = faults_of_response(request, response)
        if response.status_code < 400:
            faults += faults_of_request(request)
        assert not faults, "\n".join(faults)
        self.count += 1
        return response


class Seller:
    """Who calls the API for the account. Answers are statuses with bodies."""

    def __init__(self, world: World) -> None:
        self.world = world
        found = world.dialects["allegro"]
        assert isinstance(found, Allegro)
        self.shop = found
        self.http = httpx.Client(transport=Checked(world.transport()), base_url=BASE)
        self.token: str = self.shop.credentials()["access_token"]

    def call(
        self, method: str, path: str, body: Any = None, version: str = PUBLIC, **query: Any
    ) -> httpx.Response:
        """One call with the seller's token."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": version}
        more = {} if body is None else {"Content-Type": version}
        params = {name.replace("__", "."): value for name, value in query.items()}
        return self.http.request(
            method,
            path,
            headers={**headers, **more},
            json=body,
            params=params or None,
        )

    def get(self, path: str, version: str = PUBLIC, **query: Any) -> Any:
        """What stands there."""
        answer = self.call("GET", path, version=version, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str]:
        """The status and the first error's code of a call that is refused."""
        answer = self.call(method, path, body, **more)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["errors"][0]["code"]

    def offer_id(self, sku: str) -> str:
        """The number of the offer with this code."""
        rows = self.get("/sale/offers", external__id=sku)["offers"]
        assert len(rows) == 1, rows
        return str(rows[0]["id"])

    def offer(self, sku: str) -> Any:
        """All of the offer with this code."""
        return self.get(f"/sale/product-offers/{self.offer_id(sku)}")

    def command(self, kind: str, body: Any) -> tuple[str, Any]:
        """Give a command and let its time come; its address and its tasks."""
        path = f"/sale/offer-{kind}-commands/{uuid.uuid4()}"
        answer = self.call("PUT", path, body)
        assert answer.status_code == 201, answer.text
        self.wait(10)
        return path, self.get(f"{path}/tasks")["tasks"]

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.advance(timedelta(seconds=seconds))

    def events(self, after: str = "0") -> list[tuple[str, str]]:
        """The order events: (type, checkout form)."""
        rows = self.get("/order/events", **{"from": after})["events"]
        return [(row["type"], row["order"]["checkoutForm"]["id"]) for row in rows]


def criteria(*ids: str) -> list[Any]:
    """`offerCriteria` of a command."""
    return [{"type": "CONTAINS_OFFERS", "offers": [{"id": id} for id in ids]}]


def money(amount: str) -> dict[str, str]:
    """A price in złoty."""
    return {"amount": amount, "currency": "PLN"}
