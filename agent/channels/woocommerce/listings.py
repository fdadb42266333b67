"""What the shop shows: every product and variation with a sku, some of them afresh, or by sku."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from agent.channels.woocommerce import errors, mapping
from agent.channels.woocommerce.client import Query
from agent.channels.woocommerce.connection import API, Connection
from agent.errors import Refused
from agent.model.listing import Listing, State

PAGE = 100  # the vendor's maximum
IN_QUERY = 50  # ids or skus in one address

Parents = Mapping[int, tuple[State, str]]  # variable products: {id: (state, sku)}


def listings(c: Connection) -> Iterator[Listing]:
    """Everything with a sku that is not in the trash."""
    parents: dict[int, tuple[State, str]] = {}
    for row in every(c, f"{API}/products", {"_fields": mapping.FIELDS}):
        if row.get("type") == "variable":
            parents[int(row["id"])] = (mapping.state(row), str(row.get("sku", "")))
        elif row.get("sku"):
            yield mapping.listing(row, c.currency)
    if parents:
        yield from _variations(c, parents)


def look(c: Connection, listings: Sequence[Listing]) -> list[Listing]:
    """These listings as they are now; those that are gone are left out."""
    simple = [x.external_id for x in listings if "parent" not in x.handles]
    rows = _by_ids(c, f"{API}/products", simple)
    found = [mapping.listing(row, c.currency) for row in rows if row.get("type") != "variable"]
    varied = sorted(
        (x for x in listings if "parent" in x.handles), key=lambda x: x.handles["parent"]
    )
    parents = _parents(c, {x.handles["parent"] for x in varied})
    for parent, children in groupby(varied, key=lambda x: x.handles["parent"]):
        if int(parent) in parents:
            path = f"{API}/products/{parent}/variations"
            rows = _by_ids(c, path, [x.external_id for x in children])
            found += _of_parents(rows, parents, c.currency)
    return found


def find(c: Connection, skus: Sequence[str]) -> list[Listing]:
    """The listings with exactly these skus, trash aside."""
    wanted = set(skus)
    rows: list[dict[str, Any]] = []
    for some in _chunks(sorted(sku for sku in wanted if "," not in sku)):
        query = {"sku": ",".join(some), "_fields": mapping.FIELDS}
        rows += every(c, f"{API}/products", query)
    for sku in sorted(sku for sku in wanted if "," in sku):  # the exact filter would split it
        rows += every(c, f"{API}/products", {"search_sku": sku, "_fields": mapping.FIELDS})
    rows = [row for row in rows if row.get("sku") in wanted]
    varied = [row for row in rows if row.get("type") == "variation"]
    parents = _parents(c, {str(row["parent_id"]) for row in varied})
    found = [
        mapping.listing(row, c.currency)
        for row in rows
        if row.get("type") not in ("variable", "variation")
    ]
    return found + _of_parents(varied, parents, c.currency)


def every(c: Connection, path: str, query: Query) -> Iterator[dict[str, Any]]:
    """Every row of a list, once, oldest first.

    When rows vanish while we page, the later ones move up: the page before is read again.
    """
    seen: set[int] = set()
    page, total = 1, -1
    while True:
        asked = {**query, "orderby": "id", "order": "asc", "per_page": PAGE, "page": page}
        answer = c.client.page(path, asked)
        if 0 <= answer.total < total and page > 1:
            page, total = page - 1, answer.total
            continue
        total = answer.total
        fresh = [row for row in answer.rows if int(row["id"]) not in seen]
        seen |= {int(row["id"]) for row in fresh}
        yield from fresh
        if len(answer.rows) < PAGE or page >= answer.pages > 0:
            return
        if not fresh and page > answer.pages:  # the shop repeats itself for ever
            return
        page += 1


def _variations(c: Connection, parents: Parents) -> Iterator[Listing]:
    query = {"_fields": mapping.FIELDS}
    try:
        rows: Iterable[dict[str, Any]] = list(every(c, f"{API}/variations", query))
    except Refused as refusal:  # before 10.3 there is no list over all parents
        if getattr(refusal, "code", "") != errors.NO_ROUTE:
            raise
        rows = (
            {**row, "parent_id": parent}
            for parent in parents
            for row in every(c, f"{API}/products/{parent}/variations", query)
        )
    yield from _of_parents(rows, parents, c.currency)


def _of_parents(rows: Iterable[dict[str, Any]], parents: Parents, currency: str) -> list[Listing]:
    """Variations with a sku of their own: one without reads back with its parent's."""
    found = []
    for row in rows:
        state, parent_sku = parents.get(int(row["parent_id"]), ("archived", ""))
        if row.get("sku") and row["sku"] != parent_sku:
            found.append(mapping.listing(row, currency, state))
    return found


def _parents(c: Connection, ids: Iterable[str]) -> Parents:
    rows = _by_ids(c, f"{API}/products", sorted(ids))
    return {int(row["id"]): (mapping.state(row), str(row.get("sku", ""))) for row in rows}


def _by_ids(c: Connection, path: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for some in _chunks(ids):
        rows += every(c, path, {"include": ",".join(some), "_fields": mapping.FIELDS})
    return rows


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), IN_QUERY):
        yield texts[start : start + IN_QUERY]
