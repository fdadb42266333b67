"""Lists: what a call may ask of them, and their pages by offset (`Start`, `NumberOfItems`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.channels.houzz import NAME, values
from simulator.channels.houzz.calls import Call
from simulator.channels.houzz.errors import Fault, Refused, invalid
from simulator.commerce.shop import Document, document

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

USUAL, MOST = 100, 1000  # entries on a page: when not asked for, and at most


@dataclass(frozen=True)
class Wanted:
    """Which documents of a kind a list shows: fields of their bodies, compared without case.

    `at` is the field that `since` and `until` (both included) limit.
    """

    kind: str
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (field, the values it may have)
    at: str = "at"
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, found: Document) -> bool:
        """Whether a document belongs to the list."""
        for name, allowed in self.fields:
            if str(found.body.get(name)).lower() not in allowed:
                return False
        at = found.body.get(self.at, "")
        after = self.since is None or at >= values.instant(self.since)
        return after and (self.until is None or at <= values.instant(self.until))

    def query(self, shop: str) -> tuple[str, list[Any]]:
        """The same as a query over the shop's documents, by id."""
        where, given = "shop = ? and kind = ?", [shop, self.kind]
        for name, allowed in self.fields:
            where += f" and lower(json_extract(body, '$.{name}')) in ({_marks(allowed)})"
            given += allowed
        for sign, moment in ((">=", self.since), ("<=", self.until)):
            if moment is not None:
                where += f" and json_extract(body, '$.{self.at}') {sign} ?"
                given.append(values.instant(moment))
        columns = "kind, id, parent_id, sku, body, created_at, modified_at"
        return f"select {columns} from documents where {where} order by id", given  # noqa: S608


def _marks(allowed: tuple[str, ...]) -> str:
    return ", ".join("?" * len(allowed))


def window(call: Call) -> tuple[int, int]:
    """`Start` and `NumberOfItems` of a call; Refused when they are no such numbers."""
    faults: list[Fault] = []
    start = call.read("Start", values.whole, 0, faults)
    size = call.read("NumberOfItems", values.number, USUAL, faults)
    if size > MOST:
        faults.append(invalid("NumberOfItems", str(size)))
    if faults:
        raise Refused(faults)
    return start, size


def span(call: Call) -> tuple[datetime | None, datetime | None]:
    """`From` and `To` of a call; Refused when they are no dates."""
    faults: list[Fault] = []
    since = call.read("From", values.moment, None, faults)
    until = call.read("To", lambda given: values.moment(given, is_end=True), None, faults)
    if faults:
        raise Refused(faults)
    return since, until


def page(dialect: Houzz, call: Call, wanted: Wanted, name: str) -> list[Document]:
    """One page of a list. An entry that a fault leaves out is made up for by the next one."""
    start, size = window(call)
    found: list[Document] = []
    for entry in _from(dialect, wanted, start):
        if not dialect.world.faults.omits(NAME, name):
            found.append(entry)
        if len(found) == size:
            break
    return found


def _from(dialect: Houzz, wanted: Wanted, start: int) -> Iterator[Document]:
    """The list's entries from an offset on, as a reader sees them."""
    shop = dialect.shop
    if shop.lag:
        yield from [d for d in shop.seen(wanted.kind) if wanted.fits(d)][start:]
        return
    query, given = wanted.query(shop.name)
    for row in shop.db.execute(f"{query} limit -1 offset ?", [*given, start]):
        yield document(row)
