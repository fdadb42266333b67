"""Dated sale prices: set, replaced and ended, many skus in a call.

A date that is not sent stays as it was in the shop, and a sale is ended by naming it exactly; so what
is there is read first wherever a date or the whole sale has to go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.channels import trouble
from agent.channels.magento import errors, mapping
from agent.channels.magento.connection import Connection
from agent.channels.magento.errors import RowFault
from agent.model.change import SetPrice
from agent.model.listing import Shown

PATH = "/products/special-price"


def tell(c: Connection, changes: Sequence[SetPrice]) -> list[RowFault]:
    """Have the shop's sales be as these say. ChannelError when a call as a whole failed."""
    ended = [x for x in changes if _is_ended(x)]
    faults = _end(c, [x.sku for x in ended]) if ended else []
    begun = [x for x in changes if x.shown.sale_price is not None and _is_new(x)]
    return faults + _set(c, begun) if begun else faults


def _is_ended(change: SetPrice) -> bool:
    """Whether what the shop has must go: no sale is wanted, or one that lacks a date which it has."""
    was, wanted = change.listing.shown, change.shown
    if was.sale_price is None:
        return False
    if wanted.sale_price is None:
        return True
    return any(
        had is not None and wants is None
        for had, wants in zip(_window(was), _window(wanted), strict=True)
    )


def _is_new(change: SetPrice) -> bool:
    was, wanted = change.listing.shown, change.shown
    return (was.sale_price, *_window(was)) != (wanted.sale_price, *_window(wanted))


def _window(shown: Shown) -> tuple[object, object]:
    return mapping.whole(shown.sale_from), mapping.whole(shown.sale_until)


def _end(c: Connection, skus: Sequence[str]) -> list[RowFault]:
    path = f"{PATH}-information"
    rows = c.client.ask(path, {"skus": list(skus)})
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise trouble.misshapen("it is no list of prices", c.client.where("POST", path))
    if not rows:
        return []
    return _write(c, f"{PATH}-delete", [_sendable(row) for row in rows])


def _sendable(row: Mapping[str, Any]) -> dict[str, Any]:
    """A sale as the shop told it, to be named again just so."""
    keys = ("price", "store_id", "sku", "price_from", "price_to")
    return {key: row[key] for key in keys if row.get(key) is not None}


def _set(c: Connection, changes: Sequence[SetPrice]) -> list[RowFault]:
    rows = [mapping.sale_row(change, c.currency, c.zone) for change in changes]
    return _write(c, PATH, [{k: v for k, v in row.items() if v is not None} for row in rows])


def _write(c: Connection, path: str, rows: Sequence[Mapping[str, Any]]) -> list[RowFault]:
    answer = c.client.write("POST", path, {"prices": list(rows)})
    return errors.row_faults(answer, c.client.where("POST", path))
