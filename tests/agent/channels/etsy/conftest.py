"""An Etsy shop on staging, and one whose answers a test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from agent.channels import Channel
from agent.channels.etsy import Settings, connect
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from tests.agent.paper_site import HandClock
from tests.contract.conftest import conforms
from tests.contract.shops import StagedShop

SECRETS = {"KEY": "keystring-of-the-app", "SHARED": "shared-secret", "TOKENS": "7.refresh"}
ACCESS = "7.access-token-that-nobody-sees"
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def shop() -> Iterator[StagedShop]:
    """A shop of the staging world, whose requests must all have the shapes that are known."""
    found = StagedShop("etsy")
    yield found
    found.close()
    conforms(found)


class Scripted:
    """A connection to a vendor that says whatever a test wants, on a clock that it moves."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.clock.mono = lambda: self.clock.time.timestamp()  # type: ignore[method-assign]
        self.sent: list[httpx.Request] = []
        self.answer: Answer = lambda _: said({"shop_id": 1})

    def connect(self, **settings: Any) -> Channel:
        """The channel."""
        ports = Ports(
            clock=self.clock,
            http=Http(httpx.MockTransport(self._handle)),
            environment=Environment({f"TALLY_SECRET_{k}": v for k, v in SECRETS.items()}),
        )
        face = {
            "shop_id": 1,
            "secret_key": "KEY",
            "secret_shared": "SHARED",
            "secret_tokens": "TOKENS",
        }
        return connect("etsy", Settings(**{**face, **settings}), ports)

    def rest(self) -> None:
        """As many calls as may come in a second may come again."""
        self.clock.time += timedelta(seconds=2)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth/token"):
            token = {"access_token": ACCESS, "expires_in": 3600, "refresh_token": "7.next"}
            return said(token)
        self.sent.append(request)
        return self.answer(request)


@pytest.fixture
def scripted() -> Scripted:
    """A vendor that a test speaks for."""
    return Scripted()


def said(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer."""
    return httpx.Response(status, json=body, headers=headers)


def asked(shop: StagedShop) -> list[str]:
    """What was asked of the vendor's API: "PUT inventory", "GET batch/inventory"."""
    found = []
    for request in shop.recorder.sent:
        words = [w for w in request.url.path.split("/")[3:] if w and not w.isdigit()]
        if "application" in request.url.path:
            found.append(f"{request.method} {'/'.join(words) or 'root'}")
    return found
