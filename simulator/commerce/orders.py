"""What is left of an order: to ship, to cancel, to refund; and what it adds up to.

Shared by the simulated vendors. Pure functions over plain values: quantities are whole pieces by
any key that names a line (a line id, a sku), money is `Decimal` in the order's currency.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeVar

Line = TypeVar("Line", bound=Hashable)
Progress = Literal["unshipped", "partly shipped", "shipped"]


def added(parts: Iterable[Mapping[Line, int]]) -> dict[Line, int]:
    """Pieces added up by line over several shipments, cancellations or returns."""
    total: dict[Line, int] = {}
    for part in parts:
        for line, pieces in part.items():
            total[line] = total.get(line, 0) + pieces
    return total


def remaining_to_ship(
    ordered: Mapping[Line, int],
    shipments: Iterable[Mapping[Line, int]] = (),
    cancellations: Iterable[Mapping[Line, int]] = (),
) -> dict[Line, int]:
    """Pieces still to be sent, by line: ordered, less shipped, less cancelled; never below zero."""
    gone = added([*shipments, *cancellations])
    return {line: max(0, pieces - gone.get(line, 0)) for line, pieces in ordered.items()}


def progress(
    ordered: Mapping[Line, int],
    shipments: Iterable[Mapping[Line, int]],
    cancellations: Iterable[Mapping[Line, int]] = (),
) -> Progress:
    """How far an order has been sent. Cancelled pieces need not be sent any more."""
    sent = added(shipments)
    if not any(sent.get(line, 0) for line in ordered):
        return "unshipped"
    left = remaining_to_ship(ordered, [sent], cancellations)
    return "partly shipped" if any(left.values()) else "shipped"


def refundable(total: Decimal, refunds: Iterable[Decimal]) -> Decimal:
    """What may still be given back of `total`; refunds are positive amounts. Never below zero."""
    return max(Decimal(0), total - sum(refunds, Decimal(0)))


@dataclass(frozen=True)
class Charge:
    """One priced row of an order, without tax: `before` is its amount before discounts."""

    total: Decimal
    tax: Decimal = Decimal(0)
    before: Decimal | None = None  # None: not discounted
    before_tax: Decimal | None = None


@dataclass(frozen=True)
class Totals:
    """What an order adds up to. `goods` and `shipping` are net; `total` has everything."""

    goods: Decimal
    goods_tax: Decimal
    shipping: Decimal
    shipping_tax: Decimal
    discount: Decimal
    discount_tax: Decimal

    @property
    def tax(self) -> Decimal:
        """All tax of the order."""
        return self.goods_tax + self.shipping_tax

    @property
    def total(self) -> Decimal:
        """What the buyer pays."""
        return self.goods + self.shipping + self.tax


def totals(goods: Sequence[Charge], shipping: Sequence[Charge] = ()) -> Totals:
    """Add up an order's rows, rounded before by the caller as its vendor does."""
    before = [(c.total if c.before is None else c.before) for c in goods]
    before_tax = [(c.tax if c.before_tax is None else c.before_tax) for c in goods]
    net, tax = _sum(c.total for c in goods), _sum(c.tax for c in goods)
    return Totals(
        goods=net,
        goods_tax=tax,
        shipping=_sum(c.total for c in shipping),
        shipping_tax=_sum(c.tax for c in shipping),
        discount=_sum(before) - net,
        discount_tax=_sum(before_tax) - tax,
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
