"""HTTP to the connector of one BaseLinker account and nothing else: methods out, checked JSON back."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.channels import trouble
from agent.channels.baselinker import errors
from agent.errors import ChannelError, OutcomeUnknown, Throttled, Unavailable
from agent.ports import Ports
from agent.ports.http import Answer
from agent.ports.http import Client as HttpClient

log = logging.getLogger(__name__)

TIMEOUT_S = 90.0  # a thousand products are saved in one request
CONNECTOR = "/connector.php"
MINUTE_S = 61.0  # a second more than the vendor's: requests take time to arrive


@dataclass(frozen=True)
class Told:
    """The body of an answer that succeeded, and the answer."""

    body: Mapping[str, Any]
    answer: Answer


class Client:
    """Methods of one token, no more in a minute than it may. Nothing is repeated, and nothing waits."""

    def __init__(
        self, http: HttpClient, shop: str, ports: Ports, token: str, per_minute: int
    ) -> None:
        self._http, self._shop, self._clock = http, shop, ports.clock
        self._token, self._per_minute = token, per_minute
        self._lock = ports.environment.mutex()
        self._sent: deque[float] = deque()  # of the last minute, on the monotonic clock
        self._quiet_until = float("-inf")

    def read(self, method: str, given: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The answer to a method that changes nothing. Unavailable also when no usable one came."""
        return self.ask(method, given).body

    def ask(self, method: str, given: Mapping[str, Any] | None = None) -> Told:
        """As `read`, with the headers."""
        try:
            return self._send(method, given or {}, wrote=False)
        except OutcomeUnknown as error:  # nothing can have happened
            raise Unavailable(error.what, error.where, trouble.RETRIES) from error

    def write(self, method: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a method that changes something. OutcomeUnknown when none came."""
        return self._send(method, given, wrote=True).body

    def where(self, method: str) -> str:
        """How errors name a call."""
        return f"{self._shop} {method}"

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _send(self, method: str, given: Mapping[str, Any], *, wrote: bool) -> Told:
        self._pace(method)
        form = {"method": method, "parameters": json.dumps(given, separators=(",", ":"))}
        headers = {"x-bltoken": self._token}
        answer = self._http.send("POST", CONNECTOR, form=form, headers=headers)
        log.debug("channel=%s %s status=%d", self._shop, method, answer.status)
        try:
            return Told(self._checked(answer, method, wrote=wrote), answer)
        except ChannelError as error:
            error.what = error.what.replace(self._token, "…")  # a proxy may echo what it was sent
            error.args = (error.what,)
            if isinstance(error, Throttled):
                self._quiet_until = self._clock.mono() + error.retry_after_s
            raise

    def _checked(self, answer: Answer, method: str, *, wrote: bool) -> Mapping[str, Any]:
        where, now = self.where(method), self._clock.now()
        failed = errors.failure(answer, where, now, wrote=wrote)
        if failed is not None:
            raise failed
        try:
            body = answer.json()
        except ValueError as error:
            raise trouble.unreadable(answer, where, wrote=wrote) from error
        if not isinstance(body, Mapping):
            raise trouble.unreadable(answer, where, wrote=wrote)
        failed = errors.of_body(body, where, now, wrote=wrote)
        if failed is not None:
            raise failed
        return body

    def expect(self, requests: int, method: str) -> None:
        """Throttled unless so many requests may be sent now: what takes several is not begun in vain."""
        with self._lock:
            self._wait_for(min(requests, self._per_minute), method)

    def _pace(self, method: str) -> None:
        """Count a request, or Throttled: one too many blocks the token for everybody who uses it."""
        with self._lock:
            self._wait_for(1, method)
            self._sent.append(self._clock.mono())

    def _wait_for(self, requests: int, method: str) -> None:
        now = self._clock.mono()
        while self._sent and self._sent[0] <= now - MINUTE_S:
            self._sent.popleft()
        over = len(self._sent) + requests - self._per_minute
        what, left = "the vendor asked us to wait", self._quiet_until - now
        if left <= 0 and over > 0:
            what = f"{self._per_minute} requests a minute are allowed, and are used up"
            left = self._sent[over - 1] + MINUTE_S - now
        if left > 0:
            raise Throttled(what, self.where(method), trouble.RETRIES, retry_after_s=left)
