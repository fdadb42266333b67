"""What the ERP says of one item, merged from its feeds; three states everywhere.

A field that no feed maps is *absent* (not in `stated`); one that a feed maps but the row leaves
blank is *empty* (stated, value None); zero is zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from agent.model.place import Place

# The canonical fields of an item, as feeds map them. Text unless noted.
ITEM_FIELDS = (
    "title",
    "description",
    "gtin",
    "mpn",
    "brand",
    "category",
    "unit",
    "image",  # a URL
    "tax_class",
    "status",  # "active" or "discontinued"
    "weight_g",  # whole grams
    "price",  # minor units of `currency`; the price list says whether gross or net
    "sale_price",  # minor units
    "sale_from",  # UTC text, inclusive
    "sale_until",  # UTC text, exclusive
    "compare_at",  # minor units
    "cost",  # minor units; never leaves the machine
    "currency",  # ISO 4217
    "family",  # the code that the variants of one page share
    "family_title",  # what that page is called
)
AXIS = "axis."  # before the name of a choice: a feed's column `axis.Colour` states it
# What rounding to minor units took away from a price, in their hundredths; nothing states it by itself.
REST_FIELDS = ("price_rest", "sale_price_rest")
STOCK_FIELDS = (  # thousandths, per location
    "on_hand",
    "allocated",
    "on_hold",
    "available",  # where the ERP itself states on hand less allocated and on hold
    "incoming",
    "incoming_on",  # ISO date
)


@dataclass(frozen=True, slots=True)
class Stock:
    """One sku at one location. Quantities in thousandths; None is empty; `stated` names what is not absent."""

    location: str
    stated: frozenset[str]
    on_hand: int | None = None
    allocated: int | None = None
    on_hold: int | None = None
    available: int | None = None
    incoming: int | None = None
    incoming_on: date | None = None
    place: Place | None = None
    places: Mapping[str, Place] = field(default_factory=dict)  # by figure


@dataclass(frozen=True, slots=True)
class Item:
    """One sellable variant as the ERP states it. Money in minor units of `currency`."""

    sku: str
    stated: frozenset[str]
    title: str | None = None
    description: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    brand: str | None = None
    category: str | None = None
    unit: str | None = None
    image: str | None = None
    tax_class: str | None = None
    status: str | None = None
    weight_g: int | None = None
    price: int | None = None
    sale_price: int | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    compare_at: int | None = None
    cost: int | None = None
    currency: str | None = None
    family: str | None = None
    family_title: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)  # by axis, those that are not blank
    price_rest: int = 0
    sale_price_rest: int = 0
    stock: tuple[Stock, ...] = ()
    gone: bool = False  # every feed that must name it has stopped naming it
    places: Mapping[str, Place] = field(default_factory=dict)  # by field
