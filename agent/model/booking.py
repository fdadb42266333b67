"""How an order is booked in the ERP: the rules for it as plain values, and the lines that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Standing = Literal[  # how far an order has come on its way into the ERP
    "waiting", "due", "exception", "written", "acknowledged", "refused", "shipped", "cancelled",
    "linked", "past",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something cannot go on by itself: what is wrong, where, and what a person can do."""

    what: str
    where: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class BookingRules:
    """What the ERP can book. `taxes` maps a rate in per cent to the ERP's name of the tax."""

    currencies: frozenset[str]
    payments: frozenset[str] = frozenset({"paid", "authorised"})
    taxes: Mapping[Decimal, str] = field(default_factory=dict)  # empty: the ERP is told no tax
    services: Mapping[str, str] = field(default_factory=dict)  # shipping, fee, discount -> item
    price_digits: int = 2
    tax_slack: int = 1  # minor units per piece
    orders_from: date | None = None


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One line as the ERP books it. `net` and `tax` in minor units for the whole line."""

    sku: str
    title: str
    quantity: int
    unit_net: Decimal
    net: int
    tax: int
    tax_rate: Decimal | None = None
    tax_name: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """One order line and how much of it has moved so far. `sku` is the ERP's."""

    remote_id: str
    sku: str
    quantity: int
    cancelled: int
    shipped: int
    returned: int

    @property
    def to_ship(self) -> int:
        """Pieces that may still leave."""
        return self.quantity - self.cancelled - self.shipped

    @property
    def to_return(self) -> int:
        """Pieces that may still come back."""
        return self.shipped - self.returned
