"""Changes (one intended edit each) and receipts (one recorded outcome each)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from agent.model.family import Family
from agent.model.listing import Details, Listing, Shown, State
from agent.model.order import Parcel


@dataclass(frozen=True, slots=True)
class CreateListing:
    """Make a listing, as a draft. Its receipt carries the new listing.

    A variant comes with its whole `family` as it is to be on that channel, itself among the members,
    and with those members that the channel has already (`siblings`): without one the page is made,
    with one it is added to that page. Members that are made together are neighbours in one batch
    where the batch is large enough. A page is only ever added to: what it has beside the family
    (variants that are sold out for good, people's own) stays.
    """

    sku: str
    shown: Shown  # state "draft"
    details: Details
    family: Family | None = None
    siblings: tuple[Listing, ...] = ()


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


def spoken(kind: str) -> str:
    """The kind of a change as people say it: "SetStock" is "set stock"; `*` is everything about a sku."""
    return "everything" if kind == "*" else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()


Change = ListingChange | Command

Outcome = Literal["done", "refused", "in_doubt", "working", "unsent"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of one attempt at one change, in the vendor's words and ours.

    `working`: the vendor has taken it on and answers later, under the number `job`; nothing else is
    sent for the sku until the channel says how that ended (`Channel.finished`).
    `unsent`: nothing was done for it, because what went before it in the same call has used up what the
    vendor allows for now.
    """

    change: Change
    outcome: Outcome
    words: str = ""  # the vendor's own
    next: str = ""  # what a person can do about a refusal
    request_id: str = ""
    listing: Listing | None = (
        None  # what it is now, where the answer told (always after a creation)
    )
    again: bool = False  # refused only because it had moved: look, and decide anew
    job: str = ""  # with `working`: what `Channel.finished` is asked by; the channel's own text


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a vendor would not do something, in its words, and what a person can do about it.

    `kind` names the class of the change that is meant (`SetPrice`); "" means all that the job has for
    that sku.
    """

    words: str
    next: str = ""
    request_id: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a job ended, by subject: the sku of a listing change, the key of a command.

    A subject that is neither `done` nor `refused` is looked at: the report does not say.
    `failed` is said of a job of which nothing can be told at all: every subject is looked at, what is
    still wanted is sent again after a pause that grows, and in smaller jobs, until the one bad change
    stands alone and is parked; with `again` the reason lies with the vendor, and only the pause grows.
    """

    done: frozenset[str] = frozenset()
    refused: Mapping[str, tuple[Refusal, ...]] = field(default_factory=dict)
    listings: tuple[Listing, ...] = ()  # what they are now, where the report tells (new ones, say)
    failed: Refusal | None = None
    again: bool = False
