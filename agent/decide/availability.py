"""How many pieces a channel may offer: what is there and free, less what is sold and withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agent.model.item import Stock
from agent.model.quantity import from_milli
from agent.model.sale import Sale

COUNTED = frozenset({"on_hand", "available"})  # fields that say how many there are


@dataclass(frozen=True, slots=True)
class Available:
    """Whole pieces free to sell, below zero where more is promised than there is; and why.

    `quantity` None means that the ERP says nothing: absent and empty are not zero.
    """

    quantity: int | None
    because: tuple[str, ...]
    sold: int = 0  # pieces withheld for sales that the ERP's figures cannot know
    promised_on: date | None = None  # when the next incoming goods are due
    stated_empty: bool = False  # a feed states stock for it, and leaves it blank


def available_to_sell(
    stock: Sequence[Stock],
    *,
    locations: frozenset[str] = frozenset(),
    sales: Sequence[Sale] = (),
    safety_stock: int = 0,
) -> Available:
    """What the chosen locations have free, less what channels sold since, less the safety stock.

    Each location counts what its ERP calls available, or else on hand less allocated less on hold.
    Part pieces are not offered: the sum is rounded down. No chosen location means all of them.
    """
    chosen = [row for row in stock if not locations or row.location in locations]
    counted = [_free(row) for row in chosen]
    known = [(free, words) for free, words in counted if free is not None]
    if not known:
        empty = any(COUNTED & row.stated for row in chosen)
        why = "stock is empty in the ERP" if empty else "no stock stated by the ERP"
        return Available(None, (f"{why}: quantity not touched",), stated_empty=empty)
    free_milli = sum(free for free, _ in known)
    sold = sum(sale.pieces for sale in sales)
    because = [word for _, words in counted for word in words]
    because += [
        f"sold and not yet in the ERP's figures {sale.pieces} ({sale.reference})" for sale in sales
    ]
    if safety_stock:
        because.append(f"safety stock {safety_stock}")
    pieces = (free_milli - 1000 * (sold + safety_stock)) // 1000
    return Available(pieces, tuple(because), sold, _promised_on(chosen))


def unknown_to_erp(sales: Sequence[Sale], figures_at: datetime | None) -> list[Sale]:
    """The sales that stock figures written at `figures_at` cannot reflect yet."""
    return [
        sale
        for sale in sales
        if sale.known_at is None or figures_at is None or sale.known_at > figures_at
    ]


def _free(row: Stock) -> tuple[int | None, list[str]]:
    """Thousandths free at one location, and the figures that say so."""
    if row.available is not None:
        return row.available, [_figure("available", row.available, row.location)]
    if row.on_hand is None:
        return None, [f"stock is empty ({row.location})"] if COUNTED & row.stated else []
    words = [_figure("on_hand", row.on_hand, row.location)]
    free = row.on_hand
    for name, taken in (("allocated", row.allocated), ("on_hold", row.on_hold)):
        if taken:
            free -= taken
            words.append(_figure(name, taken, ""))
    return free, words


def _figure(name: str, milli: int, location: str) -> str:
    return f"{name} {from_milli(milli):f}" + (f" ({location})" if location else "")


def _promised_on(stock: Sequence[Stock]) -> date | None:
    return min(
        (row.incoming_on for row in stock if row.incoming and row.incoming_on is not None),
        default=None,
    )
