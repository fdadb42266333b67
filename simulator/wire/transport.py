"""HTTP to the staging world without sockets: hosts to WSGI applications, faults to httpx's errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import httpx

from simulator.app import DROPPED, FAULT_HEADER, HANGING
from simulator.wire.hosts import answers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class InProcess(httpx.BaseTransport):
    """Answers requests from `{host or host:port: application}`; * in a host stands for any label.

    An unknown host is a ConnectError; so is a refused connection. A dropped one is a
    RemoteProtocolError, a time-out a ReadTimeout, at once: no time passes.
    """

    def __init__(self, applications: Mapping[str, WSGIApplication]) -> None:
        self._doors = dict(applications)
        self._wild = [host for host in applications if "*" in host]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the host that the request names."""
        url = request.url
        door = self._doors.get(f"{url.host}:{url.port}") or self._doors.get(url.host)
        if door is None:
            door = next((self._doors[p] for p in self._wild if answers([p], url.host)), None)
        if door is None:
            raise httpx.ConnectError(f"no {url.host} in the staging world", request=request)
        uri = request.url.raw_path.decode("ascii")
        response = httpx.WSGITransport(_as_asked(door, uri)).handle_request(request)
        if response.status_code == HANGING:
            raise httpx.ReadTimeout("the staging world does not answer", request=request)
        if response.status_code == DROPPED:
            raise _dropped(response.headers[FAULT_HEADER], request)
        return response


def _dropped(kind: str, request: httpx.Request) -> httpx.TransportError:
    if kind == "refused":
        return httpx.ConnectError("connection refused by the staging world", request=request)
    text = "server disconnected without sending a response"
    return httpx.RemoteProtocolError(text, request=request)


def _as_asked(application: WSGIApplication, uri: str) -> WSGIApplication:
    # WSGI wants the path's bytes as Latin-1 text; httpx hands over the decoded path, and no more.
    # Servers also tell the address as it was written, where %2F and / still differ.
    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = environ["PATH_INFO"].encode("utf-8").decode("latin-1")
        environ["REQUEST_URI"] = uri
        return application(environ, start_response)

    return wrapped
