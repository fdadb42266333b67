"""Connections: pages of stored documents by keyset, pages of short lists by position."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from simulator.channels.shopify.call import Call
from simulator.channels.shopify.errors import bad_request
from simulator.channels.shopify.search import Clause, Search
from simulator.commerce.shop import Document, document

MOST = 250
COUNTED = 10_000  # counts are exact up to here unless `limit` says otherwise
ALL = 10**12  # the size of a page that has everything
Connection = dict[str, Any]
_whole: ContextVar[bool] = ContextVar("whole lists", default=False)


@dataclass(frozen=True)
class Listing:
    """A list of stored things: what it can be searched and sorted by.

    `sorts` gives an SQL expression per sort key; the id breaks ties.
    """

    kind: str
    search: Callable[[Call], Search]
    sorts: Mapping[str, str]
    default: str = "ID"

    def connection(
        self, call: Call, args: Mapping[str, Any], within: Clause | None = None
    ) -> Connection:
        """One page of the list, of those `within` a condition."""
        size, backwards = page_size(args)
        where = self._where(call, args.get("query"), within)
        sort = self.sorts.get(args.get("sortKey") or self.default, self.sorts[self.default])
        down = bool(args.get("reverse")) != backwards
        rows = self._rows(call, where, sort, down, args, size + 1)
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        start = bool(args.get("before" if backwards else "after"))
        edges = [{"cursor": _cursor(row[-1], row[1]), "node": document(row[:-1])} for row in rows]
        return connection(edges, (start, more) if not backwards else (more, start))

    def count(self, call: Call, args: Mapping[str, Any]) -> dict[str, Any]:
        """How many there are, counted up to a limit."""
        where = self._where(call, args.get("query"), None)
        limit = args["limit"] if args.get("limit") is not None else COUNTED
        sql = f"select count(*) from {self._table(call)} where {where.sql}"  # noqa: S608
        (found,) = call.store.shop.db.execute(*self._bound(call, sql, where.values)).fetchone()
        exact = found <= limit or args.get("limit", limit) is None
        shown = found if exact else limit
        return {"count": shown, "precision": "EXACT" if exact else "AT_LEAST"}

    def first(self, call: Call, within: Clause) -> Document | None:
        """The first document within a condition, by id."""
        page = self.connection(call, {"first": 1}, within)["nodes"]
        return page[0] if page else None

    # -- SQL ----------------------------------------------------------------------------------

    def _where(self, call: Call, query: str | None, within: Clause | None) -> Clause:
        search = self.search(call)
        where = Clause("shop = :shop and kind = :kind") & search.clause(query)
        for name in search.unknown:
            note = {"field": name, "message": "Invalid search field for this query."}
            call.warnings.append({**note, "code": "invalid_field", "query": query})
        return where & within if within else where

    def _rows(
        self,
        call: Call,
        where: Clause,
        sort: str,
        down: bool,
        args: Mapping[str, Any],
        limit: int,
    ) -> list[tuple[Any, ...]]:
        cursor = args.get("before") or args.get("after")
        if cursor:
            value, id = _read(cursor)
            sign = "<" if down else ">"
            past = (id,) if sort == "id" else (value, id)
            place = f"id {sign} ?" if sort == "id" else f"({sort}, id) {sign} (?, ?)"
            where = where & Clause(place, past)
        order = "desc" if down else "asc"
        by = f"id {order}" if sort == "id" else f"{sort} {order}, id {order}"
        sql = (
            "select kind, id, parent_id, sku, body, created_at, modified_at,"  # noqa: S608
            f" {sort} as place from {self._table(call)}"
            f" where {where.sql} order by {by} limit {limit}"
        )
        return call.store.shop.db.execute(*self._bound(call, sql, where.values)).fetchall()

    def _bound(self, call: Call, sql: str, values: tuple[Any, ...]) -> tuple[str, dict[str, Any]]:
        """Named values for all: the marks are numbered in the order they stand."""
        named: dict[str, Any] = {"shop": call.store.shop.name, "kind": self.kind}
        parts = sql.split("?")
        for index, value in enumerate(values):
            named[f"v{index}"] = value
        text = "".join(f"{part}:v{i}" for i, part in enumerate(parts[:-1])) + parts[-1]
        return text, named

    def _table(self, call: Call) -> str:
        """Where to look: the documents, or under a read lag a copy of them as they were; as `d`."""
        shop = call.store.shop
        if not shop.lag:
            return "documents d"
        table = f"temp.seen_{self.kind}"
        if not call.seen.get(self.kind):
            call.seen[self.kind] = True
            shop.db.execute(f"drop table if exists {table}")
            shop.db.execute(f"create table {table} as select * from documents limit 0")  # noqa: S608
            rows = [
                (
                    *(shop.name, d.kind, d.id, d.parent_id, d.sku or d.body.get("sku")),
                    json.dumps(d.body),
                    *(d.created_at.isoformat(timespec="microseconds"),),
                    *(d.modified_at.isoformat(timespec="microseconds"),),
                )
                for d in shop.seen(self.kind)
            ]
            shop.db.executemany(f"insert into {table} values (?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608
        return f"{table} d"


@contextmanager
def everything() -> Iterator[None]:
    """Lists are given whole inside, whatever page is asked for."""
    token = _whole.set(True)
    try:
        yield
    finally:
        _whole.reset(token)


def page_size(args: Mapping[str, Any]) -> tuple[int, bool]:
    """How many to give, and whether they are counted from the end."""
    if _whole.get():
        return ALL, False
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        raise bad_request("you must provide one of first or last")
    if first is not None and last is not None:
        raise bad_request("providing both first and last is not supported")
    size, name = (int(first), "first") if first is not None else (int(last or 0), "last")
    if size < 0:
        raise bad_request(f"{name} cannot be less than zero")
    if size > MOST:
        raise bad_request(f"{name} cannot exceed {MOST}")
    return size, first is None


def sliced(items: Sequence[Any], args: Mapping[str, Any]) -> Connection:
    """One page of a list that is at hand; cursors are positions."""
    size, backwards = page_size(args)
    numbered = list(enumerate(items))
    if args.get("reverse"):
        numbered.reverse()
    after, before = args.get("after"), args.get("before")
    places = [n for n, _ in numbered]
    low = places.index(_read(after)[1]) + 1 if after and _read(after)[1] in places else 0
    high = places.index(_read(before)[1]) if before and _read(before)[1] in places else len(places)
    inside = numbered[low:high]
    page = (inside[-size:] if size else []) if backwards else inside[:size]
    edges = [{"cursor": _cursor("", n), "node": item} for n, item in page]
    cut = len(inside) > len(page)
    around = (cut, high < len(places)) if backwards else (low > 0, cut)
    return connection(edges, around)


def connection(edges: list[dict[str, Any]], around: tuple[bool, bool]) -> Connection:
    """A connection of these edges; `around`: whether there is more before, and after."""
    return {
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "pageInfo": {
            "hasPreviousPage": around[0],
            "hasNextPage": around[1],
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def cursor_of(thing: Document) -> str:
    """The cursor of a document in lists by id."""
    return _cursor(thing.id, thing.id)


def _cursor(value: Any, id: int) -> str:
    return base64.b64encode(json.dumps({"last_id": id, "last_value": value}).encode()).decode()


def _read(cursor: str) -> tuple[Any, int]:
    try:
        read = json.loads(base64.b64decode(cursor, validate=True))
        value, id = read["last_value"], int(read["last_id"])
        if not isinstance(value, str | float | int | None) or abs(id) > 10**18:
            raise ValueError(f"no cursor of this list: {read}")
        return value, id
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request(f"Invalid cursor for current pagination sort: {cursor}.") from error
