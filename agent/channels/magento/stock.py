"""What can be bought of each sku, and setting it: at an inventory source, or in the stock item of old.

A source is set to what can be bought and what is reserved besides (see `reserved`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from agent.channels import parts, trouble
from agent.channels.magento import errors, mapping, reserved, values
from agent.channels.magento.connection import Connection
from agent.channels.magento.mapping import Stock, chunks
from agent.channels.magento.values import Row
from agent.errors import Refused
from agent.model.change import Receipt, SetStock

IN_QUERY = 100  # skus in one address,
ADDRESS = 4000  # of so many characters: some servers take no more than twice as many
QUESTION = 60  # characters around a sku in a question whether a piece more could be sold
FEW = 20  # rows that a shop with input limits lets in at once, as it is installed
MOST_ASKED = 10_000  # the vendor sells no more of one sku in an order, as it is installed
PATH = "/inventory/source-items"


# -- Looking ----------------------------------------------------------------------------------------


def of(
    c: Connection, skus: Sequence[str], promised: Mapping[str, int] | None = None
) -> Mapping[str, Stock]:
    """What can be bought now, by sku in lower case. `promised`: what orders reserve, where it is known."""
    if not skus:
        return {}
    if not c.has_sources:
        return {sku.casefold(): _legacy(c, sku) for sku in skus}
    held = source_rows(c, skus)
    if promised is None:
        promised = reserved.by_all(c)
    counted = {
        key: _left(c, held[key], promised.get(key, 0)) if key in held else None
        for key in (sku.casefold() for sku in skus)
    }
    below = _sold_below(c, {sku: counted[sku.casefold()] for sku in skus})
    return {key: _stock(count, key in below) for key, count in counted.items()}


def source_rows(c: Connection, skus: Sequence[str]) -> dict[str, Row]:
    """What lies at our source, by sku in lower case."""
    found: dict[str, Row] = {}
    for condition, value in in_queries(skus):
        filters = [("source_code", "eq", c.settings.source), ("sku", condition, value)]
        rows, where = c.client.found(PATH, filters), c.client.where("GET", PATH)
        found |= errors.understood(partial(mapping.by_sku, rows), where)
    return found


def in_queries(skus: Sequence[str]) -> list[tuple[str, str]]:
    """Conditions and values that together find these skus: a list parts at commas."""
    plain = [sku for sku in skus if "," not in sku]
    several = [("in", ",".join(some)) for some in in_addresses(plain, IN_QUERY)]
    return several + [("eq", sku) for sku in skus if "," in sku]


def in_addresses(skus: Sequence[str], most: int, around: int = 3) -> Iterator[list[str]]:
    """The skus in portions that an address holds, each with `around` characters more."""
    some: list[str] = []
    length = 0
    for sku in skus:
        needs = len(quote(sku, safe="")) + around
        if some and (len(some) == most or length + needs > ADDRESS):
            yield some
            some, length = [], 0
        some.append(sku)
        length += needs
    if some:
        yield some


def _left(c: Connection, row: Row, promised: int) -> int:
    """Pieces at the source that nobody has ordered; none while the source says that it is out."""

    def read() -> int:
        is_in = values.amount(row, "status") == 1
        return values.pieces(row, "quantity") - promised if is_in else 0

    return errors.understood(read, c.client.where("GET", PATH))


def _stock(count: int | None, below: bool) -> Stock:
    return Stock(None if count is None else max(0, count), below)


def _sold_below(c: Connection, counts: Mapping[str, int | None]) -> set[str]:
    """The skus, in lower case, of which the shop would sell a piece more than there is.

    No list tells how a product's backorders are set; this asks for what they do.
    """
    found: set[str] = set()
    asked = [sku for sku, count in counts.items() if (count or 0) < MOST_ASKED]
    alone = [sku for sku in counts if sku not in set(asked)]
    for some in in_addresses(asked, min(IN_QUERY, c.rows), QUESTION):
        if not c.asks_in_bulk:
            alone += some
            continue
        try:
            found |= _answers(c, {sku: max(0, counts[sku] or 0) + 1 for sku in some})
        except Refused as refusal:
            if getattr(refusal, "limited", False):
                c.rows = min(c.rows, FEW)
                return _sold_below(c, counts)
            if not getattr(refusal, "no_route", False):
                raise
            c.asks_in_bulk = False
            alone += some
    return found | {sku.casefold() for sku in alone if _legacy(c, sku).backorders}


def _answers(c: Connection, wanted: Mapping[str, int]) -> set[str]:
    path = "/inventory/are-product-salable-for-requested-qty/"
    query: dict[str, str | int] = {"stockId": c.stock_id}
    for place, (sku, count) in enumerate(wanted.items()):
        query |= {f"skuRequests[{place}][sku]": sku, f"skuRequests[{place}][qty]": count}
    answer = c.client.read(path, query)
    if not isinstance(answer, list) or not all(isinstance(row, Mapping) for row in answer):
        raise trouble.misshapen("it is no list of answers", c.client.where("GET", path))
    return {str(row.get("sku")).casefold() for row in answer if row.get("salable") is True}


def _legacy(c: Connection, sku: str) -> Stock:
    """A product's stock item: quantity, whether it sells, and whether below zero."""
    path = f"/stockItems/{quote(sku, safe='')}"
    try:
        row = c.client.read(path)
    except Refused as refusal:
        if getattr(refusal, "missing", False):
            return Stock()
        raise
    if not isinstance(row, Mapping):
        raise trouble.misshapen("it is no object", c.client.where("GET", path))
    return errors.understood(lambda: of_item(row), c.client.where("GET", path))


