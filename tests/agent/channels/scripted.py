"""A vendor whose answers a test writes itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from agent import channels
from agent.channels import Channel
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from tests.agent.paper_site import HandClock

Answer = Callable[[httpx.Request], httpx.Response]


class SteadyClock(HandClock):
    """A clock of a test's whose stopwatch goes with it."""

    def mono(self) -> float:
        return self.time.timestamp()


@dataclass
class Scripted:
    """A connection to a vendor that says whatever a test wants, on a clock that it moves.

    `face` is what tally.yaml says of it, `secrets` are the environment that it names; `login_at` stands in the
    address of every login.
    """

    kind: str
    face: dict[str, Any]
    secrets: dict[str, str]
    answer: Answer
    login_at: str | None = None
    login: Answer = field(default=lambda _: said({}))
    rest_s: float = 5.0  # after which as many calls as may come at once may come again
    clock: SteadyClock = field(default_factory=SteadyClock)
    sent: list[httpx.Request] = field(default_factory=list)
    logins: list[httpx.Request] = field(default_factory=list)

    def ports(self) -> Ports:
        """Doors that lead to this vendor."""
        return Ports(
            clock=self.clock,
            http=Http(httpx.MockTransport(self._handle)),
            environment=Environment(self.secrets),
        )

    def settings(self, **settings: Any) -> Any:
        """The channel's settings."""
        return channels.module(self.kind).Settings(**{**self.face, **settings})

    def connect(self, **settings: Any) -> Channel:
        """The channel."""
        connect: Callable[..., Channel] = channels.module(self.kind).connect
        return connect(self.kind, self.settings(**settings), self.ports())

    def rest(self) -> None:
        """As many calls as may come at once may come again."""
        self.clock.pass_time(seconds=self.rest_s)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if self.login_at is not None and self.login_at in request.url.path:
            self.logins.append(request)
            return self.login(request)
        self.sent.append(request)
        return self.answer(request)


def said(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer."""
    return httpx.Response(status, json=body, headers=headers)
