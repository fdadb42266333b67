"""What the shop shows: every product with pieces of its own, some of them afresh, or by sku."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import quote

from agent.channels.magento import errors, mapping, reserved, stock, values
from agent.channels.magento.client import Filter
from agent.channels.magento.connection import Connection
from agent.channels.magento.mapping import chunks
from agent.channels.magento.values import Row
from agent.channels.resume import Pages, resumed
from agent.errors import Refused
from agent.model.listing import Listing

PATH = "/products"
IDS_IN_QUERY = 200
FRESH_S = 60.0  # for so long the open orders are not read anew within one look at everything
PAGE_FIELDS = "items[id,sku,status,visibility,updated_at]"
LINK_FIELDS = "id,extension_attributes[configurable_product_links]"


def listings(c: Connection) -> Iterator[Listing]:
    """Everything that is sold by itself or as a variant of a page."""
    yield from resumed(c.unfinished, c.ports.clock.now(), lambda place: _pages(c, place))


def look(c: Connection, listings: Sequence[Listing]) -> list[Listing]:
    """These listings as they are now; those that are gone are left out."""
    rows: list[Row] = []
    for some in chunks([x.external_id for x in listings], IDS_IN_QUERY):
        rows += c.client.found(
            PATH, [("entity_id", "in", ",".join(some))], sort=["entity_id"], fields=mapping.FIELDS
        )
    return _shown(c, rows, [x.handles["page"] for x in listings if "page" in x.handles])


def find(c: Connection, skus: Sequence[str]) -> list[Listing]:
    """The listings with exactly these skus."""
    wanted = set(skus)
    return _shown(c, [row for row in rows_of(c, skus) if str(row.get("sku")) in wanted])


def rows_of(c: Connection, skus: Sequence[str]) -> list[Row]:
    """The products with these skus, whatever the case of their letters."""
    found: list[Row] = []
    for condition, value in stock.in_queries(list(dict.fromkeys(skus))):
        found += c.client.found(PATH, [("sku", condition, value)], fields=mapping.FIELDS)
    return [row for row in found if row.get("type_id") in mapping.SOLD_ALONE.split(",")]


def _pages(c: Connection, place: int | None) -> Pages:
    refresh(c)
    sold: list[Filter] = [("type_id", "in", mapping.SOLD_ALONE)]
    promised, read_at = dict[str, int](), float("-inf")
    for rows, after in _every(c, sold, mapping.FIELDS, place or 0):
        if c.has_sources and c.ports.clock.mono() - read_at > FRESH_S:
            promised, read_at = reserved.by_all(c), c.ports.clock.mono()
        yield _mapped(c, rows, promised), after


def _every(
    c: Connection, filters: Sequence[Filter], fields: str, after: int = 0
) -> Iterator[tuple[list[Row], int]]:
    """Pages of products that pass the filters, by rising id."""
    return c.client.pages(PATH, filters, key="entity_id", shown_as="id", after=after, fields=fields)


def _shown(c: Connection, rows: Sequence[Row], pages: Sequence[str] = ()) -> list[Listing]:
    """Rows as listings, after a look at the pages of those that are on one."""
    where = c.client.where("GET", PATH)
    variants = errors.understood(
        lambda: [x for x in rows if mapping.number(x) and mapping.is_on_a_page(x)], where
    )
    if variants:
        if pages:
            refresh(c, pages)
        linked = {child for page in c.pages.values() for child in page["links"]}
        if not pages or any(row.get("id") not in linked for row in variants):
            refresh(c)
    return _mapped(c, rows)


def _mapped(
    c: Connection, rows: Sequence[Row], promised: Mapping[str, int] | None = None
) -> list[Listing]:
    """Rows as listings. Variants that were made but are on no page yet are left out."""
    page_of = {child: page for page in c.pages.values() for child in page["links"]}
    where, given = c.client.where("GET", PATH), rows
    rows = errors.understood(
        lambda: [x for x in given if values.text(x, "sku") and not _is_unfinished(x, page_of)],
        where,
    )
    now = stock.of(c, [str(row["sku"]) for row in rows], promised)
    found = []
    for row in rows:
        held, page = now[str(row["sku"]).casefold()], page_of.get(row.get("id"))
        read = partial(mapping.listing, row, held, c.currency, c.zone, page)
        found.append(errors.understood(read, where))
    return found


def _is_unfinished(row: Row, page_of: dict[object, Row]) -> bool:
    on_page = mapping.is_on_a_page(row) and mapping.state(row) == "hidden"
    return mapping.number(row) not in page_of and on_page


# -- Pages of variants ------------------------------------------------------------------------------


def refresh(c: Connection, skus: Sequence[str] | None = None) -> None:
    """Look again at the configurable products (or those with these skus), and at the links of changed ones.

    A variant does not name its page, and no list names a page's variants: each page is asked for its
    own, once for every change of it.
    """
    rows: list[Row] = []
    if skus is None:
        kind: list[Filter] = [("type_id", "eq", "configurable")]
        rows = [row for some, _ in _every(c, kind, PAGE_FIELDS) for row in some]
    else:
        for condition, value in stock.in_queries(list(dict.fromkeys(skus))):
            rows += c.client.found(PATH, [("sku", condition, value)], fields=PAGE_FIELDS)
    found: dict[int, Row] = {}
    where = c.client.where("GET", PATH)
    for row in rows:
        number = errors.understood(partial(mapping.number, row), where)
        before = c.pages.get(number)
        same = before is not None and before.get("updated_at") == row.get("updated_at")
        found[number] = {**row, "links": before["links"] if before and same else _links(c, row)}
    c.pages = found if skus is None else {**c.pages, **found}  # other lanes may be reading it


def _links(c: Connection, row: Row) -> tuple[int, ...]:
    path = f"{PATH}/{quote(values.text(row, 'sku'), safe='')}"
    try:
        found = c.client.read(path, {"fields": LINK_FIELDS})
    except Refused as refusal:
        if getattr(refusal, "missing", False):  # deleted since the list was read
            return ()
        raise
    return links_of(found)


def links_of(row: object) -> tuple[int, ...]:
    """The ids of a page's variants."""
    extension = row.get("extension_attributes") if isinstance(row, dict) else None
    links = extension.get("configurable_product_links") if isinstance(extension, dict) else None
    return tuple(int(x) for x in links or () if isinstance(x, int | str) and str(x).isdigit())
