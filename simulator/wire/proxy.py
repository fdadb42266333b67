"""A proxy for clients that insist on their vendor's real host: whatever they ask for stays in this world.

    client ── CONNECT api.vendor.example:443 ──▶ Proxy ── TLS with our own certificate ──▶ backend ─▶ Gate

Requests are routed by host name alone. A host that belongs to no simulated vendor is refused with 403;
nothing is ever looked up or sent outside.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from simulator.wire.front import BREAKS, carry, let_in, slam
from simulator.wire.hosts import answers

LONGEST = 64 * 1024  # bytes of a request's head
PATIENCE_S = 30.0  # with a client that has connected and says nothing
KEPT = 500  # certificates, one for each host
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")
OUR_WORDS = ("connection", "proxy-connection", "proxy-authorization", "keep-alive")


@dataclass(frozen=True)
class Route:
    """One channel as the proxy reaches it: its host names and the loopback ports behind them."""

    channel: str
    hosts: tuple[str, ...]  # * for any label
    secure: int
    plain: int | None  # None: it answers only over TLS
    refuses: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Target:
    """Where a request wants to go."""

    host: str
    is_secure: bool


class Refusal(Exception):
    """The proxy does not do that; status line and reason."""

    def __init__(self, status: str, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@dataclass
class Proxy:
    """A listening socket for CONNECT and for plain requests with whole addresses."""

    listener: socket.socket
    routes: tuple[Route, ...]
    certify: Callable[[Iterable[str]], ssl.SSLContext]
    _contexts: dict[str, ssl.SSLContext] = field(default_factory=dict)

    async def open(self) -> None:
        """Let clients in until cancelled."""
        await let_in(self.listener, self._visit)

    async def _visit(self, client: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        client.setblocking(False)
        with contextlib.suppress(*BREAKS, TimeoutError):
            try:
                async with asyncio.timeout(PATIENCE_S):
                    head, rest = await _head(loop, client)
                await self._served(loop, client, head, rest)
            except Refusal as refusal:
                await loop.sock_sendall(client, _refused(refusal))
                client.close()
            return
        client.close()

    async def _served(
        self, loop: asyncio.AbstractEventLoop, client: socket.socket, head: list[str], rest: bytes
    ) -> None:
        method, asked, _ = _request_line(head[0])
        target = _target(method, asked)
        route = self.route(target.host)
        port = _port(route, target)
        if route.refuses():
            slam(client)
        elif method == "CONNECT":
            await loop.sock_sendall(client, b"HTTP/1.1 200 Connection established\r\n\r\n")
            context = self._context(target.host) if target.is_secure else None
            await carry(client, port, context, rest)
        else:
            await carry(client, port, None, _origin_form(head) + rest)

    def route(self, host: str) -> Route:
        """The channel whose host this is; Refusal for any other."""
        for route in self.routes:
            if answers(route.hosts, host):
                return route
        raise Refusal(
            "403 Forbidden",
            f"{host} is no host of the staging world, and nothing is forwarded to the outside.\n"
            f"It answers for: {', '.join(h for route in self.routes for h in route.hosts)}\n",
        )

    def _context(self, host: str) -> ssl.SSLContext:
        if host not in self._contexts:
            if len(self._contexts) >= KEPT:
                self._contexts.clear()
            self._contexts[host] = self.certify([host])
        return self._contexts[host]


async def _head(loop: asyncio.AbstractEventLoop, client: socket.socket) -> tuple[list[str], bytes]:
    """The lines of a request's head, and what came behind it."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = await loop.sock_recv(client, LONGEST)
        if not more:
            raise EOFError
        data += more
        if len(data) > LONGEST:
            raise Refusal(
                "431 Request Header Fields Too Large", "The request's head is too long.\n"
            )
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.decode("latin-1").split("\r\n"), rest


def _request_line(line: str) -> tuple[str, str, str]:
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise Refusal("400 Bad Request", "This is a proxy for HTTP/1.1.\n")
    return parts[0], parts[1], parts[2]


def _target(method: str, asked: str) -> Target:
    try:
        parts = urlsplit(f"//{asked}" if method == "CONNECT" else asked)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError as error:
        raise Refusal("400 Bad Request", f"No such address: {error}.\n") from error
    if not HOST.fullmatch(host) or (method != "CONNECT" and parts.scheme not in ("http", "https")):
        why = "Ask this proxy with CONNECT, or with a whole address (http://…).\n"
        raise Refusal("400 Bad Request", why)
    return Target(host, port != 80 if method == "CONNECT" else parts.scheme == "https")


def _port(route: Route, target: Target) -> int:
    if target.is_secure:
        return route.secure
    if route.plain is None:
        raise Refusal("403 Forbidden", f"{route.channel} answers only over https.\n")
    return route.plain


def _origin_form(head: list[str]) -> bytes:
    """The head as the vendor's own server would get it, for one request on its connection."""
    method, asked, version = _request_line(head[0])
    parts = urlsplit(asked)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [line for line in head[1:] if line.partition(":")[0].strip().lower() not in OUR_WORDS]
    lines = [f"{method} {path} {version}", *kept, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _refused(refusal: Refusal) -> bytes:
    body = refusal.why.encode()
    head = f"HTTP/1.1 {refusal.status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
