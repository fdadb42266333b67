"""A channel's public door as one WSGI application: storefront pages, faults, ledger, vendor's API.

Two statuses never leave the staging world: 599 asks whoever carries the answer to close the
connection without one, 598 to leave the client waiting. `X-Staging-Fault` says which fault it was.
"""

from __future__ import annotations

import io
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode

import httpx

from simulator.faults import PAGE_TWICE, Fault
from simulator.pages import storefront

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from simulator.world import World

STOREFRONT = "/storefront"
DROPPED, HANGING = 599, 598
FAULT_HEADER = "X-Staging-Fault"
DRIPS = 10  # pieces in which a slow answer comes
PAGES = 64  # lists whose last page is remembered
PAGING = {  # words of a query that lead from page to page of one list, as vendors spell them
    "page",
    "offset",
    "start",
    "Start",
    "limit",
    "after",
    "before",
    "from",
    "cursor",
    "page_info",
    "page_token",
    "pageToken",
    "paginationToken",
    "nextToken",
    "NextToken",
    "searchCriteria[currentPage]",
    "searchCriteria[current_page]",
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\d")  # some clients go on from the last entry's moment


@dataclass(frozen=True)
class Answer:
    """What goes back to the client."""

    status: str  # "200 OK"
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def code(self) -> int | None:
        """The status as a number; None when the client gets no answer."""
        code = int(self.status.split()[0])
        return None if code in (DROPPED, HANGING) else code


class Pages:
    """The last page of each list, kept while a page may come twice."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, ...], tuple[tuple[str, bytes], Answer]] = OrderedDict()

    def keep(self, environ: WSGIEnvironment, sent: bytes, answer: Answer) -> None:
        """Remember an answer that went well."""
        if answer.status.startswith("200"):
            key = _list_asked(environ, sent)
            self._last[key] = (environ.get("QUERY_STRING", ""), sent), answer
            self._last.move_to_end(key)
            while len(self._last) > PAGES:
                self._last.popitem(last=False)

    def before(self, environ: WSGIEnvironment, sent: bytes) -> Answer | None:
        """The answer of the same list to a question for another page."""
        asked, answer = self._last.get(_list_asked(environ, sent), (None, None))
        return None if asked == (environ.get("QUERY_STRING", ""), sent) else answer

    def forget(self) -> None:
        """Nobody wants to know any more."""
        self._last.clear()


def _list_asked(environ: WSGIEnvironment, sent: bytes) -> tuple[str, ...]:
    """What is asked for whatever the page: method, path, query; the query of GraphQL, the method of a form."""
    method, path, named = environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), ""
    if sent and method == "POST":
        kind = environ.get("CONTENT_TYPE", "")
        if "json" in kind:
            named = _text_of(sent, "query")
        elif "form-urlencoded" in kind:
            named = parse_qs(sent.decode("utf-8", errors="replace")).get("method", [""])[0]
    words = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    kept = [word for word in words if word[0] not in PAGING and not MOMENT.match(word[1])]
    return method, path, urlencode(kept), named


def _text_of(sent: bytes, key: str) -> str:
    try:
        body = json.loads(sent)
    except ValueError:
        return ""
    return str(body.get(key, "")) if isinstance(body, dict) else ""


class Gate:
    """The WSGI application of one channel. `pause` waits some seconds (or moves a virtual clock)."""

    def __init__(self, world: World, channel: str, pause: Callable[[float], None]) -> None:
        self.world, self.channel, self.pause = world, channel, pause
        self.vendor: WSGIApplication = world.dialects[channel].app
        self.storefront: WSGIApplication = storefront(world, channel)
        self.pages = Pages()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == STOREFRONT or path.startswith(STOREFRONT + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + STOREFRONT
            environ["PATH_INFO"] = path[len(STOREFRONT) :]
            return self.storefront(environ, start_response)
        sent = _body(environ)
        environ["wsgi.input"] = io.BytesIO(sent)
        with self.world.lock:
            at = self.world.clock.now()
            method = environ["REQUEST_METHOD"]
            repeats = self.world.faults.awaits(PAGE_TWICE, self.channel)
            before = self.pages.before(environ, sent) if repeats else None
            spared = () if before else (PAGE_TWICE,)
            fault = self.world.faults.strike(self.channel, method, path, spared)
            if fault and fault.kind == PAGE_TWICE and before:
                answer = before
            else:
                answer = self._answer(environ, fault, at)
            if repeats and fault is None:
                self.pages.keep(environ, sent, answer)
            elif not repeats:
                self.pages.forget()
            answer = self._dated(answer)
            self._write_down(environ, fault, answer, sent, at)
            if self.world.witnesses:
                self._witnessed(environ, fault, answer, sent)
        start_response(answer.status, list(answer.headers))
        if fault and fault.kind == "slow":
            return self._drip(answer.body, fault.lasting)
        return [answer.body]

    def _witnessed(
        self, environ: WSGIEnvironment, fault: Fault | None, answer: Answer, sent: bytes
    ) -> None:
        """Show the exchange to whoever watches; an answer only as the vendor gave it."""
        query = environ.get("QUERY_STRING", "")
        host = environ.get("HTTP_HOST") or f"{self.channel}.test"
        path = quote(environ.get("PATH_INFO", "").encode("latin-1"))
        url = f"{environ['wsgi.url_scheme']}://{host}{path}" + (f"?{query}" if query else "")
        request = httpx.Request(
            environ["REQUEST_METHOD"], url, headers=_headers(environ), content=sent
        )
        response = None
        if (fault is None or fault.kind in ("slow", PAGE_TWICE)) and answer.code:
            plain = [(k, v) for k, v in answer.headers if k.lower() != "content-encoding"]
            response = httpx.Response(answer.code, headers=plain, content=answer.body)
        for witness in self.world.witnesses:
            witness(self.channel, request, response)

    def _dated(self, answer: Answer) -> Answer:
        """The answer with the vendor's own idea of the time."""
        now = self.world.dialects[self.channel].shop.clock.now()
        kept = tuple((k, v) for k, v in answer.headers if k.lower() != "date")
        return replace(answer, headers=(*kept, ("Date", format_datetime(now, usegmt=True))))

    def _answer(self, environ: WSGIEnvironment, fault: Fault | None, at: datetime) -> Answer:
        if fault is None or fault.kind == "slow":
            return self._ask_vendor(environ)
        real = None
        if fault.effect or fault.kind in ("timeout after", "truncated"):
            real = self._ask_vendor(environ)
        if fault.kind == "truncated" and real is not None:
            return _truncated(real)
        answer = spoiled(fault, at)
        return replace(answer, body=b"") if environ["REQUEST_METHOD"] == "HEAD" else answer

    def _ask_vendor(self, environ: WSGIEnvironment) -> Answer:
        seen: list[Any] = []

        def start(
            status: str, headers: list[tuple[str, str]], exc: Any = None
        ) -> Callable[..., Any]:
            seen[:] = [status, tuple(headers)]
            return lambda _: None

        chunks = self.vendor(environ, start)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return Answer(seen[0], seen[1], body)

    def _write_down(
        self,
        environ: WSGIEnvironment,
        fault: Fault | None,
        answer: Answer,
        sent: bytes,
        at: datetime,
    ) -> None:
        query = environ.get("QUERY_STRING", "")
        took = (self.world.clock.now() - at).total_seconds()
        self.world.ledger.exchanged(
            at=at,
            channel=self.channel,
            method=environ["REQUEST_METHOD"],
            path=environ.get("PATH_INFO", "") + (f"?{query}" if query else ""),
            status=answer.code,
            fault=fault.kind if fault else "",
            duration_s=took + (fault.lasting if fault and fault.kind == "slow" else 0.0),
            headers=_headers(environ),
            sent=sent,
            answered=answer.body if answer.code else b"",
        )

    def _drip(self, body: bytes, seconds: float) -> Iterator[bytes]:
        size = max(1, -(-len(body) // DRIPS))
        for start in range(0, len(body), size):
            self.pause(seconds / DRIPS)
            yield body[start : start + size]


def spoiled(fault: Fault, at: datetime) -> Answer:
    """The answer of a server, or of what stands before it, that has gone wrong."""
    if fault.kind in ("refused", "dropped"):
        return Answer(f"{DROPPED} Dropped", ((FAULT_HEADER, fault.kind),), b"")
    if fault.kind.startswith("timeout"):
        return Answer(f"{HANGING} Hanging", ((FAULT_HEADER, fault.kind),), b"")
    if fault.kind == "html":
        return _page("200 OK", "Back soon", "We are doing some maintenance.", ())
    status = HTTPStatus(int(fault.kind))
    asked = (("Retry-After", _retry_after(fault, at)),) if status in (429, 503) else ()
    headers = tuple((name, value) for name, value in asked if value is not None)
    line = f"{status.value} {status.phrase}"
    return _page(line, line, status.description or "Please try again later.", headers)


def _retry_after(fault: Fault, at: datetime) -> str | None:
    if fault.retry_after == "date":
        return format_datetime(at + timedelta(seconds=fault.lasting), usegmt=True)
    choices = {"seconds": f"{fault.lasting:.0f}", "garbage": "soon", "missing": None}
    return choices[fault.retry_after]


def _page(status: str, title: str, text: str, more: tuple[tuple[str, str], ...]) -> Answer:
    html = f"<!doctype html>\n<html><head><title>{title}</title></head>\n"
    body = (html + f"<body><h1>{title}</h1><p>{text}</p></body></html>\n").encode()
    length = ("Content-Length", str(len(body)))
    return Answer(status, (("Content-Type", "text/html; charset=utf-8"), length, *more), body)


def _truncated(answer: Answer) -> Answer:
    body = answer.body[: len(answer.body) // 2] or b'{"'
    headers = [(k, v) for k, v in answer.headers if k.lower() != "content-length"]
    return Answer(answer.status, (*headers, ("Content-Length", str(len(body)))), body)


def _body(environ: WSGIEnvironment) -> bytes:
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH") or ""
    body: bytes = stream.read(int(length)) if length.isdigit() else stream.read()
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    names = [k for k in environ if k.startswith("HTTP_") or k == "CONTENT_TYPE"]
    return {k.removeprefix("HTTP_").replace("_", "-").title(): str(environ[k]) for k in names}
