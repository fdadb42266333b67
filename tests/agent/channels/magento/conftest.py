"""A Magento shop on staging with its people's own access, and one whose answers a test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import httpx
import pytest

from agent.channels import Channel
from agent.channels.magento import Settings, connect
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator.channels.magento.dialect import Magento
from tests.agent.paper_site import HandClock
from tests.contract.conftest import conforms
from tests.contract.shops import StagedShop
from tests.simulator.channels.magento.connector import Rest

TOKEN = "token-that-nobody-sees"
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def shop() -> Iterator[StagedShop]:
    """A shop of the staging world, whose requests must all be as the vendor's schema says."""
    found = StagedShop("magento")
    yield found
    found.close()
    conforms(found)


@pytest.fixture
def people(shop: StagedShop) -> Rest:
    """What the shop's people and other programs do to it, not seen by the test's recorder."""
    return Rest(cast(Magento, shop.dialect), shop.world.transport())


class Scripted:
    """A connection to a vendor that says whatever a test wants, on a clock that it moves."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.clock.mono = lambda: self.clock.time.timestamp()  # type: ignore[method-assign]
        self.secrets = {"TALLY_SECRET_TOKEN": TOKEN}
        self.sent: list[httpx.Request] = []
        self.answer: Answer = lambda _: said([])

    def connect(self, **settings: Any) -> Channel:
        """The channel."""
        ports = Ports(
            clock=self.clock,
            http=Http(httpx.MockTransport(self._handle)),
            environment=Environment(self.secrets),
        )
        face = {"address": "https://shop.example", "secret_token": "TOKEN"}
        return connect("magento", Settings(**{**face, **settings}), ports)

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
