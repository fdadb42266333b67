"""What orders have reserved: pieces that lie at the source and are sold already.

An order takes nothing from the source: it reserves, and the source falls when the parcel leaves.
So a source holds what can be bought and what is promised. The vendor tells reservations sku by sku
only, but they follow from its open orders, many in one request.

Two figures, for two uses. What a shopper can buy is seen by *all* open orders, read afresh. What a
source is set to is told by those orders that we have *met* (given to whoever asks for orders): the
wanted figure has taken them into account, and no other. An order that we do not know yet then takes
its pieces off by itself, and nothing is sold twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from agent.channels.magento import errors, values
from agent.channels.magento.values import Row

if TYPE_CHECKING:
    from agent.channels.magento.connection import Connection

OPEN = "new,pending_payment,processing,holded,payment_review"  # states whose orders reserve goods
IN_QUERY = 100  # numbers of orders in one address
FIELDS = (
    "items[entity_id,state,items[item_id,parent_item_id,sku,product_type,is_virtual,"
    "qty_ordered,qty_shipped,qty_canceled,qty_refunded,qty_invoiced]]"
)
Pieces = dict[str, int]  # by sku in lower case, as the vendor compares


class Ledger:
    """Pieces that the orders which we have met still reserve. `complete`: since the beginning."""

    def __init__(self) -> None:
        self._open: dict[str, Pieces] = {}
        self.complete = False

    def note(self, row: Row) -> None:
        """An order as it is now."""
        found, number = pieces_of(row), str(row.get("entity_id"))
        if found:
            self._open[number] = found
        else:
            self._open.pop(number, None)

    def forget(self, number: str) -> None:
        """An order that is not there any more."""
        self._open.pop(number, None)

    def with_any(self, skus: Iterable[str]) -> list[str]:
        """The orders that reserve any of these skus."""
        wanted = {sku.casefold() for sku in skus}
        return [number for number, found in list(self._open.items()) if wanted & found.keys()]

    def total(self) -> Pieces:
        """Pieces that are reserved, by sku."""
        return summed(list(self._open.values()))


def pieces_of(row: Row) -> Pieces:
    """Pieces that one order still reserves. ValueError when the row is no order.

    A refund before shipping releases them, whether they go back to the source or are written off.
    """
    if str(row.get("state")) not in OPEN.split(","):
        return {}
    rows = values.rows(row, "items")
    item, parent = partial(values.text, name="item_id"), partial(values.text, name="parent_item_id")
    configurable = {item(one) for one in rows if one.get("product_type") == "configurable"}
    parents = {parent(one) for one in rows} - {""}
    found: Pieces = {}
    for one in rows:
        # Of a configurable product the first row counts the pieces, under the variant's own sku; of
        # a bundle the rows of its parts do.
        is_counted = item(one) in configurable or item(one) not in parents
        if parent(one) in configurable or not is_counted:
            continue
        sku, left = values.text(one, "sku").casefold(), still_reserved(one)
        if sku and left > 0:
            found[sku] = found.get(sku, 0) + left
    return found


def still_reserved(row: Row) -> int:
    """Pieces of a row that have neither left nor been taken off."""
    is_virtual = values.flag(row, "is_virtual") or row.get("product_type") == "virtual"
    gone = values.pieces(row, "qty_invoiced" if is_virtual else "qty_shipped")
    ordered, off = values.pieces(row, "qty_ordered"), values.pieces(row, "qty_canceled")
    return max(0, ordered - max(gone, values.pieces(row, "qty_refunded")) - off)


def summed(several: Iterable[Mapping[str, int]]) -> Pieces:
    """The sums by sku."""
    found: Pieces = {}
    for some in several:
        for sku, count in some.items():
            found[sku] = found.get(sku, 0) + count
    return found


def by_all(c: Connection, *, learn: bool = False) -> Pieces:
    """What all open orders reserve now. `learn`: from now on we have met them."""
    filters: list[tuple[str, str, str | int]] = [("state", "in", OPEN)]
    if c.store_ids:
        filters.append(("store_id", "in", c.store_ids))
    where, found = c.client.where("GET", "/orders"), list[Pieces]()
    for rows, _ in c.client.pages("/orders", filters, key="entity_id", fields=FIELDS):
        for row in rows:
            found.append(errors.understood(partial(pieces_of, row), where))
            if learn:
                c.ledger.note(row)
    if learn:
        c.ledger.complete = True
    return summed(found)


def by_met(c: Connection, skus: Iterable[str]) -> Pieces:
    """What the orders that we have met reserve of these skus now.

    Those of them that reserved any are read again: people may have shipped or cancelled meanwhile, and
    pieces that nothing reserves any more must not be added.
    """
    wanted = list(skus)
    if not c.ledger.complete:
        by_all(c, learn=True)
        return c.ledger.total()
    numbers = c.ledger.with_any(wanted)
    where = c.client.where("GET", "/orders")
    for start in range(0, len(numbers), IN_QUERY):
        some = numbers[start : start + IN_QUERY]
        filters = [("entity_id", "in", ",".join(some))]
        rows = c.client.found("/orders", filters, fields=FIELDS)
        for row in rows:
            errors.understood(partial(c.ledger.note, row), where)
        for number in set(some) - {str(row.get("entity_id")) for row in rows}:
            c.ledger.forget(number)
    return c.ledger.total()
