"""What the shop shows: every product and variation with a sku, some of them afresh, or by sku."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, TypeVar

from agent.channels import trouble
from agent.channels.resume import Pages, resumed
from agent.channels.woocommerce import errors, mapping
from agent.channels.woocommerce.client import Query
from agent.channels.woocommerce.connection import API, Connection
from agent.errors import Refused, Unavailable
from agent.model.listing import Listing, State

Some = TypeVar("Some")
PAGE = 100  # the vendor's maximum
IN_QUERY = 50  # skus in one address


@dataclass(frozen=True)
class Place:
    """Where paging goes on, how many rows there were in all, and those already met.

    `steps_back`: the page is read a second time, because rows have vanished before it.
    """

    page: int = 1
    total: int = -1
    seen: set[int] = field(default_factory=set)
    steps_back: bool = False


Parents = Mapping[int, tuple[State, str]]  # variable products: {id: (state, sku)}


def listings(c: Connection) -> Iterator[Listing]:
    """Everything with a sku that is not in the trash."""
    yield from resumed(c.unfinished, c.ports.clock.now(), lambda place: _pages(c, place))


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
    for some in chunks(sorted(sku for sku in wanted if "," not in sku)):
        query = {"sku": ",".join(some), "_fields": mapping.VARIATION_FIELDS}
        rows += every(c, f"{API}/products", query)
    for sku in sorted(sku for sku in wanted if "," in sku):  # the exact filter would split it
        rows += every(
            c, f"{API}/products", {"search_sku": sku, "_fields": mapping.VARIATION_FIELDS}
        )
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
    """Every row of a list, once, oldest first."""
    for rows, _ in pages(c, path, query, Place()):
        yield from rows


def pages(
    c: Connection, path: str, query: Query, place: Place
) -> Iterator[tuple[list[dict[str, Any]], Place]]:
    """Pages of new rows, each with the place after it.

    When rows vanish while we page, the later ones move up: the page before is read again.
    """
    while True:
        asked = {**query, "orderby": "id", "order": "asc", "per_page": PAGE, "page": place.page}
        answer = c.client.page(path, asked)
        if 0 <= answer.total < place.total and place.page > 1:
            place = replace(place, page=place.page - 1, total=answer.total, steps_back=True)
            continue
        fresh = [row for row in answer.rows if int(row["id"]) not in place.seen]
        if answer.rows and not fresh and not place.steps_back:
            what = "the list gives another page than was asked for"
            raise Unavailable(what, f"{c.shop} GET {path}", trouble.RETRIES)
        place.seen.update(int(row["id"]) for row in fresh)
        place = Place(place.page + 1, answer.total, place.seen)
        yield fresh, place
        past_the_end = place.page > answer.pages if answer.pages else not fresh
        if len(answer.rows) < PAGE or past_the_end:
            return


def _pages(c: Connection, place: tuple[str, Place, Parents] | None) -> Pages:
    """Products, then the variations of all that are variable."""
    list_name, at, parents = place or ("products", Place(), {})
    if list_name == "products":
        for rows, after in pages(c, f"{API}/products", {"_fields": mapping.FIELDS}, at):
            variable = [row for row in rows if row.get("type") == "variable"]
            parents = {**parents, **_as_parents(variable)}
            shown = [row for row in rows if row.get("type") != "variable" and row.get("sku")]
            found = [mapping.listing(row, c.currency) for row in shown]
            yield found, ("products", after, parents)
        at = Place()
    if parents:
        for rows, after in _variations(c, parents, at):
            yield _of_parents(rows, parents, c.currency), ("variations", after, parents)


def _variations(
    c: Connection, parents: Parents, place: Place
) -> Iterator[tuple[list[dict[str, Any]], Place]]:
    query = {"_fields": mapping.VARIATION_FIELDS}
    try:
        yield from pages(c, f"{API}/variations", query, place)
    except Refused as refusal:  # before 10.3 there is no list over all parents
        if getattr(refusal, "code", "") != errors.NO_ROUTE:
            raise
        for parent in parents:
            rows = list(every(c, f"{API}/products/{parent}/variations", query))
            yield [{**row, "parent_id": parent} for row in rows], place


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
    return _as_parents(rows)


def _as_parents(rows: Iterable[dict[str, Any]]) -> Parents:
    return {int(row["id"]): (mapping.state(row), str(row.get("sku", ""))) for row in rows}


def _by_ids(c: Connection, path: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for some in chunks(ids, PAGE):
        rows += every(c, path, {"include": ",".join(some), "_fields": mapping.VARIATION_FIELDS})
    return rows


def chunks(values: Sequence[Some], size: int = IN_QUERY) -> Iterator[Sequence[Some]]:
    """The values in portions of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
