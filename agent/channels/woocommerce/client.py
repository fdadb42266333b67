"""HTTP to one WooCommerce shop and nothing else: requests out, checked JSON back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.channels import trouble
from agent.channels.woocommerce import errors, shapes
from agent.errors import OutcomeUnknown, Throttled, Unavailable
from agent.ports import Ports
from agent.ports.http import Answer
from agent.ports.http import Client as HttpClient

log = logging.getLogger(__name__)

TIMEOUT_S = 90.0  # a hundred rows of a batch are saved one after another

Query = Mapping[str, str | int]


@dataclass(frozen=True)
class Page:
    """The rows of one page of a list, and how many rows and pages the list has in all."""

    rows: list[dict[str, Any]]
    total: int
    pages: int


class Client:
    """Reads and writes under /wp-json. Nothing is repeated, and nothing waits."""

    def __init__(self, http: HttpClient, shop: str, ports: Ports) -> None:
        self._http, self._shop, self._clock = http, shop, ports.clock
        self._quiet_until = float("-inf")  # on the monotonic clock: the shop asked us to wait

    def read(self, path: str, query: Query | None = None) -> dict[str, Any]:
        """The JSON object of a GET. Unavailable also when no usable answer came."""
        answer = self.get(path, query)
        found = self._json(answer, "GET", path, wrote=False)
        if not isinstance(found, dict):
            raise trouble.unreadable(answer, self._where("GET", path), wrote=False)
        return found

    def page(self, path: str, query: Query, key: str = "id") -> Page:
        """One page of a list of objects, each of which has a `key`."""
        answer = self.get(path, query)
        rows = self._json(answer, "GET", path, wrote=False)
        if not isinstance(rows, list) or not all(isinstance(r, dict) and key in r for r in rows):
            raise trouble.unreadable(answer, self._where("GET", path), wrote=False)
        for row in rows:
            errors.check(row, shapes.of(path), self._where("GET", path), wrote=False)
        return Page(rows, _count(answer, "x-wp-total"), _count(answer, "x-wp-totalpages"))

    def write(self, method: str, path: str, body: Any) -> dict[str, Any]:
        """The JSON object that answers a write. OutcomeUnknown when none came."""
        answer = self._checked(method, path, None, body)
        found = self._json(answer, method, path, wrote=True)
        if not isinstance(found, dict):
            raise trouble.unreadable(answer, self._where(method, path), wrote=True)
        return found

    def get(self, path: str, query: Query | None = None) -> Answer:
        """The answer to a GET that succeeded, with its headers."""
        try:
            return self._checked("GET", path, query, None)
        except OutcomeUnknown as error:  # nothing can have happened
            raise Unavailable(error.what, error.where, trouble.RETRIES) from error

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _checked(self, method: str, path: str, query: Query | None, body: Any) -> Answer:
        self._keep_quiet(method, path)
        answer = self._http.send(method, path, query=query, json_body=body)
        log.debug("channel=%s %s %s status=%d", self._shop, method, path, answer.status)
        now = self._clock.now()
        failed = errors.failure(answer, self._where(method, path), now, wrote=method != "GET")
        if isinstance(failed, Throttled):
            self._quiet_until = self._clock.mono() + failed.retry_after_s
        if failed is not None:
            raise failed
        return answer

    def _keep_quiet(self, method: str, path: str) -> None:
        left = self._quiet_until - self._clock.mono()
        if left > 0:
            what = "the shop asked us to wait"
            raise Throttled(what, self._where(method, path), trouble.RETRIES, retry_after_s=left)

    def _json(self, answer: Answer, method: str, path: str, *, wrote: bool) -> Any:
        try:
            return answer.json()
        except ValueError as error:
            raise trouble.unreadable(answer, self._where(method, path), wrote=wrote) from error

    def _where(self, method: str, path: str) -> str:
        return f"{self._shop} {method} {path}"


def _count(answer: Answer, header: str) -> int:
    text = answer.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() else 0
