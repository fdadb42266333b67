"""HTTP: one capped, patient, suspicious client per channel, whose failures say what may have happened."""

from __future__ import annotations

import base64
import json
import ssl
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

# httpx loads its own command line, with rich and pygments, wherever those are installed: 4 MB that
# a service never uses. Marked as missing, it is left out.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
import httpx  # noqa: E402

from agent.errors import ConfigError, OutcomeUnknown, Unavailable  # noqa: E402
from agent.ports.discretion import Discretion  # noqa: E402

ANSWER_CAP = 16 * 1024 * 1024  # bytes; no answer that we ask for is larger
ANSWER_TIME_CAP = 4  # times the time-out of one read: an answer that drips is given up
WAIT_CAP_S = 3600.0  # no channel is obeyed for longer than an hour at a time
LOOKS = "tallyman looks at the channel before it does anything else"
# Failures before a byte of the request went out: nothing can have happened.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; ValueError when it is none (NaN, duplicates and depth are refused)."""
        try:
            return json.loads(
                self.body, parse_constant=_refuse_constant, object_pairs_hook=_refuse_duplicates
            )
        except RecursionError as error:
            raise ValueError("nested too deep") from error

    @property
    def is_redirect(self) -> bool:
        """Whether the answer sends us to another address."""
        return self.status in (301, 302, 303, 307, 308)

    def clock_skew_s(self, now: datetime) -> float:
        """The other side's clock less ours, from its Date header; 0 when there is none."""
        at = _moment(self.headers.get("date", ""))
        return (at - now).total_seconds() if at else 0.0

    def retry_after_s(self, now: datetime, default_s: float = 30.0) -> float:
        """How long the answer asks us to wait: Retry-After in seconds or as a date, one hour at most.

        `default_s` when it is missing, in the past, negative or no such thing.
        """
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return min(float(text[:9]), WAIT_CAP_S)
        at = _moment(text)
        if at is None or at <= now:
            return default_s
        return min((at - now).total_seconds(), WAIT_CAP_S)


class Client:
    """Calls to one base URL. Redirects are not followed: a key must not travel to another host."""

    def __init__(
        self,
        client: httpx.Client,
        where: str,
        patience_s: float = 120.0,
        discretion: Discretion | None = None,
    ) -> None:
        self._client, self._where, self._patience_s = client, where, patience_s
        self._discretion = discretion or Discretion()

    def send(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        gives_tokens: bool = False,
    ) -> Answer:
        """One request, answered whole, without our secrets; a success that `gives_tokens` has them.

        Unavailable when it was certainly not sent; OutcomeUnknown when it was, and no whole answer
        came back. A caller that only reads may treat both alike.
        """
        spot = f"{self._where} {method} {path.partition('?')[0]}"
        # With query=None httpx must keep the query that `path` carries itself.
        arguments: dict[str, Any] = {"headers": headers}
        if query is not None:
            arguments["params"] = query
        if json_body is not None:
            arguments["json"] = json_body
        if form is not None:
            arguments["data"] = dict(form)
        if content is not None:
            arguments["content"] = content
        try:
            with self._client.stream(method, path, **arguments) as response:
                body = self._whole(response, spot)
                headers_low = {k.lower(): v for k, v in response.headers.items()}
                answer = Answer(response.status_code, headers_low, body)
                return answer if gives_tokens and response.is_success else self._discreet(answer)
        except _NOT_SENT as error:
            raise Unavailable(
                f"could not be reached: {_reason(error)}",
                spot,
                "check the address and the network; tallyman tries again by itself",
            ) from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown(
                f"sent, but no answer came: {_reason(error)}",
                spot,
                LOOKS,
            ) from error

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _discreet(self, answer: Answer) -> Answer:
        blotted = self._discretion.blotted
        headers = {k: blotted(v.encode()).decode() for k, v in answer.headers.items()}
        return Answer(answer.status, headers, blotted(answer.body))

    def _whole(self, response: httpx.Response, spot: str) -> bytes:
        """The body, as long as it is neither too large nor too slow."""
        until = time.monotonic() + self._patience_s
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > ANSWER_CAP:
                raise OutcomeUnknown(
                    f"the answer is larger than {ANSWER_CAP // 2**20} MiB", spot, LOOKS
                )
            if time.monotonic() > until:
                raise OutcomeUnknown("the answer came too slowly", spot, LOOKS)
        return bytes(body)


class Http:
    """Makes clients. Tests and staging hand in a `transport` that answers in process."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport
        self.discretion = Discretion()

    def client(
        self,
        base_url: str,
        where: str,
        *,
        headers: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
        ca_file: Path | None = None,
        timeout_s: float = 30.0,
    ) -> Client:
        """A client for one base URL; `where` names the channel in errors.

        TLS is always verified, against `ca_file` where one is given (ConfigError if unreadable).
        """
        if basic is not None:
            pair = ":".join(basic).encode("utf-8")
            self.discretion.guard(*basic, base64.b64encode(pair).decode("ascii"))
        return Client(
            httpx.Client(
                base_url=base_url,
                headers={"user-agent": "tallyman", **(headers or {})},
                auth=basic,
                verify=_trust(ca_file) if self._transport is None else True,
                transport=self._transport,
                timeout=httpx.Timeout(timeout_s, connect=10.0),
                follow_redirects=False,
                trust_env=False,
            ),
            where,
            timeout_s * ANSWER_TIME_CAP,
            self.discretion,
        )


def _trust(ca_file: Path | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"the certificate authority file cannot be used: {error.strerror or error}",
            str(ca_file),
            "name a PEM file, or leave ca_file out",
        ) from error


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _moment(text: str) -> datetime | None:
    """An HTTP date as an aware moment; None when it is none."""
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
