"""A door on loopback that waits for one browser to come back from a vendor's consent page."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from agent.errors import ConfigError

PATH = "/callback"
DONE = "tallyman has the answer. You can close this page."


class Callback:
    """Listens on 127.0.0.1 while open. `address` is what the vendor is told as the redirect address."""

    def __init__(self, port: int) -> None:
        self._told: dict[str, str] = {}
        self._came = threading.Event()
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        except OSError as error:
            raise ConfigError(
                f"cannot listen for the browser: {error.strerror or error}",
                f"127.0.0.1:{port}",
                "choose another port with --port, and tell the vendor the same redirect address",
            ) from error
        self._server.daemon_threads = True
        self.address = f"http://localhost:{self._server.server_port}{PATH}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> Mapping[str, str] | None:
        """The query with which a browser came back; None when none came in this time."""
        return dict(self._told) if self._came.wait(seconds) else None

    def __enter__(self) -> Callback:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _hear(self, query: str) -> None:
        if not self._came.is_set():  # the first answer counts
            self._told = dict(parse_qsl(query, max_num_fields=20))
            self._came.set()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        return _handler(self._hear)


def _handler(hear: Callable[[str], None]) -> type[BaseHTTPRequestHandler]:
    class Back(BaseHTTPRequestHandler):
        timeout = 10.0

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path != PATH:
                self.send_error(404)
                return
            hear(parts.query)
            page = f"<!doctype html><title>tallyman</title><p>{html.escape(DONE)}</p>".encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(page)))
            self.send_header("referrer-policy", "no-referrer")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the address holds a code."""

    return Back
