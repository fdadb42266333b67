"""Public doors: TLS or plain listeners that pump bytes to a WSGI server on loopback, and can break.

    client ── TLS ──▶ Door ── plain, loopback ──▶ Backend (waitress) ──▶ Gate

A door looks at one thing only: the first bytes of each answer. A status line 599 closes the client's
connection instead of being forwarded; 598 holds it, silent, until the client leaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from waitress import wasyncore
from waitress.server import create_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CHUNK = 64 * 1024
HEAD = len(b"HTTP/1.1 599")
BREAKS = (OSError, EOFError)  # TLS and connection errors are OSErrors
LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)  # reset at once


def listen(host: str, port: int = 0) -> socket.socket:
    """A listening socket on `host`; port 0 takes a free one. OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


class Backend:
    """A waitress server for one WSGI application on a loopback port, in a thread of its own."""

    def __init__(
        self,
        application: WSGIApplication,
        scheme: str = "http",
        sock: socket.socket | None = None,
        threads: int = 8,
    ) -> None:
        self.socket = sock or listen("127.0.0.1")
        self.port: int = self.socket.getsockname()[1]
        self._map: dict[int, Any] = {}
        self._server = create_server(
            application,
            map=self._map,
            sockets=[self.socket],
            url_scheme=scheme,
            threads=threads,
            connection_limit=400,
            ident=None,
        )
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # full queues are no news here
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"backend {self.port}")
        self._thread.start()

    def _run(self) -> None:
        while self._map and not self._stopped:
            wasyncore.loop(timeout=1.0, map=self._map, count=1)

    def close(self) -> None:
        """Stop answering and give the port back."""
        self._stopped = True
        self._server.pull_trigger()
        self._thread.join(timeout=5)
        self._server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._map, ignore_all=True)
        self.socket.close()


class Listens(Protocol):
    """What a front opens: a door, or a proxy."""

    async def open(self) -> None:
        """Let clients in until cancelled."""


@dataclass(frozen=True)
class Door:
    """A listening socket, the loopback port behind it, and how it treats who knocks."""

    listener: socket.socket
    backend: int
    tls: ssl.SSLContext | None = None
    refuses: Callable[[], bool] = lambda: False  # asked once for every new connection

    async def open(self) -> None:
        """Let clients in until cancelled."""
        await let_in(self.listener, self._visit)

    async def _visit(self, client: socket.socket) -> None:
        if self.refuses():
            slam(client)
            return
        await carry(client, self.backend, self.tls)


async def let_in(
    listener: socket.socket, visit: Callable[[socket.socket], Coroutine[Any, Any, None]]
) -> None:
    """Accept clients until cancelled; each visit runs beside the others."""
    loop = asyncio.get_running_loop()
    listener.setblocking(False)
    visits: set[asyncio.Task[None]] = set()
    try:
        while True:
            client, _ = await loop.sock_accept(listener)
            task = asyncio.create_task(visit(client))
            visits.add(task)
            task.add_done_callback(visits.discard)
    finally:
        for task in visits:
            task.cancel()
        listener.close()


async def carry(
    client: socket.socket, backend: int, tls: ssl.SSLContext | None, first: bytes = b""
) -> None:
    """Carry bytes between a client and a loopback port until either ends; `first` goes ahead."""
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(*BREAKS):
        reader, writer = await _accepted(client, tls)
        try:
            if await _carried(reader, writer, backend, first) == "dropped":
                writer.transport.abort()
        finally:
            writer.close()


async def _carried(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, backend: int, first: bytes
) -> str:
    inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", backend)
    inner_writer.write(first)
    turn = Turn()
    up = asyncio.create_task(_up(reader, inner_writer, turn))
    down = asyncio.create_task(_down(inner_reader, writer, turn))
    try:
        done, _ = await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
        end = down.result() if down in done else "left"
        if end == "hanging":
            await up  # until the client leaves
        return end
    finally:
        for task in (up, down):
            task.cancel()
        inner_writer.close()


@dataclass
class Turn:
    """Whose bytes come next: after the client's, those of the backend begin a new answer."""

    begins: bool = True


async def _up(reader: asyncio.StreamReader, inner: asyncio.StreamWriter, turn: Turn) -> None:
    while data := await reader.read(CHUNK):
        turn.begins = True
        with contextlib.suppress(*BREAKS):  # the backend may be gone; the client may still stay
            inner.write(data)
            await inner.drain()


async def _down(inner: asyncio.StreamReader, writer: asyncio.StreamWriter, turn: Turn) -> str:
    """Forward answers until the backend closes ("closed") or a fault is asked for."""
    while data := await inner.read(CHUNK):
        if turn.begins:
            while len(data) < HEAD and (more := await inner.read(CHUNK)):
                data += more
            turn.begins = False
            if data[9:HEAD] in (b"599", b"598") and data.startswith(b"HTTP/1."):
                return "dropped" if data[9:HEAD] == b"599" else "hanging"
        writer.write(data)
        await writer.drain()
    return "closed"


async def _accepted(
    client: socket.socket, tls: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=CHUNK)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.connect_accepted_socket(lambda: protocol, client, ssl=tls)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def slam(client: socket.socket) -> None:
    """Close with a reset, the nearest that a listening port comes to refusing."""
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    client.close()


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if not isinstance(context.get("exception"), BREAKS):  # broken handshakes are nobody's news
        loop.default_exception_handler(context)


class Front:
    """Doors in one thread. They are open when the constructor returns."""

    def __init__(self, doors: Sequence[Listens]) -> None:
        self.doors = doors
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True, name="front")
        self._thread.start()

    def _run(self) -> None:
        self._loop.set_exception_handler(_report)
        self._main = self._loop.create_task(self._all())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._main)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _all(self) -> None:
        await asyncio.gather(*(door.open() for door in self.doors))

    def close(self) -> None:
        """Close every door and connection."""
        with contextlib.suppress(RuntimeError):  # its loop has ended already
            self._loop.call_soon_threadsafe(lambda: self._main.cancel())
        self._thread.join(timeout=5)
