"""HTTP to Houzz's one endpoint and nothing else: methods out, checked content back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from agent.channels import trouble
from agent.channels.houzz import errors
from agent.channels.houzz.documents import Content, written
from agent.channels.houzz.pace import Pace
from agent.channels.houzz.settings import Settings
from agent.errors import OutcomeUnknown, Throttled, Unauthorised, Unavailable
from agent.ports import Ports
from agent.ports.http import Answer
from agent.ports.http import Client as HttpClient

log = logging.getLogger(__name__)

PATH = "/api"
TIMEOUT_S = 60.0
COMMAND_S = 5.0  # so long is room left for a command that was made to wait; it asks again before
SHORTEST_S = 0.2

Params = Mapping[str, str | int]


class Client:
    """Reads as JSON, writes as XML, one call at a time. Nothing is repeated, and nothing waits."""

    def __init__(self, http: HttpClient, shop: str, settings: Settings, ports: Ports) -> None:
        self._http, self._shop, self._settings, self._ports = http, shop, settings, ports
        self._token = ports.environment.secret(settings.secret_token)
        self._pace = Pace(settings.calls_a_second)
        self._quiet_until = float("-inf")  # on the monotonic clock: Houzz asked us to wait
        self._command_waits = float("-inf")  # since when, on the monotonic clock
        self._turn = ports.environment.mutex()  # several lanes share one token

    def read(self, method: str, params: Params, key: str, *, may_lack: bool = False) -> Any:
        """What a read gives under `key`. Unavailable also when no usable answer came.

        `may_lack`: None where the answer says nothing but that it succeeded.
        """
        where = self.where(method)
        try:
            found = self._call("GET", method, params, None)[1]
        except OutcomeUnknown as error:  # nothing can have happened
            raise Unavailable(error.what, where, trouble.RETRIES) from error
        if key not in found and not (may_lack and set(found) == {"Ack"}):
            raise errors.misshapen(f"it has no {key}", where)
        return found.get(key)

    def answered(self) -> tuple[Answer, dict[str, Any]]:
        """The answer to the smallest read, with its headers, and its content."""
        try:
            return self._call("GET", "getListings", {"Start": 0, "NumberOfItems": 1}, None)
        except OutcomeUnknown as error:
            raise Unavailable(error.what, self.where("getListings"), trouble.RETRIES) from error

    def write(self, method: str, content: Content) -> None:
        """Have something done. OutcomeUnknown when no usable answer came."""
        root = f"{method[:1].upper()}{method[1:]}Request"
        self._call("POST", method, {}, written(root, content))

    def room(self, calls: int, *, is_command: bool = False) -> None:
        """Throttled unless so many calls may follow one another now.

        A command that was made to wait goes before whatever else waits, which may be thousands.
        """
        now, where = self._ports.clock.mono(), self.where("calls")
        if not is_command and now - self._command_waits < COMMAND_S:
            wait = max(SHORTEST_S, self._pace.wait_s(calls, now))
            what = "a shipment or cancellation goes first"
            raise Throttled(what, where, trouble.RETRIES, retry_after_s=wait)
        self._command_waits = now if is_command else float("-inf")
        self._keep_pace(where, calls)
        self._command_waits = float("-inf")

    def where(self, method: str) -> str:
        """The shop and the method, for errors."""
        return f"{self._shop} {method}"

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _call(
        self, verb: str, method: str, params: Params, content: bytes | None
    ) -> tuple[Answer, dict[str, Any]]:
        try:
            return self._sent(verb, method, params, content)
        except Unauthorised:
            # A person may have given a new token meanwhile; a refused call has done nothing.
            fresh = self._ports.environment.secret(self._settings.secret_token)
            if fresh == self._token:
                raise
            self._token = fresh
        return self._sent(verb, method, params, content)

    def _sent(
        self, verb: str, method: str, params: Params, content: bytes | None
    ) -> tuple[Answer, dict[str, Any]]:
        where, wrote = self.where(method), verb != "GET"
        with self._turn:
            self._keep_pace(where, 1)
            self._pace.spend(self._ports.clock.mono())
            answer = self._http.send(
                verb,
                PATH,
                query={"format": "xml" if wrote else "json", "method": method, **params},
                content=content,
                headers=self._headers(wrote=wrote),
            )
        log.debug("channel=%s %s status=%d", self._shop, method, answer.status)
        said = errors.envelope(answer)
        now, secret = self._ports.clock.now(), self._token
        failed = errors.failure(answer, said, where, now, wrote=wrote, secret=secret)
        if isinstance(failed, Throttled):
            self._quiet_until = self._ports.clock.mono() + failed.retry_after_s
        if failed is not None:
            raise failed
        assert said is not None  # else it has failed
        return answer, said

    def _headers(self, *, wrote: bool) -> dict[str, str]:
        named = {
            "X-HOUZZ-API-SSL-TOKEN": self._token,
            "X-HOUZZ-API-USER-NAME": self._settings.user,
            "X-HOUZZ-API-APP-NAME": self._settings.app,
        }
        return named | ({"content-type": "text/xml; charset=utf-8"} if wrote else {})

    def _keep_pace(self, where: str, calls: int) -> None:
        now = self._ports.clock.mono()
        if self._quiet_until > now:
            left = self._quiet_until - now
            what = "Houzz asked us to wait"
            raise Throttled(what, where, trouble.RETRIES, retry_after_s=left)
        wait = self._pace.wait_s(calls, now)
        if wait > 0:
            what = f"{self._settings.calls_a_second:g} calls a second are enough for Houzz"
            raise Throttled(what, where, trouble.RETRIES, retry_after_s=wait)