def of_item(row: Row) -> Stock:
    """A stock item as what can be bought, nothing being reserved."""
    if not values.flag(row, "manage_stock"):
        return Stock()
    is_in = values.flag(row, "is_in_stock")
    count = values.pieces(row, "qty") if is_in else 0
    return Stock(max(0, count), is_in and values.amount(row, "backorders") > 0)


# -- Setting ----------------------------------------------------------------------------------------


def push(c: Connection, changes: Sequence[SetStock]) -> parts.Receipts:
    """Quantities in one call; what may be sold below zero is said product by product, where it turns."""
    if not c.has_sources:
        return {id(change): _set_item(c, change, change.quantity) for change in changes}
    turned = {id(x): x for x in changes if x.backorders != x.listing.shown.backorders}
    # Below zero only what is said to be so before its source is written: the flag follows that write.
    found = {key: _set_item(c, x, None) for key, x in turned.items() if x.backorders}
    left = [x for x in changes if found.get(id(x)) is None or found[id(x)].outcome == "done"]
    if left:
        _set_source(c, left)
    for change in left:
        is_off = id(change) in turned and not change.backorders
        found[id(change)] = _set_item(c, change, None) if is_off else parts.done(change)
    return found


def source_row(c: Connection, sku: str, quantity: int, is_in: bool) -> dict[str, Any]:
    """One row for our source. The vendor does not derive the status from the quantity."""
    return {
        "sku": sku,
        "source_code": c.settings.source,
        "quantity": quantity,
        "status": 1 if is_in else 0,
    }


def _set_source(c: Connection, changes: Sequence[SetStock]) -> None:
    promised = reserved.by_met(c, [change.sku for change in changes])
    rows = [
        source_row(
            c,
            x.sku,
            x.quantity + promised.get(x.sku.casefold(), 0),
            x.quantity > 0 or x.backorders,
        )
        for x in changes
    ]
    c.client.write("POST", PATH, {"sourceItems": rows})


def _set_item(c: Connection, change: SetStock, quantity: int | None) -> Receipt:
    path = f"/products/{quote(change.sku, safe='')}/stockItems/1"  # the id counts for nothing
    body = {"stockItem": mapping.stock_item(quantity, change.backorders)}
    try:
        c.client.write("PUT", path, body)
    except Refused as refusal:
        if getattr(refusal, "missing", False):
            return parts.moved(change, refusal.what)
        return parts.refused(change, refusal.what, refusal.next)
    return parts.done(change)


def known(c: Connection, skus: Iterable[str]) -> set[str]:
    """Those of these skus, in lower case, that the shop has: a source takes rows for any sku."""
    asked, found = list(dict.fromkeys(skus)), set[str]()
    path = "/products/base-prices-information"
    for some in chunks(asked, c.rows):
        rows = c.client.ask(path, {"skus": list(some)})
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise trouble.misshapen("it is no list of prices", c.client.where("POST", path))
        found |= {str(row.get("sku")).casefold() for row in rows}
    # A product without any price is not told of there.
    left = [sku for sku in asked if sku.casefold() not in found]
    for condition, value in in_queries(left):
        rows = c.client.found("/products", [("sku", condition, value)], fields="items[sku]")
        found |= {str(row.get("sku")).casefold() for row in rows}
    return found
