"""An Amazon seller on staging, and one whose answers a test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from agent.channels import Channel
from agent.channels.amazon import Settings, connect
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from tests.agent.paper_site import HandClock
from tests.contract.conftest import conforms
from tests.contract.shops import StagedShop

ACCESS, REFRESH, SECRET = "Atza|nobody-sees", "Atzr|nobody-sees", "amzn1.oa2-cs.v1.nobody-sees"
SELLER, GERMANY = "A2SELLER", "A1PA6795UKMFR9"
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def shop() -> Iterator[StagedShop]:
    """A seller of the staging world, whose requests must all be as the vendor describes them."""
    found = StagedShop("amazon")
    yield found
    found.close()
    conforms(found)


class Scripted:
    """A connection to a vendor that says whatever a test wants, on a clock that it moves."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.clock.mono = lambda: self.clock.time.timestamp()  # type: ignore[method-assign]
        self.sent: list[httpx.Request] = []
        self.answer: Answer = lambda _: said({"items": [], "numberOfResults": 0})
        self.logins = 0

    def connect(self, **settings: Any) -> Channel:
        """The channel."""
        secrets = {"TALLY_SECRET_CLIENT": SECRET, "TALLY_SECRET_REFRESH": REFRESH}
        ports = Ports(
            clock=self.clock,
            http=Http(httpx.MockTransport(self._handle)),
            environment=Environment(secrets),
        )
        return connect("amazon", face(**settings), ports)

    def rest(self) -> None:
        """As many calls as may come at once may come again."""
        self.clock.time += timedelta(hours=2)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/o2/token":
            self.logins += 1
            return said({"access_token": ACCESS, "token_type": "bearer", "expires_in": 3600})
        self.sent.append(request)
        return self.answer(request)


@pytest.fixture
def scripted() -> Scripted:
    """A vendor that a test speaks for."""
    return Scripted()


def face(**settings: Any) -> Settings:
    """What tally.yaml says of a seller in Germany."""
    usual = {
        "address": "https://sellingpartnerapi-eu.amazon.com",
        "client_id": "amzn1.application-oa2-client.1",
        "secret_client": "CLIENT",
        "secret_refresh": "REFRESH",
        "seller_id": SELLER,
        "marketplace": GERMANY,
        "product_type": "HOME",
        "brand": "Dąb",
    }
    return Settings(**{**usual, **settings})


def said(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer."""
    return httpx.Response(status, json=body, headers=headers)


def fault(status: int, code: str, message: str, details: str = "") -> httpx.Response:
    """A refusal in Amazon's shape."""
    return said({"errors": [{"code": code, "message": message, "details": details}]}, status)
