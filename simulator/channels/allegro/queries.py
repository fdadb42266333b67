"""Lists: conditions over documents, answered by SQL, or over the past as long as a lag is dialled in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from simulator.channels.allegro.store import COLUMNS, Store
from simulator.commerce.shop import Document, document

Op = Literal["in", "gte", "lte", "contains", "empty"]
BOUNDS: tuple[Op, Op] = ("gte", "lte")


@dataclass(frozen=True)
class Condition:
    """A claim about a field of the body (`$.stock.sold`), or about the columns `id` and `sku`."""

    field: str
    op: Op
    value: Any  # a sequence for "in", several texts for "contains", yes or no for "empty"
    is_number: bool = False  # compare texts like "12.50" as numbers

    def sql(self) -> tuple[str, list[Any]]:
        """The claim in SQL, and its values."""
        column, values = (
            (self.field, []) if self._is_column else ("json_extract(body, ?)", [self.field])
        )
        if self.op == "in":
            marks = ", ".join("?" * len(self.value))
            return f"{column} in ({marks})", [*values, *self.value]
        if self.op == "contains":
            found = " or ".join([f"instr(lower({column}), lower(?)) > 0"] * len(self.value))
            return f"({found})", [part for text in self.value for part in (*values, text)]
        if self.op == "empty":
            return f"(coalesce({column}, '[]') = '[]') = ?", [*values, self.value]
        shown = f"cast({column} as real)" if self.is_number else column
        return f"{shown} {'>=' if self.op == 'gte' else '<='} ?", [*values, self.value]

    def holds(self, doc: Document) -> bool:
        """Whether it is true of a document."""
        found = getattr(doc, self.field) if self._is_column else value_at(doc.body, self.field)
        if self.op == "in":
            return found in self.value
        if self.op == "empty":
            return bool((found in (None, [])) == self.value)
        if found is None:
            return False
        if self.op == "contains":
            text = found if isinstance(found, str) else json.dumps(found, separators=(",", ":"))
            return any(value.lower() in text.lower() for value in self.value)
        shown = float(found) if self.is_number else found
        return bool(shown >= self.value if self.op == "gte" else shown <= self.value)

    @property
    def _is_column(self) -> bool:
        return not self.field.startswith("$")


@dataclass(frozen=True)
class Order:
    """By which field a list is sorted; equal ones by number."""

    field: str = "id"
    descending: bool = False
    is_number: bool = False


def value_at(body: Any, path: str) -> Any:
    """What stands at `$.a.b` of a body; None when nothing does."""
    for part in path.removeprefix("$.").split("."):
        body = body.get(part) if isinstance(body, dict) else None
    return body


def find(
    store: Store,
    kind: str,
    conditions: Sequence[Condition],
    *,
    order: Order = Order(),
    limit: int | None = None,
    offset: int = 0,
) -> tuple[list[Document], int]:
    """One page of what meets all conditions, or all of it, and how many do."""
    if store.shop.lag:
        return _find_in_past(store, kind, conditions, order, limit, offset)
    where, values = "shop = ? and kind = ?", [store.shop.name, kind]
    for condition in conditions:
        claim, more = condition.sql()
        where, values = f"{where} and {claim}", [*values, *more]
    by_sku = any(c.field == "sku" for c in conditions)
    table = "documents indexed by documents_by_sku" if by_sku else "documents"
    counted = f"select count(*) from {table} where {where}"  # noqa: S608
    total = store.shop.db.execute(counted, values).fetchone()[0]
    column = order.field if order.field == "id" else "json_extract(body, ?)"
    column = f"cast({column} as real)" if order.is_number else column
    more = [] if order.field == "id" else [order.field]
    way = "desc" if order.descending else "asc"
    query = (
        f"select {COLUMNS} from {table} where {where}"  # noqa: S608
        f" order by {column} {way}, id {way} limit ? offset ?"
    )
    rows = store.shop.db.execute(
        query, [*values, *more, -1 if limit is None else limit, offset]
    ).fetchall()
    return [document(row) for row in rows], int(total)


def _find_in_past(
    store: Store,
    kind: str,
    conditions: Sequence[Condition],
    order: Order,
    limit: int | None,
    offset: int,
) -> tuple[list[Document], int]:
    found = [d for d in store.shop.seen(kind) if all(c.holds(d) for c in conditions)]

    def key(doc: Document) -> tuple[Any, int]:
        shown = doc.id if order.field == "id" else value_at(doc.body, order.field)
        return (float(shown or 0) if order.is_number else shown, doc.id)

    found.sort(key=key, reverse=order.descending)
    return found[offset:][:limit], len(found)
