"""HTTP to the Selling Partner API and nothing else: calls out, checked JSON back.

Each operation is paced by its own token bucket before Amazon has to say no. Nothing is repeated but
a call whose token had run out, and nothing waits.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from agent.channels import trouble
from agent.channels.amazon import errors
from agent.channels.amazon.operations import Operation
from agent.channels.amazon.pace import Pace
from agent.channels.oauth import Tokens
from agent.errors import OutcomeUnknown, Throttled, Unauthorised, Unavailable
from agent.ports import Ports
from agent.ports.http import Answer
from agent.ports.http import Client as HttpClient

log = logging.getLogger(__name__)

TIMEOUT_S = 60.0
LARGEST = 256 * 1024 * 1024  # bytes of an unpacked report; 100,000 listings take a tenth of it

Query = Mapping[str, str | int]


@dataclass(frozen=True)
class Told:
    """The JSON object of an answer, and the number under which Amazon remembers the call."""

    json: Mapping[str, Any]
    request_id: str
    answer: Answer


class Client:
    """Calls of one seller's application."""

    def __init__(self, http: HttpClient, shop: str, tokens: Tokens, ports: Ports) -> None:
        self._http, self._shop, self._tokens, self._clock = http, shop, tokens, ports.clock
        self._pace = Pace()
        self._turn = ports.environment.mutex()  # several lanes share the buckets

    def call(
        self,
        operation: Operation,
        path: Mapping[str, str] | None = None,
        *,
        query: Query | None = None,
        body: Any = None,
    ) -> Told:
        """The object that answers a call; an empty one where Amazon answers nothing.

        Throttled before anything is sent when the operation's bucket is empty. OutcomeUnknown when
        it acts and no usable answer came; Unavailable when it does not.
        """
        where = self.where(operation)
        try:
            answer = self._sent(operation, path or {}, query, body)
            return self._read(answer, where, wrote=operation.acts)
        except OutcomeUnknown as error:
            if operation.acts:
                raise
            raise Unavailable(error.what, error.where, trouble.RETRIES) from error

    def upload(self, address: str, content: bytes, content_type: str) -> None:
        """Put a document where Amazon said. Nothing happens by it, so that it may be done again."""
        where = f"{self._shop} upload"
        headers = {"content-type": content_type}
        try:
            answer = self._http.send("PUT", _safe(address, where), content=content, headers=headers)
        except OutcomeUnknown as error:
            raise Unavailable(error.what, where, trouble.RETRIES) from error
        _only_success(answer, where)

    def download(self, address: str, *, packed: bool) -> bytes:
        """A document from where Amazon said."""
        where = f"{self._shop} download"
        try:
            answer = self._http.send("GET", _safe(address, where))
        except OutcomeUnknown as error:
            raise Unavailable(error.what, where, trouble.RETRIES) from error
        _only_success(answer, where)
        return _unpacked(answer.body, where) if packed else answer.body

    def room(self, operation: Operation) -> int:
        """How many calls of this operation may be made at this moment."""
        with self._turn:
            return self._pace.room(operation, self._clock.mono())

    def wait_s(self, operation: Operation, calls: int = 1) -> float:
        """Seconds until so many calls of it may follow one another."""
        with self._turn:
            return self._pace.wait_s(operation, calls, self._clock.mono())

    def have_room(self, operation: Operation, calls: int = 1) -> None:
        """Throttled unless so many calls of it may follow one another now."""
        wait = self.wait_s(operation, calls)
        if wait > 0:
            what = (
                f"Amazon takes {operation.burst} of these calls at once, and then some by the time"
            )
            raise Throttled(what, self.where(operation), trouble.RETRIES, retry_after_s=wait)

    def spend(self, operation: Operation) -> None:
        """Count one against a limit that is no operation's."""
        with self._turn:
            self._pace.spend(operation, self._clock.mono())

    def where(self, operation: Operation) -> str:
        """The shop and the operation, for errors."""
        return f"{self._shop} {operation.name}"

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _sent(
        self, operation: Operation, path: Mapping[str, str], query: Query | None, body: Any
    ) -> Answer:
        token = self._tokens.bearer()
        answer, failed = self._once(operation, path, query, body, token)
        if isinstance(failed, Unauthorised) and errors.is_spent(failed.what):
            self._tokens.spoiled(token)  # a call that was not let in has done nothing
            answer, failed = self._once(operation, path, query, body, self._tokens.bearer())
        if failed is not None:
            raise failed
        return answer

    def _once(
        self,
        operation: Operation,
        path: Mapping[str, str],
        query: Query | None,
        body: Any,
        token: str,
    ) -> tuple[Answer, Exception | None]:
        self.have_room(operation)
        self.spend(operation)
        now = self._clock.now()
        headers = {"x-amz-access-token": token, "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ")}
        named = {name: quote(value, safe="") for name, value in path.items()}
        answer = self._http.send(
            operation.method,
            operation.path.format(**named),
            query=query,
            json_body=body,
            headers=headers,
        )
        log.debug("channel=%s %s status=%d", self._shop, operation.name, answer.status)
        where = self.where(operation)
        failed = errors.failure(answer, where, self._clock.now(), wrote=operation.acts)
        with self._turn:
            mono = self._clock.mono()
            self._pace.heard(operation, answer.headers.get("x-amzn-ratelimit-limit", ""), mono)
            if isinstance(failed, Throttled):
                self._pace.refused(operation, failed.retry_after_s, mono)
        return answer, failed

    def _read(self, answer: Answer, where: str, *, wrote: bool) -> Told:
        number = answer.headers.get("x-amzn-requestid", "")
        if answer.status == 204:
            return Told({}, number, answer)
        try:
            found = answer.json()
        except ValueError as error:
            raise errors.unreadable(answer, where, wrote=wrote) from error
        if not isinstance(found, Mapping):
            raise errors.unreadable(answer, where, wrote=wrote)
        return Told(found, number, answer)


def _safe(address: str, where: str) -> str:
    if not address.lower().startswith("https://"):
        raise trouble.misshapen("the address of a document is not https", where)
    return address


def _only_success(answer: Answer, where: str) -> None:
    if not 200 <= answer.status < 300:
        _, words = errors.vendor_words(answer)
        raise Unavailable(
            f"Amazon's storage failed ({answer.status}): {words}", where, trouble.RETRIES
        )


def _unpacked(content: bytes, where: str) -> bytes:
    try:
        unpacker = zlib.decompressobj(wbits=31)
        found = unpacker.decompress(content, LARGEST)
    except zlib.error as error:
        raise trouble.misshapen("a document is no gzip", where) from error
    if not unpacker.eof:
        raise trouble.misshapen("a document is cut off, or larger than any report", where)
    return found
