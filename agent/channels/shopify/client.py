"""HTTP to one Shopify store and nothing else: GraphQL documents out, checked JSON back."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.channels import trouble
from agent.channels.shopify import errors
from agent.channels.shopify.bucket import Bucket
from agent.channels.shopify.documents import Act, together
from agent.errors import OutcomeUnknown, Throttled, Unauthorised, Unavailable
from agent.ports import Ports
from agent.ports.http import Answer
from agent.ports.http import Client as HttpClient

log = logging.getLogger(__name__)

TIMEOUT_S = 60.0

Variables = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """The data of an answer, the errors beside it, the request's id, and the answer's headers."""

    data: Mapping[str, Any]
    errors: Sequence[Mapping[str, Any]]
    request_id: str
    answer: Answer

    def payload(self, name: str) -> Mapping[str, Any] | None:
        """The payload of one mutation; None when it answered nothing."""
        found = self.data.get(name)
        return found if isinstance(found, Mapping) else None


class Client:
    """Documents of one store, within what its bucket can pay. Nothing is repeated, nothing waits.

    `token` gives the access token; called with True, a fresh one, after the old one was refused.
    """

    def __init__(
        self, http: HttpClient, shop: str, version: str, ports: Ports, token: Callable[[bool], str]
    ) -> None:
        self._http, self._shop, self._clock, self._token = http, shop, ports.clock, token
        self._path = f"/admin/api/{version}/graphql.json"
        self._bucket = Bucket()
        self._quiet_until = float("-inf")

    def ask(self, name: str, document: str, variables: Variables, units: int = 1) -> Told:
        """The answer to a query. Unavailable also when no usable answer came.

        `units` is what the price grows with: the size of the page that is asked for.
        """
        try:
            told = self._send(name, document, variables, units, wrote=False)
        except OutcomeUnknown as error:  # nothing can have happened
            raise Unavailable(error.what, error.where, trouble.RETRIES) from error
        if told.errors:  # half an answer would pass for a whole one
            raise errors.of_errors(told.errors, f"{self._shop} {name}", wrote=False)
        return told

    def tell(self, name: str, document: str, variables: Variables, units: int = 1) -> Told:
        """The answer to a mutation. OutcomeUnknown when none came."""
        return self._send(name, document, variables, units, wrote=True)

    def tell_all(
        self, name: str, acts: Sequence[tuple[Act, Variables]], shared: Variables | None = None
    ) -> Told:
        """The answer to many acts in one request; each answers under its `alias`."""
        variables = dict(shared or {})
        for number, (_, own) in enumerate(acts):
            variables |= {f"{key}{number}": value for key, value in own.items()}
        document = together(name, [act for act, _ in acts])
        return self.tell(name, document, variables, len(acts))

    def afford(self, *wanted: tuple[str, int]) -> None:
        """Throttled unless all these requests, (name, units), can be paid for one after the other."""
        now = self._clock.mono()
        points = sum(self._bucket.price(name, units) for name, units in wanted)
        left = self._bucket.wait_for_s(points, now)
        if left > 0:
            what = "the store's bucket cannot pay for these requests yet"
            raise Throttled(
                what, f"{self._shop} {wanted[-1][0]}", trouble.RETRIES, retry_after_s=left
            )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _send(
        self, name: str, document: str, variables: Variables, units: int, *, wrote: bool
    ) -> Told:
        where = f"{self._shop} {name}"
        self._keep_quiet(name, units, where)
        body = {"query": document, "variables": dict(variables), "operationName": name}
        answer = self._post(body, fresh=False)
        if answer.status == 401:  # a token of an app lasts a day; nothing was done
            with contextlib.suppress(LookupError):
                answer = self._post(body, fresh=True)
        told = self._read(answer, name, where, units, wrote=wrote)
        log.debug("channel=%s %s status=200 request=%s", self._shop, name, told.request_id)
        return told

    def _post(self, body: Mapping[str, Any], *, fresh: bool) -> Answer:
        headers = {"x-shopify-access-token": self._token(fresh)}
        return self._http.send("POST", self._path, json_body=body, headers=headers)

    def _keep_quiet(self, name: str, units: int, where: str) -> None:
        now = self._clock.mono()
        left = max(self._quiet_until - now, self._bucket.wait_s(name, units, now))
        if left > 0:
            what = "the store's bucket cannot pay for this request yet"
            raise Throttled(what, where, trouble.RETRIES, retry_after_s=left)
        self._bucket.spend(name, units, now)

    def _read(self, answer: Answer, name: str, where: str, units: int, *, wrote: bool) -> Told:
        failed = errors.failure(answer, where, self._clock.now(), wrote=wrote)
        if failed is not None:
            self._obey(failed)
            raise failed
        try:
            body = answer.json()
        except ValueError as error:
            raise trouble.unreadable(answer, where, wrote=wrote) from error
        if not isinstance(body, Mapping) or not ({"data", "errors"} & body.keys()):
            raise trouble.unreadable(answer, where, wrote=wrote)
        errors.check_frame(body, where, wrote=wrote)
        cost = (body.get("extensions") or {}).get("cost") or {}
        self._bucket.heard(name, units, cost, self._clock.mono())
        failed = errors.of_body(body, where, wrote=wrote)
        if failed is not None:
            raise failed
        if not isinstance(body.get("data"), Mapping):
            raise trouble.unreadable(answer, where, wrote=wrote)
        if not body.get("errors"):
            errors.check_data(name, body["data"], where, wrote=wrote)
        request_id = answer.headers.get("x-request-id", "")
        return Told(body["data"], body.get("errors") or (), request_id, answer)

    def _obey(self, failed: Exception) -> None:
        if isinstance(failed, Throttled):
            self._quiet_until = self._clock.mono() + failed.retry_after_s


class Tokens:
    """Access tokens: a lasting one, or those of an app, each fetched when the last has run out."""

    def __init__(self, lasting: str) -> None:
        self._lasting = lasting

    def __call__(self, fresh: bool) -> str:
        """The token. LookupError when there can be no fresh one."""
        if fresh:
            raise LookupError("a lasting token has no successor")
        return self._lasting


class AppTokens:
    """Tokens by the client credentials grant: they last a day."""

    def __init__(
        self, http: HttpClient, shop: str, ports: Ports, client_id: str, secret: str
    ) -> None:
        self._http, self._shop, self._clock = http, shop, ports.clock
        self._discretion = ports.environment.discretion
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
        }
        self._token = ""

    def __call__(self, fresh: bool) -> str:
        """The token, fetched when there is none or a fresh one is asked for."""
        if fresh or not self._token:
            self._token = self._fetch()
        return self._token

    def _fetch(self) -> str:
        path, where = "/admin/oauth/access_token", f"{self._shop} access_token"
        answer = self._http.send("POST", path, form=self._form, gives_tokens=True)
        failed = errors.failure(answer, where, self._clock.now(), wrote=False)
        if isinstance(failed, (Throttled, Unavailable)):
            raise failed
        try:
            token = answer.json().get("access_token") if failed is None else None
        except (ValueError, AttributeError):
            token = None
        if not isinstance(token, str) or not token:
            what = failed.what if failed else "the store gave no access token"
            raise Unauthorised(what, where, "look at client_id and at the app's client secret")
        self._discretion.guard(token)
        return token
