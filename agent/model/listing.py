"""What a channel shows for one sku, and what it should show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from agent.model.family import Family, Variant

State = Literal["live", "hidden", "draft", "archived"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The face of a listing, in the fields that plans compare. Money in minor units.

    `price` is what the channel calls its ordinary price. A channel with sale dates has the sale in
    `sale_price` and the window; one without gets the price of the moment, and `compare_at` beside it.
    """

    state: State
    price: int | None = None
    compare_at: int | None = None
    sale_price: int | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    quantity: int | None = None  # whole pieces offered; None: the channel does not count
    backorders: bool = False
    title: str | None = None  # None: not compared


@dataclass(frozen=True, slots=True)
class Listing:
    """One variant offered on one channel, as last seen or told."""

    sku: str
    external_id: str
    shown: Shown
    handles: Mapping[str, str] = field(
        default_factory=dict
    )  # the vendor's other ids that writes need


@dataclass(frozen=True, slots=True)
class Details:
    """What a new listing is created with beside its face. Weight in grams, `image` a URL."""

    title: str
    description: str = ""
    gtin: str = ""
    brand: str = ""
    category: str = ""
    image: str = ""
    weight_g: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a channel should show for one sku, and why."""

    sku: str
    shown: Shown | None  # None: not offered there, and nothing to say
    details: Details | None
    because: tuple[str, ...]
    next_at: datetime | None = None  # when time alone changes this answer (a sale starts or ends)
    cost: int | None = None  # minor units as the channel counts prices (gross or net), for guards
    state_is_ours: bool = True  # False: created as a draft, then left as people have it
    sold: int = 0  # pieces withheld because the ERP's figures cannot know of their sale yet
    variant: Variant | None = None  # its place in its family, as the ERP states it
    # Put together of all offers, and only filled in where a listing may have to be made:
    family: Family | None = None  # as this channel is to have it
    siblings: tuple[Listing, ...] = ()  # of its family, what the channel shows already
    refused: str = ""  # why it is not made, though it has all that a listing needs
