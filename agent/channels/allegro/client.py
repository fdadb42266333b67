"""HTTP to Allegro's API and nothing else: requests out, checked JSON back."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from agent.channels import trouble
from agent.channels.allegro import errors
from agent.channels.allegro.pace import Costs, Pace
from agent.channels.oauth import Tokens
from agent.errors import OutcomeUnknown, Throttled, Unavailable
from agent.ports import Ports
from agent.ports.http import Answer
from agent.ports.http import Client as HttpClient

log = logging.getLogger(__name__)

PUBLIC = "application/vnd.allegro.public.v1+json"  # the version of a resource is its media type
BETA = "application/vnd.allegro.beta.v1+json"
LANGUAGE = "en-US"
TIMEOUT_S = 60.0

Query = Sequence[tuple[str, str | int]]  # a name may come several times
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Written:
    """The answer to a write: its status, object ({} when there is none) and what else matters."""

    status: int
    body: Row
    location: str
    request_id: str


class Client:
    """Reads and writes with the seller's token. Nothing is repeated but what a fresh token mends."""

    def __init__(self, http: HttpClient, shop: str, ports: Ports, tokens: Tokens) -> None:
        self._http, self._shop, self._clock, self._tokens = http, shop, ports.clock, tokens
        self._pace = Pace()
        self._turn = ports.environment.mutex()  # several lanes share the allowances
        self._quiet_until = float("-inf")  # on the monotonic clock: Allegro asked us to wait

    def read(self, path: str, query: Query = (), costs: Costs | None = None) -> Row:
        """The JSON object of a GET. Unavailable also when no usable answer came."""
        return self.told(self.get(path, query, costs), "GET", path)

    def get(self, path: str, query: Query = (), costs: Costs | None = None) -> Answer:
        """The answer to a GET that succeeded, or a 303 where it is that; with its headers."""
        full = f"{path}?{urlencode(query)}" if query else path
        try:
            return self._checked("GET", full, None, PUBLIC, costs or {})
        except OutcomeUnknown as error:  # nothing can have happened
            raise Unavailable(error.what, error.where, trouble.RETRIES) from error

    def write(
        self, method: str, path: str, body: Any, *, version: str = PUBLIC, costs: Costs
    ) -> Written:
        """What answers a write. OutcomeUnknown when nothing usable did."""
        answer = self._checked(method, path, body, version, costs)
        found: Row = {}
        if answer.status != 204:
            found = self.told(answer, method, path, wrote=True)
        headers = answer.headers
        location, trace = headers.get("location", ""), headers.get("trace-id", "")
        return Written(answer.status, found, location, trace)

    def told(self, answer: Answer, method: str, path: str, *, wrote: bool = False) -> Row:
        """The JSON object in an answer."""
        where = self.where(f"{method} {path}")
        try:
            found = answer.json()
        except ValueError as error:
            raise trouble.unreadable(answer, where, wrote=wrote) from error
        if not isinstance(found, Mapping):
            raise trouble.unreadable(answer, where, wrote=wrote)
        return found

    def room(self, costs: Costs) -> None:
        """Throttled unless all of this may go out now."""
        with self._turn:
            self._keep_pace(self.where("all of it"), costs)

    def where(self, what: str) -> str:
        """The shop and the request, for errors."""
        return f"{self._shop} {what.partition('?')[0]}"

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _checked(self, method: str, path: str, body: Any, version: str, costs: Costs) -> Answer:
        where, all_costs = self.where(f"{method} {path}"), {"calls": 1.0, **costs}
        bearer = self._tokens.bearer()
        answer = self._sent(method, path, body, version, all_costs, bearer)
        if answer.status == 401:  # refused at the door: nothing was done
            self._tokens.spoiled(bearer)
            bearer = self._tokens.bearer()
            answer = self._sent(method, path, body, version, all_costs, bearer)
        if answer.status == 303 and "/operations/" in path:  # an operation that has ended
            return answer
        now, wrote = self._clock.now(), method != "GET"
        failed = errors.failure(answer, where, now, wrote=wrote, secret=bearer)
        if isinstance(failed, Throttled):
            self._quiet_until = self._clock.mono() + failed.retry_after_s
        if failed is not None:
            raise failed
        return answer

    def _sent(
        self, method: str, path: str, body: Any, version: str, costs: Costs, bearer: str
    ) -> Answer:
        with self._turn:
            self._keep_pace(self.where(f"{method} {path}"), costs)
            self._pace.spend(costs, self._clock.mono())
        headers = {
            "authorization": f"Bearer {bearer}",
            "accept": version,
            "accept-language": LANGUAGE,
        }
        content = None
        if body is not None:
            headers["content-type"] = version
            content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        answer = self._http.send(method, path, content=content, headers=headers)
        told = path.partition("?")[0]
        trace = answer.headers.get("trace-id", "")
        log.debug(
            "channel=%s %s %s status=%d id=%s", self._shop, method, told, answer.status, trace
        )
        return answer

    def _keep_pace(self, where: str, costs: Costs) -> None:
        now = self._clock.mono()
        if self._quiet_until > now:
            left = self._quiet_until - now
            raise Throttled("Allegro asked us to wait", where, trouble.RETRIES, retry_after_s=left)
        wait = self._pace.wait_s(costs, now)
        if wait > 0:
            what = "Allegro grants no more of this just now"
            raise Throttled(what, where, trouble.RETRIES, retry_after_s=wait)


def in_path(text: str) -> str:
    """An id as a part of an address."""
    return quote(text, safe="")
