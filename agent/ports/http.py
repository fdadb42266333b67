"""HTTP: one capped, patient, suspicious client per channel, whose failures say what may have happened."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from agent.errors import ConfigError, OutcomeUnknown, Unavailable

ANSWER_CAP = 16 * 1024 * 1024  # bytes; no answer that we ask for is larger
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
            return json.loads(self.body, parse_constant=_refuse_constant)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


class Client:
    """Calls to one base URL. Redirects are not followed: a key must not travel to another host."""

    def __init__(self, client: httpx.Client, where: str) -> None:
        self._client, self._where = client, where

    def send(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, answered whole.

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
        try:
            with self._client.stream(method, path, **arguments) as response:
                body = bytearray()
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > ANSWER_CAP:
                        raise OutcomeUnknown(
                            f"the answer is larger than {ANSWER_CAP // 2**20} MiB", spot
                        )
                headers_low = {k.lower(): v for k, v in response.headers.items()}
                return Answer(response.status_code, headers_low, bytes(body))
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
                "tallyman looks at the channel before it does anything else",
            ) from error

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()


class Http:
    """Makes clients. Tests and staging hand in a `transport` that answers in process."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport

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
        )


def _trust(ca_file: Path | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"the certificate authority file cannot be used: {error}",
            str(ca_file),
            "name a PEM file, or leave ca_file out",
        ) from error


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
