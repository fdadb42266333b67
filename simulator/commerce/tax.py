"""Tax on simulated orders: what a gross price contains, what a net price adds, how it is rounded.

Pure arithmetic over `Decimal`. Amounts keep six decimals until they are rounded to the currency's
own, line by line, as most shops do; which rates apply to an order is the dialect's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
PRECISE = Decimal("0.000001")


@dataclass(frozen=True)
class Rate:
    """One tax rate. `compound` is charged on the price together with the other taxes."""

    id: int
    percent: Decimal
    compound: bool = False
    on_shipping: bool = True


def rounded(amount: Decimal, decimals: int = 2, *, half_down: bool = False) -> Decimal:
    """`amount` to the currency's decimals; halves away from zero unless `half_down`.

    Tax contained in gross prices is rounded half down, so that net and tax add up to the gross.
    """
    return amount.quantize(
        Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_DOWN if half_down else ROUND_HALF_UP
    )


def tax_in(gross: Decimal, rates: Sequence[Rate]) -> dict[int, Decimal]:
    """The tax that a gross amount contains, {rate id: amount}, to six decimals.

    Compound rates are taken out first, the last one foremost; then the others together.
    """
    taxes: dict[int, Decimal] = {}
    left = gross
    for rate in reversed([r for r in rates if r.compound]):
        without = left / (1 + rate.percent / HUNDRED)
        taxes[rate.id] = _precise(left - without)
        left = without
    plain = [r for r in rates if not r.compound]
    net = left / (1 + sum((r.percent for r in plain), Decimal(0)) / HUNDRED)
    for rate in plain:
        taxes[rate.id] = _precise(net * rate.percent / HUNDRED)
    return taxes


def tax_on(net: Decimal, rates: Sequence[Rate]) -> dict[int, Decimal]:
    """The tax that comes on top of a net amount, {rate id: amount}, to six decimals."""
    taxes = {r.id: _precise(net * r.percent / HUNDRED) for r in rates if not r.compound}
    base = net + sum(taxes.values(), Decimal(0))
    for rate in (r for r in rates if r.compound):
        taxes[rate.id] = _precise(base * rate.percent / HUNDRED)
        base += taxes[rate.id]
    return taxes


def per_line(
    taxes: Mapping[int, Decimal], decimals: int = 2, *, half_down: bool = False
) -> dict[int, Decimal]:
    """The taxes of one line, each rounded to the currency's decimals."""
    return {id: rounded(amount, decimals, half_down=half_down) for id, amount in taxes.items()}


def summed(taxes: Iterable[Mapping[int, Decimal]]) -> dict[int, Decimal]:
    """The taxes of several lines added up by rate, in the order the rates first appear."""
    total: dict[int, Decimal] = {}
    for line in taxes:
        for id, amount in line.items():
            total[id] = total.get(id, Decimal(0)) + amount
    return total


def _precise(amount: Decimal) -> Decimal:
    return amount.quantize(PRECISE, rounding=ROUND_HALF_UP)
