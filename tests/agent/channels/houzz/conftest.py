"""A Houzz seller on staging, and one whose answers a test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from agent.channels import Channel
from agent.channels.houzz import Settings, connect
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from tests.agent.paper_site import HandClock
from tests.contract.conftest import conforms
from tests.contract.shops import StagedShop

TOKEN = "token-that-nobody-sees"
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def shop() -> Iterator[StagedShop]:
    """A seller of the staging world, whose requests must all have the shapes that are known."""
    found = StagedShop("houzz")
    yield found
    found.close()
    conforms(found)


class Scripted:
    """A connection to a vendor that says whatever a test wants, on a clock that it moves."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.clock.mono = lambda: self.clock.time.timestamp()  # type: ignore[method-assign]
        self.secrets = {"TALLY_SECRET_TOKEN": TOKEN}
        self.sent: list[httpx.Request] = []
        self.answer: Answer = lambda _: said({"Ack": "Success"})

    def connect(self, **settings: Any) -> Channel:
        """The channel."""
        ports = Ports(
            clock=self.clock,
            http=Http(httpx.MockTransport(self._handle)),
            environment=Environment(self.secrets),
        )
        face = {"user": "seller", "app": "tally", "secret_token": "TOKEN", "category": 14010}
        return connect("houzz", Settings(**{**face, **settings}), ports)

    def rest(self) -> None:
        """As many calls as may come at once may come again."""
        self.clock.time += timedelta(seconds=5)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return self.answer(request)


@pytest.fixture
def scripted() -> Scripted:
    """A vendor that a test speaks for."""
    return Scripted()


def said(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer."""
    return httpx.Response(status, json=body, headers=headers)


def xml(text: str, status: int = 200) -> httpx.Response:
    """An XML answer, or what claims to be one."""
    return httpx.Response(status, text=text)
