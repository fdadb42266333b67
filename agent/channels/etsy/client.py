"""HTTP to one Etsy app and nothing else: requests out, within its limits, checked JSON back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.channels import trouble
from agent.channels.etsy import errors
from agent.channels.etsy.pace import Pace, Use
from agent.channels.etsy.settings import Settings
from agent.channels.oauth import Tokens
from agent.errors import OutcomeUnknown, Throttled, Unavailable
from agent.ports import Ports
from agent.ports.http import Answer
from agent.ports.http import Client as HttpClient

log = logging.getLogger(__name__)

API = "/v3/application"
TIMEOUT_S = 60.0

Query = Mapping[str, str | int]
Json = dict[str, Any]


@dataclass(frozen=True)
class Body:
    """What a write carries, in the one shape that its address takes."""

    json: Any = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    kind: str = ""  # the content type that belongs to `content`


class Client:
    """Reads and writes under /v3/application. Nothing is repeated but for a token, nothing waits."""

    def __init__(
        self, http: HttpClient, shop: str, settings: Settings, ports: Ports, tokens: Tokens
    ) -> None:
        self._http, self._shop, self._ports, self._tokens = http, shop, ports, tokens
        secret = ports.environment.secret
        self._secrets = (secret(settings.secret_key), secret(settings.secret_shared))
        self._pace = Pace()
        self._quiet_until = float("-inf")  # on the monotonic clock: Etsy asked us to wait
        self._turn = ports.environment.mutex()  # several lanes share one app's limits

    def read(self, path: str, query: Query | None = None, use: Use = Use.LISTINGS) -> Json:
        """The JSON object of a GET. Unavailable also when no usable answer came."""
        return self.object(self.get(path, query, use), "GET", path)

    def get(self, path: str, query: Query | None = None, use: Use = Use.LISTINGS) -> Answer:
        """The answer to a GET that succeeded, with its headers."""
        try:
            return self._checked("GET", path, query, Body(), use)
        except OutcomeUnknown as error:  # nothing can have happened
            raise Unavailable(error.what, error.where, trouble.RETRIES) from error

    def write(self, method: str, path: str, body: Body, use: Use = Use.LISTINGS) -> Json:
        """The JSON object that answers a write; empty for 204. OutcomeUnknown when none came."""
        answer = self._checked(method, path, None, body, use)
        return {} if answer.status == 204 else self.object(answer, method, path)

    def object(self, answer: Answer, method: str, path: str) -> Json:
        """The JSON object of an answer."""
        where, wrote = self.where(method, path), method != "GET"
        try:
            found = answer.json()
        except ValueError as error:
            raise trouble.unreadable(answer, where, wrote=wrote) from error
        if not isinstance(found, dict):
            raise trouble.unreadable(answer, where, wrote=wrote)
        return found

    def need(self, calls: int, use: Use = Use.LISTINGS) -> None:
        """Throttled unless so many calls (or as many as a second has) may follow one another now."""
        with self._turn:
            self._keep_pace(self.where("", "calls"), calls, use)

    def room(self, use: Use = Use.LISTINGS) -> int:
        """How many calls may follow one another now."""
        with self._turn:
            now = self._ports.clock.mono()
            return 0 if self._quiet_until > now else self._pace.room(now, use)

    @property
    def limits(self) -> tuple[int, int]:
        """How many calls the app may make in a second, and in a day."""
        return self._pace.per_second, self._pace.per_day

    def where(self, method: str, path: str) -> str:
        """The shop and the request, for errors."""
        return " ".join(part for part in (self._shop, method, path) if part)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _checked(self, method: str, path: str, query: Query | None, body: Body, use: Use) -> Answer:
        where = self.where(method, path)
        with self._turn:
            self._keep_pace(where, 1, use)
        access = self._tokens.bearer()
        try:
            return self._sent(method, path, query, body, access)
        except errors.Expired:  # a refused call has done nothing
            self._tokens.spoiled(access)
        return self._sent(method, path, query, body, self._tokens.bearer())

    def _sent(self, method: str, path: str, query: Query | None, body: Body, access: str) -> Answer:
        where, clock = self.where(method, path), self._ports.clock
        with self._turn:
            self._pace.spend(clock.mono())
        answer = self._http.send(
            method,
            f"{API}{path}",
            query=query,
            json_body=body.json,
            form=body.form,
            content=body.content,
            headers=self._headers(access, body.kind),
        )
        log.debug("channel=%s %s %s status=%d", self._shop, method, path, answer.status)
        failed = errors.failure(
            answer, where, clock.now(), self._shop, (*self._secrets, access), wrote=method != "GET"
        )
        with self._turn:
            self._pace.heard(answer.headers, clock.mono())
            if isinstance(failed, Throttled):
                self._quiet_until = clock.mono() + failed.retry_after_s
        if failed is not None:
            raise failed
        return answer

    def _headers(self, access: str, kind: str) -> dict[str, str]:
        named = {"x-api-key": ":".join(self._secrets), "authorization": f"Bearer {access}"}
        return named | ({"content-type": kind} if kind else {})

    def _keep_pace(self, where: str, calls: int, use: Use) -> None:
        now = self._ports.clock.mono()
        if self._quiet_until > now:
            left = self._quiet_until - now
            raise Throttled("Etsy asked us to wait", where, trouble.RETRIES, retry_after_s=left)
        wait = self._pace.wait_s(now, calls, use)
        if wait > 0:
            what = "Etsy's limit of calls is used up for now"
            raise Throttled(what, where, trouble.RETRIES, retry_after_s=wait)
