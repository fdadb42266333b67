"""HTTP to one Magento shop and nothing else: requests out, checked JSON back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from agent.channels import trouble
from agent.channels.magento import errors
from agent.channels.magento.signing import Keys
from agent.errors import OutcomeUnknown, Throttled, Unauthorised, Unavailable
from agent.ports import Ports
from agent.ports.http import Answer
from agent.ports.http import Client as HttpClient

log = logging.getLogger(__name__)

TIMEOUT_S = 120.0  # five hundred rows of stock are saved and indexed one after another
# Every write is global: at one store view it would break what the view inherits.
API = "/rest/all/V1"
PAGE = 300  # the most that a shop with input limits gives

Query = Mapping[str, str | int]
Row = Mapping[str, Any]
Filter = tuple[str, str, str | int]  # field, condition, value
Given = Keys | str  # all four keys to sign with, or the token alone


class Client:
    """Reads and writes under /rest/all/V1, one write at a time. Nothing is repeated, and nothing waits."""

    def __init__(
        self, http: HttpClient, shop: str, address: str, ports: Ports, keys: Callable[[], Given]
    ) -> None:
        self._http, self._shop, self._address, self._ports = http, shop, address, ports
        self._find_keys, self._keys = keys, keys()
        self._quiet_until = float("-inf")  # on the monotonic clock: the shop asked us to wait
        self._turn = ports.environment.mutex()  # parallel saves deadlock in the shop's database

    def read(self, path: str, query: Query | None = None) -> Any:
        """The JSON of a GET. Unavailable also when no usable answer came."""
        return self._json(self.get(path, query), "GET", path, wrote=False)

    def ask(self, path: str, body: Any) -> Any:
        """The JSON of a POST that only reads, for more than an address holds."""
        try:
            answer = self._checked("POST", path, None, body)
        except OutcomeUnknown as error:  # nothing can have happened
            raise Unavailable(error.what, error.where, trouble.RETRIES) from error
        return self._json(answer, "POST", path, wrote=False)

    def write(self, method: str, path: str, body: Any) -> Any:
        """The JSON that answers a write. OutcomeUnknown when none came."""
        with self._turn:
            answer = self._checked(method, path, None, body)
        return self._json(answer, method, path, wrote=True)

    def get(self, path: str, query: Query | None = None) -> Answer:
        """The answer to a GET that succeeded, with its headers."""
        try:
            return self._checked("GET", path, query, None)
        except OutcomeUnknown as error:  # nothing can have happened
            raise Unavailable(error.what, error.where, trouble.RETRIES) from error

    def found(
        self,
        path: str,
        filters: Sequence[Filter],
        *,
        sort: Sequence[str] = (),
        size: int = PAGE,
        page: int = 1,
        fields: str = "",
    ) -> list[Row]:
        """One page of a list, as the criteria say: all filters hold, sorted upwards."""
        asked = criteria(filters, sort, size, page) | ({"fields": fields} if fields else {})
        answer = self.read(path, asked)
        rows = answer.get("items") if isinstance(answer, Mapping) else 0
        if rows is None:  # no rows, where `fields` is used
            return []
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise trouble.misshapen("it has no list of items", self.where("GET", path))
        return rows

    def pages(
        self,
        path: str,
        filters: Sequence[Filter],
        *,
        key: str,
        shown_as: str = "",
        after: int = 0,
        fields: str = "",
    ) -> Iterator[tuple[list[Row], int]]:
        """Pages of a whole list by a rising number, each with the number to go on after.

        `shown_as`: what the rows call the number where it is not `key`.

        By the number of the page, rows would be lost where others vanish, and older versions give
        the last page again and again.
        """
        while True:
            asked = [*filters, (key, "gt", after)]
            rows = self.found(path, asked, sort=[key], fields=fields)
            numbers = [row.get(shown_as or key) for row in rows]
            known = [n for n in numbers if isinstance(n, int) and n > after]
            if len(known) != len(numbers):
                raise trouble.misshapen(f"{key} is no rising number", self.where("GET", path))
            after = max(known, default=after)
            yield rows, after
            if len(rows) < PAGE:
                return

    def where(self, method: str, path: str) -> str:
        """The shop and the call, for errors."""
        return f"{self._shop} {method} {API}{path}"

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _checked(self, method: str, path: str, query: Query | None, body: Any) -> Answer:
        try:
            return self._sent(method, path, query, body)
        except Unauthorised:
            # A person may have given new keys meanwhile; a refused call has done nothing.
            fresh = self._find_keys()
            if fresh == self._keys:
                raise
            self._keys = fresh
        return self._sent(method, path, query, body)

    def _sent(self, method: str, path: str, query: Query | None, body: Any) -> Answer:
        where = self.where(method, path)
        left = self._quiet_until - self._ports.clock.mono()
        if left > 0:
            what = "the shop asked us to wait"
            raise Throttled(what, where, trouble.RETRIES, retry_after_s=left)
        full = f"{API}{path}"
        headers = {"authorization": self._authorization(method, full, query or {})}
        answer = self._http.send(method, full, query=query, json_body=body, headers=headers)
        log.debug("channel=%s %s %s status=%d", self._shop, method, path, answer.status)
        failed = errors.failure(answer, where, self._ports.clock.now(), wrote=method != "GET")
        if isinstance(failed, Throttled):
            self._quiet_until = self._ports.clock.mono() + failed.retry_after_s
        if failed is not None:
            raise failed
        return answer

    def _authorization(self, method: str, path: str, query: Query) -> str:
        if isinstance(self._keys, str):
            return f"Bearer {self._keys}"
        at_s = int(self._ports.clock.now().timestamp())
        nonce = self._ports.chance.token()
        return self._keys.header(method, f"{self._address}{path}", query, nonce, at_s)

    def _json(self, answer: Answer, method: str, path: str, *, wrote: bool) -> Any:
        try:
            return answer.json()
        except ValueError as error:
            where = self.where(method, path)
            raise trouble.unreadable(answer, where, wrote=wrote) from error


def criteria(
    filters: Sequence[Filter], sort: Sequence[str], size: int, page: int
) -> dict[str, str | int]:
    """A search as the vendor's parameters."""
    asked: dict[str, str | int] = {"searchCriteria[pageSize]": size}
    if page > 1:
        asked["searchCriteria[currentPage]"] = page
    for number, (field, condition, value) in enumerate(filters):
        head = f"searchCriteria[filter_groups][{number}][filters][0]"
        asked |= {
            f"{head}[field]": field,
            f"{head}[condition_type]": condition,
            f"{head}[value]": value,
        }
    for number, field in enumerate(sort):
        head = f"searchCriteria[sortOrders][{number}]"
        asked |= {f"{head}[field]": field, f"{head}[direction]": "ASC"}
    return asked
