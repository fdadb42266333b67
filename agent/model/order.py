"""Orders as channels give them. Money in minor units of the order's currency, times UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

OrderState = Literal["open", "cancelled", "refunded"]
Payment = Literal["paid", "authorised", "pending", "refunded", "failed"]


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line. `net` and `tax` are for the whole line after discounts; `quantity` as ordered."""

    remote_id: str
    sku: str  # "" when the channel gave none
    title: str
    quantity: int
    net: int
    tax: int
    tax_rate: Decimal | None = None  # per cent, where the channel tells
    cancelled: int = 0  # pieces taken off again on the channel


@dataclass(frozen=True, slots=True)
class Charge:
    """Shipping or a fee: what the buyer pays beside the goods."""

    kind: Literal["shipping", "fee"]
    title: str
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Order:
    """A buyer's purchase on one channel, identified by channel and `remote_id`."""

    channel: str
    remote_id: str
    number: str  # what the buyer calls it
    state: OrderState
    payment: Payment
    placed_at: datetime
    modified_at: datetime
    currency: str
    lines: tuple[OrderLine, ...]
    charges: tuple[Charge, ...]
    total: int
    email: str = ""
    billing: Address = Address()
    shipping: Address = Address()
    note: str = ""
    references: tuple[tuple[str, str], ...] = ()  # (kind, value): every other number it carries


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some orders, and the cursor from which the next call goes on."""

    orders: tuple[Order, ...]
    cursor: str  # opaque to us; the channel wrote it
    more: bool  # another page is waiting right now


@dataclass(frozen=True, slots=True)
class Parcel:
    """What left together: {remote line id: pieces}, with carrier and tracking number ("" if none)."""

    lines: Mapping[str, int]
    carrier: str = ""
    tracking: str = ""
    url: str = ""
