"""A small door on loopback through which channels' hints come in; everything else is turned away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from agent.errors import ConfigError

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

MESSAGE_CAP = 1024 * 1024  # bytes; a hint is never larger
PATIENCE_S = 10.0

Receive = Callable[[str, Mapping[str, str], bytes], int]


def listen(address: str, receive: Receive) -> Callable[[], None]:
    """Hear POSTs at `host:port` and give what stops it.

    `receive(shop, headers, body)` gets the last part of the path and header names in lower case, and
    gives the status of the answer. ConfigError when the address is taken or is none.
    """
    from http.server import ThreadingHTTPServer  # almost 1 MB, and most sites hear no hints

    host, _, port = address.rpartition(":")
    try:
        server = ThreadingHTTPServer((host or "127.0.0.1", int(port)), _handler(receive))
    except (OSError, ValueError, OverflowError) as error:
        raise ConfigError(
            f"cannot listen for hints: {error}", f"hooks.listen {address}", "name a free host:port"
        ) from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="hints", daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop


def _handler(receive: Receive) -> type[BaseHTTPRequestHandler]:
    from http.server import BaseHTTPRequestHandler

    class Hints(BaseHTTPRequestHandler):
        timeout = PATIENCE_S

        def do_POST(self) -> None:
            length = self.headers.get("content-length", "")
            if not length.isdigit():
                self._answer(411)
            elif int(length) > MESSAGE_CAP:
                self._answer(413)
            else:
                body = self.rfile.read(int(length))
                headers = {key.lower(): value for key, value in self.headers.items()}
                self._answer(receive(self.path.partition("?")[0].rpartition("/")[2], headers, body))

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the station that receives the hint says what matters."""

    return Hints
