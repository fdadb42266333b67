"""Listing changes → calls as large as the shop takes them, and their answers → receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

from agent.channels import parts, trouble
from agent.channels.magento import creation, errors, mapping, sales, stock, variants
from agent.channels.magento.connection import Connection
from agent.channels.magento.errors import RowFault
from agent.channels.magento.mapping import chunks
from agent.channels.magento.stock import FEW
from agent.errors import Refused
from agent.model.change import (
    CreateListing,
    ListingChange,
    Receipt,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)

GONE = "the shop has no product with this sku"
Existing = SetPrice | SetStock | SetState | SetTitle


@dataclass
class Push:
    """What one push has learnt: skus (in lower case) that are not there, pages that it published."""

    gone: set[str] = field(default_factory=set)
    published: set[str] = field(default_factory=set)


def push(c: Connection, changes: Sequence[ListingChange]) -> list[Receipt]:
    """Prices in one call, stock in another; states, titles and new products one by one."""
    news = [change for change in changes if isinstance(change, CreateListing)]
    if news:
        return creation.push(c, news)
    prices = [change for change in changes if isinstance(change, SetPrice)]
    stocks = [change for change in changes if isinstance(change, SetStock)]
    singles = [change for change in changes if isinstance(change, SetState | SetTitle)]
    known = Push(_unknown(c, prices, stocks))
    work: list[parts.Part] = [*chunks(prices, c.rows), *chunks(stocks, c.rows)]
    work += [[single] for single in singles]
    return parts.send_all(changes, work, partial(_send, c, known))


def _unknown(c: Connection, prices: Sequence[SetPrice], stocks: Sequence[SetStock]) -> set[str]:
    """Skus in lower case that the shop does not have. The price call names them by itself."""
    told = {change.sku for change in prices}
    asked = [change.sku for change in stocks if change.sku not in told]
    if not asked or not c.has_sources:
        return set()
    return {sku.casefold() for sku in asked} - stock.known(c, asked)


def _send(c: Connection, known: Push, part: parts.Part) -> parts.Receipts:
    try:
        return _sent(c, known, part)
    except Refused as refusal:
        if not getattr(refusal, "limited", False) or len(part) <= FEW:
            raise
    c.rows = FEW  # for as long as we are connected
    found: dict[int, Receipt] = {}
    for some in chunks(part, FEW):
        found |= _sent(c, known, some)
    return found


def _sent(c: Connection, known: Push, part: parts.Part) -> parts.Receipts:
    first = part[0]
    if isinstance(first, SetPrice):
        return _prices(c, known, [x for x in part if isinstance(x, SetPrice)])
    if isinstance(first, SetStock):
        stocks = [x for x in part if isinstance(x, SetStock)]
        gone = {id(x): parts.moved(x, GONE) for x in stocks if x.sku.casefold() in known.gone}
        left = [x for x in stocks if id(x) not in gone]
        return {**gone, **(stock.push(c, left) if left else {})}
    if isinstance(first, SetState | SetTitle):
        return {id(first): _single(c, known, first)}
    return {}


# -- Prices -----------------------------------------------------------------------------------------


def _prices(c: Connection, known: Push, changes: Sequence[SetPrice]) -> parts.Receipts:
    rows = [row for x in changes if (row := mapping.price_row(x, c.currency)) is not None]
    path = "/products/base-prices"
    faults: list[RowFault] = []
    if rows:
        answer = c.client.write("POST", path, {"prices": rows})
        faults = errors.row_faults(answer, c.client.where("POST", path))
    bad = {fault.sku.casefold() for fault in faults}
    left = [x for x in changes if x.sku.casefold() not in bad]
    if left:
        faults += sales.tell(c, left)
    return _judged(c, known, changes, faults)


def _judged(
    c: Connection, known: Push, changes: Sequence[SetPrice], faults: Sequence[RowFault]
) -> parts.Receipts:
    """Rows that a fault names are refused, the others saved. One that names none is found by halving."""
    nameless = [fault for fault in faults if not fault.sku]
    if nameless and len(changes) > 1:
        where = c.client.where("POST", "/products/base-prices")
        raise Refused(nameless[0].words, where, "tallyman looks for the row by halving")
    by_sku = {fault.sku.casefold(): fault for fault in faults}
    known.gone |= {sku for sku, fault in by_sku.items() if fault.missing}
    found: dict[int, Receipt] = {}
    for change in changes:
        fault = by_sku.get(change.sku.casefold()) or next(iter(nameless), None)
        if fault is None:
            found[id(change)] = parts.done(change)
        elif fault.missing:
            found[id(change)] = parts.moved(change, fault.words)
        else:
            found[id(change)] = parts.refused(change, fault.words, errors.CORRECT)
    return found


# -- States and titles ------------------------------------------------------------------------------


def _single(c: Connection, known: Push, change: SetState | SetTitle) -> Receipt:
    try:
        if isinstance(change, SetTitle):
            return _told(c, change, {"name": change.title})
        page = change.listing.handles.get("page", "")
        if change.state == "live" and page and page not in known.published:
            if not variants.publish(c, page):
                return parts.refused(change, f'its page "{page}" is disabled in the shop', PUBLISH)
            known.published.add(page)
        is_live = change.state == "live"
        return _told(c, change, {"status": mapping.ENABLED if is_live else mapping.DISABLED})
    except Refused as refusal:
        if getattr(refusal, "missing", False):
            return parts.moved(change, refusal.what)
        return parts.refused(change, refusal.what, refusal.next)


PUBLISH = "enable the configurable product in the shop: a variant is no more visible than it"


def _told(c: Connection, change: SetState | SetTitle, fields: dict[str, Any]) -> Receipt:
    path = f"/products/{quote(change.sku, safe='')}"
    row = c.client.write("PUT", path, {"product": fields})
    got = {name: row.get(name) for name in fields} if isinstance(row, dict) else {}
    if not got:
        raise trouble.misshapen("it is no product", c.client.where("PUT", path), wrote=True)
    if got != fields:
        return parts.refused(change, f"the shop kept another value: {got}", errors.CORRECT)
    return parts.done(change)
