"""An Allegro seller on staging, and one whose answers a test writes itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from agent.channels import Channel
from agent.channels.allegro import Settings, connect
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from tests.agent.paper_site import HandClock
from tests.contract.conftest import conforms
from tests.contract.shops import StagedShop

ACCESS, REFRESH, SECRET = "access-nobody-sees", "refresh-nobody-sees", "secret-nobody-sees"
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def shop() -> Iterator[StagedShop]:
    """A seller of the staging world, whose requests must all be as the vendor describes them."""
    found = StagedShop("allegro")
    yield found
    found.close()
    conforms(found)


class Scripted:
    """A connection to a vendor that says whatever a test wants, on a clock that it moves."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.clock.mono = lambda: self.clock.time.timestamp()  # type: ignore[method-assign]
        self.sent: list[httpx.Request] = []
        self.answer: Answer = lambda _: said({})
        self.login: Answer = lambda _: said(
            {"access_token": ACCESS, "refresh_token": REFRESH, "expires_in": 43199}
        )

    def ports(self) -> Ports:
        """Doors that lead to this vendor."""
        secrets = {"TALLY_SECRET_TOKENS": "seed-nobody-sees", "TALLY_SECRET_CLIENT": SECRET}
        return Ports(
            clock=self.clock,
            http=Http(httpx.MockTransport(self._handle)),
            environment=Environment(secrets),
        )

    def connect(self, **settings: Any) -> Channel:
        """The channel."""
        return connect("allegro", face(**settings), self.ports())

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        login = request.url.path.startswith("/auth/")
        return self.login(request) if login else self.answer(request)


def face(**settings: Any) -> Settings:
    """The settings of a seller."""
    usual = {
        "address": "https://api.example",
        "login": "https://login.example",
        "client_id": "our-id",
        "secret_client": "CLIENT",
        "secret_tokens": "TOKENS",
    }
    return Settings(**{**usual, **settings})


def said(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer."""
    return httpx.Response(status, headers=headers, content=json.dumps(body).encode())


def no(status: int, code: str, message: str = "No.", path: str | None = None) -> httpx.Response:
    """A refusal in the vendor's shape."""
    row = {"code": code, "message": message, "path": path, "userMessage": message}
    return said({"errors": [{**row, "details": None, "metadata": {}}]}, status)


@pytest.fixture
def vendor() -> Scripted:
    """A vendor under the test's hand."""
    return Scripted()
