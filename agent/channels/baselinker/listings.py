"""What the catalogue has: every product and variant with a sku, some of them afresh, or by sku."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from agent.channels.baselinker import errors, mapping, values
from agent.channels.baselinker.connection import Connection
from agent.channels.baselinker.values import Row
from agent.channels.resume import Pages, resumed
from agent.model.listing import Listing

Some = TypeVar("Some")
LIST, DATA, STOCK = (
    "getInventoryProductsList",
    "getInventoryProductsData",
    "getInventoryProductsStock",
)
PAGE = 1000  # the vendor's own size of a page
IN_DATA = 250  # products in one request for everything about them
PAGE_SKU = "-page"  # the sku of a main product that we make ends so: it is no article


@dataclass(frozen=True)
class Reading:
    """Where reading goes on: the page, products already met, and skus under each main product."""

    page: int = 1
    seen: set[str] = field(default_factory=set)
    children: dict[str, set[str]] = field(default_factory=dict)


def listings(c: Connection) -> Iterator[Listing]:
    """Everything with a sku, the newest product first, so that variants come before their main one."""
    reserved = _reserved(c)
    yield from resumed(c.unfinished, c.ports.clock.now(), lambda at: _pages(c, at, reserved))


def look(c: Connection, listings: Sequence[Listing]) -> list[Listing]:
    """These listings as they are now; those that are gone are left out. In the order asked for."""
    wanted = [x.handles.get("parent", x.external_id) for x in listings]
    rows = data(c, wanted)
    reserved = _reserved(c) if rows else {}
    found = (_of_data(c, x, rows, reserved) for x in listings)
    return [one for one in found if one is not None]


def find(c: Connection, skus: Sequence[str]) -> list[Listing]:
    """The listings with exactly these skus: one request for each, or the whole list where that is less."""
    wanted = set(skus)
    if len(wanted) > c.pages:
        return [x for x in _everything(c) if x.sku in wanted]
    place, reserved = c.place, _reserved(c) if wanted else {}
    found: dict[str, Row] = {}
    for sku in sorted(wanted):
        rows = _list(c, {"inventory_id": place.id, "include_variants": True, "filter_sku": sku})
        found |= {n: row for n, row in rows.items() if values.text(row, "sku") == sku}
    reading = Reading()
    return [x for x in _shown(c, found, reading, reserved) if x.sku in wanted]


def data(c: Connection, ids: Iterable[str]) -> dict[str, Row]:
    """Everything about these products, by number."""
    found: dict[str, Row] = {}
    for some in chunks(list(dict.fromkeys(ids)), IN_DATA):
        given = {"inventory_id": c.place.id, "products": [int(number) for number in some]}
        answer = c.client.read(DATA, given)
        found |= _by_number(c, DATA, answer)
    return found


def by_sku(c: Connection, sku: str) -> dict[str, Row]:
    """Main products with exactly this sku, by number."""
    rows = _list(c, {"inventory_id": c.place.id, "filter_sku": sku})
    return {number: row for number, row in rows.items() if row.get("sku") == sku}


def chunks(some: Sequence[Some], size: int) -> Iterator[Sequence[Some]]:
    """The values in portions of at most `size`."""
    for start in range(0, len(some), size):
        yield some[start : start + size]


def _everything(c: Connection) -> Iterator[Listing]:
    reserved = _reserved(c)
    for found, _ in _pages(c, None, reserved):
        yield from found


def _pages(c: Connection, at: Reading | None, reserved: Mapping[str, int]) -> Pages:
    """The list page by page. What is deleted meanwhile may make it leave a product out: before a
    product is made, it is searched for."""
    at = at or Reading()
    while True:
        given = {
            "inventory_id": c.place.id,
            "include_variants": True,
            "filter_sort": "id DESC",
            "page": at.page,
        }
        rows = _list(c, given)
        fresh = {number: row for number, row in rows.items() if number not in at.seen}
        at.seen.update(fresh)
        found = _shown(c, fresh, at, reserved)
        c.pages = max(c.pages, at.page)
        at = Reading(at.page + 1, at.seen, at.children)
        yield found, at
        if len(rows) < PAGE or not fresh:
            c.pages = at.page - 1
            return


def _shown(
    c: Connection, rows: Mapping[str, Row], at: Reading, reserved: Mapping[str, int]
) -> list[Listing]:
    """The rows that are listings: no main product whose sku one of its variants has, or that we made."""

    def read() -> list[Listing]:
        for row in rows.values():
            parent = _parent(row)
            if parent:
                at.children.setdefault(parent, set()).add(values.text(row, "sku"))
        return [
            mapping.listing(
                number, row, c.place, parent=_parent(row), reserved=reserved.get(number, 0)
            )
            for number, row in rows.items()
            if values.text(row, "sku") and not _is_page(number, row, at)
        ]

    return errors.understood(read, c.client.where(LIST))


def _is_page(number: str, row: Row, at: Reading) -> bool:
    skus, sku = at.children.get(number, set()), values.text(row, "sku")
    return bool(skus) and (sku in skus or sku.endswith(PAGE_SKU))


def _parent(row: Row) -> str:
    number = values.whole(row, "parent_id")
    return str(number) if number else ""


def _list(c: Connection, given: Row) -> dict[str, Row]:
    return _by_number(c, LIST, c.client.read(LIST, given))


def _by_number(c: Connection, method: str, answer: Row) -> dict[str, Row]:
    return errors.understood(lambda: dict(values.maps(answer, "products")), c.client.where(method))


def _of_data(
    c: Connection, listing: Listing, rows: Mapping[str, Row], reserved: Mapping[str, int]
) -> Listing | None:
    """One listing from the whole data of it, or of its main product."""
    number, parent = listing.external_id, listing.handles.get("parent", "")
    row = rows.get(parent or number)
    if row is None:
        return None

    def read() -> Listing | None:
        one = dict(values.maps(row, "variants")).get(number) if parent else row
        if one is None:
            return None
        held = reserved.get(number, 0)
        return mapping.listing(number, one, c.place, parent=parent, reserved=held)

    return errors.understood(read, c.client.where(DATA))


def _reserved(c: Connection) -> dict[str, int]:
    """Pieces that orders have reserved in our warehouse, by product, where the catalogue reserves.

    The vendor tells them of main products only.
    """
    found: dict[str, int] = {}
    page = 1
    while c.place.reserves:
        answer = c.client.read(STOCK, {"inventory_id": c.place.id, "page": page})
        rows = errors.understood(lambda: _held(answer, c.place.warehouse), c.client.where(STOCK))  # noqa: B023
        found |= rows
        if len(rows) < PAGE:
            break
        page += 1
    return found


def _held(answer: Row, warehouse: str) -> dict[str, int]:
    return {
        number: values.whole(values.mapping(row, "reservations"), warehouse)
        for number, row in values.maps(answer, "products")
    }
