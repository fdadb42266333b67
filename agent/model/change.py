"""Changes (one intended edit each) and receipts (one recorded outcome each)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent.model.listing import Details, Listing, Shown, State
from agent.model.order import Parcel


@dataclass(frozen=True, slots=True)
class CreateListing:
    """Make a listing, as a draft. Its receipt carries the new listing."""

    sku: str
    shown: Shown  # state "draft"
    details: Details


@dataclass(frozen=True, slots=True)
class SetPrice:
    """Set every price field at once (those of `shown` that are about price)."""

    sku: str
    listing: Listing
    shown: Shown


@dataclass(frozen=True, slots=True)
class SetStock:
    """Set the absolute quantity offered and whether it may go below. `listing.shown` is what we last saw."""

    sku: str
    listing: Listing
    quantity: int
    backorders: bool


@dataclass(frozen=True, slots=True)
class SetState:
    """Publish, hide, draft or archive."""

    sku: str
    listing: Listing
    state: State


@dataclass(frozen=True, slots=True)
class SetTitle:
    """Set the title."""

    sku: str
    listing: Listing
    title: str


ListingChange = CreateListing | SetPrice | SetStock | SetState | SetTitle


@dataclass(frozen=True, slots=True)
class ConfirmShipment:
    """Tell the channel that these pieces of an order left. `key` comes from content, for retries."""

    key: str
    remote_id: str
    parcel: Parcel
    shipped_before: Mapping[str, int]  # pieces by remote line id that earlier parcels took


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel unshipped pieces: {remote line id: pieces}; empty means the whole order."""

    key: str
    remote_id: str
    lines: Mapping[str, int]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordReturn:
    """Goods came back: {remote line id: pieces}; money is moved by people, not by us."""

    key: str
    remote_id: str
    lines: Mapping[str, int]
    restock: bool = False


Command = ConfirmShipment | CancelOrder | RecordReturn
Change = ListingChange | Command

Outcome = Literal["done", "refused", "in_doubt"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of one attempt at one change, in the vendor's words and ours."""

    change: Change
    outcome: Outcome
    words: str = ""  # the vendor's own
    next: str = ""  # what a person can do about a refusal
    request_id: str = ""
    listing: Listing | None = (
        None  # what it is now, where the answer told (always after a creation)
    )
    again: bool = False  # refused only because it had moved: look, and decide anew
